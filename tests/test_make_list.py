"""make_list against folders made by hand, in which every answer is known."""
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from conftest import REAL, needs_real
from make_list import N_FOLDS, ROOT, make_list, natural_key


def save(path, number):
    """One picture of its own for every number, without loss for .png."""
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


def test_every_picture_is_tested_once_and_no_fold_overlaps(pets, tmp_path):
    report = make_list(pets, tmp_path / 'out')
    assert report.classes == ['cat', 'dog']
    assert report.counts == {'cat': 12, 'dog': 7}
    assert report.left_out == report.duplicates == []
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

    def sizes(split, name):
        return [len(read(tmp_path / 'out', split, name, fold)) for fold in range(N_FOLDS)]

    # 12 = 3 + 3 + 2 + 2 + 2 from part 0 on; 7 = 2 + 2 + 1 + 1 + 1 from part 1 on
    assert sizes('test', 'cat') == [3, 3, 2, 2, 2]
    assert sizes('val', 'cat') == [3, 2, 2, 2, 3]
    assert sizes('train', 'cat') == [6, 7, 8, 8, 7]
    assert sizes('test', 'dog') == [1, 2, 2, 1, 1]


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
    assert report.duplicates == [[f'{pets.as_posix()}/{name}' for name in group]]
    assert report.counts['cat'] == 15
    for fold in range(N_FOLDS):
        tested = names(tmp_path / 'out', 'test', 'cat', fold)
        assert len(tested) in (4, 3, 2)         # the four together; the other 11 in 3 + 3 + 3 + 2
        assert not set(group) & set(tested) or tested == sorted(group, key=natural_key)


def test_equal_bytes_in_another_shape_are_no_duplicates(pets, tmp_path):
    for i, shape in enumerate([(4, 6, 3), (6, 4, 3)]):
        cv2.imwrite(str(pets / f'cat.{50 + i}.png'), np.zeros(shape, np.uint8))
    assert make_list(pets, tmp_path / 'out').duplicates == []


def test_a_picture_in_two_classes_is_left_out(pets, tmp_path):
    save(pets / 'dog.77.png', 4)
    report = make_list(pets, tmp_path / 'out')
    assert report.counts == {'cat': 11, 'dog': 7}
    assert file_names(dict(report.left_out)) == ['cat.4.png', 'dog.77.png']
    assert all('two classes: cat.4.png, dog.77.png' in reason for _, reason in report.left_out)


def test_odd_files_are_named_with_their_reason(pets, tmp_path):
    picture, photo = (pets / 'cat.0.png').read_bytes(), (pets / 'dog.0.jpg').read_bytes()
    (pets / '.DS_Store').write_bytes(b'x')
    (pets / '._cat.0.png').write_bytes(picture)
    (pets / 'Thumbs.db').write_bytes(b'\xd0\xcf\x11\xe0' * 200)
    (pets / 'cat.90.jpg').write_bytes(b'')
    (pets / 'cat.91.jpg').write_bytes(b'<html>not found</html>')
    (pets / 'cat.92.jpg').write_bytes(photo[:-30])
    (pets / 'cat.93.png').write_bytes(picture[:60])
    (pets / 'cat.94.jpg').mkdir()
    (pets / 'empty').mkdir()
    save(pets / 'portrait.png', 300)
    if os.name == 'posix':
        (pets / 'cat.95.jpg').symlink_to('gone.jpg')
        os.mkfifo(pets / 'cat.96.jpg')
    report = make_list(pets, tmp_path / 'out')
    reasons = {Path(path).name: reason for path, reason in report.left_out}
    expected = {'.DS_Store': 'hidden', '._cat.0.png': 'hidden', 'Thumbs.db': 'not a picture',
                'cat.90.jpg': 'empty', 'cat.91.jpg': 'not a picture', 'cat.92.jpg': 'cut off',
                'cat.93.png': 'damaged', 'cat.94.jpg': 'not a file', 'portrait.png': 'no class'}
    if os.name == 'posix':
        expected.update({'cat.95.jpg': 'not a file', 'cat.96.jpg': 'not a file'})
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
    assert file_names(report.duplicates[0]) == ['dog.0.jpg', 'dog.7.jpg']


def test_same_bytes_whatever_the_order_on_disk(pets, tmp_path, monkeypatch):
    make_list(pets, tmp_path / 'a')
    rglob = Path.rglob
    monkeypatch.setattr(Path, 'rglob', lambda *args: reversed(list(rglob(*args))))
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
    with pytest.raises(FileNotFoundError, match='Put the pictures in data/<name>'):
        make_list(tmp_path / 'nowhere')
    folder = tmp_path / 'pets'
    folder.mkdir()
    (folder / 'cat.0.jpg').write_bytes(b'')
    with pytest.raises(ValueError, match='(?s)two classes or more, has .*an empty file'):
        make_list(folder, tmp_path / 'out')
    for i in range(5):
        save(folder / f'cat.{i}.png', i)
    with pytest.raises(ValueError, match=r"two classes or more, has \['cat'\]"):
        make_list(folder, tmp_path / 'out')
    for i in range(6):
        save(folder / f'dog.{i}.png', 10 + i // 2)
    with pytest.raises(ValueError, match='Class dog in .* has 3 different pictures'):
        make_list(folder, tmp_path / 'out')
    save(folder / 'bird/1.png', 99)
    with pytest.raises(ValueError, match='Move one of the two kinds away'):
        make_list(folder, tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


def test_a_class_folder_without_a_good_picture_is_an_error(tmp_path):
    for i in range(5):
        save(tmp_path / f'zoo/ape/{i}.png', i)
        save(tmp_path / f'zoo/bee/{i}.png', 10 + i)
    (tmp_path / 'zoo/cow').mkdir()
    with pytest.raises(ValueError, match='Class cow .* has 0 different pictures'):
        make_list(tmp_path / 'zoo', tmp_path / 'out')


def test_as_a_command_from_another_folder(pets, tmp_path):
    """In a copy of the project, so that the lists of this one stay as they are."""
    script = tmp_path / 'project/data_list/make_list.py'
    script.parent.mkdir(parents=True)
    script.write_bytes((ROOT / 'data_list/make_list.py').read_bytes())
    (tmp_path / 'project/data').mkdir()
    pets.rename(tmp_path / 'project/data/pets')

    def command(folder):
        return subprocess.run([sys.executable, str(script), folder], cwd=tmp_path,
                              capture_output=True, text=True)

    done = command('data/pets')
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        'cat: 12 pictures, label 0', 'dog: 7 pictures, label 1',
        f"The lists of 5 folds are in {script.parent / 'pets/k_fold'}. In the Config cell: "
        "dataset = 'pets'"]
    first = read(script.parent / 'pets/k_fold', 'train', 'cat', 0).path[0]
    assert first.startswith('data/pets/cat.')
    failed = command('data/pests')
    assert failed.returncode == 1 and failed.stderr.startswith('No lists written. There is no')
    assert 'Traceback' not in failed.stderr


@needs_real
def test_the_photographs_of_the_course(tmp_path):
    report = make_list(REAL / 'cat_dog/train', tmp_path)
    assert sum(report.counts.values()) + len(report.left_out) == 400
    trained = sum(len(read(tmp_path, 'train', name, 0)) for name in report.classes)
    assert abs(trained - 240) <= 2 * len(report.left_out) + 2
