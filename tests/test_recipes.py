"""lessons/experiments/recipes.py and its report: what is tried, what is kept, what it is worth."""
import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax
from scipy.stats import ttest_rel
from sklearn.metrics import log_loss

from callbacks import ReduceLROnPlateau
from lessons.experiments import recipes, recipes_report
from lessons.experiments.recipes import CANDIDATES, COLUMNS, FIRST, RULES, Recipe
from lessons.plots import recipes_plots
from tf_model.resnet_v2 import STAGES

PLATEAU = ReduceLROnPlateau(1e-4, 0.5, 2)


def test_each_candidate_changes_what_its_name_says():
    """One thing against the default or against a head at 10 times the rate; combinations last."""
    for name, recipe in CANDIDATES.items():
        base = Recipe(head_times=10 if name.startswith('head x10') else 1)
        changed = [field for field in Recipe._fields
                   if getattr(recipe, field) != getattr(base, field)]
        parts = name.removeprefix('head x10').strip(', ').split(', ')
        assert len(changed) == (0 if parts in ([''], ['plain']) else len(parts)), name
    assert {name for name, _ in FIRST} <= set(CANDIDATES)


def test_no_job_comes_twice_and_the_first_are_the_default():
    jobs = recipes.jobs(96, 5)
    assert len(set(jobs)) == len(jobs) == len(recipes.TARGETS) * len(CANDIDATES) * 2 * 5
    assert {job[1] for job in jobs[:2]} == {'plain'}
    assert set(recipes.jobs(96, 1, ['cosine'])) == {
        job for job in jobs if job[1] == 'cosine' and job[-1] == 0}


def test_rates_of_the_stages_and_the_head():
    def rates(share=0.5, head_alone=False, **options):
        return recipes.rates_of(Recipe(**options), share, PLATEAU, head_alone)

    assert rates() == [1e-4] * 7
    assert rates(head_times=10)[-2:] == pytest.approx([1e-4, 1e-3])
    assert rates(head_alone=True)[-1] == pytest.approx(1e-3)
    by_stage = dict(zip(STAGES, rates(per_stage=0.5)))
    assert by_stage['postnorm'] == by_stage['block4'] == 2 * by_stage['block3']
    assert by_stage['conv1'] == pytest.approx(1e-4 / 16)
    for share, part in ((0.05, 0.5), (0.1, 1), (0.55, 0.5), (1, 0)):
        assert rates(share, schedule='cosine')[0] == pytest.approx(part * 1e-4, abs=1e-12)


def test_labels_are_smoothed_and_images_mixed():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (8, 2, 2, 3)).astype(np.uint8), np.eye(4)[rng.integers(4, size=8)]
    same, smooth = recipes.mixed(x, y, Recipe(smoothing=0.1), rng)
    assert same is x and set(smooth.ravel().round(3)) == {0.025, 0.925}
    other, mixed = recipes.mixed(x, y, Recipe(mixup=0.2), rng)
    np.testing.assert_allclose(mixed.sum(axis=1), 1)
    pairs = [(a, b) for a in range(8) for b in range(8)]
    for image, label in zip(other, mixed):      # each is a mixture of two, labels in equal shares
        assert any(np.abs(image - (s * x[a] + (1.0 - s) * x[b])).max() <= 0.51
                   for a, b in pairs for s in {*label, 1.0}
                   if np.allclose(label, s * y[a] + (1 - s) * y[b]))


def test_losses_are_those_of_scikit_learn_and_of_the_best_temperature():
    rng = np.random.default_rng(1)
    classes = rng.integers(3, size=200)
    logits = 8 * (np.eye(3)[classes] + rng.normal(size=(200, 3)))
    of = recipes.measures(logits, np.eye(3)[classes])
    assert of['val_loss'] == pytest.approx(log_loss(classes, softmax(logits, axis=1)))
    assert of['val_acc'] == (logits.argmax(1) == classes).mean()
    best = min(log_loss(classes, softmax(logits / temperature, axis=1))
               for temperature in np.geomspace(1, 50, 400))
    assert of['val_calibrated'] == pytest.approx(best, rel=1e-4) and best < of['val_loss'] - 0.1


def made_up(test, **key):
    """The rows of a run: validation loss lowest in epoch 1, accuracy highest in epochs 2 and 3."""
    key = {'target': 'a', 'candidate': 'plain', 'px': 96, 'epochs': 8, 'fold': 0, **key}
    rows = [{**key, 'kept': 'epoch', 'epoch': k + 1, 'val_loss': (0.3, 0.5, 0.6, 0.9)[k],
             'val_calibrated': (0.3, 0.25, 0.2, 0.4)[k], 'val_acc': (0.7, 0.9, 0.9, 0.8)[k],
             'test_acc': test[k], 'seconds': 10.0, 'cpu_seconds': 5.0} for k in range(4)]
    rows += [{**dict.fromkeys(COLUMNS), **key, 'kept': kept, 'epoch': 4, 'test_acc': right}
             for kept, right in (('average', 0.95), *((f'{rule} 20', 0.6) for rule in RULES))]
    return rows


@pytest.mark.parametrize('rule, epoch', [('loss', 1), ('calibrated', 3), ('accuracy, then loss', 2),
                                         ('accuracy, then later', 3), ('last', 4)])
def test_what_each_rule_keeps(rule, epoch):
    rows = pd.DataFrame(made_up((0.1, 0.2, 0.3, 0.4)))
    [row] = recipes_report.kept(rows, rule).itertuples()
    assert row.test_acc == epoch / 10 and row.cpu_seconds == 20


def test_gains_are_paired_over_targets_and_folds():
    """Against scipy's paired t-test; a run without its partner does not count."""
    default, other = (0.5, 0.61, 0.72), (0.6, 0.65, 0.75)
    rows = [row for fold in range(3) for right, name in ((default, 'plain'), (other, 'cosine'))
            for row in made_up([right[fold]] * 4, fold=fold, candidate=name)]
    rows += made_up([0.9] * 4, target='b', candidate='cosine')
    [row] = recipes_report.gains(pd.DataFrame(rows)).itertuples()
    expected = ttest_rel(other, default)
    interval = expected.confidence_interval()
    assert (row.candidate, row.epochs, row.pairs, row.seconds) == ('cosine', 8, 3, 1)
    assert row.p == pytest.approx(expected.pvalue)
    assert [row.test - row.half, row.test + row.half] == pytest.approx(
        [100 * interval.low, 100 * interval.high])


def test_p_values_are_corrected_for_how_many_there_are():
    """Holm's own example of the order: 0.01 * 3, 0.04 * 1 raised to 0.02 * 2, that one itself."""
    assert recipes_report.holm([0.01, 0.04, 0.02]) == pytest.approx([0.03, 0.04, 0.04])
    assert recipes_report.holm([0.9, 0.6]) == pytest.approx([1, 1])


def test_rules_are_compared_with_the_lowest_loss():
    rows = [row for fold in range(2) for row in made_up((0.5, 0.6, 0.7, 0.8), fold=fold)]
    table = recipes_report.rules(pd.DataFrame(rows)).set_index(['seen', 'rule'])
    assert table.points['all'].to_dict() == pytest.approx(
        {'calibrated': 20, 'accuracy, then loss': 10, 'accuracy, then later': 20, 'last': 30,
         'average': 45})
    assert table.points[20]['last'] == pytest.approx(20) and table.points[20]['calibrated'] == 0
    assert table.half['all'].abs().max() < 1e-9


def test_one_pair_has_no_interval():
    mean, half = recipes_report.mean_and_half([3.0])
    assert mean == 3 and math.isnan(half)


def test_luck_of_two_recipes_by_hand():
    """One recipe is better on validation images in one fold, the other in the other."""
    rows = [row for fold, (default, other) in enumerate([(0.5, 0.7), (0.6, 0.5)])
            for right, name in ((default, 'plain'), (other, 'cosine'))
            for row in made_up([right] * 4, fold=fold, candidate=name)]
    for row in rows:
        row['val_acc'] = row['test_acc'] - (0.1 if row['candidate'] == 'cosine' else 0)
    rows += made_up([0.9] * 4, candidate='inference')               # in one fold only: left out
    rows += made_up([0.9] * 4, fold=2, candidate='cosine')          # without its partner
    table = recipes_report.luck(pd.DataFrame(rows), 'last', least=2)
    assert list(table.index) == [1, 2]
    # fold 0: 0.5 and 0.6 on validation images, so 'cosine', 10 points above the mean of the test;
    # fold 1: 0.6 and 0.4, so 'plain', 5 points above it
    assert table.loc[2].to_dict() == pytest.approx({'val': (5 + 10) / 2, 'test': (10 + 5) / 2})
    assert table.loc[1].abs().max() < 1.5       # one recipe, at random


def test_what_a_candidate_changes_is_said():
    assert recipes_report.difference('plain') == 'nothing'
    assert recipes_report.difference('cosine, rate x3') == 'rate=0.0003, schedule=cosine'


@pytest.mark.parametrize('tried, n', [(1, 20), (10, 20), (50, 200)])
def test_the_best_of_equals_looks_better_than_it_is(tried, n):
    drawn = np.random.default_rng(0).binomial(n, 0.85, (20000, tried)).max(axis=1) / n
    assert recipes_plots.best_of(tried, 0.85, n) == pytest.approx(drawn.mean(), abs=0.002)
