"""The networks of the zoo that tf_slim.nets lacks, compared with Keras', with the same weights."""
import re

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tf_keras
import tf_slim as slim

from tf_model import zoo

KERAS = {'mobilenet_v1_1.0_224': (tf_keras.applications.MobileNet, {}),
         'mobilenet_v1_0.50_160': (tf_keras.applications.MobileNet, {'alpha': 0.5}),
         'mobilenet_v1_0.25_128': (tf_keras.applications.MobileNet, {'alpha': 0.25}),
         'inception_resnet_v2': (tf_keras.applications.InceptionResNetV2, {})}
KINDS = 'weights', 'biases', 'gamma', 'beta', 'moving_mean', 'moving_variance'


def number(name, prefix):
    """12 for 'conv2d_12', 0 for 'conv2d' (Keras numbers layers in the order they were made)."""
    return int(name.removeprefix(prefix).removeprefix('_') or 0)


def keras_layers(model):
    """[(convolution, its BatchNorm or None)] of a model, in the order in which ours are made."""
    layers = {layer.name: layer for layer in model.layers}
    if 'conv_pw_1' in layers:               # MobileNet: every layer has a name of its own
        names = ['conv1', *(f'conv_{kind}_{k}' for k in range(1, 14) for kind in ('dw', 'pw'))]
        return [(layers[name], layers[f'{name}_bn']) for name in names]
    first = min(number(name, 'conv2d') for name in layers if re.fullmatch(r'conv2d(_\d+)?', name))
    first_norm = min(number(name, 'batch_normalization') for name in layers
                     if re.fullmatch(r'batch_normalization(_\d+)?', name))

    def nth(prefix, k):
        return layers[f'{prefix}_{k}' if k else prefix]

    plain = ((nth('conv2d', first + k), nth('batch_normalization', first_norm + k))
             for k in range(203))
    named = {'block35': 10, 'block17': 20, 'block8': 10}
    order = []
    for branches, block in ((12, None), (6, 'block35'), (4, None), (4, 'block17'), (7, None),
                            (4, 'block8')):
        for k in range(1, named.get(block, 1) + 1):
            order += [next(plain) for _ in range(branches)]
            order += [(layers[f'{block}_{k}_conv'], None)] if block else []
    assert next(plain, None) is None
    return [*order, (layers['conv_7b'], layers['conv_7b_bn'])]


@pytest.mark.slow
@pytest.mark.parametrize('name', KERAS)
def test_the_same_features_as_keras(name):
    """Random weights, copied from one to the other; images that no padding fits evenly."""
    build, options = KERAS[name]
    size = 96 if 'mobilenet' in name else 139
    x = np.random.default_rng(0).uniform(-1, 1, (2, size, size, 3)).astype('float32')
    with tf.Graph().as_default(), tf.Session() as sess:
        model = build(weights=None, include_top=False, input_shape=(size, size, 3), **options)
        images = tf.placeholder(tf.float32, (None, size, size, 3))
        features, _ = zoo.build(name, images, False)
        ours = {}
        for v in slim.get_model_variables():
            ours.setdefault(re.sub(r'/(BatchNorm/)?\w+$', '', v.op.name), []).append(v)
        pairs = keras_layers(model)
        assert len(pairs) == len(ours)
        rng, values, begin = np.random.default_rng(1), {}, []
        for variables, (convolution, norm) in zip(ours.values(), pairs):
            theirs = [*convolution.weights, *(norm.weights if norm else [])]
            assert [v.shape.as_list() for v in variables] == [w.shape.as_list() for w in theirs]
            for v, w in zip(variables, theirs):
                spread = 0.3 if 'Norm' in v.op.name else (2 / np.prod(v.shape.as_list()[:-1])) ** .5
                value = rng.normal(0, spread, v.shape.as_list())
                value = 1 + abs(value) if v.op.name.endswith(('gamma', 'variance')) else value
                values |= {v.initializer.inputs[1]: value, w.initializer.inputs[1]: value}
                begin += [v.initializer, w.initializer]
        sess.run(begin, values)             # all at once: a call for each takes minutes
        got, expected = sess.run([features, model.output], {images: x, model.input: x})
    assert got.std() > 1e-3
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-4 * abs(expected).max())
