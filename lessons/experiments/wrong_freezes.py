"""Four ways to freeze ResNet-v2-50 under a new head, three of them wrong, ten times each.

    python -m lessons.experiments.wrong_freezes

Only the head learns: ten classes of placed_digits, PER_CLASS images of each. Each finished run is a
row of results/wrong_freezes.csv; the same command resumes an interrupted one.
"""
import itertools

import numpy as np
import tensorflow.compat.v1 as tf

from course import ROOT
from course.experiments import Results
from course.session import choose_precision, session_config
from lessons.experiments.placed_digits import SIZE, placed_digits, split
from tf_model.classifier import HEAD, Classifier
from tf_model.restore import restore

RESULTS = ROOT / 'lessons' / 'experiments' / 'results' / 'wrong_freezes.csv'
CHECKPOINT = ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt'
RIGHT, VAR_LIST = 'frozen as it should be', 'var_list alone'
TRAINABLE, NOTHING = 'moving statistics not restored', 'nothing restored'
WAYS = RIGHT, VAR_LIST, TRAINABLE, NOTHING
SEEDS, PER_CLASS = range(10), 10
STEPS, BATCH, RATE = 100, 16, 3e-3          # Adam's rate; it falls to 0
KEY = ['seed', 'way']
COLUMNS = [*KEY, 'accuracy', 'train_accuracy', 'per_class', 'size', 'steps', 'batch', 'rate']


class Frozen_network(Classifier):
    """A Classifier of which only the head learns, in a session of its own.

    learn: a step of the head. updates: the UPDATE_OPS of all BatchNorms, which a `var_list` alone
    leaves in place.
    """

    def __init__(self):
        self.sess = tf.Session(graph=tf.Graph(), config=session_config(choose_precision()))
        with self.sess.graph.as_default():
            super().__init__((SIZE, SIZE, 3), 10)
            [self.head] = tf.trainable_variables(f'{HEAD}/weights')
            self.learn = tf.train.AdamOptimizer(self.rate).minimize(
                self.loss, var_list=tf.trainable_variables(HEAD))
            self.updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
            self.init = tf.global_variables_initializer()

    def begin(self, way, seed):
        """Random weights everywhere, then as much of the checkpoint as `way` restores."""
        self.sess.run(self.init)
        if way != NOTHING:
            restore(self.sess, [v for v in self.trunk
                                if way != TRAINABLE or 'moving_' not in v.name], CHECKPOINT)
        values = np.random.default_rng(seed).normal(0, 0.02, self.head.shape.as_list())
        self.head.load(values, self.sess)

    def features(self, x):
        """float32 (N, 2048), by the moving statistics."""
        return np.concatenate([self.sess.run(self.pooled, {self.images: x[k:k + 50],
                                                           self.is_training: False})
                               for k in range(0, len(x), 50)])

    def train(self, x, y, way, seed):
        """x: uint8 images; they are computed anew in each step only where `way` is VAR_LIST."""
        rng, live = np.random.default_rng(seed), way == VAR_LIST
        fed, values = (self.images, x) if live else (self.pooled, self.features(x))
        step = [self.learn, *self.updates] if live else self.learn
        for k in range(STEPS):
            rows = rng.choice(len(y), BATCH, replace=False)
            self.sess.run(step, {fed: values[rows], self.labels: y[rows], self.is_training: live,
                                 self.rate: RATE * (1 - k / STEPS)})


def run(network, seed, way):
    """A row of the results."""
    x, y = placed_digits()
    learn, _, test = split(y, PER_CLASS, seed)
    network.begin(way, seed)
    network.train(x[learn], y[learn], way, seed)
    right = [network.accuracy(network.sess, network.features(x[rows]), y[rows], network.pooled)
             for rows in (test, learn)]
    return {'seed': seed, 'way': way, 'accuracy': right[0], 'train_accuracy': right[1],
            'per_class': PER_CLASS, 'size': SIZE, 'steps': STEPS, 'batch': BATCH, 'rate': RATE}


def main():
    """Does all runs that the file does not hold, seed by seed."""
    results = Results(RESULTS, COLUMNS, KEY, 'python -m lessons.experiments.wrong_freezes',
                      choose_precision())
    network = None
    for seed, way in results.missing(itertools.product(SEEDS, WAYS)):
        network = network or Frozen_network()
        row = run(network, seed, way)
        print(seed, way, f'{row["accuracy"]:.3f}', flush=True)
        results.add([row])


if __name__ == '__main__':
    main()
