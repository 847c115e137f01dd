"""The intervals compared with SciPy's, with others' formulas, and with what they promise."""
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from scipy.stats import binomtest, bootstrap, ttest_1samp
from sklearn import metrics

from course import intervals
from course.scores import scores


def drawn_from(seed, sizes, sharpness=1.5):
    """Labels, sizes[c] of class c, and probabilities that are often right."""
    rng = np.random.default_rng(seed)
    y_true = np.repeat(np.arange(len(sizes)), sizes)
    logits = rng.normal(size=(len(y_true), len(sizes)))
    logits[np.arange(len(y_true)), y_true] += sharpness
    prob = np.exp(logits)
    return y_true, prob / prob.sum(axis=1, keepdims=True)


@pytest.mark.parametrize('n_right, n', [(0, 7), (7, 7), (1, 2), (118, 123), (500, 4321)])
def test_wilson_compared_with_scipy(n_right, n):
    expected = binomtest(n_right, n).proportion_ci(method='wilson')
    assert intervals.wilson(n_right, n) == pytest.approx(tuple(expected), abs=1e-12)


MEASURES = {'balanced accuracy': lambda y, prob: metrics.balanced_accuracy_score(y, said(prob)),
            'macro F1': lambda y, prob: metrics.f1_score(y, said(prob), average='macro'),
            'log loss': lambda y, prob: metrics.log_loss(y, prob, labels=range(prob.shape[1])),
            'ROC AUC': lambda y, prob: metrics.roc_auc_score(y, prob[:, 1])}


def said(prob):
    return prob.argmax(axis=1)


@pytest.mark.parametrize('name, sizes', [
    *[(name, (700, 300)) for name in MEASURES], ('macro F1', (400, 300, 200, 100)),
    ('log loss', (400, 300, 200, 100))])
def test_on_many_images_they_are_those_of_the_bootstrap(name, sizes):
    """SciPy's bootstrap, images drawn class by class: what all methods agree on for large numbers.
    """
    y_true, prob = drawn_from(0, sizes)
    rows = [np.flatnonzero(y_true == c) for c in range(len(sizes))]

    def measure(*drawn):
        drawn = np.concatenate(drawn)
        return MEASURES[name](y_true[drawn], prob[drawn])

    low, high = bootstrap(rows, measure, n_resamples=400, method='percentile', vectorized=False,
                          rng=np.random.default_rng(0)).confidence_interval
    row = scores(y_true, prob).loc[name]
    assert row.value == pytest.approx(measure(*rows))
    assert [row.low, row.high] == pytest.approx([low, high], abs=0.15 * (high - low))


def test_of_equal_classes_balanced_accuracy_is_nearly_accuracy():
    """Wilson's interval of the same share; the smoothing of each class widens it a little."""
    interval = intervals.balanced_accuracy(np.array([[88, 12], [8, 92]]))
    assert interval == pytest.approx(intervals.wilson(180, 200), abs=2e-3)


def test_a_rare_class_makes_it_wide():
    """Recalls 3 of 4 and 990 of 1000: half of the width of Wilson's interval of 3 of 4."""
    low, high = intervals.balanced_accuracy(np.array([[3, 1], [10, 990]]))
    of_rare = np.subtract(*intervals.wilson(3, 4)[::-1])
    assert high - low == pytest.approx(of_rare / 2, rel=0.25)
    assert low < 0.87 < high


@pytest.mark.parametrize('sizes', [(20, 20), (50, 5), (8,) * 5])
def test_without_a_mistake_there_is_a_lower_end(sizes):
    """Not below Wilson's for as many images as the smallest class has, nor above that for all."""
    y_true = np.repeat(np.arange(len(sizes)), sizes)
    table = scores(y_true, np.eye(len(sizes))[y_true] * 0.9 + 0.1 / len(sizes))
    least, most = (intervals.wilson(n, n)[0] for n in (min(sizes), sum(sizes)))
    for name in set(table.index) & {'balanced accuracy', 'macro F1', 'ROC AUC'}:
        assert table.high[name] == pytest.approx(1), name
        assert least - 1e-9 <= table.low[name] <= most, name
    assert np.isnan(table.low['log loss'])                  # all losses are the same


def test_a_class_without_test_images_changes_little():
    counts = np.array([[8, 2, 0], [3, 17, 0], [0, 0, 0]])
    for interval in (intervals.balanced_accuracy, intervals.macro_f1):
        low, high = interval(counts)
        assert 0 < low < np.mean([8 / 10, 17 / 20]) < high < 1
        assert (low, high) == pytest.approx(interval(counts[:2, :2]), abs=0.02)


def test_auc_does_not_depend_on_the_scale():
    y_true, prob = drawn_from(1, (40, 25), 0.8)
    low, high = intervals.auc(y_true == 1, prob[:, 1])
    assert intervals.auc(y_true == 1, np.log(prob[:, 1])) == pytest.approx((low, high))
    assert low < metrics.roc_auc_score(y_true, prob[:, 1]) < high


def test_the_mean_loss_compared_with_bootstrap_t_in_a_loop():
    """Efron and Tibshirani's recipe word for word; and of normal losses it is Student's interval.
    """
    rng = np.random.default_rng(2)
    loss, y_true = rng.exponential(size=60)**2, np.repeat([0, 1], [35, 25])
    parts = [loss[:35], loss[35:]]

    def mean_and_error(parts):
        weights = [35 / 60, 25 / 60]
        return (sum(w * part.mean() for w, part in zip(weights, parts)),
                sum(w**2 * part.var(ddof=1) / len(part) for w, part in zip(weights, parts))**0.5)

    mean, error = mean_and_error(parts)
    drawn = [mean_and_error([rng.choice(part, len(part)) for part in parts]) for _ in range(4000)]
    t = np.quantile([(m - mean) / e for m, e in drawn], [0.975, 0.025])
    low, high = intervals.mean_loss(loss, y_true)
    assert [low, high] == pytest.approx(mean - t * error, rel=0.08)
    assert high - mean > 1.3 * (mean - low)                     # longer where the large ones are

    normal = rng.normal(5, 1, 80)
    student = ttest_1samp(normal, 5).confidence_interval()
    assert intervals.mean_loss(normal, np.zeros(80, int)) == pytest.approx(tuple(student), abs=0.03)


def test_they_hold_what_they_promise():
    """Of test sets drawn from one population, about 95 % have its value in their interval: two
    classes, one of them rare, where percentiles of the bootstrap hold it in 70 to 90 %."""
    y_all, prob_all = drawn_from(3, (20_000, 20_000), 2)
    share = np.array([0.9, 0.1])
    recall = np.array([(said(prob_all) == c)[y_all == c].mean() for c in (0, 1)])
    wrong = share * (1 - recall)
    loss = -np.log(prob_all[np.arange(40_000), y_all])
    truth = {'balanced accuracy': recall.mean(),
             'macro F1': np.mean(2 * share * recall / (share + share * recall + wrong[::-1])),
             'log loss': share @ [loss[y_all == c].mean() for c in (0, 1)],
             'ROC AUC': metrics.roc_auc_score(y_all, prob_all[:, 1])}
    held, rng = dict.fromkeys(truth, 0), np.random.default_rng(0)
    for seed in range(200):
        rows = np.concatenate([rng.choice(20_000, n) + 20_000 * c for c, n in enumerate((108, 12))])
        table = scores(y_all[rows], prob_all[rows], seed=seed)
        for name in held:
            held[name] += table.low[name] <= truth[name] <= table.high[name]
    assert min(held.values()) >= 170, held


def test_what_the_docstring_says_was_counted():
    rows = pd.read_csv(ROOT / 'lessons/experiments/results/coverage.csv')
    rows['share'] = 100 * rows.held / rows.test_sets
    for method, name in (('ours', 'these'), ('BCa', 'BCa'), ('percentiles', 'percentiles')):
        parts = [rows[(rows.method == method) & (rows.images == n)].share for n in (40, 123, 500)]
        line = [name, *(f'{part.min():.0f} to {part.max():.0f}' for part in parts)]
        assert ' '.join(line) in ' '.join(intervals.__doc__.split())
