"""The lessons, run top to bottom with small parameters; and their committed outputs."""
import nbformat
import pytest
from conftest import ROOT
from test_notebook import check_ran_top_to_bottom, count_images

from course.notebooks import run_notebook

LESSONS = ROOT / 'lessons'
SMALL = {
    '1_graph_and_session': {'n_steps': 5, 'n_rates': 3},
    '2_first_network': {'n_seeds': 1, 'n_epochs': 2, 'n_passes': 2},
    '3_reuse_freeze_cache': {'source_steps': 60, 'target_steps': 20, 'img_size': 32,
                             'n_cached': 40, 'n_timed': 1, 'n_test': 20, 'thaw_steps': 2},
    '4_when_to_transfer': {'pixels': 32, 'live': ['head only'], 'least_steps': 2,
                           'networks': ['resnet_v2_50'], 'zoo_pixels': 32, 'per_class': 2,
                           'n_source_classes': 8, 'per_source_class': 1},
    '5_beyond_fine_tuning': {'pre_steps': 3, 'steps': dict.fromkeys(
        ['multitask', 'adversarial', 'zero-shot', 'self-taught', 'auxiliary'], 3)},
}
NAMES = sorted(path.stem for path in LESSONS.glob('[0-9]_*.ipynb'))


def check_ran(notebook):
    check_ran_top_to_bottom(notebook)
    assert count_images(notebook) >= 1


@pytest.mark.slow
@pytest.mark.parametrize('name', NAMES)
def test_a_lesson_runs(name, tmp_path, monkeypatch):
    monkeypatch.delenv('MPLBACKEND')
    parameters = {'folder': str(tmp_path / 'written'), **SMALL[name]}
    run_notebook(str(LESSONS / f'{name}.ipynb'), str(tmp_path / 'out.ipynb'), parameters,
                 str(LESSONS))
    check_ran(nbformat.read(tmp_path / 'out.ipynb', 4))


@pytest.mark.parametrize('name', NAMES)
def test_a_committed_lesson_reads_well(name):
    path = LESSONS / f'{name}.ipynb'
    notebook = nbformat.read(path, 4)
    check_ran(notebook)
    assert path.stat().st_size < 1_500_000
    text = '\n'.join(cell.source for cell in notebook.cells if cell.cell_type == 'markdown')
    assert text.startswith('# ') and '\n## Summary\n' in text and '\n## Exercises\n' in text
