"""restore() compared with the values that tf.train.Saver wrote into V1 and V2 checkpoints.

Damaged checkpoints: faults/test_damaged_checkpoints.py.
"""
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim
from conftest import REAL, needs_real

from tf_model.resnet_v2 import resnet_v2_50
from tf_model.restore import (
    MISSING,
    OTHER_SHAPE,
    RESTORED,
    UNUSED,
    deepest_restored,
    report,
    restore,
)

VALUES = {'net/conv1/weights': np.arange(6.).reshape(2, 3), 'net/conv1/biases': np.ones(3),
          'net/bn/moving_mean': np.array([.5, .25]), 'net/bn/moving_variance': np.array([4., 9.]),
          'net/logits/weights': np.eye(5), 'global_step': np.array(7.)}


def write_checkpoint(path, values=VALUES, version=tf.train.SaverDef.V2):
    with tf.Graph().as_default(), tf.Session() as sess:
        for name, value in values.items():
            tf.get_variable(name, initializer=tf.constant(value, tf.float32))
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver(write_version=version).save(
            sess, str(path), write_meta_graph=False, write_state=False)


def graph_variables(shapes):
    """Variables of zeros, the moving statistics not trainable, as slim makes them."""
    return [tf.get_variable(name, shape, initializer=tf.zeros_initializer(),
                            trainable='moving' not in name) for name, shape in shapes.items()]


def restored_values(shapes, checkpoint, rename=None, optional=None):
    """The table, and the values of variables of these {name: shape}."""
    with tf.Graph().as_default(), tf.Session() as sess:
        var_list, others = graph_variables(shapes), graph_variables(optional or {})
        sess.run(tf.global_variables_initializer())
        table = restore(sess, var_list, checkpoint, rename, others)
        everything = var_list + others
        return table, {v.op.name: x for v, x in zip(everything, sess.run(everything))}


SHAPES = {name: value.shape for name, value in VALUES.items() if name.startswith('net/')}


@pytest.mark.parametrize('version', [tf.train.SaverDef.V1, tf.train.SaverDef.V2])
def test_values_arrive_moving_statistics_included(tmp_path, version):
    path = write_checkpoint(tmp_path / 'x.ckpt', version=version)
    table, values = restored_values(SHAPES, path)
    for name in SHAPES:
        np.testing.assert_array_equal(values[name], VALUES[name].astype(np.float32))
    assert dict(table.status.value_counts()) == {RESTORED: 5, UNUSED: 1}
    assert list(table.in_checkpoint[table.status == UNUSED]) == ['global_step']


def test_what_does_not_fit_is_left_and_named(tmp_path):
    path = write_checkpoint(tmp_path / 'x.ckpt')
    shapes = {**SHAPES, 'net/logits/weights': (5, 2), 'net/conv9/weights': (4,)}
    table, values = restored_values(shapes, path)
    by_name = table.set_index('variable').status
    assert by_name['net/logits/weights'] == OTHER_SHAPE
    assert by_name['net/conv9/weights'] == MISSING
    assert not values['net/logits/weights'].any() and not values['net/conv9/weights'].any()
    text = report(table)
    assert 'restored 4 of 6 variables' in text
    assert 'net/logits (1)' in text and 'net/conv9 (1)' in text


def test_rename_replaces_the_whole_scope_only(tmp_path):
    path = write_checkpoint(tmp_path / 'x.ckpt')
    shapes = {name.replace('net/', 'slim_net/'): shape for name, shape in SHAPES.items()}
    shapes['slim_net_2/conv1/biases'] = (3,)
    table, values = restored_values(shapes, path, rename={'slim_net': 'net'})
    for name in SHAPES:
        np.testing.assert_array_equal(values['slim_' + name], VALUES[name].astype(np.float32))
    assert not values['slim_net_2/conv1/biases'].any()


def test_what_is_optional_comes_along_where_it_fits(tmp_path):
    """The head of your own checkpoint does; that of 1,000 other classes is not missed."""
    path = write_checkpoint(tmp_path / 'x.ckpt')
    shapes = {name: shape for name, shape in SHAPES.items() if 'logits' not in name}
    for head, status in (((5, 5), RESTORED), ((5, 2), UNUSED)):
        optional = {'net/logits/weights': head, 'net/logits/biases': (2,)}
        table, values = restored_values(shapes, path, optional=optional)
        fits = status == RESTORED
        np.testing.assert_array_equal(values['net/logits/weights'],
                                      np.eye(5) if fits else np.zeros(head))
        assert f'restored {4 + fits} of {4 + fits} variables' in report(table)
        assert list(table.status[table.in_checkpoint == 'net/logits/weights']) == [status]


def test_the_deepest_stage_that_is_restored(tmp_path):
    path = write_checkpoint(tmp_path / 'x.ckpt')
    stages = ['net/conv1', 'net/bn', 'net/logits']
    whole, _ = restored_values(SHAPES, path)
    assert deepest_restored(whole, dict.fromkeys(stages)) == 'net/logits'
    in_part, _ = restored_values({**SHAPES, 'net/bn/moving_mean': (3,)}, path)
    assert deepest_restored(in_part, dict.fromkeys(stages)) == 'net/conv1'
    assert deepest_restored(in_part, dict.fromkeys(['net/bn', 'net/conv1'])) is None


def test_the_report_counts_by_layer(tmp_path):
    names = [f'net/conv{i}/{kind}' for i in range(12) for kind in ('weights', 'biases')]
    path = write_checkpoint(tmp_path / 'x.ckpt', dict.fromkeys(names, np.ones(3)))
    table, _ = restored_values({name: (3,) for name in names[:4]}, path)
    assert report(table).splitlines() == [
        'restored 4 of 4 variables',
        '20 in the checkpoint were not asked for: '
        + ', '.join(f'net/conv{i} (2)' for i in (10, 11, 2, 3, 4, 5, 6, 7)) + ', and 2 more']


def test_not_a_checkpoint(tmp_path):
    (tmp_path / 'x.ckpt').write_bytes(b'404 not found' * 100)
    with pytest.raises(ValueError, match='x.ckpt is not a TensorFlow checkpoint'):
        restored_values(SHAPES, tmp_path / 'x.ckpt')


def test_another_network_is_refused(tmp_path):
    path = write_checkpoint(tmp_path / 'vgg.ckpt', {'vgg_16/conv1/weights': np.ones(3)})
    with pytest.raises(ValueError, match=r'fits 0 of 5 variables(.|\n)*vgg_16/conv1(.|\n)*rename'):
        restored_values(SHAPES, path)


def test_a_session_of_another_graph_is_no_damaged_checkpoint(tmp_path):
    path = write_checkpoint(tmp_path / 'x.ckpt')
    with tf.Graph().as_default():
        variables = graph_variables(SHAPES)
    with tf.Session(graph=tf.Graph()) as sess, pytest.raises(ValueError, match='another graph'):
        restore(sess, variables, path)


def test_other_shapes_are_refused(tmp_path):
    path = write_checkpoint(tmp_path / 'x.ckpt', {'net/conv1/weights': np.ones((7, 7))})
    with pytest.raises(ValueError, match=r'net/conv1/weights is \[2, 3\], in the checkpoint'):
        restored_values(SHAPES, path)


@needs_real
def test_partial_imagenet_weights():
    path = str(REAL / 'tf_ckpt/resnet_v2_50_partial.ckpt')
    with tf.Graph().as_default(), tf.Session() as sess:
        resnet_v2_50(tf.placeholder(tf.float32, (None, 64, 64, 3)), False)
        sess.run(tf.global_variables_initializer())
        var_list = slim.get_model_variables('resnet_v2_50')
        before = dict(zip((v.op.name for v in var_list), sess.run(var_list)))
        table = restore(sess, var_list, path)
        after = dict(zip((v.op.name for v in var_list), sess.run(var_list)))
    reader = tf.train.load_checkpoint(path)
    restored = list(table.variable[table.status == RESTORED])
    missing = list(table.variable[table.status == MISSING])
    assert (len(restored), len(missing), len(table)) == (225, 45, 270)
    assert sum('moving_' in name for name in restored) > 60
    for name in restored:
        np.testing.assert_array_equal(after[name], reader.get_tensor(name))
    for name in missing:
        np.testing.assert_array_equal(after[name], before[name])
    assert all('/block4/' in name or '/postnorm/' in name for name in missing)
    assert '225 of 270' in report(table) and '45 left at their initial values' in report(table)
