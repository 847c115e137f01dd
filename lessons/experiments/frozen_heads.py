"""Frozen features of whole datasets, and new heads trained on them: a training in seconds.

For experiments that need hundreds of trainings. The backbone is the checkpoint that ships with the
course and stays as it is (freeze = 'all', cache = True in the notebook); only the head learns.
"""
import functools
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import tensorflow.compat.v1 as tf
import tf_slim as slim

from course import ROOT
from course.frozen_graph import frozen_session
from course.images import read_resized
from course.lists.check import read_lists
from course.lists.make import make_list
from course.session import choose_precision
from generator import data_generators
from tf_model import zoo
from tf_model.restore import restore

PLACE = ROOT / 'model' / 'how_sure'         # lists and features, made once; not in git
CHECKPOINT = ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt'
SIZE, FOLDS, BATCH, EPOCHS, RATE = 128, 5, 32, 20, 1e-3


class Frozen:
    """The backbone of the shipped checkpoint, frozen: images to features.

    size: pixels a side. network(images): uint8 (N, size, size, 3) -> float32 (N, 2048).
    """

    def __init__(self, size: int = SIZE):
        self.size = size
        with tf.Graph().as_default():
            images = tf.placeholder(tf.uint8, (None, size, size, 3))
            output, _ = zoo.build('resnet_v2_50', zoo.scale('resnet_v2_50', images), False)
            pooled = tf.reduce_mean(output, [1, 2])
            with tf.Session() as sess:
                restore(sess, tf.global_variables(), str(CHECKPOINT))
                self.sess = frozen_session(sess, [images], [pooled], choose_precision())
        self.names = images.name, pooled.name

    def __call__(self, images: np.ndarray) -> np.ndarray:
        given, wanted = self.names
        return np.concatenate([self.sess.run(wanted, {given: images[k:k + 32]})
                               for k in range(0, len(images), 32)]).astype(np.float32)


class Features(NamedTuple):
    """All images of a dataset, as the frozen network sees them."""
    names: list             # of the classes
    paths: np.ndarray       # str (N,), sorted
    y: np.ndarray           # int (N,)
    x: np.ndarray           # float32 (N, 2048): features
    splits: list            # of each fold: indices of [train, val, test]


@functools.cache
def features_of(dataset: str, place: Path = PLACE, size: int = SIZE, mirror: bool = False
                ) -> Features:
    """From the file in `place`, or computed and kept there; the working directory is then `place`.

    place: a folder that becomes a course of its own, with a copy of the images and lists of them.
    mirror: of the mirror images. Raises FileNotFoundError where the dataset is not in data/.
    """
    enter(place, dataset)
    lists = [read_lists(dataset, fold) for fold in range(FOLDS)]
    frames = [[pd.concat([of_class[k] for of_class in found]) for k in range(3)]
              for _, found in lists]
    table = pd.concat(frames[0]).set_index('path').sort_index()
    file = Path(f'{"mirrored" if mirror else "features"}_{dataset}_{size}.npy')
    if not file.is_file():
        images = np.array([read_resized(path, size) for path in table.index])
        np.save('part.npy', Frozen(size)(images[:, :, ::-1] if mirror else images).astype('f2'))
        os.replace('part.npy', file)
    return Features(lists[0][0], table.index.to_numpy(), table.label.to_numpy(),
                    np.load(file).astype(np.float32),
                    [[table.index.get_indexer(split.path) for split in fold] for fold in frames])


def enter(place, dataset):
    """Copy the images into `place`, if they are not there, go there, and make their lists: always
    the same, for the features that are kept are in their order."""
    images = Path(place, 'data', dataset)
    if not images.is_dir():
        if not (ROOT / 'data' / dataset).is_dir():
            raise FileNotFoundError(f'There is no data/{dataset}: python data/get.py {dataset}')
        shutil.copytree(ROOT / 'data' / dataset, f'{images}.part', dirs_exist_ok=True)
        os.replace(f'{images}.part', images)
    Path(place, 'data_list', dataset).mkdir(parents=True, exist_ok=True)
    os.chdir(place)
    make_list(Path('data', dataset), as_labelled=True)      # whatever doubtful.csv says


class Head:
    """The notebook's head, in a session of its own, for any number of trainings."""

    def __init__(self, n_features: int, num_class: int):
        self.num_class, self.sess = num_class, tf.Session(graph=tf.Graph())
        with self.sess.graph.as_default():
            self.x = tf.placeholder(tf.float32, (None, n_features))
            self.y = tf.placeholder(tf.float32, (None, num_class))
            logits = slim.fully_connected(self.x, num_class, activation_fn=None)
            self.prob = tf.nn.softmax(logits)
            self.loss = tf.losses.softmax_cross_entropy(self.y, logits)
            self.update = tf.train.AdamOptimizer(RATE).minimize(self.loss)
            self.weights, self.init = tf.trainable_variables(), tf.global_variables_initializer()

    def train(self, x: np.ndarray, y: np.ndarray, train: np.ndarray, val: np.ndarray,
              seed: int = 0, epochs: int = EPOCHS, keep_best: bool = True) -> None:
        """Train on balanced batches; keep the weights with the lowest validation loss, or the last.

        x: all features; y: all labels; train, val: indices of them. The seed orders the batches.
        """
        frames = [[pd.DataFrame({'path': [f'{name} {row}' for row in rows[y[rows] == c]],
                                 'label': c})
                   for name, rows in (('train', train), ('val', val), ('not used', val))]
                  for c in range(self.num_class)]
        with self.sess.graph.as_default():
            tf.set_random_seed(seed)
        self.sess.run(self.init)
        one_hot, best = np.eye(self.num_class)[y], (np.inf, None)
        rows = batches(frames, self.num_class, seed, epochs * max(1, len(train) // BATCH))
        for step, batch in enumerate(rows, 1):
            self.sess.run(self.update, {self.x: x[batch], self.y: one_hot[batch]})
            if keep_best and step % max(1, len(train) // BATCH) == 0:
                loss = self.sess.run(self.loss, {self.x: x[val], self.y: one_hot[val]})
                best = min(best, (loss, self.sess.run(self.weights)), key=lambda pair: pair[0])
        for variable, value in zip(self.weights, best[1] or ()):
            variable.load(value, self.sess)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Probabilities (rows, classes), for classes that are equally frequent."""
        return self.sess.run(self.prob, {self.x: x})


def batches(frames, num_class, seed, n):
    """The rows of n training batches, as data_generators chooses them."""
    generators = data_generators(BATCH, frames, num_class, None, seed=seed)
    return ([int(path.split()[-1]) for path in generators.batch_rows(k).path] for k in range(n))
