"""Brackets, spaces, quotes, $ and colons in the names of folders, datasets and classes."""
import sys

import pytest
import tensorflow.compat.v1 as tf
import test_resume
from test_resume import begun, keeper, value_of

from callbacks import Model_checkpoint

sess = test_resume.sess         # a fixture
NAMES = ['a[1]', '[ab]', 'a b', "it's", '"a"', '$HOME', '100%', '#a', '{a,b}', 'ü中', '-a', '~a',
         *([] if sys.platform == 'win32' else ['a*', 'a?', 'a:b', 'a\\b'])]


@pytest.mark.parametrize('name', NAMES)
def test_the_best_weights_come_back(model, tmp_path, name):
    checkpoint = Model_checkpoint(str(tmp_path / name / f'{name}_fold0'))
    model.epoch(checkpoint, 2.0, 1)
    model.epoch(checkpoint, 1.0, 2)
    model.fill(9)
    checkpoint.restore(model.sess, model.saver)
    assert model.value() == 2
    model.epoch(Model_checkpoint(checkpoint.path.removesuffix('.ckpt')), 5.0, 3)
    assert len(list((tmp_path / name).iterdir())) in (3, 6)     # its own, and the one before


@pytest.mark.parametrize('name', NAMES)
def test_a_training_resumes(sess, tmp_path, name):
    state = begun(keeper(tmp_path / name), sess)
    sess.run(sess.graph.update)
    state.on_epoch_end(0.1, 3, sess)
    sess.run(tf.global_variables_initializer())
    assert begun(keeper(tmp_path / name), sess).epoch == 3
    assert value_of(sess) == 1.0
