"""course/means.py: Student's interval of a mean, compared with SciPy's; how often it holds."""
import numpy as np
import pytest
from scipy.stats import ttest_1samp

from course.means import half_width, plus_minus


def test_half_width_is_that_of_scipy():
    values = np.random.default_rng(0).normal(0.9, 0.02, 5)
    low, high = ttest_1samp(values, 0).confidence_interval(0.95)
    assert half_width(values) == pytest.approx((high - low) / 2)


def test_95_in_100_intervals_hold_the_true_mean():
    rng = np.random.default_rng(0)
    runs = rng.normal(0.9, 0.02, (4000, 5))
    held = [abs(values.mean() - 0.9) <= half_width(values) for values in runs]
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize('values', [[], [0.5], [[0.5, 0.6]]])
def test_an_interval_needs_two_runs(values):
    with pytest.raises(ValueError, match='two runs or more'):
        half_width(values)


def test_plus_minus_is_in_percent():
    assert plus_minus([0.9, 0.9, 0.9]) == '90.0 ± 0.0'
    assert plus_minus([0.01, 0.01], sign=True) == '+1.0 ± 0.0'
    assert plus_minus([0.957]) == '95.7' and plus_minus([]) == ''
    assert plus_minus([-1e-5, -1e-5]) == '0.0 ± 0.0'
