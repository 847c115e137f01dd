"""Pre-training on an auxiliary task: its labels cost nothing, since we make them ourselves."""
import numpy as np
import tensorflow.compat.v1 as tf
from beyond_digits import accuracy, batches, head, inputs, pictures, session, some_of_each, trunk

METHODS = 'from scratch', 'pre-trained'
# setting -> (labelled pictures of each digit, the task before)
SETTINGS = {'few labels, rotation before': (2, 'rotation'),
            'few labels, brightness before': (2, 'brightness'),
            'many labels, rotation before': (None, 'rotation')}


def rotated(x, rng):
    """Each picture turned by 0, 1, 2 or 3 right angles, by lot, and by how many, int32 (N,)."""
    turns = rng.integers(4, size=len(x)).astype(np.int32)
    return np.stack([np.rot90(picture, k) for picture, k in zip(x, turns)]), turns


def brightened(x, rng):
    """Each picture darkened in one of four degrees, by lot, and in which, int32 (N,)."""
    degrees = rng.integers(4, size=len(x)).astype(np.int32)
    return x * (1 - 0.2 * degrees[:, None, None, None]).astype(np.float32), degrees


MAKE = {'rotation': rotated, 'brightness': brightened}


def run(setting, method, seed, steps=200, pre_steps=800, part='test'):
    """Accuracy on the ten digits."""
    per_class, task = SETTINGS[setting]
    every, digits = pictures('learn')
    labelled = some_of_each(every, digits, per_class, np.random.default_rng(seed))
    with tf.Graph().as_default(), session() as sess:
        tf.set_random_seed(seed)
        x, y = inputs()
        features = trunk(x)
        logits, auxiliary = head(features, 10, 'digit'), head(features, 4, 'auxiliary')
        step, pre_step = (tf.train.AdamOptimizer(1e-3).minimize(
            tf.losses.sparse_softmax_cross_entropy(y, scores)) for scores in (logits, auxiliary))
        sess.run(tf.global_variables_initializer())
        if method == 'pre-trained':
            rng = np.random.default_rng([seed, 1])
            some = batches(rng, every)              # without labels
            for _ in range(pre_steps):
                sess.run(pre_step, dict(zip((x, y), MAKE[task](next(some)[0], rng))))
        some = batches(np.random.default_rng([seed, 2]), *labelled)
        for _ in range(steps):
            sess.run(step, dict(zip((x, y), next(some))))
        return accuracy(sess, logits, x, *pictures(part))
