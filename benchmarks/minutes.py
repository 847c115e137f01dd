"""What does `make run` take in a fresh clone: minutes, disk, memory?

    python -m benchmarks.minutes

clones this checkout into a temporary folder, as it was committed, and times `make setup` and `make
run` there, one after the other. It needs a network or pip's cache. Each call adds a row to
results/minutes.csv: seconds, the sizes of .venv and model/ at the end, and the largest resident
memory of a process, in GB. The text file beside it names the machine.
"""
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from course import ROOT
from course.cores import cores
from course.experiments import Results, read_proc

RESULTS = ROOT / 'benchmarks' / 'results' / 'minutes.csv'
KEY = ['machine', 'date', 'commit']
COLUMNS = [*KEY, 'make setup', 'make run', '.venv', 'model', 'memory']
FLAGS = ['avx512_bf16', 'avx512f', 'avx2']          # the first that it has says how fast it is


def machine():
    """'AMD EPYC, 2 cores, avx512_bf16': what the minutes depend on most."""
    processor = read_proc('cpuinfo')
    flags = processor.get('flags', '').split()
    return ', '.join([processor.get('model name', 'unknown processor'), f'{cores()} cores',
                      next((flag for flag in FLAGS if flag in flags), '')]).rstrip(', ')


def seconds(command, folder):
    """How long a command takes, in seconds. Raises CalledProcessError where it fails."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True)
    return round(time.perf_counter() - began)


def gigabytes(folder):
    """The size of all files in a folder."""
    return round(sum(path.lstat().st_size for path in Path(folder).rglob('*')) / 1e9, 2)


def table(rows):
    """Markdown: the last measurement on each machine, in minutes."""
    lines = ['| machine | set-up | notebook | both |', '|---|---|---|---|']
    for name, part in rows.groupby('machine', sort=False):
        setup, run = part.iloc[-1][['make setup', 'make run']]
        lines.append(f'| {name} | {minutes(setup)} | {minutes(run)} | {minutes(setup + run)} |')
    last = rows.iloc[-1]
    return '\n'.join([*lines, '', f'It takes {last[".venv"]:.1f} GB of disk for `.venv`, '
                      f'{last.memory:.1f} GB of memory at its peak, and {last.model:.1f} GB in '
                      '`model/` for each\ndataset you train on; delete those when you are done.'])


def minutes(seconds):
    return f'{int(seconds) // 60} min {int(seconds) % 60} s'


def main():
    import resource  # not on Windows, nor is make

    results = Results(RESULTS, COLUMNS, KEY, 'python -m benchmarks.minutes', text=['commit'])
    commit = subprocess.run(['git', 'rev-parse', '--short', 'HEAD'], cwd=ROOT, check=True,
                            capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(['git', 'clone', '-q', ROOT, folder], check=True)
        row = {command: seconds(command.split(), folder) for command in ('make setup', 'make run')}
        row |= {name: gigabytes(Path(folder, name)) for name in ('.venv', 'model')}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss          # kB on Linux
    row['memory'] = round(peak * (1 if sys.platform == 'darwin' else 1024) / 1e9, 2)
    results.add([{'machine': machine(), 'date': date.today().isoformat(), 'commit': commit, **row}])
    print(table(results.rows()))


if __name__ == '__main__':
    main()
