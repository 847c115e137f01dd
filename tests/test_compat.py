"""compat in processes of its own: what works with it, and that it leaves alone what is there."""
import os
import platform
import subprocess
import sys

import pytest

USES = {
    'tf-slim': 'from course.compat import tf\n'
               'import tf_slim as slim\n'
               'net = slim.batch_norm(slim.conv2d(tf.ones((1, 8, 8, 3)), 4, 3))\n'
               'net = slim.fully_connected(slim.flatten(net), 8, normalizer_fn=slim.batch_norm)\n'
               'net = slim.dropout(net, 0.9, is_training=True)[..., None]\n'
               'sess = tf.Session(); sess.run(tf.global_variables_initializer())\n'
               'print(sess.run(net).shape)',
    'tf.layers': 'from course.compat import tf\n'
                 'net = tf.layers.conv2d(tf.ones((1, 8, 8, 3)), 4, 3, activation=tf.nn.relu)\n'
                 'net = tf.layers.max_pooling2d(tf.layers.dropout(net), 2, 1, "same")\n'
                 'net = tf.layers.batch_normalization(net, training=True)\n'
                 'net = tf.layers.dense(tf.layers.flatten(net), 8, name="logits")\n'
                 'sess = tf.Session(); sess.run(tf.global_variables_initializer())\n'
                 'print(sess.run(net)[..., None].shape)',
    'imgaug': 'from course import compat\n'
              'import numpy as np, imgaug.augmenters as iaa\n'
              'print(iaa.Affine(rotate=90)(image=np.zeros((1, 8, 8, 3), np.uint8)[0])[None].shape)',
}
ONEDNN, LEGACY_KERAS = 'TF_ENABLE_ONEDNN_OPTS', 'TF_USE_LEGACY_KERAS'
IS_ON = 'from tensorflow.python.framework.test_util import IsMklEnabled; print(IsMklEnabled())'


def python(code, onednn=None, flags=('-W', 'error::UserWarning'), **others):
    """Runs `code` in a new process whose TF_ENABLE_ONEDNN_OPTS is `onednn`, or is not set; others:
    what else is set there."""
    environment = {name: value for name, value in os.environ.items()
                   if name not in (ONEDNN, LEGACY_KERAS)} | others
    if onednn is not None:
        environment[ONEDNN] = onednn
    return subprocess.run([sys.executable, *flags, '-c', code], env=environment,
                          capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize('library', USES)
def test_library_works_and_start_up_is_silent(library):
    result = python(USES[library])
    assert result.stdout.startswith('(1, 8') and result.returncode == 0, result.stderr
    assert result.stderr == ''


@pytest.mark.parametrize('where', ['environment', 'keras.json'])
def test_another_backend_of_keras_changes_nothing(where, tmp_path):
    (tmp_path / '.keras').mkdir()
    (tmp_path / '.keras/keras.json').write_text(
        '{"backend": "torch", "floatx": "float16", "image_data_format": "channels_first"}')
    result = python(USES['tf.layers'], **({'HOME': str(tmp_path)} if where == 'keras.json' else
                                          {'KERAS_BACKEND': 'jax'}))
    assert result.stdout.startswith('(1, 8') and result.returncode == 0, result.stderr


def test_a_choice_of_keras_by_the_user_stays():
    result = python(f'from course import compat\nimport os\nprint(os.environ[{LEGACY_KERAS!r}])',
                    **{LEGACY_KERAS: '0'})
    assert result.stdout == '0\n', result.stderr


@pytest.mark.parametrize('before, after', [(None, '1'), ('0', '0')])
def test_onednn_is_on_unless_the_user_says_otherwise(before, after):
    result = python(f'from course import compat\nimport os\nprint(os.environ[{ONEDNN!r}])\n{IS_ON}',
                    onednn=before)
    setting, is_on = result.stdout.split()
    assert setting == after and result.stderr == ''
    if platform.machine() in ('x86_64', 'AMD64'):       # TensorFlow has oneDNN there
        assert is_on == str(after == '1')


@pytest.mark.parametrize('set_by_the_user', [None, '1'])
def test_too_late_is_said_once_and_only_where_it_matters(set_by_the_user):
    result = python('import tensorflow, sys\nprint("now", file=sys.stderr)\n'
                    'from course import compat\nimport course.compat',
                    onednn=set_by_the_user, flags=())
    said = result.stderr.rpartition('now\n')[2]
    assert result.returncode == 0
    if set_by_the_user:
        assert said == ''
    else:
        assert said.count('UserWarning: TensorFlow was imported before course.compat') == 1
        assert 'import course.compat first' in said and '<string>:3' in said


def test_what_the_libraries_still_have_is_left_alone():
    result = python(
        'import sys, types, numpy as np\n'
        'np.sctypes = table = {}\n'
        'import tf_keras.src.legacy_tf_layers as real\n'
        'ours = types.ModuleType("tf_keras.legacy_tf_layers")\n'
        'sys.modules[ours.__name__] = ours\n'
        'from course import compat\n'
        'print(np.sctypes is table, sys.modules[ours.__name__] is ours)', flags=())
    assert result.stdout.split() == ['True', 'True'], result.stderr


@pytest.mark.parametrize('switch', ['enable', 'disable'])
def test_the_collector_of_garbage_is_left_on_or_off(switch):
    """It collects what is made later, and no longer searches what the import made."""
    code = ('import gc; gc.{}(); from course import compat\n'
            'class Knot: pass\n'
            'knot = Knot(); knot.itself = knot; del knot\n'
            'print(gc.isenabled(), gc.collect() > 0, gc.get_freeze_count() > 100_000)')
    assert python(code.format(switch)).stdout.split() == [str(switch == 'enable'), 'True', 'True']


def test_errors_are_still_seen():
    result = python('from course import compat\nwith compat.silent_stderr():\n    pass\n'
                    'raise OSError("seen")')
    assert 'OSError: seen' in result.stderr
