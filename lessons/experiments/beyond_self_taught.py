"""Self-taught learning: unlabelled images of other classes first, then a few labels."""
import numpy as np
import tensorflow.compat.v1 as tf

from lessons.experiments import beyond_digits as digits

METHODS = 'from scratch', 'more damage', 'self-taught', digits.NO_NETWORK
# more_damage: the share of pixels set to 0 in each batch, the best of 0.1, 0.2 and 0.4
RECIPE = {'steps': 300, 'pre_steps': 800, 'rate': 1e-3, 'pre_damage': 0.4, 'more_damage': 0.2}
# labelled images of each class (None: all), share of pixels set to 0, what the unlabelled are
SETTINGS = {
    'few labels, damaged': {'per_class': 2, 'damage': 0.4, 'unlabelled': 'digits'},
    'few, damaged; unlabelled noise': {'per_class': 2, 'damage': 0.4, 'unlabelled': 'noise'},
    'few labels, whole images': {'per_class': 2, 'damage': 0, 'unlabelled': 'digits'},
    'many labels, damaged': {'per_class': None, 'damage': 0.4, 'unlabelled': 'digits'}}
FIRST_SEED = 0
UNLABELLED, TASK = (5, 6, 7, 8, 9), (0, 1, 2, 3, 4)


def denoising_autoencoder(x, features):
    """(placeholder, training step): learns to restore the clean image from a damaged one in x."""
    clean = tf.placeholder(tf.float32, [None, 8, 8, 1])
    back = tf.reshape(digits.head(features, 64, 'decoder'), (-1, 8, 8, 1))
    loss = tf.losses.mean_squared_error(clean, back)
    return clean, tf.train.AdamOptimizer(RECIPE['rate']).minimize(loss)


def pre_train(sess, step, place, clean, images, seed, steps, damage):
    """So many steps of a denoising autoencoder: a share `damage` of the pixels is set to 0."""
    rng = np.random.default_rng([seed, 1])
    some = digits.batches(rng, images)
    for _ in range(steps):
        (whole,) = next(some)
        sess.run(step, {place: digits.damaged(whole, damage, rng), clean: whole})


def data_of(setting, seed):
    """((x, y) with labels, x without labels), for training."""
    per_class, damage, kind = SETTINGS[setting].values()
    rng, (x, y) = np.random.default_rng(seed), digits.images('learn')
    some, labels = digits.some_of_each(*digits.of_classes(x, y, TASK), per_class, rng)
    some = digits.damaged(some, damage, rng)
    unlabelled, _ = digits.of_classes(x, y, UNLABELLED)
    if kind == 'noise':                 # the same grey values in random places
        unlabelled = rng.permuted(unlabelled.reshape(-1, 64), axis=1).reshape(unlabelled.shape)
    return (some, labels), unlabelled


def held_back(part, setting):
    """(x, y) of the task's digits in `part`, damaged as the setting says."""
    x, y = digits.of_classes(*digits.images(part), TASK)
    return digits.damaged(x, SETTINGS[setting]['damage'], np.random.default_rng(0)), y


def run(setting, method, seed, steps=RECIPE['steps'], pre_steps=RECIPE['pre_steps'], part='test'):
    """Accuracy on the five digits that have labels."""
    (x, y), unlabelled = data_of(setting, seed)
    x_test, y_test = held_back(part, setting)
    if method == digits.NO_NETWORK:
        return digits.no_network((x, y), held_back('choose', setting), (x_test, y_test))
    with tf.Graph().as_default(), digits.session() as sess:
        tf.set_random_seed(seed)
        place, labels = digits.inputs()
        features = digits.trunk(place)
        logits = digits.head(features, 5, 'digit')
        clean, pre_step = denoising_autoencoder(place, features)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        step = tf.train.AdamOptimizer(RECIPE['rate']).minimize(loss)
        sess.run(tf.global_variables_initializer())
        if method == 'self-taught':
            pre_train(sess, pre_step, place, clean, unlabelled, seed, pre_steps,
                      RECIPE['pre_damage'])
        some = digits.batches(np.random.default_rng([seed, 2]), x, y)
        share = RECIPE['more_damage'] if method == 'more damage' else 0
        rng = np.random.default_rng([seed, 3])
        for _ in range(steps):
            images, truth = next(some)
            sess.run(step, {place: digits.damaged(images, share, rng), labels: truth})
        return digits.accuracy(sess, logits, place, x_test, y_test)
