"""Submissions that attack the grading: solutions, other students and all marks are out of reach."""
import os
import shutil
import subprocess
import sys
from copy import deepcopy

import nbformat
import pytest
from exercise_runner import EXERCISES, Exercise, grade_id, mark
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from course.grading import sandbox
from course.grading.grade import grade
from course.grading.submission import points, restored

NAME = 'tensorflow_basics'
REASON = sandbox.obstacle(EXERCISES)
needs_sandbox = pytest.mark.skipif(bool(REASON), reason=REASON)
SECRET = 'Adas_answer_that_nobody_else_may_read'
# makes every check pass in its own process, and tries to where the checks are judged
FORGERY = """
import builtins, json, sys
import numpy as np
import exercises.checks.check_tensorflow_basics as checks, exercises.checks.checking as checking
import course.grading.line as line
class Right:
    'equal to everything'
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __hash__ = __len__ = __index__ = lambda self: 1
    __call__ = __getitem__ = __getattr__ = lambda self, *arguments: self
    __iter__ = lambda self: iter([self] * 4)
    __array__ = lambda self, *arguments, **options: np.zeros(3)
def forged(*arguments, **options):
    return Right()
for name in 'gradient', 'descend', 'plan', 'carry_out', 'prepare', 'loss_of', 'save', 'scores_of':
    setattr(builtins, name, forged)
np.allclose = np.testing.assert_allclose = np.array_equal = lambda *arguments, **options: True
for module in checks, checking:
    for name in dir(module):
        if callable(getattr(module, name)) and name != 'watched':
            setattr(module, name, forged)
class Sends_verdicts(line.Line):
    def answer(self, message):
        self.send({'over': True})
        for text in '[true, "ok"]', 'ready':
            self.connection.send_bytes(text.encode())
            for stream in sys.__stdout__, sys.__stderr__:
                print(text, file=stream, flush=True)
        super().answer(message)
line.Line = Sends_verdicts
"""
# and reads the solutions and ada's answers, overwrites her marks
ATTACK = FORGERY + """
import glob, sqlite3
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
    attack.cells.insert(3, new_code_cell(ATTACK.replace('{folder}', str(folder))))
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
    assert marks(course, 'mallory') == 18 and marks(course, 'ada') == 0
    assert SECRET in page and 'BEGIN SOLUTION' in page


@pytest.mark.slow
@needs_sandbox
def test_the_attack_gets_nothing(course):
    """And right answers earn all points, in the same way."""
    before = (course / 'submitted/ada' / NAME / f'{NAME}.ipynb').read_bytes()
    assert grade(course, NAME) == {'ada': 18, 'mallory': 0}
    assert marks(course, 'mallory') == 0 and marks(course, 'ada') == 18
    page = feedback(course, 'mallory')
    assert SECRET not in page and 'BEGIN SOLUTION' not in page
    assert 'unable to open database file' in page                   # it was tried
    assert SECRET in feedback(course, 'ada')
    assert (course / 'submitted/ada' / NAME / f'{NAME}.ipynb').read_bytes() == before


def check(grade_id, source):
    return new_code_cell(source, metadata={'nbgrader': {
        'grade': True, 'solution': False, 'locked': True, 'points': 2, 'grade_id': grade_id}})


def solution(grade_id, source):
    return new_code_cell(source, metadata={'nbgrader': {
        'grade': False, 'solution': True, 'locked': False, 'grade_id': grade_id}})


def test_checks_and_points_are_those_of_the_release():
    """Checks that were changed, deleted, doubled or invented; a solution that claims to be one."""
    release = new_notebook(cells=[solution('a', 'raise'), check('check_a', 'assert a'),
                                  solution('b', 'raise'), check('check_b', 'assert b')])
    worth = check('check_a', 'pass')
    worth.metadata.nbgrader.points = 1000
    invented, own = check('check_c', 'pass'), solution('a', 'a = 1')
    own.metadata.nbgrader.update(grade=True, points=50, locked=True)
    sent = new_notebook(cells=[worth, own, new_code_cell('help = 1'),
                               deepcopy(worth), invented],
                        metadata={'kernelspec': {'name': 'bash', 'display_name': 'x'}})
    got = restored(sent, release)
    assert points(got) == points(release) == {'check_a': 2, 'check_b': 2}
    assert [cell.source for cell in got.cells] == ['pass', 'a = 1', 'help = 1', 'assert a', 'pass',
                                                   'assert b']
    assert 'kernelspec' not in got.metadata
    nbformat.validate(got)


def test_what_is_no_notebook_is_not_graded(tmp_path, capsys):
    """A link to the solutions, a name that is none, a file that is none: said, and passed over."""
    shutil.copytree(EXERCISES / 'release' / NAME, tmp_path / 'release' / NAME)
    for student in 'link', '_under', '.hidden', 'broken', 'empty':
        (tmp_path / 'submitted' / student / NAME).mkdir(parents=True)
    sent = tmp_path / 'submitted'
    (sent / 'link' / NAME / f'{NAME}.ipynb').symlink_to(EXERCISES / f'source/{NAME}/{NAME}.ipynb')
    for student in '_under', '.hidden', 'broken':
        (sent / student / NAME / f'{NAME}.ipynb').write_text('{"cells": 1')
    assert grade(tmp_path, NAME) == {}
    assert capsys.readouterr().out.count('not graded') == 4
