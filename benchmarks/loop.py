"""Does the network ever wait? The notebook's loop beside the bare graph step.

    python benchmarks/loop.py [--sizes 96 160 224] [--epochs 7]

`kept`: pictures come out of the memory of picture_memory.py from the second epoch on.
`read`: every picture is opened and decoded every time, as it is once the memory is full.

Each validation picture is evaluated five times, 535 in all: what an evaluation costs once (threads,
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
    lines = ['| pixels | pictures | bare step, pictures/s | loop, training | loop, evaluation |',
             '|---|---|---|---|---|']
    for (size, pictures), part in rows.groupby(['size', 'pictures']):
        rate = f'{1 / part.bare_training.median():.1f}'
        lines.append(f'| {size} | {pictures} | {rate} | {shares(part)} |')
    for pictures, part in rows.groupby('pictures'):
        lines.append(f'| all | {pictures} |  | {shares(part)} |')
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
    done = pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=['size', 'pictures'])
    for size in args.sizes:
        for pictures in ('kept', 'read'):
            if ((done['size'] == size) & (done.pictures == pictures)).any():
                continue
            rows, _ = timed_run({'img_size': size, 'nb_epoch': args.epochs}, pictures == 'kept',
                                VALIDATIONS)
            done = pd.concat([done, rows.assign(size=size, pictures=pictures)], ignore_index=True)
            RESULTS.parent.mkdir(exist_ok=True)
            done.to_csv(RESULTS, index=False, float_format='%.6f')
    print(table(done))


if __name__ == '__main__':
    main()
