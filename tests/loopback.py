"""A server on this machine as unreliable as one far away; archives to serve; a full disk."""
import hashlib
import io
import tarfile
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from course.datasets.archives import unpack

DATA = b'PK' + np.random.default_rng(0).bytes(700_000)      # a zip, until it is unpacked
PAGE = b'<!DOCTYPE html><title>Sign in to the network</title>'
NOISE = np.random.default_rng(0).bytes(300_000)
FILES = {'set/a/1.jpg': b'one', 'set/b/2.jpg': NOISE, 'set/b/empty.jpg': b'',
         'set/ключ/猫.jpg': b'letters', 'set/readme.txt': b'not wanted'}


class Site:
    """What the server has and how it behaves; the tests change it while it runs."""

    def __init__(self, url):
        self.url = url
        self.files = {}             # name -> bytes
        self.etag = '"1"'           # None: the server gives none
        self.ranges = True          # whether it can send a part
        self.cut_after = []         # bytes after which the next answers are cut off, one by one
        self.status = 200           # 503 and such: instead of the file
        self.pause = 0.0            # seconds between two pieces
        self.kind = 'application/octet-stream'
        self.lie = None             # (headers of the request) -> pieces of bytes, all that is sent
        self.asked = []             # the Range headers of all requests, '' for none
        self.sent = 0               # bytes, all requests together

    def serve(self, name, data):
        self.files[name] = data
        return f'{self.url}/{name}'


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        site, data = self.server.site, self.server.site.files.get(self.path[1:])
        site.asked.append(self.headers.get('Range', ''))
        self.close_connection = True
        if site.lie:
            for piece in site.lie(self.headers):
                self.wfile.write(piece)
                site.sent += len(piece)
            return None
        if data is None or site.status != 200:
            return self.send_error(404 if data is None else site.status)
        begin = self.wanted_from()
        if begin is not None and begin >= len(data):
            return self.answer(416, b'', [('Content-Range', f'bytes */{len(data)}')])
        if begin is not None:
            span = f'bytes {begin}-{len(data) - 1}/{len(data)}'
            return self.answer(206, data[begin:], [('Content-Range', span)])
        return self.answer(200, data, [])

    def wanted_from(self):
        """Where the wanted part begins; None for the whole file, as If-Range asks for it too."""
        site, wanted = self.server.site, self.headers.get('Range')
        if not wanted or not site.ranges or self.headers.get('If-Range', site.etag) != site.etag:
            return None
        return int(wanted.removeprefix('bytes=').removesuffix('-'))

    def answer(self, status, data, headers):
        site = self.server.site
        self.send_response(status)
        headers = [*headers, ('Content-Length', str(len(data))), ('Content-Type', site.kind)]
        for name, value in headers + ([('ETag', site.etag)] if site.etag else []):
            self.send_header(name, value)
        self.end_headers()
        if site.cut_after:
            data = data[:site.cut_after.pop(0)]
        wait = threading.Event()
        for k in range(0, len(data), 10_000):
            self.wfile.write(data[k:k + 10_000])
            site.sent += len(data[k:k + 10_000])
            wait.wait(site.pause)

    def log_message(self, *_):
        pass


@contextmanager
def running_site():
    server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    server.site = Site(f'http://127.0.0.1:{server.server_port}')
    server.handle_error = lambda *_: None           # a client that was killed hangs up
    threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.01}).start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()


def names(folder):
    """What is in a folder, sorted; nothing where there is none."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def a_zip(files, attributes=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (attributes or {}).get(name, 0) << 16
            archive.writestr(info, data)
    return out.getvalue()


def a_tgz(files, kinds=None, target='/etc/passwd'):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w:gz') as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            folder = tarfile.DIRTYPE if name.endswith('/') else tarfile.REGTYPE
            info.type = (kinds or {}).get(name, folder)
            info.linkname = target if info.type in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ''
            info.size = len(data) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def unpacked(tmp_path, data, suffix, place=lambda name: name, **limits):
    """What unpack makes of an archive: {name: bytes} of all files in and beside the folder."""
    archive, folder = tmp_path / f'in/x{suffix}', tmp_path / 'out/here'
    archive.parent.mkdir(exist_ok=True)
    archive.write_bytes(data)
    unpack(archive, folder, place, **limits)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob('*')
            if path.is_file()}


@contextmanager
def disk_full_at(n_bytes):
    """No file of this process may become longer."""
    resource = pytest.importorskip('resource')      # not on Windows
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def site(monkeypatch):
    """A server on this machine; no proxy is asked for it."""
    monkeypatch.setenv('NO_PROXY', '127.0.0.1')
    with running_site() as site:
        yield site

def sha256(data):
    return hashlib.sha256(data).hexdigest()
