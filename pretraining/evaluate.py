"""What a checkpoint is worth on real images: fine-tuning compared with what does without it.

    python -m pretraining.evaluate CHECKPOINT [OTHER ...] [--photos FOLDER]

Digits and faces come with scikit-learn and scikit-image. FOLDER holds photographs named
<class>.<n>.jpg. Each target is split five times (five seeds, or five folds) into images for
training, validation and test. On each split it compares

- no network: the best of course/baselines.py, chosen on the validation images,
- from scratch, by the best of several recipes. Validation images of the first split choose it,
- head only: logistic regression on the features of each checkpoint at its deepest whole block,
- fine-tuning from each checkpoint, by the notebook's recipe, and by the same with BatchNorm in
  inference mode.

Each finished run is a row of pretraining/results/evaluate.csv, and what that holds is not run
again.
"""
import argparse
import functools
import hashlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pandas as pd
from skimage.data import lfw_subset
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold

from course import ROOT
from course.baselines import best_regression, no_network
from course.checkpoints.digest import digest
from course.checkpoints.find import unpacked_checkpoint
from course.checkpoints.packed import ENDINGS
from course.compat import tf
from course.experiments import Results
from course.frozen_graph import frozen_session
from course.images import enlarged
from course.schedule import Warm_up_and_cosine
from course.session import choose_precision, session_config
from pretraining.tables import HEAD_ONLY, INFERENCE, NO_NETWORK, RUNS, SCRATCH, accuracies
from tf_model.classifier import Classifier
from tf_model.restore import deepest_restored, report, restore

RESULTS = ROOT / 'pretraining' / 'results' / 'evaluate.csv'
KEY = ['target', 'start', 'weights', 'images', 'run', 'recipe']
SPLITS = ['train', 'val', 'test']
COLUMNS = [*KEY, 'n_train', 'n_test', *SPLITS, 'method']    # accuracies; the baseline chosen


class Recipe(NamedTuple):
    """How to train: Adam, at a rate that follows course/schedule.py."""

    rate: float
    epochs: int
    batch: int
    batch_statistics: bool = True       # False: BatchNorm in inference mode

    def __str__(self):
        return f'cosine, {self.rate:g}, {self.epochs} epochs, batches of {self.batch}' + (
            '' if self.batch_statistics else INFERENCE)


RECIPE = Recipe(3e-4, 8, 16)            # the notebook's
FINE_TUNING = [RECIPE, RECIPE._replace(batch_statistics=False)]
FROM_SCRATCH = [RECIPE, *(Recipe(rate, 40, 16) for rate in (3e-4, 1e-3, 3e-3))]


class Target(NamedTuple):
    """A task."""

    data: Callable      # run -> {'train': (x, y), 'val': (x, y), 'test': (x, y)}
    mirror: bool        # whether a mirrored image still belongs to its class


def digits(run):
    """Handwritten digits at 96 px: of each class 20 for training, 10 for validation."""
    data = load_digits()
    order = np.random.default_rng(run).permutation(len(data.target))
    nth = pd.Series(1, order).groupby(data.target[order]).cumsum().to_numpy()   # of its class
    x = enlarged(data.images / 16, 96)
    return {name: (x[order[rows]], data.target[order[rows]]) for name, rows in
            (('train', nth <= 20), ('val', (nth > 20) & (nth <= 30)), ('test', nth > 30))}


def faces(run):
    """Faces against other pieces of photographs at 96 px: of each 50 for training, 10 to validate.
    """
    x, y = enlarged(lfw_subset(), 96), np.repeat([1, 0], 100)
    order = np.random.default_rng(run).permutation(100)
    rows = {name: np.concatenate([part, part + 100])
            for name, part in zip(SPLITS, np.split(order, [50, 60]))}
    return {name: (x[part], y[part]) for name, part in rows.items()}


def photos(folder):
    """A folder's photographs as a target: five folds; a quarter of the other four for validation.

    Raises FileNotFoundError where there are too few for five folds.
    """
    files = sorted(Path(folder).glob('*.*.jpg'))
    if len(files) < 4 * RUNS:
        raise FileNotFoundError(f'{folder} holds {len(files)} images named <class>.<n>.jpg; '
                                f'five folds need at least {4 * RUNS}')
    names = sorted({f.name.split('.')[0] for f in files})
    y = np.array([names.index(f.name.split('.')[0]) for f in files])
    x = np.stack([photo(file) for file in files])

    def fold(run):
        others, test = list(StratifiedKFold(RUNS, shuffle=True, random_state=0).split(x, y))[run]
        others = np.random.default_rng(run).permutation(others)
        train, val = np.split(others, [len(others) * 3 // 4])
        return {name: (x[rows], y[rows]) for name, rows in zip(SPLITS, (train, val, test))}

    return fold


def photo(file):
    """An image file as uint8 RGB (128, 128, 3). Raises OSError, naming a file that is no image."""
    image = cv2.imread(str(file))
    if image is None:
        raise OSError(f'{file} is not an image that OpenCV can read: remove it')
    return cv2.resize(image, (128, 128), interpolation=cv2.INTER_AREA)[..., ::-1]


TARGETS = {'digits': Target(digits, False), 'faces': Target(faces, True)}


def augmented(images, mirror, rng):
    """Images (N, S, S, 3), each slightly rotated, scaled and shifted, and perhaps mirrored."""
    size, out = images.shape[1], []
    for image in images:
        turn = cv2.getRotationMatrix2D((size / 2, size / 2), rng.uniform(-12, 12),
                                       rng.uniform(0.85, 1.2))
        turn[:, 2] += rng.uniform(-0.08, 0.08, 2) * size
        image = cv2.warpAffine(image, turn, (size, size), borderMode=cv2.BORDER_REFLECT)
        out.append(image[:, ::-1] if mirror and rng.random() < 0.5 else image)
    return np.stack(out)


def fine_tune(checkpoint, target, run, recipe, mixed_precision='auto'):
    """Accuracies at the end of one run: {'train': 0 to 1, 'val': ..., 'test': ...}.

    checkpoint: a path, or SCRATCH. run: its seed, or its fold. mixed_precision: see
    choose_precision.
    """
    data = target.data(run)
    x, y = data['train']
    steps = recipe.epochs * max(1, len(y) // recipe.batch)
    plan = Warm_up_and_cosine(recipe.rate, steps)
    precision = choose_precision(mixed_precision)
    with tf.Graph().as_default(), tf.Session(config=session_config(precision)) as sess:
        tf.set_random_seed(run)
        net = Classifier(x.shape[1:], int(y.max()) + 1)
        update = net.adam(precision)
        sess.run(tf.global_variables_initializer())
        if checkpoint != SCRATCH:
            restored = restore(sess, net.trunk, checkpoint)
            print(Path(checkpoint).name, report(restored).splitlines()[0])
        rng = np.random.default_rng(run)
        for _ in range(recipe.epochs):
            for rows in np.array_split(rng.permutation(len(y)), steps // recipe.epochs):
                plan.on_batch_begin()
                sess.run(update, {net.images: augmented(x[rows], target.mirror, rng),
                                  net.labels: y[rows], net.rate: plan.lr,
                                  net.is_training: recipe.batch_statistics})
        return {name: net.accuracy(sess, *part) for name, part in data.items()}


def without_network(target, run):
    """The same of the best method of course/baselines.py, and which one that is ('method')."""
    data = target.data(run)
    (x, y), (val_x, val_y), _ = data.values()
    accuracies = {}
    for name, (images, labels) in data.items():
        method, predicted = no_network(x, y, val_x, val_y, images)
        accuracies[name] = (predicted == labels).mean()
    return {**accuracies, 'method': method}


def head_only(checkpoint, target, run):
    """The same of logistic regression on frozen features; 'method' is the block they are from."""
    data = target.data(run)
    x, _ = data['train']
    with tf.Graph().as_default(), tf.Session() as sess:
        net = Classifier(x.shape[1:], 2, is_training=False)
        sess.run(tf.global_variables_initializer())
        block = deepest_restored(restore(sess, net.trunk, checkpoint), net.end_points)
        pooled = tf.reduce_mean(net.end_points[block], [1, 2])
        fast = frozen_session(sess, [net.images], [pooled])
    with fast:
        rows = {name: np.concatenate([fast.run(pooled.name, {net.images.name: x[k:k + 50]})
                                      for k in range(0, len(x), 50)])
                for name, (x, _) in data.items()}
    model = best_regression(*(part for name in ('train', 'val')
                              for part in (rows[name], data[name][1])))
    return {**{name: model.score(rows[name], y) for name, (_, y) in data.items()}, 'method': block}


def best_from_scratch(rows):
    """Of FROM_SCRATCH, the Recipe with the most validation images right; the first of equals.

    rows: of the results, those of one target from scratch, run 0.
    """
    val = rows.set_index('recipe').val
    return max(FROM_SCRATCH, key=lambda recipe: val[str(recipe)])


def jobs(results, targets, checkpoints) -> Iterator[tuple]:
    """(values of KEY, with a path or SCRATCH as `start`) of all runs, the longest ones last.

    targets: {name: Target}. checkpoints: paths. Which recipes come last depends on the results.
    """
    @functools.cache
    def images(name, run):
        return digest(*(array.tobytes() for part in targets[name].data(run).values()
                        for array in part))

    weights = {path: fingerprint(path) for path in checkpoints}
    for name in targets:
        for run in range(RUNS):
            yield name, NO_NETWORK, '', images(name, run), run, ''
            for path in checkpoints:
                yield name, path, weights[path], images(name, run), run, HEAD_ONLY
        for recipe, run, path in itertools.product(FINE_TUNING, range(RUNS), checkpoints):
            yield name, path, weights[path], images(name, run), run, recipe
    for name, run in itertools.product(targets, range(RUNS)):
        rows = results.rows()
        rows = rows[(rows.images == images(name, 0)) & (rows.start == SCRATCH) & (rows.run == 0)]
        for recipe in FROM_SCRATCH if run == 0 else [best_from_scratch(rows)]:
            yield name, SCRATCH, '', images(name, run), run, recipe


def fingerprint(checkpoint):
    """The first 8 hex digits of the SHA-256 of a checkpoint's values."""
    path = unpacked_checkpoint(checkpoint)
    data = Path(path + ENDINGS[0])
    return hashlib.sha256((data if data.exists() else Path(path)).read_bytes()).hexdigest()[:8]


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='Fine-tune checkpoints on real images.')
    parser.add_argument('checkpoints', nargs='+')
    parser.add_argument('--photos', type=Path, help='a folder of <class>.<n>.jpg')
    parser.add_argument('--out', type=Path, default=RESULTS)
    args = parser.parse_args(argv)
    targets = {'photos': Target(photos(args.photos), True), **TARGETS} if args.photos else TARGETS
    results = Results(args.out, COLUMNS, KEY,
                      'python -m pretraining.evaluate CHECKPOINT ... --photos FOLDER',
                      choose_precision(), text=['start', 'weights', 'images', 'recipe', 'method'])
    named = {Path(path).name: path for path in args.checkpoints}
    for job in results.missing((name, Path(start).name, *rest) for name, start, *rest in
                               jobs(results, targets, args.checkpoints)):
        name, start, _, _, run, recipe = job
        if start == NO_NETWORK:
            row = without_network(targets[name], run)
        elif recipe == HEAD_ONLY:
            row = head_only(named[start], targets[name], run)
        else:
            row = fine_tune(named.get(start, SCRATCH), targets[name], run, recipe)
        data = targets[name].data(run)
        row = {**dict(zip(KEY, job)), 'n_train': len(data['train'][1]),
               'n_test': len(data['test'][1]), 'method': '', **row}
        print(*row.values(), flush=True)
        results.add([{key: round(value, 4) if key in SPLITS else value
                      for key, value in row.items()}])
    print(accuracies(results.rows()))
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
