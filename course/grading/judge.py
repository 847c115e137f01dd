"""python -m course.grading.judge FOLDER: tells whether answers are right. Runs in a sandbox.

The checks run here, in a process in which none of the student's code runs; they call the student's
functions over a line. Writes "started". Then reads a check a line, {"check": "module.function",
"socket": path}, and writes "ready" when it listens there, and a verdict.
"""
import contextlib
import importlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Connection, Listener

from course.grading.line import Line
from exercises.checks import checking

LONGEST = 10_000        # characters of what a check says


def judged(check: Callable, connection: Connection) -> tuple[bool, str]:
    """Run a check on what is at the other end. Returns (whether it passed, what it said)."""
    said, passed, line = io.StringIO(), False, Line(connection)
    with contextlib.redirect_stdout(said):
        try:
            check(*line.result())
            passed = True
        except Exception as error:          # whatever a wrong answer leads to
            print(f'{type(error).__name__}: {error}')
    with contextlib.suppress(OSError):
        line.send({'over': True})
    return passed, said.getvalue()[-LONGEST:]


def main(folder: str) -> None:
    """folder: where both sides may write."""
    tempfile.tempdir = folder               # the checks' files: the student's functions read them
    verdicts = os.fdopen(os.dup(1), 'w', buffering=1)
    os.dup2(2, 1)                           # nothing else is printed there
    print(json.dumps('started'), file=verdicts)
    for line in sys.stdin:
        job = json.loads(line)
        module, function = job['check'].split('.')
        check = getattr(importlib.import_module(f'exercises.checks.{module}'), function)
        checking.new_numbers()
        with Listener(job['socket'], 'AF_UNIX') as listener:
            print(json.dumps('ready'), file=verdicts)
            with listener.accept() as connection:
                verdict = judged(check, connection)
        print(json.dumps(verdict), file=verdicts)


if __name__ == '__main__':
    main(sys.argv[1])
