"""Grad-CAM at any layer, against the class-activation map and against differences."""
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim

from course.grad_cam import grad_cam
from tf_model.resnet_v2 import resnet_v2_50, scale_images

SMALL = [('block1', 16, 2, 2), ('block2', 24, 1, 2), ('block3', 32, 1, 2), ('block4', 40, 2, 1)]


class Network:
    def __init__(self, freeze=None):
        tf.set_random_seed(0)
        self.images = tf.placeholder(tf.uint8, (None, 64, 80, 3))
        net, self.layers = resnet_v2_50(scale_images(self.images), False, freeze, blocks=SMALL)
        self.scores = slim.fully_connected(tf.reduce_mean(net, [1, 2]), 3, activation_fn=None,
                                           scope='head')
        self.x = np.random.default_rng(0).integers(0, 256, (4, 64, 80, 3), np.uint8)


@pytest.fixture(scope='module')
def network():
    with tf.Graph().as_default(), tf.Session() as sess:
        network = Network()
        sess.run(tf.global_variables_initializer())
        network.sess = sess
        yield network


def run(network, tensor, **fed):
    return network.sess.run(tensor, {network.images: network.x, **fed.get('fed', {})})


def test_at_the_last_layer_it_is_the_class_activation_map(network):
    last = network.layers['resnet_v2_50/postnorm']
    weights, = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, 'head/weights')
    features, w, scores = run(network, [last, weights, network.scores])
    for of_class, classes in ((None, scores.argmax(axis=1)), (1, [1] * 4), ([0, 2, 1, 0],) * 2):
        cam = np.einsum('nhwc,cn->nhw', features, w[:, classes])
        maps = run(network, grad_cam(network.scores, last, of_class))
        assert maps.shape == (4, 2, 3) and cam.std() > 0
        np.testing.assert_allclose(maps * 6, cam, rtol=1e-3, atol=1e-3 * np.abs(cam).max())


@pytest.mark.parametrize('stage', ['conv1', 'block1', 'block2', 'block3', 'block4', 'postnorm'])
def test_at_any_layer_a_channel_counts_by_what_it_does_to_the_score(network, stage):
    """Add a little to a channel everywhere: the score grows by its importance, h * w times."""
    layer, of_class = network.layers[f'resnet_v2_50/{stage}'], 2
    values, maps = run(network, [layer, grad_cam(network.scores, layer, of_class)])
    n, h, w, channels = values.shape
    assert maps.shape == (n, h, w)
    little, importance = 1e-2 * values.std(), np.zeros((n, channels))
    for c in range(channels):
        grown = [run(network, network.scores, fed={layer: values + sign * little * (
            np.arange(channels) == c)})[:, of_class] for sign in (1, -1)]
        importance[:, c] = (grown[0] - grown[1]) / (2 * little * h * w)
    by_differences = np.einsum('nhwc,nc->nhw', values, importance)
    assert np.corrcoef(maps.ravel(), by_differences.ravel())[0, 1] > 0.99


def test_where_no_gradient_comes_the_reason_is_given():
    with tf.Graph().as_default():
        frozen = Network(freeze='block2')
        assert grad_cam(frozen.scores, frozen.layers['resnet_v2_50/block2']).shape[1:] == (4, 5)
        with pytest.raises(ValueError, match='StopGradient_1:0. It lies below a frozen part'):
            grad_cam(frozen.scores, frozen.layers['resnet_v2_50/block1'])
