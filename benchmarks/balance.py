"""What do balanced batches do where one image in 50 is of the class that is looked for?

    python benchmarks/balance.py

The classes are handwritten digits: 32 eights, and the 1,623 images that are none. The notebook
trains on each of five folds, once with its balanced batches and once with batches that hold the
classes as often as they are, and every image is tested once each way. Needs `python data/get.py
digits`. Writes results/balance.csv, a row an image; folds that it holds are not run again.
"""
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from notebook_run import ROOT, notebook_run

RESULTS = Path(__file__).resolve().parent / 'results' / 'balance.csv'
SETTINGS = {'dataset': 'rare', 'img_size': 96, 'nb_epoch': 3}
N_RARE, FOLDS = 32, 5
AS_THEY_ARE = """
# all classes in one list: a batch holds them as often as they are
dataframes = [[pd.concat([frames[k] for frames in dataframes], ignore_index=True)
               for k in range(3)]]
"""


def write_lists(folder):
    """k-fold lists of the images in data/digits: eights, a few of them, and all others."""
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
        with notebook_run({**SETTINGS, 'fold': fold}, None if balanced else AS_THEY_ARE,
                          'generators = data_generators(', Path(lists)) as folder:
            return pd.read_csv(next(folder.glob('model/*_test.csv')))[['y_true', 'y_pred']]


def table(rows):
    """Markdown: what became of the eights, and what was taken for one."""
    lines = ['| batches | eights found | others taken for one | accuracy | balanced accuracy |',
             '|---|---|---|---|---|']
    for balanced, part in rows.groupby('balanced', sort=False):
        eight, said = part.y_true == 'eight', part.y_pred == 'eight'
        found, wrongly = said[eight].mean(), said[~eight].mean()
        lines.append(f'| {"balanced" if balanced else "as they are"} '
                     f'| {said[eight].sum()} of {eight.sum()} '
                     f'| {said[~eight].sum()} of {(~eight).sum()} '
                     f'| {(said == eight).mean():.1%} | {(found + 1 - wrongly) / 2:.1%} |')
    return '\n'.join(lines)


def main():
    rows = pd.read_csv(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=['balanced', 'fold'])
    for fold in range(FOLDS):
        for balanced in (True, False):
            if ((rows.balanced == balanced) & (rows.fold == fold)).any():
                continue
            new = tested(balanced, fold).assign(balanced=balanced, fold=fold)
            rows = pd.concat([rows, new], ignore_index=True) if len(rows) else new
            RESULTS.parent.mkdir(exist_ok=True)
            rows.to_csv(RESULTS, index=False)
    print(table(rows))


if __name__ == '__main__':
    main()
