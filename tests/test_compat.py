"""compat in processes of its own: what works with it, and that it leaves alone what is there."""
import subprocess
import sys

import pytest
from conftest import ROOT

USES = {
    'tf-slim': 'import tensorflow.compat.v1 as tf, tf_slim as slim\n'
               'net = slim.batch_norm(slim.conv2d(tf.ones((1, 8, 8, 3)), 4, 3))\n'
               'sess = tf.Session(); sess.run(tf.global_variables_initializer())\n'
               'print(sess.run(net).shape)',
    'imgaug': 'import numpy as np, imgaug.augmenters as iaa\n'
              'print(iaa.Affine(rotate=90)(image=np.zeros((1, 8, 8, 3), np.uint8)[0])[None].shape)',
}


def python(code):
    return subprocess.run([sys.executable, '-W', 'error::UserWarning', '-c', code], cwd=ROOT,
                          capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize('library', USES)
def test_library_works_and_start_up_is_silent(library):
    result = python('import compat\n' + USES[library])
    assert result.stdout.startswith('(1, 8, 8') and result.returncode == 0, result.stderr
    assert result.stderr == ''


def test_steps_aside_where_the_names_are_there():
    result = python(
        'import sys, types, numpy as np\n'
        'np.sctypes = table = {}\n'
        'import tf_keras.src.legacy_tf_layers as real\n'
        'ours = types.ModuleType("tf_keras.legacy_tf_layers")\n'
        'sys.modules[ours.__name__] = ours\n'
        'import compat\n'
        'print(np.sctypes is table, sys.modules[ours.__name__] is ours)')
    assert result.stdout.split() == ['True', 'True'], result.stderr


def test_errors_are_still_seen():
    result = python('import compat\nwith compat.silent_stderr():\n    pass\nraise OSError("seen")')
    assert 'OSError: seen' in result.stderr
