"""features_of: features from a pre-trained network, for exercises that train no network."""
import numpy as np
import tensorflow.compat.v1 as tf

from tf_model import zoo
from tf_model.restore import restore

BATCH = 32      # images at a time


def features_of(images: np.ndarray, checkpoint: str, network: str = 'resnet_v2_50',
                seed: int = 0) -> np.ndarray:
    """The features of a network's trunk, averaged over all places: float32 (N, C).

    images: uint8 (N, H, W, 3), RGB. checkpoint: as for `tf_model.restore.restore`, or '' for random
        weights, drawn with `seed`. network: a name in zoo.ZOO.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(seed)
        fed = tf.placeholder(tf.uint8, [None, *images.shape[1:]])
        maps, _ = zoo.build(network, zoo.scale(network, fed), is_training=False)
        features = tf.reduce_mean(maps, [1, 2])
        sess.run(tf.global_variables_initializer())
        if checkpoint:
            restore(sess, tf.model_variables(), checkpoint)
        return np.concatenate([sess.run(features, {fed: images[i:i + BATCH]})
                               for i in range(0, len(images), BATCH)])
