"""Pre-training on an auxiliary task, whose labels cost nothing because we make them ourselves."""
import numpy as np
import tensorflow.compat.v1 as tf
from sklearn.cluster import KMeans

from lessons.experiments import beyond_digits as digits

METHODS = 'from scratch', 'pre-trained', digits.NO_NETWORK
RECIPE = {'steps': 300, 'pre_steps': 800, 'rate': 1e-3, 'head_rate': 1e-2}
# setting -> labelled images of each digit (None: all), share of pixels set to 0, the auxiliary
#            task, what learns after it
SETTINGS = {name: dict(zip(('per_class', 'damage', 'task', 'learns'), values)) for name, values in {
    'one label, groups': (1, 0, 'groups', 'head'),
    'many labels, groups': (None, 0, 'groups', 'head'),
    'few labels, damaged, rotation': (3, 0.4, 'rotation', 'all'),
    'few labels, damaged, brightness': (3, 0.4, 'brightness', 'all'),
    'few labels, whole, rotation': (3, 0, 'rotation', 'all'),
    'many labels, damaged, rotation': (None, 0.4, 'rotation', 'all')}.items()}
FIRST_SEED = 0
N_LABELS = {'rotation': 4, 'brightness': 4, 'groups': 10}


def rotated(x, rng):
    """Each image rotated at random by 0 to 3 right angles, and by how many, int32 (N,)."""
    turns = rng.integers(4, size=len(x)).astype(np.int32)
    return np.stack([np.rot90(image, k) for image, k in zip(x, turns)]), turns


def brightened(x, rng):
    """Each image darkened at random by one of four degrees, and by which, int32 (N,)."""
    degrees = rng.integers(4, size=len(x)).astype(np.int32)
    return x * (1 - 0.2 * degrees[:, None, None, None]).astype(np.float32), degrees


def groups_of(x, rng):
    """Into which of ten groups of similar images k-means puts each, int32 (N,)."""
    means = KMeans(N_LABELS['groups'], n_init=5, random_state=int(rng.integers(1000)))
    return means.fit_predict(x.reshape(len(x), -1))


def made_up(task, x, rng):
    """Endless batches of images and the labels that we make for them."""
    if task == 'groups':
        yield from digits.batches(rng, x, groups_of(x, rng))
    for (some,) in digits.batches(rng, x):
        yield (rotated if task == 'rotation' else brightened)(some, rng)


def run(setting, method, seed, steps=RECIPE['steps'], pre_steps=RECIPE['pre_steps'], part='test'):
    """Accuracy on the ten digits."""
    per_class, damage, task, learns = SETTINGS[setting].values()
    (every, truth), (x_test, y_test), choose = (
        (digits.damaged(x, damage, np.random.default_rng([k, 3])), y)
        for k, (x, y) in enumerate(map(digits.images, ('learn', part, 'choose'))))
    labelled = digits.some_of_each(every, truth, per_class, np.random.default_rng(seed))
    if method == digits.NO_NETWORK:
        return digits.no_network(labelled, choose, (x_test, y_test))
    with tf.Graph().as_default(), digits.session() as sess:
        tf.set_random_seed(seed)
        x, y = digits.inputs()
        features = digits.trunk(x)
        logits = digits.head(features, 10, 'digit')
        auxiliary = digits.head(features, N_LABELS[task], 'auxiliary')
        loss, pre_loss = (tf.losses.sparse_softmax_cross_entropy(y, scores)
                          for scores in (logits, auxiliary))
        step, pre_step = (tf.train.AdamOptimizer(RECIPE['rate']).minimize(some)
                          for some in (loss, pre_loss))
        head_step = tf.train.AdamOptimizer(RECIPE['head_rate']).minimize(
            loss, var_list=tf.trainable_variables('digit'))
        sess.run(tf.global_variables_initializer())
        if method == 'pre-trained':
            some = made_up(task, every, np.random.default_rng([seed, 1]))      # without labels
            for _ in range(pre_steps):
                sess.run(pre_step, dict(zip((x, y), next(some))))
            step = head_step if learns == 'head' else step
        some = digits.batches(np.random.default_rng([seed, 2]), *labelled)
        for _ in range(steps):
            sess.run(step, dict(zip((x, y), next(some))))
        return digits.accuracy(sess, logits, x, x_test, y_test)
