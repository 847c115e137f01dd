"""One read-only course and environment for all: exercise 5 and quick tests run as another user."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from exercise_runner import Exercise, grade_id, mark

from course import ROOT

USER = 65534                            # nobody, who owns nothing
TESTS = 'test_scores.py', 'test_splits.py', 'test_workplace.py'
# The Python that is tested may lie in a folder that is closed to others, such as /root: open it.
AS_USER = """set -e
if [ -n "$1" ]; then
    mkdir /tmp/shown.$$; mount --bind "$2" /tmp/shown.$$
    mount -t tmpfs -o mode=755 none "$1"; mkdir -p "$2"; mount --move /tmp/shown.$$ "$2"
fi
shift 2; cd "$HOME"; umask 077
exec setpriv --reuid {0} --regid {0} --clear-groups "$@"
"""


def closed_to_others(path):
    """The first folder on the way to `path` that others cannot enter; '' if none."""
    return next((str(folder) for folder in reversed(Path(path).parents)
                 if not folder.stat().st_mode & 1), '')


def as_user(home, *command):
    done = subprocess.run(
        ['unshare', '--mount', 'sh', '-c', AS_USER.format(USER), 'sh',
         closed_to_others(sys.base_prefix), sys.base_prefix, *command],
        env={'HOME': str(home), 'PATH': os.environ['PATH']}, capture_output=True, text=True)
    assert done.returncode == 0, f'{done.stdout[-3000:]}\n{done.stderr[-3000:]}'
    return done.stdout


@pytest.fixture
def home():
    if os.name != 'posix' or os.geteuid() or not shutil.which('setpriv'):
        pytest.skip('only root can become another user')
    if subprocess.run(['unshare', '--mount', 'true'], capture_output=True).returncode:
        pytest.skip('no mount namespaces here')
    if closed_to_others(ROOT / 'course'):
        pytest.skip(f'{closed_to_others(ROOT / "course")} is closed to others')
    with tempfile.TemporaryDirectory(prefix='home_') as folder:
        os.chown(folder, USER, USER)
        yield Path(folder)


def written_by_user(folder):
    return [path for path in folder.rglob('*') if path.lstat().st_uid == USER]


@pytest.mark.slow
def test_exercise_5_runs_and_writes_into_the_home(home):
    name = 'tensorflow_basics'
    notebook = nbformat.read(ROOT / f'exercises/release/{name}/{name}.ipynb', 4)
    solutions = Exercise(name, {}).solutions
    for cell in notebook.cells:
        if mark(cell, 'solution'):
            cell.source = solutions[grade_id(cell)].source
        if 'parameters' in cell.metadata.get('tags', []):
            cell.source += '\nn_steps, n_epochs = 20, 2'
    nbformat.write(notebook, home / f'{name}.ipynb')
    as_user(home, sys.executable, '-m', 'nbconvert', '--to', 'notebook', '--execute',
            '--output', 'done', f'{name}.ipynb')
    done = nbformat.read(home / 'done.ipynb', 4)
    said = ''.join(output.get('text', '') for cell in done.cells
                   for output in cell.get('outputs', []))
    place = home / 'transfer_learning'
    assert f'{ROOT} is read-only: what you make goes to {place}' in said
    assert (place / f'model/exercise_{name}/digits.ckpt.index').is_file()
    assert written_by_user(ROOT) == []


@pytest.mark.slow
def test_quick_tests_run(home):
    said = as_user(home, sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider',
                   '-c', str(ROOT / 'pyproject.toml'), *(str(ROOT / 'tests' / name)
                                                         for name in TESTS))
    assert ' passed' in said and 'failed' not in said
    assert written_by_user(ROOT) == []
