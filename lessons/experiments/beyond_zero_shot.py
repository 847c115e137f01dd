"""Zero-shot learning by attributes: recognising a digit that has only been described."""
import functools

import numpy as np
import tensorflow.compat.v1 as tf

from lessons.experiments.beyond_digits import batches, head, images, session, trunk

METHODS = 'shuffled table', 'attributes'
# setting -> whether the seen digits are among the possible answers too
SETTINGS = {'one of the new digits': False, 'any of the ten digits': True}
N_NEW = 3
CHANCE = {'one of the new digits': 1 / N_NEW, 'any of the ten digits': 1 / 10}

# What a handwritten digit is made of, from memory: 1 has it, 0 has not, .5 some have it.
ATTRIBUTES = ['closed loop above', 'closed loop below', 'one loop fills it', 'bar across the top',
              'bar along the bottom', 'long straight stroke', 'upper half open to the left',
              'upper half open to the right', 'lower half open to the left',
              'upper half open at the top']
TABLE = np.array([[0, 0, 1, 0, 0, 0, 0, 0, 0, 0],           # 0
                  [0, 0, 0, 0, .5, 1, 0, 0, 0, 0],          # 1
                  [0, 0, 0, 0, 1, 0, 1, 0, 0, 0],           # 2
                  [0, 0, 0, .5, 0, 0, 1, 0, 1, 0],          # 3
                  [0, 0, 0, 0, 0, 1, 0, 0, 0, 1],           # 4
                  [0, 0, 0, 1, 0, 0, 0, 1, 1, 0],           # 5
                  [0, 1, 0, 0, 0, .5, 0, 1, 0, 0],          # 6
                  [0, 0, 0, 1, 0, 1, 1, 0, 0, 0],           # 7
                  [1, 1, 0, 0, 0, 0, 0, 0, 0, 0],           # 8
                  [1, 0, 0, 0, 0, .5, 0, 0, 1, 0]], np.float32)


def attribute_network(n_attributes):
    """Placeholders, the attributes' logits and the training step."""
    x = tf.placeholder(tf.float32, [None, 8, 8, 1])
    truth = tf.placeholder(tf.float32, [None, n_attributes])
    logits = head(trunk(x), n_attributes, 'attributes')
    loss = tf.losses.sigmoid_cross_entropy(truth, logits)
    return x, truth, logits, tf.train.AdamOptimizer(1e-3).minimize(loss)


def nearest(logits, table):
    """For each image the row of the table (K, n) that makes its logits (N, n) most likely: (N,)."""
    log_yes, log_no = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    return (log_yes @ table.T + log_no @ (1 - table).T).argmax(1)


def new_digits(seed):
    """The N_NEW digits that are described but not shown."""
    return np.sort(np.random.default_rng([seed, 9]).permutation(10)[:N_NEW])


def none_in_its_place(n, seed):
    """A random order of 0 to n - 1 in which no number is at its own place."""
    rng, places = np.random.default_rng(seed), np.arange(n)
    order = places
    while (order == places).any():
        order = rng.permutation(n)
    return order


@functools.lru_cache(maxsize=2)         # the two settings share a network
def learned(method, seed, steps, part='test'):
    """(logits of the new digits' images (N, n), their digits (N,), the table, the new digits).

    Shuffled table: the rows change places, so that each digit has another one's description.
    """
    new, (x, y) = new_digits(seed), images('learn')
    rows = np.arange(10) if method == 'attributes' else none_in_its_place(10, seed)
    table, seen = TABLE[rows], ~np.isin(y, new)
    x_test, y_test = images(part)
    of_new = np.isin(y_test, new)
    with tf.Graph().as_default(), session() as sess:
        tf.set_random_seed(seed)
        place, truth, logits, step = attribute_network(table.shape[1])
        sess.run(tf.global_variables_initializer())
        some = batches(np.random.default_rng([seed, 1]), x[seen], table[y[seen]])
        for _ in range(steps):
            sess.run(step, dict(zip((place, truth), next(some))))
        return sess.run(logits, {place: x_test[of_new]}), y_test[of_new], table, new


def run(setting, method, seed, steps=300, part='test'):
    """Accuracy on images of the new digits."""
    logits, truth, table, new = learned(method, seed, steps, part)
    among = np.arange(10) if SETTINGS[setting] else new
    return float((among[nearest(logits, table[among])] == truth).mean())
