"""The exercises: solutions earn every point, blank cells none, and wrong answers the right hint."""
import importlib
import os
import re
import shutil
import subprocess
import sys

import matplotlib.pyplot as plt
import nbformat
import pytest
from conftest import ROOT
from exercise_runner import (
    EXERCISES,
    SOURCE,
    Exercise,
    blank,
    functions,
    grade_id,
    mark,
    nbgrader_config,
    students_version,
)
from nbgrader.api import Gradebook

from exercises.checks.checking import NOTHING

SMALL = {
    'plant_seedlings': {'per_class': 6, 'img_size': 48},
    'layer_transfer': {'units': (1, 1, 1, 1), 'img_size': 32, 'n_train': 24, 'n_test': 24,
                       'n_steps': 3},
    'flowering_herbaceous': {'per_class': 6, 'img_size': 64, 'numbers': [1, 2], 'n_seeds': 3},
    'another_network': {'n_images': 40, 'img_size': 64, 'n_drawn': 8, 'n_steps': 3},
    'tensorflow_basics': {'n_steps': 20, 'n_epochs': 2}}
NO_RETURN = """
with_return_{0} = {0}
def {0}(*args, **options):
    with_return_{0}(*args, **options)
"""
NAMES = sorted(path.name for path in SOURCE.iterdir() if path.is_dir())


@pytest.fixture
def exercise(request, tmp_path, monkeypatch):
    """Builds an Exercise with small parameters, which writes into an empty folder."""
    monkeypatch.setattr(sys, 'path', list(sys.path))
    monkeypatch.chdir(SOURCE / request.param)
    small = dict(SMALL[request.param])
    for name in 'folder', 'images', 'lists':
        small[name] = str(tmp_path / name)
    yield Exercise(request.param, small)
    os.chdir(ROOT)
    plt.close('all')                            # whatever a student's cell has left open


@pytest.mark.slow
@pytest.mark.parametrize('exercise', NAMES, indirect=True)
def test_solutions_earn_every_point_and_wrong_answers_the_right_hint(exercise, request):
    assert exercise.run() == {}
    name = request.node.callspec.params['exercise']
    answers = importlib.import_module(f'wrong_answers_{name}').WRONG_ANSWERS
    assert len(answers) >= 3
    for solution, code, checks, hint in answers:
        lost = exercise.with_answer(solution, code)
        assert sorted(lost) == sorted(checks), (solution, code)
        assert any(hint in said for said in lost.values()), (hint, lost)
    for solution, cell in exercise.solutions.items():
        for function in functions(cell):
            code = cell.source + NO_RETURN.format(function)
            lost = exercise.with_answer(solution, code, function)
            assert any(NOTHING in said for said in lost.values()), (function, lost)


@pytest.mark.parametrize('exercise', NAMES, indirect=True)
def test_blank_earns_nothing(exercise):
    blanked = blank(exercise)
    assert not any('BEGIN SOLUTION' in cell.source for cell in blanked.notebook.cells)
    assert sorted(blanked.run(stop=False)) == sorted(exercise.checks)


@pytest.mark.parametrize('name', NAMES)
def test_the_marks_of_nbgrader(name):
    """Every task has a solution and, later, a locked check with points; names are unique."""
    notebook = nbformat.read(SOURCE / name / f'{name}.ipynb', 4)
    marked = [cell for cell in notebook.cells if 'nbgrader' in cell.metadata]
    assert len({grade_id(cell) for cell in marked}) == len(marked)
    for cell in marked:
        assert mark(cell, 'schema_version') == 3
        assert mark(cell, 'solution') == ('### BEGIN SOLUTION' in cell.source)
        assert mark(cell, 'solution') == ('### END SOLUTION' in cell.source)
        if mark(cell, 'grade'):
            assert mark(cell, 'locked') and mark(cell, 'points') > 0
            assert cell.source.startswith(f'check_{name}.') and cell.source.count('\n') <= 4
    assert [cell for cell in notebook.cells if 'outputs' in cell and cell.outputs] == []


@pytest.mark.parametrize('name', NAMES)
def test_what_students_get_is_made_of_the_source(name):
    """`make exercises` was run after the last change: text, marks and points are the same."""
    source = nbformat.read(SOURCE / name / f'{name}.ipynb', 4)
    release = nbformat.read(EXERCISES / 'release' / name / f'{name}.ipynb', 4)
    assert students_version(source) == release


@pytest.mark.slow
def test_nbgrader_itself_hands_out_and_grades(tmp_path, monkeypatch):
    """One exercise by the commands of exercises/README.md, in a course that has its students'
    version already, as a clone has: from the source to the points of a student with one wrong
    answer, whose file came by mail.
    """
    name = 'tensorflow_basics'
    monkeypatch.setenv('COURSE_ROOT', str(ROOT))
    monkeypatch.delenv('MPLBACKEND')
    # nbgrader calls alembic, which is installed beside it
    monkeypatch.setenv('PATH', f'{os.path.dirname(sys.executable)}{os.pathsep}{os.environ["PATH"]}')
    for folder in 'source', 'release':
        shutil.copytree(EXERCISES / folder / name, tmp_path / folder / name)
    shutil.copy(EXERCISES / 'nbgrader_config.py', tmp_path)

    def nbgrader(*command):
        done = subprocess.run([sys.executable, '-m', 'nbgrader', *command], cwd=tmp_path,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    nbgrader('generate_assignment', '--force', name)
    notebook = nbformat.read(tmp_path / 'release' / name / f'{name}.ipynb', 4)
    answers = Exercise(name, {}).solutions
    wrong = importlib.import_module(f'wrong_answers_{name}').SOFTMAX_TWICE
    for cell in notebook.cells:
        if mark(cell, 'solution'):
            assert 'YOUR CODE HERE' in cell.source
            cell.source = wrong if grade_id(cell) == 'loss_of' else answers[grade_id(cell)].source
        if 'n_epochs = ' in cell.source:
            cell.source += f"\nn_steps, n_epochs, folder = 20, 2, {str(tmp_path / 'model')!r}"
    mail = tmp_path / 'downloaded' / name / 'archive'
    mail.mkdir(parents=True)
    nbformat.write(notebook, mail / f'ada_{name}.ipynb')
    nbgrader('zip_collect', name)
    nbgrader('autograde', name)
    with Gradebook(f'sqlite:///{tmp_path}/gradebook.db') as book:
        submission = book.find_submission(name, 'ada')
        lost = {grade.name: grade.max_score - grade.score
                for grade in submission.notebooks[0].grades if grade.score < grade.max_score}
        assert lost == {'check_loss_of': 2}
        assert submission.max_score == sum(mark(cell, 'points') for cell in notebook.cells)


@pytest.mark.parametrize('path, student', [
    ('ada_plant_seedlings.ipynb', 'ada'),
    ('class.zip/lovelaceada_LATE_12_345_plant_seedlings-1.ipynb', 'lovelaceada'),
    ('class.zip/Ada Lovelace_12345_assignsubmission_file_/plant_seedlings.ipynb', 'Ada Lovelace'),
    ('plant_seedlings.ipynb', None), ('ada_homework.ipynb', None)])
def test_whose_file_it_is(path, student):
    """By its name, as learning platforms write it into their zip files."""
    pattern = nbgrader_config().FileNameCollectorPlugin.named_regexp
    found = re.match(pattern, f'/exercises/downloaded/plant_seedlings/extracted/{path}')
    assert (found and found['student_id']) == student
    assert not found or found['file_id'] == 'plant_seedlings'
