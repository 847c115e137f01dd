"""The experiments of lesson 5: their file, their statistics, their building blocks."""
import itertools
import types

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from course.compat import tf
from lessons.experiments import (
    beyond,
    beyond_clustering,
    beyond_few_shot,
    beyond_report,
    beyond_zero_shot,
)
from lessons.experiments.beyond_adversarial import reversed_gradient
from lessons.experiments.beyond_digits import NO_NETWORK


def test_holm_by_hand():
    # 4 tests: 0.005 x 4, 0.01 x 3, 0.03 x 2, and 0.04 x 1, which may not fall below the one before
    np.testing.assert_allclose(beyond_report.holm([0.01, 0.04, 0.03, 0.005]),
                               [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(beyond_report.holm([0.5, 0.9]), [1, 1])


def test_with_nothing_to_find_holm_raises_an_alarm_in_one_family_of_twenty_at_most():
    p = np.random.default_rng(0).uniform(size=(4000, 25))
    raw = (p.min(axis=1) < 0.05).mean()
    corrected = np.mean([beyond_report.holm(family).min() < 0.05 for family in p])
    assert raw > 0.65 and 0.035 < corrected < 0.06         # 1 - 0.95 ** 25 is 0.72


def made_up_rows(gains, first_seed=0):
    """Rows of one setting: the base has 0.5, the method 0.5 plus its gain, the rest 0.9."""
    return pd.DataFrame([
        {'experiment': 'e', 'setting': 's', 'method': method, 'seed': first_seed + seed,
         'accuracy': accuracy}
        for seed, gain in enumerate(gains)
        for method, accuracy in (('base', 0.5), ('new', 0.5 + gain), (NO_NETWORK, 0.9))])


MODULE = types.SimpleNamespace(METHODS=('base', 'new', NO_NETWORK), SETTINGS={'s': {}},
                               FIRST_SEED=0)


def test_a_comparison_is_a_paired_t_test():
    gains = np.array([0.02, 0.05, 0.01, 0.04, 0.03])
    [line] = beyond_report.comparisons(made_up_rows(gains), {'e': MODULE}).itertuples()
    half = stats.t.ppf(0.975, 4) * gains.std(ddof=1) / 5 ** 0.5
    np.testing.assert_allclose([line.points, line.low, line.high],
                               100 * np.array([0.03, 0.03 - half, 0.03 + half]))
    assert line.p_holm == line.p == pytest.approx(stats.ttest_1samp(gains, 0).pvalue)
    assert line.verdict == 'better' and line.seeds == 5


@pytest.mark.parametrize('gains, verdict', [([0.02, 0.05, 0.01, 0.04], 'better'),
                                            ([-0.02, -0.05, -0.01, -0.04], 'worse'),
                                            ([0.02, -0.05, 0.01, 0.04], 'not shown'),
                                            ([0, 0, 0, 0], 'not shown')])
def test_a_verdict(gains, verdict):
    table = beyond_report.comparisons(made_up_rows(gains), {'e': MODULE})
    assert list(table.verdict) == [verdict]


def test_seeds_that_had_been_looked_at_do_not_count():
    module = types.SimpleNamespace(**{**vars(MODULE), 'FIRST_SEED': 5})
    rows = pd.concat([made_up_rows([0.4, 0.5, 0.4, 0.5, 0.4]), made_up_rows([0, 0.01, 0], 5)])
    [line] = beyond_report.comparisons(rows, {'e': module}).itertuples()
    assert line.seeds == 3 and line.points < 1
    assert 'new 50.3%: +0.3 points' in '\n'.join(
        beyond_report.sentences(rows, 'e', {'e': module}))


def test_every_row_of_the_file_carries_the_recipe_of_todays_code():
    rows = beyond.read_results()
    assert not rows.duplicated(beyond.KEYS).any() and rows.accuracy.between(0, 1).all()
    for (experiment, setting), group in rows.groupby(['experiment', 'setting']):
        assert set(group.recipe) == {beyond.recipe(experiment, setting)}


def test_the_gradient_comes_back_reversed():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.constant([1., 2., 3.])
        y = reversed_gradient(x, 0.5)
        value, [gradient] = sess.run([y, tf.gradients(y, x)])
    np.testing.assert_array_equal(value, [1, 2, 3])
    np.testing.assert_array_equal(gradient, [-0.5] * 3)


def test_the_scores_are_log_likelihoods_of_the_attributes():
    logits, table = np.array([[2., -1.]]), np.array([[1, 0], [0, 1], [0.5, 0]])
    yes, no = 1 / (1 + np.exp(-logits[0])), 1 / (1 + np.exp(logits[0]))
    by_hand = [np.log(yes[0]) + np.log(no[1]), np.log(no[0]) + np.log(yes[1]),
               (np.log(yes[0]) + np.log(no[0])) / 2 + np.log(no[1])]
    np.testing.assert_allclose(beyond_zero_shot.scores_of(logits, table), [by_hand])


def test_calibration_gives_away_the_share_that_it_is_told():
    rng, seen = np.random.default_rng(0), np.arange(10) < 7
    scores = rng.normal(size=(1000, 10)) + 5 * seen
    constant = beyond_zero_shot.calibration(scores, seen, 0.2)
    lost = ~seen[(scores - constant * seen).argmax(axis=1)]
    assert lost.mean() == pytest.approx(0.2, abs=0.002)


def test_seen_and_new_digits_are_counted_apart():
    seen, truth = np.arange(10) < 8, np.array([0, 1, 8, 9])
    scores = np.eye(10)[[0, 2, 0, 9]]
    assert beyond_zero_shot.right(scores, truth, seen, any_digit=True) == (0.5, 0.5)
    assert beyond_zero_shot.right(scores, truth, seen, any_digit=False) == (0, 1)


def test_clusters_have_no_names_of_their_own():
    truth = np.array([0, 0, 0, 1, 1, 2])
    assert beyond_clustering.clusters_right(np.array([2, 2, 2, 0, 0, 1]), truth) == 1
    assert beyond_clustering.clusters_right(np.array([2, 2, 0, 0, 0, 1]), truth) == 5 / 6
    assert beyond_clustering.clusters_right(np.zeros(6, int), truth) == 3 / 6
    ways = [np.mean(np.array(names)[[2, 0, 0, 0, 1, 1]] == truth)
            for names in itertools.permutations(range(3))]
    assert beyond_clustering.clusters_right(np.array([2, 0, 0, 0, 1, 1]), truth) == max(ways)


def test_a_conservative_step_draws_the_weights_back():
    """So far from them, the pull is much stronger than the loss of a few images."""
    with tf.Graph().as_default(), tf.Session() as sess:
        (x, y), _, weights, source, step, held = beyond_few_shot.network()
        sess.run(tf.global_variables_initializer())
        images, labels = np.ones((4, 8, 8, 1)), [0, 1, 2, 3]
        far = [value + 10 for value in sess.run(weights)]
        fixed = {x: images, y: labels, **dict(zip(source, far))}

        def distance():
            return sum(((now - then) ** 2).sum() for now, then in zip(sess.run(weights), far))

        before = distance()
        sess.run(held, fixed)
        assert distance() < before
        sess.run(step, fixed)                       # which does not know of the source
        assert len(source) == len(weights) == 8


def test_target_and_source_images_of_a_few_shot_run_are_apart():
    (x, _), (other, _) = beyond_few_shot.halves(seed=3)
    rows = {image.tobytes() for image in x}
    assert len(x) + len(other) == 997 and not rows & {image.tobytes() for image in other}
