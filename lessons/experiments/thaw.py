"""How far to thaw: ResNet-v2-50 learns handwritten digits with more and more of it unfrozen.

    python -m lessons.experiments.thaw

trains each of FREEZE for each of STEPS, N_LEARN images and SEEDS, and few images for MORE_SEEDS.
Each finished run is a row of results/thaw.csv, with its recipe; the same command resumes an
interrupted one. results/thaw.txt names the machine.
"""
import itertools
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import tensorflow.compat.v1 as tf
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from course import ROOT
from course.experiments import Results
from course.images import enlarged, read_resized
from course.session import choose_precision, session_config
from generator import data_generators
from tf_model.classifier import HEAD, Classifier
from tf_model.resnet_v2 import SCOPE
from tf_model.restore import restore

RESULTS = ROOT / 'lessons' / 'experiments' / 'results' / 'thaw.csv'
CHECKPOINT = ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt'
FREEZE = {'head only': 'all', '+ block4': 'block3', '+ block3': 'block2', '+ block2': 'block1',
          'everything': None}                           # what learns: the last stage that does not
SEEDS, N_LEARN, N_TEST, SIZE = (0, 1, 2), (50, 500), 500, 64
MORE_SEEDS = range(3, 10)               # of 50 images and 120 steps
STEPS, BATCH = (30, 120), 32
KEY = ['seed', 'steps', 'n_learn', 'learns']
COLUMNS = [*KEY, 'accuracy', 'size', 'batch', 'head_rate', 'trunk_rate']
HEAD_RATE, TRUNK_RATE = 3e-3, 3e-4      # a new layer has far to go, a restored one has not


def digits(seed, n_learn, n_test, size):
    """Handwritten digits: x, y for training and x, y for the test.

    n_learn, n_test: multiples of ten give every class the same number of images.
    x: uint8 (n, size, size, 3); y: int (n,). No test image is a training image, and the test images
    are the same for every n_learn.
    """
    data = load_digits()
    order = np.random.default_rng(seed).permutation(len(data.target))
    nth_of_class = pd.Series(1, order).groupby(data.target[order]).cumsum().to_numpy()
    order = order[np.argsort(nth_of_class, kind='stable')]      # 0 .. 9 first, then again
    rows = np.concatenate([order[n_test:n_test + n_learn], order[:n_test]])
    x, y = enlarged(data.images[rows] / 16, size), data.target[rows]
    return x[:n_learn], y[:n_learn], x[n_learn:], y[n_learn:]


def digits_as_files(folder, seed, n, size):
    """n digits as image files in `folder`, for what reads files: (data_generators, preprocess).

    Ten of them are for validation and ten for the test. preprocess(df, num_class, aug): x, y, paths
    of a batch, as in the main notebook.
    """
    x, y, _, _ = digits(seed, n, 10, size)
    folder = Path(folder)
    folder.mkdir(parents=True)
    rows = pd.DataFrame({'path': [str(folder / f'{i}.png') for i in range(n)], 'label': y})
    for path, image in zip(rows.path, x):
        cv2.imwrite(path, image)

    def preprocess(df, num_class, aug=False):
        return ([np.array([read_resized(path, size) for path in df.path])],
                np.eye(num_class)[df.label], list(df.path))

    split = np.split(np.arange(n), [n - 20, n - 10])
    lists = [[rows.iloc[part][rows.label.iloc[part] == c] for part in split] for c in range(10)]
    return data_generators(BATCH, lists, 10, preprocess, n_threads=0), preprocess


def accuracy_of_pixels(seed, n_learn):
    """Test accuracy, 0 to 1, without a network: the nearest training image, by its 8 x 8 pixels."""
    x, y, x_test, y_test = digits(seed, n_learn, N_TEST, 8)
    x, x_test = x[..., 0].reshape(n_learn, -1), x_test[..., 0].reshape(N_TEST, -1)
    return KNeighborsClassifier(1).fit(x / 255, y).score(x_test / 255, y_test)


class Network(Classifier):
    """A Classifier for ten classes in a session of its own, frozen up to the stage `freeze`.

    border: the last frozen tensor, or the images where nothing is frozen. Feed it, the images or
    `pooled`. update: one step of training; head_update: the same for the head alone.
    `rate` goes from 1 down to 0; HEAD_RATE and TRUNK_RATE are multiplied by it.
    """

    def __init__(self, freeze, size=SIZE):
        precision = choose_precision()
        self.sess = tf.Session(graph=tf.Graph(), config=session_config(precision))
        with self.sess.graph.as_default():
            super().__init__((size, size, 3), 10, freeze)
            self.border = {None: self.images, 'all': self.pooled}.get(
                freeze, self.end_points.get(f'{SCOPE}/{freeze}'))
            self.head_update = self.adam(precision, {HEAD: HEAD_RATE})
            self.update = self.adam(precision, {HEAD: HEAD_RATE, SCOPE: TRUNK_RATE})
            [self.head] = tf.trainable_variables(f'{HEAD}/weights')
            self.init = tf.global_variables_initializer()

    def begin(self, seed):
        """Restores the trunk (the backbone), gives the head random weights."""
        self.sess.run(self.init)
        restore(self.sess, self.trunk, CHECKPOINT)
        values = np.random.default_rng(seed).normal(0, 0.02, self.head.shape.as_list())
        self.head.load(values, self.sess)

    def at_border(self, x):
        """What the frozen layers make of images x."""
        if self.border is self.images:
            return x
        return np.concatenate([self.sess.run(self.border, {self.images: x[k:k + 50],
                                                           self.is_training: False})
                               for k in range(0, len(x), 50)])

    def train(self, cached, y, seed, steps):
        """Trains on the outputs of the frozen layers, with a learning rate that falls to 0."""
        rng, rows = np.random.default_rng(seed), np.array([], int)
        for step in range(steps):
            while len(rows) < BATCH:
                rows = np.append(rows, rng.permutation(len(y)))
            batch, rows = rows[:BATCH], rows[BATCH:]
            self.sess.run(self.update, {self.border: cached[batch], self.labels: y[batch],
                                        self.is_training: True, self.rate: 1 - step / steps})


def run(network, seed, n_learn, steps, n_test=N_TEST, size=SIZE):
    """Test accuracy, 0 to 1, of one training."""
    x, y, x_test, y_test = digits(seed, n_learn, n_test, size)
    network.begin(seed)
    network.train(network.at_border(x), y, seed, steps)
    return network.accuracy(network.sess, network.at_border(x_test), y_test, network.border)


def main():
    """Does all runs that results/thaw.csv does not hold, seed by seed."""
    results = Results(RESULTS, COLUMNS, KEY, 'python -m lessons.experiments.thaw',
                      choose_precision())
    networks = {}
    jobs = [*itertools.product(SEEDS, STEPS, N_LEARN, FREEZE),
            *itertools.product(MORE_SEEDS, STEPS[1:], N_LEARN[:1], FREEZE)]
    for job in results.missing(jobs):
        seed, steps, n_learn, learns = job
        if learns not in networks:
            networks[learns] = Network(FREEZE[learns])
        right = run(networks[learns], seed, n_learn, steps)
        print(*job, f'{right:.3f}', flush=True)
        results.add([{**dict(zip(KEY, job)), 'accuracy': right, 'size': SIZE, 'batch': BATCH,
                      'head_rate': HEAD_RATE, 'trunk_rate': TRUNK_RATE}])


if __name__ == '__main__':
    main()
