"""fetch() and a server that cuts connections, lies and goes away; kills, and full disks."""
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from loopback import DATA, PAGE, disk_full_at, names, sha256

from course.datasets.archives import DownloadError
from course.datasets.downloads import fetch


@pytest.mark.parametrize('etag', ['"1"', None])
def test_a_server_that_goes_away_and_comes_back(site, tmp_path, etag):
    url, site.etag = site.serve('x.zip', DATA), etag
    site.cut_after = [300_000] + [0] * 9
    with pytest.raises(DownloadError, match=r'No connection to 127.0.0.1:\d+ .*run the same command'
                                            r' again; it resumes after 0.[23] MB') as failed:
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


FETCH = 'import sys; from course.datasets.downloads import fetch; fetch(*sys.argv[1:])'


def size(file):
    return file.stat().st_size if file.exists() else 0


def listen():
    """What a shell runs in the background ignores Ctrl-C, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name != 'posix', reason='signals')
@pytest.mark.parametrize('by', ['SIGKILL', 'SIGINT'])
def test_killed_at_any_moment_it_resumes(site, tmp_path, by):
    url, site.pause = site.serve('x.zip', DATA), 0.04           # 2.8 seconds in all
    part, rng, sizes = tmp_path / 'x.zip.part', random.Random(by), [0]
    for _ in range(3):
        process = subprocess.Popen([sys.executable, '-c', FETCH, url, tmp_path, sha256(DATA)],
                                   stderr=subprocess.DEVNULL, preexec_fn=listen)
        while size(part) <= sizes[-1] and process.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.3))
        process.send_signal(getattr(signal, by))
        assert process.wait(60) != 0
        sizes.append(size(part))
    assert sizes == sorted(set(sizes)) and sizes[-1] < len(DATA)
    site.pause = 0
    assert fetch(url, tmp_path, sha256(DATA)).read_bytes() == DATA
    assert site.sent < 2 * len(DATA)


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


def test_a_disk_that_is_full_half_way(site, tmp_path):
    url = site.serve('x.zip', DATA)
    with disk_full_at(400_000), pytest.raises(DownloadError, match='cannot be written to: File too '
                                              'large. Make room .* resumes after 0.4 MB'):
        fetch(url, tmp_path, sha256(DATA))
    assert fetch(url, tmp_path, sha256(DATA)).read_bytes() == DATA
    assert site.asked == ['', 'bytes=400000-']
