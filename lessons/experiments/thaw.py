"""How far to thaw: ResNet-v2-50 learns handwritten digits, with more and more of it free to learn.

    python -m lessons.experiments.thaw

trains each of FREEZE with each of STEPS, N_LEARN images and SEEDS, and writes the accuracy to
results/thaw.csv, a row a run. Runs that it holds are not run again, so an interrupted command goes
on. After a change of anything else here, move the file aside first. results/thaw.txt says on what
machine.
"""
import itertools

import numpy as np
import pandas as pd
import tensorflow.compat.v1 as tf
import tf_slim as slim
from sklearn.datasets import load_digits

from benchmarks.machine import machine_line
from course import ROOT
from course.images import enlarged
from course.session import choose_precision, session_config, with_loss_scale
from tf_model.resnet_v2 import SCOPE, resnet_v2_50
from tf_model.restore import restore

RESULTS = ROOT / 'lessons' / 'experiments' / 'results' / 'thaw.csv'
CHECKPOINT = ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt'
FREEZE = {'head only': 'all', '+ block4': 'block3', '+ block3': 'block2', '+ block2': 'block1',
          'everything': None}                           # what learns: what stays as it is
SEEDS, N_LEARN, N_TEST, SIZE = (0, 1, 2), (50, 500), 500, 64
STEPS, BATCH = (30, 120), 32
KEY = ['seed', 'steps', 'n_learn', 'learns']
HEAD_RATE, TRUNK_RATE = 3e-3, 3e-4      # a new layer has far to go, a restored one has not


def digits(seed, n_learn, n_test, size):
    """Handwritten digits: x, y to learn from and x, y to test on.

    n_learn, n_test: multiples of ten, for the classes to be in equal numbers.
    x: uint8 (n, size, size, 3); y: int (n,). The images to test on are never among the others,
    and are the same for every n_learn.
    """
    data = load_digits()
    order = np.random.default_rng(seed).permutation(len(data.target))
    nth_of_class = pd.Series(1, order).groupby(data.target[order]).cumsum().to_numpy()
    order = order[np.argsort(nth_of_class, kind='stable')]      # 0 .. 9 first, then again
    rows = np.concatenate([order[n_test:n_test + n_learn], order[:n_test]])
    x, y = enlarged(data.images[rows] / 16, size), data.target[rows]
    return x[:n_learn], y[:n_learn], x[n_learn:], y[n_learn:]


class Network:
    """ResNet-v2-50 with a new head for ten classes, kept as it is up to the stage `freeze`.

    images: placeholder, uint8 (N, size, size, 3). border: the last tensor that is frozen; where
    nothing is frozen, the images. pooled: the features that the head gets, float32 (N, 2048).
    Feed any of them. update: one step of training; head_update: the same for the head alone.
    """

    def __init__(self, freeze, size=SIZE):
        precision = choose_precision()
        self.sess = tf.Session(graph=tf.Graph(), config=session_config(precision))
        with self.sess.graph.as_default():
            self.images = tf.placeholder(tf.uint8, (None, size, size, 3))
            self.labels = tf.placeholder(tf.int32, [None])
            self.is_training = tf.placeholder(tf.bool, [])
            self.rate = tf.placeholder(tf.float32, [])          # from 1 down to 0
            scaled = tf.cast(self.images, tf.float32) / 127.5 - 1
            features, stages = resnet_v2_50(scaled, self.is_training, freeze)
            self.pooled = tf.reduce_mean(features, [1, 2])
            self.border = {None: self.images, 'all': self.pooled}.get(
                freeze, stages.get(f'{SCOPE}/{freeze}'))
            self.logits = slim.fully_connected(self.pooled, 10, activation_fn=None,
                                               scope='CLASS_1')
            [self.head] = tf.trainable_variables('CLASS_1/weights')
            self.loss = tf.losses.sparse_softmax_cross_entropy(self.labels, self.logits)
            steps = [with_loss_scale(tf.train.AdamOptimizer(rate * self.rate), precision)
                     .minimize(self.loss, var_list=variables)
                     for scope, rate in (('CLASS_1', HEAD_RATE), (SCOPE, TRUNK_RATE))
                     if (variables := tf.trainable_variables(scope))]
            self.head_update = steps[0]
            self.update = tf.group(*steps, *tf.get_collection(tf.GraphKeys.UPDATE_OPS))
            self.trunk = slim.get_model_variables(SCOPE)
            self.init = tf.global_variables_initializer()

    def begin(self, seed):
        """The trunk as it was restored, the head at random."""
        self.sess.run(self.init)
        restore(self.sess, self.trunk, CHECKPOINT)
        values = np.random.default_rng(seed).normal(0, 0.02, self.head.shape.as_list())
        self.head.load(values, self.sess)

    def at_border(self, x):
        """What the frozen layers give for images x."""
        if self.border is self.images:
            return x
        return np.concatenate([self.sess.run(self.border, {self.images: x[k:k + 50],
                                                           self.is_training: False})
                               for k in range(0, len(x), 50)])

    def train(self, cached, y, seed, steps):
        """Steps of training from the outputs of the frozen layers, a learning rate down to 0."""
        rng, rows = np.random.default_rng(seed), np.array([], int)
        for step in range(steps):
            while len(rows) < BATCH:
                rows = np.append(rows, rng.permutation(len(y)))
            batch, rows = rows[:BATCH], rows[BATCH:]
            self.sess.run(self.update, {self.border: cached[batch], self.labels: y[batch],
                                        self.is_training: True, self.rate: 1 - step / steps})

    def accuracy(self, cached, y):
        """Share that is right, 0 to 1."""
        scores = [self.sess.run(self.logits, {self.border: cached[k:k + 50],
                                              self.is_training: False})
                  for k in range(0, len(y), 50)]
        return float((np.concatenate(scores).argmax(1) == y).mean())


def run(network, seed, n_learn, steps, n_test=N_TEST, size=SIZE):
    """Accuracy, 0 to 1, of one training on the images to test on."""
    x, y, x_test, y_test = digits(seed, n_learn, n_test, size)
    network.begin(seed)
    network.train(network.at_border(x), y, seed, steps)
    return network.accuracy(network.at_border(x_test), y_test)


def main():
    """All runs that results/thaw.csv does not hold, a seed after the other."""
    done = pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=KEY)
    networks = {}
    for job in itertools.product(SEEDS, STEPS, N_LEARN, FREEZE):
        seed, steps, n_learn, learns = job
        if (done[KEY] == list(job)).all(axis=1).any():
            continue
        if learns not in networks:
            networks[learns] = Network(FREEZE[learns])
        right = run(networks[learns], seed, n_learn, steps)
        print(*job, f'{right:.3f}', flush=True)
        row = pd.DataFrame([[*job, right]], columns=[*KEY, 'accuracy'])
        done = pd.concat([done, row]) if len(done) else row
        RESULTS.parent.mkdir(exist_ok=True)
        done.to_csv(RESULTS, index=False)
        RESULTS.with_suffix('.txt').write_text(
            f'python -m lessons.experiments.thaw\n{machine_line()}, {choose_precision()}\n')


if __name__ == '__main__':
    main()
