"""Run a notebook top to bottom: `python tools/run_notebook.py IN.ipynb OUT.ipynb`

The copy that is left reads well on the web: it keeps every output of the run, but for progress
bars, which would stand there as "0 %" for ever, and names no path of the machine it ran on. If a
cell fails, OUT holds the run up to there and the error. IN and OUT may be the same file: that is
how the outputs in git are renewed. It runs in the folder of IN, where its modules are.
"""
import argparse
import os
import sys

import nbformat
import papermill

WIDGET = 'application/vnd.jupyter.widget-view+json'


def run_notebook(source, target, parameters=None, cwd='.'):
    """Execute `source` in the folder `cwd` and write the outcome to `target`.

    Raises papermill.PapermillExecutionError, with the cell's error, when a cell fails.
    """
    running = f'{target}.running.ipynb'             # not under its name before it is complete
    try:
        # at its end the kernel is interrupted, which it would report as an error now and then
        papermill.execute_notebook(source, running, parameters, cwd=cwd, kernel_name='python3',
                                   progress_bar=sys.stderr.isatty(),
                                   extra_arguments=['--log-level=CRITICAL'])
    finally:
        if os.path.exists(running):
            nbformat.write(without_traces(nbformat.read(running, 4)), running)
            os.replace(running, target)


def without_traces(notebook):
    """The notebook without progress bars, times of execution and papermill's notes."""
    for name in ('widgets', 'papermill'):
        notebook.metadata.pop(name, None)
    for i, cell in enumerate(notebook.cells):
        cell.id = f'cell-{i:02d}'                   # stable from run to run: small differences
        cell.metadata.pop('papermill', None)
        cell.metadata.pop('execution', None)
        if cell.cell_type == 'code':
            cell.outputs = [output for output in cell.outputs
                            if WIDGET not in output.get('data', {})]
            for output in cell.outputs:
                if output.output_type in ('display_data', 'execute_result'):
                    output.metadata = {}
    return notebook


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('source')
    parser.add_argument('target')
    arguments = parser.parse_args()
    try:
        run_notebook(arguments.source, arguments.target,
                     cwd=os.path.dirname(os.path.abspath(arguments.source)))
    except papermill.PapermillExecutionError as error:
        sys.exit(f'{error}\n{arguments.source} stopped at this cell; the run so far is in '
                 f'{arguments.target}')
