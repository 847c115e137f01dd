"""Submissions that attack the grading: solutions, other students and their marks stay out of reach."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from answers import tensorflow_basics as answers
from exercise_runner import EXERCISES, Exercise, grade_id, mark
from nbgrader.api import Gradebook

from course.grading import sandbox
from course.grading.grade import grade
from course.grading.guard import Guard
from course.grading.run import run
from course.grading.submission import points, read, restored

NAME = 'tensorflow_basics'
REASON = sandbox.obstacle(EXERCISES)
needs_sandbox = pytest.mark.skipif(bool(REASON), reason=REASON)
SECRET = 'Adas_answer_that_nobody_else_may_read'
# makes every check pass, reads solutions and another student's answers, overwrites the other's marks
ATTACK = """
import glob, sqlite3
import exercises.checks.check_tensorflow_basics as checks, exercises.checks.checking as checking
for module in checks, checking:
    for name in dir(module):
        if callable(getattr(module, name)):
            setattr(module, name, lambda *arguments, **options: None)
for path in glob.glob('{folder}/source/*/*.ipynb') + glob.glob('{folder}/submitted/ada/*/*.ipynb'):
    print(open(path).read())
try:
    book = sqlite3.connect('{folder}/gradebook.db', timeout=1)
    book.execute('update grade set auto_score = 0')
    book.commit()
except sqlite3.Error as error:
    print(error)
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A teacher's folder in a copy of the course: the solutions, ada's right answers with their
    marks in the gradebook, and mallory's attack, which comes with no answers at all."""
    monkeypatch.setenv('PATH', f'{os.path.dirname(sys.executable)}{os.pathsep}{os.environ["PATH"]}')
    monkeypatch.delenv('MPLBACKEND', raising=False)
    (tmp_path / 'data_list').mkdir()
    folder = tmp_path / 'exercises'
    shutil.copytree(EXERCISES / 'source' / NAME, folder / 'source' / NAME)
    shutil.copytree(EXERCISES / 'release' / NAME, folder / 'release' / NAME)
    shutil.copy(EXERCISES / 'nbgrader_config.py', folder)
    nbgrader(folder, 'generate_assignment', '--force', NAME)
    hand_in(folder, 'ada', solved(folder, f'# {SECRET}'))
    attack = released(folder)
    attack.cells.insert(3, nbformat.v4.new_code_cell(ATTACK.format(folder=folder)))
    hand_in(folder, 'mallory', attack)
    with Gradebook(f'sqlite:///{folder}/gradebook.db') as book:
        book.add_student('ada')
        for entry in book.add_submission(NAME, 'ada').notebooks[0].grades:
            entry.auto_score = entry.max_score
        book.db.commit()
    return folder


def nbgrader(folder, *command):
    subprocess.run([sys.executable, '-m', 'nbgrader', *command], cwd=folder, check=True,
                   capture_output=True)


def released(folder):
    notebook = nbformat.read(folder / f'release/{NAME}/{NAME}.ipynb', 4)
    for cell in notebook.cells:
        if 'parameters' in cell.metadata.get('tags', []):
            cell.source += '\nn_steps, n_epochs = 20, 2'
    return notebook


def solved(folder, comment=''):
    notebook, solutions = released(folder), Exercise(NAME, {}).solutions
    for cell in notebook.cells:
        if mark(cell, 'solution'):
            cell.source = f'{comment}\n{solutions[grade_id(cell)].source}'
    return notebook


def hand_in(folder, student, notebook):
    path = folder / f'submitted/{student}/{NAME}/{NAME}.ipynb'
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def marks(folder, student):
    with Gradebook(f'sqlite:///{folder}/gradebook.db') as book:
        return book.find_submission(NAME, student).score


def feedback(folder, student):
    nbgrader(folder, 'generate_feedback', '--student', student, NAME)
    return (folder / f'feedback/{student}/{NAME}/{NAME}.html').read_text()


@pytest.mark.slow
def test_the_attack_succeeds_against_plain_autograde(course):
    """So the test below attacks something."""
    nbgrader(course, 'autograde', '--student', 'mallory', NAME)
    page = feedback(course, 'mallory')
    assert marks(course, 'mallory') == 16 and marks(course, 'ada') == 0
    assert SECRET in page and 'BEGIN SOLUTION' in page


@pytest.mark.slow
@needs_sandbox
def test_the_attack_gets_nothing(course):
    """And right answers earn all points, in the same way."""
    before = (course / 'submitted/ada' / NAME / f'{NAME}.ipynb').read_bytes()
    assert grade(course, NAME) == {'ada': 16, 'mallory': 0}
    assert marks(course, 'mallory') == 0 and marks(course, 'ada') == 16
    page = feedback(course, 'mallory')
    assert SECRET not in page and 'BEGIN SOLUTION' not in page
    assert 'unable to open database file' in page                   # it was tried
    assert SECRET in feedback(course, 'ada')
    assert (course / 'submitted/ada' / NAME / f'{NAME}.ipynb').read_bytes() == before
