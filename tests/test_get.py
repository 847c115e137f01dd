"""data/get.py and tf_ckpt/get.py, with a server on this machine in place of the publishers."""
import importlib.util
import re
import subprocess
import sys
from functools import partial

import cv2
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim
from conftest import ROOT
from loopback import a_tgz, a_zip, disk_full_at, running_site
from skimage.data import lfw_subset
from sklearn.datasets import load_digits

from course.images import read_image
from course.lists.make import make_list
from tf_model import zoo
from tf_model.restore import restore


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv('NO_PROXY', '127.0.0.1')
    with running_site() as site:
        yield site


@pytest.fixture
def script(tmp_path, monkeypatch):
    """script('data') is data/get.py, script('tf_ckpt') the other, both working in tmp_path."""
    def load(folder):
        spec = importlib.util.spec_from_file_location(f'{folder}_get', ROOT / folder / 'get.py')
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        monkeypatch.setattr(module, 'DOWNLOADS', tmp_path / 'downloads')
        monkeypatch.setattr(module, {'data': 'DATA', 'tf_ckpt': 'CHECKPOINTS'}[folder], tmp_path)
        return module
    return load


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# How the archives name their files; the first word of two is for every other image.
LAYOUTS = {
    'cats_and_dogs_filtered': 'cats_and_dogs_filtered/{train|validation}/{c}/{k}.jpg',
    'hymenoptera': 'hymenoptera_data/{train|val}/{c}/{k}.jpg',
    'flower_photos': 'flower_photos/{c}/{k}.jpg',
    'dogs_vs_cats': 'train/{c}.{k}.jpg',
    'plant_seedlings_photos': 'train/{c}/{k}.png'}
STRAYS = {'cats_and_dogs_filtered': ['cats_and_dogs_filtered/vectorize.py'],
          'hymenoptera': ['hymenoptera_data/train/ants/imageNotFound.gif',
                          'hymenoptera_data/.DS_Store', '__MACOSX/hymenoptera_data/train/._ants'],
          'flower_photos': ['flower_photos/LICENSE.txt', 'flower_photos/roses/._1.jpg']}


def whole_set(get, name):
    """As many empty images as a public dataset has, by their names in its archive."""
    def in_split(nth):
        return re.sub(r'{(\w+)\|(\w+)}', rf'\{nth % 2 + 1}', LAYOUTS[name])
    return {in_split(k).format(c=c, k=k): b'' for c, n in get.DATASETS[name].counts.items()
            for k in range(n)}


def publish(get, site, name, files):
    """Serve `files` as the archive of a dataset: its URL in get.DATASETS becomes the site's."""
    dataset = get.DATASETS[name]
    archive = dataset.fill.keywords['url'].rsplit('/', 1)[1]
    url = site.serve(archive, (a_zip if archive.endswith('.zip') else a_tgz)(files))
    keywords = {**dataset.fill.keywords, 'url': url, 'sha256': None}
    get.DATASETS[name] = dataset._replace(fill=partial(get.downloaded, **keywords))


@pytest.mark.parametrize('name', STRAYS)
def test_a_public_dataset(script, site, tmp_path, name, capsys):
    get = script('data')
    publish(get, site, name, {**whole_set(get, name), **dict.fromkeys(STRAYS[name], b'stray')})
    assert get.main([name]) == 0
    counts = get.DATASETS[name].counts
    assert get.count(tmp_path / name) == counts
    splits = {'cats_and_dogs_filtered': {'train', 'validation'}, 'hymenoptera': {'train', 'val'}}
    folders = {path.name for path in (tmp_path / name).iterdir() if path.is_dir()}
    assert folders == splits.get(name, set(counts))             # as its publisher has dealt it
    assert set(names(tmp_path)) == {'downloads', name} and names(tmp_path / 'downloads') == []
    assert 'make_list.py data/' + name in capsys.readouterr().out
    assert get.main([name]) == 0 and len(site.asked) == 1       # it is there


def test_the_photographers_are_named_and_rubbish_stays_away(script, site, tmp_path):
    get = script('data')
    files = whole_set(get, 'flower_photos')
    publish(get, site, 'flower_photos', {**files, **dict.fromkeys(STRAYS['flower_photos'], b'')})
    assert get.main(['flower_photos']) == 0
    assert (tmp_path / 'flower_photos/LICENSE.txt').is_file()
    assert not list((tmp_path / 'flower_photos').rglob('.*'))


def test_a_set_that_lacks_a_image_is_refused(script, site, tmp_path, capsys):
    get = script('data')
    files = whole_set(get, 'hymenoptera')
    del files['hymenoptera_data/train/bees/0.jpg']
    publish(get, site, 'hymenoptera', files)
    assert get.main(['hymenoptera']) == 1
    assert 'bees 203 instead of 204. What came is not the set' in capsys.readouterr().err
    assert names(tmp_path) == ['downloads']


def test_a_folder_that_was_changed_is_left_alone(script, tmp_path, capsys):
    get = script('data')
    (tmp_path / 'faces/face').mkdir(parents=True)
    (tmp_path / 'faces/face/mine.png').write_bytes(b'mine')
    assert get.main(['faces']) == 1
    assert 'face 1 instead of 100, other 0 instead of 100. Move it' in capsys.readouterr().err
    assert names(tmp_path / 'faces') == ['face']


@pytest.mark.parametrize('fault', ['killed', 'interrupted', 'full disk', 'error'])
def test_half_a_dataset_is_never_in_place(script, site, tmp_path, monkeypatch, fault, capsys):
    get = script('data')
    publish(get, site, 'hymenoptera', {**whole_set(get, 'hymenoptera'),
                                       'hymenoptera_data/val/bees/large.gif': bytes(900_000)})

    def unpack_half(archive, folder, place):
        for k in range(50):
            (folder / 'ants').mkdir(exist_ok=True)
            (folder / f'ants/{k}.jpg').write_bytes(b'')
        raise {'interrupted': KeyboardInterrupt, 'error': ZeroDivisionError}[fault]

    if fault == 'killed':                               # it leaves what it had unpacked so far
        (tmp_path / '.hymenoptera.part/hymenoptera/ants').mkdir(parents=True)
        (tmp_path / '.hymenoptera.part/hymenoptera/ants/odd.jpg').write_bytes(b'')
    elif fault == 'full disk':
        with disk_full_at(500_000):
            assert get.main(['hymenoptera']) == 1
        assert 'File too large. Make room' in capsys.readouterr().err
    else:
        with monkeypatch.context() as patch:
            patch.setattr(get, 'unpack', unpack_half)
            if fault == 'interrupted':
                assert get.main(['hymenoptera']) == 130
            else:
                with pytest.raises(ZeroDivisionError):
                    get.main(['hymenoptera'])
    assert 'hymenoptera' not in names(tmp_path)
    if fault != 'killed':
        assert names(tmp_path) == ['downloads']
        assert names(tmp_path / 'downloads') == ['hymenoptera_data.zip']    # not fetched again
    assert get.main(['hymenoptera']) == 0
    assert get.count(tmp_path / 'hymenoptera') == get.DATASETS['hymenoptera'].counts
    assert len(site.asked) == 1 and '.hymenoptera.part' not in names(tmp_path)


@pytest.mark.parametrize('name, archive, arguments', [
    ('dogs_vs_cats', 'train.zip', '-c dogs-vs-cats -f train.zip'),
    ('plant_seedlings_photos', 'plant-seedlings-classification.zip',
     '-c plant-seedlings-classification')])
def test_kaggle_asks_for_a_login(script, tmp_path, name, archive, arguments, monkeypatch, capsys):
    get = script('data')
    monkeypatch.chdir(tmp_path)
    assert get.main([name]) == 1
    said = capsys.readouterr().err
    assert f'    kaggle competitions download {arguments} -p downloads\n' in said
    assert f'get.py {name}\n' in said and f'checks downloads/{archive}' in said
    (tmp_path / 'downloads').mkdir(exist_ok=True)
    (tmp_path / 'downloads' / archive).write_bytes(b'<html>Sign in to Kaggle')
    assert get.main([name]) == 1
    assert 'is a web page. Delete it and fetch it from Kaggle again' in capsys.readouterr().err
    files = {**whole_set(get, name), 'test/1.png': b'', 'sample_submission.csv': b''}
    (tmp_path / 'downloads' / archive).write_bytes(a_zip(files))
    assert get.main([name]) == 0
    assert get.count(tmp_path / name) == get.DATASETS[name].counts
    assert names(tmp_path / 'downloads') == [archive]           # it took its user some trouble


def test_a_drawn_dataset(script, tmp_path):
    get = script('data')
    images = get.SETS['ants_bees']._replace(counts={'ants': 2, 'bees': 1})
    get.DATASETS['ants_bees'] = get.DATASETS['ants_bees']._replace(
        counts=images.counts, fill=partial(get.drawn, images=images))
    assert get.main(['ants_bees']) == 0
    assert names(tmp_path / 'ants_bees/ants') == ['0.jpg', '1.jpg']
    assert min(read_image(tmp_path / 'ants_bees/bees/0.jpg').shape[:2]) >= 180


@pytest.mark.parametrize('name', ['digits', 'faces'])
def test_images_that_come_with_the_libraries(script, tmp_path, name):
    get = script('data')
    assert get.main([name]) == 0
    grey = {'digits': load_digits().images / 16, 'faces': lfw_subset()}[name]
    labels = {'digits': load_digits().target, 'faces': ['face'] * 100 + ['other'] * 100}[name]
    for nth in range(0, len(grey), 37):
        image = read_image(tmp_path / name / str(labels[nth]) / f'{nth:04}.png')
        assert image.shape == (96, 96, 3) and image.dtype == np.uint8
        small = cv2.resize(image, grey[0].shape, interpolation=cv2.INTER_AREA)[..., 0]
        assert np.abs(small / 255 - grey[nth]).mean() < 0.06
    first = {path: path.read_bytes() for path in (tmp_path / name).rglob('*.png')}
    (tmp_path / name).rename(tmp_path / 'first')
    assert get.main([name]) == 0
    assert first == {path: path.read_bytes() for path in (tmp_path / name).rglob('*.png')}


def test_make_list_takes_the_faces(script, tmp_path):
    assert script('data').main(['faces']) == 0
    report = make_list(tmp_path / 'faces', tmp_path / 'lists')
    assert report.counts == {'face': 100, 'other': 100} and not report.left_out


@pytest.mark.parametrize('folder, words', [('data', ['cat_dog', 'plant_seedlings', 'a checksum']),
                                           ('tf_ckpt', ['vgg_16', '71.5', '[-1, 1]'])])
def test_the_list_as_a_command(folder, words):
    command = [sys.executable, ROOT / folder / 'get.py']
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert all(word in listed.stdout for word in words) and listed.stderr == ''


def test_an_unknown_name(script, capsys):
    for folder, known in (('data', 'hymenoptera'), ('tf_ckpt', 'vgg_16')):
        with pytest.raises(SystemExit):
            script(folder).main(['nonsense'])
        assert known in capsys.readouterr().err


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


def publish_checkpoint(site, monkeypatch, name, files):
    monkeypatch.setattr(zoo, 'MODELS', site.url)
    site.serve(zoo.ZOO[name].url.rsplit('/', 1)[1], a_tgz(files))


def test_an_official_checkpoint(script, site, tmp_path, monkeypatch, capsys, inception_v1):
    get, (data, values) = script('tf_ckpt'), inception_v1
    publish_checkpoint(site, monkeypatch, 'inception_v1',
                       {'./train.graph': b'', 'inception_v1.ckpt': data})
    site.cut_after = [3_000_000]
    assert get.main(['inception_v1']) == 0
    assert "checkpoint = 'tf_ckpt/inception_v1.ckpt', img_size up to 224" in capsys.readouterr().out
    assert names(tmp_path) == ['downloads', 'inception_v1.ckpt']
    assert names(tmp_path / 'downloads') == []
    assert get.main(['inception_v1']) == 0 and len(site.asked) == 2     # cut once; then it is there
    with tf.Graph().as_default(), tf.Session() as sess:
        zoo.build('inception_v1', tf.placeholder(tf.float32, (None, 64, 64, 3)), False)
        variables = slim.get_model_variables()
        restore(sess, variables, tmp_path / 'inception_v1.ckpt')
        for v, value in zip(variables, sess.run(variables)):
            np.testing.assert_array_equal(value, values[v.op.name])


@pytest.mark.parametrize('content, words', [
    ('other', r'vgg_16.ckpt is not of vgg_16: 26 of its 26 variables .*/conv1_1/weights first'),
    (b'weights', 'vgg_16.ckpt is not a TensorFlow checkpoint'),
    (None, 'vgg_16.ckpt is missing')])
def test_a_wrong_checkpoint_is_refused(script, site, tmp_path, monkeypatch, capsys, inception_v1,
                                       content, words):
    get = script('tf_ckpt')
    files = {'vgg_16.ckpt': inception_v1[0] if content == 'other' else content} if content else {}
    publish_checkpoint(site, monkeypatch, 'vgg_16', {'readme': b'', **files})
    assert get.main(['vgg_16']) == 1
    said = capsys.readouterr().err
    assert re.search(words, said) and 'It is removed: run the same command again' in said
    assert names(tmp_path) == ['downloads'] and names(tmp_path / 'downloads') == []
    (tmp_path / 'vgg_16.ckpt').write_bytes(b'weights')
    assert get.main(['vgg_16']) == 1 and 'Delete it' in capsys.readouterr().err
