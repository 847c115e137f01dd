"""Whole steps of ResNet-v2-50, batch 16: ours, Keras, PyTorch, ONNX Runtime and OpenVINO.

    python -m benchmarks.steps [--only TASK] [--size PIXELS]

Training of the whole network, training of the head on a frozen trunk (the backbone), and inference,
at three sizes, in float32 and bfloat16. Every engine has a process of its own and all cores; the
engines of one task and size take turns, round after round, a few seconds each, so that whatever
else the machine does affects all of them. The ceiling is what a network could do if it were nothing
but a large matrix product.

Before inference is timed, it checks that all engines with the same weights give the same
probabilities and that every network has as many parameters as ours; if not, it stops.

Writes results/steps.csv, a row a round. Tasks and sizes that it holds are not run again: the same
command resumes an interrupted run. To measure everything again, delete it.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.steps_jobs import BATCH, FLOAT32, NEAR, OURS, PRODUCT, TASKS, Job, jobs_of, label
from benchmarks.steps_table import tables
from course import ROOT
from course.experiments import Results, machine_line

RESULTS = ROOT / 'benchmarks' / 'results' / 'steps.csv'
COLUMNS = [*Job._fields, 'round', 'images', 'seconds', 'note']
ROUNDS, SECONDS = 5, 3              # how often each engine has its turn, and for about how long
SETTINGS = {'KERAS_BACKEND': 'tensorflow',
            'OMP_WAIT_POLICY': 'passive'}       # PyTorch's threads would burn a core while waiting


class Worker:
    """An engine in a process of its own, ready to be timed. `failed` says why it is not."""

    def __init__(self, job):
        self.job, self.log = job, tempfile.TemporaryFile('w+')
        self.process = subprocess.Popen(
            [sys.executable, '-m', 'benchmarks.steps_worker', json.dumps(job)],
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


def measure(task, size):
    """All engines at one task and size: a list of the CSV's rows, each a dict."""
    workers, rows = [], []

    def keep(*values):
        rows.append(dict(zip(COLUMNS, values)))

    try:
        for job in tqdm(jobs_of(task, size), desc=f'{task} {size}: starting', leave=False):
            workers.append(Worker(job))
        check(workers)
        for worker in workers:
            if worker.failed:
                keep(*worker.job, 1, 0, 0, worker.failed)
        for nth in tqdm(range(1, ROUNDS + 1), desc=f'{task} {size}', leave=False):
            for worker in workers:
                if not worker.failed:
                    keep(*worker.job, nth, *worker.time_round())
    finally:
        for worker in workers:
            worker.end()
    return rows


def check(workers):
    """Raises SystemExit where an engine computes something other than ours or has other parameters.
    """
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
                     f'{NEAR[job.precision]}. It computes something else, so nothing is measured')


def main():
    parser = argparse.ArgumentParser(description='Whole steps of ResNet-v2-50, side by side.')
    parser.add_argument('--only', choices=TASKS, help='one task')
    parser.add_argument('--size', type=int, help='one size')
    parser.add_argument('--out', type=Path, default=RESULTS, help='the CSV')
    args = parser.parse_args()
    results = Results(args.out, COLUMNS, ['task', 'size'], 'python -m benchmarks.steps',
                      text=['variant', 'note'])
    tasks = [TASKS[args.only]] if args.only else TASKS.values()
    for task, size in results.missing((task, size) for task, sizes in tasks for size in sizes
                                      if args.size in (None, size)):
        results.add(measure(task, size))
    print(machine_line(), tables(results.rows()), sep='\n\n')


if __name__ == '__main__':
    main()
