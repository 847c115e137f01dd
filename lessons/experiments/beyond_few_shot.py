"""Few-shot adaptation: a network that many examples taught, and one or two of each in the target.

The course's example is speech: many speakers' recordings, and a few sentences of the one who will
use the program. Here the digits look different in the target, as in beyond_adversarial.
"""
import functools

import numpy as np
import tensorflow.compat.v1 as tf

from lessons.experiments import beyond_digits as digits
from lessons.experiments.beyond_adversarial import shifted

METHODS = 'source only', 'fine-tuned', 'conservative', digits.NO_NETWORK
# hold: how strongly a conservative training is drawn back to the weights of the source
RECIPE = {'source_steps': 600, 'steps': 100, 'rate': 1e-3, 'hold': 0.03}
# how the target looks, and its labelled images of each digit
SETTINGS = {'one of each, moved by a pixel': {'shift': 'moved', 'per_class': 1},
            'one of each, grey ground': {'shift': 'grey', 'per_class': 1},
            'twenty of each, grey ground': {'shift': 'grey', 'per_class': 20}}
FIRST_SEED = 0


def network():
    """Placeholders, logits, and the training steps: an ordinary one and a conservative one.

    Conservative: the loss, plus `hold` times the squared distance of all weights from where they
    began, which have to be loaded into `source`.
    """
    x, y = digits.inputs()
    logits = digits.head(digits.trunk(x), 10, 'digit')
    loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
    weights = tf.trainable_variables()
    source = [tf.placeholder(tf.float32, w.shape) for w in weights]
    distance = tf.add_n([tf.reduce_sum((w - s) ** 2) for w, s in zip(weights, source)])
    step = tf.train.AdamOptimizer(RECIPE['rate']).minimize(loss)
    held = tf.train.AdamOptimizer(RECIPE['rate']).minimize(loss + RECIPE['hold'] * distance)
    return (x, y), logits, weights, source, step, held


@functools.lru_cache(maxsize=1)         # the methods and settings of a seed share it
def learned_from_source(seed, steps):
    """The weights, after a training on half of the images to learn from."""
    with tf.Graph().as_default(), digits.session() as sess:
        tf.set_random_seed(seed)
        (x, y), _, weights, _, step, _ = network()
        sess.run(tf.global_variables_initializer())
        some = digits.batches(np.random.default_rng([seed, 1]), *halves(seed)[0])
        for _ in range(steps):
            sess.run(step, dict(zip((x, y), next(some))))
        return sess.run(weights)


def halves(seed):
    """The images and labels of the source, and those from which the target's are taken."""
    x, y = digits.images('learn')
    source, target = np.array_split(np.random.default_rng(seed).permutation(len(y)), 2)
    return (x[source], y[source]), (x[target], y[target])


def run(setting, method, seed, steps=RECIPE['steps'], source_steps=RECIPE['source_steps'],
        part='test'):
    """Accuracy in the target domain."""
    how, per_class = SETTINGS[setting].values()
    few = digits.some_of_each(*halves(seed)[1], per_class, np.random.default_rng([seed, 2]))
    few, test, choose = ((shifted(x, how), y) for x, y in (
        few, digits.images(part), digits.images('choose')))
    if method == digits.NO_NETWORK:
        return digits.no_network(few, choose, test)
    before = learned_from_source(seed, source_steps)
    with tf.Graph().as_default(), digits.session() as sess:
        (x, y), logits, weights, source, step, held = network()
        sess.run(tf.global_variables_initializer())
        for variable, value in zip(weights, before):
            variable.load(value, sess)
        fixed = dict(zip(source, before))
        some = digits.batches(np.random.default_rng([seed, 3]), *few)
        for _ in range(0 if method == 'source only' else steps):
            sess.run(held if method == 'conservative' else step,
                     {**dict(zip((x, y), next(some))), **fixed})
        return digits.accuracy(sess, logits, x, *test)
