"""The place in which a submission runs: what it sees of the machine, and its limits."""
import os
import socket
import sys
import tempfile

import psutil
import pytest
from exercise_runner import EXERCISES
from nbformat.v4 import new_code_cell, new_notebook

from course import ROOT
from course.grading import sandbox
from course.grading.run import run

REASON = sandbox.obstacle(EXERCISES)
pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON)


SHARED = """
import os, time
shared, = [line.split()[4] for line in open('/proc/self/mountinfo')
           if line.split()[4].endswith('/shared')]
"""


def run_cells(*sources, **limits):
    """(checks passed, why it was stopped, the text that the cells printed)."""
    cells = [new_code_cell(source) for source in ("why = 'b'", *sources)]
    after = new_code_cell('check_layer_transfer.why_moved(why)', metadata={'nbgrader': {
        'grade': True, 'solution': False, 'locked': True, 'points': 2, 'grade_id': 'after'}})
    notebook = new_notebook(cells=[*cells, after])
    passed, stopped = run(notebook, **limits)
    assert not any('course.grading' in ' '.join(process.cmdline())
                   for process in psutil.Process().children(recursive=True)
                   if process.status() != psutil.STATUS_ZOMBIE)
    return passed, stopped, ''.join(output.get('text', '') for cell in cells
                                    for output in cell.outputs)


@pytest.mark.parametrize('code, limits, why', [
    ('while True: pass', {'seconds_per_cell': 3}, 'a cell ran for more than 3 seconds'),
    ('import time; time.sleep(90)', {'seconds': 20}, 'it ran for more than 20 seconds'),
    ('x = bytearray(2 * 10 ** 9); import time; time.sleep(60)', {'memory': 2e9}, 'GB of memory'),
    ("""import subprocess, time
for _ in range(320): subprocess.Popen(['sleep', '60'])
time.sleep(60)""", {}, 'processes'),
    (SHARED + """
with open(shared + '/x', 'wb') as file:
    file.write(bytes(10 ** 8))
time.sleep(60)""", {}, 'MB beside its sockets'),
    ('import os; os._exit(1)', {}, 'died')])
def test_what_takes_too_much_is_stopped(code, limits, why):
    passed, stopped, _ = run_cells(code, **limits)
    assert passed == set() and why in stopped


def test_a_judge_that_cannot_listen_costs_this_student_s_points_alone():
    passed, stopped, _ = run_cells(SHARED + "open(shared + '/check_1', 'w').close()")
    assert passed == set() and not stopped


def test_the_limits_hold_whatever_is_in_the_shared_folder(monkeypatch):
    """Files that come and go, and more folders within each other than Python's stack is deep."""
    place = tempfile.mkdtemp()                      # a socket's path must be short
    monkeypatch.setattr(tempfile, 'tempdir', place)
    passed, stopped, _ = run_cells(SHARED + """
os.chdir(shared)
for _ in range(1500): os.mkdir('x'); os.chdir('x')
end = time.time() + 60
while time.time() < end:
    open(shared + '/y', 'w').close(); os.remove(shared + '/y')
""", seconds=20)
    assert passed == set() and stopped == 'it ran for more than 20 seconds'
    os.rmdir(place)                                 # empty: what was in it was removed, too


def test_too_much_output_is_cut():
    passed, stopped, said = run_cells("for _ in range(60): print('x' * 10 ** 6)")
    assert passed == {'after'} and not stopped and len(said) < 21e6


LOOK = """
import os, socket
for path in {paths!r}:
    try:
        print('read', path, os.listdir(path) if os.path.isdir(path) else open(path).read(1))
    except OSError:
        pass
for path in {folders!r}:
    try:
        open(path + '/written', 'w')
        print('wrote', path)
    except OSError:
        pass
try:
    socket.create_connection(('127.0.0.1', {port}), timeout=2)
    print('connected')
except OSError:
    pass
print(len([name for name in os.listdir('/proc') if name.isdigit()]), 'processes', end='')
"""


def test_what_can_be_seen_from_inside(tmp_path):
    """No solutions, tests, history, passwords, other files, network or processes of others."""
    (tmp_path / 'mine').touch()
    paths = [str(ROOT / name) for name in ('exercises/source', 'exercises/gradebook.db', 'tests',
                                           '.git', 'docs')]
    paths += [str(tmp_path), str(tmp_path / 'mine'), '/etc/shadow', '/proc/1/root/etc/shadow',
              '/old/etc']
    folders = [str(ROOT), str(ROOT / 'course'), str(ROOT / 'exercises/checks'), '/usr', '/etc', '/']
    with socket.create_server(('127.0.0.1', 0)) as server:
        _, _, said = run_cells(LOOK.format(paths=paths, folders=folders,
                                           port=server.getsockname()[1]))
    assert said == '2 processes'             # timeout and the kernel


def test_a_kernel_of_the_teachers_own_is_not_taken(kernel_of_ones_own):
    """One named python3, before all others: it would run outside the sandbox."""
    passed, _, said = run_cells('import sys; print(sys.executable)')
    assert passed == {'after'} and said.strip() == sys.executable
