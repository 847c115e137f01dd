"""The laboratory of lesson 4: a network with three flags, its last layers dropped, new ones added.

    python -m lessons.experiments.three_flags

Each finished run is a row of results/three_flags.csv; the same command resumes an interrupted one.
Two datasets: the digits of placed_digits, and the ants and bees of `python data/get.py ants_bees`.
"""
import functools
import itertools
import time
from typing import NamedTuple

import cv2
import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim

from course import ROOT
from course.experiments import Results
from course.images import read_image
from course.session import choose_precision, session_config
from lessons.experiments.placed_digits import placed_digits
from tf_model import zoo
from tf_model.restore import restore

RESULTS = ROOT / 'lessons' / 'experiments' / 'results' / 'three_flags.csv'
CHECKPOINT = ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt'
NETWORK = 'resnet_v2_50'
# Where the new layers begin: at the top, or below block 4, which is then dropped. A block's sum is
# normalised and rectified at the beginning of the next one.
KEEP = {'block4': f'{NETWORK}/postnorm/Relu:0',
        'block3': f'{NETWORK}/block4/unit_1/bottleneck_v2/preact/Relu:0'}
KEY = ['dataset', 'freeze', 'weights', 'scaled', 'seed']
COLUMNS = [*KEY, 'accuracy_1', 'accuracy', 'images', 'test_images', 'epoch_seconds', 'size',
           'batch', 'epochs']
SEEDS = range(5)


class Flags(NamedTuple):
    """The three flags of the laboratory."""

    freeze: bool = True         # True: only the new layers learn
    weights: bool = True        # True: the pre-trained weights; False: random ones
    scaled: bool = True         # True: pixels scaled as in the pre-training; False: 0 to 255


WAYS = {'frozen': Flags(), 'not frozen': Flags(freeze=False),
        'no pre-trained weights': Flags(freeze=False, weights=False),
        'frozen, not scaled': Flags(scaled=False)}
# of each class: images to learn from, to test on; then pixels a side, size of a batch, epochs
DATASETS = {'ants_bees': (80, 40, 48, 16, 5), 'digits': (20, 20, 48, 16, 5),
            'cifar10': (1000, 200, 64, 32, 5)}


@functools.lru_cache(maxsize=2)
def images_of(dataset, size):
    """All images, uint8 (N, size, size, 3), and the numbers of their classes, int (N,)."""
    if dataset == 'digits':
        return placed_digits(size)
    files = sorted((ROOT / 'data' / dataset).glob('**/*.*g'))       # jpg, png
    if not files:
        raise FileNotFoundError(f'data/{dataset} holds no images: python data/get.py {dataset}')
    classes = sorted({file.parent.name for file in files})
    x = [cv2.resize(read_image(str(file)), (size, size), interpolation=cv2.INTER_AREA)
         for file in files]
    return np.stack(x), np.array([classes.index(file.parent.name) for file in files])


def draw(dataset, seed):
    """((x, y) to learn from, (x, y) to test on); no image is in both."""
    n_learn, n_test, size, *_ = DATASETS[dataset]
    x, y = images_of(dataset, size)
    order = np.random.default_rng(seed).permutation(len(y))
    rows = [order[y[order] == c] for c in np.unique(y)]
    test, learn = (np.concatenate([r[part] for r in rows])
                   for part in (slice(n_test), slice(n_test, n_test + n_learn)))
    return (x[learn], y[learn]), (x[test], y[test])


def network(images, is_training, flags, num_class, keep='block4'):
    """Logits (N, num_class): the pre-trained network up to `keep`, and two new layers on it.

    images: uint8 (N, H, W, 3). Also returns what the new layers get, (N, numbers).
    """
    scaled = zoo.scale(NETWORK, images) if flags.scaled else tf.cast(images, tf.float32)
    zoo.build(NETWORK, scaled, is_training, 'all' if flags.freeze else None)
    top = images.graph.get_tensor_by_name(KEEP[keep])           # the layers above it are dropped
    pooled = tf.reduce_mean(top, [1, 2])
    with tf.variable_scope('new'):                              # these are added
        hidden = slim.fully_connected(pooled, 512, scope='hidden')
        return slim.fully_connected(hidden, num_class, activation_fn=None, scope='logits'), pooled


class Laboratory:
    """The network of `network`, in a session of its own, for one dataset and one setting of the
    flags but `weights`: that one is for `train`."""

    def __init__(self, dataset, flags, num_class, keep='block4'):
        *_, size, self.batch, self.epochs = DATASETS[dataset]
        self.sess = tf.Session(graph=tf.Graph(), config=session_config(choose_precision()))
        self.flags = flags
        with self.sess.graph.as_default():
            self.images = tf.placeholder(tf.uint8, (None, size, size, 3))
            self.labels = tf.placeholder(tf.int32, [None])
            self.rate, self.is_training = (tf.placeholder(kind, [])
                                           for kind in (tf.float32, tf.bool))
            self.logits, self.pooled = network(self.images, self.is_training, flags, num_class,
                                               keep)
            loss = tf.losses.sparse_softmax_cross_entropy(self.labels, self.logits)
            with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
                self.update = tf.train.AdamOptimizer(self.rate).minimize(loss)
            self.begin = tf.global_variables_initializer()
            self.trunk, self.all = slim.get_model_variables(NETWORK), slim.get_model_variables()

    def start(self, weights, seed):
        """Random weights (normal, of variance 2 / inputs) everywhere, then perhaps the checkpoint.
        """
        self.sess.run(self.begin)
        rng, values = np.random.default_rng([seed, 7]), {}
        for v in self.all:
            if v.op.name.endswith('/weights'):
                shape = v.shape.as_list()
                values[v.initializer.inputs[1]] = rng.normal(
                    0, (2 / np.prod(shape[:-1])) ** 0.5, shape)
        self.sess.run([v.initializer for v in self.all if v.initializer.inputs[1] in values],
                      values)
        if weights:
            restore(self.sess, self.trunk, CHECKPOINT)

    def outputs(self, tensor, x):
        """`tensor` for the images x, by the moving statistics."""
        return np.concatenate([self.sess.run(tensor, {self.images: x[k:k + 50],
                                                      self.is_training: False})
                               for k in range(0, len(x), 50)])

    def train(self, learn, test, seed, epochs=None):
        """(test accuracy after the first and after the last epoch, seconds an epoch)."""
        (x, y), (x_test, y_test), epochs = learn, test, epochs or self.epochs
        fed, rate = self.images, 3e-4
        if self.flags.freeze:               # what is frozen is computed once: lesson 3
            fed, rate, x = self.pooled, 1e-3, self.outputs(self.pooled, x)
        rng, after, seconds, per_epoch = np.random.default_rng(seed), [], 0.0, len(y) // self.batch
        for epoch in range(epochs):
            order, begin = rng.permutation(len(y)), time.perf_counter()
            for k in range(per_epoch):
                rows = order[k * self.batch:(k + 1) * self.batch]
                self.sess.run(self.update, {
                    fed: x[rows], self.labels: y[rows], self.is_training: True,
                    self.rate: rate * (1 - (epoch + k / per_epoch) / epochs)})
            seconds += time.perf_counter() - begin
            if epoch in (0, epochs - 1):
                right = self.outputs(self.logits, x_test).argmax(axis=1) == y_test
                after.append(float(right.mean()))
        return after[0], after[-1], round(seconds / epochs, 2)


laboratory = functools.lru_cache(maxsize=1)(Laboratory)     # not two large graphs at a time


def run(dataset, flags, seed, keep='block4', epochs=None):
    """A row of the results: one training with these flags."""
    learn, test = draw(dataset, seed)
    lab = laboratory(dataset, flags._replace(weights=True), int(learn[1].max()) + 1, keep)
    lab.start(flags.weights, seed)
    first, last, seconds = lab.train(learn, test, seed, epochs)
    return {'dataset': dataset, **flags._asdict(), 'seed': seed, 'accuracy_1': first,
            'accuracy': last, 'images': len(learn[1]), 'test_images': len(test[1]),
            'epoch_seconds': seconds, 'size': DATASETS[dataset][2], 'batch': lab.batch,
            'epochs': epochs or lab.epochs}


def results():
    """The file of finished runs."""
    return Results(RESULTS, COLUMNS, KEY, 'python -m lessons.experiments.three_flags',
                   choose_precision())


def read_results():
    """The finished runs with their `way`, a key of WAYS: of each dataset the seeds for which all
    ways have run. A DataFrame."""
    rows = results().rows()
    names = {flags: way for way, flags in WAYS.items()}
    rows['way'] = [names[flags] for flags in rows[['freeze', 'weights', 'scaled']].itertuples(
        index=False, name=None)]
    n_ways = rows.groupby(['dataset', 'seed']).way.transform('nunique')
    return rows[n_ways == len(WAYS)]


def main():
    """Does all runs that the file does not hold, one graph after the other."""
    file = results()
    jobs = itertools.product(('ants_bees', 'digits'), WAYS.values(), SEEDS)
    for dataset, *flags, seed in file.missing((d, *f, s) for d, f, s in jobs):
        row = run(dataset, Flags(*flags), seed)
        print(dataset, *flags, seed, f'{row["accuracy_1"]:.3f} {row["accuracy"]:.3f}', flush=True)
        file.add([row])


if __name__ == '__main__':
    main()
