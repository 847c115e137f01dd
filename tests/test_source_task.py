"""The images of the pre-training: what is among them, what is not, and that each class draws."""
import re

import cv2
import numpy as np
import pytest

from drawing.source import source_pool
from drawing.source.source_task import CLASSES, PAINTERS, TURNS, draw

SEEDLINGS = ('grass charlock cleavers chickweed wheat fat_hen silky maize corn mayweed shepherd '
             'cranesbill beet').split()
FORBIDDEN = ['cat', 'dog', 'ant', 'bee', 'wasp', 'wolf', 'fox', 'lion', 'tiger', *SEEDLINGS,
             *'0123456789']


def words(name):
    return re.split(r'[/_ ]', name)


def test_what_is_and_is_not_among_the_classes():
    assert len(CLASSES) >= 200
    assert {'plant/bellflower', 'plant/marigold'} <= set(CLASSES)
    drawn = [n for n in CLASSES if n.split('/')[0] not in ('fractal', 'contour', 'texture')]
    assert not [n for n in drawn for word in words(n) if word in FORBIDDEN]
    assert set(TURNS) == set(range(len(CLASSES)))


@pytest.mark.parametrize('family', sorted({n.split('/')[0] for n in CLASSES}))
def test_every_class_draws_its_own_images(family):
    for number, name in enumerate(CLASSES):
        if name.startswith(family + '/'):
            images = [draw(number, 48, np.random.default_rng([number, k])) for k in (0, 1, 0)]
            assert images[0].shape == (48, 48, 3) and images[0].dtype == np.uint8
            assert np.array_equal(images[0], images[2]), name       # the generator decides
            assert not np.array_equal(images[0], images[1]), name
            assert images[0].std() > 2, name
            colour, cover = PAINTERS[name](48, np.random.default_rng(number))
            assert np.isfinite(colour).all() and 0 <= cover.min() <= cover.max() <= 1.001, name
            assert cover.mean() > 0.01, name


def test_an_interrupted_pool_resumes(tmp_path, monkeypatch):
    monkeypatch.setattr(source_pool, 'PART', 12)
    monkeypatch.setattr(source_pool, 'SIZE', 32)
    monkeypatch.setattr(source_pool, 'spread', in_this_process)     # where the small sizes hold
    (tmp_path / '5-0001.999.part.npz').write_bytes(b'half')         # left by a kill
    before, labels = source_pool.pool(tmp_path, 2, 5)
    np.testing.assert_array_equal(labels, TURNS[:24])
    assert sorted(path.name for path in tmp_path.iterdir()) == ['5-0000.npz', '5-0001.npz']
    kept = (tmp_path / '5-0001.npz').stat().st_mtime_ns
    (tmp_path / '5-0000.npz').unlink()
    np.testing.assert_array_equal(source_pool.pool(tmp_path, 2, 5)[0], before)
    assert (tmp_path / '5-0001.npz').stat().st_mtime_ns == kept
    assert not np.array_equal(source_pool.pool(tmp_path, 1, 6)[0], before[:12])
    monkeypatch.setattr(source_pool, 'CLASSES', ('another',))
    with pytest.raises(ValueError, match='drawn for other classes: delete'):
        source_pool.pool(tmp_path, 1, 5)


def in_this_process(function, jobs, workers):
    return map(function, jobs)


def test_a_pool_is_read_in_order(tmp_path):
    """The whole pool, from files that are there: N images of SIZE, labels as TURNS says."""
    n = source_pool.PART
    for part in (0, 1):
        labels = TURNS[np.arange(part * n, part * n + n) % len(TURNS)]
        np.savez(tmp_path / f'0-{part:04d}.npz', labels=labels, classes=CLASSES,
                 images=np.full((n, source_pool.SIZE, source_pool.SIZE, 3), part, np.uint8))
    images, labels = source_pool.pool(tmp_path, 2, 0, workers=1)
    assert images.shape == (2 * n, source_pool.SIZE, source_pool.SIZE, 3)
    assert (images[:n] == 0).all() and (images[n:] == 1).all()
    np.testing.assert_array_equal(labels, TURNS[np.arange(2 * n) % len(TURNS)])


def test_letters_stay_the_right_way_round():
    """A letter is never mirrored: L keeps its foot on the right."""
    from drawing.easel import Easel
    from drawing.source.patterns import LETTERS, letter
    for k in range(40):
        e = Easel(64, np.random.default_rng(k), tilt=0.05)
        letter(e, np.random.default_rng(k), LETTERS.index('L'))
        mask = (e.cover > 0.5).astype(np.uint8)
        x, y, w, h = cv2.boundingRect(mask)
        upper = mask[y:y + h // 2, x:x + w]
        assert upper[:, :w // 2].sum() > upper[:, w // 2:].sum(), k
