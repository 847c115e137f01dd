"""Does computing in 16 bits cost accuracy? The same training in both precisions, five seeds each.

    python -m benchmarks.precision

fine-tunes the shipped checkpoint as pretraining/evaluate.py does, on digits and on faces. Writes
results/precision.csv; runs that it holds are not run again. On a machine without 16-bit products
there is nothing to compare, and it says so.
"""
import sys

from course import ROOT
from course.experiments import Results
from course.means import plus_minus
from course.session import FLOAT32, choose_precision
from pretraining import evaluate

RESULTS = ROOT / 'benchmarks' / 'results' / 'precision.csv'
KEY = ['target', 'run', 'mixed']
CHECKPOINT = str(ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt')


def table(rows):
    """Markdown: accuracy in both precisions and their difference, with 95 % intervals."""
    lines = ['| | float32, % | 16 bits, % | difference, seed by seed |', '|---|---|---|---|']
    for target, part in rows.groupby('target', sort=False):
        both = part.pivot(index='run', columns='mixed', values='accuracy')
        lines.append(f'| {target} | {plus_minus(both[False])} | {plus_minus(both[True])} | '
                     f'{plus_minus(both[True] - both[False], sign=True)} |')
    return '\n'.join(lines)


def main():
    if choose_precision() == FLOAT32:
        sys.exit('This machine has no 16-bit products: see choose_precision in course/session.py')
    results = Results(RESULTS, [*KEY, 'accuracy'], KEY, 'python -m benchmarks.precision',
                      choose_precision())
    for target, run, mixed in results.missing((target, run, mixed) for target in evaluate.TARGETS
                                              for run in range(5) for mixed in (False, True)):
        accuracies = evaluate.fine_tune(CHECKPOINT, evaluate.TARGETS[target], run,
                                        evaluate.RECIPE, mixed)
        results.add([{'target': target, 'run': run, 'mixed': mixed,
                      'accuracy': round(accuracies['test'], 4)}])
    print(table(results.rows()))


if __name__ == '__main__':
    main()
