"""Does computing in 16 bits cost accuracy? The same trainings in both precisions, five seeds each.

    python benchmarks/precision.py

fine-tunes the shipped checkpoint as pretraining/evaluate.py does, on digits and on faces. Writes
results/precision.csv; runs that it holds are not run again. On a machine without 16-bit products
there is nothing to compare, and it says so.
"""
import sys
from pathlib import Path
from unittest import mock

import pandas as pd

from course import ROOT
from course.session import FLOAT32, choose_precision
from pretraining import evaluate

RESULTS = Path(__file__).resolve().parent / 'results' / 'precision.csv'
CHECKPOINT = str(ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt')
TARGETS = {'digits': evaluate.Target(evaluate.digits, 2, 4, False),
           'faces': evaluate.Target(evaluate.faces, 5, 4, True)}


def accuracy(target, run, mixed):
    """Test accuracy of one training; `run` is its seed."""
    with mock.patch.object(evaluate, 'choose_precision', lambda: choose_precision(mixed)):
        return evaluate.fine_tune(CHECKPOINT, TARGETS[target], run)[-1]


def table(rows):
    """Markdown: mean accuracy in both precisions, and the difference run by run."""
    lines = ['| | float32, % | 16 bits, % | difference |', '|---|---|---|---|']
    for target, part in rows.groupby('target', sort=False):
        both = 100 * part.pivot(index='run', columns='mixed', values='accuracy')
        apart = both[True] - both[False]
        lines.append(f'| {target} | {both[False].mean():.1f} ± {both[False].sem():.1f} | '
                     f'{both[True].mean():.1f} ± {both[True].sem():.1f} | '
                     f'{apart.mean():+.1f} ± {apart.sem():.1f} |')
    return '\n'.join(lines)


def main():
    if choose_precision() == FLOAT32:
        sys.exit('This machine has no 16-bit products: see choose_precision in '
                 'tf_model/session.py.')
    rows = pd.read_csv(RESULTS).to_dict('records') if RESULTS.exists() else []
    for target in TARGETS:
        for run in range(5):
            for mixed in (False, True):
                if any((row['target'], row['run'], row['mixed']) == (target, run, mixed)
                       for row in rows):
                    continue
                rows.append({'target': target, 'run': run, 'mixed': mixed,
                             'accuracy': accuracy(target, run, mixed)})
                RESULTS.parent.mkdir(exist_ok=True)
                pd.DataFrame(rows).to_csv(RESULTS, index=False, float_format='%.4f')
    print(table(pd.DataFrame(rows)))


if __name__ == '__main__':
    main()
