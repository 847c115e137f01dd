"""make_list against folders made by hand, in which every answer is known."""
import os
import sys
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from pets import save

from course.lists.check import read_lists
from course.lists.folds import N_FOLDS
from course.lists.layout import natural_key
from course.lists.make import make_list


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


def test_an_image_in_two_classes_is_left_out(pets, tmp_path):
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
    expected = {'.git': 'hidden', 'Thumbs.db': 'made by the system', 'cat.90.jpg': 'empty',
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


def test_names_with_digits_of_another_script_are_sorted_too():
    names = ['cat/1.jpg', 'cat/1\uff123.jpg', 'cat/10.jpg', 'cat/\u0664.jpg']
    assert sorted(names, key=natural_key)[0] == 'cat/1.jpg'


def test_a_class_may_be_named_background_and_the_systems_folders_are_none(tmp_path):
    for i in range(5):
        save(tmp_path / f'zoo/__background__/{i}.png', i)
        save(tmp_path / f'zoo/ape/{i}.png', 10 + i)
    for k, name in enumerate(['lost+found', '@eaDir', '__MACOSX', '.thumbs', '$RECYCLE.BIN']):
        save(tmp_path / 'zoo' / name / '1.png', 50 + k)
    report = make_list(tmp_path / 'zoo', tmp_path / 'out')
    assert report.classes == ['__background__', 'ape'] and len(report.left_out) == 5


@pytest.mark.parametrize('name', ['pets [v2]', "it's", 'a{b}*?', '犬と猫'])
def test_any_name_of_a_dataset(pets, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'data_list').mkdir()
    (tmp_path / 'data').mkdir()
    pets.rename(tmp_path / 'data' / name)
    make_list(f'data/{name}')
    class_names, dataframes = read_lists(name, 4)
    assert class_names == ['cat', 'dog']
    assert sum(len(frame) for frame in dataframes[0]) == 12


def test_lists_of_another_folder_of_the_same_name_are_not_deleted(pets, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'data_list').mkdir()
    make_list(pets)
    before = all_bytes(tmp_path / 'data_list/pets/k_fold')
    for c in 'eel', 'fox':
        for i in range(5):
            save(tmp_path / f'other/pets/{c}/{i}.png', i + 10 * ord(c[0]))
    with pytest.raises(ValueError, match='holds the lists of another folder, .* Rename other/pets'):
        make_list('other/pets')
    assert all_bytes(tmp_path / 'data_list/pets/k_fold') == before
    make_list(pets)


def test_images_of_one_colour_are_named_as_such(tmp_path):
    for c in 'ab':
        for i in range(6):
            path = tmp_path / f'set/{c}/{i}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), np.full((40, 40), 2 * i + (c == 'b'), np.uint8))
    notes = make_list(tmp_path / 'set', tmp_path / 'out').notes
    assert len(notes) == 1 and '12 of 12 images are nearly all one colour (grey level 6' in notes[0]
