"""make_list against folders made by hand, in which every answer is known."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from conftest import REAL, needs_real
from zoo import blobs

from course import ROOT
from course.lists.check import read_list
from course.lists.folds import N_FOLDS
from course.lists.layout import natural_key
from course.lists.make import make_list


def save(path, number):
    """One image of its own for every number, without loss for .png."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())


@pytest.fixture
def pets(tmp_path):
    """12 cats and 7 dogs as Kaggle names them."""
    folder = tmp_path / 'pets'
    for i in range(12):
        save(folder / f'cat.{i}.png', i)
    for i in range(7):
        save(folder / f'dog.{i}.jpg', 100 + i)
    return folder


def read(out_dir, split, name, fold):
    return pd.read_csv(out_dir / f'{split}_{name}_{fold}.csv')


def names(out_dir, split, name, fold):
    return file_names(read(out_dir, split, name, fold).path)


def file_names(paths):
    return [Path(path).name for path in paths]


def all_bytes(out_dir):
    return {path.name: path.read_bytes() for path in out_dir.iterdir()}


def test_every_image_is_tested_once_and_no_fold_overlaps(pets, tmp_path):
    report = make_list(pets, tmp_path / 'out')
    assert report.classes == ['cat', 'dog']
    assert report.counts == {'cat': 12, 'dog': 7}
    assert report.left_out == report.copies == []
    for name in report.classes:
        everything = sorted(path.name for path in pets.glob(f'{name}.*'))
        tested = []
        for fold in range(N_FOLDS):
            splits = [names(tmp_path / 'out', split, name, fold)
                      for split in ('train', 'val', 'test')]
            assert sorted(sum(splits, [])) == everything
            tested += splits[2]
            assert splits[1] == names(tmp_path / 'out', 'test', name, (fold + 1) % N_FOLDS)
        assert sorted(tested) == everything


def test_sizes_counted_by_hand(pets, tmp_path):
    make_list(pets, tmp_path / 'out')
    for name, parts in ('cat', [2, 2, 2, 3, 3]), ('dog', [1, 1, 1, 2, 2]):
        for split in 'test', 'val':
            sizes = [len(read(tmp_path / 'out', split, name, fold)) for fold in range(N_FOLDS)]
            assert sorted(sizes) == parts


def test_columns_labels_order_and_line_ends(pets, tmp_path):
    make_list(pets, tmp_path / 'out')
    assert len(list((tmp_path / 'out').iterdir())) == 3 * 2 * N_FOLDS
    for path in (tmp_path / 'out').iterdir():
        table = pd.read_csv(path)
        assert list(table.columns) == ['path', 'label']
        assert set(table.label) == {0 if '_cat_' in path.name else 1}
        assert list(table.path) == sorted(table.path, key=natural_key)
        assert b'\r' not in path.read_bytes()
    assert sorted(['cat.10', 'cat.2', 'cat.02'], key=natural_key) == ['cat.02', 'cat.2', 'cat.10']


def test_sub_folders_are_classes(tmp_path):
    for i in range(5):
        save(tmp_path / 'zoo/ape' / f'{i}.png', i)
        save(tmp_path / 'zoo/bee/deep/er' / f'Biene {i} ü.png', 10 + i)
        save(tmp_path / 'zoo/cow' / f'{i}.bmp', 20 + i)
    report = make_list(tmp_path / 'zoo', tmp_path / 'out')
    assert report.counts == {'ape': 5, 'bee': 5, 'cow': 5}
    assert set(read(tmp_path / 'out', 'train', 'cow', 4).label) == {2}
    assert 'bee/deep/er/Biene ' in read(tmp_path / 'out', 'val', 'bee', 0).path[0]


def write(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, image)[1].tobytes())


def test_no_copy_crosses_train_val_and_test(tmp_path):
    """Of 30 images a class every third has copies: resized, recompressed, flipped, in bytes."""
    folder, true = tmp_path / 'pets', []
    for c, name in enumerate(['cat', 'dog']):
        for i in range(30):
            image = blobs(100 * c + i, 120, 160)
            copies = {f'{name}/{i}.jpg': image}
            if i % 3 == 0:
                copies |= {f'{name}/{i} small.png': cv2.resize(image, (80, 60)),
                           f'{name}/{i} large.webp': cv2.resize(image, (320, 240)),
                           f'{name}/deep/{i} other way.jpg': image[:, ::-1]}
                true.append(set(copies) | {f'{name}/{i} again.jpg'})
            for path, pixels in copies.items():
                write(folder / path, pixels)
            if i % 3 == 0:
                (folder / f'{name}/{i} again.jpg').write_bytes(
                    (folder / f'{name}/{i}.jpg').read_bytes())
    report = make_list(folder, tmp_path / 'out')
    assert report.counts == {'cat': 70, 'dog': 70}
    short = f'{folder.as_posix()}/'
    groups = [{path.removeprefix(short) for path in group} for group in report.copies]
    assert sorted(map(sorted, groups)) == sorted(map(sorted, true))
    for fold in range(N_FOLDS):
        for name in 'cat', 'dog':
            for split in 'train', 'val', 'test':
                here = {path.removeprefix(short)
                        for path in read(tmp_path / 'out', split, name, fold).path}
                assert all(group <= here or not group & here for group in groups)


def test_a_mirror_image_in_another_class_stays_in_the_same_part(tmp_path):
    """Turn left, turn right: both are right, but whoever learned the one knows the other."""
    for i in range(12):
        write(tmp_path / f'signs/left/{i}.png', blobs(i, 120, 160))
        write(tmp_path / f'signs/right/{i}.png', blobs(i if i < 5 else 50 + i, 120, 160)[:, ::-1])
    report = make_list(tmp_path / 'signs', tmp_path / 'out')
    assert report.counts == {'left': 12, 'right': 12} and len(report.copies) == 5
    for fold in range(N_FOLDS):
        for split in 'train', 'val', 'test':
            left, right = (set(names(tmp_path / 'out', split, c, fold)) for c in ('left', 'right'))
            mirrored = {f'{i}.png' for i in range(5)}
            assert left & mirrored == right & mirrored


@pytest.mark.parametrize('suffix', ['.png', '.bmp'])
def test_duplicates_stay_together(pets, tmp_path, suffix):
    """Copied byte by byte, or saved again in another format."""
    for i in range(20, 23):
        save(pets / f'cat.{i}{suffix}', 4)
    report = make_list(pets, tmp_path / 'out')
    group = ['cat.4.png'] + [f'cat.{i}{suffix}' for i in range(20, 23)]
    assert report.copies == [[f'{pets.as_posix()}/{name}' for name in group]]
    assert report.counts['cat'] == 15
    for fold in range(N_FOLDS):
        tested = names(tmp_path / 'out', 'test', 'cat', fold)
        assert len(tested) in (4, 3, 2)         # the four together; the other 11 in 3 + 3 + 3 + 2
        assert not set(group) & set(tested) or tested == sorted(group, key=natural_key)


def test_equal_bytes_in_another_shape_are_no_duplicates(pets, tmp_path):
    pixels = np.random.default_rng(9).integers(0, 256, 72, dtype=np.uint8)
    for i, shape in enumerate([(4, 6, 3), (6, 4, 3)]):
        cv2.imwrite(str(pets / f'cat.{50 + i}.png'), pixels.reshape(shape))
    assert make_list(pets, tmp_path / 'out').copies == []


def test_a_image_in_two_classes_is_left_out(pets, tmp_path):
    save(pets / 'dog.77.png', 4)
    report = make_list(pets, tmp_path / 'out')
    assert report.counts == {'cat': 11, 'dog': 7}
    assert file_names(dict(report.left_out)) == ['cat.4.png', 'dog.77.png']
    assert all('two classes: cat.4.png, dog.77.png' in reason for _, reason in report.left_out)


def test_files_beside_named_images_are_left_out_with_their_reason(pets, tmp_path):
    """As in test_images.py, in the other layout."""
    (pets / 'Thumbs.db').write_bytes(b'\xd0\xcf\x11\xe0' * 200)
    (pets / 'cat.90.jpg').write_bytes(b'')
    (pets / 'cat.94.jpg').mkdir()
    (pets / 'empty').mkdir()
    (pets / '.git').mkdir()
    save(pets / '.git/cat.99.png', 300)
    save(pets / 'portrait.png', 301)
    report = make_list(pets, tmp_path / 'out')
    reasons = {Path(path).name: reason for path, reason in report.left_out}
    expected = {'.git': 'hidden', 'Thumbs.db': 'no class', 'cat.90.jpg': 'empty',
                'cat.94.jpg': 'folder', 'portrait.png': 'no class'}
    assert sorted(reasons) == sorted(expected)
    assert all(word in reasons[name] for name, word in expected.items())
    assert report.counts == {'cat': 12, 'dog': 7}


@pytest.mark.skipif(sys.platform != 'linux', reason='such names only exist on Linux')
def test_a_name_that_is_not_utf8(pets, tmp_path):
    os.rename(pets / 'cat.0.png', os.fsencode(pets) + b'/cat\xe9.0.png')
    report = make_list(pets, tmp_path / 'out')
    assert report.counts['cat'] == 11 and 'surrogates' in report.left_out[0][1]


def test_a_whole_photo_with_a_thumbnail_is_not_cut_off(pets, tmp_path):
    photo = (pets / 'dog.0.jpg').read_bytes()
    thumbnail = b'\xff\xe1' + (len(photo) + 2).to_bytes(2, 'big') + photo
    with_thumbnail = photo[:2] + thumbnail + photo[2:]
    (pets / 'dog.7.jpg').write_bytes(with_thumbnail + b'the camera maker adds this')
    (pets / 'dog.8.jpg').write_bytes(with_thumbnail[:-20])
    report = make_list(pets, tmp_path / 'out')
    assert file_names(dict(report.left_out)) == ['dog.8.jpg']
    assert file_names(report.copies[0]) == ['dog.0.jpg', 'dog.7.jpg']


def test_same_bytes_whatever_the_order_on_disk(pets, tmp_path, monkeypatch):
    make_list(pets, tmp_path / 'a')
    walk = os.walk

    def backwards(*args, **options):
        for parent, folders, files in walk(*args, **options):
            folders.reverse()
            yield parent, folders, files[::-1]

    monkeypatch.setattr(os, 'walk', backwards)
    make_list(pets, tmp_path / 'b')
    assert all_bytes(tmp_path / 'a') == all_bytes(tmp_path / 'b')
    make_list(pets, tmp_path / 'c', seed=1)
    assert all_bytes(tmp_path / 'a') != all_bytes(tmp_path / 'c')


def test_lists_of_a_class_that_is_gone_are_removed(pets, tmp_path):
    for i in range(5):
        save(pets / f'eel_2.{i}.png', 500 + i)
    out = tmp_path / 'out'
    make_list(pets, out)
    (out / 'notes.csv').write_text('mine')
    (out / 'train_cat_9.csv').write_text('of a tenth fold')
    for path in pets.glob('eel*'):
        path.unlink()
    make_list(pets, out)
    left = {path.name for path in out.iterdir()}
    assert len(left) == 3 * 2 * N_FOLDS + 1 and 'notes.csv' in left
    assert not any('eel' in name or name.endswith('_9.csv') for name in left)


def test_errors_say_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match='Put the images in data/<name>'):
        make_list(tmp_path / 'nowhere')
    folder = tmp_path / 'pets'
    folder.mkdir()
    (folder / 'cat.0.jpg').write_bytes(b'')
    with pytest.raises(ValueError, match='(?s)two classes or more, has .*an empty file'):
        make_list(folder, tmp_path / 'out')
    for i in range(5):
        save(folder / f'cat.{i}.png', i)
    with pytest.raises(ValueError, match=r'two classes or more, has cat\. Use'):
        make_list(folder, tmp_path / 'out')
    for i in range(6):
        save(folder / f'dog.{i}.png', 10 + i // 2)
    with pytest.raises(ValueError, match='Class dog in .* has 3 different images'):
        make_list(folder, tmp_path / 'out')
    save(folder / 'bird/1.png', 99)
    with pytest.raises(ValueError, match='Move one of the two kinds away'):
        make_list(folder, tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


def test_a_class_folder_without_a_good_image_is_an_error(tmp_path):
    for i in range(5):
        save(tmp_path / f'zoo/ape/{i}.png', i)
        save(tmp_path / f'zoo/bee/{i}.png', 10 + i)
    (tmp_path / 'zoo/cow').mkdir()
    with pytest.raises(ValueError, match='Class cow .* has 0 different images'):
        make_list(tmp_path / 'zoo', tmp_path / 'out')


def test_names_with_digits_of_another_script_are_sorted_too():
    names = ['cat/1.jpg', 'cat/1\uff123.jpg', 'cat/10.jpg', 'cat/\u0664.jpg']
    assert sorted(names, key=natural_key)[0] == 'cat/1.jpg'


def test_as_a_command_from_another_folder(pets, tmp_path, monkeypatch):
    """In a copy of the project, so that the lists of this one stay as they are."""
    script = tmp_path / 'project/data_list/make_list.py'
    script.parent.mkdir(parents=True)
    for name in ('data_list/make_list.py', 'data_list/layout.py', 'data_list/near_copies.py',
                 'images.py'):
        (tmp_path / 'project' / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / 'project/data').mkdir()
    pets.rename(tmp_path / 'project/data/pets')

    def command(folder):
        return subprocess.run([sys.executable, str(script), folder], cwd=tmp_path,
                              capture_output=True, text=True)

    done = command('data/pets')
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        'cat: 12 images, label 0', 'dog: 7 images, label 1',
        'few to test on: cat, dog. Train on each of the 5 folds, then each image is tested once',
        f"The lists of 5 folds are in {script.parent / 'pets/k_fold'}. In the Config cell: "
        "dataset = 'pets'"]
    first = read(script.parent / 'pets/k_fold', 'train', 'cat', 0).path[0]
    assert first.startswith('data/pets/cat.')
    monkeypatch.chdir(tmp_path / 'project')
    for there, data_root in (('project', '.'), ('elsewhere', str(tmp_path / 'elsewhere'))):
        shutil.copytree(tmp_path / 'project/data/pets', tmp_path / there / 'zoo')
        done = command(f'{there}/zoo')
        assert done.stdout.rstrip().endswith(f"dataset = 'zoo', data_root = {data_root!r}")
        assert len(read_list(script.parent / 'zoo/k_fold/test_cat_0.csv', data_root)) > 0
        shutil.rmtree(script.parent / 'zoo')
    failed = command('data/pests')
    assert failed.returncode == 1 and failed.stderr.startswith('No lists written. There is no')
    assert 'In data/ there are: pets' in failed.stderr
    assert 'Traceback' not in failed.stderr


@needs_real
def test_the_photographs_of_the_course(tmp_path):
    report = make_list(REAL / 'cat_dog/train', tmp_path)
    assert sum(report.counts.values()) + len(report.left_out) == 400
    assert [file_names(group) for group in report.copies] == [['dog.74.jpg', 'dog.180.jpg']]
    trained = sum(len(read(tmp_path, 'train', name, 0)) for name in report.classes)
    assert 0.5 * 400 <= trained <= 0.7 * 400
