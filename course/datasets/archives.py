"""Archives unpacked with care: what is in them comes from a stranger."""
import gzip
import re
import stat
import tarfile
import zipfile
from functools import partial
from pathlib import Path, PurePosixPath

BEGINS = {'.zip': b'PK', '.gz': b'\x1f\x8b', '.tgz': b'\x1f\x8b'}       # by the end of the name
CHUNK = 1 << 16                             # bytes at a time
MAX_FILES, MAX_BYTES = 100_000, 5_000_000_000           # in an archive; ours have a tenth of that
CONTROL = re.compile(r'[\x00-\x1f\x7f]')


class DownloadError(Exception):
    """Says what is wrong, where, and what to do."""


class BadArchive(DownloadError):
    """Says what is wrong with an archive; whoever knows where it came from gets it again."""


def check_begin(name, data):
    """Raise BadArchive unless `data` begins as the archive does that `name` promises."""
    if not data.startswith(BEGINS[PurePosixPath(name).suffix]):
        what = ('a web page' if data.lstrip().startswith(b'<') else 'empty' if not data
                else f'something else, it begins with {data[:16]!r}')
        raise BadArchive(f'should be an archive and is {what}')


def unpack(archive, folder, place):
    """Write the files of a zip or tar.gz archive into `folder`; returns how many.

    place: a function from a name in the archive ('a/b.jpg') to the name in `folder`, or to None
        for what is not wanted.
    Raises BadArchive for a damaged archive and for one that could do harm: names that lead out of
    the folder, links, devices, a name twice, more than MAX_FILES or MAX_BYTES; DownloadError where
    there is no room. What has been written by then stays: unpack aside, and rename what is whole.
    """
    try:
        return write_members(archive, Path(folder), place)
    except BadArchive as error:
        raise BadArchive(f'{archive} {error}') from error
    except Exception as error:      # a damaged archive raises whatever its bytes happen to mean
        if isinstance(error, OSError) and error.errno:
            raise DownloadError(f'{archive} cannot be unpacked to {folder}: {error.strerror}. Make '
                                'room there and run the same command again') from error
        raise BadArchive(f'{archive} is damaged or cut off ({type(error).__name__}: {error})'
                         ) from error


def write_members(archive, folder, place):
    left, n_written = MAX_BYTES, 0
    for nth, (name, is_file, opened) in enumerate(members(Path(archive)), 1):
        check_member(name, is_file, nth)
        target = place(str(PurePosixPath(name)))
        if target is None:
            continue
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise BadArchive(f'holds two files for {target}')
        with opened() as source, open(path, 'wb') as file:
            while data := source.read(CHUNK):
                left -= len(data)
                if left < 0:
                    raise BadArchive(f'holds more than {MAX_BYTES:,} bytes')
                file.write(data)
        n_written += 1
    return n_written


def members(archive):
    """For each file of an archive: its name, whether it is an ordinary file, how to open it."""
    with open(archive, 'rb') as file:
        check_begin(str(archive), file.read(512))
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
            while stream.read(CHUNK):       # to its end, where its checksum stands
                pass


def check_member(name, is_file, nth):
    """Raise BadArchive for a member of an archive that does not belong in ours."""
    if nth > MAX_FILES:
        raise BadArchive(f'holds more than {MAX_FILES:,} files')
    if (name.startswith('/') or '..' in name.split('/') or re.search(r'[\\:]', name)
            or CONTROL.search(name)):
        raise BadArchive(f'holds a file named {name!r}, which could lead out of the folder')
    if not is_file:
        raise BadArchive(f'holds {name!r}, a link or a device')
