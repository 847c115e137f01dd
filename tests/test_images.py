"""read_image: any file of a zoo as Pillow reads it, the right way up, on white; read_resized."""
import io
import os

import cv2
import numpy as np
import odd_files
import pytest
from odd_files import blobs, encode
from PIL import Image, ImageOps

from course import images
from course.images import MAX_PIXELS, BadImage, enlarged, read_image, read_resized, resized

JPEG_TOLERANCE = 2      # grey levels; here they are equal, other builds of libjpeg may round
READ = odd_files.images()
pytestmark = pytest.mark.filterwarnings('ignore')       # what Pillow thinks of such files


@pytest.fixture(autouse=True)
def empty_memory(monkeypatch):
    monkeypatch.setattr(images, 'memory', images.ImageMemory(10**9))


def saved(folder, data, name='x'):
    (folder / name).write_bytes(data)
    return str(folder / name)


def by_pillow(data):
    """On white, of 16 bits the upper eight: convert() would make white of all above 255."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode == 'I;16':
        return np.stack([np.asarray(image) // 256] * 3, axis=2).astype(np.uint8)
    white = Image.new('RGBA', image.size, 'white')
    return np.asarray(Image.alpha_composite(white, image.convert('RGBA')).convert('RGB'))


def test_the_zoo_has_many_kinds():
    assert len(READ) >= 95


@pytest.mark.parametrize('name', READ)
def test_read_as_pillow_reads(tmp_path, name):
    pixels, expected = read_image(saved(tmp_path, READ[name], name)), by_pillow(READ[name])
    assert pixels.dtype == np.uint8 and pixels.shape == expected.shape and pixels.ndim == 3
    header = Image.open(io.BytesIO(READ[name]))
    by_opencv = header.format in ('JPEG', 'MPO') and header.mode in ('RGB', 'L')
    assert np.abs(pixels.astype(int) - expected).max() <= (JPEG_TOLERANCE if by_opencv else 0)


@pytest.mark.parametrize('orientation', odd_files.STORED)
@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'TIFF', 'WEBP'])
def test_right_side_up(tmp_path, orientation, kind):
    """Against the image before it was turned, not against another reader."""
    corners = np.zeros((32, 48, 3), np.uint8)
    corners[:16, :24], corners[:16, 24:], corners[16:, :24] = (250, 0, 0), (0, 250, 0), (0, 0, 250)
    path = saved(tmp_path, odd_files.with_orientation(corners, orientation, kind, quality=95))
    pixels = read_image(path)
    assert pixels.shape == corners.shape
    assert np.abs(pixels.astype(int) - corners)[4:28:8, 4:44:8].max() < 12


def rgba():
    """Black ink on nothing: opaque, half transparent, transparent."""
    pixels = np.zeros((2, 3, 4), np.uint8)
    pixels[:, 0, 3], pixels[:, 1, 3] = 255, 128
    return pixels


@pytest.mark.parametrize('image, kind', [
    (Image.fromarray(rgba()), 'PNG'), (Image.fromarray(rgba()), 'TIFF'),
    (Image.fromarray(rgba()).convert('LA'), 'PNG'),
    (Image.fromarray(rgba()).convert('LA'), 'JPEG2000')])
def test_what_is_transparent_is_white(tmp_path, image, kind):
    """As a viewer shows it: black letters of an icon do not vanish in black ground."""
    pixels = read_image(saved(tmp_path, encode(image, kind)))
    assert pixels.tolist() == [[[0] * 3, [127] * 3, [255] * 3]] * 2


def test_a_transparent_colour_of_a_palette_is_white(tmp_path):
    image = Image.new('P', (2, 1))
    image.putpalette([9, 9, 9, 200, 0, 0])
    image.putpixel((1, 0), 1)
    pixels = read_image(saved(tmp_path, encode(image, 'PNG', transparency=0)))
    assert pixels.tolist() == [[[255, 255, 255], [200, 0, 0]]]


@pytest.mark.parametrize('data, expected', [
    (b'P2\n# by hand\n3 1\n100\n0 50 100\n', [0, 128, 255]),
    (b'P1\n3 1\n1 0 1\n', [0, 255, 0]),         # in PBM 1 is ink
    (b'P5 3 1 255\n\x00\x80\xff', [0, 128, 255])])
def test_netpbm(tmp_path, data, expected):
    assert read_image(saved(tmp_path, data)).tolist() == [[[v] * 3 for v in expected]]


def test_the_limit_is_where_it_is_said_to_be(tmp_path, monkeypatch):
    path = saved(tmp_path, READ['plain.jpg'])
    monkeypatch.setattr(images, 'MAX_PIXELS', 40 * 60)
    assert read_image(path).shape == (40, 60, 3)
    monkeypatch.setattr(images, 'MAX_PIXELS', 40 * 60 - 1)
    with pytest.raises(BadImage, match='60 x 40 pixels; more than 2,399 are not read'):
        read_image(path)
    assert MAX_PIXELS * 3 < 250e6


@pytest.mark.parametrize('least, shortest', [(40, 46.875), (90, 93.75), (100, 187.5), (188, 375)])
def test_a_large_jpeg_is_decoded_no_larger_than_needed(tmp_path, least, shortest):
    path = saved(tmp_path, encode(grainy(375, 500), 'JPEG', quality=95))
    whole, part = read_image(path), read_image(path, least=least)
    assert min(part.shape[:2]) == np.ceil(shortest) >= least
    small = Image.fromarray(whole).resize(part.shape[1::-1], Image.Resampling.BOX)
    assert np.abs(np.asarray(small).astype(int) - part).mean() < 4      # of 255


def grainy(height, width, seed=0):
    grain = np.random.default_rng(seed).integers(-9, 10, (height, width, 3))
    return np.clip(blobs(seed, height, width) + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize('height, width', [(375, 500), (500, 375), (130, 900), (96, 96), (40, 60)])
def test_squares_are_those_of_pillow(tmp_path, height, width):
    path = saved(tmp_path, encode(grainy(height, width), 'JPEG', quality=95))
    square = read_resized(path, 96)
    antialiased = Image.open(path).resize((96, 96), Image.Resampling.BILINEAR)
    assert square.shape == (96, 96, 3) and square.dtype == np.uint8
    assert np.abs(square.astype(int) - np.asarray(antialiased)).mean() < 3


def test_fine_stripes_become_grey_and_not_coarse_ones():
    stripes = np.zeros((375, 500, 3), np.uint8)
    stripes[:, ::2] = 255
    assert resized(stripes, 96).std() < 30       # the nearest pixel of each would give 127


def test_small_grey_images_are_enlarged_to_rgb():
    ramp = np.linspace(0, 1, 64).reshape(1, 8, 8)
    large = enlarged(ramp, 32)
    assert large.shape == (1, 32, 32, 3) and large.dtype == np.uint8
    assert (large[..., 0] == large[..., 2]).all()
    by_cv2 = cv2.resize(np.uint8(255 * ramp[0]), (32, 32), interpolation=cv2.INTER_CUBIC)
    np.testing.assert_array_equal(large[0, :, :, 1], by_cv2)


def exchange(path, number, n_bytes=20_000, mtime=1):
    """Another image in the file, of the same size and date as the one before."""
    data = encode(blobs(number), 'JPEG', quality=100)
    saved(path.parent, data + bytes(n_bytes - len(data) - 2) + b'\xff\xd9', path.name)
    os.utime(path, ns=(mtime, mtime))
    return str(path)


def test_what_was_read_once_is_not_read_again_and_belongs_to_whoever_asked(tmp_path):
    path = exchange(tmp_path / 'a.jpg', 0)
    first = read_resized(path, 48)
    kept = first.copy()
    first[:] = 0
    exchange(tmp_path / 'a.jpg', 1)                       # which nobody can see from outside
    np.testing.assert_array_equal(read_resized(path, 48), kept)
    np.testing.assert_array_equal(read_resized(path, 32), resized(read_image(path), 32))


def test_a_file_that_has_changed_is_read_again(tmp_path):
    path = exchange(tmp_path / 'a.jpg', 0)
    before = read_resized(path, 48)
    exchange(tmp_path / 'a.jpg', 1, mtime=2)
    after = read_resized(path, 48)
    assert (before != after).any()
    np.testing.assert_array_equal(after, resized(read_image(path, least=48), 48))


def test_the_memory_has_an_end(tmp_path, monkeypatch):
    """Room for three squares: the first three are kept, the others are read each time."""
    monkeypatch.setattr(images.memory, 'most', 3 * 16 * 16 * 3)
    paths = [exchange(tmp_path / f'{i}.jpg', i) for i in range(5)]
    before = [read_resized(path, 16) for path in paths]
    for i in range(5):
        exchange(tmp_path / f'{i}.jpg', 10 + i)
    same = [(read_resized(path, 16) == square).all() for path, square in zip(paths, before)]
    assert same == [True, True, True, False, False]


def test_what_is_wrong_with_a_file_is_said(tmp_path):
    with pytest.raises(BadImage, match='gone.jpg is missing'):
        read_resized(str(tmp_path / 'gone.jpg'), 48)
    with pytest.raises(BadImage, match='text.jpg is not an image'):
        read_resized(saved(tmp_path, b'no image', 'text.jpg'), 48)
