"""course/experiments.py under SIGKILL and with a full disk: each finished run is kept whole."""
import random
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from course.experiments import Results

pytestmark = pytest.mark.skipif(sys.platform == 'win32', reason='signals')
KILLS = 12
# Runs of three rows each; with a number, it kills itself at that call of fsync or replace.
PROGRAM = """
import os, signal, sys
from course.experiments import Results

path, jobs, deadline = sys.argv[1], *map(int, sys.argv[2:])
calls = []

def deadly(call):
    def wrapped(*arguments):
        calls.append(call)
        if len(calls) == deadline:
            os.kill(os.getpid(), signal.SIGKILL)
        call(*arguments)
    return wrapped

if deadline:
    os.fsync, os.replace = deadly(os.fsync), deadly(os.replace)
results = Results(path, ['seed', 'epoch', 'loss'], ['seed'], 'python -m it')
print('begun', flush=True)
for (seed,) in results.missing((seed,) for seed in range(jobs)):
    results.add([{'seed': seed, 'epoch': epoch, 'loss': 1 / (seed + epoch)}
                 for epoch in (1, 2, 3)])
"""


def begin(path, jobs, deadline=0):
    """The program, about to do its first run."""
    process = subprocess.Popen([sys.executable, '-c', PROGRAM, path, str(jobs), str(deadline)],
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == 'begun\n'
    return process


def kept(path):
    """How many runs the file holds, which are checked: whole, in order, each once."""
    if not path.exists():
        return 0
    rows = pd.read_csv(path)
    runs = len(rows) // 3
    right = [(seed, epoch, 1 / (seed + epoch)) for seed in range(runs) for epoch in (1, 2, 3)]
    assert list(rows.itertuples(index=False, name=None)) == right
    return runs


def test_killed_again_and_again_it_keeps_every_finished_run(tmp_path):
    path, rng, before, resumed = tmp_path / 'runs.csv', random.Random(0), 0, 0
    for n in range(KILLS):
        with begin(path, 10**6) as process:
            size = path.stat().st_size if path.exists() else 0
            while n % 2 and process.poll() is None and not (
                    path.exists() and path.stat().st_size > size):
                time.sleep(0.001)                       # half of them with a run added
            time.sleep(rng.uniform(0, 0.2))
            process.kill()
        now = kept(path)
        assert process.returncode == -signal.SIGKILL and now >= before
        before, resumed = now, resumed + (now > before > 0)
    assert resumed >= KILLS // 2 - 1                    # before the first, nothing was kept
    with begin(path, before + 5) as process:
        assert process.wait() == 0
    assert kept(path) == before + 5
    assert sorted(file.name for file in tmp_path.iterdir()) == ['runs.csv', 'runs.txt']


def test_killed_before_every_flush_and_rename(tmp_path):
    """The first run makes both files, the second rewrites one of them."""
    for deadline in range(1, 20):
        path = tmp_path / f'{deadline}' / 'runs.csv'
        with begin(path, 2, deadline) as process:
            status = process.wait()
        assert kept(path) in (0, 1, 2)
        with begin(path, 2) as process:
            assert process.wait() == 0
        assert kept(path) == 2
        assert sorted(file.name for file in path.parent.iterdir()) == ['runs.csv', 'runs.txt']
        if status == 0:
            break
    assert deadline == 7            # a flush and a rename for each of three files, then none


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path):
    resource = pytest.importorskip('resource')
    file = Results(tmp_path / 'runs.csv', ['seed', 'text'], ['seed'], 'command')
    file.add([{'seed': 0, 'text': 'x' * 3000}])
    before, limit = (tmp_path / 'runs.csv').read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, limit[1]))
        with pytest.raises(OSError):
            file.add([{'seed': 1, 'text': 'x' * 3000}])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)
    assert (tmp_path / 'runs.csv').read_bytes() == before
    assert list(file.missing([(0,), (1,)])) == [(1,)]
    file.add([{'seed': 1, 'text': 'x' * 3000}])
    assert list(file.missing([(0,), (1,)])) == []
