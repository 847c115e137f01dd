"""Checkpoints from elsewhere: what can be read is read, and the rest is named, with a remedy.

Each kind is made small, by the library that makes it. faults/test_damaged_checkpoints.py has
what is broken.
"""
import os
import subprocess
import sys
import tarfile
import zipfile

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from test_restore import SHAPES, VALUES, restored_values, write_checkpoint

from course.checkpoints.find import checkpoint_path
from tf_model.restore import report

N = len(SHAPES)


def check_values(values, tolerance=0.0):
    for name in SHAPES:
        np.testing.assert_allclose(values[name], VALUES[name], atol=tolerance)


def refused(checkpoint, shapes=SHAPES):
    with pytest.raises((ValueError, FileNotFoundError)) as caught:
        restored_values(shapes, str(checkpoint))
    message = str(caught.value)
    assert 'damaged' not in message and 'whole' not in message
    return message


@pytest.mark.parametrize('dtype', [tf.float16, tf.bfloat16, tf.float64])
def test_another_type_is_converted_and_the_report_says_so(tmp_path, dtype):
    with tf.Graph().as_default(), tf.Session() as sess:
        for name, value in VALUES.items():
            tf.get_variable(name, initializer=tf.constant(value + 0.125, dtype))
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, str(tmp_path / 'x.ckpt'), write_state=False)
    table, values = restored_values(SHAPES, str(tmp_path / 'x.ckpt'))
    check_values({name: value - 0.125 for name, value in values.items()})
    assert values['net/conv1/weights'].dtype == np.float32
    assert f'{N} of them were converted from {dtype.name}' in report(table)


def test_the_same_type_is_no_news(tmp_path):
    table, _ = restored_values(SHAPES, write_checkpoint(tmp_path / 'x.ckpt'))
    assert 'converted' not in report(table) and 'average' not in report(table)


@pytest.mark.parametrize('version', [tf.train.SaverDef.V1, tf.train.SaverDef.V2])
@pytest.mark.parametrize('folder', ['a[1]', 'a [b]', '[', 'a*b', 'a?', 'a\\b', 'a{b,c}', 'a"\'$ b',
                                    'a%s', 'ü中'])
def test_any_letter_may_be_in_a_path(tmp_path, folder, version):
    (tmp_path / folder).mkdir()
    (tmp_path / 'a1').mkdir()
    path = write_checkpoint(tmp_path / folder / 'x[0].ckpt', version=version)
    decoy = {name: value + 1 for name, value in VALUES.items()}
    write_checkpoint(tmp_path / folder / 'x0.ckpt', decoy, version)
    write_checkpoint(tmp_path / 'a1' / 'x0.ckpt', decoy, version)
    _, values = restored_values(SHAPES, path)
    check_values(values)


def test_the_averages_of_weights_are_taken_where_there_is_nothing_else(tmp_path):
    """As a Saver of ExponentialMovingAverage.variables_to_restore writes them."""
    averaged = {name if 'moving' in name else f'{name}/ExponentialMovingAverage': value
                for name, value in VALUES.items()}
    both = {**averaged, 'net/conv1/biases': VALUES['net/conv1/biases'] + 1}
    table, values = restored_values(SHAPES, write_checkpoint(tmp_path / 'x.ckpt', averaged))
    check_values(values)
    assert '3 of them are moving averages of weights' in report(table)
    table, values = restored_values(SHAPES, write_checkpoint(tmp_path / 'y.ckpt', both))
    np.testing.assert_array_equal(values['net/conv1/biases'], both['net/conv1/biases'])
    assert '2 of them are moving averages' in report(table)


def test_names_that_end_alike_give_the_rename_that_works(tmp_path):
    stages = {f'FirstStageFeatureExtractor/{name}': value for name, value in VALUES.items()}
    stages.update({f'SecondStage/{name}': value for name, value in VALUES.items()
                   if 'conv1' in name})
    path = write_checkpoint(tmp_path / 'x.ckpt', stages)
    message = refused(path)
    assert ("5 of them would fit by this: restore(..., rename={'net': "
            "'FirstStageFeatureExtractor/net'})" in message)
    assert 'FirstStageFeatureExtractor/net/bn/moving_mean' in message
    _, values = restored_values(SHAPES, path, {'net': 'FirstStageFeatureExtractor/net'})
    check_values(values)
    inside = {f'mine/net/{name}': shape for name, shape in SHAPES.items()}
    assert "rename={'mine/net': 'FirstStageFeatureExtractor'}" in refused(path, inside)


TENSORFLOW_2 = """
import sys
import tensorflow as tf
values = {'net/conv1/weights': [[0., 1, 2], [3, 4, 5]], 'net/conv1/biases': [1., 1, 1]}
model = tf.Module()
model.variables_of_it = [tf.Variable(value, name=name) for name, value in values.items()]
tf.train.Checkpoint(model=model).save(sys.argv[1] + '/objects/ckpt')
tf.saved_model.save(model, sys.argv[1] + '/saved_model')
tf.compat.v1.train.Saver({v.name.split(':')[0]: v for v in model.variables}).save(
    None, sys.argv[1] + '/by_name.ckpt')
"""


@pytest.fixture(scope='module')
def tensorflow_2(tmp_path_factory):
    folder = tmp_path_factory.mktemp('tensorflow_2')
    subprocess.run([sys.executable, '-c', TENSORFLOW_2, folder], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize('name', ['objects', 'objects/ckpt-1', 'saved_model', 'objects/checkpoint',
                                  'saved_model/variables/variables'])
def test_a_checkpoint_of_objects_is_named_and_its_remedy_works(tensorflow_2, name):
    message = refused(tensorflow_2 / name)
    assert 'It is a checkpoint of TensorFlow 2' in message
    assert '/.ATTRIBUTES/VARIABLE_VALUE' in message
    remedy = ("tf.compat.v1.train.Saver({v.name.split(':')[0]: v for v in model.variables})"
              ".save(None, ")
    assert remedy in message and remedy in TENSORFLOW_2.replace('\n    ', '')
    shapes = {name: SHAPES[name] for name in ('net/conv1/weights', 'net/conv1/biases')}
    _, values = restored_values(shapes, str(tensorflow_2 / 'by_name.ckpt'))
    np.testing.assert_array_equal(values['net/conv1/weights'], [[0, 1, 2], [3, 4, 5]])


def write_saved_model(folder):
    with tf.Graph().as_default(), tf.Session() as sess:
        for name, value in VALUES.items():
            tf.get_variable(name, initializer=tf.constant(value, tf.float32))
        sess.run(tf.global_variables_initializer())
        builder = tf.saved_model.Builder(str(folder))
        builder.add_meta_graph_and_variables(sess, ['serve'])
        builder.save()


def test_a_saved_model_of_a_static_graph_is_restored(tmp_path):
    write_saved_model(tmp_path / 'export')
    _, values = restored_values(SHAPES, str(tmp_path / 'export'))
    check_values(values)


def test_a_saved_model_without_variables_is_named(tmp_path):
    (tmp_path / 'saved_model.pb').write_bytes(b'\x08\x01')
    assert 'made for prediction only: it holds no variables' in refused(tmp_path)


KERAS_3 = """
import sys, keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
model.save_weights(sys.argv[1] + '/x.weights.h5')
model.save(sys.argv[1] + '/x.keras')
"""


def test_files_of_keras_are_named_under_any_name(tmp_path):
    environment = {name: value for name, value in os.environ.items() if 'KERAS' not in name}
    subprocess.run([sys.executable, '-c', KERAS_3, tmp_path], check=True, capture_output=True,
                   env=environment)
    (tmp_path / 'x.ckpt').write_bytes((tmp_path / 'x.weights.h5').read_bytes())
    for name in ('x.weights.h5', 'x.keras', 'x.ckpt'):
        message = refused(tmp_path / name)
        assert f'{name} is a file of Keras' in message and 'python tf_ckpt/get.py' in message


def make(kind, path):
    """A small file of a kind."""
    if kind in ('zip', 'PyTorch'):
        with zipfile.ZipFile(path, 'w') as file:
            file.writestr('archive/data.pkl' if kind == 'PyTorch' else 'model.ckpt.index', 'x')
    elif kind == 'tar.gz':
        with tarfile.open(path, 'w:gz') as file:
            file.add(__file__, 'x.ckpt')
    elif kind == 'NumPy':
        np.savez(open(path, 'wb'), weights=np.ones(3))
    else:
        path.write_bytes({'HTML': b'\n<!doctype html>', 'graph': b'\n\x05', 'frozen': b'\n\x05',
                          'LFS': b'version https://git-lfs.github.com/spec/v1\noid'}[kind])


@pytest.mark.parametrize('kind, name, said', [
    ('PyTorch', 'x.pth', 'a file of PyTorch'), ('PyTorch', 'x.ckpt', 'a file of PyTorch'),
    ('zip', 'x.zip', 'an archive. Unpack it'), ('tar.gz', 'x.tar.gz', 'an archive. Unpack it'),
    ('NumPy', 'x.npz', 'a NumPy file, but not a checkpoint that this course has packed'),
    ('HTML', 'x.ckpt', 'a web page'), ('LFS', 'x.ckpt', 'git lfs pull'),
    ('frozen', 'x.pb', 'prediction only'), ('graph', 'x.ckpt.meta', 'without values')])
def test_what_is_no_checkpoint_is_named(tmp_path, kind, name, said):
    make(kind, tmp_path / name)
    for path in (tmp_path / name, tmp_path):            # by its name, and alone in a folder
        message = refused(path)
        assert f'{name} is ' in message and said in message


def test_a_foreign_npz_beside_a_checkpoint_is_left_alone(tmp_path):
    path = write_checkpoint(tmp_path / 'x.ckpt')
    np.savez(tmp_path / 'x.npz', features=np.ones((5, 7)))
    for name in (path, str(tmp_path)):
        _, values = restored_values(SHAPES, name)
        check_values(values)


def test_an_estimators_folder_is_its_latest_checkpoint(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess:
        step = tf.train.get_or_create_global_step()
        for name in SHAPES:
            tf.get_variable(name, initializer=tf.constant(VALUES[name], tf.float32))
        sess.run(tf.global_variables_initializer())
        saver = tf.train.Saver(sharded=True)
        for n in (20, 100):
            sess.run(step.assign(n))
            saver.save(sess, str(tmp_path / 'model.ckpt'), global_step=n)
    (tmp_path / 'graph.pbtxt').write_text('node {}')
    (tmp_path / 'eval').mkdir()
    assert checkpoint_path(tmp_path) == str(tmp_path / 'model.ckpt-100')
    _, values = restored_values(SHAPES, str(tmp_path))
    check_values(values)
    (tmp_path / 'checkpoint').unlink()
    assert 'name one: model.ckpt-20, model.ckpt-100' in refused(tmp_path)
