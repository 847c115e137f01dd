"""Do 95 % confidence intervals of the measures hold the true value 95 times in 100?

    python -m lessons.experiments.coverage

For made-up classifiers whose true values are known, test sets are drawn again and again, with fixed
numbers of images of each class, as lists have them. Three ways to make an interval are counted:

- percentiles: of 1,000 resamples, drawn class by class (bootstrap)
- BCa: the same resamples, corrected for bias and acceleration (Efron 1987)
- ours: course/intervals.py

Writes results/coverage.csv, rows of one case and number of images at a time; what it holds is not
run again. Takes some five minutes of a core.
"""
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from course import intervals
from course.experiments import Results
from course.scores import LEAST_PROBABILITY, auc, confusion_counts, f1, recalls

RESULTS = Path(__file__).parent / 'results' / 'coverage.csv'
COLUMNS = ['case', 'images', 'measure', 'method', 'test_sets', 'held', 'too_low', 'none', 'width']
N_TEST_SETS, N_RESAMPLES = 1000, 1000
TRUTH_FROM = 200_000        # images of each class that the true values are computed on


class Case(NamedTuple):
    shares: tuple           # of the classes
    sharpness: float        # how far the right class stands out
    scale: float            # 1: probabilities as they are; above: too sure


CASES = {'two classes, 96 %': Case((0.56, 0.44), 2.5, 2),
         'two classes, 80 %': Case((0.56, 0.44), 1.2, 1),
         'two classes, 9 : 1': Case((0.9, 0.1), 2, 1.5),
         'five unequal classes': Case((0.4, 0.25, 0.15, 0.1, 0.1), 2.2, 1.5),
         'twelve classes': Case((1 / 12,) * 12, 3.2, 1.5)}
JOBS = [(case, n) for n in (123, 40, 500) for case in CASES if (case, n) != ('twelve classes', 40)]


def test_set(case, counts, rng):
    """Labels and probabilities, counts[c] images of class c."""
    y_true = np.repeat(np.arange(len(counts)), counts)
    logits = rng.normal(size=(len(y_true), len(counts)))
    logits[np.arange(len(y_true)), y_true] += case.sharpness
    prob = np.exp(case.scale * (logits - logits.max(axis=1, keepdims=True)))
    return y_true, prob / prob.sum(axis=1, keepdims=True)


def losses(y_true, prob):
    return -np.log(np.maximum(prob[np.arange(len(prob)), y_true], LEAST_PROBABILITY))


def true_values(case, counts):
    """{measure: value} for the classes in these proportions."""
    y_true, prob = test_set(case, [TRUTH_FROM] * len(counts), np.random.default_rng(99))
    of_each = confusion_counts(y_true, prob.argmax(axis=1), len(counts)) * np.divide(
        counts, TRUTH_FROM)[:, None]
    loss = losses(y_true, prob).reshape(len(counts), -1).mean(axis=1)
    values = {'balanced accuracy': recalls(of_each).mean(), 'macro F1': f1(of_each).mean(),
              'log loss': np.average(loss, weights=counts)}
    if len(counts) == 2:
        values['ROC AUC'] = auc(y_true == 1, prob[:, 1])
    return values


def all_intervals(y_true, prob, rng):
    """{(measure, method): (low, high)}"""
    found = {}
    num_class, y_pred, loss = prob.shape[1], prob.argmax(axis=1), losses(y_true, prob)
    counts = confusion_counts(y_true, y_pred, num_class)
    for name, measure, ours in (('balanced accuracy', mean_recall, intervals.balanced_accuracy),
                                ('macro F1', mean_f1, intervals.macro_f1)):
        drawn = np.stack([rng.multinomial(row.sum(), row / row.sum(), N_RESAMPLES)
                          for row in counts], axis=1)
        add(found, name, measure(drawn), measure(counts), without_one(counts, measure))
        found[name, 'ours'] = ours(counts)

    parts, weights = [loss[y_true == c] for c in range(num_class)], counts.sum(axis=1) / len(loss)
    drawn = sum(weight * part[rng.integers(len(part), size=(N_RESAMPLES, len(part)))].mean(axis=1)
                for part, weight in zip(parts, weights))
    add(found, 'log loss', drawn, loss.mean(),
        [loss.mean() - weight * (part - part.mean()) / (len(part) - 1)
         for part, weight in zip(parts, weights)])
    found['log loss', 'ours'] = intervals.mean_loss(loss, y_true)

    if num_class == 2:
        better, worse = prob[y_true == 1, 1], prob[y_true == 0, 1]
        wins = (better[:, None] > worse) + 0.5 * (better[:, None] == worse)
        value, of_better, of_worse = wins.mean(), wins.mean(axis=1), wins.mean(axis=0)
        times = [rng.multinomial(n, np.full(n, 1 / n), N_RESAMPLES).astype(float)
                 for n in wins.shape]
        add(found, 'ROC AUC', ((times[0] @ wins) * times[1]).sum(axis=1) / wins.size, value,
            [(len(place) * value - place) / (len(place) - 1) for place in (of_better, of_worse)])
        found['ROC AUC', 'ours'] = intervals.auc(y_true == 1, prob[:, 1])
    return found


def mean_recall(counts):
    """counts: [..., true, predicted]; every class has images."""
    return (counts.diagonal(axis1=-2, axis2=-1) / counts.sum(axis=-1)).mean(axis=-1)


def mean_f1(counts):
    total = counts.sum(axis=-1) + counts.sum(axis=-2)
    return (2 * counts.diagonal(axis1=-2, axis2=-1) / total).mean(axis=-1)


def without_one(counts, measure):
    """The measure without each image in turn: an array for each class (jackknife)."""
    arrays = []
    for true, row in enumerate(counts):
        values = []
        for predicted in np.flatnonzero(row):
            fewer = counts.copy()
            fewer[true, predicted] -= 1
            values += [measure(fewer)] * row[predicted]
        arrays.append(np.array(values))
    return arrays


def add(found, measure, drawn, value, jackknife):
    """The intervals by percentiles and BCa. drawn: of the resamples; jackknife: see without_one."""
    nothing = drawn.min() == drawn.max()
    found[measure, 'percentiles'] = found[measure, 'BCa'] = (np.nan, np.nan)
    if nothing:
        return
    found[measure, 'percentiles'] = tuple(np.percentile(drawn, [2.5, 97.5]))
    changes = [(len(values) - 1) * (values.mean() - values) for values in jackknife]
    cubes = sum((change**3).sum() / len(change)**3 for change in changes)
    squares = sum((change**2).sum() / len(change)**2 for change in changes)
    bias = norm.ppf(((drawn < value).mean() + (drawn <= value).mean()) / 2)
    if squares and np.isfinite(bias):
        ends = bias + norm.ppf([0.025, 0.975])
        shares = norm.cdf(bias + ends / (1 - cubes / (6 * squares**1.5) * ends))
        found[measure, 'BCa'] = tuple(np.percentile(drawn, 100 * shares))


def run(name, n):
    """The rows of one case and number of images."""
    case = CASES[name]
    counts = np.maximum(2, np.rint(np.multiply(case.shares, n)).astype(int))
    truth, ends = true_values(case, counts), {}
    for nth in range(N_TEST_SETS):
        rng = np.random.default_rng([nth, n])
        for key, interval in all_intervals(*test_set(case, counts, rng), rng).items():
            ends.setdefault(key, []).append(interval)
    rows = []
    for (measure, method), found in ends.items():
        low, high = np.array(found).T
        held = (low <= truth[measure]) & (truth[measure] <= high)       # NaN: not held
        rows.append({'case': name, 'images': n, 'measure': measure, 'method': method,
                     'test_sets': N_TEST_SETS, 'held': held.sum(),
                     'too_low': (high < truth[measure]).sum(), 'none': np.isnan(low).sum(),
                     'width': round(np.nanmedian(high - low), 4)})
    return rows


def table(rows: pd.DataFrame) -> str:
    """Markdown: of 100 intervals, how many hold the true value; the lowest and highest case."""
    lines = ['| measure | images | percentiles | BCa | ours |', '|---|---|---|---|---|']
    rows = rows.assign(share=100 * rows.held / rows.test_sets).sort_values(
        ['measure', 'images'], kind='stable')
    for (measure, images), part in rows.groupby(['measure', 'images'], sort=False):
        cells = [part[part.method == method].share for method in ('percentiles', 'BCa', 'ours')]
        lines.append(f'| {measure} | {images} | '
                     + ' | '.join(f'{cell.min():.0f} to {cell.max():.0f}' for cell in cells) + ' |')
    return '\n'.join(lines)


def main():
    results = Results(RESULTS, COLUMNS, ['case', 'images'],
                      'python -m lessons.experiments.coverage')
    for case, n in results.missing(JOBS):
        results.add(run(case, n))
        print(case, n, flush=True)
    print(table(results.rows()))


if __name__ == '__main__':
    main()
