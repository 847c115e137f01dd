"""The Dockerfile without Docker: its script builds a small course on a bare system, and it copies
what is needed and no solutions."""
import fnmatch
import os
import re
import shutil
import subprocess
import sys

import pytest
from small_course import base_python, environment, faults, make_course, make_wheels

from course import ROOT, set_up

pytestmark = [pytest.mark.slow,
              pytest.mark.skipif(not sys.platform.startswith('linux'), reason='Debian')]
BUILD = '.devcontainer/build.sh'
DOCKERFILE = (ROOT / 'Dockerfile').read_text(encoding='utf-8')
IGNORED = [line for line in (ROOT / '.dockerignore').read_text(encoding='utf-8').splitlines()
           if line and not line.startswith('#')]


def is_copied(name):
    """Docker's rule: the last pattern that fits the file or a folder that it is in."""
    copied, parts = True, name.split('/')
    for pattern in IGNORED:
        plain = pattern.removeprefix('!').removeprefix('**/')
        places = ['/'.join(parts[:n + 1]) for n in range(len(parts))]
        places += parts if '**/' in pattern else []
        if any(fnmatch.fnmatchcase(place, plain) and place.count('/') == plain.count('/')
               for place in places):
            copied = pattern.startswith('!')
    return copied


def test_the_script_builds_the_course(tmp_path):
    """With nothing in the environment but a Python, make, and where packages come from."""
    wheels, folder = make_wheels(tmp_path), tmp_path / 'course'
    make_course(folder, wheels)
    for name, text in {'data/get.py': 'import sys; print("drawn", *sys.argv[1:])',
                       'data_list/cat_dog/k_fold/test_dog_4.csv': '',
                       'requirements-hub.txt': 'stand-in-dev==1.0'}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / '.devcontainer').mkdir()
    shutil.copy(ROOT / BUILD, folder / BUILD)
    (folder / 'Makefile').chmod(0o600)
    given = {name: value for name, value in environment(wheels).items() if name.startswith('PIP_')}
    done = subprocess.run(
        ['sh', BUILD, 'course'], cwd=folder, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env={**given, 'HOME': str(tmp_path), 'PATH': os.pathsep.join(
            [str(base_python().parent), '/usr/bin', '/bin'])})
    assert done.returncode == 0 and 'drawn cat_dog' in done.stdout, done.stdout
    assert faults(folder) == []
    assert (folder / 'Makefile').stat().st_mode & 0o044 == 0o044       # for all users
    for command in set_up.COMMANDS[set_up.DEVELOPER]:
        subprocess.run([folder / '.venv/bin/python', '-m', command], check=True)


def test_a_step_without_a_name_is_refused():
    done = subprocess.run(['sh', ROOT / BUILD, 'all'], capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.endswith('system or course?\n')


def test_debian_has_the_packages():
    line, = re.findall('apt-get install .*', (ROOT / BUILD).read_text(encoding='utf-8'))
    packages = [word for word in line.split()[2:] if not word.startswith('-')]
    if not shutil.which('apt-cache') or not subprocess.run(
            ['apt-cache', 'show', 'make'], capture_output=True).stdout:
        pytest.skip('no lists of packages here: apt-get update')
    for package in packages:
        assert subprocess.run(['apt-cache', 'show', package], capture_output=True).stdout, package


def test_the_dockerfile_does_nothing_that_the_script_does_not():
    """But for the user, and that user's own folder."""
    assert re.findall('^RUN (.*)', DOCKERFILE, re.M) == [
        f'sh /tmp/{os.path.basename(BUILD)} system',
        'useradd --create-home --uid $NB_UID $NB_USER', f'sh {BUILD} course',
        'python -I -m course.own_folder']


def test_what_is_copied():
    files = subprocess.check_output(['git', 'ls-files'], cwd=ROOT, text=True).splitlines()
    if not files:
        pytest.skip('not a git repository')
    left_out = {name for name in files if not is_copied(name)}
    assert left_out == {name for name in files if name.startswith(
        ('exercises/source/', 'lessons/answers/', 'tests/'))}
    for made in ('.git/config', 'data/cat_dog/cat/1.png', 'model/cat_dog_fold0/model.json',
                 'tf_ckpt/resnet_v2_50.ckpt', 'exercises/gradebook.db', '.venv/bin/python',
                 'exercises/submitted/ada/a/a.ipynb', 'course/lists/__pycache__/make.pyc'):
        assert not is_copied(made)
