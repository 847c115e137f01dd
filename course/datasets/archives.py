"""Unpacking archives safely: what is in them comes from a stranger."""
import gzip
import re
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

FIRST_BYTES = {'.zip': b'PK', '.gz': b'\x1f\x8b', '.tgz': b'\x1f\x8b'}
CHUNK = 1 << 16                                 # bytes read at a time
MAX_FILES, MAX_BYTES = 100_000, 5_000_000_000   # in one archive
CONTROL = re.compile(r'[\x00-\x1f\x7f]')


class DownloadError(Exception):
    """Says what is wrong, where, and what to do."""


class BadArchive(DownloadError):
    """Says what is wrong with an archive; whoever knows its source fetches it again."""


def check_first_bytes(name: str, data: bytes) -> None:
    """Raises BadArchive unless `data` begins like an archive of the kind that `name` promises."""
    if not data.startswith(FIRST_BYTES[PurePosixPath(name).suffix]):
        what = ('a web page' if data.lstrip().startswith(b'<') else 'empty' if not data
                else f'something else: it begins with {data[:16]!r}')
        raise BadArchive(f'should be an archive but is {what}')


def unpack(archive: Path, folder: Path, place: Callable[[str], str | None]) -> int:
    """Writes the files of a zip or tar.gz archive into `folder`; returns how many.

    place: from a name in the archive ('a/b.jpg') to its name in `folder`, or to None for a file
        that is not wanted.

    What has been written when it raises stays: unpack into a temporary folder, and rename that.

    Raises
    - BadArchive for a damaged archive, and for one that could do harm: names that lead out of the
      folder, links, devices, two files of one name, more than MAX_FILES or MAX_BYTES;
    - DownloadError where there is no room.
    """
    try:
        return write_members(archive, Path(folder), place)
    except BadArchive as error:
        raise BadArchive(f'{archive} {error}') from error
    except Exception as error:      # a damaged archive can raise anything
        if isinstance(error, OSError) and error.errno:
            raise DownloadError(f'{archive} cannot be unpacked to {folder}: {error.strerror}. Make '
                                'room there and run the same command again') from error
        raise BadArchive(f'{archive} is damaged or cut off ({type(error).__name__}: {error})'
                         ) from error


def write_members(archive, folder, place):
    bytes_left, n_written = MAX_BYTES, 0
    for nth, (name, is_file, open_member) in enumerate(members(Path(archive)), 1):
        check_member(name, is_file, nth)
        target = place(str(PurePosixPath(name)))
        if target is None:
            continue
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise BadArchive(f'holds two files for {target}')
        with open_member() as source, open(path, 'wb') as file:
            while data := source.read(CHUNK):
                bytes_left -= len(data)
                if bytes_left < 0:
                    raise BadArchive(f'holds more than {MAX_BYTES:,} bytes')
                file.write(data)
        n_written += 1
    return n_written


def members(archive: Path) -> Iterator[tuple[str, bool, Callable]]:
    """For each file of an archive: its name, whether it is an ordinary file, how to open it."""
    with open(archive, 'rb') as file:
        check_first_bytes(archive.name, file.read(512))
    if archive.suffix == '.zip':
        with zipfile.ZipFile(archive) as zipped:
            for info in zipped.infolist():
                kind = stat.S_IFMT(info.external_attr >> 16)        # 0 where Windows made it
                if not info.is_dir():
                    yield info.filename, kind in (0, stat.S_IFREG), partial(zipped.open, info)
    else:
        with gzip.open(archive) as stream, tarfile.open(fileobj=stream, mode='r:') as tar:
            for member in tar:
                if not member.isdir():
                    yield member.name, member.isreg(), partial(tar.extractfile, member)
            while stream.read(CHUNK):       # to the end, where gzip keeps its checksum
                pass


def check_member(name, is_file, nth):
    """Raises BadArchive for a file that has no place in an archive of images or weights."""
    if nth > MAX_FILES:
        raise BadArchive(f'holds more than {MAX_FILES:,} files')
    if (name.startswith('/') or '..' in name.split('/') or re.search(r'[\\:]', name)
            or CONTROL.search(name)):
        raise BadArchive(f'holds a file named {name!r}, which could lead out of the folder')
    if not is_file:
        raise BadArchive(f'holds {name!r}, a link or a device')
