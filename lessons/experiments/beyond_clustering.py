"""Self-taught clustering: neither source nor target has labels; which target images go together?"""
import numpy as np
import tensorflow.compat.v1 as tf
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans

from lessons.experiments import beyond_digits as digits
from lessons.experiments.beyond_self_taught import (
    TASK,
    UNLABELLED,
    denoising_autoencoder,
    pre_train,
)

METHODS = 'own images', 'self-taught', digits.NO_NETWORK
RECIPE = {'pre_steps': 800, 'rate': 1e-3, 'pre_damage': 0.4, 'per_class': 5}
# 4 in 10 of the target's pixels are set to 0; which digits the source's images show
SETTINGS = {'damaged; source of the same digits': {'damage': 0.4, 'source': TASK},
            'damaged; source of other digits': {'damage': 0.4, 'source': UNLABELLED}}
FIRST_SEED = 0


def data_of(setting, seed, part='test'):
    """(x, y) of the target, `per_class` images of each digit of TASK; x of the source."""
    damage, shown = SETTINGS[setting].values()
    rng = np.random.default_rng(seed)
    x, y = digits.some_of_each(*digits.of_classes(*digits.images(part), TASK),
                               RECIPE['per_class'], rng)
    source, _ = digits.of_classes(*digits.images('learn'), shown)
    return (digits.damaged(x, damage, rng), y), source


def clusters_right(found, truth):
    """The share of images in the right cluster, 0 to 1, if each cluster stands for one class.

    found, truth: int (N,), 0 to K - 1. Of all ways to name the clusters, the best counts (the
    Hungarian method), so chance is above 1 / K.
    """
    table = np.zeros((found.max() + 1, truth.max() + 1), int)
    np.add.at(table, (found, truth), 1)
    return float(table[linear_sum_assignment(-table)].sum() / len(truth))


def k_means(numbers, seed):
    """Into which of as many clusters as TASK has digits each row falls, int (N,)."""
    means = KMeans(len(TASK), n_init=10, random_state=seed)
    return means.fit_predict(numbers.reshape(len(numbers), -1))


def run(setting, method, seed, pre_steps=RECIPE['pre_steps'], part='test'):
    """The share of the target's images that k-means puts into the right cluster.

    It clusters pixels (no network) or the features of a denoising autoencoder, trained on the
    target's images alone or on the source's as well.
    """
    (x, y), source = data_of(setting, seed, part)
    if method == digits.NO_NETWORK:
        return clusters_right(k_means(x, seed), y)
    unlabelled = np.concatenate([x, source]) if method == 'self-taught' else x
    with tf.Graph().as_default(), digits.session() as sess:
        tf.set_random_seed(seed)
        place, _ = digits.inputs()
        features = digits.trunk(place)
        clean, step = denoising_autoencoder(place, features)
        sess.run(tf.global_variables_initializer())
        pre_train(sess, step, place, clean, unlabelled, seed, pre_steps, RECIPE['pre_damage'])
        return clusters_right(k_means(sess.run(features, {place: x}), seed), y)
