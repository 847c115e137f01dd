"""course/free_space.py compared with psutil, and in a container with a limit."""
import sys

import psutil
import pytest

from course import free_space


def test_the_disk_of_a_folder_that_does_not_exist_yet(tmp_path):
    free = free_space.free_disk(tmp_path / 'not' / 'yet')
    assert free == pytest.approx(psutil.disk_usage(str(tmp_path)).free, rel=0.05)


@pytest.mark.skipif(sys.platform != 'linux', reason='elsewhere nobody says')
def test_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(free_space, 'LIMIT', tmp_path / 'max')
    monkeypatch.setattr(free_space, 'USED', tmp_path / 'current')
    whole = psutil.virtual_memory().available
    assert free_space.free_memory() == pytest.approx(whole, rel=0.2)
    for limit, used, free in (('3000000', '1000000', 2_000_000), ('1000', '1001', 0),
                              ('max', '5', whole)):
        (tmp_path / 'max').write_text(f'{limit}\n')
        (tmp_path / 'current').write_text(f'{used}\n')
        assert free_space.free_memory() == pytest.approx(free, rel=0.2)


def test_gigabytes_as_people_write_them():
    assert free_space.in_gb(2.14e9) == '2.1 GB' and free_space.in_gb(None) == 'unknown'
