"""read_image and make_list in a zoo of odd files: read as Pillow reads, or refused in words."""
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
import pytest
import zoo
from conftest import ROOT
from PIL import Image, ImageOps

from course.images import MAX_PIXELS, BadImage, read_image
from course.lists.check import read_list
from course.lists.folds import N_FOLDS
from course.lists.make import make_list

JPEG_TOLERANCE = 2      # grey levels; here they are equal, other builds of libjpeg may round
READ, REFUSED = zoo.images(), zoo.refused()
pytestmark = pytest.mark.filterwarnings('ignore')       # what Pillow thinks of such files
posix_only = pytest.mark.skipif(os.name != 'posix', reason='has other names, links and permissions')


def by_pillow(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode == 'I;16':        # convert() would make white of all above 255
        return np.stack([np.asarray(image) // 256] * 3, axis=2).astype(np.uint8)
    return np.asarray(image.convert('RGB'))


def write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def listed(out_dir, split, fold=0):
    return [path for c in ('odd', 'plain')
            for path in read_list(out_dir / f'{split}_{c}_{fold}.csv', data_root=None).path]


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """zoo/odd with all the odd files, zoo/plain with ten plain images."""
    folder = tmp_path_factory.mktemp('zoo') / 'zoo'
    write(folder / 'plain', {f'{i}.png': zoo.encode(zoo.blobs(700 + i), 'PNG') for i in range(10)})
    write(folder / 'odd', READ)
    write(folder / 'odd', {name: data for name, (data, _) in REFUSED.items()
                           if os.name == 'posix' or '\n' not in name})
    (folder / 'odd/folder.jpg').mkdir()
    write(folder / 'odd/__MACOSX', {'plain.jpg': READ['plain.jpg']})
    with open(folder / 'odd/five gigabytes.jpg', 'wb') as file:
        file.truncate(5 * 2**30)                            # takes no room on the disk
    if os.name == 'posix':
        (folder / 'odd/linked.jpg').symlink_to('plain.jpg')
        (folder / 'odd/gone.jpg').symlink_to('nowhere.jpg')
        (folder / 'odd/loop.jpg').symlink_to('loop.jpg')
        (folder / 'odd/up').symlink_to('..')
        (folder / 'loop').symlink_to('.')
        (folder / 'odd/device.jpg').symlink_to('/dev/zero')
        os.mkfifo(folder / 'odd/pipe.jpg')
    return folder


EXTRA = {'odd/folder.jpg': 'folder', 'odd/__MACOSX': 'hidden',
         'odd/five gigabytes.jpg': 'not an image'}
POSIX_EXTRA = {'odd/gone.jpg': 'broken link', 'odd/loop.jpg': 'broken link', 'odd/up': 'link',
               'loop': 'link', 'odd/device.jpg': 'device', 'odd/pipe.jpg': 'device'}


def test_the_zoo_has_many_kinds():
    assert len(READ) >= 60 and len(REFUSED) >= 60


def test_make_list_reads_or_names_every_file(folder, tmp_path):
    report = make_list(folder, tmp_path / 'out')
    reasons = {path.removeprefix(f'{folder.as_posix()}/'): reason
               for path, reason in report.left_out}
    expected = {f'odd/{name}': word for name, (_, word) in REFUSED.items()} | EXTRA
    links = set()
    if os.name == 'posix':
        expected |= POSIX_EXTRA
        links = {'linked.jpg'}
    assert sorted(reasons) == sorted(expected)
    assert [name for name, word in expected.items() if word not in reasons[name]] == []
    tested = [path for fold in range(N_FOLDS) for path in listed(tmp_path / 'out', 'test', fold)]
    assert sorted(Path(path).name for path in tested if '/odd/' in path) == sorted(
        set(READ) | links)
    assert all(read_image(path).dtype == np.uint8 for path in tested)     # as training does
    if links:
        assert [sorted(Path(path).name for path in group) for group in report.copies] == [
            ['linked.jpg', 'plain.jpg']]


@pytest.mark.parametrize('name', READ)
def test_read_as_pillow_reads(folder, name):
    pixels, expected = read_image(folder / 'odd' / name), by_pillow(READ[name])
    assert pixels.dtype == np.uint8 and pixels.shape == expected.shape and pixels.ndim == 3
    header = Image.open(io.BytesIO(READ[name]))
    by_opencv = header.format in ('JPEG', 'MPO') and header.mode in ('RGB', 'L')
    assert np.abs(pixels.astype(int) - expected).max() <= (JPEG_TOLERANCE if by_opencv else 0)


@pytest.mark.parametrize('orientation', zoo.STORED)
@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'TIFF', 'WEBP'])
def test_right_side_up(tmp_path, orientation, kind):
    """Against the image before it was turned, not against another reader."""
    corners = np.zeros((32, 48, 3), np.uint8)
    corners[:16, :24], corners[:16, 24:], corners[16:, :24] = (250, 0, 0), (0, 250, 0), (0, 0, 250)
    (tmp_path / 'x').write_bytes(zoo.with_orientation(corners, orientation, kind, quality=95))
    pixels = read_image(tmp_path / 'x')
    assert pixels.shape == corners.shape
    assert np.abs(pixels.astype(int) - corners)[4:28:8, 4:44:8].max() < 12


def test_sixteen_bits_keep_the_upper_eight(tmp_path):
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    for suffix in ('.png', '.tif'):
        for pixels in (values, np.dstack([values] * 3)):
            (tmp_path / 'x').write_bytes(cv2.imencode(suffix, pixels)[1].tobytes())
            np.testing.assert_array_equal(read_image(tmp_path / 'x'),
                                          np.dstack([values >> 8] * 3))


@pytest.mark.parametrize('name', [name for name in REFUSED if REFUSED[name][1] not in (
    'hidden', 'line break')])
def test_met_in_training_it_raises_with_its_path(folder, name):
    with pytest.raises(OSError) as error:
        read_image(folder / 'odd' / name)
    assert str(folder / 'odd' / name) in str(error.value) and REFUSED[name][1] in str(error.value)


def test_a_jpeg_that_opencv_would_complete_with_grey_is_refused(folder, monkeypatch):
    monkeypatch.setattr('cv2.imdecode', lambda data, flags: np.full((40, 60, 3), 128, np.uint8))
    assert (read_image(folder / 'odd/plain.jpg') == 128).all()
    for tenth in range(1, 10):
        with pytest.raises(BadImage, match='cut off'):
            read_image(folder / f'odd/cut at {tenth} of 10.jpg')


@posix_only
def test_links_and_pipes_raise_too(folder):
    for name in POSIX_EXTRA | {'odd/nothing.jpg': 'missing', 'odd/folder.jpg': 'folder'}:
        with pytest.raises(BadImage, match='is not a file|is missing'):
            read_image(folder / name)


@posix_only
def test_without_permission():
    if os.geteuid() == 0 and sys.platform != 'linux':
        pytest.skip('root may read everything')
    with tempfile.TemporaryDirectory() as folder:           # which others than root may enter
        folder = Path(folder)
        for c, first in ('cat', 500), ('dog', 600):
            write(folder / 'pets' / c, {f'{i}.png': zoo.encode(zoo.blobs(first + i), 'PNG')
                                        for i in range(8)})
        write(folder / 'pets/dog/locked', {'9.png': READ['plain.png']})
        (folder / 'out').mkdir()
        for path, mode in ((folder, 0o755), (folder / 'out', 0o777),
                           (folder / 'pets/cat/0.png', 0), (folder / 'pets/dog/locked', 0)):
            path.chmod(mode)
        user = os.geteuid()
        try:
            if user == 0:
                os.seteuid(65534)
            report = make_list(folder / 'pets', folder / 'out')
            with pytest.raises(BadImage, match='cat/0.png cannot be opened: Permission denied'):
                read_image(folder / 'pets/cat/0.png')
        finally:
            os.seteuid(user)
            (folder / 'pets/dog/locked').chmod(0o755)
    assert report.counts == {'cat': 7, 'dog': 8}
    assert [(Path(path).name, reason) for path, reason in report.left_out] == [
        ('0.png', 'cannot be opened: Permission denied'),
        ('locked', 'cannot be opened: Permission denied')]


@pytest.mark.skipif(sys.platform != 'linux', reason='ru_maxrss is counted in kB only on Linux')
def test_a_bomb_costs_no_memory(tmp_path):
    write(tmp_path, zoo.bombs())
    code = """if True:
        import resource, sys
        from pathlib import Path
        from course.images import BadImage, read_image
        def refused(path):
            try:
                read_image(path)
            except BadImage as error:
                return 'pixels' in error.reason
        def peak():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        paths = sorted(Path(sys.argv[1]).iterdir())
        before = peak()
        print(len(paths), all(map(refused, paths)), peak() - before)"""
    done = subprocess.run([sys.executable, '-c', code, str(tmp_path)], cwd=ROOT, check=True,
                          capture_output=True, text=True)
    n, all_refused, megabytes = done.stdout.split()
    assert (n, all_refused) == ('7', 'True') and float(megabytes) < 50


def test_the_limit_is_where_it_is_said_to_be(tmp_path, monkeypatch):
    (tmp_path / 'x').write_bytes(READ['plain.jpg'])
    monkeypatch.setattr('images.MAX_PIXELS', 40 * 60)
    assert read_image(tmp_path / 'x').shape == (40, 60, 3)
    monkeypatch.setattr('images.MAX_PIXELS', 40 * 60 - 1)
    with pytest.raises(BadImage, match='60 x 40 pixels; more than 2,399 are not read'):
        read_image(tmp_path / 'x')
    assert MAX_PIXELS * 3 < 250e6


def test_damaged_anywhere_it_is_read_or_refused(tmp_path):
    """500 files with some bytes changed: never another exception, never another kind of array."""
    rng, read = np.random.default_rng(0), 0
    names = [name for name in READ if len(READ[name]) < 20_000]
    for _ in range(500):
        data = bytearray(READ[names[rng.integers(len(names))]])
        for at in rng.integers(len(data), size=rng.integers(1, 6)):
            data[at] = rng.integers(256)
        (tmp_path / 'x').write_bytes(data)
        try:
            pixels = read_image(tmp_path / 'x')
        except BadImage as error:
            assert error.reason
        else:
            read += 1
            assert pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] == 3
    assert 100 < read < 450
