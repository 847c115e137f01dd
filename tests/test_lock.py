"""A training says so to the next one, and not for longer than its process lives."""
import json
import os
import subprocess
import sys
import threading

import psutil
import pytest
from IPython.core.interactiveshell import InteractiveShell

from course.checkpoints import lock

TAKE = 'import sys, time; from course.checkpoints import lock; lock.take(sys.argv[1]); print(1)'


def other_process(path, then=''):
    process = subprocess.Popen([sys.executable, '-c', TAKE + then, str(path)],
                               stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def test_a_living_process_is_named_and_a_dead_one_is_not_in_the_way(tmp_path):
    path = tmp_path / 'model' / 'x.lock'
    process = other_process(path, '; time.sleep(60)')
    try:
        with pytest.raises(RuntimeError, match=f'process {process.pid}.* Shut that kernel down'):
            lock.take(str(path))
    finally:
        process.kill()
        process.wait()
    lock.take(str(path))
    assert json.loads(path.read_text())['pid'] == os.getpid()
    lock.take(str(path))                                # the same process again
    lock.release(str(path))
    lock.release(str(path))
    assert not path.exists()


def test_a_number_that_another_process_has_now_is_not_taken_for_it(tmp_path):
    path = tmp_path / 'x.lock'
    lock.take(str(path))
    mine = json.loads(path.read_text())
    path.write_text(json.dumps({**mine, 'pid': os.getppid(), 'began': mine['began'] - 1000}))
    lock.take(str(path))


def test_another_machine_cannot_be_asked(tmp_path):
    path = tmp_path / 'x.lock'
    lock.take(str(path))
    path.write_text(json.dumps({**json.loads(path.read_text()), 'host': 'elsewhere'}))
    with pytest.raises(RuntimeError, match=f'On elsewhere, .* If that is over, delete {path}'):
        lock.take(str(path))


@pytest.mark.parametrize('end', ['', 'raise KeyboardInterrupt', '1 / 0'])
def test_in_a_notebook_it_is_released_when_the_cell_ends(tmp_path, end, capsys):
    """So the next notebook is not told that a kernel at rest is training."""
    path, shell = tmp_path / 'x.lock', InteractiveShell.instance()
    shell.user_ns.update(lock=lock, path=path, seen=[])
    shell.run_cell(f'lock.take(str(path))\nseen.append(path.exists())\n{end}', silent=True)
    assert shell.user_ns['seen'] == [True] and not path.exists()
    process = other_process(path, '; time.sleep(60)')
    try:
        shell.run_cell('1', silent=True)                # nor is that of another one removed later
        lock.release(str(path))
        assert path.exists()
    finally:
        process.kill()
        process.wait()
        InteractiveShell.clear_instance()


def test_a_file_that_is_being_written_is_not_taken_for_a_damaged_one(tmp_path):
    path, other = tmp_path / 'x.lock', psutil.Process(os.getppid())
    lock.take(str(path))
    text = json.dumps({**json.loads(path.read_text()), 'pid': other.pid,
                       'began': other.create_time()})
    path.write_text('')
    writer = threading.Timer(0.05, path.write_text, [text])
    writer.start()
    with pytest.raises(RuntimeError, match=f'process {other.pid}'):
        lock.take(str(path))
    writer.join()


@pytest.mark.parametrize('text', ['', 'half a li', '{"pid": 1'])
def test_a_damaged_file_is_taken_over(tmp_path, text):
    path = tmp_path / 'x.lock'
    path.write_text(text)
    lock.take(str(path))
    assert json.loads(path.read_text())['pid'] == os.getpid()
