"""unpack(): the wanted files of an archive arrive, and nothing leads out of the folder."""
import stat

import pytest
from loopback import FILES, NOISE, a_tgz, a_zip, names, unpacked

from course.datasets.archives import BadArchive

HARMFUL = ['../x.jpg', 'a/../../x.jpg', '/x.jpg', '/tmp/x.jpg', '..', 'a/..', '..\\x.jpg',
           'C:\\x.jpg', 'C:x.jpg', '\\\\host\\x.jpg', 'a/x.jpg:stream', 'a\nb.jpg', 'a/\x1b[2J.jpg']


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz'), (a_tgz, '.tar.gz')])
def test_files_are_unpacked_where_they_are_wanted(tmp_path, make, suffix):
    def place(name):
        return name.removeprefix('set/') if name.endswith('.jpg') else None

    data = make({**FILES, './set/a/3.jpg': b'with a dot'})
    assert unpacked(tmp_path, data, suffix, place) == {
        'a/1.jpg': b'one', 'b/2.jpg': NOISE, 'b/empty.jpg': b'',
        'ключ/猫.jpg': b'letters', 'a/3.jpg': b'with a dot'}


def test_a_name_twice_is_refused(tmp_path):
    with pytest.raises(BadArchive, match='holds two files for 1.jpg'):
        unpacked(tmp_path, a_zip({'train/1.jpg': b'x', 'val/1.jpg': b'y'}), '.zip',
                 lambda name: name.split('/')[1])


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz')])
@pytest.mark.parametrize('name', HARMFUL)
def test_names_that_lead_out_are_refused(tmp_path, make, suffix, name):
    with pytest.raises(BadArchive, match='x.(zip|tgz) holds a file named .* lead out of'):
        unpacked(tmp_path, make({name: b'harm', 'good.jpg': b''}), suffix)
    assert names(tmp_path) == ['in'] and names(tmp_path / 'in') == [f'x{suffix}']


@pytest.mark.parametrize('kind', [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_in_a_zip_file_are_refused(tmp_path, kind):
    data = a_zip({'a/link.jpg': b'/etc/passwd'}, {'a/link.jpg': kind | 0o777})
    with pytest.raises(BadArchive, match="holds 'a/link.jpg', a link or a device"):
        unpacked(tmp_path, data, '.zip')


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz')])
@pytest.mark.parametrize('name', [
    'CON', 'nul', 'a/aux.jpg', 'a/Aux .jpg', 'COM1/x.jpg', 'lpt9.tar.gz', 'a/com¹.jpg', 'CONIN$',
    'prn./x.jpg', 'a/x.jpg.', 'a/x.jpg ', 'a./x.jpg', 'a /x.jpg', '.../x.jpg'])
def test_names_that_are_something_else_on_windows_are_refused(tmp_path, make, suffix, name):
    with pytest.raises(BadArchive, match='on Windows .* is something else'):
        unpacked(tmp_path, make({name: b'harm', 'good.jpg': b''}), suffix)
    assert names(tmp_path) == ['in']


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz')])
def test_names_that_only_look_like_it_are_unpacked(tmp_path, make, suffix):
    files = {'console/auxiliary.jpg': b'1', 'a/com10.jpg': b'2', 'nul_1/.con': b'3', 'com.j': b'4'}
    assert unpacked(tmp_path, make(files), suffix) == files


@pytest.mark.parametrize('make, suffix', [(a_zip, '.zip'), (a_tgz, '.tgz')])
@pytest.mark.parametrize('files', [{'a': b'file', 'a/b.jpg': b''}, {'a/b.jpg': b'', 'a': b'file'}])
def test_a_file_in_the_way_of_a_folder_is_refused(tmp_path, make, suffix, files):
    with pytest.raises(BadArchive, match='holds a/b.jpg, and a file with|holds two files for a'):
        unpacked(tmp_path, make(files), suffix)
