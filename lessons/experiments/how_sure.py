"""Calibration, images unlike any other, mirror images, and labels that were made wrong: measured.

    python -m lessons.experiments.how_sure
    python -m lessons.experiments.how_sure --folds model/cat_dog_folds      # fine-tuned ones too

A new head is trained on the frozen features of the shipped checkpoint (frozen_heads.py), as with
freeze = 'all' in the notebook: a run takes seconds. Each question's rows of results/how_sure.csv:

- calibration error, log loss: `before` and `after` the temperature, of all images of a dataset,
  each tested by the network of its fold; `seed` is that of the training
- unlike: the share of images called unlike those of cat_dog, of which the network is; the threshold
  is where 5 % of the validation images are; `seed` is the fold. `method`: nearest (course/sure/
  unlike.py), Mahalanobis (Lee et al. 2018, Ledoit-Wolf covariance), probability (of the answer,
  Hendrycks and Gimpel 2017). The rows of cat_dog itself are its test images: false alarms
- unlike digits, unlike faces, ...: the same for a network of another dataset
- flips: test accuracy, of the `image`, and of the mean of it and its mirror image; `seed`: the fold
- flipped labels: 5 % of all labels, in all lists, are changed at random; `value`: the share of them
  among the first 5 % shown. `method`: self-confidence (each image by the network that did not train
  on it), top losses (of one network, fold 0, on all images: those it trained on too), random

`--folds` adds rows with network 'fine-tuned' from a report of `python -m course.folds`. The same
command resumes an interrupted run. With --folds, images of the folder are predicted: some minutes.
"""
import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd
from sklearn.covariance import LedoitWolf

from course import ROOT
from course.experiments import Results
from course.means import plus_minus
from course.prior import in_proportion
from course.sure import calibration, unlike
from course.sure.doubtful import self_confidence
from lessons.experiments.frozen_heads import FOLDS, Features, Head, features_of

RESULTS = ROOT / 'lessons' / 'experiments' / 'results' / 'how_sure.csv'
KEY = ['question', 'dataset', 'network', 'seed']
COLUMNS = [*KEY, 'method', 'images', 'value']
DATASETS = 'cat_dog', 'digits', 'faces', 'ants_bees', 'plant_seedlings'
FOREIGN = 'digits', 'faces', 'ants_bees', 'plant_seedlings'
OWN, SEEDS, SHARE = 'cat_dog', range(5), 0.05
HEAD, FINE_TUNED = 'head only', 'fine-tuned'


def out_of_fold(data: Features, y: np.ndarray, seed: int, folds=range(FOLDS)) -> Iterator[tuple]:
    """(head, fold, [train, val, test]) of each fold, trained with the labels y."""
    head = Head(data.x.shape[1], len(data.names))
    for fold in folds:
        splits = data.splits[fold]
        head.train(data.x, y, *splits[:2], seed=seed)
        yield head, fold, splits


def calibrated(dataset: str, seed: int) -> list[tuple]:
    """Rows (question, method, images, value) of one training on each fold."""
    data, found = features_of(dataset), []
    for head, _, (train, val, test) in out_of_fold(data, data.y, seed):
        shares = np.bincount(data.y[train])
        temperature = calibration.fit(data.y[val], head(data.x[val]), shares).temperature
        for method, t in (('before', 1), ('after', temperature)):
            prob = calibration.with_temperature(head(data.x[test]), t)
            found.append((method, data.y[test], in_proportion(prob, shares)))
    return of_both(found)


def of_both(found):
    """Both measures of all images. found: (method, labels, probabilities) of each fold."""
    rows = []
    for method in ('before', 'after'):
        y, prob = (np.concatenate([part[k] for part in found if part[0] == method])
                   for k in (1, 2))
        rows += [('calibration error', method, len(y), calibration.ece(y, prob)),
                 ('log loss', method, len(y), calibration.log_loss(y, prob))]
    return rows


def foreign(fold: int) -> list[tuple]:
    """Rows (dataset, method, images, share called unlike) of a head that tells cats from dogs."""
    own = features_of(OWN)
    head, _, (train, val, test) = next(out_of_fold(own, own.y, 0, [fold]))
    near = unlike.fit(own.x[train], own.x[val])
    classes = [own.x[train][own.y[train] == c] for c in range(len(own.names))]
    means = np.array([x.mean(axis=0) for x in classes])
    precision = LedoitWolf().fit(np.concatenate(
        [x - mean for x, mean in zip(classes, means)])).precision_

    def mahalanobis(x):
        return np.min([((x - mean) @ precision * (x - mean)).sum(axis=1) for mean in means], axis=0)

    rows = []
    for method, distance in (('nearest', near.distances), ('Mahalanobis', mahalanobis),
                             ('probability', lambda x: -head(x).max(axis=1))):
        threshold = np.quantile(distance(own.x[val]), 1 - unlike.FALSE_ALARMS, method='higher')
        for name, x in ((OWN, own.x[test]), *((name, features_of(name).x) for name in FOREIGN)):
            rows.append((name, method, len(x), (distance(x) > threshold).mean()))
    return rows


def foreign_to(own: str, fold: int) -> list[tuple]:
    """Rows (dataset, 'nearest', images, share called unlike) where `own` was trained on."""
    data = features_of(own)
    train, val, test = data.splits[fold]
    near = unlike.fit(data.x[train], data.x[val])
    return [(name, 'nearest', len(x), near.is_unlike(x).mean()) for name, x in (
        (own, data.x[test]), *((name, features_of(name).x) for name in DATASETS if name != own))]


def flips(dataset: str, fold: int) -> list[tuple]:
    """Rows (method, images, accuracy)."""
    data = features_of(dataset)
    head, _, (_, _, test) = next(out_of_fold(data, data.y, 0, [fold]))
    prob = head(data.x[test])
    mirrored = head(features_of(dataset, mirror=True).x[test])
    return [(method, len(test), (p.argmax(axis=1) == data.y[test]).mean())
            for method, p in (('image', prob), ('with its mirror image', prob + mirrored))]


def flipped_labels(dataset: str, seed: int) -> list[tuple]:
    """Rows (method, images, share of the flipped labels among the first 5 % shown)."""
    data, rng = features_of(dataset), np.random.default_rng(seed)
    n, num_class = len(data.y), len(data.names)
    n_shown = round(SHARE * n)
    flipped = rng.choice(n, n_shown, replace=False)
    y = data.y.copy()
    y[flipped] = (y[flipped] + rng.integers(1, num_class, n_shown)) % num_class
    sure, losses = np.empty(n), None
    for head, _, (train, val, test) in out_of_fold(data, y, seed):
        shares = np.bincount(y[train])
        temperature = calibration.fit(y[val], head(data.x[val]), shares).temperature
        prob = in_proportion(calibration.with_temperature(head(data.x), temperature), shares)
        sure[test] = self_confidence(y, prob)[test]
        losses = -self_confidence(y, prob) if losses is None else losses    # of fold 0
    orders = {'self-confidence': np.argsort(sure, kind='stable'),
              'top losses': np.argsort(-losses, kind='stable'), 'random': rng.permutation(n)}
    return [(method, n, np.isin(order[:n_shown], flipped).mean())
            for method, order in orders.items()]


def fine_tuned(folder: str) -> Iterator[tuple]:
    """(question, dataset, seed, rows of (method, images, value)) of a report's networks."""
    from course.sure.pooled import pooled
    from course.trained.ensemble import load
    from course.trained.predictions import Predictor

    members = load(ROOT / folder).members
    pool = pooled(dict(enumerate(members)))
    rows = of_both([('before', pool.y_true, pool.raw), ('after', pool.y_true, pool.prob)])
    for question in ('calibration error', 'log loss'):
        yield question, OWN, 0, [row[1:] for row in rows if row[0] == question]
    for fold, member in enumerate(members):
        tested = member.tested()
        groups = {OWN: tested.path.to_numpy(), **{
            name: features_of(name).paths[::10 if name == 'digits' else 3]
            for name in FOREIGN}}
        with Predictor(member) as predictor, Predictor(member, flips=True) as with_flips:
            for name, paths in groups.items():
                found = list(predictor(paths.tolist()))
                yield 'unlike', name, fold, [('nearest', len(paths), np.mean(
                    [prediction.is_unlike for prediction in found]))]
            y, paths = tested.label.to_numpy(), tested.path.tolist()
            yield 'flips', OWN, fold, [(method, len(y), np.mean(
                [p.probabilities.argmax() for p in network(paths)] == y))
                for method, network in (('image', predictor),
                                        ('with its mirror image', with_flips))]


def jobs():
    """(question, dataset, network, seed), what to call for its rows, and how these are read."""
    for seed in SEEDS:
        for name in ('cat_dog', 'digits'):
            yield ('flipped labels', name, HEAD, seed), lambda n=name, s=seed: [
                ('flipped labels', n, *row) for row in flipped_labels(n, s)]
    for fold in range(FOLDS):
        yield ('unlike', OWN, HEAD, fold), lambda f=fold: [
            ('unlike', *row) for row in foreign(f)]
    for fold in range(FOLDS):
        for name in FOREIGN:
            question = f'unlike {name}'
            yield (question, name, HEAD, fold), lambda n=name, q=question, f=fold: [
                (q, *row) for row in foreign_to(n, f)]
    for fold in range(FOLDS):
        for name in DATASETS:
            yield ('flips', name, HEAD, fold), lambda n=name, f=fold: [
                ('flips', n, *row) for row in flips(n, f)]
    for seed in SEEDS:
        for name in DATASETS:
            yield ('calibration error', name, HEAD, seed), lambda n=name, s=seed: [
                (question, n, *row) for question, *row in calibrated(n, s)]


def table(rows: pd.DataFrame) -> str:
    """Markdown: means in percent over seeds or folds, with their 95 % intervals."""
    lines = ['| question | images of | network | | % |', '|---|---|---|---|---|']
    for (question, dataset, network, method), part in rows.groupby(
            ['question', 'dataset', 'network', 'method'], sort=False):
        if question != 'log loss':
            lines.append(f'| {question} | {dataset} | {network} | {method} | '
                         f'{plus_minus(part.value)} |')
    for (network, name), part in rows[rows.question == 'flips'].groupby(['network', 'dataset']):
        of_fold = part.pivot(index='seed', columns='method', values='value')
        gain = of_fold['with its mirror image'] - of_fold.image
        lines.append(f'| gain by flips | {name} | {network} | fold by fold | '
                     f'{plus_minus(gain, sign=True)} |')
    return '\n'.join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--folds', metavar='FOLDER', help='a report of course.folds on cat_dog')
    options = parser.parse_args()
    results = Results(RESULTS, COLUMNS, KEY, 'python -m lessons.experiments.how_sure')
    todo = dict(jobs())
    for job in results.missing(todo):
        rows = todo[job]()
        results.add([{'question': question, 'dataset': dataset, 'network': HEAD, 'seed': job[3],
                      'method': method, 'images': n, 'value': f'{value:.4f}'}
                     for question, dataset, method, n, value in rows])
        print(*job, flush=True)
    if options.folds and FINE_TUNED not in set(results.rows().network):
        results.add([{'question': question, 'dataset': dataset, 'network': FINE_TUNED,
                      'seed': seed, 'method': method, 'images': n, 'value': f'{value:.4f}'}
                     for question, dataset, seed, rows in fine_tuned(options.folds)
                     for method, n, value in rows])
    print(table(results.rows()))


if __name__ == '__main__':
    main()
