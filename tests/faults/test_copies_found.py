"""How many real copies are found, and that no different images are taken for copies."""
import cv2
import numpy as np
import pandas as pd
import pytest
from conftest import REAL, ROOT
from lookalikes import COPIES
from odd_files import blobs

from course.images import read_image
from course.lists.check import read_list
from course.lists.copies import BLOCK, find_copies, thumbnail
from course.lists.make import make_list


def thumbnails(images, change=lambda image: image):
    return np.stack([thumbnail(np.ascontiguousarray(change(p))) for p in images])


def as_sets(group):
    """The groups of two and more, as sets of positions."""
    return {frozenset(np.flatnonzero(group == g)) for g in set(group) if (group == g).sum() > 1}


def found(images, change):
    """(how many images share a group with their copy, all groups of the images alone)"""
    n = len(images)
    group = find_copies(np.concatenate([thumbnails(images), thumbnails(images, change)])).group
    return int((group[:n] == group[n:]).sum()), as_sets(group[:n])


@pytest.fixture(scope='module')
def thousand():
    """(the drawings and photographs that are there, positions of the two photographs of one)"""
    drawn = sorted((ROOT / 'data/cat_dog').glob('*.jpg'))
    photos = sorted((REAL / 'cat_dog/train').glob('*.jpg'))
    if not drawn + photos:
        pytest.skip('no images: python data/get.py cat_dog')
    names = [path.name for path in photos]
    known = {frozenset(map(names.index, ['dog.74.jpg', 'dog.180.jpg']))} if photos else set()
    return [read_image(path) for path in photos + drawn], known


@pytest.mark.slow
@pytest.mark.parametrize('kind', COPIES)
def test_copies_are_found_and_nothing_else(thousand, kind):
    """The one group among the photographs is a true one: one image, its colours changed."""
    images, known = thousand
    n_found, groups = found(images, COPIES[kind])
    print(f'{kind}: {n_found} of {len(images)} found; {groups}')
    assert n_found >= 0.998 * len(images)
    assert groups == known


def page(number):
    """A page of text: letters that differ, on lines and margins that do not."""
    rng = np.random.default_rng(number)
    paper = np.full((500, 375, 3), 250, np.uint8)
    for y in range(40, 470, 16):
        text = ''.join(rng.choice(list('abcdefghijklm nopqrst uvwxyz '), rng.integers(48, 52)))
        cv2.putText(paper, text, (25, y), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (20, 20, 20), 1)
    return paper


def test_pages_of_text_are_different_images():
    pages = [page(i) for i in range(60)]
    assert found(pages, COPIES['flipped, half, quality 50']) == (60, set())


def test_the_digits_of_scikit_learn_are_different_images():
    """1,797 of 8 x 8 pixels, many of which are nearly the same."""
    from sklearn.datasets import load_digits
    digits = load_digits()
    images = [cv2.merge([np.uint8(image * 15.9)] * 3) for image in digits.images]
    assert as_sets(find_copies(thumbnails(images), digits.target).group) == set()


def test_one_copy_among_many_is_found():
    """Far apart: they are compared in six blocks."""
    n = 6 * BLOCK
    rng = np.random.default_rng(0)
    colour = [cv2.resize(small, (64, 64), interpolation=cv2.INTER_CUBIC) for small in
              rng.integers(0, 256, (n, 6, 6, 3), dtype=np.uint8)]
    colour[-1] = colour[0][::-1]
    assert as_sets(find_copies(thumbnails(colour)).group) == {frozenset({0, n - 1})}


@pytest.mark.skipif(not REAL.is_dir(), reason=f'no real images in {REAL}')
def test_the_photographs_of_the_course(tmp_path):
    report = make_list(REAL / 'cat_dog/train', tmp_path)
    assert sum(report.counts.values()) + len(report.left_out) == 400
    assert [[path.rpartition('/')[2] for path in group] for group in report.copies] == [
        ['dog.74.jpg', 'dog.180.jpg']]


def test_no_copy_crosses_train_val_and_test(tmp_path):
    """Of 30 images a class every third has copies: resized, flipped, reformatted, in bytes."""
    true = []
    for c, name in enumerate(['cat', 'dog']):
        (tmp_path / f'pets/{name}/deep').mkdir(parents=True)
        for i in range(30):
            image = blobs(100 * c + i, 120, 160)
            copies = {f'{name}/{i}.jpg': image}
            if i % 3 == 0:
                copies |= {f'{name}/s{i}.png': cv2.resize(image, (80, 60)),
                           f'{name}/l{i}.webp': cv2.resize(image, (320, 240)),
                           f'{name}/deep/f{i}.jpg': image[:, ::-1]}
                true.append(sorted([*copies, f'{name}/b{i}.jpg']))
            for path, pixels in copies.items():
                cv2.imwrite(str(tmp_path / 'pets' / path), pixels)
            if i % 3 == 0:
                (tmp_path / f'pets/{name}/b{i}.jpg').write_bytes(
                    (tmp_path / f'pets/{name}/{i}.jpg').read_bytes())
    report = make_list(tmp_path / 'pets', tmp_path / 'out')
    assert report.counts == {'cat': 70, 'dog': 70}
    short = f'{(tmp_path / "pets").as_posix()}/'
    groups = [sorted(path.removeprefix(short) for path in group) for group in report.copies]
    assert sorted(groups) == sorted(true)
    for file in (tmp_path / 'out').glob('*.csv'):
        here = {path.removeprefix(short) for path in pd.read_csv(file).path}
        assert all(set(group) <= here or not set(group) & here for group in groups)


def test_mirror_images_in_two_classes_stay_in_one_part(tmp_path):
    """Turn left, turn right: both are right, but whoever learned the one knows the other."""
    for i in range(12):
        for name, image in (('left', blobs(i, 120, 160)),
                            ('right', blobs(i if i < 5 else 50 + i, 120, 160)[:, ::-1])):
            (tmp_path / 'signs' / name).mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(tmp_path / f'signs/{name}/{i}.png'), image)
    report = make_list(tmp_path / 'signs', tmp_path / 'out')
    assert report.counts == {'left': 12, 'right': 12} and len(report.copies) == 5
    for fold in range(5):
        for split in 'train', 'val', 'test':
            left, right = ({path.rpartition('/')[2] for path in read_list(
                tmp_path / f'out/{split}_{c}_{fold}.csv', None).path} for c in ('left', 'right'))
            mirrored = {f'{i}.png' for i in range(5)}
            assert left & mirrored == right & mirrored
