"""tf_ckpt/get.py, with a server on this machine in place of TF-Slim's."""
import re
import subprocess
import sys

import numpy as np
import pytest
import tf_slim as slim
from loopback import a_tgz, names, running_site

from course import ROOT
from course.compat import tf
from course.datasets.command import get
from tf_model import zoo
from tf_model.official import put_in_place, table
from tf_model.restore import restore


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv('NO_PROXY', '127.0.0.1')
    with running_site() as site:
        monkeypatch.setattr(zoo, 'MODELS', site.url)
        yield site


@pytest.fixture
def tf_ckpt(tmp_path, monkeypatch):
    """The folder tf_ckpt/ of an empty course, which is the working directory."""
    for folder in ('data_list', 'tf_ckpt'):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / 'tf_ckpt'


def run(*arguments):
    return get('', zoo.ZOO, table, put_in_place, arguments)


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


def publish(site, name, files):
    site.serve(zoo.ZOO[name].url.rsplit('/', 1)[1], a_tgz(files))


def test_an_official_checkpoint(site, tf_ckpt, tmp_path, capsys, inception_v1):
    data, values = inception_v1
    publish(site, 'inception_v1', {'./train.graph': b'', 'inception_v1.ckpt': data})
    site.cut_after = [3_000_000]
    assert run('inception_v1') == 0
    assert "checkpoint = 'tf_ckpt/inception_v1.ckpt', img_size up to 224" in capsys.readouterr().out
    assert names(tf_ckpt) == ['inception_v1.ckpt'] and names(tmp_path / 'data/downloads') == []
    assert run('inception_v1') == 0 and len(site.asked) == 2    # cut once; then it is there
    with tf.Graph().as_default(), tf.Session() as sess:
        zoo.build('inception_v1', tf.placeholder(tf.float32, (None, 64, 64, 3)), False)
        variables = slim.get_model_variables()
        restore(sess, variables, tf_ckpt / 'inception_v1.ckpt')
        for v, value in zip(variables, sess.run(variables)):
            np.testing.assert_array_equal(value, values[v.op.name])


@pytest.mark.parametrize('content, words', [
    ('other', r'vgg_16.ckpt is not of vgg_16: 26 of its 26 variables .*/conv1_1/weights first'),
    (b'weights', 'vgg_16.ckpt is not a TensorFlow checkpoint'),
    (None, 'vgg_16.ckpt is missing')])
def test_a_wrong_checkpoint_is_refused(site, tf_ckpt, tmp_path, capsys, inception_v1, content,
                                       words):
    files = {'vgg_16.ckpt': inception_v1[0] if content == 'other' else content} if content else {}
    publish(site, 'vgg_16', {'readme': b'', **files})
    assert run('vgg_16') == 1
    said = capsys.readouterr().err
    assert re.search(words, said) and 'removed: run the same command again' in said
    assert names(tf_ckpt) == [] and names(tmp_path / 'data/downloads') == []
    (tf_ckpt / 'vgg_16.ckpt').write_bytes(b'weights')
    assert run('vgg_16') == 1 and 'Delete it' in capsys.readouterr().err


def test_the_list_as_a_command():
    listed = subprocess.run([sys.executable, ROOT / 'tf_ckpt/get.py'], capture_output=True,
                            text=True, check=True)
    assert all(word in listed.stdout for word in ('vgg_16', '71.5', '[-1, 1]'))
    assert listed.stderr == ''


def test_an_unknown_name(capsys):
    with pytest.raises(SystemExit):
        run('nonsense')
    assert 'vgg_16' in capsys.readouterr().err
