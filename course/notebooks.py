"""Run a notebook from top to bottom: `python -m course.notebooks IN.ipynb OUT.ipynb`

The copy that is left reads well on the web: it keeps every output of the run except progress bars,
which would show "0 %" for ever, and names no path of the machine it ran on. If a cell fails, OUT
holds the run up to there, with the error. IN and OUT may be the same file: that is how the outputs
in git are renewed. It runs in the folder of IN, and prints what the cells print when they print it.
"""
import argparse
import base64
import io
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import nbformat
import papermill
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from PIL import Image

from course import ROOT
from course.free_space import NOTEBOOK_MEMORY, free_disk, free_memory, in_gb

MAIN = ROOT / 'tf_transfer_learning.ipynb'
WIDGET = 'application/vnd.jupyter.widget-view+json'
LARGE_IMAGE = 60_000                            # bytes: a figure with images in it


class Kernel_of_this_environment(AsyncKernelManager):
    """Starts this Python, even where a kernel of your own is named `python3`."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(**get_kernel_dict())


def run_notebook(source: str, target: str, parameters: dict | None = None, cwd: str = '.',
                 printed: TextIO | None = None) -> None:
    """Execute `source` in the folder `cwd` and write the outcome to `target`.

    parameters: {name: value}, set after the cell tagged `parameters`. printed: where the lines go
    that cells print, as they are printed; None: into the notebook only.
    Raises papermill.PapermillExecutionError, with the cell's error, when a cell fails;
    nbclient's DeadKernelError when the kernel is killed; OSError when `target` cannot be written,
    which then is as it was.
    """
    running = f'{target}.running.ipynb'             # not under its own name before it is complete
    try:
        try:
            # the kernel is interrupted at the end, and reports that as an error now and then
            papermill.execute_notebook(*map(no_template, (source, running)), parameters, cwd=cwd,
                                       kernel_name='python3',
                                       kernel_manager_class=Kernel_of_this_environment,
                                       progress_bar=False, stdout_file=printed,
                                       extra_arguments=['--log-level=CRITICAL'])
        except (papermill.PapermillExecutionError, DeadKernelError):
            finish(running, target)
            raise
        finish(running, target)
    except OSError:
        Path(running).unlink(missing_ok=True)
        raise


def finish(running, target):
    """Gives a notebook its name, without traces of the run."""
    nbformat.write(without_traces(nbformat.read(running, 4)), running)
    os.replace(running, target)


def run_or_say_why(source: str, target: str) -> None:
    """Run a notebook in its own folder, as a command does: prints what the cells print, and ends
    the program, in words, if it does not get to the end."""
    sys.stdout.reconfigure(errors='replace')        # a terminal without ± is no reason to stop
    logging.getLogger('papermill').setLevel(logging.CRITICAL)       # what it would say is said here
    try:
        run_notebook(source, target, cwd=os.path.dirname(os.path.abspath(source)),
                     printed=sys.stdout)
    except papermill.PapermillExecutionError as error:
        sys.exit(f'{error}\n{source} stopped at this cell; the run so far is in {target}')
    except DeadKernelError:
        sys.exit('The kernel was killed, probably because memory ran out: the main notebook needs '
                 f'about {in_gb(NOTEBOOK_MEMORY)}, and {in_gb(free_memory())} are free now. Close '
                 'other programs and run it again: it resumes.')
    except OSError as error:
        sys.exit(f'{target} cannot be written: {error.strerror or error} '
                 f'({in_gb(free_disk(target))} free there). Make room and run it again: it '
                 'resumes.')


def no_template(path: str) -> str:
    """For papermill, which formats a path: braces stay braces."""
    return path.replace('{', '{{').replace('}', '}}')


def without_traces(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook without progress bars, times of execution and papermill's notes."""
    for name in ('widgets', 'papermill'):
        notebook.metadata.pop(name, None)
    for i, cell in enumerate(notebook.cells):
        cell.id = f'cell-{i:02d}'                   # the same in each run: small differences in git
        cell.metadata.pop('papermill', None)
        cell.metadata.pop('execution', None)
        if cell.cell_type == 'code':
            cell.outputs = [output for output in cell.outputs
                            if WIDGET not in output.get('data', {})]
            for output in cell.outputs:
                if output.output_type in ('display_data', 'execute_result'):
                    output.metadata = {}
            cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs: list) -> list:
    """Outputs with neighbouring pieces of one stream as one: where they are split is chance."""
    whole = []
    for output in outputs:
        if whole and output.output_type == 'stream' and whole[-1].get('name') == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def place_of(notebook: nbformat.NotebookNode, tag: str) -> int:
    """The index of the cell with a tag. Raises ValueError unless exactly one cell has it."""
    tags = [cell.metadata.get('tags', []) for cell in notebook.cells]
    places = [place for place, here in enumerate(tags) if tag in here]
    if len(places) != 1:
        raise ValueError(f'{len(places)} cells have the tag {tag!r}, not one. The tags are: '
                         + ', '.join(sum(tags, [])))
    return places[0]


def cell_with_tag(notebook: nbformat.NotebookNode, tag: str) -> nbformat.NotebookNode:
    """The cell with a tag. Raises ValueError unless exactly one cell has it."""
    return notebook.cells[place_of(notebook, tag)]


@contextmanager
def main_notebook_run(parameters: dict, extra: str = '', before: str = '',
                      lists: Path = ROOT / 'data_list') -> Iterator[Path]:
    """`with main_notebook_run(...) as folder:` holds what a run of the main notebook has written.

    It runs in a kernel, as it does for a student, in a temporary folder with links to data,
    data_list and tf_ckpt; at the end of the `with` the folder is deleted.

    extra: code of one more cell, in front of the cell tagged `before`. lists: what takes the place
    of data_list.
    """
    notebook = nbformat.read(MAIN, 4)
    if extra:
        notebook.cells.insert(place_of(notebook, before), nbformat.v4.new_code_cell(extra))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for link, target in (('data', ROOT / 'data'), ('data_list', lists),
                             ('tf_ckpt', ROOT / 'tf_ckpt')):
            (folder / link).symlink_to(target)
        nbformat.write(notebook, folder / 'in.ipynb')
        run_notebook(str(folder / 'in.ipynb'), str(folder / 'out.ipynb'), parameters, name)
        yield folder


class Cells:
    """The main notebook's cells, run in this process: what is measured is what a student reads.

    main: a copy of it, in its place. parameters: in place of those of the cell tagged `parameters`.
    """

    def __init__(self, main: Path | None = None, /, **parameters):
        self.notebook, self.parameters, self.next = nbformat.read(main or MAIN, 4), parameters, 0

    def run_until(self, tag: str) -> dict:
        """Run the code cells up to the one with this tag, which is run too, from where the last
        call stopped. Returns all names that are now defined. Raises what a cell raises."""
        from IPython.core.interactiveshell import InteractiveShell  # takes half a second

        shell = InteractiveShell.instance()
        end = place_of(self.notebook, tag) + 1
        for cell in self.notebook.cells[self.next:end]:
            if cell.cell_type == 'code':
                shell.run_cell(cell.source, silent=True).raise_error()
            if 'parameters' in cell.metadata.get('tags', []):
                shell.user_ns.update(self.parameters)
        self.next = end
        return shell.user_ns


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('source')
    parser.add_argument('target')
    arguments = parser.parse_args()
    run_or_say_why(arguments.source, arguments.target)
    notebook = nbformat.read(arguments.target, 4)
    make_images_smaller(notebook)
    nbformat.write(notebook, arguments.target)


def make_images_smaller(notebook: nbformat.NotebookNode) -> None:
    """Large images in 256 colours of their own, dithered, a third of the bytes: for a notebook that
    is kept in git. In a running notebook they keep all their colours."""
    for cell in notebook.cells:
        for output in cell.get('outputs', []):
            png = base64.b64decode(output.get('data', {}).get('image/png', ''))
            if len(png) > LARGE_IMAGE:
                image = Image.open(io.BytesIO(png)).convert('RGB')
                colours, file = image.quantize(256), io.BytesIO()
                image.quantize(palette=colours).save(file, 'png', optimize=True)
                output.data['image/png'] = base64.b64encode(file.getvalue()).decode()


if __name__ == '__main__':
    main()
