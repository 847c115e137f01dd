"""fetch() beside a server on this machine that cuts connections, lies and fills disks."""
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT
from loopback import a_zip, disk_full_at, running_site

from course.datasets import downloads
from course.datasets.downloads import DownloadError, archive_from, fetch, unpack

NOISE = np.random.default_rng(0).bytes(700_000)
DATA = b'PK' + NOISE                                # as long as it is not unpacked, a zip
PAGE = b'<!DOCTYPE html><title>Sign in to the network</title>'


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv('NO_PROXY', '127.0.0.1')
    with running_site() as site:
        yield site


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def names(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_arrives_once(site, tmp_path):
    url = site.serve('x.zip', DATA)
    assert fetch(url, tmp_path / 'new', sha256(DATA)).read_bytes() == DATA
    assert names(tmp_path / 'new') == ['x.zip'] and site.asked == ['']
    assert fetch(url, tmp_path / 'new', sha256(DATA)) == tmp_path / 'new/x.zip'
    assert fetch(url, tmp_path / 'new') == tmp_path / 'new/x.zip'
    assert site.asked == ['']                       # what is there is not asked for


def test_a_cut_connection_is_taken_up_again(site, tmp_path):
    url = site.serve('x.zip', DATA)
    site.cut_after = [200_000, 300_000, 150_000]
    assert fetch(url, tmp_path, sha256(DATA)).read_bytes() == DATA
    begins = [int(asked[6:-1] or 0) for asked in site.asked]
    assert len(begins) == 4 and begins == sorted(set(begins))
    assert begins[-1] > 400_000 and names(tmp_path) == ['x.zip']
    assert site.sent < len(DATA) + 3 * downloads.CHUNK + 30_000     # next to nothing comes twice


@pytest.mark.parametrize('etag', ['"1"', None])
def test_a_server_that_goes_away_and_comes_back(site, tmp_path, etag):
    url, site.etag = site.serve('x.zip', DATA), etag
    site.cut_after = [300_000] + [0] * 9
    with pytest.raises(DownloadError, match=r'No connection to 127.0.0.1:\d+ .*run the same command'
                                            r' again; it goes on after the 0.[23] MB') as failed:
        fetch(url, tmp_path)
    assert len(str(failed.value).splitlines()) == 1
    site.cut_after, site.asked = [], []
    assert fetch(url, tmp_path).read_bytes() == DATA
    assert site.asked[0] > 'bytes=2' if etag else site.asked == ['']    # none: it might be another
    assert names(tmp_path) == ['x.zip']


def test_a_server_that_cannot_send_a_part(site, tmp_path):
    url, site.ranges = site.serve('x.zip', DATA), False
    site.cut_after = [200_000, 400_000]
    assert fetch(url, tmp_path, sha256(DATA)).read_bytes() == DATA


def test_no_part_of_one_version_is_joined_to_another(site, tmp_path):
    url = site.serve('x.zip', b'PK' + bytes(500_000))
    site.cut_after = [300_000, 0]
    with pytest.raises(DownloadError):
        fetch(url, tmp_path)
    site.serve('x.zip', DATA)
    site.etag, site.cut_after = '"2"', []
    assert fetch(url, tmp_path).read_bytes() == DATA


@pytest.mark.parametrize('surplus', [b'', b'more'])
def test_a_part_that_is_whole_or_too_long(site, tmp_path, surplus):
    url = site.serve('x.zip', DATA)
    (tmp_path / 'x.zip.part').write_bytes(DATA + surplus)
    (tmp_path / 'x.zip.etag').write_text('"1"')
    assert fetch(url, tmp_path, sha256(DATA)).read_bytes() == DATA
    assert len(site.asked) == (2 if surplus else 1)


FETCH = 'import sys, downloads; downloads.fetch(sys.argv[1], sys.argv[2], sys.argv[3])'


def listen():
    """What a shell runs in the background ignores Ctrl-C, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name != 'posix', reason='signals')
@pytest.mark.parametrize('by', ['SIGKILL', 'SIGINT'])
def test_killed_at_any_moment_it_goes_on(site, tmp_path, by):
    url, site.pause = site.serve('x.zip', DATA), 0.04           # 2.8 seconds in all
    part, rng, sizes = tmp_path / 'x.zip.part', random.Random(by), [0]
    for _ in range(3):
        process = subprocess.Popen([sys.executable, '-c', FETCH, url, tmp_path, sha256(DATA)],
                                   cwd=ROOT, stderr=subprocess.DEVNULL, preexec_fn=listen)
        while downloads.size(part) <= sizes[-1] and process.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.3))
        process.send_signal(getattr(signal, by))
        assert process.wait(60) != 0
        sizes.append(downloads.size(part))
    assert sizes == sorted(set(sizes)) and sizes[-1] < len(DATA)
    site.pause = 0
    assert fetch(url, tmp_path, sha256(DATA)).read_bytes() == DATA
    assert site.sent < 2 * len(DATA)


def test_a_wrong_checksum_leaves_nothing(site, tmp_path):
    url = site.serve('x.zip', DATA)
    with pytest.raises(DownloadError, match='is not the file that its publisher describes'):
        fetch(url, tmp_path, sha256(b'another'))
    assert names(tmp_path) == [] and site.asked == ['']         # nor is it fetched again at once


@pytest.mark.parametrize('answer, words', [(PAGE, 'is a web page'), (b'', 'is empty'), (
    b'%PDF-1.4', 'something else, it begins with')])
@pytest.mark.parametrize('name', ['x.zip', 'x.tgz', 'x.tar.gz'])
def test_a_page_in_place_of_the_archive(site, tmp_path, name, answer, words):
    url, site.kind = site.serve(name, answer), 'text/html'
    with pytest.raises(DownloadError, match=f'{words}(.|\n)*open it in a browser'):
        fetch(url, tmp_path)
    assert names(tmp_path) == []


def test_a_page_does_not_cost_what_has_come(site, tmp_path):
    url = site.serve('x.zip', DATA)
    site.cut_after = [300_000, 0]
    with pytest.raises(DownloadError):
        fetch(url, tmp_path)
    site.serve('x.zip', PAGE)
    site.etag = None                                # the network in between knows of no parts
    with pytest.raises(DownloadError, match='is a web page'):
        fetch(url, tmp_path)
    site.serve('x.zip', DATA)
    site.etag, site.asked = '"1"', []
    assert fetch(url, tmp_path).read_bytes() == DATA
    assert site.asked[0] > 'bytes=2'


@pytest.mark.parametrize('status', [403, 404, 503])
def test_a_server_that_refuses(site, tmp_path, status):
    url, site.status = site.serve('x.zip', DATA), status
    with pytest.raises(DownloadError, match=f'x.zip: the server answers {status}'):
        fetch(url, tmp_path)
    assert names(tmp_path) == [] and len(site.asked) == 1


@pytest.mark.parametrize('host', ['127.0.0.1:9', 'no-such-host.invalid'])
def test_no_network_is_said_in_one_sentence(tmp_path, host, monkeypatch):
    monkeypatch.setenv('NO_PROXY', '*')
    with pytest.raises(DownloadError) as failed:
        fetch(f'http://{host}/x.zip', tmp_path)
    assert str(failed.value).startswith(f'No connection to {host} (Failed to ')
    assert str(failed.value).endswith('get online and run the same command again; nothing came yet')
    assert len(str(failed.value).splitlines()) == 1 and names(tmp_path) == []


def test_too_little_room_is_seen_before_it_is_filled(site, tmp_path, monkeypatch):
    url = site.serve('x.zip', DATA)
    monkeypatch.setattr(downloads.shutil, 'disk_usage', lambda _: SimpleNamespace(free=500_000))
    with pytest.raises(DownloadError, match=r'has room for 0 MB, x.zip needs 1\. Make room'):
        fetch(url, tmp_path)
    assert names(tmp_path) == []


def test_a_disk_that_is_full_half_way(site, tmp_path):
    url = site.serve('x.zip', DATA)
    with disk_full_at(400_000), pytest.raises(DownloadError, match='cannot be written to: File too '
                                              'large. Make room .* goes on after the 0.4 MB'):
        fetch(url, tmp_path, sha256(DATA))
    assert fetch(url, tmp_path, sha256(DATA)).read_bytes() == DATA
    assert site.asked == ['', 'bytes=400000-']


def test_a_bad_archive_is_removed_and_a_good_one_after_use(site, tmp_path):
    url = site.serve('x.zip', DATA)
    with pytest.raises(DownloadError, match='is damaged .*It is removed: run the same command'):
        with archive_from(url, tmp_path) as archive:
            unpack(archive, tmp_path / 'out', lambda name: name)
    assert names(tmp_path) == []
    url = site.serve('y.zip', a_zip({'a.jpg': b'a', 'b.jpg': b'b'}))
    with pytest.raises(ZeroDivisionError), archive_from(url, tmp_path):
        raise ZeroDivisionError                     # not the archive's fault: it stays
    assert names(tmp_path) == ['y.zip']
    with archive_from(url, tmp_path) as archive:
        unpack(archive, tmp_path / 'out', lambda name: name)
    assert names(tmp_path) == ['out'] and names(tmp_path / 'out') == ['a.jpg', 'b.jpg']
