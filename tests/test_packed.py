"""8 bits a weight and back: nothing is lost but the rounding.

Damaged files: faults/test_damaged_checkpoints.py.
"""
import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import ROOT

from course.checkpoints.find import checkpoint_path, unpacked_checkpoint
from course.checkpoints.packed import pack, unpack, variables
from tf_model.resnet_v2 import SCOPE, resnet_v2_50

SHAPES = {'net/conv/weights': (3, 3, 4, 8), 'net/conv/BatchNorm/gamma': (8,),
          'net/conv/depthwise_weights': (3, 3, 4, 1),
          'net/conv/BatchNorm/moving_variance': (8,), 'net/dense/weights': (16, 5),
          'net/dense/biases': (5,)}


@pytest.fixture
def saved(tmp_path):
    """A checkpoint by tf.train.Saver, and what is in it."""
    rng = np.random.default_rng(0)
    values = {n: rng.normal(0, 1, s).astype('f') for n, s in SHAPES.items()}
    values['net/conv/weights'][..., 2] = 0                  # a dead output channel
    return write_checkpoint(tmp_path / 'made' / 'x.ckpt', values), values


def write_checkpoint(path, values):
    with tf.Graph().as_default(), tf.Session() as sess:
        for name, value in values.items():
            tf.get_variable(name, initializer=value)
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, str(path), write_meta_graph=False, write_state=False)
    return path


def restored(path):
    """All variables of a checkpoint, by tf.train.Saver."""
    with tf.Graph().as_default(), tf.Session() as sess:
        by_name = {n: tf.get_variable(n, s) for n, s in SHAPES.items()}
        tf.train.Saver().restore(sess, str(path))
        return sess.run(by_name)


def test_what_comes_back_is_within_half_a_step(saved, tmp_path):
    path, values = saved
    pack(path, tmp_path / 'x.npz')
    unpack(tmp_path / 'x.npz', tmp_path / 'y.ckpt')
    back = restored(tmp_path / 'y.ckpt')
    assert back.keys() == values.keys()
    for name, value in values.items():
        if name.endswith('/weights'):
            step = np.abs(value).max(axis=tuple(range(value.ndim - 1))) / 127
            assert (np.abs(back[name] - value) <= 0.5001 * step).all()
            assert np.abs(back[name] - value).max() > 0     # else this tests nothing
        else:
            np.testing.assert_array_equal(back[name], value)
    assert not list(tmp_path.glob('*.tmp*'))


def test_packing_twice_loses_nothing_more(saved, tmp_path):
    pack(saved[0], tmp_path / 'x.npz')
    unpack(tmp_path / 'x.npz', tmp_path / 'y.ckpt')
    pack(tmp_path / 'y.ckpt', tmp_path / 'z.npz')
    once, twice = variables(tmp_path / 'x.npz'), variables(tmp_path / 'z.npz')
    for name in once:
        np.testing.assert_allclose(twice[name], once[name], rtol=1e-6)


def test_unpacked_at_first_use_and_when_the_packed_one_is_newer(saved, tmp_path):
    pack(saved[0], tmp_path / 'x.npz')
    assert checkpoint_path(tmp_path) == str(tmp_path / 'x.ckpt')
    assert not list(tmp_path.glob('x.ckpt*'))                           # to find is not to write
    unpacked_checkpoint(tmp_path / 'x.ckpt')
    first = (tmp_path / 'x.ckpt.index').stat().st_ino
    unpacked_checkpoint(tmp_path / 'x.ckpt')
    assert (tmp_path / 'x.ckpt.index').stat().st_ino == first           # nothing done again
    values = {name: value + 1 for name, value in variables(tmp_path / 'x.npz').items()}
    other = write_checkpoint(tmp_path / 'other' / 'y.ckpt', values)
    pack(other, tmp_path / 'x.npz')
    os.utime(tmp_path / 'x.npz', (1e9, 1e9))                            # another one, though older
    back = restored(unpacked_checkpoint(tmp_path / 'x.ckpt'))
    np.testing.assert_array_equal(back['net/dense/biases'], values['net/dense/biases'])
    (tmp_path / 'x.ckpt.data-00000-of-00001').unlink()
    assert restored(unpacked_checkpoint(tmp_path / 'x.ckpt')).keys() == SHAPES.keys()


def test_a_checkpoint_of_another_name_is_left_alone(saved, tmp_path):
    """x.ckpt-1000, as the Saver calls it, is not what x.npz was made from."""
    path, values = saved
    for file in path.parent.glob('x.ckpt.*'):
        file.rename(tmp_path / file.name.replace('x.ckpt', 'x.ckpt-1000'))
    pack(tmp_path / 'x.ckpt-1000', tmp_path / 'x.npz')
    back = restored(unpacked_checkpoint(tmp_path / 'x.ckpt-1000'))
    np.testing.assert_array_equal(back['net/dense/weights'], values['net/dense/weights'])


def test_what_must_not_be_packed(saved, tmp_path):
    with pytest.raises(ValueError, match='choose another name'):
        pack(saved[0], saved[0].with_suffix('.npz'))
    path = write_checkpoint(tmp_path / 'n' / 'n.ckpt', {**saved[1], 'net/dense/biases': np.float32(
        [0, 1, np.nan, 3, 4])})
    with pytest.raises(ValueError, match='net/dense/biases holds NaN'):
        pack(path, tmp_path / 'x.npz')


def test_a_place_that_cannot_be_written_to_is_named(saved, tmp_path):
    pack(saved[0], tmp_path / 'x.npz')
    (tmp_path / 'file').write_text('')
    with pytest.raises(OSError, match='cannot be unpacked'):
        unpack(tmp_path / 'x.npz', tmp_path / 'file' / 'y.ckpt')


def test_the_shipped_one_is_the_whole_network_and_small():
    packed = ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.npz'
    assert packed.stat().st_size <= 25e6
    with tf.Graph().as_default():
        resnet_v2_50(tf.zeros((1, 64, 64, 3)), False)
        wanted = {v.op.name: tuple(v.shape.as_list()) for v in tf.global_variables(SCOPE)}
    assert len(wanted) == 270
    assert {n: v.shape for n, v in variables(packed).items()} == wanted
