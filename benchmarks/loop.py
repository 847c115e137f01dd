"""Does the network ever wait? The notebook's loop compared with the bare graph step.

    python -m benchmarks.loop [--sizes 96 160 224] [--epochs 7]

`kept`: images come from the memory of course/images.py from the second epoch on.
`read`: every image is opened and decoded every time, as happens once that memory is full.

Each validation image is evaluated five times, 535 in all: 107 images take half a second, of which
the fixed cost of an evaluation (threads, lines printed) would be a large share.

Writes results/loop.csv, a row an epoch (see stopwatch.py); what it holds is not run again.
"""
import argparse

from benchmarks.stopwatch import COLUMNS, timed_run
from course import ROOT
from course.experiments import Results

VALIDATIONS = 5
RESULTS = ROOT / 'benchmarks' / 'results' / 'loop.csv'
KEY = ['size', 'images']


def table(rows):
    """Markdown: the ratios of all epochs but the first, which warms up."""
    rows = rows[rows.epoch > 1]
    rows = rows.assign(training=rows.bare_training / rows.training,
                       evaluation=rows.bare_validation / rows.validation)
    lines = ['| pixels | images | bare step, images/s | loop, training | loop, evaluation |',
             '|---|---|---|---|---|']
    for (size, images), part in rows.groupby(['size', 'images']):
        rate = f'{1 / part.bare_training.median():.1f}'
        lines.append(f'| {size} | {images} | {rate} | {shares(part)} |')
    for images, part in rows.groupby('images'):
        lines.append(f'| all | {images} |  | {shares(part)} |')
    return '\n'.join(lines)


def shares(part):
    return f'{spread(part.training)} | {spread(part.evaluation)}'


def spread(ratios):
    """The median, and the lowest and highest."""
    return f'{ratios.median():.1%} ({ratios.min():.0%} to {ratios.max():.0%})'


def main():
    parser = argparse.ArgumentParser(description="The notebook's loop against the bare step.")
    parser.add_argument('--sizes', type=int, nargs='+', default=[96, 160, 224])
    parser.add_argument('--epochs', type=int, default=7)
    args = parser.parse_args()
    results = Results(RESULTS, [*KEY, *COLUMNS], KEY, 'python -m benchmarks.loop')
    for size, images in results.missing((size, images) for size in args.sizes
                                        for images in ('kept', 'read')):
        rows, _ = timed_run({'img_size': size, 'nb_epoch': args.epochs}, images == 'kept',
                            VALIDATIONS)
        results.add(rows.assign(size=size, images=images).round(6))
    print(table(results.rows()))


if __name__ == '__main__':
    main()
