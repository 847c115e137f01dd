"""Archives from the network: a download resumes where it stopped, is bounded, and is checked.

Whatever goes wrong comes out as one DownloadError that says what to do. What has arrived is kept.
"""
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit

import pooch
import requests
import urllib3
from tqdm.auto import tqdm

from course import workplace
from course.datasets.archives import BadArchive, DownloadError, check_first_bytes

CHUNK = 1 << 16                             # bytes written at a time: what a cut may cost
TIMEOUT = 30                                # seconds without a byte
LEAST_SPEED, WHILE = 5_000, 60              # bytes a second, on the average of so many seconds
MAX_MEGABYTES = 1_000                       # of an archive whose size is not known
ETAG = re.compile(r'(W/)?"[!#-~]{0,200}"')   # as it may be; RFC 9110, 8.8.3
CUT = requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError
pooch.get_logger().setLevel('ERROR')        # its notes repeat the progress bar


def download_folder() -> Path:
    """Where archives are kept until they are unpacked, whole or in part."""
    return workplace() / 'data' / 'downloads'


@contextmanager
def archive_from(url: str, folder: Path, sha256: str | None = None,
                 megabytes: float = MAX_MEGABYTES) -> Iterator[Path]:
    """An archive that `fetch` gets, for a `with` block.

    It is removed after the block, and where the block raises BadArchive. When something else goes
    wrong, a full disk for instance, it stays for the next try.
    """
    archive = fetch(url, folder, sha256, megabytes)
    try:
        yield archive
    except BadArchive as error:
        archive.unlink()
        raise DownloadError(f'{error}. It has been removed: run the same command again') from error
    archive.unlink()


def fetch(url: str, folder: Path, sha256: str | None = None, megabytes: float = MAX_MEGABYTES
          ) -> Path:
    """The zip or tar.gz archive at `url`, as a file of the same name in `folder`.

    A file that is there whole is not fetched again. A part of it, in `<name>.part`, is completed if
    the server still has the same file.

    sha256: hex digits, or None where the publisher gives none.
    megabytes: its size; more than a tenth above that is not accepted, whatever the server says.
    Raises DownloadError: no connection, or one below LEAST_SPEED; an answer that is not the
    archive, or larger; another checksum; a redirect from https to http; no room on the disk.
    """
    folder, name = Path(folder), PurePosixPath(urlsplit(url).path).name
    part = folder / f'{name}.part'

    def downloader(url, whole, _):
        complete(part, url, 1.1e6 * megabytes)
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


def complete(part: Path, url: str, most: float) -> None:
    """Makes `part` the whole file, of at most `most` bytes. Where the connection is cut, it tries
    again, as long as each try brings some."""
    while True:
        before = size(part)
        try:
            return request_rest(part, url, most)
        except TooLarge:
            part.unlink(missing_ok=True)
            raise
        except CUT as error:
            if size(part) < before + CHUNK:
                raise DownloadError(
                    f'No connection to {urlsplit(url).netloc} ({reason(error)}): get online and '
                    f'run the same command again; {what_is_here(part)}') from error


def request_rest(part, url, most):
    """One request for what `part` lacks. Raises one of CUT where the connection ends early."""
    begin, etag = size(part), ''
    if etag_file(part).is_file():
        etag = etag_file(part).read_text()
    headers = {'Accept-Encoding': 'identity'}       # byte for byte, or it could not be resumed
    if resuming := begin > 0 and ETAG.fullmatch(etag) is not None:
        headers |= {'Range': f'bytes={begin}-', 'If-Range': etag}
    with Session() as session, session.get(url, headers=headers, stream=True,
                                           timeout=TIMEOUT) as response:
        status, end = response.status_code, size_of_whole(response)
        if resuming and status == 416 and end == begin:
            return                                  # nothing is left to send
        if resuming and (status == 416 or status == 206 and not continues(response, begin, etag)):
            part.unlink()
            return request_rest(part, url, most)    # from the start
        if status != 200 and not (resuming and status == 206):
            raise DownloadError(f'{url}: the server answers {status} {response.reason}. Try again '
                                'later; if this happens again, the file has moved')
        # Not iter_content: it waits for a whole chunk, however long, and unzips what it can.
        chunks = iter(lambda: response.raw.read1(CHUNK, decode_content=False), b'')
        if status == 200:                           # the whole file, whatever was asked for
            begin, etag = 0, response.headers.get('ETag', '')
            first = response.raw.read(16, decode_content=False)
            check_first_bytes(part.stem, first)
            chunks = chain([first], chunks)
        check_room(part, end and end - begin)
        write(part, begin, end, etag, bounded(chunks, part, url, begin, end, most))
        if end and size(part) != end:
            raise requests.ConnectionError('the connection was cut')


class Session(requests.Session):
    """Follows redirects without reading their bodies, and none from https to http."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is not None:
            resp.close()
            secure = urlsplit(resp.url).scheme == 'https'
            if secure and urlsplit(urljoin(resp.url, target)).scheme != 'https':
                raise DownloadError(f'{resp.url} leads to {target}, where nothing is encrypted, so '
                                    'anybody could have changed it. Try another network')
        return target


def size_of_whole(response):
    """How many bytes the file has, as far as the server says so; None where it does not."""
    if response.status_code == 200:
        said = response.headers.get('Content-Length', '')
    else:
        said = response.headers.get('Content-Range', '').rpartition('/')[2]
    return int(said) if said.isdecimal() else None


def continues(response, begin, etag):
    """Whether a 206 sends what follows byte `begin` of that version of the file."""
    sent = response.headers.get('Content-Range', '')
    return (re.fullmatch(rf'bytes {begin}-\d+/\d+', sent)
            and response.headers.get('ETag', etag) == etag)


class TooLarge(DownloadError):
    """What arrives cannot be the file that is wanted."""


def bounded(chunks, part, url, begin, end, most):
    """The chunks that follow byte `begin`. Raises TooLarge where they are too many, DownloadError
    where they come too slowly."""
    since, before = time.monotonic(), begin
    for data in chunks:
        begin += len(data)
        if max(begin, end or 0) > most:
            raise TooLarge(f'{url} sends more than {most / 1e6:.0f} MB, which {part.stem} cannot '
                           'have. Try another network; if this happens again, the publisher has '
                           'changed the file')
        yield data
        seconds = time.monotonic() - since
        if seconds > WHILE:
            if begin - before < LEAST_SPEED * seconds:
                raise DownloadError(f'{url} sends less than {LEAST_SPEED / 1000:g} KB a second. '
                                    'Find a better connection and run the same command again; '
                                    f'{what_is_here(part)}')
            since, before = time.monotonic(), begin


def write(part, begin, end, etag, chunks):
    """Writes chunks to `part` from byte `begin` on, with a progress bar up to `end` (or None)."""
    bar = tqdm(desc=part.stem, initial=begin, total=end, unit='B', unit_scale=True, disable=None)
    with bar, open(part, 'ab' if begin else 'wb') as file:
        if not begin:
            etag_file(part).unlink(missing_ok=True)
            if ETAG.fullmatch(etag):
                etag_file(part).write_text(etag)
        for data in chunks:
            file.write(data)
            bar.update(len(data))


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
