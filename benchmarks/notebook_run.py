"""The whole notebook, run in a kernel as a student does, with a cell more and files of its own."""
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import nbformat

from course import ROOT
from course.notebooks import run_notebook


@contextmanager
def notebook_run(parameters, cell=None, text=None, lists=ROOT / 'data_list'):
    """`with notebook_run(...) as folder:` what the run has written is there, until the end.

    cell: code that is run before the cell that holds `text`. lists: the folder for data_list.
    """
    os.environ['PYTHONPATH'] = str(ROOT)
    notebook = nbformat.read(ROOT / 'tf_transfer_learning.ipynb', 4)
    if cell:
        place = next(i for i, there in enumerate(notebook.cells)
                     if there.cell_type == 'code' and text in there.source)
        notebook.cells.insert(place, nbformat.v4.new_code_cell(cell))
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, target in (('data', ROOT / 'data'), ('data_list', lists),
                             ('tf_ckpt', ROOT / 'tf_ckpt')):
            os.symlink(target, folder / name)
        nbformat.write(notebook, folder / 'in.ipynb')
        run_notebook(str(folder / 'in.ipynb'), str(folder / 'out.ipynb'),
                     {'scratch_too': False, **parameters}, str(folder))
        yield folder
