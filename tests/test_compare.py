"""compare, by hand and with SciPy's binomial."""
import numpy as np
import pytest
from scipy.stats import binom

from course.compare import compare, mcnemar


def p_by_hand(a, b):
    """Twice the smaller tail of fair coins; 1 where that is more."""
    n, least = a + b, min(a, b)
    return min(1, 2 * sum(binom.pmf(k, n, 0.5) for k in range(least + 1)))


@pytest.mark.parametrize('a, b', [(5, 0), (0, 5), (3, 3), (12, 2), (40, 61), (0, 1), (0, 0)])
def test_mcnemar_by_hand(a, b):
    right = np.repeat([True, False, True, False], [a, b, 30, 7])
    other = np.repeat([False, True, True, False], [a, b, 30, 7])
    mix = np.random.default_rng(0).permutation(len(right))
    assert mcnemar(right[mix], other[mix]) == (a, b, pytest.approx(p_by_hand(a, b)))


def test_one_in_twenty_of_equal_methods_seems_to_differ():
    """Two methods that have 80 % right, each by chance: the exact test errs at most so often."""
    rng = np.random.default_rng(0)
    rights = rng.random((2000, 2, 60)) < 0.8
    p = np.array([mcnemar(*pair)[2] for pair in rights])
    assert 0.01 < np.mean(p < 0.05) <= 0.05


def test_the_table():
    y_true = np.array([0, 0, 1, 1, 2, 2, 2, 0])
    answers = {'always 2': np.full(8, 2), 'ours': [0, 0, 1, 1, 2, 2, 0, 1],
               'theirs': [0, 1, 1, 0, 2, 2, 2, 1]}
    table = compare(y_true, answers, 'ours')
    assert list(table.index) == list(answers)
    assert table.accuracy.tolist() == [3 / 8, 6 / 8, 5 / 8]
    assert table['only ours right'].fillna(-1).tolist() == [4, -1, 2]
    assert table['only this right'].fillna(-1).tolist() == [1, -1, 1]
    assert table.p['always 2'] == pytest.approx(2 * 6 / 32) and table.p['theirs'] == 1
    assert np.isnan(table.p['ours'])
    assert ((table.low < table.accuracy) & (table.accuracy < table.high)).all()


@pytest.mark.parametrize('answers', [{'a': [0, 1]}, {'a': [0, 1, 1], 'b': [0]}, {'b': [0, 1, 1]}])
def test_what_cannot_be_compared_is_refused(answers):
    with pytest.raises(ValueError, match="3 images, and answers of .* of 'a' too"):
        compare([0, 1, 1], answers, 'a')
