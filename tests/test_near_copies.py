"""group_copies against np.corrcoef pair by pair, and on a thousand images copied in many ways."""
from itertools import combinations

import cv2
import numpy as np
import pytest
from conftest import REAL, ROOT
from zoo import blobs

from course.images import read_image
from course.lists.copies import BLOCK, GLANCE, LOOK, group_copies, thumbnail


def jpeg(image, quality):
    return cv2.imdecode(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1)


def resized(image, scale, how=cv2.INTER_LINEAR):
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=how)


COPIES = {
    'half, averaged': lambda p: resized(p, 0.5, cv2.INTER_AREA),
    'half, interpolated': lambda p: resized(p, 0.5),
    'half, every other pixel': lambda p: resized(p, 0.5, cv2.INTER_NEAREST),
    '73 %': lambda p: resized(p, 0.73),
    '150 %': lambda p: resized(p, 1.5, cv2.INTER_CUBIC),
    'double': lambda p: resized(p, 2, cv2.INTER_CUBIC),
    'made square': lambda p: cv2.resize(p, (224, 224), interpolation=cv2.INTER_AREA),
    'JPEG quality 50': lambda p: jpeg(p, 50),
    'JPEG quality 90': lambda p: jpeg(p, 90),
    'flipped': lambda p: p[:, ::-1],
    'upside down': lambda p: p[::-1],
    'turned': lambda p: np.rot90(p),
    'flipped, half, quality 50': lambda p: jpeg(resized(p[:, ::-1], 0.5), 50)}


def thumbnails(images, change=lambda image: image):
    return np.stack([thumbnail(np.ascontiguousarray(change(p))) for p in images])


def as_sets(group):
    """The groups of two and more, as sets of positions."""
    return {frozenset(np.flatnonzero(group == g)) for g in set(group) if (group == g).sum() > 1}


def found(images, change):
    """(how many images share a group with their copy, all groups of the images alone)"""
    n = len(images)
    group = group_copies(np.concatenate([thumbnails(images), thumbnails(images, change)]))
    return int((group[:n] == group[n:]).sum()), as_sets(group[:n])


def by_corrcoef(thumbs):
    """The pairs that are copies, the slow way."""
    def pattern(thumb, side):
        small = thumb.reshape(side, 32 // side, side, 32 // side, 3).astype(float).mean((1, 3))
        return (small - small.mean((0, 1))).ravel()

    def copies(a, b):
        return any(np.corrcoef(pattern(a, 8), pattern(way, 8))[0, 1] > GLANCE
                   and np.corrcoef(pattern(a, 32), pattern(way, 32))[0, 1] > LOOK
                   for turned in map(np.rot90, [b] * 4, range(4))
                   for way in (turned, turned[:, ::-1]))

    return {frozenset(pair) for pair in combinations(range(len(thumbs)), 2)
            if copies(thumbs[pair[0]], thumbs[pair[1]])}


def test_the_same_pairs_as_by_corrcoef(monkeypatch):
    images = [blobs(i, 150, 200) for i in range(20)]
    changes = [*COPIES.values(), lambda p: p[:40], lambda p: 255 - p]
    images += [change(blobs(i, 150, 200)) for i, change in enumerate(changes)]
    thumbs = thumbnails(images)
    pairs = by_corrcoef(thumbs)
    assert len(pairs) == len(COPIES)
    monkeypatch.setattr('near_copies.BLOCK', 7)         # several blocks, the last not full
    assert as_sets(group_copies(thumbs)) == pairs


def test_copies_of_copies_are_one_group(monkeypatch):
    a, b = blobs(0, 60, 80), blobs(1, 60, 80)
    order = [b, a[:, ::-1], resized(b, 0.5), a, jpeg(a, 60), np.rot90(b), resized(a[::-1], 2)]
    assert as_sets(group_copies(thumbnails(order))) == {frozenset({1, 3, 4, 6}),
                                                        frozenset({0, 2, 5})}
    a, b, c, d = [cv2.addWeighted(a, 1 - share, b, share, 0) for share in (0, 0.06, 0.12, 0.18)]
    assert len(by_corrcoef(thumbnails([a, b, c, d]))) == 3          # each is a copy of the next
    monkeypatch.setattr('near_copies.BLOCK', 1)
    assert as_sets(group_copies(thumbnails([a, d, b, c]))) == {frozenset(range(4))}


def test_without_contrast_nothing_is_a_copy():
    rng = np.random.default_rng(0)
    plain = [np.full((40, 60, 3), colour, np.uint8) for colour in ((255, 0, 0), (245, 5, 0), 0, 9)]
    noisy = [rng.integers(99, 102, (40, 60, 3), dtype=np.uint8) for _ in range(4)]
    assert len(set(group_copies(thumbnails(plain + noisy + noisy[:1])))) == 9
    assert len(group_copies(np.zeros((0, 32, 32, 3), np.uint8))) == 0


def page(number):
    """A page of text: letters that differ, on lines and margins that do not."""
    rng = np.random.default_rng(number)
    paper = np.full((500, 375, 3), 250, np.uint8)
    for y in range(40, 470, 16):
        text = ''.join(rng.choice(list('abcdefghijklm nopqrst uvwxyz '), rng.integers(48, 52)))
        cv2.putText(paper, text, (25, y), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (20, 20, 20), 1)
    return paper


def test_pages_of_text_are_different_images(monkeypatch):
    pages = [page(i) for i in range(60)]
    assert found(pages, COPIES['flipped, half, quality 50']) == (60, set())
    monkeypatch.setattr('near_copies.LOOK', -1)         # a glance alone would take some for copies
    assert as_sets(group_copies(thumbnails(pages)))


def test_the_digits_of_scikit_learn_are_different_images():
    """1,797 of 8 x 8 pixels, many of which are nearly the same."""
    from sklearn.datasets import load_digits
    digits = [cv2.merge([np.uint8(image * 15.9)] * 3) for image in load_digits().images]
    assert as_sets(group_copies(thumbnails(digits))) == set()


@pytest.fixture(scope='module')
def thousand():
    """(the drawings and photographs that are there, positions of the two photographs of one)"""
    drawn = sorted((ROOT / 'data/cat_dog').glob('*.jpg'))
    photos = sorted((REAL / 'cat_dog/train').glob('*.jpg'))
    if not drawn + photos:
        pytest.skip('no images: python data/render_cat_dog.py')
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
    assert n_found >= 0.99 * len(images)
    assert groups == known


def test_one_copy_among_many_is_found():
    """Far apart: they are compared in six blocks."""
    n = 6 * BLOCK
    rng = np.random.default_rng(0)
    thumbs = np.stack([cv2.resize(small, (32, 32), interpolation=cv2.INTER_CUBIC) for small in
                       rng.integers(0, 256, (n, 6, 6, 3), dtype=np.uint8)])
    thumbs[-1] = thumbs[0, ::-1]
    assert as_sets(group_copies(thumbs)) == {frozenset({0, n - 1})}
