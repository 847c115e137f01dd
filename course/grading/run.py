"""Run one submission in a sandbox, with limits, and say which checks it passed."""
import json
import sys
import tempfile
from pathlib import Path
from subprocess import DEVNULL

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course.grading import sandbox
from course.grading.guard import SECONDS, Guard
from course.grading.submission import grade_id, is_check

SECONDS_PER_CELL = 900
OUTPUT = 20e6               # bytes of output that are kept
# Whatever the cells above have done to the checks, they are read again from the teacher's files.
READ_CHECKS_AGAIN = """
def _read_again():
    import sys
    for name in [name for name in sys.modules if name.partition('.')[0] == 'exercises']:
        del sys.modules[name]
_read_again()
del _read_again
from exercises.checks import check_{0}
"""


def run(notebook: NotebookNode, exercise: str, seconds_per_cell: int = SECONDS_PER_CELL,
        **limits) -> tuple[set[str], str]:
    """Execute the notebook, in place. limits: see Guard.

    Returns the grade ids of the checks that passed, and why it was stopped before its end, or ''.
    """
    with tempfile.TemporaryDirectory(prefix='grading_') as folder:
        client = Client(notebook, km=kernel_manager(Path(folder)), exercise=exercise,
                        timeout=seconds_per_cell, allow_errors=True)
        with Guard(client.km, Path(folder) / 'shared', **limits) as guard:
            stopped = ''
            try:
                client.execute(stdout=DEVNULL, stderr=DEVNULL)
            except CellTimeoutError:
                stopped = f'a cell ran for more than {seconds_per_cell} seconds'
            except DeadKernelError as error:
                if not client.code_cells_executed:              # no fault of the student's
                    raise
                stopped = guard.reason or str(error)
    return client.passed, stopped


def kernel_manager(folder: Path) -> AsyncKernelManager:
    """Starts its kernel in a sandbox, and talks to it through files: there is no network."""
    # `timeout` ends it where this program was killed and cannot
    command = sandbox.inside(folder, 'timeout', '-s', 'KILL', str(SECONDS + 60), sys.executable,
                             '-m', 'ipykernel_launcher', '-f', '{connection_file}')
    spec = folder / 'kernels/student/kernel.json'
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({'argv': command, 'display_name': 'student', 'language': 'python'}))
    return AsyncKernelManager(
        kernel_name='student', transport='ipc', connection_file=str(folder / 'shared/kernel.json'),
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(folder / 'kernels')]))


class Client(NotebookClient):
    """Reads the checks again before each check cell, and keeps no more than so much output."""

    def __init__(self, notebook, exercise, **options):
        super().__init__(notebook, **options)
        self.exercise, self.passed, self.kept = exercise, set(), 0
        self.on_cell_executed = self.note

    async def async_execute_cell(self, cell, cell_index, *arguments, **options):
        source = cell.source
        if is_check(cell):
            cell.source = READ_CHECKS_AGAIN.format(self.exercise) + source
        try:
            return await super().async_execute_cell(cell, cell_index, *arguments, **options)
        finally:
            cell.source = source

    def note(self, cell, cell_index, execute_reply):
        if is_check(cell) and execute_reply['content']['status'] == 'ok':
            self.passed.add(grade_id(cell))

    def output(self, outs, msg, display_id, cell_index):
        self.kept += len(json.dumps(msg['content'], default=str))
        return super().output(outs, msg, display_id, cell_index) if self.kept < OUTPUT else None
