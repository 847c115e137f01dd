"""From submitted/ to gradebook.db and autograded/: one student after the other."""
import re
import shutil
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc

from course.grading.run import run
from course.grading.submission import points, read, restored

RECEIPT = 'timestamp.txt', 'submission_secret.txt'   # nbgrader's `submit` adds them, both short
NAME = re.compile(r'[^\W_][^/]*')       # begins with a letter or digit, as nbgrader_config.py wants


def grade(folder: Path, exercise: str, **limits) -> dict[str, float]:
    """Grade all submissions of an exercise. Returns {student: points}; prints them too.

    folder: the one with release/, submitted/ and gradebook.db, in which `nbgrader
    generate_assignment` has entered the exercise. limits: see run.
    """
    release = nbformat.read(folder / f'release/{exercise}/{exercise}.ipynb', as_version=4)
    worth, marks = points(release), {}
    for path in sorted(folder.glob(f'submitted/*/{exercise}/{exercise}.ipynb')):
        student = path.parts[-3]
        if not NAME.fullmatch(student):
            print(f'{student!r}: not graded, the name of a student begins with a letter or digit')
            continue
        try:
            notebook = restored(read(path), release)
        except ValueError as error:
            print(f'{student}: not graded, {path} is {error}')
            continue
        passed, stopped = run(notebook, **limits)
        result = {check: worth[check] if check in passed else 0.0 for check in worth}
        keep(folder / f'autograded/{student}/{exercise}', notebook, path.parent)
        enter(folder / 'gradebook.db', exercise, student, result, handed_in(path.parent))
        marks[student] = sum(result.values())
        print(f'{student}: {marks[student]:g} of {sum(worth.values()):g}'
              + (f', stopped: {stopped}' if stopped else ''))
    return marks


def keep(folder: Path, notebook: NotebookNode, submitted: Path) -> None:
    """Write the executed notebook, from which nbgrader makes the page of feedback, and what its
    `release_feedback` needs to send that page back."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f'{folder.name}.ipynb')
    for name in RECEIPT:
        file = submitted / name
        if file.is_file() and not file.is_symlink() and file.stat().st_size < 1000:
            shutil.copyfile(file, folder / name)


def handed_in(folder: Path) -> datetime | None:
    """When, as nbgrader's `collect` has written it down; None if it has not."""
    try:
        return parse_utc((folder / 'timestamp.txt').read_text(encoding='utf-8').strip())
    except (OSError, ValueError):
        return None


def enter(gradebook: Path, exercise: str, student: str, result: dict[str, float],
          timestamp: datetime | None) -> None:
    """Write the points of one student into the gradebook; marks given by hand stay.

    result: {grade id: points}, each from 0 to what the check is worth.
    """
    with Gradebook(f'sqlite:///{gradebook}') as book:
        book.update_or_create_student(student)
        book.update_or_create_submission(exercise, student, timestamp=timestamp)
        for check, score in result.items():
            entry = book.find_grade(check, exercise, exercise, student)
            if not 0 <= score <= entry.max_score:
                raise ValueError(f'{check} of {student}: {score} is not in 0 to {entry.max_score}; '
                                 'run nbgrader generate_assignment --force again')
            entry.auto_score, entry.needs_manual_grade = score, entry.manual_score is not None
        book.db.commit()
