"""What the five experiments of lesson 5 share: real digits, a small trunk, a training loop.

The images are split once and for all: 'test' is used for the final figures only, 'choose' was used
to choose settings, and every training draws its images from 'learn'. A seed decides which of these
it draws, the initial weights and the order of the batches.
"""
import functools

import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim
from sklearn.datasets import load_digits

from course import baselines

BATCH = 32
NO_NETWORK = 'no network'       # the method of `no_network`


@functools.lru_cache
def images(part):
    """part: 'learn' (997 images), 'choose' (300) or 'test' (500).

    Returns float32 (N, 8, 8, 1) from 0 to 1, and the digits, int32 (N,).
    """
    data = load_digits()
    x, y = (data.images[..., None] / 16).astype(np.float32), data.target.astype(np.int32)
    order = np.random.default_rng(0).permutation(len(y))
    rows = dict(zip(('test', 'choose', 'learn'), np.split(order, [500, 800])))[part]
    return x[rows], y[rows]


def of_classes(x, y, classes):
    """The images of these digits, and the position of their digit in `classes`: 0, 1, ..."""
    places = {digit: k for k, digit in enumerate(classes)}
    keep = np.isin(y, list(classes))
    return x[keep], np.array([places[digit] for digit in y[keep]], np.int32)


def some_of_each(x, y, per_class, rng):
    """`per_class` images of each class and their labels; None: all of them."""
    if per_class is None:
        return x, y
    rows = np.concatenate([rng.choice(np.flatnonzero(y == c), per_class, replace=False)
                           for c in np.unique(y)])
    return x[rows], y[rows]


def damaged(x, share, rng):
    """The images with this share of their pixels, chosen at random, set to 0."""
    return x * (rng.random(x.shape) >= share).astype(np.float32)


def trunk(x, reuse=None):
    """The backbone: two convolutions and a dense layer, x (N, 8, 8, 1) -> features (N, 64)."""
    with tf.variable_scope('trunk', reuse=reuse):
        net = slim.max_pool2d(slim.conv2d(x, 16, 3, scope='conv_1'), 2)
        net = slim.max_pool2d(slim.conv2d(net, 32, 3, scope='conv_2'), 2)
        return slim.fully_connected(tf.reshape(net, (-1, 128)), 64, scope='dense')


def head(features, n_outputs, scope):
    """A dense layer without activation: (N, n_outputs)."""
    return slim.fully_connected(features, n_outputs, activation_fn=None, scope=scope)


def inputs():
    """Placeholders of images and of their classes."""
    return tf.placeholder(tf.float32, [None, 8, 8, 1]), tf.placeholder(tf.int32, [None])


def batches(rng, *arrays, size=BATCH):
    """Endless batches of arrays of equal length, as tuples; shuffled again in each pass."""
    size = min(size, len(arrays[0]))
    while True:
        order = rng.permutation(len(arrays[0]))
        for k in range(0, len(order) - size + 1, size):
            yield tuple(a[order[k:k + size]] for a in arrays)


def no_network(labelled, choose, test):
    """Accuracy on `test` of the best method without a network, see course.baselines.no_network.

    labelled, choose, test: (x, y); images (N, 8, 8, 1) from 0 to 1 and their classes. `choose`
    decides between the methods.
    """
    (x, y), (x_choose, y_choose), (x_test, y_test) = (
        ((255 * x[..., 0]).round().astype(np.uint8), y) for x, y in (labelled, choose, test))
    _, answers = baselines.no_network(x, y, x_choose, y_choose, x_test)
    return float((answers == y_test).mean())


def session():
    """A session on one core: splitting such small products among cores costs more than it saves."""
    return tf.Session(config=tf.ConfigProto(intra_op_parallelism_threads=1,
                                            inter_op_parallelism_threads=1))


def accuracy(sess, logits, x, images, labels):
    """The share of the images (N, 8, 8, 1) that are classified right, 0 to 1."""
    return float((sess.run(logits, {x: images}).argmax(1) == labels).mean())
