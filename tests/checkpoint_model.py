"""A tiny graph with a saver, for tests of what is saved."""
import os

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from callbacks import Model_checkpoint


class TinyModel:
    """A graph with two variables; `weights` sets and reads them."""

    def __init__(self, sess, saver, variables):
        self.sess, self.saver, self.variables = sess, saver, variables
        self.values = [tf.placeholder(tf.float32, v.shape) for v in variables]
        self.assignments = [tf.assign(*pair) for pair in zip(variables, self.values)]

    def fill(self, number):
        """Set all weights to values that only this number gives."""
        new = [np.full(v.shape, number + 0.1, np.float32) for v in self.variables]
        self.sess.run(self.assignments, dict(zip(self.values, new)))

    def restored(self, path):
        """Return the number whose weights the checkpoint holds."""
        self.fill(-1)
        self.saver.restore(self.sess, path)
        return self.value()

    def value(self):
        """Return the number whose weights these are; they must all be of one save."""
        values = np.concatenate([v.ravel() for v in self.sess.run(self.variables)])
        number = round(float(values[0]) - 0.1)
        np.testing.assert_array_equal(values, np.float32(number + 0.1))
        return number

    def epoch(self, checkpoint, val_loss, number):
        """Train, as it were, to weights `number` and let the checkpoint decide."""
        self.fill(number)
        checkpoint.on_epoch_end(val_loss=val_loss, nth_epoch=number, sess=self.sess,
                                saver=self.saver)


@pytest.fixture(scope='module')
def model():
    with tf.Graph().as_default(), tf.Session() as sess:
        variables = [tf.get_variable('a', [3, 4]), tf.get_variable('b', [5])]
        tiny = TinyModel(sess, tf.train.Saver(), variables)
        sess.run(tf.global_variables_initializer())
        yield tiny


@pytest.fixture
def checkpoint(tmp_path):
    return Model_checkpoint(str(tmp_path / 'new' / 'folder' / 'model'))


def files(checkpoint):
    return sorted(os.listdir(os.path.dirname(checkpoint.path)))


GOOD_FILES = ['model.ckpt.data-00000-of-00001', 'model.ckpt.index', 'model.ckpt.state.json']


