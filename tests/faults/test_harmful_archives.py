"""unpack() on archives that are damaged or meant to do harm, and on a full disk."""
import gzip
import io
import random
import tarfile
import tracemalloc
import zipfile

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
    monkeypatch.setattr(archives, 'MAX_BYTES', 5_000_000)
    for end in ('.jpg', '/'):                           # folders count too
        with pytest.raises(BadArchive, match='holds more than 50 files and folders'):
            unpacked(tmp_path, make({f'{k}{end}': b'' for k in range(51)}), suffix, lambda _: None)
    with pytest.raises(BadArchive, match="holds '1.jpg' of more than 100,000 bytes"):
        unpacked(tmp_path, make({'1.jpg': bytes(100_001)}), suffix, largest=100_000)


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz')])
def test_long_names_are_refused(tmp_path, make, suffix):
    for name in ('x' * 251, 'é' * 126, 'a/' * 125 + 'x'):
        with pytest.raises(BadArchive, match='of more than 250 bytes') as failed:
            unpacked(tmp_path, make({name: b''}), suffix)
        assert len(str(failed.value)) < 300
    assert list(unpacked(tmp_path, make({'x' * 249: b''}), suffix)) == ['x' * 249]


NOTES = {'name': tarfile.GNUTYPE_LONGNAME, 'link': tarfile.GNUTYPE_LONGLINK,
         'pax': tarfile.XHDTYPE, 'pax for all': tarfile.XGLTYPE}


@pytest.mark.parametrize('note', NOTES)
def test_a_note_of_any_length_in_a_tar_file_takes_no_memory(tmp_path, note):
    """300 MB of it, which tarfile would read at once."""
    info = tarfile.TarInfo('././@LongLink')
    info.type, info.size = NOTES[note], 300_000_000
    data = gzip.compress(info.tobuf() + bytes(info.size) + tarfile.TarInfo('x.jpg').tobuf(), 1)
    tracemalloc.start()
    with pytest.raises(BadArchive, match='holds names or notes of more than 40,000,000 bytes'):
        unpacked(tmp_path, data, '.tgz')
    assert tracemalloc.get_traced_memory()[1] < 150_000_000
    tracemalloc.stop()


def test_what_lies_between_the_files_counts(tmp_path, monkeypatch):
    """A file that is not wanted is skipped, not read, and its size may be anything."""
    monkeypatch.setattr(archives, 'MAX_BYTES', 1_000_000)
    data = a_tgz({'not_wanted': bytes(2_000_000), 'x.jpg': b''})
    with pytest.raises(BadArchive, match='holds more than 1,000,000 bytes'):
        unpacked(tmp_path, data, '.tgz', lambda name: None)


@pytest.mark.parametrize('method', [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_is_unpacked_little_by_little(tmp_path, method):
    """Python unpacks what is compressed like this in one piece, a thousand times as long."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', method) as zipped:
        zipped.writestr('x.jpg', bytes(200_000_000))
    tracemalloc.start()
    with pytest.raises(BadArchive, match="holds 'x.jpg', compressed in an unusual way"):
        unpacked(tmp_path, out.getvalue(), '.zip')
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


def test_the_directory_of_a_zip_file_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, 'MAX_READ', 70_000)
    with pytest.raises(BadArchive, match='names or notes of more than 70,000 bytes'):
        unpacked(tmp_path, a_zip({f'{k:0200}.jpg': b'' for k in range(1_000)}), '.zip')


def test_a_sparse_file_of_a_tar_file_is_bounded(tmp_path):
    """A hole of 8 GB that takes 512 bytes in the archive."""
    info = tarfile.TarInfo('x.jpg')
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 0
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    block[386:398], block[398:410] = b'%011o\0' % (2**33), b'%011o\0' % 0
    block[483:495] = b'%011o\0' % (2**33)
    block[148:156] = b'        '
    block[148:156] = b'%06o\0 ' % sum(block)
    with pytest.raises(BadArchive, match="holds 'x.jpg' of more than 1,000,000,000 bytes"):
        unpacked(tmp_path, gzip.compress(bytes(block) + bytes(1024)), '.tgz')


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
