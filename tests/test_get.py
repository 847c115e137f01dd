"""data/get.py, with a server on this machine in place of the publishers."""
import re
import subprocess
import sys
from collections import Counter
from functools import partial

import cv2
import numpy as np
import pytest
from loopback import a_tgz, a_zip, names
from skimage.data import lfw_subset
from sklearn.datasets import load_digits

from course import ROOT
from course.datasets.catalogue import DATASETS, table
from course.datasets.command import get
from course.datasets.place import put_in_place
from course.datasets.sources import cifar10, downloaded
from course.images import read_image
from course.lists.make import make_list
from drawing.render import SETS

# How the archives name their files; a file is in the second of two folders every other time.
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


@pytest.fixture
def data(tmp_path, monkeypatch):
    """The folder data/ of an empty course, which is the working directory."""
    (tmp_path / 'data_list').mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / 'data'


def run(*arguments):
    return get('', DATASETS, table, put_in_place, arguments)


def whole_set(name):
    """As many empty images as a public dataset has, by their names in its archive."""
    def in_split(nth):
        return re.sub(r'{(\w+)\|(\w+)}', rf'\{nth % 2 + 1}', LAYOUTS[name])
    return {in_split(k).format(c=c, k=k): b'' for c, n in DATASETS[name].counts.items()
            for k in range(n)}


def publish(site, monkeypatch, name, files):
    """Serve `files` as the archive of a dataset."""
    dataset = DATASETS[name]
    archive = dataset.fill.keywords['url'].rsplit('/', 1)[1]
    url = site.serve(archive, (a_zip if archive.endswith('.zip') else a_tgz)(files))
    keywords = {**dataset.fill.keywords, 'url': url, 'sha256': None}
    monkeypatch.setitem(DATASETS, name, dataset._replace(fill=partial(downloaded, **keywords)))


def by_class(folder):
    """How many files there are of each class, by the folder they are in or by their name."""
    return Counter(path.parent.name if path.parent != folder else path.name.split('.')[0]
                   for path in folder.rglob('*') if path.suffix in ('.jpg', '.png'))


@pytest.mark.parametrize('name', STRAYS)
def test_a_public_dataset(data, site, monkeypatch, name, capsys):
    publish(site, monkeypatch, name, {**whole_set(name), **dict.fromkeys(STRAYS[name], b'stray')})
    assert run(name) == 0
    assert by_class(data / name) == DATASETS[name].counts
    splits = {'cats_and_dogs_filtered': {'train', 'validation'}, 'hymenoptera': {'train', 'val'}}
    folders = {path.name for path in (data / name).iterdir() if path.is_dir()}
    assert folders == splits.get(name, set(DATASETS[name].counts))  # as its publisher split it
    assert not list((data / name).rglob('.*'))
    assert (data / name / 'LICENSE.txt').is_file() == (name == 'flower_photos')
    assert set(names(data)) == {'downloads', name} and names(data / 'downloads') == []
    assert f'python data_list/make_list.py data/{name}' in capsys.readouterr().out
    assert run(name) == 0 and len(site.asked) == 1              # it is there


def test_cifar10_from_its_binary_files(data, site, monkeypatch, capsys):
    rng = np.random.default_rng(0)
    pixels = {name: rng.integers(0, 256, (2, 32, 32, 3), np.uint8)
              for name in ('data_batch_1', 'data_batch_2', 'test_batch')}
    files = {f'cifar-10-batches-bin/{name}.bin': b''.join(      # class, red, green, blue
        bytes([number]) + image.transpose(2, 0, 1).tobytes() for number, image in zip((9, 3), two))
        for name, two in pixels.items()}
    url = site.serve('cifar-10-binary.tar.gz', a_tgz({**files, 'cifar-10-batches-bin/a.txt': b''}))
    small = DATASETS['cifar10']._replace(
        counts={'truck': 3, 'cat': 3}, fill=partial(cifar10, url=url, megabytes=1))
    monkeypatch.setitem(DATASETS, 'cifar10', small)
    assert run('cifar10') == 0
    for name, (truck, cat) in pixels.items():
        folder = data / 'cifar10' / ('test' if 'test' in name else 'train')
        np.testing.assert_array_equal(read_image(folder / f'truck/{name}_00000.png'), truck)
        np.testing.assert_array_equal(read_image(folder / f'cat/{name}_00001.png'), cat)
    assert set(names(data)) == {'downloads', 'cifar10'} and names(data / 'downloads') == []


@pytest.mark.parametrize('content', [b'cut off', bytes([10]) + bytes(3072)])    # no class 10
def test_binary_files_that_are_not_cifar10(data, site, monkeypatch, capsys, content):
    url = site.serve('cifar-10-binary.tar.gz',
                     a_tgz({'cifar-10-batches-bin/test_batch.bin': content}))
    monkeypatch.setitem(DATASETS, 'cifar10', DATASETS['cifar10']._replace(
        fill=partial(cifar10, url=url, megabytes=1)))
    assert run('cifar10') == 1
    assert 'test_batch.bin does not hold records of 3073 bytes' in capsys.readouterr().err
    assert names(data) == ['downloads']


def test_a_set_that_lacks_an_image_is_refused(data, site, monkeypatch, capsys):
    files = whole_set('hymenoptera')
    del files['hymenoptera_data/train/bees/0.jpg']
    publish(site, monkeypatch, 'hymenoptera', files)
    assert run('hymenoptera') == 1
    assert 'bees 203 instead of 204. The publisher may have' in capsys.readouterr().err
    assert names(data) == ['downloads']


@pytest.mark.parametrize('folders, words', [
    (['face'], 'face 1 instead of 100, other 0 instead of 100. Move it away'),
    (['train/face', 'Training/face'], 'two folders for train.*Move it away')])
def test_a_folder_that_was_changed_is_left_alone(data, capsys, folders, words):
    for folder in folders:
        (data / 'faces' / folder).mkdir(parents=True)
        (data / 'faces' / folder / 'mine.png').write_bytes(b'mine')
    assert run('faces') == 1
    assert re.search(words, capsys.readouterr().err)
    assert [path.read_bytes() for path in data.rglob('*.png')] == [b'mine'] * len(folders)


@pytest.mark.parametrize('name, archive, arguments', [
    ('dogs_vs_cats', 'train.zip', '-c dogs-vs-cats -f train.zip'),
    ('plant_seedlings_photos', 'plant-seedlings-classification.zip',
     '-c plant-seedlings-classification')])
def test_kaggle_asks_for_a_login(data, name, archive, arguments, capsys):
    downloads = data / 'downloads'
    assert run(name) == 1
    said = capsys.readouterr().err
    assert f'    kaggle competitions download {arguments} -p "{downloads}"\n' in said
    assert f'get.py {name}\n' in said and f'checks {downloads / archive}' in said
    downloads.mkdir(exist_ok=True)
    (downloads / archive).write_bytes(b'<html>Sign in to Kaggle')
    assert run(name) == 1
    assert 'is a web page. Delete it and fetch it from Kaggle again' in capsys.readouterr().err
    files = {**whole_set(name), 'test/1.png': b'', 'sample_submission.csv': b''}
    (downloads / archive).write_bytes(a_zip(files))
    assert run(name) == 0
    assert by_class(data / name) == DATASETS[name].counts
    assert names(downloads) == [archive]                # fetching it took the user some trouble


def test_a_drawn_dataset_is_completed_in_place(data, monkeypatch, capsys):
    small = SETS['ants_bees']._replace(counts={'ants': 2, 'bees': 1})
    monkeypatch.setitem(SETS, 'ants_bees', small)
    assert run('ants_bees') == 0
    assert names(data / 'ants_bees/ants') == ['0.jpg', '1.jpg']
    assert min(read_image(data / 'ants_bees/bees/0.jpg').shape[:2]) >= 180
    before = (data / 'ants_bees/ants/1.jpg').read_bytes()
    (data / 'ants_bees/ants/1.jpg').unlink()
    assert run('ants_bees') == 0 and 'Drew 1 of 3 images' in capsys.readouterr().out
    assert (data / 'ants_bees/ants/1.jpg').read_bytes() == before
    (data / 'ants_bees/bees/0.jpg').write_bytes(b'a photograph')
    assert run('ants_bees') == 1 and 'was not drawn with this seed' in capsys.readouterr().err


@pytest.mark.parametrize('name', ['digits', 'faces'])
def test_images_that_come_with_the_libraries(data, name):
    assert run(name) == 0
    grey = {'digits': load_digits().images / 16, 'faces': lfw_subset()}[name]
    labels = {'digits': load_digits().target, 'faces': ['face'] * 100 + ['other'] * 100}[name]
    for nth in range(0, len(grey), 37):
        image = read_image(data / name / str(labels[nth]) / f'{nth:04}.png')
        assert image.shape == (96, 96, 3) and image.dtype == np.uint8
        small = cv2.resize(image, grey[0].shape, interpolation=cv2.INTER_AREA)[..., 0]
        assert np.abs(small / 255 - grey[nth]).mean() < 0.06
    first = {path: path.read_bytes() for path in (data / name).rglob('*.png')}
    (data / name).rename(data / 'first')
    assert run(name) == 0
    assert first == {path: path.read_bytes() for path in (data / name).rglob('*.png')}


def test_make_list_takes_the_faces(data, tmp_path):
    assert run('faces') == 0
    report = make_list(data / 'faces', tmp_path / 'lists')
    assert report.counts == {'face': 100, 'other': 100} and not report.left_out


def test_the_list_imports_no_painter_and_nothing_slow():
    code = ('import runpy, sys\nsys.argv = ["data/get.py"]\n'
            'try:\n    runpy.run_path("data/get.py", run_name="__main__")\n'
            'finally:\n    print(*sorted(sys.modules), file=sys.stderr)')
    listed = subprocess.run([sys.executable, '-c', code], cwd=ROOT, capture_output=True, text=True)
    assert listed.returncode == 0
    assert all(f'{name} ' in listed.stdout for name in DATASETS) and '25,000' in listed.stdout
    modules = set(listed.stderr.split())
    assert {name for name in modules if name.startswith('drawing')} == {
        'drawing', 'drawing.render', 'drawing.workers'}
    assert not modules & {'tensorflow', 'pandas', 'sklearn', 'skimage', 'scipy', 'matplotlib'}


def test_an_unknown_name(capsys):
    with pytest.raises(SystemExit):
        run('nonsense')
    assert 'hymenoptera' in capsys.readouterr().err
