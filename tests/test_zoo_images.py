"""What the networks of the zoo take: sizes, scaling; and which pixel a feature is about."""
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim
from tf_slim.layers import layers

from tf_model import zoo


@pytest.mark.parametrize('name, smallest', [('vgg_16', 32), ('inception_v3', 75)])
def test_images_that_are_too_small(name, smallest):
    """Images of the smallest size itself are accepted: here, and in `network`."""
    assert zoo.ZOO[name].smallest == smallest
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match=f'{name} needs images of {smallest} pixels'):
            zoo.build(name, tf.placeholder(tf.float32, (1, smallest - 1, 99, 3)), False)
        if name == 'vgg_16':
            features, _ = zoo.build(name, tf.placeholder(tf.float32, (1, smallest, 99, 3)), False)
            assert features.shape.as_list() == [1, 1, 3, 512]


def test_scaling():
    grey = np.uint8([0, 255]).reshape(2, 1, 1, 1) * np.ones((1, 1, 1, 3), np.uint8)
    with tf.Graph().as_default(), tf.Session() as sess:
        unit = sess.run(zoo.scale('inception_v1', grey))
        minus_mean = sess.run(zoo.scale('vgg_16', grey))
    np.testing.assert_array_equal(unit.ravel(), [-1] * 3 + [1] * 3)
    np.testing.assert_allclose(minus_mean[0].ravel(), [-123.68, -116.78, -103.94], rtol=1e-6)
    np.testing.assert_allclose(minus_mean[1] - minus_mean[0], 255, rtol=1e-6)
    v2 = {name for name, network in zoo.ZOO.items() if network.scaling == zoo.MINUS_ONE_TO_ONE}
    assert v2 == {name for name in zoo.ZOO if 'v2' in name or name[0] in 'im'}    # and MobileNet


@pytest.mark.parametrize('name', ['vgg_16', 'inception_v1', 'mobilenet_v1_0.25_128'])
def test_which_pixel_the_features_at_a_place_are_about(name, monkeypatch):
    """The centre of the receptive field; with positive weights and mean pooling nothing cancels."""
    for module in slim, layers:
        monkeypatch.setattr(module, 'max_pool2d', slim.avg_pool2d)
    size, place = 192, 2
    images = tf.placeholder(tf.float32, (1, size, size, 3))
    features, _ = zoo.build(name, images, False)
    gradient = tf.gradients(tf.reduce_sum(features[:, place, place]), images)[0]
    averages = [tf.assign(v, tf.abs(v) / tf.reduce_sum(tf.abs(v), [0, 1, 2], keepdims=True))
                for v in slim.get_model_variables() if v.op.name.endswith('weights')]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(averages)
        seen = sess.run(gradient, {images: np.ones((1, size, size, 3))})[0].sum(axis=-1)
    centre = [seen.sum(axis=1 - axis) @ np.arange(size) / seen.sum() for axis in (0, 1)]
    expected = 32 * place + zoo.find(name).first_pixel
    # the borders of the image cut off more on one side than on the other
    np.testing.assert_allclose(centre, expected, atol=7)
