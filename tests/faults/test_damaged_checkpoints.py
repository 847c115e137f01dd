"""Checkpoints cut off, changed, or with a command hidden in them: named, and never half used."""
import os
import pathlib
import shutil

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim
from conftest import REAL, needs_real
from test_restore import SHAPES, restored_values, write_checkpoint

from course.checkpoints.find import unpacked_checkpoint
from course.checkpoints.packed import pack, variables
from tf_model.resnet_v2 import resnet_v2_50
from tf_model.restore import restore


@pytest.mark.parametrize('damage', ['cut data', 'no data', 'cut index', 'flipped data'])
def test_a_damaged_checkpoint_is_named(tmp_path, damage):
    write_checkpoint(tmp_path / 'x.ckpt')
    index, data = tmp_path / 'x.ckpt.index', tmp_path / 'x.ckpt.data-00000-of-00001'
    if damage == 'cut data':
        data.write_bytes(data.read_bytes()[:20])
    elif damage == 'no data':
        data.unlink()
    elif damage == 'cut index':
        index.write_bytes(index.read_bytes()[:40])
    else:
        data.write_bytes(bytes(b ^ 0xff for b in data.read_bytes()))
    with pytest.raises(ValueError, match=r'x\.ckpt is (damaged|not a TensorFlow checkpoint)'):
        restored_values(SHAPES, tmp_path / 'x.ckpt')


@needs_real
def test_a_large_checkpoint_with_half_its_data(tmp_path):
    for file in (REAL / 'tf_ckpt').glob('resnet_v2_50_partial.ckpt*'):
        shutil.copy(file, tmp_path)
    data = next(tmp_path.glob('*.data-*'))
    with open(data, 'r+b') as f:
        f.truncate(data.stat().st_size // 2)
    with tf.Graph().as_default(), tf.Session() as sess:
        resnet_v2_50(tf.placeholder(tf.float32, (None, 64, 64, 3)), False)
        with pytest.raises(ValueError, match='damaged'):
            restore(sess, slim.get_model_variables(), tmp_path / 'resnet_v2_50_partial.ckpt')


@pytest.fixture
def packed(tmp_path):
    """x.npz, packed from a checkpoint of random values."""
    rng = np.random.default_rng(0)
    values = {name: rng.normal(0, 1, shape) for name, shape in SHAPES.items()}
    pack(write_checkpoint(tmp_path / 'made' / 'x.ckpt', values), tmp_path / 'x.npz')
    return tmp_path / 'x.npz'


@pytest.mark.parametrize('share', [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_packed_file_that_is_cut_off_is_named(packed, tmp_path, share):
    data = packed.read_bytes()
    packed.write_bytes(data[:int(share * len(data))])
    with pytest.raises(ValueError, match=r'x\.npz is damaged or cut off.*Get it again'):
        unpacked_checkpoint(tmp_path / 'x.ckpt')
    assert not list(tmp_path.glob('x.ckpt*'))


class Opens_a_door:
    """Pickled, a command that runs when the file is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return pathlib.Path.touch, (self.path,)


def test_a_command_in_a_packed_file_is_not_run(tmp_path):
    np.savez(tmp_path / 'x.npz', weights=np.array([Opens_a_door(tmp_path / 'door')], object))
    np.load(tmp_path / 'x.npz', allow_pickle=True)['weights']
    (tmp_path / 'door').unlink()                            # so the command works
    with pytest.raises(ValueError, match='x.npz'):
        unpacked_checkpoint(tmp_path / 'x.ckpt')
    assert not (tmp_path / 'door').exists()


def test_changed_bytes_of_a_packed_file_are_named_or_change_nothing(packed):
    data, good = packed.read_bytes(), variables(packed)
    for at in range(0, len(data), max(1, len(data) // 60)):
        packed.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1:])
        try:
            found = variables(packed)
        except ValueError as error:
            assert 'damaged' in str(error)
        else:                       # some bytes of a zip file mean nothing (dates, attributes)
            for name in good:
                np.testing.assert_array_equal(found[name], good[name])


def test_a_damaged_unpacked_one_is_unpacked_again_as_the_message_says(packed, tmp_path):
    path = unpacked_checkpoint(tmp_path / 'x.ckpt')
    stamp = os.stat(f'{path}.index').st_mtime_ns
    with open(f'{path}.index', 'r+b') as file:
        file.truncate(20)
    os.utime(f'{path}.index', ns=(stamp, stamp))
    with pytest.raises(ValueError, match=r'Delete .*x\.ckpt\.\* and run this again: it is'):
        restored_values(SHAPES, path)
    for file in tmp_path.glob('x.ckpt.*'):
        file.unlink()
    _, values = restored_values(SHAPES, path)
    for name, value in variables(packed).items():
        np.testing.assert_array_equal(values[name], value)
