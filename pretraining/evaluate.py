"""What a checkpoint is worth on real images: fine-tuned, beside training from scratch.

    python -m pretraining.evaluate CHECKPOINT [OTHER ...] [--photos FOLDER]

Digits and faces come with scikit-learn and scikit-image. FOLDER holds photographs named
<class>.<n>.jpg. Each line is the mean of five runs (seeds or folds) with its standard error. Runs
that model/evaluate.csv already holds, of the same weights, are not done again.

Each run is Adam with a learning rate that goes from RATE down to 0 in a line. The batches are
small: a few images make few steps, and BatchNorm's statistics need steps to follow.
"""
import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pandas as pd
import tensorflow.compat.v1 as tf
import tf_slim as slim
from skimage.data import lfw_subset
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold

from course import ROOT
from course.checkpoints.find import checkpoint_path
from course.checkpoints.packed import ENDINGS
from course.images import enlarged
from course.session import choose_precision, session_config, with_loss_scale
from tf_model.resnet_v2 import SCOPE, resnet_v2_50
from tf_model.restore import report, restore

RATE, RUNS = 3e-4, 5
SCRATCH = 'scratch'


def digits(run):
    """Handwritten digits, 20 of each class to learn from, at 96 px."""
    data = load_digits()
    order = np.random.default_rng(run).permutation(len(data.target))
    first = np.concatenate([order[data.target[order] == c][:20] for c in range(10)])
    rest = np.setdiff1d(order, first)
    x = enlarged(data.images / 16, 96)
    return x[first], data.target[first], x[rest], data.target[rest]


def faces(run):
    """Faces against other pieces of photographs, 100 to learn from, at 96 px."""
    x, y = enlarged(lfw_subset(), 96), np.repeat([1, 0], 100)
    order = np.random.default_rng(run).permutation(100)
    first, rest = (np.concatenate([part, part + 100]) for part in (order[:50], order[50:]))
    return x[first], y[first], x[rest], y[rest]


def photos(folder):
    """The target made of a folder's photographs: five folds, 3/4 of the others to learn from."""
    files = sorted(Path(folder).glob('*.*.jpg'))
    if len(files) < 4 * RUNS:
        raise FileNotFoundError(f'{folder} holds {len(files)} images named <class>.<n>.jpg; '
                                f'five folds need {4 * RUNS}')
    names = sorted({f.name.split('.')[0] for f in files})
    y = np.array([names.index(f.name.split('.')[0]) for f in files])
    x = np.stack([photo(file) for file in files])

    def fold(run):
        others, test = list(StratifiedKFold(RUNS, shuffle=True, random_state=0).split(x, y))[run]
        learn = np.random.default_rng(run).permutation(others)[:len(others) * 3 // 4]
        return x[learn], y[learn], x[test], y[test]

    return fold


def photo(file):
    """An image file as uint8 RGB (128, 128, 3)."""
    image = cv2.imread(str(file))
    if image is None:
        raise OSError(f'{file} is not an image that OpenCV can read: take it out')
    return cv2.resize(image, (128, 128), interpolation=cv2.INTER_AREA)[..., ::-1]


def augmented(images, mirror, rng):
    """Images (N, S, S, 3) a little turned, scaled and shifted, perhaps mirrored."""
    size, out = images.shape[1], []
    for image in images:
        turn = cv2.getRotationMatrix2D((size / 2, size / 2), rng.uniform(-12, 12),
                                       rng.uniform(0.85, 1.2))
        turn[:, 2] += rng.uniform(-0.08, 0.08, 2) * size
        image = cv2.warpAffine(image, turn, (size, size), borderMode=cv2.BORDER_REFLECT)
        out.append(image[:, ::-1] if mirror and rng.random() < 0.5 else image)
    return np.stack(out)


class Target(NamedTuple):
    """What is learned, and how."""

    data: Callable      # run -> x, y to learn from and x, y to test on
    epochs: int
    batch: int
    mirror: bool        # whether a mirrored image is still of its class


class Classifier(NamedTuple):
    """The placeholders, scores and training step of `classifier`."""

    images: tf.Tensor       # uint8 (N, H, W, 3)
    labels: tf.Tensor       # int32 (N,)
    training: tf.Tensor     # bool
    rate: tf.Tensor         # of Adam
    logits: tf.Tensor       # (N, classes)
    update: tf.Operation


def classifier(image_shape, n_classes, precision, freeze=None):
    """Builds ResNet-v2-50 with a dense layer for n_classes into the open graph: a Classifier."""
    images = tf.placeholder(tf.uint8, (None, *image_shape))
    labels, training = tf.placeholder(tf.int32, [None]), tf.placeholder(tf.bool, [])
    rate = tf.placeholder(tf.float32, [])
    features, _ = resnet_v2_50(tf.cast(images, tf.float32) / 127.5 - 1, training, freeze)
    logits = slim.fully_connected(tf.reduce_mean(features, [1, 2]), n_classes,
                                  activation_fn=None, scope='CLASS_1')
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        update = with_loss_scale(tf.train.AdamOptimizer(rate), precision).minimize(loss)
    return Classifier(images, labels, training, rate, logits, update)


def fine_tune(checkpoint, target, run):
    """Test accuracy after each epoch of one run: a list of floats. checkpoint: a path, or SCRATCH.
    """
    x, y, x_test, y_test = target.data(run)
    steps, step = target.epochs * max(1, len(y) // target.batch), 0
    precision = choose_precision()
    with tf.Graph().as_default(), tf.Session(config=session_config(precision)) as sess:
        tf.set_random_seed(run)
        images, labels, training, rate, logits, update = classifier(
            x.shape[1:], int(y.max()) + 1, precision)
        sess.run(tf.global_variables_initializer())
        if checkpoint != SCRATCH:
            restored = restore(sess, slim.get_model_variables(SCOPE), checkpoint)
            print(Path(checkpoint).name, report(restored).splitlines()[0])
        rng, out = np.random.default_rng(run), []
        for _ in range(target.epochs):
            for rows in np.array_split(rng.permutation(len(y)), steps // target.epochs):
                sess.run(update, {images: augmented(x[rows], target.mirror, rng),
                                  labels: y[rows], training: True,
                                  rate: RATE * (1 - step / steps)})
                step += 1
            scores = [sess.run(logits, {images: x_test[k:k + 64], training: False})
                      for k in range(0, len(y_test), 64)]
            out.append(float((np.concatenate(scores).argmax(1) == y_test).mean()))
        return out


def fingerprint(checkpoint):
    """The first 8 hex digits of the SHA-256 of a checkpoint's values; '' for SCRATCH."""
    if checkpoint == SCRATCH:
        return ''
    path = checkpoint_path(checkpoint)
    data = Path(path + ENDINGS[0])
    return hashlib.sha256((data if data.exists() else Path(path)).read_bytes()).hexdigest()[:8]


def summary(rows):
    """Markdown: for each target, epoch and checkpoint the mean and its standard error."""
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
    jobs = [(target, run, name) for target in targets for run in range(RUNS) for name in weights]
    rows = pd.DataFrame()
    if args.out.exists():
        rows = pd.read_csv(args.out, dtype={'weights': str}, keep_default_na=False)
    for target, run, name in jobs:
        key = {'target': target, 'checkpoint': Path(name).name, 'weights': weights[name],
               'run': run, 'recipe': recipes[target]}
        if len(rows) and (rows[list(key)] == list(key.values())).all(axis=1).any():
            continue
        scores = fine_tune(name, targets[target], run)
        print(*key.values(), *(f'{s:.3f}' for s in scores), flush=True)
        rows = pd.concat([rows, pd.DataFrame([{**key, 'epoch': k + 1, 'accuracy': score}
                                              for k, score in enumerate(scores)])])
        args.out.parent.mkdir(exist_ok=True)
        rows.to_csv(args.out, index=False)
    print(summary(rows[rows.weights.isin(weights.values()) & rows.recipe.isin(recipes.values())]))
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
