"""A cut cable, a proxy, a port that others could reach, a starter that is killed."""
import os
import re
import subprocess
import sys
import time

import psutil
import pytest
from conftest import ROOT
from many_workers import make_folder, only_linux

from course.many import AGAIN
from course.many.connection import GONE, state_of

pytestmark = [only_linux, pytest.mark.slow]
COMMAND = [sys.executable, str(ROOT / 'train_on_many.py'), '--notebook', 'small.ipynb',
           '--nb_epoch', '2000']
PATIENCE = 60                   # seconds


def run(command, folder, printed, **environment):
    with open(printed, 'w') as file:
        return subprocess.Popen(command, cwd=folder, stdout=file, stderr=subprocess.STDOUT,
                                env={**os.environ, 'COURSE_THREADS': '1', **environment})


def wait_for(text, printed, seconds=600):
    end = time.monotonic() + seconds
    while not re.search(text, printed.read_text()):
        assert time.monotonic() < end, printed.read_text()
        time.sleep(0.05)


@pytest.fixture
def two_machines():
    """The names of two network namespaces with a cable between them, 10.77.0.1 to 10.77.0.2."""
    names = [f'many{os.getpid()}{k}' for k in 'ab']

    def ip(*words):
        return subprocess.run(['ip', *words], capture_output=True, text=True)

    if any(ip('netns', 'add', name).returncode for name in names):
        pytest.skip('this user may not make network namespaces')
    ip('link', 'add', names[0], 'netns', names[0], 'type', 'veth', 'peer', 'name', names[1],
       'netns', names[1])
    for k, name in enumerate(names, 1):
        ip('-n', name, 'addr', 'add', f'10.77.0.{k}/24', 'dev', name)
        for device in 'lo', name:
            ip('-n', name, 'link', 'set', device, 'up')
    yield names
    for name in names:
        ip('netns', 'del', name)


def test_a_cable_is_cut(two_machines, tmp_path):
    """There is a proxy in the environment too, which is not there: it must not be asked."""
    folder = make_folder(tmp_path / 'a')
    printed = [tmp_path / f'{task}.txt' for task in (0, 1)]
    workers = [run(['ip', 'netns', 'exec', name, *COMMAND, '--workers',
                    '10.77.0.1:2222,10.77.0.2:2222', '--task', str(task), '--patience',
                    str(PATIENCE)], folder, file, http_proxy='http://10.77.0.9:1')
               for task, (name, file) in enumerate(zip(two_machines, printed))]
    try:
        wait_for('epoch 2:', printed[0])
        subprocess.run(['ip', '-n', two_machines[0], 'link', 'set', two_machines[0], 'down'],
                       check=True)
        for task, worker in enumerate(workers):
            assert worker.wait(PATIENCE + 300) == AGAIN
            assert re.search(rf'worker {1 - task} \(10.77.0.{2 - task}:2222\) (does not answer|is '
                             r'gone)', printed[task].read_text())
    finally:
        for worker in workers:
            worker.kill()


def test_local_workers_cannot_be_reached_and_end_with_their_starter(tmp_path):
    folder, printed = make_folder(tmp_path / 'a'), tmp_path / 'printed.txt'
    starter = run([*COMMAND, '--local', '2'], folder, printed)
    try:
        wait_for('epoch 2:', printed)
        children = psutil.Process(starter.pid).children(recursive=True)
        assert len(children) >= 2
        text = printed.read_text()
        if 'by nobody else' in text:
            addresses = re.search(r'Worker 0 of 2, .*?: (.*)', text)[1].split(', ')
            assert [state_of(address) for address in addresses] == [GONE, GONE]
    finally:
        starter.kill()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
