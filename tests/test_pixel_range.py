"""16-bit files: read over the range that they or their dataset use, one range for all."""
import io
import json
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from odd_files import blobs
from PIL import Image

from course import pixel_range
from course.images import BadImage, read_image, read_resized
from course.lists.check import read_lists
from course.lists.make import make_list

RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)         # 12 bits
EIGHT = np.dstack([(RAMP // 16).astype(np.uint8)] * 3)          # the same as 8, by hand


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(pixel_range, 'ranges', {})


def by_opencv(pixels, suffix):
    return cv2.imencode(suffix, pixels)[1].tobytes()


def with_significant_bits(png, bits):
    chunk = b'sBIT' + bytes([bits])
    return png[:33] + struct.pack('>I', 1) + chunk + struct.pack('>I', zlib.crc32(chunk)) + png[33:]


def tiff(pixels, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, 'TIFF', **options)
    return file.getvalue()


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize('data', [
    b'P5\n# 12 bits\n64 64\n4095\n' + RAMP.astype('>u2').tobytes(),
    b'P6 64 64 4095\n' + np.dstack([RAMP] * 3).astype('>u2').tobytes(),
    tiff(RAMP, tiffinfo={281: 4095})], ids=['PGM', 'PPM', 'TIFF, MaxSampleValue'])
def test_a_file_that_says_its_range_is_read_over_it(tmp_path, data):
    np.testing.assert_array_equal(read_image(put(tmp_path / 'x', data)), EIGHT)


@pytest.mark.parametrize('suffix, colour', [
    ('.png', False), ('.png', True), ('.tif', False), ('.tif', True), ('.pgm', False),
    ('.ppm', True), ('.jp2', False), ('.jp2', True)])
def test_a_file_that_does_not_is_refused_or_read_as_asked(tmp_path, suffix, colour):
    path = put(tmp_path / 'x', by_opencv(np.dstack([RAMP] * 3) if colour else RAMP, suffix))
    with pytest.raises(BadImage, match='16 bits .* no value above 4,095.* white=4095'):
        read_image(path)
    np.testing.assert_array_equal(read_image(path, white=4095), EIGHT)


@pytest.mark.parametrize('suffix', ['.png', '.tif', '.pgm', '.jp2'])
def test_all_sixteen_bits_keep_the_upper_eight(tmp_path, suffix):
    np.testing.assert_array_equal(read_image(put(tmp_path / 'x', by_opencv(RAMP * 16, suffix))),
                                  EIGHT)


@pytest.mark.parametrize('files, expected', [
    ([(3000, 4095, None), (200, 4095, None)], (4095, True)),        # all say 12 bits
    ([(3000, None, 12), (900, None, 12)], (4095, True)),
    ([(60_000, None, 12), (900, None, 12)], (65535, True)),         # its bits are the upper ones
    ([(4000, None, None), (90, None, None)], (4095, False)),        # found, not said
    ([(250, None, None)], (255, False)),
    ([(5000, None, None)], (16383, False)),
    ([(70, None, None), (40_000, None, None)], (65535, True)),      # the whole range needs no word
    ([(900, 1023, None), (3000, None, None)], (4095, False)),       # one range for all
    ([(900, 1023, None), (3000, 4095, None)], (4095, True))])
def test_one_range_for_all_files_of_a_set(files, expected):
    assert pixel_range.range_of_set(files) == expected


def microscope(folder, encode=lambda pixels: by_opencv(pixels, '.png'), scale=1):
    """Six images in each of two classes, 12 bits in 16; a/0.png is darker than the others."""
    grey = {}
    for k, label in enumerate('ab'):
        for i in range(6):
            grey[f'{label}/{i}.png'] = cv2.cvtColor(blobs(i + 10 * k), cv2.COLOR_RGB2GRAY)
    grey['a/0.png'] //= 8
    for name, pixels in grey.items():
        put(folder / name, encode((pixels.astype(np.uint16) << 4) * scale))
    return grey


def test_make_list_finds_the_range_and_the_notebook_reads_with_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'data_list').mkdir()
    grey = microscope(tmp_path / 'data/cells')
    report = make_list('data/cells')
    assert report.left_out == report.copies == []
    assert len(report.notes) == 1 and 'taken to be 4,095 for all' in report.notes[0]
    pixel_range.ranges.clear()                  # as in the notebook's new process
    _, dataframes = read_lists('cells', 0)
    for frames in dataframes:
        for path in frames[0].path:
            expected = grey['/'.join(Path(path).parts[-2:])]
            np.testing.assert_array_equal(read_image(path)[:, :, 1], expected)
            assert abs(read_resized(path, 20).mean() - expected.mean()) < 2


def test_what_is_said_overrules_what_is_found(tmp_path):
    microscope(tmp_path / 'cells')
    report = make_list(tmp_path / 'cells', tmp_path / 'out', white=16383)
    assert report.notes == []
    found = json.loads((tmp_path / 'out/pixel_range.json').read_text())
    assert found == {'folder': (tmp_path / 'cells').as_posix(), 'white': 16383}
    assert read_image(tmp_path / 'cells/b/0.png').max() < 64


def test_png_that_names_its_bits_needs_no_word(tmp_path):
    microscope(tmp_path / 'cells', lambda pixels: with_significant_bits(
        by_opencv(pixels, '.png'), 12))
    assert make_list(tmp_path / 'cells', tmp_path / 'out').notes == []
    assert json.loads((tmp_path / 'out/pixel_range.json').read_text())['white'] == 4095


def test_a_set_of_eight_bits_has_no_range(tmp_path):
    microscope(tmp_path / 'cells')
    make_list(tmp_path / 'cells', tmp_path / 'out')
    for path in (tmp_path / 'cells').glob('*/*.png'):
        path.write_bytes(by_opencv(read_image(path), '.png'))
    make_list(tmp_path / 'cells', tmp_path / 'out')
    assert not (tmp_path / 'out/pixel_range.json').exists() and not pixel_range.ranges


def test_each_dataset_keeps_its_own_range(tmp_path):
    grey = microscope(tmp_path / 'cells')
    microscope(tmp_path / 'cells 16', scale=16)
    for name in 'cells', 'cells 16':
        make_list(tmp_path / name, tmp_path / f'out {name}')
    for name in 'cells', 'cells 16':
        np.testing.assert_array_equal(read_image(tmp_path / name / 'b/1.png')[:, :, 0],
                                      grey['b/1.png'])
