"""read_resized: small squares as Pillow makes them; from memory only what the file still holds."""
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from course import images
from course.images import BadImage, read_image, read_resized, resized


@pytest.fixture(autouse=True)
def empty_memory(monkeypatch):
    monkeypatch.setattr(images, 'memory', images.ImageMemory(10**9))


@pytest.fixture
def reads(monkeypatch):
    """The paths that are read from the disk, in order."""
    paths = []

    def read(path, **options):
        paths.append(path)
        return read_image(path, **options)
    monkeypatch.setattr(images, 'read_image', read)
    return paths


def image(height, width, seed=0):
    """Smooth colours with some grain."""
    coarse = np.random.default_rng(seed).integers(0, 256, (7, 9, 3), dtype=np.uint8)
    smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    grain = np.random.default_rng(seed + 1).integers(-9, 10, (height, width, 3))
    return np.clip(np.asarray(smooth) + grain, 0, 255).astype(np.uint8)


def saved(folder, pixels, name='a.jpg'):
    Image.fromarray(pixels).save(folder / name, quality=95)
    return str(folder / name)


@pytest.mark.parametrize('height, width', [(375, 500), (500, 375), (130, 900), (96, 96), (40, 60)])
def test_squares_are_those_of_pillow(tmp_path, height, width):
    path = saved(tmp_path, image(height, width))
    square = read_resized(path, 96)
    antialiased = Image.open(path).resize((96, 96), Image.Resampling.BILINEAR)
    assert square.shape == (96, 96, 3) and square.dtype == np.uint8
    assert np.abs(square.astype(int) - np.asarray(antialiased)).mean() < 3


def test_fine_stripes_become_grey_and_not_coarse_ones():
    stripes = np.zeros((375, 500, 3), np.uint8)
    stripes[:, ::2] = 255
    assert resized(stripes, 96).std() < 30       # the nearest pixel of each would give 127


@pytest.mark.parametrize('least, shortest', [(40, 46.875), (90, 93.75), (100, 187.5), (188, 375)])
def test_a_large_jpeg_is_decoded_no_larger_than_needed(tmp_path, least, shortest):
    path = saved(tmp_path, image(375, 500))
    whole, part = read_image(path), read_image(path, least=least)
    assert min(part.shape[:2]) == np.ceil(shortest) >= least
    small = Image.fromarray(whole).resize(part.shape[1::-1], Image.Resampling.BOX)
    assert np.abs(np.asarray(small).astype(int) - part).mean() < 4      # of 255


def test_a_image_is_read_once_and_belongs_to_whoever_asked(tmp_path, reads):
    path = saved(tmp_path, image(100, 100))
    first = read_resized(path, 48)
    first[:] = 0
    assert read_resized(path, 48).any() and reads == [path]
    read_resized(path, 32)
    assert reads == [path, path]                 # another size is another image


def test_a_file_that_has_changed_is_read_again(tmp_path, reads):
    path = saved(tmp_path, image(100, 100))
    before = read_resized(path, 48)
    saved(tmp_path, image(100, 100, seed=5))
    os.utime(path, ns=(1, 1))
    after = read_resized(path, 48)
    assert len(reads) == 2 and (before != after).any()
    np.testing.assert_array_equal(after, resized(read_image(path, least=48), 48))


def test_the_memory_has_an_end(tmp_path, reads, monkeypatch):
    monkeypatch.setattr(images.memory, 'most', 3 * 16 * 16 * 3)
    paths = [saved(tmp_path, image(30, 30, i), f'{i}.jpg') for i in range(5)]
    squares = [read_resized(path, 16) for path in paths]
    with ThreadPoolExecutor(4) as threads:
        again = list(threads.map(lambda path: read_resized(path, 16), paths))
    np.testing.assert_array_equal(again, squares)
    assert reads[:5] == paths and sorted(reads[5:]) == paths[3:]


def test_what_is_wrong_with_a_file_is_said(tmp_path):
    with pytest.raises(BadImage, match='gone.jpg is missing'):
        read_resized(str(tmp_path / 'gone.jpg'), 48)
    (tmp_path / 'text.jpg').write_text('no image')
    with pytest.raises(BadImage, match='text.jpg is not an image'):
        read_resized(str(tmp_path / 'text.jpg'), 48)
