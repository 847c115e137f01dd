"""The notebook with its outputs, and as a page: `python -m course.executed NOTEBOOK.ipynb`

They are model/NOTEBOOK.ipynb and model/NOTEBOOK.html. The executed notebook says in its metadata
what it was made of, and the page says at its end which executed notebook it shows. What is up to
date is left alone; dates do not count, since git, copies and clocks change them.
"""
import argparse
import hashlib
import os
import sys
from html import escape
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

from course import workplace
from course.notebooks import run_or_say_why
from course.one_at_a_time import one_at_a_time
from course.whole_file import write_whole

MODULES = ('generator.py', 'callbacks.py', 'tf_model/*.py', 'course/**/*.py')
LISTS, WEIGHTS = 'data_list/*/k_fold/*', 'tf_ckpt/*.*'


def inputs(notebook: Path, folder: Path) -> dict[str, str]:
    """{file: SHA-256} of all that the outputs of a notebook depend on, in the course's `folder`.

    That is the cells' source, the course's modules, the lists and the pre-trained weights.
    """
    cells = nbformat.read(notebook, 4).cells        # as outputs that are in git do not count
    source = '\0'.join(f'{cell.cell_type} {cell.metadata.get("tags")} {cell.source}'
                       for cell in cells)
    files = {file for pattern in (*MODULES, LISTS, WEIGHTS) for file in folder.glob(pattern)
             if file.is_file() and not is_unpacked(file)}
    return {notebook.name: hashlib.sha256(source.encode()).hexdigest(),
            **{file.relative_to(folder).as_posix(): digest_of(file) for file in sorted(files)}}


def is_unpacked(file):
    """x.ckpt.index and the like beside x.npz: unpacked from it by the notebook."""
    return '.ckpt' in file.name and file.with_name(f'{file.name.split(".ckpt")[0]}.npz').exists()


def digest_of(file):
    total = hashlib.sha256()
    with open(file, 'rb') as stream:
        while block := stream.read(2**20):
            total.update(block)
    return total.hexdigest()


def what_changed(executed: Path, now: dict[str, str]) -> list[str]:
    """The inputs that are not as they were when `executed` was made; all of them if it is not
    there, or was damaged."""
    try:
        before = nbformat.read(executed, 4).metadata['inputs']
    except (OSError, ValueError, KeyError, AttributeError):
        before = {}
    return sorted(name for name in {*now, *before} if now.get(name) != before.get(name))


def execute(notebook: Path, executed: Path, folder: Path) -> None:
    """Run the notebook, unless `executed` was made of these inputs. Ends the program, in words,
    if it does not get to the end; `executed` is then as it was."""
    now = inputs(notebook, folder)
    changed = what_changed(executed, now)
    if not changed:
        return
    if executed.exists():
        more = f' and {len(changed) - 1} more' if len(changed) > 1 else ''
        print(f'Changed since the last run: {changed[0]}{more}')
    print('Running the notebook: 2 to 20 minutes, depending on the machine ...', flush=True)
    failed = executed.with_name('failed.ipynb')     # it gets its name when it is complete
    run_or_say_why(str(notebook), str(failed))
    result = nbformat.read(failed, 4)
    result.metadata['inputs'] = now
    nbformat.write(result, failed)
    os.replace(failed, executed)


def write_page(executed: Path, page: Path) -> None:
    """Write the executed notebook as HTML, unless `page` shows it already: whole or not at all."""
    end = f'\n<!-- {digest_of(executed)} -->\n'.encode()
    if page.exists() and page.read_bytes().endswith(end):
        return
    html, _ = HTMLExporter().from_notebook_node(described(nbformat.read(executed, 4)),
                                                {'metadata': {'name': executed.stem}})
    write_whole(page, html.encode() + end)


def described(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with the description of each figure as the alternative text of its image.

    Our figures have one as their repr (course.plots.figure.Described_figure), which a notebook
    keeps as text/plain. What nbconvert makes of an image has no room for it, so it becomes HTML.
    """
    for cell in notebook.cells:
        for output in cell.get('outputs', []):
            data = output.get('data', {})
            if 'image/png' in data and 'text/html' not in data:
                png = data.pop('image/png').replace('\n', '')
                data['text/html'] = (
                    f'<img src="data:image/png;base64,{png}" style="max-width: 100%" '
                    f'alt="{escape(data.get("text/plain", "figure"))}">')
    return notebook


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('notebook', type=Path)
    notebook = parser.parse_args().notebook
    folder = workplace()
    executed = folder / 'model' / notebook.name
    executed.parent.mkdir(exist_ok=True)
    with one_at_a_time(notebook):
        try:
            execute(notebook, executed, folder)
            write_page(executed, executed.with_suffix('.html'))
        except OSError as error:
            sys.exit(f'{error.filename or executed.parent} cannot be written: '
                     f'{error.strerror or error}. Make room and run it again: it resumes.')


if __name__ == '__main__':
    main()
