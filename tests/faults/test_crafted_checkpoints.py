"""Checkpoints whose index was changed on purpose, with its checksums put right."""
import os
import random

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from course.checkpoints.trial import trouble_reading

SHAPES = {'a/weights': (3, 3, 4, 8), 'b/biases': (8,), 'global_step': ()}
CRC = []
for value in range(256):
    for _ in range(8):
        value = value >> 1 ^ 0x82F63B78 * (value & 1)
    CRC.append(value)


def masked_crc32c(data):
    """The checksum of a block in LevelDB's table format, which the index of a checkpoint has."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8 & 0xFFFFFFFF).to_bytes(4, 'little')


def varint(data):
    value = shift = 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value


@pytest.fixture(scope='module')
def good(tmp_path_factory):
    """A checkpoint: its name, and the bytes of its index."""
    path = str(tmp_path_factory.mktemp('good') / 'x.ckpt')
    rng = np.random.default_rng(0)
    with tf.Graph().as_default(), tf.Session() as sess:
        for name, shape in SHAPES.items():
            tf.get_variable(name, initializer=rng.normal(size=shape).astype(np.float32))
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, path, write_meta_graph=False)
    with open(f'{path}.index', 'rb') as file:
        return path, file.read()


def crafted(index, rng):
    """The index with one to four bytes changed among the entries, and the right checksum."""
    end = varint(index[-48:]) - 5               # of the entries: the next block begins 5 bytes on
    block = bytearray(index[:end + 1])          # with the byte that says how it is compressed
    assert masked_crc32c(block) == index[end + 1:end + 5]
    for _ in range(rng.randint(1, 4)):
        block[rng.randrange(end)] = rng.randrange(256)
    return bytes(block) + masked_crc32c(block) + index[end + 5:]


def test_a_good_one_can_be_read(good):
    assert trouble_reading(good[0]) == ''


def test_crafted_ones_are_named_and_end_no_process(good, tmp_path):
    path, index = good
    rng, here, said = random.Random(0), str(tmp_path / 'x.ckpt'), []
    os.link(f'{path}.data-00000-of-00001', f'{here}.data-00000-of-00001')
    for _ in range(200):
        with open(f'{here}.index', 'wb') as file:
            file.write(crafted(index, rng))
        said.append(trouble_reading(here))
        if not said[-1]:                        # then it can be read here too
            reader = tf.train.load_checkpoint(here)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)
    breaks_off = sum('breaks off' in words for words in said)
    print(breaks_off, 'end TensorFlow,', sum(map(bool, said)), 'of 200 are refused')
    assert breaks_off > 20 and all(len(words.splitlines()) <= 1 for words in said)


@pytest.mark.parametrize('file', ['x.ckpt.index', 'x.ckpt.data-00000-of-00001'])
def test_random_bytes_are_named(good, tmp_path, file):
    for end in ('.index', '.data-00000-of-00001'):
        (tmp_path / f'x.ckpt{end}').write_bytes(open(good[0] + end, 'rb').read())
    (tmp_path / file).write_bytes(np.random.default_rng(0).bytes(2_000))
    assert trouble_reading(str(tmp_path / 'x.ckpt'))


def test_one_that_is_missing_is_named(tmp_path):
    assert trouble_reading(str(tmp_path / 'x.ckpt'))
