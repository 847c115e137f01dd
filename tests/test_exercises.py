"""The exercises: solutions earn every point, blank cells none, and wrong answers the right hint."""
import importlib
import os
import re
import shutil
import subprocess
import sys
from collections import Counter

import matplotlib.pyplot as plt
import nbformat
import pytest
from exercise_runner import (
    EXERCISES,
    SOURCE,
    Exercise,
    blank,
    functions,
    grade_id,
    mark,
    nbgrader_config,
    only_solutions,
    students_version,
)
from nbgrader.api import Gradebook

from exercises.checks import checking
from exercises.checks.checking import NOTHING

SMALL = {
    'plant_seedlings': {'per_class': 6, 'img_size': 48},
    'layer_transfer': {'units': (1, 1, 1, 1), 'img_size': 32, 'n_train': 24, 'n_test': 24,
                       'n_steps': 3},
    'flowering_herbaceous': {'per_class': 6, 'img_size': 64, 'numbers': [1, 2], 'n_seeds': 3},
    'another_network': {'n_images': 8, 'img_size': 64, 'n_drawn': 8, 'n_steps': 3},
    'tensorflow_basics': {'n_steps': 20, 'n_epochs': 2}}
NO_RETURN = """
with_return_{0} = {0}
def {0}(*args, **options):
    with_return_{0}(*args, **options)
"""
NAMES = sorted(path.name for path in SOURCE.iterdir() if path.is_dir())


def answers(name):
    return importlib.import_module(f'answers.{name}')


@pytest.fixture
def exercise(request, tmp_path, monkeypatch):
    """Builds an Exercise with small parameters, which writes into an empty folder."""
    monkeypatch.chdir(SOURCE / request.param)
    small = dict(SMALL[request.param])
    for name in 'folder', 'images', 'data_list/lists':
        small[os.path.basename(name)] = str(tmp_path / name)
    yield Exercise(request.param, small)
    plt.close('all')                            # whatever a student's cell has left open


@pytest.mark.slow
@pytest.mark.parametrize('exercise', NAMES, indirect=True)
def test_solutions_earn_every_point(exercise):
    assert exercise.run() == {}


@pytest.mark.slow
@pytest.mark.parametrize('exercise', NAMES, indirect=True)
def test_other_right_answers_are_accepted_by_the_cells_below_too(exercise, request):
    right = answers(request.node.callspec.params['exercise']).RIGHT_ANSWERS
    assert exercise.run(answers=dict(right)) == {}


@pytest.mark.parametrize('name', NAMES)
def test_right_and_wrong_answers(name, tmp_path, monkeypatch):
    """Task by task: right ones earn the points, wrong ones do not, and get the hint that helps."""
    monkeypatch.chdir(tmp_path)
    exercise, given = only_solutions(name), answers(name)
    for solution, code in given.RIGHT_ANSWERS:
        assert exercise.with_answer(solution, code) == {}, (solution, code)
    for solution, code, checks, hint in given.WRONG_ANSWERS:
        checking.CHOSEN.clear()
        lost = exercise.with_answer(solution, code, checks)
        assert sorted(lost) == sorted(checks), (solution, code)
        assert any(hint in said for said in lost.values()), (hint, lost)
    for solution, cell in exercise.solutions.items():
        for function in functions(cell):
            lost = exercise.with_answer(solution, cell.source + NO_RETURN.format(function))
            assert any(NOTHING in said for said in lost.values()), (function, lost)


@pytest.mark.parametrize('name', NAMES)
def test_each_task_has_three_wrong_answers_and_another_right_one(name):
    """So that a new task comes with its matrix. A choice of letters has no third."""
    given = answers(name)
    wrong = Counter(solution for solution, *_ in given.WRONG_ANSWERS)
    for solution, cell in Exercise(name, {}).solutions.items():
        assert wrong[solution] >= (3 if functions(cell) else 1), solution
        assert solution in dict(given.RIGHT_ANSWERS), solution


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
    """One exercise by the commands of exercises/README.md, in somebody's own copy of the course, as
    on a hub: from the source to the points of a student with one wrong answer, sent by mail.
    """
    name = 'tensorflow_basics'
    for variable in 'MPLBACKEND', 'PYTHONPATH':
        monkeypatch.delenv(variable, raising=False)
    # nbgrader calls alembic, which is installed in the same folder
    monkeypatch.setenv('PATH', f'{os.path.dirname(sys.executable)}{os.pathsep}{os.environ["PATH"]}')
    (tmp_path / 'data_list').mkdir()                        # by which a copy is recognised
    exercises = tmp_path / 'exercises'
    for folder in 'source', 'release':
        shutil.copytree(EXERCISES / folder / name, exercises / folder / name)
    shutil.copy(EXERCISES / 'nbgrader_config.py', exercises)

    def nbgrader(*command):
        done = subprocess.run([sys.executable, '-m', 'nbgrader', *command], cwd=exercises,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    nbgrader('generate_assignment', '--force', name)
    notebook = nbformat.read(exercises / 'release' / name / f'{name}.ipynb', 4)
    solutions = Exercise(name, {}).solutions
    wrong = answers(name).SOFTMAX_TWICE
    for cell in notebook.cells:
        if mark(cell, 'solution'):
            assert 'YOUR CODE HERE' in cell.source
            cell.source = wrong if grade_id(cell) == 'loss_of' else solutions[grade_id(cell)].source
        if 'n_epochs = ' in cell.source:
            cell.source += '\nn_steps, n_epochs = 20, 2'
    mail = exercises / 'downloaded' / name / 'archive'
    mail.mkdir(parents=True)
    nbformat.write(notebook, mail / f'ada_{name}.ipynb')
    nbgrader('zip_collect', name)
    nbgrader('autograde', name)
    with Gradebook(f'sqlite:///{exercises}/gradebook.db') as book:
        submission = book.find_submission(name, 'ada')
        lost = {grade.name: grade.max_score - grade.score
                for grade in submission.notebooks[0].grades if grade.score < grade.max_score}
        assert lost == {'check_loss_of': 2}
        assert (tmp_path / f'model/exercise_{name}/digits.ckpt.index').is_file()
        assert submission.max_score == sum(mark(cell, 'points') for cell in notebook.cells)


@pytest.mark.parametrize('path, student', [
    ('ada_plant_seedlings.ipynb', 'ada'),
    ('class.zip/lovelaceada_LATE_12_345_plant_seedlings-1.ipynb', 'lovelaceada'),
    ('class.zip/Ada Lovelace_12345_assignsubmission_file_/plant_seedlings.ipynb', 'Ada Lovelace'),
    ('plant_seedlings.ipynb', None), ('ada_homework.ipynb', None),
    ('.._plant_seedlings.ipynb', None), ('.ada_plant_seedlings.ipynb', None)])
def test_whose_file_it_is(path, student):
    """By its name, as learning platforms write it into their zip files."""
    pattern = nbgrader_config().FileNameCollectorPlugin.named_regexp
    found = re.match(pattern, f'/exercises/downloaded/plant_seedlings/extracted/{path}')
    assert (found and found['student_id']) == student
    assert not found or found['file_id'] == 'plant_seedlings'
