"""The state of the random generators that Python and NumPy share among all code."""
import random

import numpy as np


def random_state() -> dict:
    """The state of Python's and NumPy's global generators, as json can write it."""
    kind, keys, *rest = np.random.get_state()
    return {'python': random.getstate(), 'numpy': [kind, keys.tolist(), *rest]}


def set_random_state(state: dict) -> None:
    """Put both generators in a state of `random_state`, also one that json has written and read."""
    version, numbers, gauss = state['python']
    random.setstate((version, tuple(numbers), gauss))
    np.random.set_state(tuple(state['numpy']))
