"""fetch() and a server on this machine: a file comes once, whole and checked, or it says why."""
from types import SimpleNamespace

import pytest
from loopback import DATA, PAGE, a_zip, names, sha256

from course.datasets import downloads
from course.datasets.archives import DownloadError, unpack
from course.datasets.downloads import archive_from, fetch


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


def test_a_wrong_checksum_leaves_nothing(site, tmp_path):
    url = site.serve('x.zip', DATA)
    with pytest.raises(DownloadError, match='is not the file that its publisher describes'):
        fetch(url, tmp_path, sha256(b'another'))
    assert names(tmp_path) == [] and site.asked == ['']         # nor is it fetched again at once


@pytest.mark.parametrize('answer, words', [(PAGE, 'is a web page'), (b'', 'is empty'), (
    b'%PDF-1.4', 'something else: it begins with')])
@pytest.mark.parametrize('name', ['x.zip', 'x.tgz', 'x.tar.gz'])
def test_a_page_in_place_of_the_archive(site, tmp_path, name, answer, words):
    url, site.kind = site.serve(name, answer), 'text/html'
    with pytest.raises(DownloadError, match=f'{words}(.|\n)*open it in a browser'):
        fetch(url, tmp_path)
    assert names(tmp_path) == []


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
    assert str(failed.value).endswith('run the same command again; nothing has arrived yet')
    assert len(str(failed.value).splitlines()) == 1 and names(tmp_path) == []


def test_too_little_room_is_seen_before_it_is_filled(site, tmp_path, monkeypatch):
    url = site.serve('x.zip', DATA)
    monkeypatch.setattr(downloads.shutil, 'disk_usage', lambda _: SimpleNamespace(free=500_000))
    with pytest.raises(DownloadError, match=r'has room for 0 MB, x.zip needs 1\. Make room'):
        fetch(url, tmp_path)
    assert names(tmp_path) == []


def test_a_bad_archive_is_removed_and_a_good_one_after_use(site, tmp_path):
    url = site.serve('x.zip', DATA)
    with pytest.raises(DownloadError, match='is damaged .*It has been removed: run the same'):
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
