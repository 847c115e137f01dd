"""What the small checkpoint's frozen features are worth, next to random weights and no network.

    python -m pretraining.frozen

The cats and dogs of data/cat_dog, and newly drawn seedlings, EACH of twelve species, at 64 pixels:
none of them is a class of the pre-training. Each set is split five times (stratified folds; a
quarter of the other four for validation). On each split it compares the best of
course/baselines.py without a network, and logistic regression on the features of the network with
random weights, other ones in each fold, and as pre-trained. Validation images choose, the test is
looked at once. Each finished fold is a row of results/frozen.csv for each method; the same command
resumes.
"""
import functools

import numpy as np
from sklearn.model_selection import StratifiedKFold, train_test_split

from course import ROOT
from course.baselines import frozen, no_network
from course.experiments import Results
from course.images import read_resized, resized
from course.means import plus_minus
from drawing.plants import plant_seedlings
from exercises.checks.features import features_of

RESULTS = ROOT / 'pretraining' / 'results' / 'frozen.csv'
DRAWN = str(ROOT / 'tf_ckpt' / 'mobilenet_v1_0.50_160_drawn.ckpt')
NETWORK, SIZE, FOLDS, EACH = 'mobilenet_v1_0.50_160', 64, 5, 30
DATASETS = {'cat_dog': 'drawn cats and dogs', 'plant_seedlings': 'drawn seedlings, 12 species'}
WITHOUT, RANDOM, PRETRAINED = 'no network', 'random weights, frozen', 'pre-trained, frozen'
KEY = ['dataset', 'fold', 'method']


@functools.cache
def images_of(dataset):
    """(uint8 (N, SIZE, SIZE, 3), labels)."""
    if dataset == 'plant_seedlings':
        jobs = [(label, name, i) for label, name in enumerate(plant_seedlings.SPECIES)
                for i in range(EACH)]
        x = [resized(plant_seedlings.draw(name, np.random.default_rng([label, i])), SIZE)
             for label, name, i in jobs]
        return np.array(x), np.array([label for label, *_ in jobs])
    files = sorted((ROOT / 'data' / dataset).glob('*.*.jpg'))
    if not files:
        raise FileNotFoundError(f'no images: python data/get.py {dataset}')
    return (np.array([read_resized(file, SIZE) for file in files]),
            np.array([file.name.startswith('dog') for file in files], int))


@functools.cache
def features(dataset, checkpoint, seed):
    return features_of(images_of(dataset)[0], checkpoint, NETWORK, seed)


def split(y, fold):
    """Rows for training, validation and test."""
    others, test = list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(y, y))[fold]
    train, val = train_test_split(others, test_size=0.25, stratify=y[others], random_state=fold)
    return train, val, test


def accuracy(dataset, fold, method):
    """Test accuracy, 0 to 1."""
    x, y = images_of(dataset)
    if method != WITHOUT:
        x = features(dataset, *((DRAWN, 0) if method == PRETRAINED else ('', fold)))
    train, val, test = split(y, fold)
    answer = no_network if method == WITHOUT else frozen
    _, predicted = answer(x[train], y[train], x[val], y[val], x[test])
    return float((predicted == y[test]).mean())


def table(rows):
    """Markdown: test accuracy, the mean over the folds and its interval; pre-trained minus each."""
    lines = ['| | images | ' + ' | '.join((WITHOUT, RANDOM, PRETRAINED)) +
             ' | pre-trained minus random |', '|---|---|---|---|---|---|']
    for dataset, part in rows.groupby('dataset', sort=False):
        by_fold = part.pivot(index='fold', columns='method', values='accuracy')
        cells = [plus_minus(by_fold[name]) if name in by_fold else 'not measured'
                 for name in (WITHOUT, RANDOM, PRETRAINED)]
        gain = (plus_minus(by_fold[PRETRAINED] - by_fold[RANDOM], sign=True)
                if {RANDOM, PRETRAINED} <= set(by_fold) else 'not measured')
        lines.append(f'| {DATASETS[dataset]} | {part.images.iloc[0]} | {" | ".join(cells)} | '
                     f'{gain} |')
    return '\n'.join(lines)


def main():
    results = Results(RESULTS, [*KEY, 'images', 'accuracy'], KEY, 'python -m pretraining.frozen')
    for dataset, fold, method in results.missing(
            (dataset, fold, method) for method in (PRETRAINED, RANDOM, WITHOUT)
            for dataset in DATASETS for fold in range(FOLDS)):
        right = accuracy(dataset, fold, method)
        print(dataset, fold, method, f'{right:.3f}', flush=True)
        results.add([{'dataset': dataset, 'fold': fold, 'method': method,
                      'images': len(images_of(dataset)[1]), 'accuracy': round(right, 4)}])
    print(table(results.rows()))


if __name__ == '__main__':
    main()
