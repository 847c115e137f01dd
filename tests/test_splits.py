"""make_list on folders that their publisher has split into train, val and test."""
import shutil
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from odd_files import blobs

from course.lists.folds import N_FOLDS
from course.lists.make import make_list
from course.lists.splits import publisher_splits

CLASSES = 'ape', 'bee'


def publish(folder, classes=CLASSES, **sizes):
    """So many different images in each of `<split>/ape` and `<split>/bee`."""
    for s, (split, n) in enumerate(sizes.items()):
        for c, name in enumerate(classes):
            (folder / split / name).mkdir(parents=True, exist_ok=True)
            for i in range(n):
                cv2.imwrite(str(folder / split / name / f'{i}.png'),
                            blobs(i + 50 * c + 200 * s, 60, 80))
    return folder


def folders(root, *names, classes=CLASSES):
    for name in names:
        for c in classes:
            (root / name / c).mkdir(parents=True, exist_ok=True)
    return root


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
        'train': [f'train/{c}/{i}.png' for c in CLASSES for i in range(4)],
        'val': [f'valid/{c}/{i}.png' for c in CLASSES for i in range(2)],
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
        assert here['test'] == [f'{held}/{c}/{i}.png' for c in CLASSES for i in range(3)]
        assert sorted(here['train'] + here['val']) == sorted(
            f'train/{c}/{i}.png' for c in CLASSES for i in range(10))
        validated += here['val']
    assert len(validated) == len(set(validated)) == 20


@pytest.mark.parametrize('train, others', [
    ('training_set', {'test': 'test_set'}), ('Train_Data', {'test': 'Test_Data'}),
    ('seg_train', {'test': 'seg_test'}), ('trainset', {'test': 'testset'}),
    ('train_images', {'test': 'test_images'}), ('train', {'test': 'evaluation'}),
    ('train', {'val': 'validate'}), ('train', {'test': 'eval'}), ('train', {'test': 'holdout'}),
    ('train', {'val': 'eval', 'test': 'test'}), ('train', {'val': 'val', 'test': 'hold-out'}),
    ('TRAIN', {'val': 'DEV', 'test': 'TEST'}), ('train2017', {'val': 'val2017'}),
    ('birds-train', {'test': 'birds-test'}), ('train_birds', {'test': 'test_birds'}),
    ('images.train', {'val': 'images.val'}), ('Training Data', {'test': 'Testing Data'})])
def test_names_that_publishers_give_to_splits(tmp_path, train, others):
    assert publisher_splits(folders(tmp_path, train, *others.values())) == {'train': train,
                                                                            **others}


@pytest.mark.parametrize('names', [('train', 'tram'), ('train', 'bus', 'test'), ('cats', 'dogs'),
                                   ('training shoes', 'sandals'), ('trains', 'buses'),
                                   ('contest', 'protest'), ('latest', 'oldest')])
def test_names_of_classes_are_no_splits(tmp_path, names):
    for name in names:
        (tmp_path / name).mkdir()
    assert publisher_splits(tmp_path) == {}


def test_what_lies_beside_the_splits_is_left_out_by_name(tmp_path):
    """Kaggle's chest_xray holds itself once more; a sample, unlabelled images and a system folder
    lie about too."""
    folder = publish(tmp_path / 'xray', train=6, test=2)
    shutil.copytree(folder, folder / 'xray')
    for name in 'seg_pred', '__MACOSX', 'lost+found', '@eaDir':
        (folder / name).mkdir()
        cv2.imwrite(str(folder / name / '1.png'), blobs(999))
    report = make_list(folder, tmp_path / 'out')
    assert report.classes == ['ape', 'bee'] and report.counts == {'ape': 8, 'bee': 8}
    assert report.splits == {'train': 'train', 'test': 'test'}
    reasons = {path.removeprefix(f'{folder.as_posix()}/'): why for path, why in report.left_out}
    assert 'outside of train, test' in reasons['seg_pred/1.png']
    assert 'outside of train, test' in reasons['xray/test/ape/0.png']
    assert all('made by the system' in reasons[n] for n in ('__MACOSX', 'lost+found', '@eaDir'))


@pytest.mark.parametrize('names, words', [
    (('train', 'test', 'sample'), 'splits test, train, and sample with the same classes'),
    (('part1', 'part2'), r'hold the same sub-folders \(ape, bee\): part1, part2. Are they splits'),
    (('train', 'extra'), 'Are they splits'),
    (('train', 'val', 'validation'), 'two folders for val: val and validation. Put them')])
def test_what_is_not_clear_is_refused_in_words_and_can_be_said(tmp_path, names, words):
    folder = publish(tmp_path / 'zoo', **dict.fromkeys(names, 6))
    with pytest.raises(ValueError, match=f'(?s){words}.*--splits train=FOLDER,test=FOLDER'):
        make_list(folder, tmp_path / 'out')
    report = make_list(folder, tmp_path / 'out', splits=f'train={names[0]},test={names[1]}')
    assert report.classes == ['ape', 'bee'] and report.counts == {'ape': 12, 'bee': 12}
    assert make_list(folder, tmp_path / 'out', splits='none').classes == sorted(names)


def test_splits_that_lie_deeper_can_be_said(tmp_path):
    folder = publish(tmp_path / 'zoo', **{'archive/a': 6, 'archive/b': 2})
    report = make_list(folder, tmp_path / 'out', splits='train=archive/a,test=archive/b')
    assert report.counts == {'ape': 8, 'bee': 8} and report.held == 'archive/b'


@pytest.mark.parametrize('said, words', [
    ('train:a', 'write it as train=FOLDER'), ('train=train,train=test', 'each once'),
    ('train=ab', 'there is no folder ab in .*There are: test, train'),
    ('test=test', 'name the folder to train on')])
def test_splits_that_are_said_wrongly(tmp_path, said, words):
    folder = publish(tmp_path / 'zoo', train=6, test=2)
    with pytest.raises(ValueError, match=words):
        make_list(folder, tmp_path / 'out', splits=said)


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


def test_what_cannot_be_kept_is_refused_and_all_of_it_is_said(tmp_path):
    folder = publish(tmp_path / 'c', train=5, val=1, test=1)
    for name in 'test/bee/0.png', 'val/ape/0.png':
        (folder / name).unlink()
    with pytest.raises(ValueError) as error:
        make_list(folder, tmp_path / 'out')
    assert 'Class ape has no image in' in str(error.value).splitlines()[0]
    assert 'Class bee has no image in' in str(error.value).splitlines()[1]
    with pytest.raises(ValueError, match=r'(?s)ape in .*train has 4 images.*bee in .*has 4 images'):
        make_list(publish(tmp_path / 'd', train=4, val=2), tmp_path / 'out')


def test_noise_is_split_evenly(tmp_path):
    """Six images of train a class: every fold validates on one or two of each."""
    rng = np.random.default_rng(0)
    for split, n in ('train', 6), ('test', 2):
        for name in CLASSES:
            (tmp_path / 'zoo' / split / name).mkdir(parents=True)
            for i in range(n):
                cv2.imwrite(str(tmp_path / 'zoo' / split / name / f'{i}.png'),
                            rng.integers(0, 256, (9, 9, 3), dtype=np.uint8))
    make_list(tmp_path / 'zoo', tmp_path / 'out')
    for fold in range(N_FOLDS):
        for name in CLASSES:
            assert len(pd.read_csv(tmp_path / f'out/val_{name}_{fold}.csv')) in (1, 2)
