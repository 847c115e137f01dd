"""What runs of a submission: the student's cells between the teacher's."""
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

LARGEST = 50e6      # bytes of a notebook that is handed in


def read(path: Path) -> NotebookNode:
    """The notebook that a student handed in. Raises ValueError with the reason if it is none."""
    if path.is_symlink() or not path.is_file():
        raise ValueError('not a file')
    if path.stat().st_size > LARGEST:
        raise ValueError(f'larger than {LARGEST / 1e6:.0f} MB')
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:                  # whatever is in the file
        raise ValueError(f'not a notebook ({type(error).__name__})') from error


def restored(submitted: NotebookNode, release: NotebookNode) -> NotebookNode:
    """A notebook with the student's code, and the checks and all metadata of the release.

    Of two cells with the same grade id, the last counts. A check that is missing is put at the end,
    so it runs too. The student's other cells are kept, without metadata and outputs.
    """
    teachers = {grade_id(cell): cell for cell in release.cells if grade_id(cell)}
    last = {grade_id(cell): cell for cell in submitted.cells}
    cells = []
    for cell in submitted.cells:
        name = grade_id(cell)
        if name in teachers and cell is last[name]:
            own = deepcopy(teachers.pop(name))
            if own.metadata.nbgrader.solution:
                own.source = cell.source
            cells.append(own)
        elif cell.cell_type == 'code':
            cells.append(nbformat.v4.new_code_cell(cell.source))
        else:
            cells.append(nbformat.v4.new_markdown_cell(cell.source))
    cells += [deepcopy(cell) for cell in teachers.values() if cell.metadata.nbgrader.grade]
    notebook = nbformat.v4.new_notebook(metadata=deepcopy(release.metadata), cells=cells)
    for number, cell in enumerate(cells):
        cell.id = f'cell-{number}'
    return notebook


def points(notebook: NotebookNode) -> dict[str, float]:
    """{grade id of a check: what it is worth}."""
    return {grade_id(cell): float(cell.metadata.nbgrader.points) for cell in notebook.cells
            if is_check(cell)}


def is_check(cell: NotebookNode) -> bool:
    return bool(grade_id(cell) and cell.metadata.nbgrader.get('grade'))


def grade_id(cell: NotebookNode) -> str | None:
    marks = cell.metadata.get('nbgrader')
    return marks.get('grade_id') if isinstance(marks, dict) else None
