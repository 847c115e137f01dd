"""unpack() on archives that are damaged or meant to do harm, and on a full disk."""
import random
import tarfile

import pytest
from loopback import FILES, a_tgz, a_zip, disk_full_at, names, unpacked

from course.datasets import archives
from course.datasets.archives import BadArchive, DownloadError, unpack


@pytest.mark.parametrize('kind', [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE,
                                  tarfile.BLKTYPE, tarfile.FIFOTYPE])
@pytest.mark.parametrize('target', ['/etc/passwd', '../../x', 'a/good.jpg'])
def test_links_and_devices_in_a_tar_file_are_refused(tmp_path, kind, target):
    data = a_tgz({'a/link.jpg': b'', 'a/link.jpg/x.jpg': b'harm'}, {'a/link.jpg': kind}, target)
    with pytest.raises(BadArchive, match="holds 'a/link.jpg', a link or a device"):
        unpacked(tmp_path, data, '.tgz')
    assert names(tmp_path) == ['in']


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz')])
def test_bombs_are_refused(tmp_path, make, suffix, monkeypatch):
    monkeypatch.setattr(archives, 'MAX_BYTES', 1_000_000)
    monkeypatch.setattr(archives, 'MAX_FILES', 50)
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
