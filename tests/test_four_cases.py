"""What lessons 3 and 4 say of their long runs: intervals, what is level with the best, what a rule
loses; and the images that these runs learn from."""
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lessons.experiments import four_cases_report as report
from lessons.experiments.intervals import half_width, mean_points
from lessons.experiments.placed_digits import N_TEST, placed_digits, split

BEST = {('small', 'similar'): report.HEAD, ('small', 'different'): report.CUT_2,
        ('large', 'similar'): report.FINE_TUNE, ('large', 'different'): report.FINE_TUNE}


def rows_of(accuracy, n_seeds=3):
    """Rows as in four_cases.csv; accuracy: (case, strategy, seed) -> 0 .. 1."""
    return pd.DataFrame([{'size': case[0], 'kind': case[1], 'strategy': strategy, 'seed': seed,
                          'accuracy': accuracy(case, strategy, seed)} for case in report.CASES
                         for strategy in report.OF_A_NETWORK for seed in range(n_seeds)])


def test_the_interval_is_scipys():
    values = pd.Series([0.6, 0.7, 0.66, 0.72])
    low, high = stats.t.interval(0.95, 3, values.mean(), stats.sem(values))
    assert half_width(values) == pytest.approx((high - low) / 2)
    assert mean_points(values) == f'67.0 ± {50 * (high - low):.1f}'
    assert mean_points(values[:1]) == '60.0'        # nothing can be said of one


def test_a_paired_difference_decides_what_is_level_with_the_best():
    luck = pd.Series([0.0, 0.2, 0.4])               # of the seed; it is the same for all
    wide = pd.DataFrame({'best': 0.5 + luck, 'always a little behind': 0.48 + luck,
                         'as good': 0.5 + luck, 'behind at times': [0.5, 0.6, 0.91]})
    assert report.level(wide) == ['best', 'as good', 'behind at times']


def test_a_rule_that_names_the_best_loses_nothing_and_few_rules_do_as_well():
    rows = rows_of(lambda case, strategy, seed: 0.9 if strategy == BEST[case] else 0.8)
    compared = report.rules_compared(rows)
    lost = compared['points lost']
    # its two answers to two of the cases are right and wrong by halves: 5 points in two of four
    assert lost['the rule'] == pytest.approx((0 + 5 + 0 + 5) / 4)
    assert lost[f'always {report.FINE_TUNE}'] == pytest.approx((10 + 10 + 0 + 0) / 4)
    assert lost['a random rule'] == pytest.approx(10 * 4 / 5)
    assert compared['rules as good']['the rule'] == pytest.approx((1 + 4 * 4) / 625)
    assert report.rule_against(rows, report.FINE_TUNE) == '2.5 ± 0.0'


def test_no_placed_digit_is_in_two_parts_and_the_same_seed_has_the_same_test():
    x, y = placed_digits(16)
    assert x.shape == (1797, 16, 16, 3) and x.dtype == np.uint8
    few, many = split(y, 5, seed=3), split(y, 50, seed=3)
    for parts in few, many:
        rows = np.concatenate(parts)
        assert len(set(rows)) == len(rows)
    assert set(few[0]) < set(many[0]) and np.array_equal(few[2], many[2])
    assert list(np.bincount(y[many[0]])) == [50] * 10
    assert list(np.bincount(y[many[2]])) == [N_TEST] * 10
    assert np.array_equal(few[1], split(y, 5, seed=4)[1]) and set(few[2]) != set(
        split(y, 5, seed=4)[2])
