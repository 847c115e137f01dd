"""Precision: chosen by the hardware, in effect in the session, harmless to what is learned."""
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from course import gpu, session
from course.session import choose_precision, prepare_machine, session_config, with_loss_scale


@pytest.fixture
def machine(monkeypatch):
    """machine(bfloat16, *compute capabilities of GPUs): pretends to be such a machine."""
    def pretend(bfloat16, *gpus):
        monkeypatch.setattr(session, 'cpu_has_bfloat16', lambda: bfloat16)
        monkeypatch.setattr(tf.config, 'list_physical_devices', lambda kind: list(gpus))
        monkeypatch.setattr(tf.config.experimental, 'get_device_details',
                            lambda gpu: {'compute_capability': gpu} if gpu else {})
    return pretend


@pytest.mark.parametrize('hardware, auto', [
    ((False,), 'float32'), ((True,), 'bfloat16'), ((False, (7, 0)), 'float16'),
    ((True, (8, 6)), 'float16'), ((True, (6, 1)), 'float32'), ((False, (9, 0), (6, 1)), 'float32'),
    ((True, None), 'float32')])
def test_auto_means_16_bits_where_the_hardware_multiplies_them(machine, hardware, auto):
    machine(*hardware)
    assert choose_precision('auto') == auto
    assert choose_precision(False) == 'float32'
    if auto == 'float32':
        with pytest.raises(ValueError, match="mixed_precision = True, but this .*'auto' or False"):
            choose_precision(True)
    else:
        assert choose_precision(True) == auto


@pytest.mark.parametrize('hardware, said', [((True,), 'on the CPU, computing in bfloat16'),
                                            ((True, (8, 6)), 'on 1 GPU(s), computing in float16')])
def test_a_program_says_what_it_runs_on(machine, monkeypatch, capsys, hardware, said):
    machine(*hardware)
    monkeypatch.setattr(gpu, 'obstacle', lambda config: '')
    assert prepare_machine() == said.split()[-1]
    assert capsys.readouterr().out == f'TensorFlow {tf.__version__} {said}\n'


def test_any_other_value_is_refused():
    with pytest.raises(ValueError, match="mixed_precision = 'bf16': choose 'auto', True or False"):
        choose_precision('bf16')


def product(precision):
    a, b = np.random.default_rng(0).normal(size=(2, 64, 64)).astype(np.float32)
    with tf.Graph().as_default(), tf.Session(config=session_config(precision)) as sess:
        x, y = tf.placeholder(tf.float32, (64, 64)), tf.placeholder(tf.float32, (64, 64))
        # what is fed or fetched is not rewritten
        return sess.run(tf.nn.relu(tf.matmul(tf.nn.relu(x), y)), {x: a, y: b}), a, b


@pytest.mark.skipif(not session.cpu_has_bfloat16(), reason='this processor has no bfloat16')
def test_bfloat16_rounds_products_and_no_more():
    rounded, a, b = product('bfloat16')
    true = np.maximum(np.maximum(a, 0).astype(float) @ b, 0)
    error = np.abs(rounded - true).max() / true.max()
    assert 1e-4 < error < 2e-2                  # 8 bits of mantissa; with 24 it is under 1e-6


def test_float32_is_float32():
    exact, a, b = product('float32')
    np.testing.assert_allclose(exact, np.maximum(np.maximum(a, 0) @ b, 0), rtol=1e-4, atol=1e-4)


def descend(precision, batches):
    """The weights of a linear regression after a step of Adam on each batch."""
    with tf.Graph().as_default(), tf.Session(config=session_config(precision)) as sess:
        x = tf.placeholder(tf.float32, (None, 3))
        w = tf.get_variable('w', (3, 1), initializer=tf.ones_initializer())
        loss = tf.reduce_mean((x @ w - 2) ** 2)
        update = with_loss_scale(tf.train.AdamOptimizer(0.1), precision).minimize(loss)
        sess.run(tf.global_variables_initializer())
        for batch in batches:
            sess.run(update, {x: batch})
        return sess.run(w)


def test_a_scaled_loss_makes_the_same_steps_and_skips_infinite_ones():
    """The scale is a power of two: on a CPU, which computes in float32, it changes nothing."""
    batches = list(np.random.default_rng(0).normal(size=(20, 8, 3)))
    plain = descend('float32', batches)
    np.testing.assert_allclose(descend('float16', batches), plain, rtol=1e-6)
    with_an_infinite_one = batches[:10] + [np.full((8, 3), np.inf)] + batches[10:]
    np.testing.assert_allclose(descend('float16', with_an_infinite_one), plain, rtol=1e-6)
    assert not np.isfinite(descend('float32', with_an_infinite_one)).all()
