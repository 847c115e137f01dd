"""What steps.py measured, as Markdown."""
from functools import cache

import pandas as pd

from benchmarks.steps_jobs import (
    BOTH,
    COMPILED,
    COMPILED_SIZE,
    HEAD,
    INFER,
    OURS,
    PRODUCT,
    TRAIN,
    label,
)

PASSES = {TRAIN: 3, HEAD: 1, INFER: 1}      # backwards costs two forwards: for inputs and weights


def tables(rows):
    """A table for each task that was measured, under a sentence about the ceiling; what failed.

    rows: the CSV's, a round each. What is compared are medians over the rounds.
    """
    ceiling, text = ceilings(rows[rows.task == PRODUCT]), []
    if ceiling:
        text.append('The ceiling, a large matrix product: ' + ', '.join(
            f'{value:.0f} GFLOP/s in {precision}' for precision, value in ceiling.items()) + '.')
    for task in PASSES:
        part = rows[rows.task == task]
        if len(part):
            text.append(f'{task.capitalize()}:\n\n{table(task, part, ceiling)}')
    text.append(f'{" and ".join(f"`{name}`" for name in COMPILED)} take minutes to start, so they '
                f'were measured at {COMPILED_SIZE} pixels only.')
    text += [f'Failed: {row["task"]}, {row["size"]}, {label(row["engine"], row["variant"])}, '
             f'{row["precision"]}: {row["note"]}' for _, row in rows[rows.note != ''].iterrows()]
    return '\n\n'.join(text)


def ceilings(rows):
    """{precision: GFLOP/s}, the best library and size; {} where none was measured."""
    rows = rows[rows.note == '']
    rate = 2e-9 * rows['size'] ** 3 * rows.images / rows.seconds
    medians = rate.groupby([rows.precision, rows.engine, rows['size']]).median()
    return {precision: values.max() for precision, values in medians.groupby(level=0)}


def table(task, rows, ceiling):
    """Markdown: an engine a row; images a second, as a multiple of ours, share of the ceiling."""
    sizes = sorted(rows['size'].unique())
    speed = (rows.images / rows.seconds).where(rows.note == '').groupby(
        [rows.precision, rows.engine, rows.variant, rows['size']], sort=False).median().unstack()
    ours = speed.xs(OURS, level='engine').groupby(level='precision', sort=False).first()
    flops = {size: PASSES[task] * 1e-9 * flops_of(size) for size in sizes}
    lines = ['| precision | engine | ' + ' | '.join(f'{size} px' for size in sizes) + ' |',
             '|---' * (2 + len(sizes)) + '|']
    for precision in BOTH:
        part = speed[speed.index.get_level_values('precision') == precision]
        for (_, engine, variant), row in part.iterrows():
            cells = [cell(row[size], ours.loc[precision, size], flops[size], ceiling.get(precision))
                     for size in sizes]
            lines.append(f'| {precision} | {label(engine, variant)} | ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def cell(speed, ours, gigaflops, ceiling):
    if pd.isna(speed):
        return ''
    share = f'; {speed * gigaflops / ceiling:.0%}' if ceiling else ''
    return f'{speed:.1f} ({speed / ours:.2f}{share})'


@cache
def flops_of(size):
    from benchmarks.engine_static import forward_flops  # TensorFlow: only where there is a table

    return forward_flops(size)
