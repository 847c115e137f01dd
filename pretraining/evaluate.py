"""What a checkpoint is worth on real images: fine-tuning compared with training from scratch.

    python -m pretraining.evaluate CHECKPOINT [OTHER ...] [--photos FOLDER]

Digits and faces come with scikit-learn and scikit-image. FOLDER holds photographs named
<class>.<n>.jpg. Each line is the mean of five runs (seeds or folds) with its standard error. Runs
of the same weights that model/evaluate.csv already holds are not done again.

Each run uses Adam, with a learning rate that falls linearly from RATE to 0. The batches are small
because BatchNorm's statistics need many steps, and few images would otherwise make few of them.
"""
import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import tensorflow.compat.v1 as tf
from skimage.data import lfw_subset
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold

from course import ROOT
from course.checkpoints.find import unpacked_checkpoint
from course.checkpoints.packed import ENDINGS
from course.experiments import Results
from course.images import enlarged
from course.session import choose_precision, session_config
from tf_model.classifier import Classifier
from tf_model.restore import report, restore

RATE, RUNS = 3e-4, 5
SCRATCH = 'scratch'
KEY = ['target', 'checkpoint', 'weights', 'run', 'recipe']


def digits(run):
    """Handwritten digits at 96 px, 20 of each class for training."""
    data = load_digits()
    order = np.random.default_rng(run).permutation(len(data.target))
    first = np.concatenate([order[data.target[order] == c][:20] for c in range(10)])
    rest = np.setdiff1d(order, first)
    x = enlarged(data.images / 16, 96)
    return x[first], data.target[first], x[rest], data.target[rest]


def faces(run):
    """Faces against other pieces of photographs at 96 px, 100 of them for training."""
    x, y = enlarged(lfw_subset(), 96), np.repeat([1, 0], 100)
    order = np.random.default_rng(run).permutation(100)
    first, rest = (np.concatenate([part, part + 100]) for part in (order[:50], order[50:]))
    return x[first], y[first], x[rest], y[rest]


def photos(folder):
    """A folder's photographs as a target: five folds; 3/4 of the other four are for training.

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
        learn = np.random.default_rng(run).permutation(others)[:len(others) * 3 // 4]
        return x[learn], y[learn], x[test], y[test]

    return fold


def photo(file):
    """An image file as uint8 RGB (128, 128, 3). Raises OSError, naming a file that is no image."""
    image = cv2.imread(str(file))
    if image is None:
        raise OSError(f'{file} is not an image that OpenCV can read: remove it')
    return cv2.resize(image, (128, 128), interpolation=cv2.INTER_AREA)[..., ::-1]


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


class Target(NamedTuple):
    """A task to fine-tune on, and how."""

    data: Callable      # run -> x, y for training and x, y for the test
    epochs: int
    batch: int
    mirror: bool        # whether a mirrored image still belongs to its class


def fine_tune(checkpoint, target, run, mixed_precision='auto'):
    """Test accuracy after each epoch of one run: a list of floats.

    checkpoint: a path, or SCRATCH. run: its seed, or its fold. mixed_precision: see
    choose_precision.
    """
    x, y, x_test, y_test = target.data(run)
    steps, step = target.epochs * max(1, len(y) // target.batch), 0
    precision = choose_precision(mixed_precision)
    with tf.Graph().as_default(), tf.Session(config=session_config(precision)) as sess:
        tf.set_random_seed(run)
        net = Classifier(x.shape[1:], int(y.max()) + 1)
        update = net.adam(precision)
        sess.run(tf.global_variables_initializer())
        if checkpoint != SCRATCH:
            restored = restore(sess, net.trunk, checkpoint)
            print(Path(checkpoint).name, report(restored).splitlines()[0])
        rng, accuracies = np.random.default_rng(run), []
        for _ in range(target.epochs):
            for rows in np.array_split(rng.permutation(len(y)), steps // target.epochs):
                sess.run(update, {net.images: augmented(x[rows], target.mirror, rng),
                                  net.labels: y[rows], net.is_training: True,
                                  net.rate: RATE * (1 - step / steps)})
                step += 1
            accuracies.append(net.accuracy(sess, x_test, y_test))
        return accuracies


def fingerprint(checkpoint):
    """The first 8 hex digits of the SHA-256 of a checkpoint's values; '' for SCRATCH."""
    if checkpoint == SCRATCH:
        return ''
    path = unpacked_checkpoint(checkpoint)
    data = Path(path + ENDINGS[0])
    return hashlib.sha256((data if data.exists() else Path(path)).read_bytes()).hexdigest()[:8]


def summary(rows):
    """Markdown: the mean and its standard error for each target, epoch and checkpoint."""
    table = rows.groupby(['target', 'epoch', 'checkpoint']).accuracy.agg(['mean', 'sem', 'count'])
    lines = ['| target | epoch | from | accuracy | runs |', '|---|---|---|---|---|']
    lines += [f'| {" | ".join(map(str, key))} | {100 * row["mean"]:.1f} ± {100 * row["sem"]:.1f} % '
              f'| {row["count"]:.0f} |' for key, row in table.iterrows()]
    return '\n'.join(lines)


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='Fine-tune checkpoints on real images.')
    parser.add_argument('checkpoints', nargs='+')
    parser.add_argument('--photos', type=Path, help='a folder of <class>.<n>.jpg')
    parser.add_argument('--out', type=Path, default=ROOT / 'model' / 'evaluate.csv')
    args = parser.parse_args(argv)
    targets = {'digits': Target(digits, 2, 4, False), 'faces': Target(faces, 5, 4, True)}
    if args.photos:
        targets['photos'] = Target(photos(args.photos), 8, 8, True)
    recipes = {name: f'{RATE} {t.epochs} x {t.batch}' for name, t in targets.items()}
    if args.photos:
        recipes['photos'] += f' {args.photos.resolve()}'
    weights = {SCRATCH: '', **{name: fingerprint(name) for name in args.checkpoints}}
    jobs = {(target, Path(name).name, weights[name], run, recipes[target]): (name, target, run)
            for target in targets for run in range(RUNS) for name in weights}
    results = Results(args.out, [*KEY, 'epoch', 'accuracy'], KEY, 'python -m pretraining.evaluate',
                      choose_precision(), text=['checkpoint', 'weights'])
    for key in results.missing(jobs):
        name, target, run = jobs[key]
        accuracies = fine_tune(name, targets[target], run)
        print(*key, *(f'{accuracy:.3f}' for accuracy in accuracies), flush=True)
        results.add([{**dict(zip(KEY, key)), 'epoch': epoch, 'accuracy': accuracy}
                     for epoch, accuracy in enumerate(accuracies, 1)])
    rows = results.rows()
    print(summary(rows[rows.weights.isin(weights.values()) & rows.recipe.isin(recipes.values())]))
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
