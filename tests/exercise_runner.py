"""Runs an exercise in this process: as its author wrote it, blank, or with other answers."""
import ast
import contextlib
import importlib
import io
import threading
from multiprocessing import Pipe

import nbformat
from conftest import ROOT
from IPython.display import display
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import SaveCells
from traitlets.config import PyFileConfigLoader

from course.grading.judge import judged
from course.grading.judging import parts_of
from course.grading.line import serve_over

EXERCISES = ROOT / 'exercises'
SOURCE = EXERCISES / 'source'


class Exercise:
    """A source notebook, whose cells run in a namespace of its own."""

    def __init__(self, name, parameters):
        self.notebook = nbformat.read(SOURCE / name / f'{name}.ipynb', 4)
        self.parameters, self.names = parameters, {'display': display}
        self.cells = [cell for cell in self.notebook.cells if cell.cell_type == 'code']
        self.solutions = {grade_id(cell): cell for cell in self.cells if mark(cell, 'solution')}
        self.checks = {grade_id(cell): cell for cell in self.cells if mark(cell, 'grade')}

    def run(self, stop=True, answers=None):
        """All cells in order. Returns {check: what it said} for those that gave no points.

        stop: raise the error of a cell that is not a check; False: continue after it.
        answers: {grade_id of a solution cell: the code to run instead}.
        """
        lost = {}
        for cell in self.cells:
            error, said = self.run_cell(cell, (answers or {}).get(grade_id(cell)))
            if error and mark(cell, 'grade'):
                lost[grade_id(cell)] = said
            elif error and stop:
                raise error
        return lost

    def run_cell(self, cell, code=None):
        """Returns (exception or None, what was printed and the exception's text)."""
        said, error = io.StringIO(), None
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
            try:
                exec(compile(code or cell.source, grade_id(cell) or 'cell', 'exec'), self.names)
            except Exception as caught:
                error = caught
        if 'parameters' in cell.metadata.get('tags', []):
            self.names.update(self.parameters)
        return error, f'{said.getvalue()}{error or ""}'

    def with_answer(self, solution, code, checks=()):
        """{check: what it said} for those that give no points when that cell holds `code`, and the
        others their solutions. Runs the checks that are given what the cell makes, and `checks`."""
        for cell in self.solutions.values():
            self.run_cell(cell)
        exec(compile(code, solution, 'exec'), self.names)
        results = {check: self.run_cell(cell) for check, cell in self.checks.items()
                   if check in checks or defined(self.solutions[solution]) & used(cell)}
        return {check: said for check, (error, said) in results.items() if error}


def only_solutions(name):
    """An exercise with the names of its first cells and its solutions: no network is trained."""
    exercise = Exercise(name, {'img_size': 32})
    first = exercise.cells.index(next(iter(exercise.solutions.values())))
    start = [cell for cell in exercise.cells[:first]
             if cell.source.startswith(('#', 'folder', 'checkpoint', 'import', 'from'))]
    for cell in (*start, *exercise.solutions.values()):
        error, said = exercise.run_cell(cell)
        assert not error, said
    return exercise


def verdict(check, names):
    """(whether that check cell passes, what it says) for the judge. names: the student's, which
    are at the other end of a line."""
    here, there = Pipe()
    module, function, given = parts_of(check)
    ways = importlib.import_module(f'exercises.checks.{module}')
    student = threading.Thread(target=serve_over, args=(there, ways, given, names))
    student.start()
    try:
        return judged(getattr(ways, function), here)
    finally:
        student.join()


def blank(exercise):
    """The exercise as students get it: nbgrader removes the solutions."""
    exercise.notebook = students_version(exercise.notebook)
    exercise.cells = [cell for cell in exercise.notebook.cells if cell.cell_type == 'code']
    return exercise


def students_version(notebook):
    """What nbgrader makes of a source with the course's settings, without its database."""
    for step in GenerateAssignment.preprocessors.default():
        if step is not SaveCells:
            notebook, _ = step(config=nbgrader_config()).preprocess(notebook, {'nbgrader': {}})
    return notebook


def nbgrader_config():
    return PyFileConfigLoader('nbgrader_config.py', str(EXERCISES)).load_config()


def functions(cell):
    """The names of the functions in a solution, except those that return nothing."""
    return [node.name for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)
            and any(isinstance(part, ast.Return) for part in ast.walk(node))]


def defined(cell):
    """The names of the functions and variables that a cell makes."""
    names = [[part.name] if isinstance(part, ast.FunctionDef) else
             [target.id for target in getattr(part, 'targets', [])]
             for part in ast.parse(cell.source).body]
    return {name for part in names for name in part}


def used(cell):
    return {node.id for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)}


def mark(cell, name):
    return cell.metadata.get('nbgrader', {}).get(name, False)


def grade_id(cell):
    return cell.metadata.get('nbgrader', {}).get('grade_id')
