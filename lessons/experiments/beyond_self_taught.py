"""Self-taught learning: unlabelled images of other classes first, then a few labels."""
import numpy as np
import tensorflow.compat.v1 as tf
from sklearn.linear_model import LogisticRegression

from lessons.experiments import beyond_digits as digits

METHODS = 'from scratch', 'more damage', 'self-taught', 'logistic regression'
# setting -> (labelled images of each class, share of pixels set to 0, what the unlabelled are)
SETTINGS = {'few labels, damaged': (2, 0.4, 'digits'),
            'few, damaged; unlabelled noise': (2, 0.4, 'noise'),
            'few labels, whole images': (2, 0, 'digits'),
            'many labels, damaged': (None, 0.4, 'digits')}
MORE = 0.2              # share of pixels set to 0 in each batch: the best of 0.1, 0.2 and 0.4
UNLABELLED, TASK = (5, 6, 7, 8, 9), (0, 1, 2, 3, 4)


def denoising_autoencoder(x, features):
    """(placeholder, training step): learns to restore the clean image from a damaged one in x."""
    clean = tf.placeholder(tf.float32, [None, 8, 8, 1])
    back = tf.reshape(digits.head(features, 64, 'decoder'), (-1, 8, 8, 1))
    return clean, tf.train.AdamOptimizer(1e-3).minimize(tf.losses.mean_squared_error(clean, back))


def data_of(setting, seed):
    """((x, y) with labels, x without labels), for training."""
    per_class, damage, kind = SETTINGS[setting]
    rng, (x, y) = np.random.default_rng(seed), digits.images('learn')
    some, labels = digits.some_of_each(*digits.of_classes(x, y, TASK), per_class, rng)
    some = digits.damaged(some, damage, rng)
    unlabelled, _ = digits.of_classes(x, y, UNLABELLED)
    if kind == 'noise':                 # the same grey values in random places
        unlabelled = rng.permuted(unlabelled.reshape(-1, 64), axis=1).reshape(unlabelled.shape)
    return (some, labels), unlabelled


def run(setting, method, seed, steps=300, pre_steps=800, part='test'):
    """Accuracy on the five digits that have labels."""
    (x, y), unlabelled = data_of(setting, seed)
    x_test, y_test = digits.of_classes(*digits.images(part), TASK)
    x_test = digits.damaged(x_test, SETTINGS[setting][1], np.random.default_rng(0))
    if method == 'logistic regression':
        model = LogisticRegression(max_iter=1000).fit(x.reshape(-1, 64), y)
        return float(model.score(x_test.reshape(-1, 64), y_test))
    with tf.Graph().as_default(), digits.session() as sess:
        tf.set_random_seed(seed)
        place, labels = digits.inputs()
        features = digits.trunk(place)
        logits = digits.head(features, 5, 'digit')
        clean, pre_step = denoising_autoencoder(place, features)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        step = tf.train.AdamOptimizer(1e-3).minimize(loss)
        sess.run(tf.global_variables_initializer())
        if method == 'self-taught':
            rng = np.random.default_rng([seed, 1])
            some = digits.batches(rng, unlabelled)
            for _ in range(pre_steps):
                (whole,) = next(some)
                sess.run(pre_step, {place: digits.damaged(whole, 0.4, rng), clean: whole})
        some = digits.batches(np.random.default_rng([seed, 2]), x, y)
        share, rng = MORE if method == 'more damage' else 0, np.random.default_rng([seed, 3])
        for _ in range(steps):
            images, truth = next(some)
            sess.run(step, {place: digits.damaged(images, share, rng), labels: truth})
        return digits.accuracy(sess, logits, place, x_test, y_test)
