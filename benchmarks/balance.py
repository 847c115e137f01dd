"""What do balanced batches do when one image in 50 belongs to the class you are looking for?

    python -m benchmarks.balance

The classes are handwritten digits: 32 eights and 1,623 others. The notebook trains on each of five
folds, once with its balanced batches and once with batches that hold the classes in their natural
proportions; either way every image is tested once. It needs `python data/get.py digits`. Writes
results/balance.csv, a row an image; folds that it holds are not run again.
"""
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from course import ROOT
from course.experiments import Results
from course.notebooks import main_notebook_run

RESULTS = ROOT / 'benchmarks' / 'results' / 'balance.csv'
COLUMNS, KEY = ['y_true', 'y_pred', 'balanced', 'fold'], ['balanced', 'fold']
SETTINGS = {'dataset': 'rare', 'img_size': 96, 'nb_epoch': 3, 'scratch_too': False}
N_RARE, FOLDS = 32, 5
AS_THEY_ARE = """
# batches from one list of all classes: they hold them in their natural proportions
import copy

one_list = copy.copy(generators)
one_list.train = [pd.concat(generators.train, ignore_index=True)]
generators.batch_rows = one_list.batch_rows
"""


def write_lists(folder):
    """Write k-fold lists of the images in data/digits: a few eights, and all the others."""
    images = sorted((ROOT / 'data' / 'digits').rglob('*.png'))
    if not images:
        sys.exit('There is no data/digits: python data/get.py digits')
    eights = [path for path in images if path.parent.name == '8'][:N_RARE]
    others = [path for path in images if path.parent.name != '8']
    folder.mkdir(parents=True)
    for label, (name, paths) in enumerate((('eight', eights), ('other', others))):
        part = np.random.default_rng(label).permutation(np.arange(len(paths)) % FOLDS)
        frame = pd.DataFrame({'path': [path.relative_to(ROOT).as_posix() for path in paths],
                              'label': label})
        for fold in range(FOLDS):
            is_test, is_val = part == fold, part == (fold + 1) % FOLDS
            for split, rows in (('test', is_test), ('val', is_val), ('train', ~is_test & ~is_val)):
                frame[rows].to_csv(folder / f'{split}_{name}_{fold}.csv', index=False)


def tested(balanced, fold):
    """The notebook's test of one fold: a DataFrame with y_true and y_pred, 'eight' or 'other'."""
    with tempfile.TemporaryDirectory() as lists:
        write_lists(Path(lists) / 'rare' / 'k_fold')
        with main_notebook_run({**SETTINGS, 'fold': fold}, '' if balanced else AS_THEY_ARE,
                               'graph', Path(lists)) as folder:
            return pd.read_csv(next(folder.glob('model/*/test.csv')))[['y_true', 'y_pred']]


def table(rows):
    """Markdown: how many eights were found, and what else was taken for one."""
    lines = ['| batches | eights found | others taken for one | accuracy | balanced accuracy |',
             '|---|---|---|---|---|']
    for balanced, part in rows.groupby('balanced', sort=False):
        eight, said = part.y_true == 'eight', part.y_pred == 'eight'
        found, wrongly = said[eight].mean(), said[~eight].mean()
        lines.append(f'| {"balanced" if balanced else "as they are"} '
                     f'| {said[eight].sum()} of {eight.sum()} '
                     f'| {said[~eight].sum()} of {(~eight).sum():,} '
                     f'| {(said == eight).mean():.1%} | {(found + 1 - wrongly) / 2:.1%} |')
    return '\n'.join(lines)


def main():
    results = Results(RESULTS, COLUMNS, KEY, 'python -m benchmarks.balance')
    for balanced, fold in results.missing((b, fold) for fold in range(FOLDS)
                                          for b in (True, False)):
        results.add(tested(balanced, fold).assign(balanced=balanced, fold=fold))
    print(table(results.rows()))


if __name__ == '__main__':
    main()
