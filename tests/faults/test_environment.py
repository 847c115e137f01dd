"""The whole notebook, with a network of three layers, where little is as its author had it."""
import os
import shutil
import subprocess
import sys

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient.exceptions import CellExecutionError
from nbconvert import PythonExporter
from notebook_kernel import CONFIG, Kernel, draw_images

from course import ROOT
from course.lists.make import make_list
from course.notebooks import MAIN, cell_with_tag, run_notebook

pytestmark = [pytest.mark.slow,
              pytest.mark.skipif(sys.platform == 'win32', reason='names that it does not allow')]
FOLDER = """my [1st] course: "$HOME" {x} it's 100%"""
DATASET = """d[a]ta $5 "a": it's #1 {y} 50% a\\tb*?"""
CLASSES = {'blue': '$blue$ 1', 'green': "gr[e]en's", 'red': '#red {z} %d'}
NUMPY = """
import numpy, pathlib
img_size, nb_epoch, seed = numpy.int64(img_size), numpy.int16(nb_epoch), numpy.uint8(seed)
learning_rate, deterministic = numpy.float32(learning_rate), numpy.bool_(deterministic)
model_folder, data_root = pathlib.Path('mod[el]'), pathlib.Path(data_root)
"""


@pytest.fixture
def folder(tmp_path):
    """A student's folder, with a dataset; each name is full of patterns."""
    folder = tmp_path / FOLDER
    images = folder / 'data' / DATASET
    draw_images(images)
    for name, odd in CLASSES.items():
        (images / name).rename(images / odd)
    make_list(images, folder / 'data_list' / DATASET / 'k_fold')
    return folder


def notebook_for(folder, more=''):
    config = {**CONFIG, 'dataset': DATASET, 'data_root': str(folder / 'data')}
    notebook = Kernel(folder, config, everything=True).notebook
    cell_with_tag(notebook, 'parameters').source += more
    return notebook


def check(folder, model_folder, printed):
    """Trained to its end, kept, restored and tested."""
    assert printed.count('epoch 3: train loss') == 1 and 'weights of epoch' in printed
    assert 'could not be kept' not in printed and 'failed' not in printed
    tested = pd.read_csv(folder / model_folder / f'{DATASET}_fold0/test.csv')
    assert set(tested.y_true) == set(CLASSES.values())
    assert (tested.y_true == tested.y_pred).mean() > 0.5        # by chance a third
    assert f'Accuracy on {len(tested)} test images' in printed


def test_as_a_script_without_ipython_and_stderr(folder, tmp_path):
    """As `jupyter nbconvert --to script` makes it; with NumPy's numbers and paths in its Config."""
    script, _ = PythonExporter().from_notebook_node(notebook_for(folder, NUMPY))
    (folder / 'script.py').write_text(script, encoding='utf-8')
    (tmp_path / 'without').mkdir()
    (tmp_path / 'without/IPython.py').write_text('raise ImportError("no IPython")')
    environment = {**os.environ, 'PYTHONPATH': str(tmp_path / 'without'), 'MPLBACKEND': 'Agg'}
    done = subprocess.run(f'"{sys.executable}" script.py 2>&-', shell=True, cwd=folder,
                          env=environment, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stdout
    check(folder, 'mod[el]', done.stdout)
    # its own weights, in a folder whose name is a pattern, are a checkpoint to begin from
    more = (f"\ncheckpoint = 'mod[el]/' + {DATASET!r} + '_fold0'\nmodel_folder = 'second'"
            f'\ndataset = {DATASET!r}')
    script, _ = PythonExporter().from_notebook_node(notebook_for(folder, more))
    (folder / 'script.py').write_text(script, encoding='utf-8')
    done = subprocess.run([sys.executable, 'script.py'], cwd=folder, stdout=subprocess.PIPE,
                          text=True, env=environment)
    assert done.returncode == 0, done.stdout
    assert 'restored 20 of 20 variables' in done.stdout         # with its head
    check(folder, 'second', done.stdout)


def test_in_a_notebook_with_other_backends(folder, monkeypatch):
    monkeypatch.setenv('MPLBACKEND', 'Agg')
    monkeypatch.setenv('KERAS_BACKEND', 'torch')
    nbformat.write(notebook_for(folder), folder / 'in.ipynb')
    run_notebook(str(folder / 'in.ipynb'), str(folder / 'out.ipynb'), cwd=str(folder))
    outputs = [output for cell in nbformat.read(folder / 'out.ipynb', 4).cells
               for output in cell.get('outputs', [])]
    assert not [output.text for output in outputs if output.get('name') == 'stderr']
    assert np.sum(['image/png' in output.get('data', {}) for output in outputs]) >= 5
    check(folder, 'model', ''.join(output.get('text', '') for output in outputs))


def test_make_and_the_inputs_of_a_run(folder):
    """Nothing that `make` does reads a name as a pattern, a target or a command."""
    for name in ('Makefile', 'tf_transfer_learning.ipynb', 'requirements.txt'):
        os.symlink(ROOT / name, folder / name)
    (folder / 'tf_ckpt').mkdir()
    (folder / 'tf_ckpt' / f'{DATASET}.ckpt').touch()
    for target in ('run', 'lab', 'images', 'setup'):
        done = subprocess.run(['make', '-n', f'PYTHON={sys.executable}', target], cwd=folder,
                              capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, '') and DATASET not in done.stdout
    from course.executed import inputs
    found = inputs(folder / 'tf_transfer_learning.ipynb', folder)
    assert len([name for name in found if name.startswith(f'data_list/{DATASET}/k_fold/')]) >= 45
    assert f'tf_ckpt/{DATASET}.ckpt' in found


def test_the_notebook_without_its_folder(tmp_path):
    """Copied elsewhere alone: one sentence, with the course installed or without it."""
    shutil.copy(MAIN, tmp_path / 'notebook.ipynb')
    with Kernel(tmp_path, network='') as kernel, pytest.raises(CellExecutionError) as caught:
        kernel.run('parameters', 'lists')
    assert (f'There is no folder data_list in {tmp_path}: this is not the folder of the course. '
            f'Open the notebook in {ROOT}') in str(caught.value)
    with Kernel(tmp_path, network='') as kernel, pytest.raises(CellExecutionError) as caught:
        kernel.say('import sys\nsys.modules["course"] = None        # as if it were not installed')
        kernel.run('packages')
    assert 'not found? See README.md' in str(caught.value)
