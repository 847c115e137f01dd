"""tf_model/optimizer.py: Adam as TensorFlow and NumPy compute it, with a rate for each scope."""
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
import tf_slim as slim

from course.compat import tf
from course.notebooks import MAIN, cell_with_tag
from course.session import FLOAT16, FLOAT32, session_config, with_loss_scale
from tf_model.optimizer import Adam

X = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
START = {'net/w': np.eye(3, dtype=np.float32), 'head/w': np.ones((3, 2), np.float32),
         'header/b': np.zeros(2, np.float32)}


def trained(make, steps=5, scaled=False):
    """{name: values of the variable} after some steps at rates that fall; and the global step."""
    with tf.Graph().as_default(), tf.Session() as sess:
        net, head, bias = (tf.get_variable(name, initializer=value)
                           for name, value in START.items())
        loss = tf.reduce_mean(tf.square(tf.matmul(tf.tanh(tf.matmul(X, net)), head) + bias - 1))
        rate = tf.placeholder(tf.float32, [])
        count = tf.train.get_or_create_global_step()
        update = with_loss_scale(make(rate), FLOAT16 if scaled else '').minimize(loss, count)
        sess.run(tf.global_variables_initializer())
        for k in range(steps):
            sess.run(update, {rate: 0.1 / (k + 1)})
        return sess.run({v.op.name: v for v in tf.trainable_variables()}), sess.run(count)


def by_numpy(times, steps=5):
    """The same by Kingma and Ba's formula, gradients by hand, in double precision."""
    values = {name: value.astype(float) for name, value in START.items()}
    m, v = ({name: np.zeros(value.shape) for name, value in START.items()} for _ in range(2))
    for k in range(1, steps + 1):
        hidden = np.tanh(X @ values['net/w'])
        error = (hidden @ values['head/w'] + values['header/b'] - 1) * 2 / 16
        gradients = {'head/w': hidden.T @ error, 'header/b': error.sum(0),
                     'net/w': X.T @ ((error @ values['head/w'].T) * (1 - hidden ** 2))}
        for name, g in gradients.items():
            m[name] = 0.9 * m[name] + 0.1 * g
            v[name] = 0.999 * v[name] + 0.001 * g ** 2
            rate = 0.1 / k * times.get(name, 1) * np.sqrt(1 - 0.999 ** k) / (1 - 0.9 ** k)
            values[name] -= rate * m[name] / (np.sqrt(v[name]) + 1e-8)
    return values


@pytest.mark.parametrize('scopes, times', [({}, {}), ({'head': 10}, {'head/w': 10}),
                                           ({'head/': 0.5, 'net': 3}, {'head/w': 0.5, 'net/w': 3})])
def test_each_scope_learns_at_its_own_rate(scopes, times):
    """A scope's name is no prefix: `head` leaves header/b alone."""
    values, count = trained(lambda rate: Adam(rate, scopes))
    assert count == 5
    for name, expected in by_numpy(times).items():
        np.testing.assert_allclose(values[name], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('times', [None, {}, {'head': 1}])
def test_without_factors_it_is_tensorflows_own_bit_for_bit(times):
    ours, _ = trained(lambda rate: Adam(rate, times))
    theirs, _ = trained(tf.train.AdamOptimizer)
    for name, expected in theirs.items():
        np.testing.assert_array_equal(ours[name], expected)


def test_the_loss_scale_of_16_bits_changes_nothing_and_counts_each_step_once():
    plain, _ = trained(lambda rate: Adam(rate, {'head': 10}))
    scaled, count = trained(lambda rate: Adam(rate, {'head': 10}), scaled=True)
    assert count == 5
    for name, expected in plain.items():
        np.testing.assert_allclose(scaled[name], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize('factor', [0, -1, float('nan')])
def test_a_factor_that_would_not_train_is_refused(factor):
    with pytest.raises(ValueError, match='head at .* above 0'):
        Adam(1e-3, {'head': factor})


@pytest.mark.parametrize('head_times', [1, 10])
def test_the_notebooks_head_learns_at_head_times_the_rate(head_times):
    """The first step of Adam is the rate, for each weight that has a gradient; a small network."""
    def build(name, images, *_):
        with tf.variable_scope('resnet_v2_50'):
            return slim.conv2d(images, 4, 3, stride=2), {}

    names = {'tf': tf, 'slim': slim, 'Adam': Adam, 'seed': 0, 'precision': FLOAT32, 'img_size': 8,
             'num_class': 3, 'head_times': head_times, 'network': '', 'freeze': None,
             'with_loss_scale': with_loss_scale,
             'session_config': session_config,
             'zoo': SimpleNamespace(build=build, scale=lambda _, x: tf.cast(x, tf.float32) / 255)}
    exec(cell_with_tag(nbformat.read(MAIN, 4), 'graph').source, names)
    sess, variables = names['sess'], names['network_variables']
    sess.run(names['init'])
    before = sess.run(variables)
    x = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 3))
    sess.run(names['update'], {names['input_img']: x, names['y_true']: np.eye(3)[[0, 1, 2] * 2],
                               names['is_training']: True, names['lr']: 1e-3})
    for v, value, old in zip(variables, sess.run(variables), before):
        times = head_times if v.op.name.startswith('CLASS_1/') else 1
        assert np.abs(value - old).max() == pytest.approx(times * 1e-3, rel=0.01), v.op.name
    sess.close()


def test_what_is_to_come_first_comes_first_by_one_dependency_each():
    """As BatchNorm's updates do: the batch's statistics are written, then the weights change."""
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        w = tf.get_variable('w', initializer=1.0)
        seen = [tf.get_variable(f'seen{i}', initializer=0.0) for i in range(5)]
        before, loss = [tf.assign_add(v, w) for v in seen], w * w
        n_before = len(graph.get_operations())
        with tf.control_dependencies(before):
            update = Adam(0.1).minimize(loss)
        sess.run(tf.global_variables_initializer())
        for _ in range(3):
            expected = [value + sess.run(w) for value in sess.run(seen)]
            sess.run(update)
            assert sess.run(seen) == expected
        names = {tensor.op.name for tensor in before}
        waiting = [op.name for op in graph.get_operations()[n_before:]
                   if names & {other.name for other in op.control_inputs}]
        assert len(waiting) == 1                        # all the others wait for this one
