"""Archives from the network: a download resumes where it stopped, and is checked.

Whatever goes wrong comes out as one DownloadError that says what to do. What has arrived is kept.
"""
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pooch
import requests
from tqdm.auto import tqdm

from course import workplace
from course.datasets.archives import BadArchive, DownloadError, check_first_bytes

CHUNK = 1 << 16                             # bytes written at a time: what a cut may cost
TIMEOUT = 30                                # seconds without a byte
CUT = requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError
pooch.get_logger().setLevel('ERROR')        # its notes repeat the progress bar


def download_folder() -> Path:
    """Where archives are kept until they are unpacked, whole or in part."""
    return workplace() / 'data' / 'downloads'


@contextmanager
def archive_from(url: str, folder: Path, sha256: str | None = None) -> Iterator[Path]:
    """An archive that `fetch` gets, for a `with` block.

    It is removed after the block, and where the block raises BadArchive. When something else goes
    wrong, a full disk for instance, it stays for the next try.
    """
    archive = fetch(url, folder, sha256)
    try:
        yield archive
    except BadArchive as error:
        archive.unlink()
        raise DownloadError(f'{error}. It has been removed: run the same command again') from error
    archive.unlink()


def fetch(url: str, folder: Path, sha256: str | None = None) -> Path:
    """The zip or tar.gz archive at `url`, as a file of the same name in `folder`.

    A file that is there whole is not fetched again. A part of it, in `<name>.part`, is completed if
    the server still has the same file.

    sha256: hex digits, or None where the publisher gives none.
    Raises DownloadError: no connection, an answer that is not the archive, another checksum, no
    room on the disk.
    """
    folder, name = Path(folder), PurePosixPath(urlsplit(url).path).name
    part = folder / f'{name}.part'

    def downloader(url, whole, _):
        complete(part, url)
        os.replace(part, whole)
        etag_file(part).unlink(missing_ok=True)

    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Path(pooch.retrieve(url, sha256 and f'sha256:{sha256}', name, folder,
                                   downloader=downloader))
    except BadArchive as error:
        raise DownloadError(f'{url} {error}. Networks that ask for a login send such pages: open '
                            'it in a browser, then run the same command again') from error
    except requests.RequestException as error:
        raise DownloadError(f'{url} cannot be fetched: {error}') from error
    except OSError as error:
        raise DownloadError(f'{folder} cannot be written to: {error.strerror}. Make room there and '
                            f'run the same command again: {what_is_here(part)}') from error
    except ValueError as error:             # the checksum; pooch has removed the file
        raise DownloadError(f'What came from {url} is not the file that its publisher describes. '
                            'Run the same command again; if this happens again, the publisher has '
                            f'changed the file. ({error})') from error


def complete(part: Path, url: str) -> None:
    """Makes `part` the whole file. Where the connection is cut, it tries again, as long as
    each try brings something."""
    while True:
        before = size(part)
        try:
            return request_rest(part, url)
        except CUT as error:
            if size(part) <= before:
                raise DownloadError(
                    f'No connection to {urlsplit(url).netloc} ({reason(error)}): get online and '
                    f'run the same command again; {what_is_here(part)}') from error


def request_rest(part, url):
    """One request for what `part` lacks. Raises one of CUT where the connection ends early."""
    begin = size(part)
    headers = {'Accept-Encoding': 'identity'}       # byte for byte, or it could not be resumed
    if begin and etag_file(part).is_file():
        headers |= {'Range': f'bytes={begin}-', 'If-Range': etag_file(part).read_text()}
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        status, sent = response.status_code, response.headers.get('Content-Range', '')
        if status == 416 and sent == f'bytes */{begin}':
            return                                  # nothing is left to send
        if status == 416 or status == 206 and not sent.startswith(f'bytes {begin}-'):
            part.unlink()
            return request_rest(part, url)          # from the start
        if not response.ok:
            raise DownloadError(f'{url}: the server answers {status} {response.reason}. Try again '
                                'later; if this happens again, the file has moved')
        chunks = response.iter_content(CHUNK)
        first = next(chunks, b'')
        if status == 200:                           # the whole file, whatever was asked for
            begin = 0
            check_first_bytes(part.stem, first)
        length = response.headers.get('Content-Length')
        end = begin + int(length) if length else None
        check_room(part, end and end - begin)
        write(part, begin, end, response.headers.get('ETag'), first, chunks)
        if end and size(part) != end:
            raise requests.ConnectionError('the connection was cut')


def write(part, begin, end, etag, first, chunks):
    """Writes chunks to `part` from byte `begin` on, with a progress bar up to `end` (or None)."""
    bar = tqdm(desc=part.stem, initial=begin, total=end, unit='B', unit_scale=True, disable=None)
    with bar, open(part, 'ab' if begin else 'wb') as file:
        if not begin:
            etag_file(part).write_text(etag) if etag else etag_file(part).unlink(missing_ok=True)
        while first:
            file.write(first)
            bar.update(len(first))
            first = next(chunks, b'')


def etag_file(part):
    """Where the server's name for this version of the file (its ETag) is kept."""
    return part.with_suffix('.etag')


def size(file):
    return file.stat().st_size if file.exists() else 0


def what_is_here(part):
    megabytes = size(part) / 1e6
    return f'it resumes after {megabytes:.1f} MB' if megabytes else 'nothing has arrived yet'


def reason(error):
    """The last and plainest of the reasons that a connection error wraps into each other."""
    inner = error.args[0] if error.args else error
    return re.sub(r'^.*?[>)]: ', '', str(getattr(inner, 'reason', inner)))


def check_room(part, needed):
    free = shutil.disk_usage(part.parent).free
    if needed and needed > free:
        raise DownloadError(f'{part.parent} has room for {free / 1e6:.0f} MB, {part.stem} needs '
                            f'{needed / 1e6:.0f}. Make room and run the same command again')
