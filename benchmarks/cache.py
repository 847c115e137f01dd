"""Frozen layers computed once: how much faster is an epoch, and does the accuracy stay the same?

    python -m benchmarks.cache

runs the notebook with freeze = 'all', with and without the cache, on five folds, and on one fold at
more image sizes and batch sizes. The accuracy is that of each fold's test images.

Writes results/cache.csv, a row an epoch (see stopwatch.py) with the run's accuracy; runs that it
holds are not run again.
"""
from benchmarks.stopwatch import COLUMNS, timed_run
from course import ROOT
from course.experiments import Results
from course.means import plus_minus

RESULTS = ROOT / 'benchmarks' / 'results' / 'cache.csv'
KEY = ['img_size', 'batch_size', 'fold', 'cache']
RUNS = ([(128, 16, fold, cache) for fold in range(5) for cache in (0, 1, 4)]
        + [(size, batch, 0, 1) for size in (96, 160, 224) for batch in (16, 64)]
        + [(128, 64, 0, 1), (224, 128, 0, 1)])              # values of KEY
EPOCHS = 8


def speeds(rows):
    """Markdown: an epoch from the cache compared with bare steps through the frozen network."""
    rows = rows[(rows.cache > 0) & (rows.epoch > 1) & (rows.fold == 0)]
    lines = ['| pixels | batch | through the network, images/s | from the cache, images/s | '
             'times as fast |',
             '|---|---|---|---|---|']
    for (size, batch), part in rows.groupby(['img_size', 'batch_size']):
        bare, cached = 1 / part.bare_training.median(), 1 / part.training.median()
        lines.append(f'| {size} | {batch} | {bare:.0f} | {cached:,.0f} | {cached / bare:.0f} |')
    return '\n'.join(lines)


def accuracies(rows):
    """Markdown: test accuracy over the folds, and its difference from the run without a cache,
    each with its 95 % confidence interval."""
    runs = rows[(rows.img_size == 128) & (rows.batch_size == 16)].drop_duplicates(['fold', 'cache'])
    table = runs.pivot(index='fold', columns='cache', values='accuracy')
    lines = ['| | accuracy, % | difference from no cache, fold by fold |', '|---|---|---|']
    for cache in table:
        name = f'{cache} cop{"y" if cache == 1 else "ies"}' if cache else 'no cache'
        apart = plus_minus(table[cache] - table[0], sign=True) if cache else ''
        lines.append(f'| {name} | {plus_minus(table[cache])} | {apart} |')
    return '\n'.join(lines)


def main():
    results = Results(RESULTS, [*KEY, *COLUMNS, 'accuracy'], KEY, 'python -m benchmarks.cache')
    for run in results.missing(RUNS):
        settings = dict(zip(KEY, run))
        rows, right = timed_run({**settings, 'nb_epoch': EPOCHS, 'freeze': 'all'})
        results.add(rows.assign(**settings, accuracy=right.mean()).round(7))
    print(speeds(results.rows()), accuracies(results.rows()), sep='\n\n')


if __name__ == '__main__':
    main()
