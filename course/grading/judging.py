"""The process that judges, as the grading sees it: a check goes in, a verdict comes out."""
import ast
import json
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE

from nbformat import NotebookNode

from course.grading import sandbox

START = 300             # seconds; TensorFlow is imported
GRACE = 30              # seconds after the student's side has finished
# What the student's process runs in place of a check. It can do there what it likes: the verdict
# is not reached in there.
SERVE = """
from course.grading.line import serve as _serve
from exercises.checks import {module} as _ways
_serve({socket!r}, _ways, {names!r}, globals())
"""


class Judge:
    """`with Judge(root, shared) as judge:` starts the process in a sandbox, and ends it.

    root, shared: see sandbox.inside; the student's process has the same `shared`.
    seconds: how long it lives at the most, should this program be killed.
    """

    def __init__(self, root: Path, shared: Path, seconds: int):
        self.folder, self.n = shared / 'files', 0
        self.folder.mkdir()
        self.command = sandbox.inside(
            root, shared, 'timeout', '-s', 'KILL', str(seconds), sys.executable, '-m',
            'course.grading.judge', str(self.folder))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.end()

    @property
    def pid(self) -> int:
        return self.process.pid

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL,
                                        text=True)
        self.lines, self.started = queue.Queue(), False
        threading.Thread(target=self.read, args=(self.process.stdout, self.lines),
                         daemon=True).start()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        with suppress(OSError):                 # a check that it did not read any more
            self.process.stdin.close()

    @staticmethod
    def read(stream, lines):
        with stream:
            for line in stream:
                lines.put(line)
        lines.put('')

    def next(self, seconds: float) -> str:
        """The next line; '' where it has ended, or says nothing for so long."""
        try:
            return self.lines.get(timeout=seconds)
        except queue.Empty:
            return ''

    def ask(self, check: NotebookNode) -> str:
        """Begin with a check cell. Returns the code that the student's process runs for it.

        Raises RuntimeError where the judge does not start. A judge that started, but cannot listen
        (the student's code has taken the socket's name, say), gives no verdict on this check.
        """
        if not self.started:
            self.started = json.loads(self.next(START) or 'null') == 'started'
            if not self.started:
                raise RuntimeError('the judge does not start: python -m course.grading.judge')
        (module, function, names), self.n = parts_of(check), self.n + 1
        socket = str(self.folder.parent / f'check_{self.n}')
        with suppress(OSError):                 # it has ended: there will be no verdict
            self.process.stdin.write(json.dumps(
                {'check': f'{module}.{function}', 'socket': socket}) + '\n')
            self.process.stdin.flush()
            if json.loads(self.next(START) or 'null') != 'ready':
                self.lines.put('')
        return SERVE.format(module=module, socket=socket, names=names)

    def verdict(self) -> tuple[bool, str]:
        """Whether the check passed, and what it said. A judge that broke down is replaced."""
        try:
            passed, said = json.loads(self.next(GRACE))
            return passed is True, str(said)
        except (TypeError, ValueError):
            self.end()
            self.start()
            return False, 'no verdict: the answer ended, or broke, what was to judge it\n'


def parts_of(check: NotebookNode) -> tuple[str, str, list[str]]:
    """Of a check cell, `module.function(name, ...)`: module, function, and the names."""
    call = ast.parse(check.source).body[0].value
    return call.func.value.id, call.func.attr, [name.id for name in call.args]
