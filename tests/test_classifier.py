"""tf_model/classifier.py: what the head computes, what learns at which rate, and what does not."""
import numpy as np
import pytest
import tf_slim as slim

from course.compat import tf
from tf_model.classifier import HEAD, Classifier
from tf_model.resnet_v2 import SCOPE

X = np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3)).astype(np.uint8)
Y = np.array([0, 1, 2, 0, 1, 2])


@pytest.fixture
def build():
    """build(**options) -> a Classifier for three classes and its session, initialised."""
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as sess:
        tf.set_random_seed(0)
        yield lambda **options: (Classifier((32, 32, 3), 3, **options), sess)


def step(sess, net, update, rate):
    """Changes of all model variables in one step of training: {name: array}."""
    variables = {v.op.name: v for v in slim.get_model_variables()}
    sess.run(tf.global_variables_initializer())
    before = sess.run(variables)
    sess.run(update, {net.images: X, net.labels: Y, net.is_training: True, net.rate: rate})
    after = sess.run(variables)
    return {name: after[name] - before[name] for name in variables}


def largest(changes, scope, moving=False):
    """The largest change of the trained variables, or of the moving statistics, in a scope."""
    return max(np.abs(change).max() for name, change in changes.items()
               if name.startswith(f'{scope}/') and ('moving_' in name) == moving)


def test_head_and_loss_are_those_of_numpy(build):
    net, sess = build()
    sess.run(tf.global_variables_initializer())
    end, pooled, logits, loss, weights, biases = sess.run(
        [net.end_points[f'{SCOPE}/postnorm'], net.pooled, net.logits, net.loss,
         f'{HEAD}/weights:0', f'{HEAD}/biases:0'],
        {net.images: X, net.labels: Y, net.is_training: False})
    np.testing.assert_allclose(pooled, end.mean((1, 2)), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(logits, pooled @ weights + biases, rtol=1e-4, atol=1e-5)
    expected = np.log(np.exp(logits).sum(1)) - logits[np.arange(6), Y]
    assert loss == pytest.approx(expected.mean(), rel=1e-5)
    assert len(net.trunk) == 270                    # moving statistics included


def test_black_and_white_are_opposite_inputs(build):
    """Images from 0 to 255 reach the first convolution, whose biases begin at 0, in [-1, 1]."""
    net, sess = build()
    sess.run(tf.global_variables_initializer())
    first = net.end_points[f'{SCOPE}/conv1']
    black, white = (sess.run(first, {net.images: np.full_like(X, value), net.is_training: False})
                    for value in (0, 255))
    np.testing.assert_allclose(black, -white, atol=1e-5)
    assert np.abs(white).max() > 0.1


def test_everything_learns_at_the_rate(build):
    """Adam's first step is the rate, for each weight that has a gradient."""
    net, sess = build()
    changes = step(sess, net, net.adam(), 1e-3)
    for scope in HEAD, SCOPE:
        assert largest(changes, scope) == pytest.approx(1e-3, rel=0.01)
    assert largest(changes, SCOPE, moving=True) > 0


def test_head_and_trunk_learn_at_rates_of_their_own(build):
    net, sess = build()
    changes = step(sess, net, net.adam(rates={HEAD: 10, SCOPE: 0.5}), 1e-3)
    assert largest(changes, HEAD) == pytest.approx(1e-2, rel=0.01)
    assert largest(changes, SCOPE) == pytest.approx(5e-4, rel=0.01)
    assert largest(changes, SCOPE, moving=True) > 0


def test_the_head_alone_leaves_the_trunk_and_its_statistics_alone(build):
    net, sess = build()
    update = net.adam(rates={HEAD: 1})
    changes = step(sess, net, update, 1e-3)
    assert largest(changes, HEAD) == pytest.approx(1e-3, rel=0.01)
    assert largest(changes, SCOPE) == largest(changes, SCOPE, moving=True) == 0
    pooled = sess.run(net.pooled, {net.images: X, net.is_training: False})
    sess.run(update, {net.pooled: pooled, net.labels: Y, net.rate: 1e-3})   # needs no images


@pytest.mark.parametrize('rates', [None, {HEAD: 1, SCOPE: 1}])
def test_what_is_frozen_does_not_change(build, rates):
    net, sess = build(freeze='all')
    changes = step(sess, net, net.adam(rates=rates), 1e-3)
    assert largest(changes, HEAD) == pytest.approx(1e-3, rel=0.01)
    assert largest(changes, SCOPE) == largest(changes, SCOPE, moving=True) == 0


def test_batch_norm_in_inference_mode_learns_but_keeps_its_statistics(build):
    """is_training=False: weights, gamma and beta learn, and an image's output is its own affair."""
    net, sess = build(is_training=False)
    update, variables = net.adam(), tf.trainable_variables()
    sess.run(tf.global_variables_initializer())
    statistics = [v for v in net.trunk if 'moving_' in v.op.name]
    before, moving = sess.run([variables, statistics])
    alone, among = (sess.run(net.logits, {net.images: X[:n]})[0] for n in (1, 6))
    np.testing.assert_allclose(alone, among, rtol=1e-3, atol=1e-4)
    sess.run(update, {net.images: X, net.labels: Y, net.rate: 1e-3})
    for v, value, old in zip(variables, sess.run(variables), before):
        assert (value != old).any(), v.op.name
    assert len(statistics) == 98
    for value, old in zip(sess.run(statistics), moving):
        np.testing.assert_array_equal(value, old)


def test_predictions_of_many_images_are_those_of_each(build):
    """More than fit into one batch; from the images, and from what the head is fed with."""
    net, sess = build()
    sess.run(tf.global_variables_initializer())
    x = np.random.default_rng(1).integers(0, 256, (103, 32, 32, 3)).astype(np.uint8)
    feed = {net.images: x, net.is_training: False}
    [biases] = tf.trainable_variables(f'{HEAD}/biases')
    biases.load(-sess.run(net.logits, feed).mean(0), sess)      # so that each class is predicted
    pooled, logits = sess.run([net.pooled, net.logits], feed)
    right = logits.argmax(1)
    assert len(set(right)) == 3
    np.testing.assert_array_equal(net.predict(sess, x), right)
    np.testing.assert_array_equal(net.predict(sess, pooled, net.pooled), right)
    labels = np.where(np.arange(103) < 10, (right + 1) % 3, right)          # ten are wrong
    assert net.accuracy(sess, x, labels) == pytest.approx(93 / 103)


def test_the_head_begins_where_it_is_told_to(build):
    net, sess = build(head_initializer=tf.zeros_initializer())
    sess.run(tf.global_variables_initializer())
    assert not sess.run(net.logits, {net.images: X, net.is_training: False}).any()


def test_a_graph_for_inference_needs_no_word_about_training(build):
    net, sess = build(is_training=False)
    sess.run(tf.global_variables_initializer())
    assert sess.run(net.logits, {net.images: X}).shape == (6, 3)
    assert not tf.get_collection(tf.GraphKeys.UPDATE_OPS)
