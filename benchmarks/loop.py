"""Does the network ever wait? The notebook's loop beside the bare graph step.

    python benchmarks/loop.py [--sizes 96 160 224] [--epochs 7]

`kept`: images come out of the memory of images.py from the second epoch on.
`read`: every image is opened and decoded every time, as it is once the memory is full.

Each validation image is evaluated five times, 535 in all: what an evaluation costs once (threads,
lines printed) would be a large share of the half second that 107 take.

Writes results/loop.csv, a row an epoch (stopwatch.py says what of); what it holds is not run again.
"""
import argparse
from pathlib import Path

import pandas as pd
from stopwatch import timed_run

VALIDATIONS = 5
RESULTS = Path(__file__).resolve().parent / 'results' / 'loop.csv'


def table(rows):
    """Markdown: the epochs' ratios, without the first epoch, which warms up."""
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
    parser = argparse.ArgumentParser(description="The notebook's loop beside the bare step.")
    parser.add_argument('--sizes', type=int, nargs='+', default=[96, 160, 224])
    parser.add_argument('--epochs', type=int, default=7)
    args = parser.parse_args()
    done = pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=['size', 'images'])
    for size in args.sizes:
        for images in ('kept', 'read'):
            if ((done['size'] == size) & (done.images == images)).any():
                continue
            rows, _ = timed_run({'img_size': size, 'nb_epoch': args.epochs}, images == 'kept',
                                VALIDATIONS)
            done = pd.concat([done, rows.assign(size=size, images=images)], ignore_index=True)
            RESULTS.parent.mkdir(exist_ok=True)
            done.to_csv(RESULTS, index=False, float_format='%.6f')
    print(table(done))


if __name__ == '__main__':
    main()
