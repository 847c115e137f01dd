"""fetch() and a server that lies: the right file, or one sentence; never more than it may have."""
import contextlib
import gzip
import itertools
import shutil
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from loopback import DATA, names

from course.datasets import downloads
from course.datasets.archives import DownloadError
from course.datasets.downloads import fetch

MEGABYTES, HALF = len(DATA) / 1e6, 350_000
MOST = 1.1e6 * MEGABYTES
ZEROS = b'PK' + bytes(300_000_000)


def said(status, body=b'', **headers):
    """An answer, in raw bytes; `_` in the name of a header stands for `-`."""
    lines = [f'HTTP/1.1 {status} So']
    lines += [f'{name.replace("_", "-")}: {value}' for name, value in headers.items()]
    return [('\r\n'.join(lines) + '\r\n\r\n').encode('latin-1'), body]


def whole(**headers):
    return said(200, DATA, **{'Content_Length': len(DATA), 'ETag': '"1"', **headers})


def endless(*begin):
    return itertools.chain(begin, itertools.repeat(bytes(65_536)))


def drip():
    for k in range(10_000):
        yield DATA[k:k + 1]
        time.sleep(0.03)


def chunked(data):
    return b''.join(b'%x\r\n%s\r\n' % (len(data[k:k + 50_000]), data[k:k + 50_000])
                    for k in range(0, len(data), 50_000))


REFUSED = {     # to whatever is asked: what is sent, and words of the one sentence
    'endless': (lambda: endless(*said(200), DATA[:2]), 'sends more than 1 MB'),
    'endless chunks': (lambda: itertools.chain(
        said(200, Transfer_Encoding='chunked'),
        itertools.repeat(chunked(DATA))), 'sends more than 1 MB'),
    'long, and says so': (lambda: said(200, DATA[:9], Content_Length=10**12),
                          'sends more than 1 MB|has room for'),
    'longer than it says': (lambda: endless(*said(200), DATA), 'sends more than 1 MB'),
    'gzip': (lambda: said(200, GZIPPED, Content_Encoding='gzip'), 'is something else'),
    'deflate': (lambda: said(200, DEFLATED, Content_Encoding='deflate'), 'is something else'),
    'br': (lambda: said(200, b'\x8b\x02\x80', Content_Encoding='br'), 'is something else'),
    'drip': (lambda: itertools.chain(said(200), drip()), 'sends less than 5 KB a second'),
    'drip of a long file': (lambda: itertools.chain(said(200, Content_Length=len(DATA)), drip()),
                            'sends less than 5 KB a second'),
    'drip of chunks': (lambda: itertools.chain(
        said(200, Transfer_Encoding='chunked'), (b'1\r\n%s\r\n' % data for data in drip())),
        'sends less than 5 KB a second'),
    '416': (lambda: said(416), 'answers 416'),
    '416 with a length': (lambda: said(416, Content_Range=f'bytes */{len(DATA)}'), 'answers 416'),
    'a part, unasked': (lambda: said(206, DATA[:HALF], Content_Length=HALF, ETag='"1"',
                                     Content_Range=f'bytes 0-{HALF - 1}/{len(DATA)}'),
                        'answers 206'),
    'a part without a place': (lambda: said(206, DATA[:HALF], Content_Length=HALF), 'answers 206'),
    '204': (lambda: said(204), 'answers 204'),
    '304': (lambda: said(304), 'answers 304'),
    '302 to nowhere': (lambda: said(302), 'answers 302'),
    'a circle': (lambda: said(302, Location='/x.zip', Content_Length=0), 'cannot be fetched'),
    'a circle with endless bodies': (lambda: endless(*said(302, Location='/x.zip')),
                                     'cannot be fetched'),
    'a file of ours': (lambda: said(302, Location='file:///etc/passwd', Content_Length=0),
                       'cannot be fetched'),
    'a redirect to nonsense': (lambda: said(302, Location='http://[', Content_Length=0),
                               'cannot be fetched|is not the file'),
    'a crumb each time': (lambda: said(200, DATA[:1_000], Content_Length=len(DATA), ETag='"1"'),
                          'No connection'),
    'chunks of no size': (lambda: said(200, b'PK\r\nxyz', Transfer_Encoding='chunked'),
                          'No connection|is empty'),
    'chunks that end early': (lambda: said(200, chunked(DATA)[:90_000],
                                           Transfer_Encoding='chunked'), 'No connection'),
    'no HTTP': (lambda: [b'220 mail ready\r\n' * 9], 'No connection'),
    'a hundred thousand headers': (lambda: [b'HTTP/1.1 200 OK\r\n', b'X: y\r\n' * 100_000],
                                   'No connection'),
    'an endless header': (lambda: itertools.islice(endless(b'HTTP/1.1 200 OK\r\nX: '), 200),
                          'No connection'),
    'nothing': (lambda: [], 'No connection')}
GZIPPED, DEFLATED = gzip.compress(ZEROS, 6), zlib.compress(ZEROS)


@pytest.mark.parametrize('name', REFUSED)
@pytest.mark.parametrize('resuming', [False, True])
def test_a_lie_costs_neither_time_nor_memory_nor_disk(site, tmp_path, monkeypatch, name, resuming):
    monkeypatch.setattr(downloads, 'WHILE', 1)
    url = site.serve('x.zip', DATA)
    if resuming:
        (tmp_path / 'x.zip.part').write_bytes(DATA[:HALF])
        (tmp_path / 'x.zip.etag').write_text('"1"')
    answer, words = REFUSED[name]
    site.lie = lambda headers: answer()
    began = time.monotonic()
    tracemalloc.start()
    with pytest.raises(DownloadError, match=words) as failed:
        fetch(url, tmp_path, megabytes=MEGABYTES)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert time.monotonic() - began < 10 and len(site.asked) < 35
    assert len(str(failed.value)) < 600
    assert 'x.zip' not in names(tmp_path)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < MOST + 300
    site.lie = None                                     # and it does not spoil the next try
    assert fetch(url, tmp_path, megabytes=MEGABYTES).read_bytes() == DATA
    assert names(tmp_path) == ['x.zip']


def part(begin, end, **headers):
    return said(206, DATA[begin:end], **{
        'Content_Length': end - begin, 'ETag': '"1"',
        'Content_Range': f'bytes {begin}-{end - 1}/{len(DATA)}', **headers})


RIGHT = {       # to a request for a part, from that byte on
    'another version': lambda begin: said(
        206, bytes(len(DATA) - begin), ETag='"2"', Content_Length=len(DATA) - begin,
        Content_Range=f'bytes {begin}-{len(DATA) - 1}/{len(DATA)}'),
    'from another byte': lambda begin: part(begin - 1, len(DATA)),
    'from the start': lambda begin: part(0, len(DATA)),
    'without a range': lambda begin: said(206, DATA[begin:], Content_Length=len(DATA) - begin),
    'a range in words': lambda begin: part(begin, len(DATA), Content_Range='bytes all/of-it'),
    'of unknown length': lambda begin: part(begin, len(DATA), Content_Range=f'bytes {begin}-*/*'),
    'a little at a time': lambda begin: part(begin, min(begin + 100_000, len(DATA))),
    'the whole': lambda begin: whole(),
    'the whole, without a length': lambda begin: said(200, DATA),
    'the whole, with an odd length': lambda begin: said(200, DATA, Content_Length='many'),
    'the whole, with an odd ETag': lambda begin: whole(ETag='\xe9' * 3000),
    'nothing is left': lambda begin: said(416, Content_Range=f'bytes */{begin - 1}'),
    'nothing, without a length': lambda begin: said(416)}


@pytest.mark.parametrize('name', RIGHT)
def test_the_right_file_in_spite_of_a_lie_about_its_parts(site, tmp_path, name):
    def lie(headers):
        asked = headers.get('Range')
        return RIGHT[name](int(asked[6:-1])) if asked else whole()
    url, site.lie = site.serve('x.zip', DATA), lie
    (tmp_path / 'x.zip.part').write_bytes(DATA[:HALF])
    (tmp_path / 'x.zip.etag').write_text('"1"')
    assert fetch(url, tmp_path, megabytes=MEGABYTES).read_bytes() == DATA
    assert names(tmp_path) == ['x.zip'] and len(site.asked) <= 5


class To_http(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked += 1
        self.send_response(302)
        self.send_header('Location', self.server.location)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def encrypted(folder, monkeypatch):
    """A server on this machine that speaks https, with a certificate that is trusted."""
    pem = folder / 'server.pem'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
                    '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1',
                    '-keyout', pem.with_suffix('.key'), '-out', pem], check=True,
                   capture_output=True)
    monkeypatch.setenv('REQUESTS_CA_BUNDLE', str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, pem.with_suffix('.key'))
    server = HTTPServer(('127.0.0.1', 0), To_http)
    server.socket, server.asked = context.wrap_socket(server.socket, server_side=True), 0
    threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.01}).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.skipif(not shutil.which('openssl') or sys.platform == 'win32', reason='no openssl')
@pytest.mark.parametrize('spelling', ['http', 'HTTP'])
def test_never_from_https_to_http(site, tmp_path, monkeypatch, spelling):
    url = site.serve('x.zip', DATA)
    with encrypted(tmp_path, monkeypatch) as server:
        server.location = url.replace('http', spelling)
        with pytest.raises(DownloadError, match='where nothing is encrypted'):
            fetch(f'https://127.0.0.1:{server.server_port}/x.zip', tmp_path / 'new')
    assert server.asked == 1 and not site.asked and names(tmp_path / 'new') == []
