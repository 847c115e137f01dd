"""The cells of a notebook that a worker runs."""
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from course.notebooks import Cells

LEFT_OUT = {'scale', 'train'}       # a demonstration; the call that trains, which is made elsewhere


class Worker_cells(Cells):
    """Cells of a copy of the main notebook, without those of LEFT_OUT. config: in place of values
    of its Config cell."""

    def __init__(self, notebook: Path, config: dict):
        # workers may share a home, and then they would share the file of its history
        shell = InteractiveShell.instance(config=Config({'HistoryManager': {'enabled': False}}))
        shell.showtraceback = shell.showsyntaxerror = lambda *_, **__: None     # a sentence says it
        super().__init__(notebook, **config)
        self.notebook.cells = [cell for cell in self.notebook.cells
                               if not LEFT_OUT & set(cell.metadata.get('tags', []))]
