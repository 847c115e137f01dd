"""unpack() on archives that are good, damaged or meant to do harm."""
import random
import stat
import tarfile

import numpy as np
import pytest
from loopback import a_tgz, a_zip, disk_full_at

from course.datasets import downloads
from course.datasets.downloads import BadArchive, DownloadError, unpack

NOISE = np.random.default_rng(0).bytes(300_000)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def unpacked(tmp_path, data, suffix, place=lambda name: name):
    """What unpack makes of an archive: {name: bytes} of all files in and beside the folder."""
    archive, folder = tmp_path / f'in/x{suffix}', tmp_path / 'out/here'
    archive.parent.mkdir(exist_ok=True)
    archive.write_bytes(data)
    unpack(archive, folder, place)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob('*')
            if path.is_file()}


FILES = {'set/a/1.jpg': b'one', 'set/b/2.jpg': NOISE, 'set/b/empty.jpg': b'',
         'set/ключ/猫.jpg': b'letters', 'set/readme.txt': b'not wanted'}


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz'), (a_tgz, '.tar.gz')])
def test_files_are_unpacked_where_they_are_wanted(tmp_path, make, suffix):
    def place(name):
        return name.removeprefix('set/') if name.endswith('.jpg') else None

    data = make({**FILES, './set/a/3.jpg': b'with a dot'})
    assert unpacked(tmp_path, data, suffix, place) == {
        'a/1.jpg': b'one', 'b/2.jpg': NOISE, 'b/empty.jpg': b'',
        'ключ/猫.jpg': b'letters', 'a/3.jpg': b'with a dot'}


HARMFUL = ['../x.jpg', 'a/../../x.jpg', '/x.jpg', '/tmp/x.jpg', '..', 'a/..', '..\\x.jpg',
           'C:\\x.jpg', 'C:x.jpg', '\\\\host\\x.jpg', 'a/x.jpg:stream', 'a\nb.jpg', 'a/\x1b[2J.jpg']


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz')])
@pytest.mark.parametrize('name', HARMFUL)
def test_names_that_lead_out_are_refused(tmp_path, make, suffix, name):
    with pytest.raises(BadArchive, match='x.(zip|tgz) holds a file named .* lead out of'):
        unpacked(tmp_path, make({name: b'harm', 'good.jpg': b''}), suffix)
    assert names(tmp_path) == ['in'] and names(tmp_path / 'in') == [f'x{suffix}']


@pytest.mark.parametrize('kind', [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE,
                                  tarfile.BLKTYPE, tarfile.FIFOTYPE])
@pytest.mark.parametrize('target', ['/etc/passwd', '../../x', 'a/good.jpg'])
def test_links_and_devices_in_a_tar_file_are_refused(tmp_path, kind, target):
    data = a_tgz({'a/link.jpg': b'', 'a/link.jpg/x.jpg': b'harm'}, {'a/link.jpg': kind}, target)
    with pytest.raises(BadArchive, match="holds 'a/link.jpg', a link or a device"):
        unpacked(tmp_path, data, '.tgz')
    assert names(tmp_path) == ['in']


@pytest.mark.parametrize('kind', [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_in_a_zip_file_are_refused(tmp_path, kind):
    data = a_zip({'a/link.jpg': b'/etc/passwd'}, {'a/link.jpg': kind | 0o777})
    with pytest.raises(BadArchive, match="holds 'a/link.jpg', a link or a device"):
        unpacked(tmp_path, data, '.zip')


def test_a_name_twice_is_refused(tmp_path):
    with pytest.raises(BadArchive, match='holds two files for 1.jpg'):
        unpacked(tmp_path, a_zip({'train/1.jpg': b'x', 'val/1.jpg': b'y'}), '.zip',
                 lambda name: name.split('/')[1])


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz')])
def test_bombs_are_refused(tmp_path, make, suffix, monkeypatch):
    monkeypatch.setattr(downloads, 'MAX_BYTES', 1_000_000)
    monkeypatch.setattr(downloads, 'MAX_FILES', 50)
    bomb = make({f'{k}.jpg': bytes(400_000) for k in range(3)})
    assert len(bomb) < 5_000
    with pytest.raises(BadArchive, match='holds more than 1,000,000 bytes'):
        unpacked(tmp_path, bomb, suffix)
    with pytest.raises(BadArchive, match='holds more than 50 files'):
        unpacked(tmp_path, make({f'{k}.jpg': b'' for k in range(51)}), suffix, lambda _: None)


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz')])
def test_a_damaged_archive_is_named_or_without_effect(tmp_path, make, suffix):
    """Cut at every tenth, and 100 times some bytes changed: never another content, never another
    exception. (Names are not covered by a zip file's checksums.)"""
    good, rng, refused = make(FILES), random.Random(0), 0
    wrecks = [good[:len(good) * tenth // 10] for tenth in range(10)]
    for _ in range(100):
        wreck = bytearray(good)
        for _ in range(rng.randint(1, 5)):
            wreck[rng.randrange(len(wreck))] = rng.randrange(256)
        wrecks.append(bytes(wreck))
    for nth, wreck in enumerate(wrecks):
        place = tmp_path / str(nth)
        place.mkdir()
        try:
            files = unpacked(place, wreck, suffix)
            assert set(files.values()) <= set(FILES.values())
        except BadArchive:
            refused += 1
    assert refused > 90


def test_the_end_of_a_tar_gz_counts_too(tmp_path):
    """Damage behind the last file shows in the checksum of the whole."""
    data = bytearray(a_tgz(FILES))
    data[-6] ^= 1
    with pytest.raises(BadArchive, match='damaged or cut off .BadGzipFile: CRC check failed'):
        unpacked(tmp_path, bytes(data), '.tgz')


def test_a_disk_that_is_full_while_unpacking(tmp_path):
    (tmp_path / 'x.zip').write_bytes(a_zip(FILES))
    with disk_full_at(100_000), pytest.raises(DownloadError, match='cannot be unpacked to .*here: '
                                              'File too large. Make room') as failed:
        unpack(tmp_path / 'x.zip', tmp_path / 'here', lambda name: name)
    assert not isinstance(failed.value, BadArchive)
