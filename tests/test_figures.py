"""Each marked figure in a README is what its results file gives."""
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from benchmarks import datasets, figures, minutes
from benchmarks.figures import FIGURES, MARKED, renewed
from lessons.experiments import frozen_features
from pretraining import tables


@pytest.mark.parametrize('document', FIGURES)
def test_a_readme_says_what_its_files_give(document):
    text = (ROOT / document).read_text(encoding='utf-8')
    assert text == renewed(text, FIGURES[document]), 'run `make figures`'


def test_no_document_has_marks_that_nothing_fills():
    marked = {path.relative_to(ROOT).as_posix() for path in ROOT.glob('**/*.md')
              if path.relative_to(ROOT).parts[0] not in ('.venv', 'model')
              and MARKED.search(path.read_text(encoding='utf-8'))}
    assert marked == set(FIGURES)


@pytest.fixture
def two(tmp_path, monkeypatch):
    """{name: (file, function)} of a results file with two numbers, which the function adds."""
    monkeypatch.setattr(figures, 'ROOT', tmp_path)
    (tmp_path / 'two.csv').write_text('number\n1\n2\n')
    return {'sum': (tmp_path / 'two.csv', lambda rows: f'It is {rows.number.sum()}.')}


def test_another_number_in_the_text_is_put_right(two):
    text = 'a\n\n<!-- figures: sum -->\n\nIt is {}.\n\n<!-- end -->\n\nb\n'
    assert renewed(text.format(4), two) == renewed(text.format(3), two) == text.format(3)


def test_a_file_that_is_missing_is_named(two, tmp_path):
    Path(tmp_path / 'two.csv').unlink()
    assert '`two.csv` is missing' in renewed('<!-- figures: sum -->\n<!-- end -->', two)


@pytest.mark.parametrize('text', ['no mark', '<!-- figures: product -->\n<!-- end -->'])
def test_a_mark_that_nothing_knows_or_nobody_uses_is_an_error(two, text):
    with pytest.raises(KeyError, match='marked are'):
        renewed(text, two)


def test_photographs_bold_is_the_best_and_missing_runs_are_counted():
    def rows(start, recipe, tests, val=0.5):
        return pd.DataFrame({'target': 'photos', 'start': start, 'recipe': recipe, 'val': val,
                             'run': range(len(tests)), 'test': tests, 'train': 1.0,
                             'n_train': 240, 'n_test': 80})

    table = tables.accuracies(pd.concat([
        rows('no network', '', [0.6] * 5), rows('scratch', 'short', [0.8], val=0.6),
        rows('scratch', 'long', [0.7] * 5, val=0.7),
        rows('resnet_v2_50_drawn.ckpt', 'head only', [0.8] * 5),
        rows('resnet_v2_50_drawn.ckpt', 'r', [0.9] * 5), rows('mine.ckpt', 'r', [0.9, 0.9]),
        rows('resnet_v2_50_drawn.ckpt', 'r, BatchNorm in inference mode', [0.85] * 5, val=0.9)]))
    assert table.splitlines()[-1] == (
        '| photographs of cats and dogs, 128 px | 240, 80 | 60.0 ± 0.0 | 70.0 ± 0.0 (100.0) | '
        '80.0 ± 0.0 | **90.0 ± 0.0** | 85.0 ± 0.0 | not measured | not measured | '
        'not measured | **90.0 ± 0.0**; 2 of 5 runs |')


def test_trainings_that_learned_little_are_counted():
    recipe, inference = 'r', 'r, BatchNorm in inference mode'
    rows = pd.DataFrame({'target': 'photos', 'start': 'resnet_v2_50_drawn.ckpt',
                         'recipe': [inference] * 4 + [recipe] * 2 + ['head only'],
                         'train': [0.65, 0.9, 0.8, 0.7, 0.97, 1, 0.1]})
    assert tables.not_learned(rows) == (
        'With BatchNorm in inference mode, 2 of 4 trainings on photographs, from the drawings, '
        'ended with\nonly 65% and 70% of their *training* images right; by the batch, all 2 ended '
        'with 97% or more.')


def test_datasets_bold_is_the_best_of_a_row():
    rows = pd.DataFrame({'dataset': 'digits', 'train': 1000, 'test': 200,
                         'answer': ['always "3"', 'HOG + logistic regression', 'fine-tuned',
                                    'frozen features + logistic regression', 'from scratch'],
                         'right': [20, 190, 190, 180, 100]})
    [line] = datasets.table(rows).splitlines()[2:]
    assert line == ('| `digits` | 1,000, 200 | **95.0%**, 91.0% to 97.3% | 90.0% | 50.0% | '
                    '**95.0%** | 10.0% |')                              # the interval: Wilson's


def test_the_last_measurement_of_each_machine_counts():
    rows = pd.DataFrame({'machine': ['a', 'b', 'a'], 'make setup': [60, 120, 61],
                         'make run': [30, 60, 31], '.venv': 3.2, 'model': 0.2, 'memory': 2.1})
    assert minutes.table(rows).splitlines()[2:4] == [
        '| a | 1 min 1 s | 0 min 31 s | 1 min 32 s |', '| b | 2 min 0 s | 1 min 0 s | 3 min 0 s |']


def test_wrong_input_is_compared_fold_by_fold():
    names = ['drawings, postnorm', 'drawings, postnorm; channels swapped', 'drawings, block4']
    rows = pd.DataFrame([{'fold': fold, 'features': name, 'accuracy': 0.8 + 0.02 * fold - 0.01 * k}
                         for fold in range(3) for k, name in enumerate(names)])
    lines = frozen_features.changes(rows).splitlines()
    assert lines[3].startswith('| channels swapped |') and lines[3].endswith('| -1.0 ± 0.0 |')
    assert lines[4].startswith('| block4 |') and lines[4].endswith('| -2.0 ± 0.0 |')
