"""course/executed.py: a notebook is run again when something that it depends on has changed."""
import json
import os
import shutil
import subprocess
import sys
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course.executed import inputs, write_page

FILES = {'generator.py': '', 'callbacks.py': '', 'tf_model/net.py': '', 'course/lists/a.py': '',
         'data_list/ants/k_fold/train_ant_0.csv': 'path,label\ndata/ants/1.jpg,0\n',
         'tf_ckpt/drawn.npz': 'weights', 'tf_ckpt/own.ckpt.index': 'index',
         'tf_ckpt/own.ckpt.data-00000-of-00001': 'values'}


def write_notebook(path, source):
    cell = new_code_cell(source, metadata={'tags': ['parameters']})
    kernel = {'kernelspec': {'name': 'python3', 'display_name': 'Python 3', 'language': 'python'}}
    nbformat.write(new_notebook(cells=[cell], metadata=kernel), path)


@pytest.fixture
def folder(tmp_path):
    """What looks like the course, with a notebook that notes each of its runs."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    write_notebook(tmp_path / 'n.ipynb', 'open("runs", "a").write("x")\nprint("done")')
    return tmp_path


def run(folder):
    """How many times the notebook has run by then, and what was printed."""
    # course.executed of the course that is installed, not of the folder
    done = subprocess.run([sys.executable, '-c', 'from course.executed import main; main()',
                           'n.ipynb'], cwd=folder, capture_output=True, text=True,
                          env={**os.environ, 'PYTHONSAFEPATH': '1'})
    assert done.returncode == 0, done.stderr
    return len((folder / 'runs').read_text()), done.stdout


def test_what_is_up_to_date_is_left_alone_whatever_its_date(folder):
    assert run(folder)[0] == 1
    executed, page = folder / 'model/n.ipynb', folder / 'model/n.html'
    before = executed.read_bytes(), page.read_bytes()
    future = time.time() + 10**7
    for name in (*FILES, 'n.ipynb'):
        os.utime(folder / name, (future, future))
    os.utime(executed, (0, 0))
    assert run(folder) == (1, '')
    assert (executed.read_bytes(), page.read_bytes()) == before
    # ... and a change is noticed, though its date is an old one
    (folder / 'tf_ckpt/drawn.npz').write_text('others')
    os.utime(folder / 'tf_ckpt/drawn.npz', (1, 1))
    runs, printed = run(folder)
    assert runs == 2 and 'Changed since the last run: tf_ckpt/drawn.npz\n' in printed
    executed.write_text(before[0].decode()[:-100])      # cut off
    page.unlink()
    assert run(folder)[0] == 3
    assert nbformat.read(executed, 4).cells[0].outputs and page.exists()


@pytest.mark.parametrize('name', FILES)
def test_each_input_counts_by_its_content(folder, name):
    before = inputs(folder / 'n.ipynb', folder)
    (folder / name).write_text('other')
    os.utime(folder / name, (1, 1))
    after = inputs(folder / 'n.ipynb', folder)
    assert [file for file in before if before[file] != after[file]] == [name]
    (folder / name).unlink()
    assert set(before) - set(inputs(folder / 'n.ipynb', folder)) == {name}


def test_of_the_notebook_the_source_counts_and_its_outputs_do_not(folder):
    path = folder / 'n.ipynb'
    before = inputs(path, folder)
    notebook = nbformat.read(path, 4)
    notebook.cells[0].outputs = [new_output('stream', text='from git')]
    nbformat.write(notebook, path)
    assert inputs(path, folder) == before
    notebook.cells[0].source += '\nx = 1'
    nbformat.write(notebook, path)
    assert inputs(path, folder) != before


def test_what_a_run_unpacks_or_ships_beside_does_not_count(folder):
    before = inputs(folder / 'n.ipynb', folder)
    (folder / 'tf_ckpt/drawn.ckpt.index').write_text('unpacked')
    (folder / 'data_list/ants/left_out.csv').write_text('not a list')
    (folder / 'model').mkdir()
    (folder / 'model/x.ckpt.index').write_text('trained')
    assert inputs(folder / 'n.ipynb', folder) == before


def test_a_page_shows_the_executed_notebook_or_is_written_again(folder):
    executed, page = folder / 'n.ipynb', folder / 'n.html'
    write_page(executed, page)
    whole = page.read_bytes()
    assert b'done' in whole
    for damaged in (b'', whole[:1000], whole[:-1]):
        page.write_bytes(damaged)
        write_page(executed, page)
        assert page.read_bytes() == whole
    write_notebook(executed, 'print("another")')
    write_page(executed, page)
    assert b'another' in page.read_bytes()
    assert sorted(file.name for file in folder.glob('n.*')) == ['n.html', 'n.ipynb']


def test_a_run_that_fails_leaves_the_last_good_one(folder):
    run(folder)
    before = (folder / 'model/n.ipynb').read_bytes()
    write_notebook(folder / 'n.ipynb', '1 / 0')
    with pytest.raises(AssertionError, match='ZeroDivisionError'):
        run(folder)
    assert (folder / 'model/n.ipynb').read_bytes() == before
    assert 'ZeroDivisionError' in (folder / 'model/failed.ipynb').read_text()
    shutil.copy(folder / 'model/failed.ipynb', folder / 'n.ipynb')
    assert json.loads(before)['metadata']['inputs']['generator.py']
