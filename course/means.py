"""The mean of several runs, with the interval that says how far chance may have moved it."""
import numpy as np
import scipy
from numpy.typing import ArrayLike

CONFIDENCE = 0.95


def half_width(values: ArrayLike) -> float:
    """What to add to and take from the mean for its 95 % confidence interval, by Student's t.

    values: one number a run (seed, fold, or paired difference), of which two or more are needed.
    Folds share training images, so over folds the interval is somewhat too narrow (Bengio and
    Grandvalet 2004). Raises ValueError for fewer values, or another shape.
    """
    values = np.asarray(values, float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f'An interval needs two runs or more, not an array of shape '
                         f'{values.shape}')
    return float(scipy.stats.t.ppf((1 + CONFIDENCE) / 2, len(values) - 1)
                 * values.std(ddof=1) / np.sqrt(len(values)))


def plus_minus(values: ArrayLike, sign: bool = False) -> str:
    """'94.6 ± 1.1': mean and half-width of values (0 to 1) in percent; of one run, only the value.

    sign: show a plus too, as for differences.
    """
    values = 100 * np.asarray(values, float)
    if not values.size:
        return ''
    mean = f'{round(values.mean(), 1) + 0:{"+" if sign else ""}.1f}'        # + 0: no -0.0
    return f'{mean} ± {half_width(values):.1f}' if len(values) > 1 else mean
