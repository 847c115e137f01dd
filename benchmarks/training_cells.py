"""The main notebook's cells that train, run as a program: no kernel, and nothing else imported.

What a training does not need is left out: the cells without a tag, which only show something, and
two more. So a step that is added to the lesson, in a tagged cell, is run here too.
"""
import json

from course import ROOT

NOTEBOOK = ROOT / 'tf_transfer_learning.ipynb'
FIRST, LAST = 'parameters', 'train'
LEFT_OUT = {'', 'colab', 'scale'}   # no tag; for Colab alone; shows what the wrong scale costs


def training_cells() -> list[tuple[str, str]]:
    """(tag, code) of the cells from the one with the tag `parameters` to `train`, in order."""
    cells = [(next(iter(cell['metadata'].get('tags', [])), ''), ''.join(cell['source']))
             for cell in json.loads(NOTEBOOK.read_text(encoding='utf-8'))['cells']
             if cell['cell_type'] == 'code']
    tags = [tag for tag, _ in cells]
    return [(tag, code) for tag, code in cells[tags.index(FIRST):tags.index(LAST) + 1]
            if tag not in LEFT_OUT]


def run_cell(code: str, tag: str, names: dict) -> None:
    """Run a cell's code; `names` are the notebook's, and take what it defines."""
    exec(compile(code, f'<cell {tag}>', 'exec'), names)


def config() -> dict:
    """The names that the Config cell defines, with their values."""
    names = {}
    run_cell(dict(training_cells())['parameters'], 'parameters', names)
    return {name: value for name, value in names.items() if name != '__builtins__'}
