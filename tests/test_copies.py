"""find_copies: real copies of many kinds are one group; look-alikes are different images."""
import cv2
import numpy as np
import pytest
from lookalikes import COPIES, LOOKALIKES, jpeg, resized
from odd_files import blobs

from course.lists.copies import find_copies, thumbnail
from course.lists.make import make_list


def found(images, classes=None):
    """The groups of two and more, as sets of positions."""
    group = find_copies([thumbnail(np.ascontiguousarray(image)) for image in images], classes).group
    return {frozenset(np.flatnonzero(group == g)) for g in set(group) if (group == g).sum() > 1}


@pytest.mark.parametrize('kind', COPIES)
def test_every_copy_is_found(kind):
    images = [blobs(i, 150, 200) for i in range(20)]
    copies = [COPIES[kind](image) for image in images]
    assert found(images + copies) == {frozenset({i, i + 20}) for i in range(20)}


@pytest.mark.parametrize('change', [lambda p: p[:40], lambda p: 255 - p, lambda p: p[:, :, ::-1]],
                         ids=['a strip', 'a negative', 'other colours'])
def test_what_is_no_copy(change):
    images = [blobs(i, 150, 200) for i in range(5)]
    assert found(images + [change(image) for image in images]) == set()


@pytest.mark.parametrize('kind', LOOKALIKES)
def test_different_things_in_one_layout_are_different_images(kind):
    images, classes = LOOKALIKES[kind]()
    assert found(images, classes) == set()


@pytest.mark.parametrize('kind, change', [
    *((kind, change) for kind in ('radiographs', 'spectrograms')
      for change in ('half, averaged', '73 %', 'JPEG quality 90', 'flipped', 'turned')),
    ('spectrograms', 'JPEG quality 50'), ('spectrograms', 'flipped, half, quality 50')])
def test_real_copies_among_look_alikes_are_found(kind, change):
    images, classes = LOOKALIKES[kind]()
    n = len(images)
    images += [COPIES[change](image) for image in images[:5]]
    assert found(images, classes + classes[:5]) == {frozenset({i, n + i}) for i in range(5)}


@pytest.mark.parametrize('kind', ['washers', 'readings', 'one scene'])
def test_among_look_alikes_that_differ_by_little_lossless_copies_are_found(kind):
    images, classes = LOOKALIKES[kind]()
    n = len(images)
    images += [COPIES[change](images[i]) for i, change in enumerate(
        ['flipped', 'upside down', 'turned', 'JPEG quality 90'])]
    assert found(images, classes + classes[:4]) == {frozenset({i, n + i}) for i in range(4)}


def test_copies_of_copies_are_one_group():
    a, b = blobs(0, 60, 80), blobs(1, 60, 80)
    order = [b, a[:, ::-1], resized(b, 0.5), a, jpeg(a, 60), np.rot90(b), resized(a[::-1], 2)]
    assert found(order) == {frozenset({1, 3, 4, 6}), frozenset({0, 2, 5})}


def test_there_are_no_chains():
    """Each image is nearly the next one, the first and the last are different."""
    a, b = blobs(0, 60, 80), blobs(1, 60, 80)
    morph = [cv2.addWeighted(a, 1 - share, b, share, 0) for share in np.linspace(0, 1, 30)]
    groups = found(morph)
    assert groups and max(map(len, groups)) <= 6
    assert found([morph[0], morph[-1]]) == set()


def test_without_contrast_nothing_is_a_copy():
    rng = np.random.default_rng(0)
    plain = [np.full((40, 60, 3), colour, np.uint8) for colour in ((255, 0, 0), (245, 5, 0), 0, 9)]
    noisy = [rng.integers(99, 102, (40, 60, 3), dtype=np.uint8) for _ in range(4)]
    assert found(plain + noisy + noisy[:1]) == set()
    assert found([]) == set()


def test_a_few_copies_of_one_image_are_no_layout():
    """Seven versions of one image in a class of twenty, three in a class of eight."""
    versions = [blobs(0, 60, 80)]
    versions += [jpeg(resized(versions[0], scale), 80) for scale in (0.5, 0.7, 0.9, 1.2, 1.5, 2)]
    others = [blobs(i, 60, 80) for i in range(1, 14)]
    assert found(versions + others, ['a'] * 20) == {frozenset(range(7))}
    assert found(versions[:3] + others, ['a'] * 8 + ['b'] * 8) == {frozenset(range(3))}


def test_how_sure_it_is():
    a, b, c = (blobs(i, 150, 200) for i in range(3))
    copies = find_copies([thumbnail(p) for p in (a, b, c, resized(b, 2), jpeg(c, 20))])
    assert copies.group.tolist() == [0, 1, 2, 1, 2]
    assert 0.97 < copies.similarity[2] < copies.similarity[1] <= 1


def write(folder, images, classes):
    for i, (image, c) in enumerate(zip(images, classes)):
        (folder / c).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / c / f'{i}.png'), image)
    return folder


def test_the_three_ways_to_look_for_copies(tmp_path):
    """Of the first four images: two exact copies, a resized one, and one in the other class."""
    images = [blobs(i, 60, 80) for i in range(20)]
    images += [images[0], images[1], resized(images[2], 0.5), images[3]]
    classes = ['a', 'b'] * 10 + ['a', 'b', 'a', 'a']
    folder = write(tmp_path / 'set', images, classes)

    def made(copies):
        report = make_list(folder, tmp_path / copies, copies=copies)
        return (sorted(sorted(path.rpartition('/')[2] for path in group)
                       for group in report.copies), len(report.left_out))

    assert made('near') == ([['0.png', '20.png'], ['1.png', '21.png'], ['2.png', '22.png']], 2)
    assert made('exact') == ([['0.png', '20.png'], ['1.png', '21.png']], 2)
    assert made('none') == ([], 0)
    with pytest.raises(ValueError, match="'all'; it must be near, exact or none"):
        made('all')


def test_a_set_of_look_alikes_is_split_and_said_to_be_one(tmp_path):
    images, classes = LOOKALIKES['washers']()
    report = make_list(write(tmp_path / 'set', images, classes), tmp_path / 'out')
    assert report.copies == [] and report.counts == {'bad': 8, 'ok': 8}
    note, = report.notes
    assert '16 images look much alike' in note and '--group' in note


def test_a_large_group_is_worth_a_warning(tmp_path):
    images = [blobs(i, 60, 80) for i in range(40)]
    images += [jpeg(images[0], quality) for quality in (95, 90, 80)]
    folder = write(tmp_path / 'set', images, ['a', 'b'] * 20 + ['a'] * 3)
    note, = make_list(folder, tmp_path / 'out').notes
    assert note.startswith('4 of the 23 images of a are taken for copies of one (a/0.png')
