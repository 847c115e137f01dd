"""benchmarks/balance.py: batches of the natural proportions, in the notebook's own names."""
import numpy as np
import pandas as pd

from benchmarks.balance import AS_THEY_ARE
from generator import data_generators


def part(label, n):
    """The lists of a class: n images to train on, one to validate and one to test."""
    rows = pd.DataFrame({'path': [f'{label}/{i}.png' for i in range(n + 2)], 'label': label})
    return [rows[:n], rows[n:n + 1], rows[n + 1:]]


def test_batches_as_they_are_have_the_natural_proportions_and_the_classes_stay():
    frames = [part(0, 4), part(1, 96)]

    def rare():
        """How many images of the small class ten batches hold: as many as all images."""
        return sum((generators.batch_rows(k).label == 0).sum() for k in range(10))

    generators = data_generators(10, frames, 2, lambda df, n, aug: ([df.index], np.eye(n), df.path))
    assert rare() == 50
    exec(AS_THEY_ARE, {'generators': generators, 'pd': pd})
    assert rare() == 4
    assert [len(train) for train in generators.train] == [4, 96]    # the test cell needs them
