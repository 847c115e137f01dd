"""ResNet-v2-50 with a head on it, ready to train: for all but the lesson, which builds it in view.

What is pre-trained and restored is the trunk, or backbone; the head is the new layer on top of it,
a global average pool and a dense layer.
"""
from collections.abc import Callable

import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim

from course.session import FLOAT32, with_loss_scale
from tf_model import zoo
from tf_model.optimizer import Adam
from tf_model.resnet_v2 import SCOPE, resnet_v2_50

NETWORK, HEAD = 'resnet_v2_50', 'CLASS_1'


class Classifier:
    """Network, head and loss, built into the default graph. `adam` adds the step of training.

    images: placeholder, uint8 (N, H, W, 3), RGB, 0 .. 255.
    labels: placeholder, int32 (N,), the number of each image's class.
    is_training: placeholder, bool; or the bool that was handed in.
    rate: placeholder, float32, the learning rate.
    end_points: {'resnet_v2_50/block1': tensor, ...}, see resnet_v2_50.
    pooled: what the head is fed with, float32 (N, 2048).
    logits: float32 (N, n_classes). loss: their mean softmax cross entropy.
    trunk: its model variables, moving statistics included; what to restore.
    """

    def __init__(self, image_shape: tuple, n_classes: int, freeze: str | None = None,
                 batch_norm_decay: float = 0.9, is_training: bool | None = None,
                 head_initializer: Callable | None = None):
        """image_shape: (H, W, 3); H and W may be None. freeze, batch_norm_decay: see resnet_v2_50.

        is_training: None for a placeholder; False for a graph that is never trained and the faster
        for it. head_initializer: of the head's weights; None for Xavier's.
        """
        self.images = tf.placeholder(tf.uint8, (None, *image_shape), 'images')
        self.labels = tf.placeholder(tf.int32, [None])
        self.is_training = tf.placeholder(tf.bool, []) if is_training is None else is_training
        self.rate = tf.placeholder(tf.float32, [])
        features, self.end_points = resnet_v2_50(zoo.scale(NETWORK, self.images), self.is_training,
                                                 freeze, batch_norm_decay)
        self.pooled = tf.reduce_mean(features, [1, 2])
        self.logits = slim.fully_connected(
            self.pooled, n_classes, activation_fn=None, scope=HEAD,
            weights_initializer=head_initializer or slim.xavier_initializer())
        self.loss = tf.losses.sparse_softmax_cross_entropy(self.labels, self.logits)
        self.trunk = slim.get_model_variables(SCOPE)

    def adam(self, precision: str = FLOAT32, rates: dict | None = None) -> tf.Operation:
        """One step of training: Adam, and the moving statistics of BatchNorm.

        precision: of choose_precision. rates: {scope: factor}, such as {HEAD: 10, SCOPE: 1}: each
        scope learns at its factor times `rate`, and what lies in none of them does not change.
        None: everything learns at `rate`. What is frozen learns in no case.
        """
        scopes = list(rates) if rates else [None]
        variables = [v for scope in scopes for v in tf.trainable_variables(scope)]
        statistics = [op for scope in scopes
                      for op in tf.get_collection(tf.GraphKeys.UPDATE_OPS, scope)]
        with tf.control_dependencies(statistics):
            return with_loss_scale(Adam(self.rate, rates), precision).minimize(
                self.loss, var_list=variables)

    def predict(self, sess: tf.Session, x: np.ndarray, fed: tf.Tensor | None = None) -> np.ndarray:
        """The class that each image is taken for, int (N,), by the moving statistics.

        x: uint8 images (N, H, W, 3), or what the tensor `fed` is to be instead.
        """
        fed = self.images if fed is None else fed
        logits = [sess.run(self.logits, {fed: x[k:k + 50], self.is_training: False})
                  for k in range(0, len(x), 50)]
        return np.concatenate(logits).argmax(axis=1)

    def accuracy(self, sess: tf.Session, x: np.ndarray, y: np.ndarray,
                 fed: tf.Tensor | None = None) -> float:
        """The share, 0 to 1, of the images that are classified right; x and fed as in `predict`."""
        return float((self.predict(sess, x, fed) == y).mean())
