"""Archives from the network: a download resumes where it stopped, and is checked.

Whatever goes wrong comes out as one DownloadError, in words for the person at the keyboard; what
has arrived by then is kept.
"""
import os
import re
import shutil
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pooch
import requests
from tqdm.auto import tqdm

from course.datasets.archives import BadArchive, DownloadError, check_begin

CHUNK = 1 << 16                             # bytes at a time; what a cut may lose
TIMEOUT = 30                                # seconds without a byte
CUT = requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError
pooch.get_logger().setLevel('ERROR')        # its notes repeat what the progress bar says


@contextmanager
def archive_from(url, folder, sha256=None):
    """`fetch` an archive for a `with` block. When that is done with it, or calls it bad, it is
    removed; when something else goes wrong, a full disk for instance, it stays for the next try."""
    archive = fetch(url, folder, sha256)
    try:
        yield archive
    except BadArchive as error:
        archive.unlink()
        raise DownloadError(f'{error}. It is removed: run the same command again') from error
    archive.unlink()


def fetch(url, folder, sha256=None):
    """The zip or tar.gz archive at `url`, as a file of the same name in `folder`: its Path.

    What is there whole is not fetched again. A part of it, in `<name>.part`, is gone on with if
    the server still has the same file.
    sha256: hex digits, or None where the publisher gives none.
    Raises DownloadError: no connection, an answer that is not the archive, another checksum, no
    room on the disk.
    """
    folder, name = Path(folder), PurePosixPath(urlsplit(url).path).name
    part = folder / f'{name}.part'

    def downloader(url, whole, _):
        bring(url, part)
        os.replace(part, whole)
        tag_of(part).unlink(missing_ok=True)

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
                            f'run the same command again: {arrived(part)}') from error
    except ValueError as error:             # of pooch, which has removed the file
        raise DownloadError(f'What came from {url} is not the file that its publisher describes. '
                            f'Run the same command again; if this comes again, the file there is '
                            f'another one now. ({error})') from error


def bring(url, part):
    """Make `part` the whole file. A cut connection is taken up again if it brought something."""
    while True:
        before = size(part)
        try:
            return get_rest(url, part)
        except CUT as error:
            if size(part) <= before:
                raise DownloadError(
                    f'No connection to {urlsplit(url).netloc} ({reason(error)}): get online and '
                    f'run the same command again; {arrived(part)}') from error


def get_rest(url, part):
    """One request for what `part` lacks. Raises one of CUT where the connection ends early."""
    begin = size(part)
    headers = {'Accept-Encoding': 'identity'}       # byte for byte, or there is no going on
    if begin and tag_of(part).is_file():
        headers |= {'Range': f'bytes={begin}-', 'If-Range': tag_of(part).read_text()}
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        status, sent = response.status_code, response.headers.get('Content-Range', '')
        if status == 416 and sent == f'bytes */{begin}':
            return                                  # nothing is left to send
        if status == 416 or status == 206 and not sent.startswith(f'bytes {begin}-'):
            part.unlink()
            return get_rest(url, part)              # from the start
        if not response.ok:
            raise DownloadError(f'{url}: the server answers {status} {response.reason}. Try again '
                                'later; if this comes again, the file has moved')
        chunks = response.iter_content(CHUNK)
        first = next(chunks, b'')
        if status == 200:                           # the whole file, whatever was asked for
            begin = 0
            check_begin(url, first)
        length = response.headers.get('Content-Length')
        end = begin + int(length) if length else None
        check_room(part, end and end - begin)
        write(part, begin, end, response.headers.get('ETag'), first, chunks)
        if end and size(part) != end:
            raise requests.ConnectionError('the connection was cut')


def write(part, begin, end, tag, first, chunks):
    """Append to `part` from `begin` on, with a progress bar up to `end` (None: not known)."""
    bar = tqdm(desc=part.stem, initial=begin, total=end, unit='B', unit_scale=True, disable=None)
    with bar, open(part, 'ab' if begin else 'wb') as file:
        if not begin:
            tag_of(part).write_text(tag) if tag else tag_of(part).unlink(missing_ok=True)
        while first:
            file.write(first)
            bar.update(len(first))
            first = next(chunks, b'')


def tag_of(part):
    """Where the server's name for this version of the file (its ETag) is kept."""
    return part.with_suffix('.etag')


def size(file):
    return file.stat().st_size if file.exists() else 0


def arrived(part):
    here = size(part)
    return f'it goes on after the {here / 1e6:.1f} MB that are here' if here else 'nothing came yet'


def reason(error):
    """The last and plainest of the reasons that a connection error wraps into each other."""
    inner = error.args[0] if error.args else error
    return re.sub(r'^.*?[>)]: ', '', str(getattr(inner, 'reason', inner)))


def check_room(part, needed):
    free = shutil.disk_usage(part.parent).free
    if needed and needed > free:
        raise DownloadError(f'{part.parent} has room for {free / 1e6:.0f} MB, {part.stem} needs '
                            f'{needed / 1e6:.0f}. Make room and run the same command again')
