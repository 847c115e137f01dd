"""What do several workers cost, and when do they pay?

    python -m benchmarks.many

runs steps of ResNet-v2-50 (64 px, 16 drawn cats and dogs a step, Adam) by 1, 2 and 4 workers of one
thread each on this machine, with and without the sum over all; compares where eight steps lead; and
makes data_generators of up to a million rows. It needs `python data/get.py cat_dog`. Writes
results/many.csv; what it holds is not run again. The weights to compare with are in
model/many_benchmark/.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import steps
from course import ROOT
from course.experiments import Results
from course.free_space import free_memory, in_gb

RESULTS = ROOT / 'benchmarks' / 'results' / 'many.csv'
COLUMNS = ['workers', 'kind', 'wire', 'statistics', 'round', 'seconds', 'cpu', 'bytes',
           'parameters', 'loss', 'accuracy', 'distance']
LISTS = RESULTS.with_name('many_lists.csv')
LIST_COLUMNS = ['rows', 'read', 'made', 'first_batch', 'megabytes']
COMMAND = 'python -m benchmarks.many'
WEIGHTS = ROOT / 'model' / 'many_benchmark'
WORKERS, ROWS = (1, 2, 4), (10_000, 100_000, 1_000_000)
# networks to reckon with: bytes a second, and seconds for a message to arrive
NETWORKS = {'10 Gbit/s': (1.25e9, 200e-6), '100 Gbit/s': (12.5e9, 50e-6)}
MEMORY = 3e9                # bytes, of a worker
GPU = 0.03                  # seconds a step: an assumption, nothing here was measured on one


def ring(n: int, size: float, rate: float, latency: float) -> float:
    """Seconds that an all-reduce of `size` bytes takes around a ring of n workers.

    2 (n - 1) times each sends an n-th of the bytes. Patarasu and Yuan: Bandwidth optimal all-reduce
    algorithms (2009). rate: bytes a second. latency: seconds before a message begins to arrive.
    """
    return 2 * (n - 1) * (size / n / rate + latency)


def measure_workers(n):
    """Rows of one start of n workers; distances are from one worker's weights."""
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, '-m', 'course.many.local', str(n), '-m',
                    'benchmarks.many_worker', '--out', str(WEIGHTS / 'w')], cwd=ROOT, check=True,
                   env={**os.environ, 'COURSE_THREADS': '1'})
    rows = pd.DataFrame(json.loads((WEIGHTS / f'w_{n}.json').read_text()))
    for i, row in rows[rows.kind == 'result'].iterrows():
        alone = np.load(WEIGHTS / f'w_1_float32_{row.statistics}.npy')
        here = np.load(WEIGHTS / f'w_{n}_{row.wire}_{row.statistics}.npy')
        rows.loc[i, 'distance'] = np.linalg.norm(alone - here) / np.linalg.norm(alone)
    return rows.reindex(columns=COLUMNS)


def measure_list(n):
    """Reading a list of n rows, and the generators made of it: processor seconds, and MB of memory.
    """
    from generator import data_generators

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, 'train.csv')
        pd.DataFrame({'path': [f'data/large/class/image_{i:08}.jpg' for i in range(n)],
                      'label': 0}).to_csv(file, index=False)
        few = pd.DataFrame({'path': ['data/large/class/other.jpg'], 'label': 0})
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        times = [time.process_time()]
        train = pd.read_csv(file)
        times.append(time.process_time())
        generators = data_generators(16, [[train, few.assign(path='a'), few]], 1, print)
        times.append(time.process_time())
        generators.batch_rows(0)
        times.append(time.process_time())
    read, made, first = np.diff(times)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {'rows': n, 'read': read, 'made': made, 'first_batch': first, 'megabytes': used / 1024}


def steps_table(rows):
    """Markdown: a step of so many workers, with and without the sum."""
    rows = rows[(rows.kind == 'step') & (rows['round'] > 0)]      # the first one prepares the graph
    median = rows.groupby(['workers', 'wire'])[['seconds', 'cpu', 'bytes']].median()
    lines = ['| workers | gradients | a step, s | processor time of each, s | sent by each, MB |'
             ' for the sum |', '|---|---|---|---|---|---|']
    for (n, wire), row in median.iterrows():
        without = median.loc[(n, 'none'), 'cpu']
        share = '' if wire == 'none' else f'{1 - without / row.cpu:.0%} of its processor time'
        lines.append(f'| {n} | {"not summed" if wire == "none" else wire} | {row.seconds:.2f} | '
                     f'{row.cpu:.2f} | {row.bytes / 1e6:.1f} | {share} |')
    return '\n'.join(lines)


def results_table(rows):
    """Markdown: where eight steps lead, compared with one worker."""
    lines = ['| workers | gradients | BatchNorm | weights differ by | validation loss | accuracy |',
             '|---|---|---|---|---|---|']
    for row in rows[rows.kind == 'result'].itertuples():
        norm = 'batch statistics' if str(row.statistics) == 'True' else 'inference mode'
        apart = f'{row.distance:.1e}' if row.workers > 1 else ''
        lines.append(f'| {row.workers:.0f} | {row.wire} | {norm} | {apart} | {row.loss:.4f} | '
                     f'{row.accuracy:.1%} |')
    return '\n'.join(lines)


def reckoned_table(rows):
    """Markdown: times as fast as one worker, by the ring's formula; each worker has 16 images."""
    size = 4 * rows.parameters.max()
    known = pd.read_csv(steps.RESULTS)
    known = known[(known.task == 'training') & (known.engine == 'static graph')
                  & (known.precision == 'float32')]
    seconds = (16 * known.seconds / known.images).groupby(known['size']).median()
    machines = {f'2 cores, {pixels} px, {step:.2f} s (measured)': step
                for pixels, step in seconds.items() if pixels in (96, 224)}
    machines[f'a GPU, {GPU * 1000:.0f} ms (assumed)'] = GPU
    lines = ['| a step of one worker | network | 2 | 8 | 64 | 512 |', '|---|---|---|---|---|---|']
    for machine, step in machines.items():
        for network, (rate, latency) in NETWORKS.items():
            cells = []
            for n in 2, 8, 64, 512:
                share = step / (step + ring(n, size, rate, latency))
                cells.append(f'{n * share:.1f} ({share:.0%})')
            lines.append(f'| {machine} | {network} | ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def lists_table(rows):
    """Markdown: what a worker needs for a list of so many rows. Beyond the largest that was
    measured it is reckoned, in proportion."""
    lines = ['| rows | read the list, s | make the generators, s | first batch, s | memory, MB |',
             '|---|---|---|---|---|']
    largest = rows.loc[rows.rows.idxmax()]
    reckoned = [(f'{times * largest.rows:,.0f} (reckoned)', times * largest) for times in (10, 100)]
    for name, row in [*((f'{row.rows:,.0f}', row) for _, row in rows.iterrows()), *reckoned]:
        lines.append(f'| {name} | {row["read"]:.2f} | {row.made:.2f} | {row.first_batch:.2f} | '
                     f'{row.megabytes:,.0f} |')
    return '\n'.join(lines)


def main():
    if len(sys.argv) == 3:                              # in a process of its own, for its memory
        print(json.dumps(measure_list(int(sys.argv[2]))))
        return
    lists = Results(LISTS, LIST_COLUMNS, ['rows'], COMMAND)
    for n, in lists.missing([(n,) for n in ROWS]):
        answer = subprocess.run([sys.executable, '-m', 'benchmarks.many', 'list', str(n)],
                                cwd=ROOT, check=True, capture_output=True, text=True).stdout
        lists.add([json.loads(answer.splitlines()[-1])])
    results = Results(RESULTS, COLUMNS, ['workers'], COMMAND, text=['kind', 'wire', 'statistics'])
    for n, in results.missing([(n,) for n in WORKERS]):
        free = free_memory()
        if free is not None and free < n * MEMORY:
            print(f'{n} workers take {in_gb(n * MEMORY)}, and {in_gb(free)} are free: not '
                  'measured. Run it again when there is more.')
            continue
        if n > 1 and not (WEIGHTS / 'w_1_float32_True.npy').exists():
            measure_workers(1)
        results.add(measure_workers(n))
    rows = results.rows()
    for table in steps_table, results_table, reckoned_table:
        print(table(rows), end='\n\n')
    print(lists_table(lists.rows()))


if __name__ == '__main__':
    main()
