"""The lessons, run top to bottom with small parameters; their committed outputs; what they name."""
import re

import nbformat
import pytest
from conftest import ROOT

from course.notebooks import run_notebook

LESSONS = ROOT / 'lessons'
SMALL = {
    '1_graph_and_session': {'n_steps': 5, 'n_rates': 3},
    '2_first_network': {'n_seeds': 1, 'n_epochs': 2, 'n_passes': 2,
                        'max_epochs': 6, 'patience': 1},
    '3_reuse_freeze_cache': {'source_steps': 60, 'target_steps': 20, 'n_runs': 2,
                             'img_size': 32,
                             'n_cached': 40, 'n_timed': 1, 'n_test': 20, 'thaw_steps': 2},
    '4_when_to_transfer': {'pixels': 32, 'live': ['head only'], 'least_steps': 2,
                           'networks': ['resnet_v2_50'], 'zoo_pixels': 32, 'per_class': 2,
                           'n_source_classes': 8, 'per_source_class': 1, 'lab_epochs': 1},
    '5_beyond_fine_tuning': {'pre_steps': 3, 'steps': dict.fromkeys(
        ['multitask', 'adversarial', 'zero-shot', 'self-taught', 'auxiliary', 'few-shot'], 3)},
    '6_what_pays': {'pixels': 32, 'epochs': 1, 'most_tried': 5},
    '7_how_sure': {'pixels': 32},
    '8_many_machines': {'n_steps': 20},
}
NAMES = sorted(path.stem for path in LESSONS.glob('[0-9]_*.ipynb'))


def prose(path):
    if path.suffix == '.md':
        return path.read_text()
    cells = nbformat.read(path, 4).cells
    return '\n'.join(cell.source for cell in cells if cell.cell_type == 'markdown')


def check_ran(notebook):
    """Every code cell ran, in order, without an error or a complaint; it shows an image."""
    code = [cell for cell in notebook.cells if cell.cell_type == 'code']
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [output for output in outputs
                if output.output_type == 'error' or output.get('name') == 'stderr']
    assert any('image/png' in output.get('data', {}) for output in outputs)


def rows_of_the_readme(first):
    """The cells of each row of lessons/README.md whose first cell matches `first`."""
    rows = [line.strip('| ').split(' | ') for line in prose(LESSONS / 'README.md').splitlines()
            if line.startswith('|')]
    return [row for row in rows if re.match(first, row[0])]


@pytest.mark.parametrize('name', NAMES)
def test_minutes_and_what_to_know_first_are_said_once(name):
    """In the list of lessons; for its minutes see test_minutes.py."""
    [row] = [row for row in rows_of_the_readme(r'\[') if f'({name}.ipynb)' in row[0]]
    assert len(row) == 4 and all(row)
    title = nbformat.read(LESSONS / f'{name}.ipynb', 4).cells[0].source
    assert '[the list of lessons](README.md)' in title and not re.search(r'\d+ min', title)


@pytest.mark.slow
@pytest.mark.parametrize('name', NAMES)
def test_a_lesson_runs(name, tmp_path, monkeypatch):
    monkeypatch.delenv('MPLBACKEND')
    parameters = {'folder': str(tmp_path / 'model/written'), **SMALL[name]}
    run_notebook(str(LESSONS / f'{name}.ipynb'), str(tmp_path / 'out.ipynb'), parameters,
                 str(LESSONS))
    check_ran(nbformat.read(tmp_path / 'out.ipynb', 4))


@pytest.mark.parametrize('name', NAMES)
def test_a_committed_lesson_reads_well(name):
    path = LESSONS / f'{name}.ipynb'
    check_ran(nbformat.read(path, 4))
    assert path.stat().st_size < 1_500_000
    text = prose(path)
    assert text.startswith('# ') and '\n## Summary\n' in text and '\n## Exercises\n' in text
    assert '$' not in text                  # formulas need no MathJax, which may need a network


@pytest.mark.parametrize('name', [*(f'{name}.ipynb' for name in NAMES), 'README.md'])
def test_the_files_that_a_lesson_names_are_there(name):
    text = prose(LESSONS / name)
    files = re.findall(r'[`(]([\w./]+\.(?:py|csv|txt|md|ipynb))\b', text)
    commands = re.findall(r'python ([\w/]+\.py)', text)
    modules = [f"{name.replace('.', '/')}.py" for name in re.findall(r'python -m ([\w.]+)', text)]
    places = ROOT, LESSONS, LESSONS / 'experiments'
    missing = [file for file in [*files, *commands, *modules]
               if not any((place / file).is_file() for place in places)]
    assert not missing
