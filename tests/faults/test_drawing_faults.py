"""Drawing that is killed, done twice at once, or has no shared memory or no room on the disk."""
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from loopback import disk_full_at

from drawing.render import SETS, render

SEED, PER_CLASS = 3, 24
DRAW = [sys.executable, '-m', 'drawing.render', 'flowering_herbaceous',
        '--per-class', str(PER_CLASS), '--seed', str(SEED), '--out']
on_linux = pytest.mark.skipif(sys.platform != 'linux', reason='/proc, and tools of Linux')


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in Path(folder).rglob('*') if path.is_file()}


@pytest.fixture(scope='module')
def whole(tmp_path_factory):
    """What an undisturbed drawing makes."""
    folder = tmp_path_factory.mktemp('whole')
    render(SETS['flowering_herbaceous'], folder, PER_CLASS, SEED)
    return contents(folder)


def group_of(process):
    """The processes that a process which leads a group has started, itself included, if alive."""
    members = []
    for stat in Path('/proc').glob('[0-9]*/stat'):
        try:
            state, _, group = stat.read_text().rpartition(')')[2].split()[:3]
        except OSError:                     # it has just ended
            continue
        if int(group) == process.pid and state not in 'ZX':
            members.append(int(stat.parent.name))
    return members


def listen():
    """What a shell runs in the background ignores Ctrl-C, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finished(path):
    return [file for file in path.rglob('*.jpg') if not file.name.startswith('.')]


@on_linux
@pytest.mark.parametrize('by', [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize('nth', range(4))
def test_killed_drawing_leaves_no_process_and_is_completed(tmp_path, whole, by, nth):
    process = subprocess.Popen([*DRAW, tmp_path], start_new_session=True, preexec_fn=listen,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(finished(tmp_path)) < nth and process.poll() is None:
        time.sleep(0.01)
    time.sleep(random.Random(nth).uniform(0, 0.15))
    if by is signal.SIGINT:                 # Ctrl-C reaches all processes of the terminal
        os.killpg(process.pid, by)
    else:
        process.send_signal(by)
    process.wait(60)
    deadline = time.monotonic() + 10
    while group_of(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not group_of(process)
    assert len(finished(tmp_path)) < len(whole)         # it was still at it
    assert subprocess.run([*DRAW, tmp_path], stdout=subprocess.DEVNULL).returncode == 0
    assert contents(tmp_path) == whole


def test_two_drawings_at_once_are_both_right(tmp_path, whole):
    both = [subprocess.Popen([*DRAW, tmp_path], stdout=subprocess.PIPE, text=True)
            for _ in range(2)]
    for process in both:
        assert 'images' in process.communicate(timeout=120)[0] and process.returncode == 0
    assert contents(tmp_path) == whole


@on_linux
@pytest.mark.parametrize('shared_memory', ['mount -t tmpfs -o ro none /dev/shm',
                                           'mount -t tmpfs none /dev'])
def test_without_shared_memory_one_process_draws(tmp_path, whole, shared_memory):
    apart = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c']
    if subprocess.run([*apart, shared_memory], capture_output=True).returncode:
        pytest.skip('this system gives no mounts of their own to its users')
    draw = ' '.join(f"'{word}'" for word in map(str, [*DRAW, tmp_path]))
    done = subprocess.run([*apart, f'{shared_memory} && {draw}'], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path) == whole


@pytest.mark.parametrize('in_one_process', [False, True])
def test_a_full_disk_is_said_in_one_sentence_with_the_megabytes(tmp_path, whole, monkeypatch,
                                                                in_one_process):
    if in_one_process:
        monkeypatch.setattr('drawing.render.spread', lambda function, jobs, *_: map(function, jobs))
    largest = max(map(len, whole.values()))
    with disk_full_at(largest - 1), pytest.raises(OSError) as failed:
        render(SETS['flowering_herbaceous'], tmp_path, PER_CLASS, SEED)
    said = str(failed.value)
    assert said.startswith(f'{tmp_path} cannot be written to: File too large. ')
    missing = int(re.search(r'(\d+) images are missing and need about [\d.]+ MB; [\d.]+ MB are '
                            'free', said)[1])
    assert 1 <= missing <= len(whole) and said.endswith('run the same command again: it resumes')
    assert not list(tmp_path.rglob('*.part'))
    assert all(whole[name] == data for name, data in contents(tmp_path).items())
    render(SETS['flowering_herbaceous'], tmp_path, PER_CLASS, SEED)
    assert contents(tmp_path) == whole


def test_a_worker_that_the_system_kills_is_said(tmp_path, monkeypatch):
    (tmp_path / 'greedy_painter.py').write_text(
        'import os, signal\ndef draw(*_):\n    os.kill(os.getpid(), signal.SIGKILL)\n')
    monkeypatch.syspath_prepend(tmp_path)
    greedy = SETS['flowering_herbaceous']._replace(painter='greedy_painter')
    with pytest.raises(OSError, match='has died; perhaps the memory ran out. Run the'):
        render(greedy, tmp_path / 'out', PER_CLASS)
