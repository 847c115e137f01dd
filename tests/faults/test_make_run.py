"""`make run` killed while it draws, makes lists, runs the notebook or writes the page: the next
`make run` ends right. (Set-up: test_setup.py; the training itself: test_killed_training.py.)"""
import os
import random
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course import ROOT
from drawing.render import SETS, render

pytestmark = [pytest.mark.slow,
              pytest.mark.skipif(sys.platform == 'win32', reason='make, and signals')]
KILLS = int(os.environ.get('KILLS', 3))       # 20 for the table in README
LISTS = 'data_list/cat_dog/k_fold'
CODE = ('generator.py', 'callbacks.py', 'Makefile', 'course', 'drawing', 'tf_model', 'data/get.py',
        'data_list/make_list.py')
NOTEBOOK = ('import time\nfor step in range(5):\n    time.sleep(0.1)\n    print(step)',
            'print("x" * 2_000_000)')


def copy_of_the_course(folder, per_class):
    """With a short notebook, set up, and with `per_class` images drawn of each class."""
    for name in CODE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name,
                            ignore=shutil.ignore_patterns('__pycache__'))
        else:
            shutil.copy(ROOT / name, folder / name)
    (folder / 'course/set_up.py').write_text('')            # test_setup.py has it
    catalogue = folder / 'drawing/render.py'
    text = catalogue.read_text()
    assert "{'cat': 300, 'dog': 300}" in text
    catalogue.write_text(text.replace("{'cat': 300, 'dog': 300}",
                                      f"{{'cat': {per_class}, 'dog': {per_class}}}"))
    kernel = {'kernelspec': {'name': 'python3', 'display_name': 'Python 3', 'language': 'python'}}
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in NOTEBOOK],
                                metadata=kernel), folder / 'tf_transfer_learning.ipynb')
    link_environment(folder / '.venv')
    return folder


def link_environment(venv):
    """This environment, as links, but with the folder that `venv` is in as the course."""
    site = Path(sysconfig.get_path('purelib'))
    own = venv / site.relative_to(sys.prefix)
    own.mkdir(parents=True)
    for path in site.iterdir():
        if path.name != 'course.pth' and 'transfer_learning_course' not in path.name:
            (own / path.name).symlink_to(path)
    (own / 'course.pth').write_text(os.path.relpath(venv.parent, own))
    (venv / 'bin').mkdir()
    for name in 'bin/python', 'share', 'etc':
        (venv / name).symlink_to(Path(sys.prefix, name).resolve())
    shutil.copy(Path(sys.prefix, 'pyvenv.cfg'), venv)


def start(folder, target):
    return subprocess.Popen(['make', f'PYTHON={sys.executable}', target], cwd=folder, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            start_new_session=True)


def finished(folder, target):
    began = time.monotonic()
    with start(folder, target) as process:
        printed = process.communicate()[0]
    assert process.returncode == 0, printed
    return time.monotonic() - began


def content(folder, *patterns):
    """{file: bytes}, everything below the folder that could have been left by a kill included."""
    return {str(path.relative_to(folder)): path.read_bytes() for pattern in patterns
            for path in folder.glob(pattern) if path.is_file()}


def kill_again_and_again(folder, target, undo, found):
    """KILLS times: undo(), a kill at a random moment, and what found() is after the next run."""
    undo()
    whole, wanted, rng = finished(folder, target), found(), random.Random(0)
    runs = midway = 0
    while midway < KILLS:
        undo()
        process = start(folder, target)
        time.sleep(rng.uniform(0, whole))
        if process.poll() is None:
            midway += 1
            os.killpg(process.pid, signal.SIGKILL)
        else:
            whole *= 0.8                                # it was faster than the first time
        process.communicate()
        finished(folder, target)
        assert found() == wanted
        runs += 1
    print(f'{midway} of {runs} were killed before the end; all survived')


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return copy_of_the_course(tmp_path_factory.mktemp('course') / 'course', 10)


def test_killed_while_it_draws(folder):
    def undo():
        shutil.rmtree(folder / 'data/cat_dog', ignore_errors=True)

    kill_again_and_again(folder, 'images', undo, lambda: content(folder, 'data/cat_dog/*'))
    render(SETS['cat_dog'], folder / 'other', per_class=10)
    drawn = content(folder / 'other', '*')
    assert drawn == content(folder / 'data/cat_dog', '*') and len(drawn) == 20


def test_killed_while_it_makes_lists(folder):
    def undo():
        shutil.rmtree(folder / LISTS, ignore_errors=True)

    kill_again_and_again(folder, 'images', undo, lambda: content(folder, f'{LISTS}/*'))
    assert len(list((folder / LISTS).iterdir())) == 5 * 3 * 2


@pytest.mark.parametrize('undone', ['notebook', 'page'])
def test_killed_while_it_runs_the_notebook_or_writes_the_page(folder, undone):
    executed = folder / 'model/tf_transfer_learning.ipynb'
    page = executed.with_suffix('.html')

    def undo():
        page.unlink(missing_ok=True)
        if undone == 'notebook':
            executed.unlink(missing_ok=True)

    kill_again_and_again(folder, 'run', undo, lambda: content(folder, 'model/*'))
    assert [cell.outputs[0].text for cell in nbformat.read(executed, 4).cells] == [
        '0\n1\n2\n3\n4\n', 'x' * 2_000_000 + '\n']
    assert page.read_text().count('x' * 2_000_000) == 1
    assert sorted(path.name for path in executed.parent.iterdir()) == [page.name, executed.name]


def test_two_at_once(folder):
    shutil.rmtree(folder / 'model', ignore_errors=True)
    finished(folder, 'images')
    both = [start(folder, 'run') for _ in range(2)]
    with ThreadPoolExecutor() as readers:           # at once: the one that prints fills its pipe
        printed = list(readers.map(lambda process: process.communicate()[0], both))
    assert [process.returncode for process in both] == [0, 0], printed
    assert sum('Running the notebook' in text for text in printed) == 1
    assert sorted(path.suffix for path in (folder / 'model').iterdir()) == ['.html', '.ipynb']
