"""A folder full of what is no image, or pretends to be one: each file is read or named."""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import odd_files
import pytest
from conftest import ROOT

from course.images import BadImage, read_image
from course.lists.check import read_list
from course.lists.folds import N_FOLDS
from course.lists.make import make_list

READ, REFUSED = odd_files.images(), odd_files.refused()
pytestmark = pytest.mark.filterwarnings('ignore')       # what Pillow thinks of such files
posix_only = pytest.mark.skipif(os.name != 'posix', reason='has other names, links and permissions')


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
    write(folder / 'plain', {f'{i}.png': odd_files.encode(odd_files.blobs(700 + i), 'PNG')
                             for i in range(10)})
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


EXTRA = {'odd/folder.jpg': 'folder', 'odd/__MACOSX': 'made by the system',
         'odd/five gigabytes.jpg': 'not an image'}
POSIX_EXTRA = {'odd/gone.jpg': 'broken link', 'odd/loop.jpg': 'broken link', 'odd/up': 'link',
               'loop': 'link', 'odd/device.jpg': 'device', 'odd/pipe.jpg': 'device'}


@pytest.mark.parametrize('follow_links', [False, True])
def test_make_list_reads_or_names_every_file(folder, tmp_path, follow_links):
    report = make_list(folder, tmp_path / 'out', follow_links=follow_links)
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
def test_linked_folders_are_entered_where_asked_and_loops_are_not(tmp_path):
    for c, first in ('cat', 500), ('dog', 600):
        write(tmp_path / 'elsewhere' / c, {f'{i}.png': odd_files.encode(
            odd_files.blobs(first + i), 'PNG') for i in range(6)})
        (tmp_path / 'pets').mkdir(exist_ok=True)
        (tmp_path / 'pets' / c).symlink_to(tmp_path / 'elsewhere' / c)
    (tmp_path / 'elsewhere/dog/again').symlink_to(tmp_path / 'elsewhere')
    (tmp_path / 'elsewhere/cat/here').symlink_to('.')
    with pytest.raises(ValueError, match='two classes or more') as error:
        make_list(tmp_path / 'pets', tmp_path / 'out')
    assert all('--follow-links' in reason for _, reason in error.value.left_out)
    report = make_list(tmp_path / 'pets', tmp_path / 'out', follow_links=True)
    assert set(report.counts) == {'cat', 'dog'} and report.counts['cat'] == 6
    assert 'cat/here' in {path.removeprefix(f'{tmp_path.as_posix()}/pets/')
                          for path, _ in report.left_out}


@posix_only
def test_without_permission():
    if os.geteuid() == 0 and sys.platform != 'linux':
        pytest.skip('root may read everything')
    with tempfile.TemporaryDirectory() as folder:           # which others than root may enter
        folder = Path(folder)
        for c, first in ('cat', 500), ('dog', 600):
            write(folder / 'pets' / c, {f'{i}.png': odd_files.encode(
                odd_files.blobs(first + i), 'PNG') for i in range(8)})
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
    write(tmp_path, odd_files.bombs())
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
    assert (n, all_refused) == (str(len(odd_files.bombs())), 'True') and float(megabytes) < 50


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
