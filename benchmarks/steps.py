"""Whole steps of ResNet-v2-50, batch 16: ours beside Keras, PyTorch, ONNX Runtime and OpenVINO.

    python benchmarks/steps.py [--only TASK] [--size PIXELS]

Training of the whole network, training of the head on a frozen trunk, and inference, at three
sizes, in float32 and bfloat16. Every engine has a process of its own and all cores; the engines of
one task and size take turns, round after round, a few seconds each: what else the machine does
hits all of them. The ceiling is a matrix product, and what a network could do if it were nothing
else.

Before inference is timed, every engine with the same weights has to give the same probabilities,
and every network has to have as many parameters as ours; otherwise it stops.

Writes results/steps.csv, a row a round, and results/machine.txt. Tasks and sizes that the CSV holds
whole are not run again: an interrupted run goes on. To measure anew, delete it.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from machine import machine_line
from steps_jobs import BATCH, FLOAT32, NEAR, OURS, PRODUCT, TASKS, Job, jobs_of, label
from steps_table import tables
from tqdm import tqdm

RESULTS = Path(__file__).resolve().parent / 'results' / 'steps.csv'
COLUMNS = [*Job._fields, 'round', 'images', 'seconds', 'note']
ROUNDS, SECONDS = 5, 3              # how often each engine has its turn, and for about how long
SETTINGS = {'KERAS_BACKEND': 'tensorflow',
            'OMP_WAIT_POLICY': 'passive'}       # PyTorch's threads would burn a core while waiting


class Worker:
    """An engine in a process of its own, ready to be timed. `failed` says why it is not."""

    def __init__(self, job):
        self.job, self.log = job, tempfile.TemporaryFile('w+')
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name('steps_worker.py'), json.dumps(job)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True,
            env={**os.environ, **SETTINGS})
        self.facts = self.answer()
        self.failed = self.facts.get('failed', '')
        self.steps = 0 if self.failed else max(1, round(SECONDS / self.facts['seconds']))

    def answer(self):
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        self.log.seek(0)
        said = self.log.read().strip().splitlines() or ['it said nothing']
        return {'failed': f'ended with status {self.process.wait()}: {said[-1]}'}

    def time_round(self):
        """Images (or products), seconds, and '' or what failed."""
        try:
            self.process.stdin.write(f'{self.steps}\n')
            self.process.stdin.flush()
            answer = self.answer()
        except BrokenPipeError:
            answer = self.answer()
        if 'failed' in answer:
            self.failed = answer['failed']
            return 0, 0, self.failed
        return self.steps * (1 if self.job.task == PRODUCT else BATCH), answer['seconds'], ''

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def measure(task, size, keep):
    """All engines at one task and size; keep(row) is called with each row of the CSV."""
    workers = []
    try:
        for job in tqdm(jobs_of(task, size), desc=f'{task} {size}: starting', leave=False):
            workers.append(Worker(job))
        check(workers)
        for worker in workers:
            if worker.failed:
                keep([*worker.job, 1, 0, 0, worker.failed])
        for nth in tqdm(range(1, ROUNDS + 1), desc=f'{task} {size}', leave=False):
            for worker in workers:
                if not worker.failed:
                    keep([*worker.job, nth, *worker.time_round()])
    finally:
        for worker in workers:
            worker.end()


def check(workers):
    """SystemExit where an engine computes something else than ours, or has other parameters."""
    right = [w for w in workers if not w.failed]
    counts = {w.facts['parameters'] for w in right} - {None}
    if len(counts) > 1:
        sys.exit('Not the same network: ' + ', '.join(
            f'{label(w.job.engine, w.job.variant)} has {w.facts["parameters"]} parameters'
            for w in right))
    predicted = [(w.job, np.array(w.facts['predicted'])) for w in right if w.facts['predicted']]
    ours = next((p for job, p in predicted
                 if job.engine == OURS and not job.variant and job.precision == FLOAT32), None)
    for job, theirs in predicted:
        if ours is None:
            sys.exit(f'{job.task} {job.size}: our own graph failed, nothing to compare with')
        apart = np.abs(theirs - ours).max()
        if not apart <= NEAR[job.precision]:
            sys.exit(f'{job}: its probabilities are up to {apart:.2g} from ours, more than '
                     f'{NEAR[job.precision]}. It computes something else: nothing is measured')


def measured(file):
    """The rows of the CSV; those of a task and size that is not whole are left out."""
    if not file.exists():
        return pd.DataFrame(columns=COLUMNS)
    rows = pd.read_csv(file, keep_default_na=False)
    whole = [is_whole(task, size, part) for (task, size), part in rows.groupby(['task', 'size'])]
    groups = rows.groupby(['task', 'size']).ngroup()
    return rows[groups.map(dict(enumerate(whole))).astype(bool)]


def is_whole(task, size, rows):
    ended = {Job(*row[:5]) for row in rows.itertuples(index=False)
             if row.note or row.round == ROUNDS}
    return ended >= set(jobs_of(task, size))


def main():
    parser = argparse.ArgumentParser(description='Whole steps of ResNet-v2-50, side by side.')
    parser.add_argument('--only', choices=TASKS, help='one task')
    parser.add_argument('--size', type=int, help='one size')
    parser.add_argument('--out', type=Path, default=RESULTS, help='the CSV')
    args = parser.parse_args()
    rows = measured(args.out)
    args.out.parent.mkdir(exist_ok=True)
    rows.to_csv(args.out, index=False)
    args.out.with_name('machine.txt').write_text(machine_line() + '\n')

    def keep(row):
        pd.DataFrame([row]).to_csv(args.out, mode='a', header=False, index=False)

    done = set(zip(rows.task, rows['size']))
    for task, sizes in [TASKS[args.only]] if args.only else TASKS.values():
        for size in sizes:
            if args.size in (None, size) and (task, size) not in done:
                measure(task, size, keep)
    print(machine_line(), tables(measured(args.out)), sep='\n\n')


if __name__ == '__main__':
    main()
