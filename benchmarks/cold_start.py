"""What happens before a network learns: the seconds of each part, from a fresh process on.

    python -m benchmarks.cold_start [--rounds 5]

runs the notebook's own cells as a program (benchmarks/training_cells.py), each round in a process
of its own, and stops after a few steps. The parts: Python and TensorFlow's import; all other
imports; lists, preprocessing and callbacks; building the graph; the initializers; restoring the
checkpoint; what the callbacks do when the training begins; the first step, less an ordinary one:
TensorFlow rewrites the graph for this machine at its first run; an ordinary step; and the same of
the first validation batch.

Adds a row for each part and round to results/cold_start.csv: `seconds`, and `cpu_seconds`, summed
over the cores, which other programs hardly change. To compare two versions of the course, run it
in a copy of each, in turn; the table has the first and the last version that the file holds.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from course import ROOT
from course.experiments import Results

RESULTS = ROOT / 'benchmarks' / 'results' / 'cold_start.csv'
KEY = ['version', 'date', 'round', 'part']
COLUMNS = [*KEY, 'seconds', 'cpu_seconds']
PARTS = ["Python and TensorFlow's import", 'other imports', 'lists and preprocessing',
         'building the graph', 'initializers', 'restoring', 'the training begins',
         'first step: rewriting', 'first validation batch: rewriting']
STEP, VALIDATION = 'step', 'validation batch'
STEPS = 6
ENDS = {'packages': 'other imports', 'generators': 'lists and preprocessing',
        'graph': 'building the graph', 'restore': 'restoring', 'loop': 'the training begins'}


class Enough(Exception):
    """Ends the training: all is measured."""


def child(folder):
    """Prints a line for each part when it ends; the parent has the clock. It starts in ROOT, so
    that a copy of the course measures itself, and works in the folder."""
    os.chdir(folder)

    def ended(part):
        print(json.dumps({'part': part, 'cpu': time.process_time()}), flush=True)

    from course.compat import tf  # the part that is measured first
    ended(PARTS[0])
    from benchmarks.training_cells import run_cell, training_cells

    names, done = {}, {STEP: 0, VALIDATION: 0}
    run = tf.Session.run

    def stamped(session, fetches, *arguments, **options):
        several = isinstance(fetches, list) and len(fetches)
        first = fetches[0] if several else fetches
        what = (STEP if first is names.get('update') else
                VALIDATION if several == 2 and first is names.get('loss') else None)
        if what == STEP and not done[STEP]:
            ended('the training begins')
        result = run(session, fetches, *arguments, **options)
        if first is names.get('init'):
            ended('initializers')
        if what:
            ended(what)
            done[what] += 1
            if done[VALIDATION] == STEPS:
                raise Enough
        return result

    tf.Session.run = stamped
    for tag, code in training_cells():
        if tag == 'train':
            names['generators'].train_len = STEPS * names['batch_size']
        try:
            run_cell(code, tag, names)
        except Enough:
            break
        if tag in ENDS and tag != 'loop':
            ended(ENDS[tag])


def measure(folder):
    """{part: (seconds, CPU seconds)} of one process in a folder."""
    began, times = time.perf_counter(), []
    process = subprocess.Popen([sys.executable, '-m', 'benchmarks.cold_start', '--child', folder],
                               cwd=ROOT, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith('{"part"'):
            said = json.loads(line)
            times.append((said['part'], time.perf_counter() - began, said['cpu']))
    if process.wait():
        sys.exit(f'It ended with status {process.returncode}.')
    lasted, before = {}, (0, 0)
    for part, *now in times:
        lasted.setdefault(part, []).append([b - a for a, b in zip(before, now)])
        before = now
    found = {part: lasted[part][0] for part in PARTS if part in lasted}
    for step, part in ((STEP, PARTS[-2]), (VALIDATION, PARTS[-1])):
        found[step] = [statistics.median(column) for column in zip(*lasted[step][2:])]
        found[part] = [first - ordinary
                       for first, ordinary in zip(lasted[step][0], found[step])]
    return found


def table(rows):
    """Markdown: the median of each part, of the first version and of the last."""
    versions = list(dict.fromkeys(rows.version))
    shown = versions[:1] + versions[1:][-1:]
    medians = {version: rows[rows.version == version].groupby('part')[
        ['seconds', 'cpu_seconds']].median() for version in shown}
    lines = ['| | ' + ' | '.join(f'`{version}`: seconds | CPU seconds' for version in shown) + ' |',
             '|---' * (1 + 2 * len(shown)) + '|']

    def line(name, values):
        lines.append(f'| {name} | ' + ' | '.join(f'{value:.2f}' for value in values) + ' |')

    for part in [*PARTS, STEP, VALIDATION]:
        line(part, [value for version in shown for value in medians[version].loc[part]])
    line('**all but the steps**', [value for version in shown
                                   for value in medians[version].loc[PARTS].sum()])
    return '\n'.join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--results', type=Path, default=RESULTS, help='the CSV')
    parser.add_argument('--child', help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child)
        return
    results = Results(args.results, COLUMNS, KEY, 'python -m benchmarks.cold_start',
                      text=['version'])
    version = subprocess.run(['git', 'rev-parse', '--short', 'HEAD'], cwd=ROOT, check=True,
                             capture_output=True, text=True).stdout.strip()
    done = int(results.rows()['round'].max()) if len(results.rows()) else 0
    for nth in range(done + 1, done + 1 + args.rounds):
        with tempfile.TemporaryDirectory() as folder:
            for name in ('data', 'data_list', 'tf_ckpt'):
                Path(folder, name).symlink_to(ROOT / name)
            measured = measure(folder)
        results.add([{'version': version, 'date': date.today().isoformat(), 'round': nth,
                      'part': part, 'seconds': round(seconds, 3), 'cpu_seconds': round(cpu, 3)}
                     for part, (seconds, cpu) in measured.items()])
    print(table(results.rows()))


if __name__ == '__main__':
    main()
