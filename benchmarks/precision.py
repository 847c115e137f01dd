"""Does computing in 16 bits cost accuracy? The same training in both precisions, five seeds each.

    python -m benchmarks.precision

fine-tunes the shipped checkpoint as pretraining/evaluate.py does, on digits and on faces. Writes
results/precision.csv; runs that it holds are not run again. On a machine without 16-bit products
there is nothing to compare, and it says so.
"""
import sys

from course import ROOT
from course.experiments import Results
from course.session import FLOAT32, choose_precision
from pretraining import evaluate

RESULTS = ROOT / 'benchmarks' / 'results' / 'precision.csv'
KEY = ['target', 'run', 'mixed']
CHECKPOINT = str(ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt')
TARGETS = {'digits': evaluate.Target(evaluate.digits, 2, 4, False),
           'faces': evaluate.Target(evaluate.faces, 5, 4, True)}


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
        sys.exit('This machine has no 16-bit products: see choose_precision in course/session.py')
    results = Results(RESULTS, [*KEY, 'accuracy'], KEY, 'python -m benchmarks.precision',
                      choose_precision())
    for target, run, mixed in results.missing((target, run, mixed) for target in TARGETS
                                              for run in range(5) for mixed in (False, True)):
        accuracy = evaluate.fine_tune(CHECKPOINT, TARGETS[target], run, mixed)[-1]
        results.add([{'target': target, 'run': run, 'mixed': mixed,
                      'accuracy': round(accuracy, 4)}])
    print(table(results.rows()))


if __name__ == '__main__':
    main()
