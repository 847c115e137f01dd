"""The names that the notebook's cells define, so that what is measured is what a student reads."""
import json
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

NOTEBOOK = Path(__file__).resolve().parent.parent / 'tf_transfer_learning.ipynb'


def notebook_cells(until, names=None, **parameters):
    """Run the notebook's code cells up to the one that holds the text `until`, in this process.

    names: what an earlier call returned, to go on behind its last cell. parameters: in place of
    those in the Config cell. Returns all names that are defined now; ValueError without such a
    cell.
    """
    shell = InteractiveShell.instance()
    first = names['cells_run'] if names else 0
    names = shell.user_ns if names is None else names
    cells = json.loads(NOTEBOOK.read_text('utf-8'))['cells']
    code = [cell for cell in cells if cell['cell_type'] == 'code']
    for nth in range(first, len(code)):
        source = ''.join(code[nth]['source'])
        shell.run_cell(source, silent=True).raise_error()
        if 'parameters' in code[nth]['metadata'].get('tags', []):
            names.update(parameters)
        names['cells_run'] = nth + 1
        if until in source:
            return names
    raise ValueError(f'No cell of {NOTEBOOK.name} holds {until!r}')
