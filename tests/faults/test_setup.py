"""Set-up that is killed, moved, copied, cheated, or without room: the next `make` mends it."""
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from small_course import base_python, environment, faults, make, make_course, make_wheels, start

from course import ROOT

pytestmark = [pytest.mark.slow,
              pytest.mark.skipif(sys.platform == 'win32', reason='make, and signals')]
KILLS = int(os.environ.get('KILLS', 4))       # 20 for the table in README
ODD = 'it\'s a "new" | $HOME; {folder} #1 %20 ü'


@pytest.fixture(scope='module')
def wheels(tmp_path_factory):
    return make_wheels(tmp_path_factory.mktemp('wheels'))


@pytest.fixture(scope='module')
def ready(tmp_path_factory, wheels):
    """A small course that has been set up; tests take a copy of it."""
    folder = make_course(tmp_path_factory.mktemp('ready') / 'course', wheels)
    status, printed = make(folder, wheels)
    assert status == 0 and faults(folder) == [], printed
    return folder


@pytest.fixture
def course(tmp_path, ready):
    shutil.copytree(ready, tmp_path / 'course', symlinks=True)
    return tmp_path / 'course'


def half_installed(folder):
    """Until pip copies the stand-in for TensorFlow, whose name it may already count as there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(folder.glob('.venv/lib/*/site-packages/tensorflow/part_1*.txt')):
            return
        time.sleep(0.005)
    pytest.fail('pip did not begin to copy')


def kill(process, only_parents):
    """All of it, or make and set_up only, so that pip works on without them."""
    if only_parents:
        found = subprocess.run(['pgrep', '-g', str(process.pid), '-f', 'course.set_up'],
                               capture_output=True, text=True)
        for pid in found.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_killed_at_any_moment_the_next_make_ends_right(tmp_path, wheels):
    began = time.monotonic()
    assert make(make_course(tmp_path / 'first', wheels), wheels)[0] == 0
    whole, rng, lost, midway = time.monotonic() - began, random.Random(0), [], 0
    n = 0
    while midway < KILLS:
        folder = make_course(tmp_path / str(n), wheels)
        process = start(folder, wheels)
        if n % 2:
            half_installed(folder)
            time.sleep(rng.uniform(0, 0.2))
        else:
            time.sleep(rng.uniform(0, whole))
        kill(process, only_parents=n % 4 == 3)
        if (folder / '.venv/installed').exists():
            whole *= 0.8                                # it was faster than the first time
        else:
            midway += 1
        status, printed = make(folder, wheels)
        if status or faults(folder):
            lost.append((n, printed, faults(folder)))
        shutil.rmtree(folder)
        n += 1
    print(f'{n - len(lost)} of {n} survived; {midway} were killed before the end')
    assert not lost


def test_killed_while_developers_packages_are_added(course, wheels):
    process = start(course, wheels, 'setup-dev')
    while (course / '.venv/installed').exists():
        time.sleep(0.005)
    kill(process, only_parents=False)
    status, printed = make(course, wheels, 'setup-dev')
    assert status == 0 and 'Setting up' in printed and faults(course) == []


def test_ctrl_c_is_answered_in_a_sentence(course, wheels):
    shutil.rmtree(course / '.venv')
    process = start(course, wheels)
    half_installed(course)
    os.killpg(process.pid, signal.SIGINT)
    printed = process.communicate()[0]
    assert process.returncode and 'Stopped. Run the same command again' in printed
    assert faults(course) == ['no marker']


def test_done_it_is_not_done_again_and_developers_get_the_rest(course, wheels):
    assert make(course, wheels) == (0, '')
    status, printed = make(course, wheels, 'setup-dev')
    assert status == 0 and 'Setting up' not in printed and faults(course) == []
    assert make(course, wheels, 'setup-dev') == (0, '') == make(course, wheels)


@pytest.mark.parametrize('how', ['no marker', 'other requirements', 'Python is gone'])
def test_it_begins_from_nothing(course, wheels, how):
    stray, = (course / '.venv/lib').glob('python3*/site-packages')
    (stray / 'stray.py').write_text('')
    if how == 'no marker':
        (course / '.venv/installed').unlink()
    elif how == 'other requirements':
        (course / 'requirements.txt').write_text('stand-in==1.0\nstand-in-tensorflow==1.0\n')
    else:
        (course / '.venv/bin/python').unlink()
        (course / '.venv/bin/python').symlink_to('/gone/python3')
    status, printed = make(course, wheels)
    assert status == 0 and 'of disk' in printed and faults(course) == []
    assert not (stray / 'stray.py').exists()


def test_moved_and_copied_with_its_environment_it_works(course, wheels, tmp_path):
    copy = tmp_path / ODD
    shutil.copytree(course, copy, symlinks=True)
    assert faults(copy) == [] == faults(course)         # each imports its own modules
    course.rename(tmp_path / 'moved')
    assert faults(tmp_path / 'moved') == [] == faults(copy)
    assert make(copy, wheels) == (0, '') == make(tmp_path / 'moved', wheels)


def test_a_folder_with_an_odd_name(tmp_path, wheels):
    folder = make_course(tmp_path / ODD, wheels)
    status, printed = make(folder, wheels)
    assert status == 0 and faults(folder) == [], printed


def test_a_folder_where_python_cannot_make_an_environment(tmp_path, wheels):
    status, printed = make(make_course(tmp_path / 'a:b', wheels), wheels)
    assert status and "holds ':'" in printed and 'Rename the folder' in printed
    assert 'Traceback' not in printed and not (tmp_path / 'a:b/.venv').exists()


def test_the_environment_on_another_disk(tmp_path, wheels):
    folder = make_course(tmp_path / 'course', wheels)
    (tmp_path / 'other disk').mkdir()
    (folder / '.venv').symlink_to(tmp_path / 'other disk')
    assert make(folder, wheels)[0] == 0 and faults(folder) == []
    assert (tmp_path / 'other disk/installed').exists()


def test_without_room_it_says_so_before_it_begins(course):
    (course / '.venv/installed').unlink()
    code = ('from course import set_up\nset_up.free_disk = lambda folder: 10**9\nset_up.main()')
    done = subprocess.run([base_python(), '-c', code], cwd=course, capture_output=True, text=True)
    assert done.returncode == 1 and 'Traceback' not in done.stderr
    assert '3.2 GB of disk' in done.stdout and '3.4 GB of memory' in done.stdout
    assert 'needs 3.8 GB' in done.stderr and 'free there: 1.0 GB' in done.stderr
    assert not list((course / '.venv').iterdir())


def test_the_disk_fills_up_on_the_way(course, wheels):
    resource = pytest.importorskip('resource')
    (course / '.venv/installed').unlink()
    hit = (100_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1])       # large.py is longer
    status, printed = make(course, wheels,
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, hit))
    assert status and 'Set-up stopped' in printed and 'run the same command again' in printed
    assert faults(course) == ['no marker']
    assert make(course, wheels)[0] == 0 and faults(course) == []


def test_a_package_with_another_hash_is_not_installed(course, wheels, tmp_path):
    others = tmp_path / 'others'
    shutil.copytree(wheels, others)
    with open(next(others.glob('stand_in-*.whl')), 'ab') as file:
        file.write(b'\0')
    (course / '.venv/installed').unlink()
    status, printed = make(course, others)
    assert status and 'DO NOT MATCH THE HASHES' in printed
    assert faults(course) == ['no marker']


def test_what_cannot_be_imported_is_not_called_installed(course, wheels):
    (course / '.venv/installed').unlink()
    (course / 'course/compat.py').write_text('import tensorflow.missing\n')
    status, printed = make(course, wheels)
    assert status and "No module named 'tensorflow.missing'" in printed
    assert faults(course) == ['no marker']


def test_a_new_pin_is_installed_before_it_is_locked(course, wheels):
    (course / 'locked/requirements.txt').write_text('stand-in==0.9 --hash=sha256:00\n')
    status, printed = make(course, wheels)
    assert status == 0 and 'without hashes' in printed and 'make lock' in printed
    assert faults(course) == []


def test_two_at_once(tmp_path, wheels):
    folder = make_course(tmp_path / 'course', wheels)
    both = [start(folder, wheels) for _ in range(2)]
    printed = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0] and faults(folder) == []
    assert sorted('Waiting for it' in text for text in printed) == [False, True]
    assert sum('Setting up' in text for text in printed) == 1


def test_it_refuses_a_python_that_is_too_new(course):
    code = ('import sys\nfrom course import set_up\nsys.version_info = (3, 14)\nset_up.main()')
    done = subprocess.run([base_python(), '-c', code], cwd=course, capture_output=True, text=True)
    assert done.returncode == 1 and 'needs 3.10 to 3.13' in done.stderr


def test_set_up_needs_nothing_but_python(tmp_path, wheels):
    """Imported by a bare interpreter, from the course as it is."""
    done = subprocess.run([base_python(), '-S', '-c', 'import course.set_up'], cwd=ROOT,
                          env=environment(wheels), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
