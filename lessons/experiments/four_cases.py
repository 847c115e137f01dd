"""Small or large, similar or different: what to transfer, run by run, into one file.

    python -m lessons.experiments.four_cases [--seeds 5]

Each finished run is a row of results/four_cases.csv, with its recipe; the same command resumes an
interrupted one. What costs seconds comes first: no network, and heads on cached features. The
networks that are trained come after it. The middle size, between small and large, comes last. It
needs data/cat_dog.

A seed chooses the training and test images, the initial weights, the order of the batches, and how
images are augmented. `seconds` is what training took, including features, but not building the
graph or testing; `cpu_seconds` is the same in processor time, summed over all cores: compare that
one on a busy machine.
"""
import argparse
import functools
import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim
from sklearn.datasets import load_digits

from course import ROOT
from course.baselines import no_network
from course.experiments import Results
from course.images import enlarged, read_image
from course.session import choose_precision, session_config
from lessons.experiments.placed_digits import placed_digits
from pretraining.evaluate import augmented
from tf_model import zoo
from tf_model.classifier import NETWORK, Classifier
from tf_model.resnet_v2 import SCOPE, resnet_v2_50
from tf_model.restore import restore

CHECKPOINT = str(ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt')
RESULTS = ROOT / 'lessons' / 'experiments' / 'results' / 'four_cases.csv'
KEY = ['kind', 'size', 'strategy', 'seed']
COLUMNS = ['size', 'kind', 'images', 'strategy', 'seed', 'accuracy', 'accuracy_1',
           'train_accuracy', 'epochs', 'epoch_seconds', 'seconds', 'cpu_seconds', 'pixels', 'batch',
           'rate', 'steps', 'copies', 'method']

NO_NETWORK = 'no network'
HEAD, CUT_3, CUT_2 = 'head only', 'cut at block3', 'cut at block2'
FINE_TUNE, SCRATCH, FROZEN = 'fine-tune all', 'from scratch', 'frozen, not cached'
CACHED = HEAD, CUT_3, CUT_2
STRATEGIES = NO_NETWORK, *CACHED, FINE_TUNE, SCRATCH, FROZEN
# The output of a block of a pre-activation network is normalised and rectified by the next block.
OUTPUTS = {HEAD: f'{SCOPE}/postnorm/Relu:0',
           CUT_3: f'{SCOPE}/block4/unit_1/bottleneck_v2/preact/Relu:0',
           CUT_2: f'{SCOPE}/block3/unit_1/bottleneck_v2/preact/Relu:0'}


class Kind(NamedTuple):
    """Images that are similar to, or different from, those of the pre-training."""

    load: Callable      # pixels -> uint8 (N, pixels, pixels, 3), labels (N,)
    mirror: bool        # whether a mirrored image still belongs to its class
    n_test: int         # test images per class
    sizes: dict         # name -> training images per class


class Recipe(NamedTuple):
    """How the network, or a head on its features, is trained."""

    pixels: int = 64
    batch: int = 32
    epochs: int = 5             # of the network, or more where that is
    least_steps: int = 60       # fewer steps than this
    rate: float = 3e-4          # Adam's, for the network; falls linearly to 0
    copies: int = 4             # of each image whose features are kept, 3 of them augmented
    head_steps: int = 600
    head_rate: float = 1e-3


@functools.lru_cache
def cats_and_dogs(pixels):
    """The course's drawn cats (0) and dogs (1)."""
    files = sorted((ROOT / 'data' / 'cat_dog').glob('*.jpg'))
    if not files:
        raise FileNotFoundError('data/cat_dog holds no images: python data/get.py cat_dog')
    x = np.stack([cv2.resize(read_image(str(file)), (pixels, pixels),
                             interpolation=cv2.INTER_AREA) for file in files])
    return x, np.array([file.name.startswith('dog') for file in files], np.int32)


@functools.lru_cache
def digits(pixels):
    """Real handwriting, enlarged from 8 x 8."""
    data = load_digits()
    return enlarged(data.images / 16, pixels), data.target.astype(np.int32)


def placed(pixels):
    """The same handwriting, each digit somewhere in a textured image."""
    x, y = placed_digits(pixels)
    return x, y.astype(np.int32)


KINDS = {'similar': Kind(cats_and_dogs, True, 100, {'small': 5, 'middle': 25, 'large': 200}),
         'different': Kind(digits, False, 40, {'small': 5, 'middle': 20, 'large': 100}),
         'placed': Kind(placed, False, 40, {'small': 5, 'large': 50})}


class Data(NamedTuple):
    """The images and labels of one run; `mirror` as of its Kind."""

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    mirror: bool
    x_val: np.ndarray       # up to 20 images of a class that are left; perhaps none
    y_val: np.ndarray

    @property
    def n_classes(self):
        return int(self.y.max()) + 1


def draw_lots(kind, per_class, seed, recipe):
    """A Data with `per_class` training images of each class; the test is the same for all sizes."""
    x, y = kind.load(recipe.pixels)
    order = np.random.default_rng(seed).permutation(len(y))
    rows = [order[y[order] == c] for c in np.unique(y)]
    test = np.concatenate([r[:kind.n_test] for r in rows])
    end = kind.n_test + per_class
    learn = np.concatenate([r[kind.n_test:end] for r in rows])
    val = np.concatenate([r[end:end + 20] for r in rows])
    return Data(x[learn], y[learn], x[test], y[test], kind.mirror, x[val], y[val])


class Clock:
    """Adds up the time spent inside `with clock:`: `wall` and `cpu` (processor), in seconds."""

    def __init__(self):
        self.wall = self.cpu = 0.0

    def __enter__(self):
        self._began = time.perf_counter(), time.process_time()

    def __exit__(self, *exception):
        self.wall += time.perf_counter() - self._began[0]
        self.cpu += time.process_time() - self._began[1]


def without_network(data):
    """(test accuracy, Clock, name) of the best method of course.baselines, chosen on validation
    images: on a fifth of those to learn from, where none are left."""
    x, y, x_val, y_val, clock = data.x, data.y, data.x_val, data.y_val, Clock()
    if not len(y_val):
        fifth = np.arange(len(y)) % 5 == 0
        x, y, x_val, y_val = x[~fifth], y[~fifth], x[fifth], y[fifth]
    with clock:
        method, y_pred = no_network(x, y, x_val, y_val, data.x_test)
    return float((y_pred == data.y_test).mean()), clock, method


class Trunk:
    """The frozen network (the backbone): its features of images, at its top or at a lower block.

    checkpoint: None for random weights, of this seed.
    """

    def __init__(self, pixels, checkpoint=CHECKPOINT, seed=0):
        with tf.Graph().as_default() as graph:
            tf.set_random_seed(seed)
            self._images = tf.placeholder(tf.uint8, (None, pixels, pixels, 3))
            resnet_v2_50(zoo.scale(NETWORK, self._images), False, freeze='all')
            self._numbers = {cut: as_numbers(cut, graph) for cut in CACHED}
            self._sess = tf.Session(config=session_config(choose_precision()))
            self._sess.run(tf.global_variables_initializer())
            if checkpoint:
                restore(self._sess, slim.get_model_variables(SCOPE), checkpoint)
        for cut in CACHED:                  # the first call is slow: no run's clock should see it
            self.features(np.zeros((1, pixels, pixels, 3), np.uint8), cut)

    def features(self, images, cut):
        """float32 (N, 2048), or (N, 4096) at block3. images: uint8 (N, pixels, pixels, 3)."""
        parts = (images[k:k + 64] for k in range(0, len(images), 64))
        return np.concatenate([self._sess.run(self._numbers[cut], {self._images: part})
                               for part in parts])


def as_numbers(cut, graph):
    """The output of a stage (N, h, w, C) as (N, numbers): averaged over all places at the top, over
    each quarter of the image at a cut."""
    output = graph.get_tensor_by_name(OUTPUTS[cut])
    if cut == HEAD:
        return tf.reduce_mean(output, [1, 2])
    return tf.reshape(tf.image.resize_area(output, (2, 2)), (-1, 4 * output.shape[-1]))


trunk_of = functools.lru_cache(Trunk)


def head_on_features(data, cut, seed, recipe, checkpoint=CHECKPOINT):
    """(test accuracy, Clock) of a head on features that are computed once."""
    trunk, clock = trunk_of(recipe.pixels, checkpoint), Clock()
    rng = np.random.default_rng(seed)
    with clock:
        copies = [data.x] + [augmented(data.x, data.mirror, rng) for _ in range(recipe.copies - 1)]
        x, y = trunk.features(np.concatenate(copies), cut), np.tile(data.y, recipe.copies)
        mean, spread = x.mean(0), x.std(0)
        spread += 0.1 * spread.mean()       # keeps features that hardly vary from being blown up
        predict = trained_head((x - mean) / spread, y, data.n_classes, rng, recipe)
    x_test = (trunk.features(data.x_test, cut) - mean) / spread
    return float((predict(x_test) == data.y_test).mean()), clock


def trained_head(x, y, n_classes, rng, recipe):
    """A function: features (N, numbers) -> classes (N,). A dense layer with softmax, trained by
    Adam."""
    with tf.Graph().as_default(), tf.Session() as sess:
        features = tf.placeholder(tf.float32, (None, x.shape[1]))
        labels = tf.placeholder(tf.int32, [None])
        rate = tf.placeholder(tf.float32, [])
        weights = tf.get_variable('weights', (x.shape[1], n_classes),
                                  initializer=tf.zeros_initializer())
        biases = tf.get_variable('biases', n_classes, initializer=tf.zeros_initializer())
        loss = tf.losses.sparse_softmax_cross_entropy(labels, features @ weights + biases)
        update = tf.train.AdamOptimizer(rate).minimize(loss)
        sess.run(tf.global_variables_initializer())
        for step in range(recipe.head_steps):
            rows = rng.choice(len(y), min(recipe.batch, len(y)), replace=False)
            sess.run(update, {features: x[rows], labels: y[rows],
                              rate: recipe.head_rate * (1 - step / recipe.head_steps)})
        w, b = sess.run([weights, biases])
    return lambda new: (new @ w + b).argmax(1)


def train_network(data, strategy, seed, recipe):
    """Trains the network with its head from images: all of it or, if FROZEN, the head alone.

    Returns ({epoch: accuracy after it}, that on the training images, Clock): first and last epoch.
    """
    batch = min(recipe.batch, len(data.y))
    per_epoch = len(data.y) // batch
    epochs = max(recipe.epochs, -(-recipe.least_steps // per_epoch))
    steps, rng, clock = epochs * per_epoch, np.random.default_rng(seed), Clock()
    first_rate = recipe.head_rate if strategy == FROZEN else recipe.rate
    precision = choose_precision()
    with tf.Graph().as_default(), tf.Session(config=session_config(precision)) as sess:
        tf.set_random_seed(seed)
        net = Classifier(data.x.shape[1:], data.n_classes, 'all' if strategy == FROZEN else None)
        update, begin = net.adam(precision), tf.global_variables_initializer()

        def step(rows, rate):
            sess.run(update, {net.images: augmented(data.x[rows], data.mirror, rng),
                              net.labels: data.y[rows], net.is_training: True, net.rate: rate})

        sess.run(begin)
        step(np.arange(batch), 0.0)     # TensorFlow prepares the graph: not to be timed
        sess.run(begin)
        if strategy != SCRATCH:
            restore(sess, net.trunk, CHECKPOINT)
        after = {}
        for epoch in range(epochs):
            order = rng.permutation(len(data.y))[:per_epoch * batch]
            with clock:
                for k, rows in enumerate(order.reshape(per_epoch, batch)):
                    step(rows, first_rate * (1 - (epoch * per_epoch + k) / steps))
            if epoch + 1 in (1, epochs):
                after[epoch + 1] = net.accuracy(sess, data.x_test, data.y_test)
        on_train = net.accuracy(sess, data.x, data.y)
    return after, on_train, clock


def run(kind, size, strategy, seed, recipe=Recipe()):       # noqa: B008 (a NamedTuple never changes)
    """One run: a dict with the keys COLUMNS. kind: a key of KINDS; size: a key of its sizes."""
    data = draw_lots(KINDS[kind], KINDS[kind].sizes[size], seed, recipe)
    row = {'size': size, 'kind': kind, 'images': len(data.y), 'strategy': strategy, 'seed': seed,
           'pixels': recipe.pixels}
    if strategy == NO_NETWORK:
        row['accuracy'], clock, row['method'] = without_network(data)
    elif strategy in CACHED:
        row['accuracy'], clock = head_on_features(data, strategy, seed, recipe)
        row |= {'rate': recipe.head_rate, 'steps': recipe.head_steps, 'copies': recipe.copies}
    else:
        after, row['train_accuracy'], clock = train_network(data, strategy, seed, recipe)
        row |= {'accuracy_1': after[1], 'epochs': max(after), 'accuracy': after[max(after)],
                'epoch_seconds': round(clock.wall / max(after), 3),
                'steps': max(after) * (len(data.y) // min(recipe.batch, len(data.y))),
                'rate': recipe.head_rate if strategy == FROZEN else recipe.rate}
    if strategy != NO_NETWORK:
        row['batch'] = min(recipe.batch, len(data.y))
    return {**dict.fromkeys(COLUMNS), **row, 'seconds': round(clock.wall, 2),
            'cpu_seconds': round(clock.cpu, 2)}


def jobs(seeds):
    """(kind, size, strategy, seed) of all runs, in order."""
    for sizes in ('small', 'large'), ('middle',):
        for quick in True, False:
            for kind, size, seed in itertools.product(KINDS, sizes, range(seeds)):
                for strategy in STRATEGIES if size in KINDS[kind].sizes else []:
                    of_epochs = strategy != FROZEN or size == 'large' and kind != 'placed'
                    if quick == (strategy in (NO_NETWORK, *CACHED)) and of_epochs:
                        yield kind, size, strategy, seed


def results(path=RESULTS):
    """The file of finished runs."""
    return Results(path, COLUMNS, KEY, 'python -m lessons.experiments.four_cases',
                   choose_precision(), text=['method'])


def read_results():
    """The finished runs as a DataFrame, without rows if there are none."""
    return results().rows()


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='The four cases of transfer, as experiments.')
    parser.add_argument('--seeds', type=int, default=5)
    parser.add_argument('--out', type=Path, default=RESULTS)
    args = parser.parse_args(argv)
    file = results(args.out)
    for job in file.missing(jobs(args.seeds)):
        row = run(*job)
        file.add([row])
        print(*job, f'{row["accuracy"]:.3f} {row["seconds"]} s {row["cpu_seconds"]} s', flush=True)
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
