"""A frozen graph computes what the trained network computes, without variables and BatchNorm."""
from collections import Counter

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim
from test_resnet_v2 import random_values

from course.frozen_graph import frozen_graph, frozen_session, without_batch_norm
from course.session import BFLOAT16, cpu_has_bfloat16
from tf_model.resnet_v2 import resnet_v2_50, scale_images


def ops(graph_def):
    return Counter(node.op for node in graph_def.node)


def set_randomly(sess):
    """Random values for every variable, moving statistics too."""
    variables = tf.global_variables()
    values = random_values(variables)
    sess.run([tf.assign(v, values[v.op.name]) for v in variables])


@pytest.fixture(scope='module')
def network():
    """(sess, fed, features, images, what the features of these images are)."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (2, 75, 64, 3), np.uint8)
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.uint8, (None, 75, 64, 3), 'fed')
        features, _ = resnet_v2_50(scale_images(fed), is_training=False)
        set_randomly(sess)
        yield sess, fed, features, images, sess.run(features, {fed: images})


def test_frozen_session_computes_the_same(network):
    sess, fed, features, images, expected = network
    with frozen_session(sess, [fed], [features]) as frozen:
        got = frozen.run(features.name, {fed.name: images})
    assert got.shape == expected.shape == (2, 3, 2, 2048) and expected.std() > 0.1
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-3 * expected.std())


@pytest.mark.skipif(not cpu_has_bfloat16(), reason='this processor has no bfloat16')
def test_frozen_session_in_bfloat16_computes_nearly_the_same(network):
    sess, fed, features, images, expected = network
    with frozen_session(sess, [fed], [features], BFLOAT16) as frozen:
        got = frozen.run(features.name, {fed.name: images})
    assert not np.array_equal(got, expected)
    assert np.corrcoef(got.ravel(), expected.ravel())[0, 1] > 0.999


def test_no_variable_and_no_batch_norm_is_left(network):
    sess, fed, features, *_ = network
    frozen = frozen_graph(sess, [fed], [features])
    before, after = ops(frozen), ops(without_batch_norm(frozen, [features.op.name]))
    assert not [op for op in before if 'Variable' in op]
    assert before['FusedBatchNormV3'] == 49 and after['FusedBatchNormV3'] == 0
    assert after['DepthwiseConv2dNative'] == 17         # 16 units' preact, and postnorm
    assert after['Conv2D'] == before['Conv2D'] == 53


def test_sums_become_a_part_of_convolutions(network):
    """The 16 units' sums, in the graph as TensorFlow rewrites it with oneDNN."""
    sess, fed, features, images, _ = network
    seen = tf.RunMetadata()
    with frozen_session(sess, [fed], [features]) as frozen:
        frozen.run(features.name, {fed.name: images},
                   tf.RunOptions(output_partition_graphs=True), seen)
    rewritten = sum((ops(graph_def) for graph_def in seen.partition_graphs), Counter())
    if not [op for op in rewritten if op.startswith('_Mkl')]:
        pytest.skip('TensorFlow has no oneDNN here')
    assert rewritten['AddV2'] == 0 and rewritten['DepthwiseConv2dNative'] == 0


def test_a_convolution_that_others_use_keeps_its_weights():
    images = np.random.default_rng(0).normal(size=(2, 5, 5, 3)).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.float32, (None, 5, 5, 3))
        seen = slim.conv2d(fed, 4, 3, activation_fn=None, scope='seen')
        outputs = [slim.batch_norm(seen, is_training=False, scale=True), seen]
        shared = tf.get_variable('shared', (3, 3, 3, 4))
        outputs += [slim.batch_norm(tf.nn.conv2d(x, shared, 1, 'SAME'), is_training=False)
                    for x in (fed, 2 * fed)]
        set_randomly(sess)
        expected = sess.run(outputs, {fed: images})
        with frozen_session(sess, [fed], outputs) as frozen:
            got = frozen.run([t.name for t in outputs], {fed.name: images})
    for ours, true in zip(got, expected):
        np.testing.assert_allclose(ours, true, rtol=1e-4, atol=1e-5)


def test_batch_norm_by_the_batch_stays():
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.float32, (None, 5, 5, 3))
        output = slim.batch_norm(fed, is_training=True)
        sess.run(tf.global_variables_initializer())
        frozen = frozen_graph(sess, [fed], [output])
    assert ops(without_batch_norm(frozen, [output.op.name]))['FusedBatchNormV3'] == 1


def test_more_training_does_not_change_a_frozen_session():
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.float32, (None, 3))
        output, init = slim.fully_connected(fed, 2), tf.global_variables_initializer()
        set_randomly(sess)
        with frozen_session(sess, [fed], [output]) as frozen:
            first = frozen.run(output.name, {fed.name: np.ones((1, 3))})
            sess.run(init)
            again = frozen.run(output.name, {fed.name: np.ones((1, 3))})
    np.testing.assert_array_equal(first, again)


def test_a_placeholder_that_is_missing_is_named():
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.float32, (None, 5, 5, 3))
        is_training = tf.placeholder(tf.bool, [], 'is_training')
        output = slim.batch_norm(fed, is_training=is_training)
        sess.run(tf.global_variables_initializer())
        with pytest.raises(ValueError, match='is_training.*reuse=True'):
            frozen_session(sess, [fed], [output])
