"""The notebook's cell for Colab: there it gets the course and its packages, elsewhere nothing."""
import os
import re
import subprocess
import sys
from importlib import metadata
from types import ModuleType, SimpleNamespace

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from course import ROOT, colab
from course.notebooks import MAIN, cell_with_tag

ADDRESS = re.compile(r'git pull -q "(.+?)"')
CELL = cell_with_tag(nbformat.read(MAIN, 4), 'colab').source


@pytest.fixture
def run_cell(tmp_path, monkeypatch):
    """Runs a cell in an empty folder as IPython does, and returns (status, what was printed) of
    each command line in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'bin').mkdir()
    (tmp_path / 'bin/python').symlink_to(sys.executable)
    monkeypatch.setenv('PATH', f'{tmp_path / "bin"}{os.pathsep}{os.environ["PATH"]}')

    def run(source):
        ran = []

        def system(line):
            done = subprocess.run(line, shell=True, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
            ran.append((done.returncode, done.stdout))

        exec(TransformerManager().transform_cell(source),
             {'get_ipython': lambda: SimpleNamespace(system=system)})
        return ran
    return run


@pytest.fixture
def on_colab(monkeypatch):
    monkeypatch.setitem(sys.modules, 'google.colab', ModuleType('google.colab'))


def test_elsewhere_nothing(run_cell, tmp_path):
    assert 'google.colab' not in sys.modules
    assert run_cell(CELL) == []
    assert os.listdir(tmp_path) == ['bin']


@pytest.mark.skipif(sys.platform == 'win32', reason='Colab is Linux')
def test_it_gets_the_course_into_the_folder_of_the_notebook(run_cell, on_colab, tmp_path):
    """And again, when the runtime was restarted: it gets what is new. What lies there stays."""
    published = tmp_path / 'published'
    (published / 'course').mkdir(parents=True)
    (published / 'course/colab.py').write_text('print("installed")')
    git = ['git', '-c', 'user.name=a', '-c', 'user.email=a@b', '-C', str(published)]
    for command in ['init', '-q'], ['add', '.'], ['commit', '-qm', 'first']:
        subprocess.run([*git, *command], check=True)
    (tmp_path / 'sample_data').mkdir()
    cell = ADDRESS.sub(f'git pull -q "{published}"', CELL)
    assert run_cell(cell) == [(0, 'installed\n')]
    (published / 'course/colab.py').write_text('print("newer")')
    subprocess.run([*git, 'commit', '-qam', 'second'], check=True)
    assert run_cell(cell) == [(0, 'newer\n')]
    assert (tmp_path / 'sample_data').is_dir()


@pytest.mark.skipif(sys.platform == 'win32', reason='Colab is Linux')
def test_without_an_address_it_says_so(run_cell, on_colab, tmp_path):
    nothing = '<write the address of the course here>'
    (status, printed), = run_cell(ADDRESS.sub(f'git pull -q "{nothing}"', CELL))
    assert status and nothing in printed
    assert not (tmp_path / 'course').exists()


def test_the_address_is_the_one_of_the_readme():
    """Neither has one, as in this template, or both have the same."""
    address, = ADDRESS.findall(CELL)
    of_readme, = re.findall(r'^git clone (\S+|<.+>) transfer-learning$',
                            (ROOT / 'README.md').read_text(encoding='utf-8'), re.M)
    assert address == of_readme or address.startswith('<') and of_readme.startswith('<')


def test_tensorflow_and_numpy_stay(monkeypatch):
    there = {'tensorflow': '2.19.1', 'numpy': '2.0.2'}
    monkeypatch.setattr(metadata, 'version', there.__getitem__)
    assert colab.to_install() == ['tensorflow==2.19.1', 'numpy==2.0.2', 'tf-keras==2.19.*',
                                  'tf-slim==1.1.0', 'imgaug==0.4.0']
    pinned = (ROOT / 'requirements.txt').read_text(encoding='utf-8')
    assert all(f'\n{pin} ' in pinned for pin in colab.to_install()[3:])
