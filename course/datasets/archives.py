"""Unpacking archives safely: what is in them comes from a stranger."""
import gzip
import io
import re
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

FIRST_BYTES = {'.zip': b'PK', '.gz': b'\x1f\x8b', '.tgz': b'\x1f\x8b'}
CHUNK = 1 << 16                                 # bytes read at a time
MAX_FILES, MAX_BYTES = 100_000, 5_000_000_000   # in one archive; folders count as files
MAX_FILE = 1_000_000_000                        # bytes of one file
MAX_NAME = 250                                  # bytes; Windows takes 260 with the folder
MAX_READ = 40_000_000                           # bytes at a time: all the names of a zip file
CONTROL = re.compile(r'[\x00-\x1f\x7f]')
DEVICES = re.compile(r'(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?')
PLAIN_ZIP = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED    # the others are unpacked whole, in memory


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


class Member(NamedTuple):
    """A file or folder in an archive."""

    name: str
    is_folder: bool
    is_plain: bool                      # a file, and neither a link nor a device
    size: int                           # bytes, as the archive says
    open: Callable[[], IO[bytes]]


def unpack(archive: Path, folder: Path, place: Callable[[str], str | None],
           largest: int = MAX_FILE) -> int:
    """Writes the files of a zip or tar.gz archive into `folder`; returns how many.

    place: from a name in the archive ('a/b.jpg') to its name in `folder`, or to None for a file
        that is not wanted.
    largest: bytes of one file.

    What has been written when it raises stays: unpack into a temporary folder, and rename that.

    Raises
    - BadArchive for a damaged archive, and for one that could do harm: names that lead out of the
      folder, are too long, or mean a device on Windows; links, devices, two files of one name;
      more than MAX_FILES, MAX_BYTES or `largest`;
    - DownloadError where there is no room.
    """
    try:
        return write_members(archive, Path(folder), place, largest)
    except BadArchive as error:
        raise BadArchive(f'{archive} {error}') from error
    except Exception as error:      # a damaged archive can raise anything
        if isinstance(error, OSError) and error.errno:
            raise DownloadError(f'{archive} cannot be unpacked to {folder}: {error.strerror}. Make '
                                'room there and run the same command again') from error
        raise BadArchive(f'{archive} is damaged or cut off ({type(error).__name__}: {error})'
                         ) from error


def write_members(archive, folder, place, largest):
    bytes_left, n_written = MAX_BYTES, 0
    for nth, member in enumerate(members(Path(archive)), 1):
        if nth > MAX_FILES:
            raise BadArchive(f'holds more than {MAX_FILES:,} files and folders')
        check_name(member.name)
        if member.is_folder:
            continue
        if not member.is_plain:
            raise BadArchive(f'holds {member.name!r}, a link or a device')
        target = place(str(PurePosixPath(member.name)))
        if target is None:
            continue
        if member.size > largest:
            raise BadArchive(f'holds {member.name!r} of more than {largest:,} bytes')
        path = folder / target
        make_place(path, target)
        with member.open() as source, open(path, 'wb') as file:
            while data := source.read(CHUNK):
                bytes_left -= len(data)
                if bytes_left < 0:
                    raise BadArchive(f'holds more than {MAX_BYTES:,} bytes')
                if file.tell() + len(data) > largest:
                    raise BadArchive(f'holds {member.name!r} of more than {largest:,} bytes')
                file.write(data)
        n_written += 1
    return n_written


def make_place(path, target):
    """The folder of a file. Raises BadArchive where the file itself is there, or in the way."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise BadArchive(f'holds {target}, and a file with the name of its folder') from error
    if path.exists():
        raise BadArchive(f'holds two files for {target}')


def members(archive: Path) -> Iterator[Member]:
    """The files and folders of an archive, in its order."""
    with open(archive, 'rb') as file:
        check_first_bytes(archive.name, file.read(512))
        if archive.suffix == '.zip':
            with zipfile.ZipFile(Bounded(file)) as zipped:
                for info in zipped.infolist():
                    kind = stat.S_IFMT(info.external_attr >> 16)        # 0 where Windows made it
                    if info.compress_type not in PLAIN_ZIP:
                        raise BadArchive(f'holds {info.filename[:MAX_NAME]!r}, compressed in an '
                                         'unusual way')
                    yield Member(info.filename, info.is_dir(), kind in (0, stat.S_IFREG),
                                 info.file_size, partial(zipped.open, info))
        else:
            stream = Bounded(gzip.open(archive))
            with stream.file, tarfile.open(fileobj=stream, mode='r:') as tar:
                for member in tar:
                    yield Member(member.name, member.isdir(), member.isreg(), member.size,
                                 partial(tar.extractfile, member))
                while stream.read(CHUNK):       # to the end, where gzip keeps its checksum
                    pass


class Bounded:
    """A file that refuses what an honest archive does not need.

    Names and other notes in an archive have no limit, and zipfile and tarfile read each of them
    whole. Nor has what is between the files.
    """

    def __init__(self, file: IO[bytes]):
        self.file, self.tell, self.seekable = file, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size if 0 <= size <= MAX_READ else MAX_READ + 1)
        if len(data) > MAX_READ:
            raise BadArchive(f'holds names or notes of more than {MAX_READ:,} bytes')
        self._check(self.tell())
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET:
            self._check(offset)
        return self.file.seek(offset, whence)

    def _check(self, position):
        if position > MAX_BYTES:
            raise BadArchive(f'holds more than {MAX_BYTES:,} bytes')


def check_name(name):
    """Raises BadArchive for a name that leads out of the folder, or that not every system has."""
    if len(name.encode(errors='replace')) > MAX_NAME:
        raise BadArchive(f'holds a file named {name[:40]!r}..., of more than {MAX_NAME} bytes')
    parts = name.split('/')
    if name.startswith('/') or '..' in parts or re.search(r'[\\:]', name) or CONTROL.search(name):
        raise BadArchive(f'holds a file named {name!r}, which could lead out of the folder')
    for part in parts:
        if DEVICES.fullmatch(part) or part != '.' and part.endswith((' ', '.')):
            raise BadArchive(f'holds a file named {name!r}; on Windows {part!r} is something else')
