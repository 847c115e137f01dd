"""The batch maker beside others at the same work: images a second, against threads.

    python benchmarks/pipeline.py [--rounds 5]

Every engine of pipeline_engines.py reads the same 1,000 JPEGs of 500 x 375 from the disk's cache,
decodes each anew every time, and makes batches of 16 of 224 x 224, flipped, turned, scaled and
shifted at random. One engine runs at a time, in a process of its own, in turn with the others: what
else the machine does then hits all of them. `limit` is what decoding, resizing and one warp cost
with nothing around them.

Writes results/pipeline.csv, a row a measurement, and results/pipeline.png. What the CSV holds is
not run again: an interrupted run goes on. To measure anew, delete it.
"""
import argparse
import subprocess
import sys
from pathlib import Path

import matplotlib
import pandas as pd
from machine import machine_line
from pipeline_engines import AUTO, ENGINES
from pipeline_images import ROOT, drawn_images
from tqdm import tqdm

RESULTS = Path(__file__).resolve().parent / 'results' / 'pipeline.csv'
PLOT = RESULTS.with_suffix('.png')
COLUMNS = ['engine', 'threads', 'round', 'images', 'seconds']
SECONDS = 3
THREADS = ['0', '1', '2', '4', '8', AUTO]


def measurements():
    """What has been measured: a DataFrame with COLUMNS; threads are words, one of them AUTO."""
    if RESULTS.exists():
        return pd.read_csv(RESULTS, dtype={'threads': str})
    return pd.DataFrame(columns=COLUMNS)


def measure_missing(rounds):
    """Measure what the CSV lacks, an engine after the other, round after round."""
    rows = measurements()
    done = set(zip(rows.engine, rows.threads, rows['round']))
    jobs = [(name, [n for n in threads if (name, n, nth) not in done], nth)
            for nth in range(1, rounds + 1) for name, (_, threads) in ENGINES.items()]
    jobs = [job for job in jobs if job[1]]
    if jobs:
        folder = drawn_images()
        for name, threads, nth in tqdm(jobs, unit='process'):
            run_engine(name, folder, threads, nth)


def run_engine(name, folder, threads, nth):
    """Measure an engine in a process of its own; each measurement goes into the CSV at once."""
    command = [sys.executable, str(Path(__file__).with_name('pipeline_engines.py')),
               name, str(folder), str(SECONDS), *threads]
    log = ROOT / 'model' / 'benchmarks' / 'pipeline.log'
    with open(log, 'w') as errors:
        with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE,
                              stderr=errors) as process:
            for line in process.stdout:
                n, images, seconds = line.split()
                keep([name, n, nth, int(images), float(seconds)])
    if process.returncode:
        sys.exit(f'{name} failed. A package that is missing: pip install -r '
                 f'benchmarks/requirements.txt. All that it said is in {log}; the end of it:\n'
                 + '\n'.join(log.read_text().splitlines()[-3:]))


def keep(row):
    RESULTS.parent.mkdir(exist_ok=True)
    pd.DataFrame([row], columns=COLUMNS).to_csv(RESULTS, mode='a', index=False,
                                                header=not RESULTS.exists())


def speeds(rows):
    """Images a second, the median of the rounds: a row an engine, a column for its threads."""
    speed = (rows.images / rows.seconds).groupby([rows.engine, rows.threads]).median().unstack()
    return speed.reindex(index=list(ENGINES), columns=THREADS)


def table(speed):
    """Markdown. Beside the medians: the best of them, against ours and as a share of the limit."""
    best = speed.max(axis=1)
    lines = ['| images a second | ' + ' | '.join(THREADS) + ' | ours is | of the limit |',
             '|---' * (len(THREADS) + 3) + '|']
    for name in speed.drop('limit').index:
        cells = ['' if pd.isna(value) else f'{value:.0f}' for value in speed.loc[name]]
        faster = '' if name == 'ours' else f'{best["ours"] / best[name]:.2f} times as fast'
        lines.append(f'| {name} | ' + ' | '.join(cells)
                     + f' | {faster} | {best[name] / best["limit"]:.0%} |')
    return '\n'.join([*lines, '', f'The limit, with a thread on each core: {best["limit"]:.0f}'])


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
    parser = argparse.ArgumentParser(description='The batch maker beside others.')
    parser.add_argument('--rounds', type=int, default=5, help='times each is measured')
    args = parser.parse_args()
    measure_missing(args.rounds)
    speed = speeds(measurements())
    plot(speed)
    print(machine_line(), '', table(speed), sep='\n')


if __name__ == '__main__':
    main()
