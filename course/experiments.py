"""Many runs into one CSV: a run that has finished is kept at once and is not done again.

    results = Results(path, columns=['seed', 'accuracy'], key=['seed'], command='python -m ...')
    for (seed,) in results.missing([(0,), (1,)]):
        results.add([{'seed': seed, 'accuracy': run(seed)}])

Stop it, kill it, pull the plug: the same command resumes with the first run that is not in the
file. Beside x.csv, x.txt holds the command and the machine, or machines, that the rows come from.
"""
import csv
import io
import platform
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from course.cores import cores
from course.whole_file import write_whole

PACKAGES = ['tensorflow', 'keras', 'torch', 'torchvision', 'onnxruntime', 'openvino', 'numpy',
            'opencv-python', 'opencv-python-headless']
FLAGS = ['avx2', 'avx512f', 'avx512_bf16', 'avx512_fp16', 'amx_bf16', 'amx_int8']


class Results:
    """The finished runs in a CSV file. It is made with the first row.

    path: of the CSV. columns: its header; of a file that is there, it is checked.
    key: the columns that tell runs apart. A run may have several rows of one key.
    command: what makes the file, for x.txt. precision: what it computes in, likewise.
    text: columns that stay text when they are read, whatever they look like: '0', '', '1e5'.

    Raises ValueError where the file has other columns.
    """

    def __init__(self, path: Path | str, columns: Sequence[str], key: Sequence[str], command: str,
                 precision: str = '', text: Sequence[str] = ()):
        self.path, self.columns, self.key = Path(path), list(columns), list(key)
        self.command, self.precision, self.text = command, precision, text
        self._whole_lines()

    def rows(self) -> pd.DataFrame:
        """All rows; an empty DataFrame with the columns where there is no file yet."""
        lines = self._whole_lines()
        if not lines:
            return pd.DataFrame(columns=self.columns)
        others = [name for name in self.columns if name not in self.text]
        return pd.read_csv(io.BytesIO(lines), dtype=dict.fromkeys(self.text, str),
                           keep_default_na=False, na_values=dict.fromkeys(others, ['']))

    def missing(self, jobs: Iterable[tuple]) -> Iterator[tuple]:
        """Those of the jobs, tuples of the key's values, that no row is of when their turn comes.
        """
        done = self._done()
        for job in jobs:
            if tuple(map(str, job)) not in done:
                yield job
                done = self._done()

    def add(self, rows: pd.DataFrame | list[dict]) -> None:
        """Keep the rows of a finished run: all of them or, if it is killed on the way, none.

        Raises ValueError for rows with other columns; OSError where they cannot be written, and
        then the file is as it was.
        """
        new = pd.DataFrame(rows)
        if set(new) != set(self.columns):
            raise ValueError(f'{self.path}: a row has the columns {", ".join(new)}, the file '
                             f'{", ".join(self.columns)}')
        self._note_machine()
        before = self._whole_lines()
        text = new.to_csv(columns=self.columns, header=not before, index=False,
                          lineterminator='\n')
        write_whole(self.path, before + text.encode())

    def _done(self):
        """The keys of all rows, as text: {('0', 'True'), ...}."""
        lines = csv.DictReader(io.StringIO(self._whole_lines().decode()))
        return {tuple(line[name] for name in self.key) for line in lines}

    def _whole_lines(self):
        """The file's bytes, without a last line that is not whole; b'' if there is no file."""
        data = self.path.read_bytes() if self.path.exists() else b''
        lines = data[:data.rfind(b'\n') + 1]
        header = next(csv.reader(io.StringIO(lines.decode())), self.columns)
        if header != self.columns:
            raise ValueError(f'{self.path} has the columns {", ".join(header)}; this program '
                             f'writes {", ".join(self.columns)}. Move the file away to start again')
        return lines

    def _note_machine(self):
        file = self.path.with_suffix('.txt')
        machines = file.read_text('utf-8').splitlines()[1:] if file.exists() else []
        machine = ', '.join(filter(None, [machine_line(), self.precision]))
        if machine not in machines:
            write_whole(file, '\n'.join([self.command, *machines, machine, '']).encode())


def machine_line() -> str:
    """Processor, what it can do, cores, memory, Python, and the packages that are installed.

    What cannot be found out on this machine is left out: the processor's name and flags and the
    memory are read from Linux's /proc.
    """
    processor = read_proc('cpuinfo')
    flags = processor.get('flags', '').split()
    parts = [processor.get('model name') or platform.processor() or platform.machine(),
             ' '.join(flag for flag in FLAGS if flag in flags), f'{cores()} cores']
    memory = read_proc('meminfo').get('MemTotal')
    if memory:
        parts.append(f'{int(memory.split()[0]) / 2 ** 20:.0f} GiB')
    parts.append(f'Python {platform.python_version()}')
    return ', '.join([*filter(None, parts), *installed()])


def read_proc(name: str) -> dict[str, str]:
    """{key: value} of the lines 'key : value' in /proc/name; the first of each key, {} if none."""
    file, values = Path('/proc') / name, {}
    for line in file.read_text().splitlines() if file.exists() else []:
        key, _, value = line.partition(':')
        values.setdefault(key.strip(), value.strip())
    return values


def installed() -> list[str]:
    """['tensorflow 2.21.0', ...] of the PACKAGES that are there."""
    found = []
    for package in PACKAGES:
        try:
            found.append(f'{package} {version(package)}')
        except PackageNotFoundError:
            pass
    return found
