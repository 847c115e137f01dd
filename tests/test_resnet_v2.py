"""Our ResNet-v2-50 compared with tf_slim.nets.resnet_v2, and what freezing promises."""
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim
from conftest import REAL, needs_real
from tf_slim.nets import resnet_utils
from tf_slim.nets import resnet_v2 as reference

from tf_model import resnet_v2


def random_values(variables, seed=0):
    """Values that make every layer matter: no BatchNorm at its defaults, no bias at zero."""
    rng = np.random.default_rng(seed)
    values = {}
    for v in variables:
        shape = v.shape.as_list()
        if v.op.name.endswith('weights'):
            value = rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape)
        elif v.op.name.endswith(('gamma', 'moving_variance')):
            value = rng.uniform(0.5, 1.5, shape)
        else:
            value = rng.normal(0, 0.1, shape)
        values[v.op.name] = value.astype(np.float32)
    return values


def run_network(build, images, values, is_training):
    """The features, and the moving statistics after one run of UPDATE_OPS."""
    with tf.Graph().as_default(), tf.Session() as sess:
        net = build(tf.constant(images), is_training)
        variables = tf.global_variables()
        sess.run([tf.assign(v, values[v.op.name]) for v in variables])
        features = sess.run(net)
        sess.run(tf.get_collection(tf.GraphKeys.UPDATE_OPS))
        moving = {v.op.name: v for v in variables if 'moving_' in v.op.name}
        return features, sess.run(moving)


def ours(images, is_training):
    return resnet_v2.resnet_v2_50(images, is_training, batch_norm_decay=0.95)[0]


def slims(images, is_training):
    with slim.arg_scope(resnet_utils.resnet_arg_scope(batch_norm_decay=0.95)):
        return reference.resnet_v2_50(images, None, is_training, global_pool=False)[0]


def model_shapes(build):
    with tf.Graph().as_default():
        build(tf.placeholder(tf.float32, (None, 64, 64, 3)), False)
        return {v.op.name: v.shape.as_list() for v in tf.global_variables()}


@pytest.mark.parametrize('size, is_training', [((64, 64), False), ((97, 70), True)])
def test_equals_tf_slim(size, is_training):
    images = np.random.default_rng(1).uniform(-1, 1, (4, *size, 3)).astype(np.float32)
    with tf.Graph().as_default():
        slims(tf.constant(images), is_training)
        values = random_values(tf.global_variables())
    expected, expected_moving = run_network(slims, images, values, is_training)
    got, got_moving = run_network(ours, images, values, is_training)
    assert got.shape == expected.shape == (4, -(-size[0] // 32), -(-size[1] // 32), 2048)
    assert expected.std() > 0.1
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)
    assert got_moving.keys() == expected_moving.keys() and len(got_moving) == 98
    for name in got_moving:
        np.testing.assert_allclose(got_moving[name], expected_moving[name], rtol=1e-4, atol=1e-5)


def test_names_and_shapes_equal_tf_slim():
    shapes = model_shapes(ours)
    assert shapes == model_shapes(slims)
    assert len(shapes) == 270


def test_other_blocks_equal_tf_slim():
    """One narrow unit a block, one of them without a stride."""
    sizes = [('block1', 8, 1, 2), ('block2', 16, 2, 1), ('block3', 16, 1, 2), ('block4', 32, 1, 2)]

    def small(images, is_training):
        return resnet_v2.resnet_v2_50(images, is_training, batch_norm_decay=0.95, blocks=sizes)[0]

    def small_slim(images, is_training):
        blocks = [reference.resnet_v2_block(name, depth // 4, units, stride)
                  for name, depth, units, stride in sizes]
        with slim.arg_scope(resnet_utils.resnet_arg_scope(batch_norm_decay=0.95)):
            return reference.resnet_v2(images, blocks, None, is_training, global_pool=False,
                                       scope='resnet_v2_50')[0]

    images = np.random.default_rng(1).uniform(-1, 1, (3, 40, 33, 3)).astype(np.float32)
    with tf.Graph().as_default():
        small_slim(tf.constant(images), True)
        values = random_values(tf.global_variables())
    expected, expected_moving = run_network(small_slim, images, values, True)
    got, got_moving = run_network(small, images, values, True)
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)
    for name, value in expected_moving.items():
        np.testing.assert_allclose(got_moving[name], value, rtol=1e-4, atol=1e-5)


def test_a_batch_norm_mode_for_each_stage():
    """Inference mode up to block 2 computes, and moves, what `freeze` does."""
    images = np.random.default_rng(1).uniform(-1, 1, (4, 40, 40, 3)).astype(np.float32)
    sizes = [(f'block{n}', 16, 1, 2) for n in (1, 2, 3, 4)]
    modes = {stage: stage not in ('conv1', 'block1', 'block2') for stage in resnet_v2.STAGES}

    def by_mode(images, is_training):
        return resnet_v2.resnet_v2_50(images, modes, blocks=sizes)[0]

    def by_freeze(images, is_training):
        return resnet_v2.resnet_v2_50(images, True, 'block2', blocks=sizes)[0]

    with tf.Graph().as_default():
        by_mode(tf.constant(images), None)
        values = random_values(tf.global_variables())
    got, got_moving = run_network(by_mode, images, values, None)
    expected, expected_moving = run_network(by_freeze, images, values, None)
    np.testing.assert_array_equal(got, expected)
    for name, value in expected_moving.items():
        np.testing.assert_array_equal(got_moving[name], value)
        assert np.array_equal(value, values[name]) == ('block1' in name or 'block2' in name)


def test_scaling_of_images():
    with tf.Graph().as_default(), tf.Session() as sess:
        np.testing.assert_array_equal(
            sess.run(resnet_v2.scale_images(np.uint8([[0, 51, 255]]))), np.float32([[-1, -.6, 1]]))


@needs_real
def test_names_and_shapes_equal_the_official_list():
    lines = (REAL / 'tf_ckpt/variables_resnet_v2_50.txt').read_text().splitlines()
    official = {}
    for line in lines:
        name, shape = line.split(' ', 1)
        official[name] = [int(n) for n in shape.strip('[]').split(',') if n.strip()]
    trunk = {name: shape for name, shape in official.items()
             if name.startswith('resnet_v2_50/') and '/logits/' not in name}
    assert model_shapes(ours) == trunk


@pytest.mark.parametrize('freeze, stages', [
    (None, 0), ('', 0), ('conv1', 1), ('block2', 3), ('block4', 5), ('all', 6)])
def test_everything_below_a_frozen_stage_is_frozen(freeze, stages):
    assert resnet_v2.frozen_stages(freeze) == resnet_v2.STAGES[:stages]


def test_an_unknown_stage_is_refused():
    for name in ('block5', 'none'):
        with pytest.raises(ValueError, match=f"freeze = '{name}': choose None, conv1, .*block4 or"):
            resnet_v2.frozen_stages(name)


@pytest.mark.parametrize('freeze', ['block2', 'all'])
def test_frozen_variables_stay_bit_for_bit(freeze):
    rng = np.random.default_rng(0)
    stages = tuple(f'resnet_v2_50/{s}/' for s in resnet_v2.frozen_stages(freeze))
    with tf.Graph().as_default(), tf.Session() as sess:
        images = tf.placeholder(tf.float32, (None, 48, 48, 3))
        is_training = tf.placeholder(tf.bool, [])
        net, _ = resnet_v2.resnet_v2_50(images, is_training, freeze)
        with tf.variable_scope('CLASS_1'):
            pred = slim.fully_connected(tf.reduce_mean(net, [1, 2]), 2, activation_fn=None)
        loss = tf.losses.softmax_cross_entropy(tf.one_hot([0, 1, 0, 1], 2), pred)
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            update = tf.train.AdamOptimizer(1e-3).minimize(loss)
        frozen = [v for v in slim.get_model_variables() if v.op.name.startswith(stages)]
        others = [v for v in slim.get_model_variables() if v not in frozen]
        assert not set(frozen) & set(tf.trainable_variables())
        assert all(g is None for g in tf.gradients(loss, frozen))
        sess.run(tf.global_variables_initializer())
        before = sess.run([frozen, others])
        for _ in range(10):
            x = rng.uniform(-1, 1, (4, 48, 48, 3))
            sess.run(update, {images: x, is_training: True})
        after = sess.run([frozen, others])
    assert len(frozen) == {'block2': 2 + 50 + 66, 'all': 270}[freeze]   # conv1, block1, block2
    for old, new in zip(before[0], after[0]):
        np.testing.assert_array_equal(old, new)
    for v, old, new in zip(others, before[1], after[1]):
        assert not np.array_equal(old, new), v.op.name


def test_where_a_place_of_the_feature_map_looks():
    """Place (i, i) looks at pixel (32 i, 32 i); plots.over_image relies on it."""
    with tf.Graph().as_default(), tf.Session() as sess:
        images = tf.constant(np.random.default_rng(0).uniform(-1, 1, (1, 320, 320, 3)), tf.float32)
        net, _ = resnet_v2.resnet_v2_50(images, False)
        variables = tf.global_variables()
        values = random_values(variables)
        sess.run([tf.assign(v, values[v.op.name]) for v in variables])
        for i in (4, 5):
            gradient = sess.run(tf.gradients(net[0, i, i], images)[0])[0]
            weight = (gradient ** 2).sum(axis=-1)
            centre = [(weight.sum(axis=axis) @ np.arange(320)) / weight.sum() for axis in (0, 1)]
            np.testing.assert_allclose(centre, 32 * i, atol=9)      # the next place is 32 away
