"""Run one submission in a sandbox, with limits; judge its answers in another one."""
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course.grading import sandbox
from course.grading.guard import SECONDS, Guard
from course.grading.judging import Judge
from course.grading.submission import grade_id, is_check

SECONDS_PER_CELL = 900
OUTPUT = 20e6               # bytes of output that are kept


def run(notebook: NotebookNode, seconds_per_cell: int = SECONDS_PER_CELL,
        **limits) -> tuple[set[str], str]:
    """Execute the notebook, in place. limits: see Guard.

    Returns the grade ids of the checks that passed, and why it was stopped before its end, or ''.
    """
    with folders('student', 'judge', 'shared') as (student, for_judge, shared):
        with Judge(for_judge, shared, SECONDS + 60) as judge:
            client = Client(notebook, km=Kernel_in_a_sandbox(student, shared),
                            judge=judge, timeout=seconds_per_cell, allow_errors=True)
            with Guard(client.km, judge, shared, **limits) as guard:
                stopped = ''
                try:
                    client.execute(stdout=DEVNULL, stderr=DEVNULL)
                except CellTimeoutError:
                    stopped = f'a cell ran for more than {seconds_per_cell} seconds'
                except DeadKernelError as error:
                    if not client.code_cells_executed and not guard.reason:     # not the student's
                        raise
                    stopped = guard.reason or str(error)
    return client.passed, stopped


@contextmanager
def folders(*names: str) -> Iterator[list[Path]]:
    """New folders of these names, removed afterwards, whatever a student's code has left there."""
    place = tempfile.mkdtemp(prefix='grading_')
    try:
        made = [Path(place, name) for name in names]
        for folder in made:
            folder.mkdir()
        yield made
    finally:                    # shutil.rmtree fails at a thousand folders within each other
        for command in ('chmod', '-R', 'u+rwX'), ('rm', '-rf'):
            subprocess.run([*command, place], stderr=DEVNULL)


class Kernel_in_a_sandbox(AsyncKernelManager):
    """Starts this Python, and talks to it through files: there is no network."""

    def __init__(self, root: Path, shared: Path):
        super().__init__(transport='ipc', connection_file=str(shared / 'kernel.json'))
        # `timeout` ends it where this program was killed and cannot
        self.command = sandbox.inside(root, shared, 'timeout', '-s', 'KILL', str(SECONDS + 60),
                                      sys.executable, '-m', 'ipykernel_launcher', '-f',
                                      '{connection_file}')

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(argv=self.command, display_name='student', language='python')


class Client(NotebookClient):
    """Has each check judged, and keeps no more than so much output."""

    def __init__(self, notebook, judge, **options):
        super().__init__(notebook, **options)
        self.judge, self.passed, self.kept = judge, set(), 0

    async def async_execute_cell(self, cell, cell_index, *arguments, **options):
        if not is_check(cell):
            return await super().async_execute_cell(cell, cell_index, *arguments, **options)
        source, cell.source = cell.source, self.judge.ask(cell)
        try:
            await super().async_execute_cell(cell, cell_index, *arguments, **options)
        finally:
            cell.source = source
        passed, said = self.judge.verdict()
        if passed:
            self.passed.add(grade_id(cell))
        cell.outputs.append(nbformat.v4.new_output('stream', name='stdout', text=said))
        return cell

    def output(self, outs, msg, display_id, cell_index):
        self.kept += len(json.dumps(msg['content'], default=str))
        return super().output(outs, msg, display_id, cell_index) if self.kept < OUTPUT else None
