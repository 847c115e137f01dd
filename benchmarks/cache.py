"""Frozen layers computed once: how much faster an epoch is, and whether the accuracy is the same.

    python benchmarks/cache.py

runs the notebook with freeze = 'all', with and without the cache, on five folds (their epochs are
timed), and at more sizes and batch sizes on one. The accuracy is that of each fold's test images.

Writes results/cache.csv, a row an epoch (stopwatch.py says what of) with the run's accuracy; runs
that it holds are not run again.
"""
from pathlib import Path

import pandas as pd
from stopwatch import timed_run

RESULTS = Path(__file__).resolve().parent / 'results' / 'cache.csv'
RUNS = ([{'img_size': 128, 'batch_size': 16, 'fold': fold, 'cache': cache}
         for fold in range(5) for cache in (0, 1, 4)]
        + [{'img_size': size, 'batch_size': batch, 'fold': 0, 'cache': 1}
           for size in (96, 160, 224) for batch in (16, 64)]
        + [{'img_size': size, 'batch_size': batch, 'fold': 0, 'cache': 1}
           for size, batch in ((128, 64), (224, 128))])
EPOCHS = 8


def speeds(rows):
    """Markdown: an epoch from the cache beside one of bare steps through the frozen network."""
    rows = rows[(rows.cache > 0) & (rows.epoch > 1) & (rows.fold == 0)]
    lines = ['| pixels | batch | through the network, images/s | from the cache | times |',
             '|---|---|---|---|---|']
    for (size, batch), part in rows.groupby(['img_size', 'batch_size']):
        bare, cached = 1 / part.bare_training.median(), 1 / part.training.median()
        lines.append(f'| {size} | {batch} | {bare:.0f} | {cached:,.0f} | {cached / bare:.0f} |')
    return '\n'.join(lines)


def accuracies(rows):
    """Markdown: test accuracy over the folds, and its difference to the run without a cache."""
    runs = rows[(rows.img_size == 128) & (rows.batch_size == 16)].drop_duplicates(['fold', 'cache'])
    table = 100 * runs.pivot(index='fold', columns='cache', values='accuracy')
    lines = ['| | accuracy, % | difference to no cache |', '|---|---|---|']
    for cache in table:
        apart = table[cache] - table[0]
        name = f'{cache} cop{"y" if cache == 1 else "ies"}' if cache else 'no cache'
        lines.append(f'| {name} | {table[cache].mean():.1f} ± {table[cache].sem():.1f} | '
                     + (f'{apart.mean():+.1f} ± {apart.sem():.1f} |' if cache else '|'))
    return '\n'.join(lines)


def main():
    done = pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=list(RUNS[0]))
    for run in RUNS:
        if (done[list(run)] == list(run.values())).all(axis=1).any():
            continue
        rows, right = timed_run({**run, 'nb_epoch': EPOCHS, 'freeze': 'all'})
        done = pd.concat([done, rows.assign(**run, accuracy=right.mean())], ignore_index=True)
        RESULTS.parent.mkdir(exist_ok=True)
        done.to_csv(RESULTS, index=False, float_format='%.7f')
    print(speeds(done), accuracies(done), sep='\n\n')


if __name__ == '__main__':
    main()
