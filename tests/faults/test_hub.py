"""A class on a JupyterHub: an exercise is handed out, done, collected, graded, and given back.

Needs root (each server runs as its user) and requirements-hub.txt; is skipped without them.
"""
import csv
import io
import json

import pytest
from a_browser import CHROMIUM, DONE, ERRORS, IDLE, NO_CHROMIUM
from a_hub import PASSWORD, USERS, Hub, obstacle
from answers.tensorflow_basics import WRONG_ANSWERS
from exercise_runner import EXERCISES, Exercise, mark

from course.grading import sandbox
from course.notebooks import MAIN

pytest.importorskip('jupyterhub', reason='jupyterhub is not installed: requirements-hub.txt')
REASON = obstacle() or sandbox.obstacle(EXERCISES)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(REASON), reason=REASON)]
NAME = 'tensorflow_basics'
PLACE = f'{NAME}/{NAME}.ipynb'
SMALL = '\nn_steps, n_epochs = 20, 2'
# as exercises/README.md has it; `make` would look whether the environment is up to date
IN_EXERCISES = 'cd ~/course/exercises && . ../.venv/bin/activate && umask && '
GRADE = f'make -o setup-dev -C .. grade EXERCISE={NAME}'


@pytest.fixture(scope='module')
def hub():
    with Hub() as hub:
        yield hub


@pytest.fixture(scope='module')
def teacher(hub):
    return hub.user('teacher')


def shell(user, command):
    """What a command prints in a terminal of the user; it must succeed."""
    return user.run(f'import subprocess\ndone = subprocess.run({command!r}, shell=True, text=True, '
                    'stdout=subprocess.PIPE, stderr=subprocess.STDOUT)\nprint(done.stdout)\n'
                    'assert done.returncode == 0')


def nbgrader(teacher, command):
    return shell(teacher, f'{IN_EXERCISES}python -m nbgrader {command}')


def fill_in(notebook, answers):
    """Put the solutions into the cells to fill in, or `answers`, {grade id: code}."""
    solutions = {name: cell.source for name, cell in Exercise(NAME, {}).solutions.items()}
    for cell in notebook['cells']:
        if 'parameters' in cell['metadata'].get('tags', []):
            cell['source'] += SMALL
        name = cell['metadata'].get('nbgrader', {}).get('grade_id')
        if name in solutions:
            cell['source'] = {**solutions, **answers}[name]


@pytest.fixture(scope='module')
def released(teacher):
    nbgrader(teacher, f'generate_assignment --force {NAME}')
    nbgrader(teacher, f'release_assignment {NAME}')


@pytest.fixture(scope='module')
def handed_in(hub, released):
    """Both students have done the exercise, ada rightly, bo with one answer wrong. The checks that
    bo lost, and what ada's notebook printed."""
    solution, wrong, lost, _ = WRONG_ANSWERS[0]
    printed = ''
    for name, answers in ('ada', {}), ('bo', {solution: wrong}):
        student = hub.user(name)
        assert student.assignments()[NAME]['status'] == 'released'
        student.assignment('fetch', NAME)
        notebook = student.notebook(PLACE)
        assert 'YOUR CODE HERE' in json.dumps(notebook)
        fill_in(notebook, answers)
        student.save(PLACE, notebook)
        if name == 'ada':
            printed = student.run(*[cell['source'] for cell in notebook['cells']
                                    if cell['cell_type'] == 'code'], folder=NAME)
        student.assignment('submit', NAME)
    return set(lost), printed


@pytest.fixture(scope='module')
def graded(teacher, handed_in):
    """{(student, what): points} of grades.csv, and what was printed on the way to it."""
    said = nbgrader(teacher, f'collect {NAME}') + shell(teacher, f'{IN_EXERCISES}{GRADE}')
    said += nbgrader(teacher, f'release_feedback {NAME}') + nbgrader(teacher, 'export')
    table = teacher.get('api/contents/course/exercises/grades.csv', content=1)['content']
    return {row['student_id']: row for row in csv.DictReader(io.StringIO(table))
            if row['assignment'] == NAME}, said


def test_an_exercise_is_done_on_the_shared_course(hub, handed_in):
    """In her kernel, whose course and environment are the read-only ones."""
    _, printed = handed_in
    assert f'{hub.course} is read-only: what you make goes to' in printed
    assert 'largest difference after saving and reloading: 0.0' in printed


def test_marks(graded, handed_in):
    rows, said = graded
    points = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
              for cell in Exercise(NAME, {}).cells if mark(cell, 'grade')}
    lost, _ = handed_in
    assert set(rows) == {'ada', 'bo'}, said
    assert float(rows['ada']['score']) == sum(points.values())
    assert float(rows['bo']['score']) == sum(points.values()) - sum(points[one] for one in lost)


def test_feedback_comes_back(hub, graded):
    rows, _ = graded
    for name in 'ada', 'bo':
        student = hub.user(name)
        student.assignment('fetch_feedback', NAME)
        page = shell(student, f'cat ~/{NAME}/feedback/*/{NAME}.html')
        assert f'Score: {rows[name]["score"]} / {rows[name]["max_score"]}' in page


def test_nobody_sees_what_others_hand_in(hub, graded):
    exchange = '/usr/local/share/nbgrader/exchange/transfer_learning'
    said = shell(hub.user('bo'), f'ls {exchange}/inbound ~ada ~teacher; ls {exchange}')
    assert said.count('Permission denied') == 3 and 'outbound' in said


def test_what_is_written_where(hub, graded):
    """The table of exercises/README.md."""
    assert [path for path in hub.course.rglob('*') if path.lstat().st_uid in USERS.values()] == []
    home = hub.place / 'home/ada'
    assert {path.name for path in home.iterdir() if path.name[0] != '.'} == {
        'transfer_learning', NAME, 'random.py'}
    place = home / 'transfer_learning'
    assert (place / 'tf_transfer_learning.ipynb').read_bytes() == MAIN.read_bytes()
    assert (place / 'lessons/2_first_network.ipynb').is_file()
    assert (place / f'model/exercise_{NAME}/digits.ckpt.index').is_file()
    assert (home / '.local/share/jupyter/nbgrader_cache/transfer_learning').is_dir()
    assert not [path for path in place.rglob('*') if path.lstat().st_mode & 0o077
                and not path.is_symlink()]


def test_in_a_browser_by_keyboard(hub, released):
    """A third student signs in, fetches the exercise, opens it, and runs all cells."""
    browsers = pytest.importorskip('playwright.sync_api', reason='playwright is not installed: pip '
                                   'install -r requirements-browser.txt')
    if not CHROMIUM:
        pytest.skip(NO_CHROMIUM)
    with browsers.sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=CHROMIUM,
                                          args=['--no-sandbox']).new_page()
        page.set_default_timeout(600_000)
        page.goto(f'{hub.address}/hub/login')
        page.keyboard.type('cy')                # the name has the focus
        page.keyboard.press('Tab')
        page.keyboard.type(PASSWORD)
        page.keyboard.press('Enter')
        choose(page, 'Nbgrader', 'Assignment List')
        page.get_by_role('button', name='Fetch', exact=True).press('Enter')
        page.get_by_text('Submit', exact=True).wait_for()
        student = hub.user('cy')
        notebook = student.notebook(PLACE)
        fill_in(notebook, {})
        student.save(PLACE, notebook)
        page.goto(f'{hub.address}/user/cy/lab/tree/{PLACE}?reset')
        page.locator(IDLE).wait_for()
        run_all(browsers, page)
        errors = page.locator(ERRORS)
        assert not errors.count(), errors.first.inner_text()
        page.get_by_text('largest difference after saving and reloading: 0.0').wait_for()


def choose(page, menu, item):
    """An item of a menu, by keyboard."""
    for name in menu, item:
        page.get_by_role('menuitem', name=name, exact=True).press('Enter')


def run_all(browsers, page):
    """Run all cells. JupyterLab drops what is run at the moment at which it renames the session of
    a notebook that was just opened, so again if need be."""
    for again in True, True, False:
        page.wait_for_timeout(3000)
        choose(page, 'Run', 'Run All Cells')
        try:
            page.wait_for_function(DONE, timeout=120_000)
        except browsers.TimeoutError:
            assert again, page.locator('.jp-Notebook').inner_text()
        else:
            return
