"""tf_ckpt/get.py and the official checkpoints, from a server on this machine."""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim
from loopback import a_tgz, names, running_site

from course import ROOT
from course.checkpoints import published
from course.datasets.command import get
from tf_model import official, zoo
from tf_model.restore import restore

COMMAND = ROOT / 'tf_ckpt' / 'get.py'


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The folder tf_ckpt/ of an empty course, which is the working directory."""
    for folder in 'data_list', 'tf_ckpt':
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / 'tf_ckpt'


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv('NO_PROXY', '127.0.0.1')
    with running_site() as site:
        monkeypatch.setattr(published, 'MODELS', site.url)
        yield site


def run(*arguments):
    return get('', published.ZOO, published.table, official.put_in_place, arguments)


@pytest.fixture(scope='module')
def inception_v1(tmp_path_factory):
    """Random weights as TF-Slim publishes its own, one file in the V1 format: (bytes, values)."""
    path = tmp_path_factory.mktemp('published') / 'inception_v1.ckpt'
    with tf.Graph().as_default(), tf.Session() as sess:
        zoo.build('inception_v1', tf.placeholder(tf.float32, (None, 64, 64, 3)), False)
        variables = slim.get_model_variables()
        classifier = tf.get_variable('InceptionV1/Logits/Conv2d_0c_1x1/weights', [3])
        sess.run(tf.global_variables_initializer())
        tf.train.Saver([*variables, classifier], write_version=tf.train.SaverDef.V1).save(
            sess, str(path), write_meta_graph=False, write_state=False)
        values = {v.op.name: value for v, value in zip(variables, sess.run(variables))}
    return path.read_bytes(), values


def v2_files(name):
    """Random weights of a network in format V2: {ending: bytes}, and the values."""
    with tf.Graph().as_default(), tf.Session() as sess, tempfile.TemporaryDirectory() as folder:
        zoo.build(name, tf.placeholder(tf.float32, (None, 96, 96, 3)), False)
        variables = slim.get_model_variables()
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(variables).save(sess, f'{folder}/x.ckpt', write_state=False)
        values = {v.op.name: value for v, value in zip(variables, sess.run(variables))}
        return {file.name.removeprefix('x.ckpt'): file.read_bytes()
                for file in Path(folder).iterdir()}, values


def test_a_checkpoint_in_format_v2_whose_archive_names_it_with_its_date(site, place, capsys):
    """Inception-ResNet-v2's name has the date, MobileNet's is in format V2; here it has both."""
    name = 'mobilenet_v1_0.25_128'
    files, values = v2_files(name)
    stem = f'{name}_{zoo.find(name).date}.ckpt'
    publish(site, name, {f'./{stem}{ending}': data for ending, data in files.items()})
    assert run(name) == 0
    assert f"checkpoint = 'tf_ckpt/{name}.ckpt', img_size up to 128" in capsys.readouterr().out
    assert names(place) == [f'{name}.ckpt.data-00000-of-00001', f'{name}.ckpt.index']
    assert run(name) == 0 and len(site.asked) == 1              # it is there
    assert f'{name} ' in published.table() and '; is here' in published.table()
    with tf.Graph().as_default(), tf.Session() as sess:
        zoo.build(name, tf.placeholder(tf.float32, (None, 96, 96, 3)), False)
        variables = slim.get_model_variables()
        restore(sess, variables, place / f'{name}.ckpt')
        for v, value in zip(variables, sess.run(variables)):
            np.testing.assert_array_equal(value, values[v.op.name])
    (place / f'{name}.ckpt.index').write_bytes(b'weights')
    assert run(name) == 1 and 'Delete it' in capsys.readouterr().err


def publish(site, name, files):
    site.serve(zoo.find(name).url.rsplit('/', 1)[1], a_tgz(files))


def test_an_official_checkpoint_is_put_in_place_and_can_be_restored(site, place, capsys,
                                                                    inception_v1):
    data, values = inception_v1
    publish(site, 'inception_v1', {'./train.graph': b'', 'inception_v1.ckpt': data})
    site.cut_after = [3_000_000]
    assert run('inception_v1') == 0
    assert "checkpoint = 'tf_ckpt/inception_v1.ckpt', img_size up to 224" in capsys.readouterr().out
    assert names(place) == ['inception_v1.ckpt']
    assert names(place.parent / 'data' / 'downloads') == []
    assert run('inception_v1') == 0 and len(site.asked) == 2    # cut off once; then it is there
    with tf.Graph().as_default(), tf.Session() as sess:
        zoo.build('inception_v1', tf.placeholder(tf.float32, (None, 64, 64, 3)), False)
        variables = slim.get_model_variables()
        restore(sess, variables, place / 'inception_v1.ckpt')
        for v, value in zip(variables, sess.run(variables)):
            np.testing.assert_array_equal(value, values[v.op.name])


@pytest.mark.parametrize('content, words', [
    ('other', r'vgg_16.ckpt is not a checkpoint of vgg_16: 26 of its 26 variables .*/conv1_1/w'),
    (b'weights', 'vgg_16.ckpt is not a TensorFlow checkpoint'),
    (None, 'vgg_16.ckpt is missing')])
def test_a_wrong_checkpoint_is_refused(site, place, capsys, inception_v1, content, words):
    files = {'vgg_16.ckpt': inception_v1[0] if content == 'other' else content} if content else {}
    publish(site, 'vgg_16', {'readme': b'', **files})
    assert run('vgg_16') == 1
    said = capsys.readouterr().err
    assert re.search(words, said) and 'It has been removed: run the same command again' in said
    assert names(place) == [] and names(place.parent / 'data' / 'downloads') == []
    (place / 'vgg_16.ckpt').write_bytes(b'weights')
    assert run('vgg_16') == 1 and 'Delete it' in capsys.readouterr().err


def test_the_list_comes_without_tensorflow(place):
    (place / 'vgg_19.ckpt').write_bytes(b'')
    listing = subprocess.run([sys.executable, '-X', 'importtime', COMMAND], cwd=place,
                             capture_output=True, text=True, check=True)
    rows = {row.split()[0]: row for row in listing.stdout.splitlines()}
    assert list(rows) == ['name', *zoo.ZOO]
    assert rows['vgg_16'].split()[1:4] == ['71.5', '89.8', '224']
    assert rows['resnet_v2_50'].endswith('[-1, 1]') and rows['vgg_19'].endswith('; is here')
    assert 'tensorflow' not in listing.stderr


def test_the_addresses_of_tf_slim():
    assert zoo.ZOO['resnet_v2_50'].url.endswith('/models/resnet_v2_50_2017_04_14.tar.gz')
    assert zoo.ZOO['vgg_16'].url.endswith('/models/vgg_16_2016_08_28.tar.gz')
    assert zoo.ZOO['mobilenet_v1_1.0_224'].url.endswith('mobilenet_v1_1.0_224_2017_06_14.tar.gz')
    assert all(network.url.startswith('https://') for network in zoo.ZOO.values())


def test_an_unknown_name(capsys):
    with pytest.raises(SystemExit):
        run('nonsense')
    assert 'vgg_16' in capsys.readouterr().err
