"""A file is the old one or the new one, whatever happens while it is written."""
import errno
import os

import pytest

from course import whole_file


def test_what_is_written_is_there(tmp_path):
    path = tmp_path / 'new' / 'x [1].txt'
    for data in b'one', b'', bytes(10 ** 6):
        whole_file.write_whole(path, data)
        assert path.read_bytes() == data and list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize('step', ['fsync', 'replace'])
def test_the_old_file_stays_until_the_new_one_is_complete(tmp_path, monkeypatch, step):
    def fails(*arguments):
        raise OSError(errno.ENOSPC, 'No space left on device')

    path = tmp_path / 'x'
    path.write_bytes(b'old')
    with monkeypatch.context() as changed:
        changed.setattr(os, step, fails)
        with pytest.raises(OSError, match='No space left'):
            whole_file.write_whole(path, b'new')
    assert path.read_bytes() == b'old'
    whole_file.write_whole(path, b'new')                # over what was left aside
    assert path.read_bytes() == b'new' and list(tmp_path.iterdir()) == [path]


def test_a_drive_that_cannot_tell_is_no_failure(tmp_path, monkeypatch):
    def not_supported(number):
        raise OSError(errno.EINVAL, 'Invalid argument')

    monkeypatch.setattr(os, 'fsync', not_supported)
    whole_file.write_whole(tmp_path / 'x', b'new')
    assert (tmp_path / 'x').read_bytes() == b'new'
