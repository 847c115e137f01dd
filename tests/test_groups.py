"""Images that belong together though their pixels differ lie in one part, in every fold."""
import uuid
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from odd_files import blobs

from course.lists.folds import N_FOLDS
from course.lists.groups import source_of
from course.lists.make import make_list


def write(path, number):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), blobs(number, 60, 60))


def places(out_dir):
    """{file name: {(fold, split), ...}}"""
    found = defaultdict(set)
    for file in out_dir.glob('*.csv'):
        split, _, fold = file.stem.split('_')
        for path in pd.read_csv(file).path:
            found[Path(path).name].add((fold, split))
    return found


def parted(out_dir, groups):
    """The groups that are not in one split in each fold."""
    where = places(out_dir)
    return [group for group in groups if len({frozenset(where[name]) for name in group}) > 1]


KINDS = {
    'Keras': lambda name, k: f'aug_{name}_0_{1000 + k}.jpg',
    'Roboflow': lambda name, k: f'{name}_jpg.rf.{uuid.UUID(int=k + 1).hex}.jpg',
    'Augmentor': lambda name, k: f'a_original_{name}.jpg_{uuid.UUID(int=k)}.jpg',
    'flip': lambda name, k: f'{name}_{("flip", "hflip", "flipped_lr")[k]}.jpg',
    'rotated': lambda name, k: f'{name}_rot{90 * k + 90}.jpg',
    'augmented': lambda name, k: f'{name}-aug-{k}.jpg',
    'before the name': lambda name, k: f'{("flipped", "rotated", "blur")[k]}_{name}.jpg',
    'copy': lambda name, k: f'{name} - Copy{("", " (2)", " (3)")[k]}.jpg',
    'second download': lambda name, k: f'{name} ({k + 1}).jpg'}


@pytest.mark.parametrize('kind', KINDS)
def test_versions_made_beforehand_stay_with_their_source(tmp_path, kind):
    groups, number = [], iter(range(10_000))
    for c in 'ab':
        for i in range(10):
            source = f'{c.upper()}{i}'
            group = [f'{source}.jpg', *(KINDS[kind](source, k) for k in range(3))]
            groups.append(group)
            for name in group:
                write(tmp_path / 'set' / c / name, next(number))
    report = make_list(tmp_path / 'set', tmp_path / 'out')
    assert report.counts == {'a': 40, 'b': 40} and len(report.versions) == 60
    assert parted(tmp_path / 'out', groups) == []
    assert make_list(tmp_path / 'set', tmp_path / 'apart', group='none').versions == []
    assert parted(tmp_path / 'apart', groups)


@pytest.mark.parametrize('name', [
    'cat.12.jpg', 'IMG_2034.jpg', 'leaf (12).jpg', 'crop_12.jpg', 'room_dark_1.jpg', 'August_1.jpg',
    'photocopy.jpg', 'noise.jpg', 'rot_12.jpg', 'wheat_crop_3.jpg', 'flipper_1.jpg', '2_copy.jpg'])
def test_names_that_say_nothing_as_long_as_their_source_is_not_there(name):
    assert source_of(name, {'cat', 'dog'}) is None


def test_numbers_in_brackets_are_numbers_where_no_name_is_without_one(tmp_path):
    """Windows numbers what it renames: leaf (1).jpg to leaf (20).jpg are 20 images."""
    for c in 'ab':
        for i in range(1, 10):
            write(tmp_path / 'set' / c / f'leaf ({i}).jpg', i + 100 * ord(c))
    report = make_list(tmp_path / 'set', tmp_path / 'out')
    assert report.versions == [] and report.counts == {'a': 9, 'b': 9}


def test_a_source_of_the_same_name_in_another_class_is_another_image(tmp_path):
    for c in 'ab':
        for i in range(10):
            write(tmp_path / 'set' / c / (f'{i}.jpg' if c == 'a' else f'{i}_flip.jpg'),
                  i + 100 * ord(c))
    assert make_list(tmp_path / 'set', tmp_path / 'out').versions == []


def patients(folder, n=10, each=3, classes=('sick', 'sound'), both=False):
    """`each` images of every patient; the groups of file names."""
    groups, number = [], iter(range(10_000))
    for i in range(n):
        group = []
        for k in range(each):
            c = classes[(i + k * both) % 2]
            group.append(f'patient{i:02d}_{k}.jpg')
            write(folder / c / group[-1], next(number))
        groups.append(group)
    return groups


@pytest.mark.parametrize('both', [False, True])
def test_a_pattern_names_the_group(tmp_path, both):
    groups = patients(tmp_path / 'set', both=both)
    report = make_list(tmp_path / 'set', tmp_path / 'out', group=r'(patient\d+)')
    assert parted(tmp_path / 'out', groups) == [] and not report.notes
    for fold in range(N_FOLDS):
        for c in 'sick', 'sound':
            assert len(pd.read_csv(tmp_path / f'out/test_{c}_{fold}.csv')) >= 1
    advised = make_list(tmp_path / 'set', tmp_path / 'alone')
    assert parted(tmp_path / 'alone', groups)
    assert any("--group '(patient[ _-]?[0-9]+)'" in note for note in advised.notes)


def test_groups_and_copies_are_one(tmp_path):
    """A copy of an image of patient 0 takes all of patient 0 along."""
    groups = patients(tmp_path / 'set', n=12)
    for c, name in ('sick', 'patient00_1.jpg'), ('sound', 'patient01_0.jpg'):
        image = cv2.imread(str(tmp_path / 'set' / c / name))
        cv2.imwrite(str(tmp_path / 'set' / c / f'again {name}.png'), image[:, ::-1])
    make_list(tmp_path / 'set', tmp_path / 'out', group=r'^\w+/(patient\d+)')
    groups[0].append('again patient00_1.jpg.png')
    groups[1].append('again patient01_0.jpg.png')
    assert parted(tmp_path / 'out', groups) == []


def test_too_few_patients_are_refused(tmp_path):
    patients(tmp_path / 'set', n=8)
    with pytest.raises(ValueError, match='(?s)Class sick .* 4 different images .*one group count'):
        make_list(tmp_path / 'set', tmp_path / 'out', group=r'(patient\d+)')


def test_names_that_the_pattern_does_not_fit_are_counted(tmp_path):
    patients(tmp_path / 'set')
    write(tmp_path / 'set/sick/unknown.jpg', 999)
    report = make_list(tmp_path / 'set', tmp_path / 'out', group=r'(patient\d+)')
    assert report.notes == ['--group fits 30 of 31 names; each other image is a group by itself']


@pytest.mark.parametrize('pattern, words', [
    (r'patient\d+', 'has no parenthesis'), ('(', 'is not a regular expression'),
    (r'(person\d+)', 'fits none of the 30 names, for instance sick/patient00_0.jpg')])
def test_patterns_that_do_not_work(tmp_path, pattern, words):
    patients(tmp_path / 'set')
    with pytest.raises(ValueError, match=words):
        make_list(tmp_path / 'set', tmp_path / 'out', group=pattern)


def test_what_the_publisher_parted_is_left_out_of_train(tmp_path):
    """Roboflow's versions of one source, in train and in test: 2 of 8 sources of a class."""
    number = iter(range(10_000))
    for c in 'ab':
        for i in range(8):
            for k in range(3):
                split = 'test' if i < 2 and k == 0 else 'train'
                write(tmp_path / 'set' / split / c / KINDS['Roboflow'](f'{c}{i}', k), next(number))
    report = make_list(tmp_path / 'set', tmp_path / 'out')
    assert report.counts == {'a': 20, 'b': 20}          # 18 to train on, 2 to test on
    assert len(report.left_out) == 8
    assert all('is of one group with test/' in reason and 'kept for test' in reason
               for _, reason in report.left_out)


def test_two_plants_from_one_stand_are_told_apart_and_their_repeats_found(tmp_path):
    """A plant photographed twice: the same soil, another moment's noise and light."""
    rng = np.random.default_rng(0)
    for i in range(12):
        soil = cv2.resize(rng.integers(30, 160, (40, 40, 3), dtype=np.uint8), (300, 300))
        cv2.circle(soil, tuple(int(v) for v in rng.integers(110, 190, 2)), 50, (60, 170, 60), -1)
        for k in range(2 if i < 4 else 1):
            shot = np.roll(soil, k, axis=1) * (1 + 0.04 * k) + rng.normal(0, 4, soil.shape)
            path = tmp_path / f'set/{"ab"[i % 2]}/{i} {k}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), np.clip(shot, 0, 255).astype(np.uint8))
    report = make_list(tmp_path / 'set', tmp_path / 'out')
    groups = [[Path(path).name for path in group] for group in report.copies]
    assert sorted(groups) == [[f'{i} 0.png', f'{i} 1.png'] for i in range(4)]
