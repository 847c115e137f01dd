"""The figures in the READMEs, made from the results files: `make figures`

    python -m benchmarks.figures

A README marks what is made: <!-- figures: NAME -->, the text, <!-- end -->. This writes that text
again, from the files in git; it measures nothing. Each NAME is in FIGURES, with the results file
and the function that makes Markdown of it. A file that is not there is named, with its command.
"""
from pathlib import Path

import pandas as pd

import pretraining.figures
from benchmarks import (
    balance,
    cache,
    cold_start,
    datasets,
    loop,
    many,
    minutes,
    pipeline,
    precision,
    scale,
    steps,
    steps_table,
    time_to_accuracy,
)
from benchmarks.marked import marked, rewritten
from course import ROOT
from lessons.experiments import frozen_features
from pretraining import evaluate, frozen, packing, tables

MARKED = marked('figures')
RESULTS = ROOT / 'benchmarks' / 'results'
TEXT = ['threads', 'variant', 'note', 'recipe', 'method', 'answer', 'version']  # never numbers


def photographs(rows):
    return tables.accuracies(rows[~rows.recipe.str.endswith(tables.INFERENCE)], ['photos'])


def pipeline_table(rows):
    return pipeline.table(pipeline.speeds(rows))


FIGURES = {
    'README.md': {
        'expect': (datasets.RESULTS, datasets.expected),
        'minutes': (minutes.RESULTS, minutes.table),
        'photographs': (evaluate.RESULTS, photographs)},
    'data/README.md': {
        'datasets': (datasets.RESULTS, datasets.table),
        'unequal classes': (datasets.RESULTS, datasets.measures)},
    'benchmarks/README.md': {
        'pipeline': (pipeline.RESULTS, pipeline_table),
        'loop': (loop.RESULTS, loop.table),
        'cache, speed': (cache.RESULTS, cache.speeds),
        'cache, accuracy': (cache.RESULTS, cache.accuracies),
        'steps': (steps.RESULTS, steps_table.tables),
        'time to accuracy': (time_to_accuracy.RESULTS, time_to_accuracy.table),
        'cold start': (cold_start.RESULTS, cold_start.table),
        'precision': (precision.RESULTS, precision.table),
        'scale': (RESULTS / 'scale.csv', scale.table),
        'scale, memory': (RESULTS / 'scale_memory.csv', scale.steadiness),
        'balance': (balance.RESULTS, balance.table),
        'many, steps': (many.RESULTS, many.steps_table),
        'many, results': (many.RESULTS, many.results_table),
        'many, reckoned': (many.RESULTS, many.reckoned_table),
        'many, lists': (many.LISTS, many.lists_table)},
    'pretraining/README.md': {
        'worth': (evaluate.RESULTS, tables.accuracies),
        'not learned': (evaluate.RESULTS, tables.not_learned),
        'frozen features': (frozen_features.RESULTS, frozen_features.table),
        'fine-tuning': (frozen_features.RESULTS, frozen_features.gain),
        'wrong input': (frozen_features.RESULTS, frozen_features.changes),
        'packing': (packing.RESULTS, packing.table),
        'small network': (frozen.RESULTS, frozen.table),
        'rounds': (ROOT / 'pretraining' / 'pretrain_log.csv', pretraining.figures.rounds)}}


def made(file, function):
    """The Markdown of a results file, or which file is missing."""
    if not file.exists():
        return f'Not measured yet: `{file.relative_to(ROOT).as_posix()}` is missing.'
    header = pd.read_csv(file, nrows=0).columns
    text = [name for name in TEXT if name in header]
    rows = pd.read_csv(file, dtype=dict.fromkeys(text, str), keep_default_na=False,
                       na_values={name: [''] for name in header if name not in text})
    return function(rows)


def renewed(text, figures):
    """A document with each marked part made again. figures: {name: (file, function)}.

    Raises KeyError for a mark whose name is not in figures, and for a name that no mark has.
    """
    names = [name for name, _ in MARKED.findall(text)]
    if sorted(names) != sorted(figures):
        raise KeyError(f'marked are {sorted(names)}, known are {sorted(figures)}')
    return rewritten(text, 'figures', lambda name: made(*figures[name]))


def main():
    for name, figures in FIGURES.items():
        document = Path(ROOT, name)
        before = document.read_text(encoding='utf-8')
        after = renewed(before, figures)
        if after != before:
            document.write_text(after, encoding='utf-8')
        print(f'{name}: {len(figures)} figures, {"written" if after != before else "up to date"}')


if __name__ == '__main__':
    main()
