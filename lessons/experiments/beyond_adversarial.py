"""Domain-adversarial training: features that tell the digit but not where the image is from."""
import numpy as np
import tensorflow.compat.v1 as tf

from lessons.experiments.beyond_digits import (
    NO_NETWORK,
    accuracy,
    batches,
    head,
    images,
    inputs,
    no_network,
    session,
    trunk,
)

METHODS = 'source only', 'adversarial', 'target labels', NO_NETWORK
# strength: of the reversed gradient at the end; it grows slowly
RECIPE = {'steps': 600, 'rate': 1e-3, 'strength': 0.1}
# what is done to the target's images, and how many digits of the target are at hand: 0, 1, ...
SETTINGS = {'moved by a pixel': {'shift': 'moved', 'n_digits': 10},
            'no shift': {'shift': 'same', 'n_digits': 10},
            'moved, digits 0 to 4 only at hand': {'shift': 'moved', 'n_digits': 5},
            'grey ground': {'shift': 'grey', 'n_digits': 10}}
FIRST_SEED = 0


def reversed_gradient(features, strength):
    """Forward the features unchanged, backward their gradient times -strength.

    The gradient is that of `pull`; stop_gradient adds the rest of the value, without a gradient.
    """
    pull = -strength * features
    return pull + tf.stop_gradient(features - pull)


def domain_adversarial():
    """Placeholders, the logits of the digits and the training step."""
    x, y = inputs()                                 # labelled, from the source
    x_target = tf.placeholder(tf.float32, [None, 8, 8, 1])
    strength = tf.placeholder(tf.float32, [])       # 0: the trunk learns nothing about domains
    features, features_target = trunk(x), trunk(x_target, reuse=True)
    logits = head(features, 10, 'digit')
    both = tf.concat([features, features_target], axis=0)
    domain = head(tf.nn.relu(head(reversed_gradient(both, strength), 32, 'domain_1')), 2, 'domain')
    truth = tf.concat([tf.zeros_like(y), tf.ones_like(x_target[:, 0, 0, 0], tf.int32)], axis=0)
    loss = (tf.losses.sparse_softmax_cross_entropy(y, logits)
            + tf.losses.sparse_softmax_cross_entropy(truth, domain))
    return (x, y, x_target, strength), logits, tf.train.AdamOptimizer(RECIPE['rate']).minimize(loss)


def shifted(x, how):
    """Images (N, 8, 8, 1) as they look in the target domain."""
    if how == 'same':
        return x
    if how == 'moved':
        return np.roll(x, 1, axis=2)            # one pixel to the right
    return (0.5 + x / 2).astype(np.float32)     # a grey background


def domains(setting, seed, part='test'):
    """(x, y) of the source, (x, y) of the target, (x, y) of the target's test images.

    No image is in two of the three. The target's y is used for the upper bound only.
    """
    how, n_digits = SETTINGS[setting].values()
    rng, (x, y), (x_test, y_test) = np.random.default_rng(seed), images('learn'), images(part)
    source, target = np.array_split(rng.permutation(len(y)), 2)
    target = target[y[target] < n_digits]
    return ((x[source], y[source]), (shifted(x[target], how), y[target]),
            (shifted(x_test, how), y_test))


def run(setting, method, seed, steps=RECIPE['steps'], part='test'):
    """Accuracy in the target domain."""
    source, target, (x_test, y_test) = domains(setting, seed, part)
    if method == NO_NETWORK:                    # the source's images choose: there are no others
        return no_network(source, images('choose'), (x_test, y_test))
    strongest = RECIPE['strength'] if method == 'adversarial' else 0.0
    labelled = target if method == 'target labels' else source
    with tf.Graph().as_default(), session() as sess:
        tf.set_random_seed(seed)
        (x, y, x_target, strength), logits, step = domain_adversarial()
        sess.run(tf.global_variables_initializer())
        batches_s = batches(np.random.default_rng([seed, 1]), *labelled)
        batches_t = batches(np.random.default_rng([seed, 2]), target[0])
        for k in range(steps):
            now = strongest * (2 / (1 + np.exp(-10 * k / steps)) - 1)
            (some, labels), (other,) = next(batches_s), next(batches_t)
            sess.run(step, {x: some, y: labels, x_target: other, strength: now})
        return accuracy(sess, logits, x, x_test, y_test)
