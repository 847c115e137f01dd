"""The batch maker compared with others at the same work: images a second against threads.

    python -m benchmarks.pipeline [--rounds 5]

Every engine of pipeline_engines.py reads the same 1,000 JPEGs of 500 x 375 from the disk's cache,
decodes each one every time, and makes batches of 16 of 224 x 224, randomly flipped, rotated, scaled
and shifted. One engine runs at a time, in a process of its own; they take turns, so that whatever
else the machine does affects all of them. `limit` is what decoding, resizing and one warp cost with
nothing around them.

Writes results/pipeline.csv, a row a measurement, and results/pipeline.png. What the CSV holds is
not measured again: the same command resumes an interrupted run. To measure all again, delete it.
"""
import argparse
import subprocess
import sys

import matplotlib
import pandas as pd
from tqdm import tqdm

from benchmarks.pipeline_engines import AUTO, ENGINES
from benchmarks.pipeline_images import drawn_images
from course import ROOT
from course.experiments import Results, machine_line

RESULTS = ROOT / 'benchmarks' / 'results' / 'pipeline.csv'
PLOT = RESULTS.with_suffix('.png')
KEY = ['engine', 'threads', 'round']
SECONDS = 3
THREADS = ['0', '1', '2', '4', '8', AUTO]


def measure_missing(results, rounds):
    """Measure what the CSV lacks, one engine after another, round after round."""
    for nth in tqdm(range(1, rounds + 1), unit='round'):
        for name, (_, threads) in ENGINES.items():
            lacking = [n for _, n, _ in results.missing((name, n, nth) for n in threads)]
            if lacking:
                run_engine(results, name, drawn_images(), lacking, nth)


def run_engine(results, name, folder, threads, nth):
    """Measure an engine in a process of its own; each measurement goes into the CSV at once."""
    command = [sys.executable, '-m', 'benchmarks.pipeline_engines', name, str(folder), str(SECONDS),
               *threads]
    log = ROOT / 'model' / 'benchmarks' / 'pipeline.log'
    with open(log, 'w') as errors:
        with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE,
                              stderr=errors) as process:
            for line in process.stdout:
                n, images, seconds = line.split()
                results.add([{'engine': name, 'threads': n, 'round': nth, 'images': int(images),
                              'seconds': float(seconds)}])
    if process.returncode:
        sys.exit(f'{name} failed. If a package is missing: pip install -r '
                 f'benchmarks/requirements.txt. All its output is in {log}; it ends with:\n'
                 + '\n'.join(log.read_text().splitlines()[-3:]))


def speeds(rows):
    """Images a second, the median of the rounds: a row an engine, a column for its threads."""
    speed = (rows.images / rows.seconds).groupby([rows.engine, rows.threads]).median().unstack()
    return speed.reindex(index=list(ENGINES), columns=THREADS)


def table(speed):
    """Markdown: the medians; the best of them against ours, and as a share of the limit."""
    best = speed.max(axis=1)
    lines = ['| images a second | ' + ' | '.join(THREADS) + ' | ours is | of the limit |',
             '|---' * (len(THREADS) + 3) + '|']
    for name in speed.drop('limit').index:
        cells = ['' if pd.isna(value) else f'{value:.0f}' for value in speed.loc[name]]
        faster = '' if name == 'ours' else f'{best["ours"] / best[name]:.2f} times as fast'
        lines.append(f'| {name} | ' + ' | '.join(cells)
                     + f' | {faster} | {best[name] / best["limit"]:.0%} |')
    return '\n'.join([*lines, '', f'The limit is {best["limit"]:,.0f}: decode, resize and one '
                      'warp on both cores, with nothing around them.'])


def plot(speed):
    """results/pipeline.png: images a second against threads, a line an engine."""
    matplotlib.use('Agg')
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(figsize=(7, 4), dpi=100, layout='constrained')
    for name, values in speed.drop('limit').iterrows():
        ours = name == 'ours'
        axes.plot(range(len(THREADS) - 1), values.drop(AUTO), 'o-', label=name,
                  linewidth=3 if ours else 1.5, zorder=3 if ours else 2)
        colour = axes.lines[-1].get_color()
        axes.plot(len(THREADS) - 1, values[AUTO], 's', color=colour)
    axes.axhline(speed.loc['limit'].max(), color='black', linestyle='--', linewidth=1,
                 label='limit: decode, resize, warp')
    axes.set_xticks(range(len(THREADS)), THREADS)
    axes.set_ylim(bottom=0)
    axes.set_xlabel('threads, calls or worker processes')
    axes.set_ylabel('images a second')
    figure.legend(loc='outside upper center', ncols=3, frameon=False)
    axes.spines[['top', 'right']].set_visible(False)
    figure.savefig(PLOT)


def main():
    parser = argparse.ArgumentParser(description='The batch maker and others.')
    parser.add_argument('--rounds', type=int, default=5, help='times each is measured')
    args = parser.parse_args()
    results = Results(RESULTS, [*KEY, 'images', 'seconds'], KEY, 'python -m benchmarks.pipeline',
                      text=['threads'])
    measure_missing(results, args.rounds)
    speed = speeds(results.rows())
    plot(speed)
    print(machine_line(), '', table(speed), sep='\n')


if __name__ == '__main__':
    main()
