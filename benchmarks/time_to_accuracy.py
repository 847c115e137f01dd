"""Seconds from a fresh process to a given accuracy: ours, Keras, PyTorch and fastai.

    python -m benchmarks.time_to_accuracy [--datasets digits] [--engines ours fastai] [--runs 5]

Each engine fine-tunes the same network, from the weights of the notebook's Config cell, on the same
images at the same size, by the recipe that its own users know best: race_ours.py, race_keras.py,
race_torch.py and race_fastai.py say which, with its source. No recipe is adapted to a dataset, ours
neither. Each run is a process of its own with a seed of its own, and its whole life counts:
imports, building and compiling, decoding, validation after every epoch. torch.compile finds no
cache of an earlier run. This program only reads what it prints, and notes when.

The marks are shares of the best validation accuracy that any run of that dataset has reached.
A run ends with its recipe, or after --minutes. The engines take turns, run after run.

Writes results/time_to_accuracy.csv, a row an epoch; runs that it holds are not done again: the same
command resumes. It takes the lists that make_list makes (benchmarks/datasets.py), fold 0.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from benchmarks.race_common import BFLOAT16, FLOAT32, FOLD, Job
from benchmarks.training_cells import config
from course import ROOT
from course.experiments import Results, machine_line, read_proc

RESULTS = ROOT / 'benchmarks' / 'results' / 'time_to_accuracy.csv'
KEY = ['dataset', 'engine', 'run']
COLUMNS = [*KEY, 'epoch', 'right', 'of', 'seconds', 'note']
DATASETS = ['cat_dog', 'digits']
SHARES = 0.9, 0.95
OURS = 'ours'
#          name                       module         options of Job, where the machine has bfloat16
ENGINES = {OURS: ('race_ours', {}),
           'Keras': ('race_keras', {}),
           'PyTorch': ('race_torch', {'precision': BFLOAT16}),
           'PyTorch, torch.compile': ('race_torch', {'precision': BFLOAT16, 'compiled': True}),
           'fastai': ('race_fastai', {})}


def race(module, job, folder, minutes):
    """One run in a process of its own: (rows without the key, each a dict; what went wrong)."""
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryFile('w+') as log:
        for source in folder.iterdir():
            Path(place, source.name).symlink_to(source)
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, '-m', f'benchmarks.{module}', json.dumps(job)], cwd=place,
            stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            env={**os.environ, 'KERAS_BACKEND': 'tensorflow', 'TF_CPP_MIN_LOG_LEVEL': '3',
                 'TORCHINDUCTOR_CACHE_DIR': str(Path(place, 'inductor'))})
        stopped = threading.Event()

        def stop():
            stopped.set()
            os.killpg(process.pid, signal.SIGKILL)      # the workers that read images too

        clock = threading.Timer(60 * minutes, stop)
        clock.start()
        rows = []
        try:
            for line in process.stdout:
                if line.startswith('{"epoch"'):
                    rows.append({**json.loads(line), 'seconds': round(
                        time.perf_counter() - began, 2), 'note': ''})
            status = process.wait()
        finally:
            clock.cancel()
            if process.poll() is None:
                stop()
        log.seek(0)
        said = log.read().strip().splitlines() or ['it said nothing']
        if stopped.is_set():
            return rows, f'stopped after {minutes:g} minutes'
        return rows, f'ended with status {status}: {said[-1]}' if status else ''


def has_bfloat16():
    """As course/session.py asks, without importing TensorFlow."""
    return bool({'avx512_bf16', 'amx_bf16'} & set(read_proc('cpuinfo').get('flags', '').split()))


def marks(rows):
    """{share: images right} that a dataset's runs have to reach."""
    return {share: share * rows.right.max() for share in SHARES}


def seconds_to(rows, right):
    """Of each run of an engine, the seconds to that many images; infinity where it never did."""
    reached = rows[rows.right >= right - 1e-9].groupby('run').seconds.min()
    return reached.reindex(rows.run.unique()).fillna(np.inf)


def cell(seconds):
    """'41 (38 to 44)', and how many reached it where not all did."""
    reached = seconds[np.isfinite(seconds)]
    if not len(reached):
        return f'0 of {len(seconds)}'
    median = seconds.median()
    text = f'{median:.0f} ({reached.min():.0f} to {reached.max():.0f})' if np.isfinite(
        median) else f'{reached.min():.0f} at best'
    return text + ('' if len(reached) == len(seconds) else
                   f'; {len(reached)} of {len(seconds)}')


def table(rows):
    """Markdown: medians, with the fastest and the slowest run, and how many reached the mark."""
    lines = []
    for dataset, part in rows.groupby('dataset', sort=False):
        most, images = int(part.right.max()), int(part.of.max())
        lines += [f'`{dataset}`, where the best of all runs had {most} of {images} validation '
                  f'images right ({most / images:.1%}):', '',
                  '| engine | runs | ' + ' | '.join(
                      f'seconds to {share:.0%} of that' for share in SHARES)
                  + ' | first epoch, s | an epoch more, s | best epoch, % right |',
                  '|---' * (5 + len(SHARES)) + '|']
        for engine in [name for name in ENGINES if name in set(part.engine)]:
            own = part[part.engine == engine]
            first = own[own.epoch == 1].seconds
            more = own.sort_values('epoch').groupby('run').seconds.diff().median()
            best = (own.groupby('run').right.max() / images).median()
            cells = [cell(seconds_to(own, mark)) for mark in marks(part).values()]
            lines.append(f'| {engine} | {own.run.nunique()} | ' + ' | '.join(cells)
                         + f' | {first.median():.0f} | {more:.1f} | {best:.1%} |')
        lines.append('')
    return '\n'.join(lines).strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--datasets', nargs='+', default=DATASETS)
    parser.add_argument('--engines', nargs='+', default=list(ENGINES), choices=ENGINES)
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--minutes', type=float, default=5, help='the longest that a run may take')
    parser.add_argument('--epochs', type=int, default=0,
                        help='of each phase, to try it out; 0: as many as the recipe has')
    parser.add_argument('--results', type=Path, default=RESULTS, help='the CSV')
    args = parser.parse_args()
    results = Results(args.results, COLUMNS, KEY, 'python -m benchmarks.time_to_accuracy',
                      text=['note'])
    size = config()['img_size']
    with tempfile.TemporaryDirectory() as name:
        for run, dataset, engine in ((run, dataset, engine) for run in range(1, args.runs + 1)
                                     for dataset in args.datasets for engine in args.engines):
            if not list(results.missing([(dataset, engine, run)])):
                continue
            folder = Path(name, dataset)
            if not folder.exists():
                folder.mkdir()
                subprocess.run([sys.executable, '-m', 'benchmarks.race_prepare', dataset, folder],
                               check=True, stdout=subprocess.DEVNULL)
            module, options = ENGINES[engine]
            job = Job(dataset, FOLD, size, run, **options, epochs=args.epochs)
            if not has_bfloat16():
                job = job._replace(precision=FLOAT32)
            rows, note = race(module, job, folder, args.minutes)
            print(f'{dataset}, {engine}, run {run}: {len(rows)} epochs {note}', flush=True)
            rows = rows or [{'epoch': 0, 'right': 0, 'of': 0, 'seconds': 0}]
            rows[-1]['note'] = note
            results.add([dict(row, dataset=dataset, engine=engine, run=run) for row in rows])
    print(machine_line(), table(results.rows()), sep='\n\n')


if __name__ == '__main__':
    main()
