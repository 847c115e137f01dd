"""make_list on folders that their publisher has dealt into train, val and test."""
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from zoo import blobs

from course.lists.folds import N_FOLDS
from course.lists.make import make_list


def publish(folder, **sizes):
    """So many different images in each of `<split>/ape` and `<split>/bee`."""
    for s, (split, n) in enumerate(sizes.items()):
        for c, name in enumerate(['ape', 'bee']):
            (folder / split / name).mkdir(parents=True, exist_ok=True)
            for i in range(n):
                cv2.imwrite(str(folder / split / name / f'{i}.png'),
                            blobs(i + 50 * c + 200 * s, 60, 80))
    return folder


def lists(out_dir, fold):
    """{split: names below the dataset's folder, of all classes}."""
    found = {}
    for split in 'train', 'val', 'test':
        tables = [pd.read_csv(file) for file in sorted(out_dir.glob(f'{split}_*_{fold}.csv'))]
        found[split] = ['/'.join(Path(path).parts[-3:]) for path in pd.concat(tables).path]
    return found


def test_train_val_and_test_stay_as_they_are(tmp_path):
    report = make_list(publish(tmp_path / 'zoo', train=4, valid=2, Testing=1), tmp_path / 'out')
    assert report.splits == {'train': 'train', 'val': 'valid', 'test': 'Testing'}
    assert (report.classes, report.counts, report.n_folds) == (
        ['ape', 'bee'], {'ape': 7, 'bee': 7}, 1)
    assert lists(tmp_path / 'out', 0) == {
        'train': [f'train/{c}/{i}.png' for c in ('ape', 'bee') for i in range(4)],
        'val': [f'valid/{c}/{i}.png' for c in ('ape', 'bee') for i in range(2)],
        'test': ['Testing/ape/0.png', 'Testing/bee/0.png']}
    assert not list((tmp_path / 'out').glob('*_1.csv'))
    assert set(pd.read_csv(tmp_path / 'out/val_bee_0.csv').label) == {1}


@pytest.mark.parametrize('held', ['validation', 'test'])
def test_what_is_held_out_is_the_test_of_every_fold(tmp_path, held):
    report = make_list(publish(tmp_path / 'zoo', train=10, **{held: 3}), tmp_path / 'out')
    assert (report.n_folds, report.held) == (N_FOLDS, held)
    validated = []
    for fold in range(N_FOLDS):
        here = lists(tmp_path / 'out', fold)
        assert here['test'] == [f'{held}/{c}/{i}.png' for c in ('ape', 'bee') for i in range(3)]
        assert sorted(here['train'] + here['val']) == sorted(
            f'train/{c}/{i}.png' for c in ('ape', 'bee') for i in range(10))
        validated += here['val']
    assert len(validated) == len(set(validated)) == 20


def test_images_without_a_label_are_no_split(tmp_path):
    """Kaggle's way: train/cat.0.jpg, and a test folder whose labels nobody knows."""
    for i in range(12):
        (tmp_path / 'pets/train').mkdir(parents=True, exist_ok=True)
        (tmp_path / 'pets/test1').mkdir(exist_ok=True)
        name = ('cat', 'dog')[i % 2]
        cv2.imwrite(str(tmp_path / f'pets/train/{name}.{i}.png'), blobs(i, 60, 80))
        cv2.imwrite(str(tmp_path / f'pets/test1/{i}.png'), blobs(99 + i, 60, 80))
    report = make_list(tmp_path / 'pets', tmp_path / 'out')
    assert report.counts == {'cat': 6, 'dog': 6} and report.n_folds == N_FOLDS
    assert report.held is None
    assert len(report.left_out) == 12 and 'has no class' in report.left_out[0][1]
    tested = sum((lists(tmp_path / 'out', fold)['test'] for fold in range(N_FOLDS)), [])
    assert sorted(tested) == sorted(f'pets/train/{("cat", "dog")[i % 2]}.{i}.png'
                                    for i in range(12))


def test_train_may_be_a_class(tmp_path):
    for name in 'train', 'tram':
        (tmp_path / 'rails' / name).mkdir(parents=True)
        for i in range(5):
            cv2.imwrite(str(tmp_path / f'rails/{name}/{i}.png'), blobs(i + 50 * len(name), 60, 80))
    report = make_list(tmp_path / 'rails', tmp_path / 'out')
    assert report.classes == ['train', 'tram'] and report.splits == {}


def test_a_copy_of_a_test_image_is_left_out_of_train(tmp_path):
    folder = publish(tmp_path / 'zoo', train=6, val=3, test=3)
    tested = cv2.imread(str(folder / 'test/ape/1.png'))
    cv2.imwrite(str(folder / 'train/ape/again.png'), tested)
    cv2.imwrite(str(folder / 'val/ape/turned.png'), tested[:, ::-1])
    validated = cv2.imread(str(folder / 'val/bee/2.png'))
    cv2.imwrite(str(folder / 'train/bee/large.png'), cv2.resize(validated, None, fx=2, fy=2))
    report = make_list(folder, tmp_path / 'out')
    short = [(path.removeprefix(f'{folder.as_posix()}/'), reason)
             for path, reason in report.left_out]
    assert short == [
        ('train/ape/again.png', 'is a copy of test/ape/1.png, which is kept for test'),
        ('train/bee/large.png', 'is a copy of val/bee/2.png, which is kept for val'),
        ('val/ape/turned.png', 'is a copy of test/ape/1.png, which is kept for test')]
    assert [len(names) for names in lists(tmp_path / 'out', 0).values()] == [12, 6, 6]


def test_what_cannot_be_kept_is_refused(tmp_path):
    with pytest.raises(ValueError, match='two folders for val: val and validation. Put them'):
        make_list(publish(tmp_path / 'a', train=5, val=5, validation=5))
    folder = publish(tmp_path / 'b', train=5, val=5)
    for i in range(5):
        (folder / f'train/bee/{i}.png').unlink()
    with pytest.raises(ValueError, match='Class bee in .*train has 0 different images'):
        make_list(folder)
    folder = publish(tmp_path / 'c', train=5, val=1, test=1)
    (folder / 'test/bee/0.png').unlink()
    with pytest.raises(ValueError, match='Class bee has no image in .*test. Add some, or'):
        make_list(folder)
    with pytest.raises(ValueError, match='ape in .*train has 4 different images'):
        make_list(publish(tmp_path / 'd', train=4, val=2))


def test_noise_is_dealt_evenly(tmp_path):
    """Six images of train a class: every fold validates on one or two of each."""
    rng = np.random.default_rng(0)
    for split, n in ('train', 6), ('test', 2):
        for name in 'ape', 'bee':
            (tmp_path / 'zoo' / split / name).mkdir(parents=True)
            for i in range(n):
                cv2.imwrite(str(tmp_path / 'zoo' / split / name / f'{i}.png'),
                            rng.integers(0, 256, (9, 9, 3), dtype=np.uint8))
    make_list(tmp_path / 'zoo', tmp_path / 'out')
    for fold in range(N_FOLDS):
        for name in 'ape', 'bee':
            assert len(pd.read_csv(tmp_path / f'out/val_{name}_{fold}.csv')) in (1, 2)
