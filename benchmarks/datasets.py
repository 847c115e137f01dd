"""What the notebook reaches on each dataset, as it is, with nothing changed but `dataset`.

    python -m benchmarks.datasets [NAME ...]

needs `python data/get.py NAME` for each, and makes the lists itself; a dataset that is not there is
left out, and named. Writes results/datasets.csv, for each dataset (fold 0) a row an answer: the
comparisons are the notebook's own, fine-tuned, only a head on frozen features, from scratch, and
the best method without a network, chosen on validation images (course/baselines.py). What the file
holds is not measured again: after a change of the notebook, delete it.
"""
import argparse
import json
import tempfile
import time
from pathlib import Path

from course import ROOT
from course.experiments import Results
from course.intervals import wilson
from course.lists.make import make_list
from course.notebooks import main_notebook_run

RESULTS = ROOT / 'benchmarks' / 'results' / 'datasets.csv'
NAMES = ['cat_dog', 'digits', 'faces', 'plant_seedlings', 'ants_bees']
MEASURES = ['balanced accuracy', 'macro F1', 'top-3 accuracy']      # the last: from 5 classes on
KEY = ['dataset']
COLUMNS = [*KEY, 'train', 'test', 'answer', 'right', *MEASURES, 'seconds']
FINE_TUNED, SCRATCH = 'fine-tuned', 'from scratch'
HEAD_ONLY, LARGEST = 'frozen features', 'always'            # how these answers' names begin
CELL = """
import json

with open('figures.json', 'w') as file:
    json.dump({'train': sum(len(frames[0]) for frames in dataframes), 'test': len(y_test),
               'measures': measures.value.round(4).to_dict(),
               'right': {name: int((answer == y_test).sum()) for name, answer in answers.items()}},
              file)
"""


def run(dataset, **settings):
    """The rows of one dataset, dicts with COLUMNS. settings: others of the Config cell."""
    with tempfile.TemporaryDirectory() as lists:
        make_list(ROOT / 'data' / dataset, Path(lists) / dataset / 'k_fold')
        began = time.perf_counter()
        with main_notebook_run({**settings, 'dataset': dataset}, CELL, 'close',
                               Path(lists)) as folder:
            figures = json.loads((folder / 'figures.json').read_text())
    seconds = round(time.perf_counter() - began)
    return [{'dataset': dataset, 'train': figures['train'], 'test': figures['test'],
             'answer': answer, 'right': right, 'seconds': seconds,
             **{name: figures['measures'].get(name) if answer == FINE_TUNED else None
                for name in MEASURES}} for answer, right in figures['right'].items()]


def accuracies(rows):
    """{'fine-tuned': 0 to 1, 'head only', 'from scratch', 'no network', 'largest'} of a dataset."""
    found = {}
    for row in rows.itertuples():
        column = (row.answer if row.answer in (FINE_TUNED, SCRATCH) else
                  'head only' if row.answer.startswith(HEAD_ONLY) else
                  'largest' if row.answer.startswith(LARGEST) else 'no network')
        found[column] = row.right / row.test
    return found


def table(rows):
    """Markdown: test accuracy with its interval, compared with what does with less."""
    lines = ['| name | training, test images | fine-tuned, 95 % confidence interval | head only | '
             'from scratch | no network | always the largest class |', '|---' * 7 + '|']
    for name in NAMES:
        part = rows[rows.dataset == name]
        if not len(part):
            continue
        row, values = part[part.answer == FINE_TUNED].iloc[0], accuracies(part)
        low, high = wilson(row.right, row.test)
        best = max(values.values())
        cells = {column: f'**{value:.1%}**' if value == best else f'{value:.1%}'
                 for column, value in values.items()}
        cells[FINE_TUNED] += f', {low:.1%} to {high:.1%}'
        lines.append(f'| `{name}` | {row.train:,}, {row.test:,} | ' + ' | '.join(
            cells[column] for column in (FINE_TUNED, 'head only', SCRATCH, 'no network', 'largest'))
            + ' |')
    return '\n'.join(lines)


def expected(rows):
    """Markdown: what to expect of the notebook as it is."""
    part = rows[rows.dataset == 'cat_dog']
    row, values = part[part.answer == FINE_TUNED].iloc[0], accuracies(part)
    low, high = wilson(row.right, row.test)
    return (f'The notebook learns to tell drawn cats from drawn dogs with {row.train} training '
            f'images. Expect **{row.right / row.test:.1%}** of the\n{row.test} test images right '
            f'with the weights that ship with the course, fine-tuned (95 % confidence interval\n'
            f'{low:.1%} to {high:.1%}); {values["head only"]:.1%} where only a new head is '
            f'trained on them, {values[SCRATCH]:.1%} from scratch. Without any network,\nthe best '
            f'of pixels and HOG has {values["no network"]:.1%}; always the largest class, '
            f'{values["largest"]:.1%}.')


def measures(rows):
    """Markdown: the measures for classes of different sizes."""
    found = rows[(rows.dataset == 'plant_seedlings') & (rows.answer == FINE_TUNED)]
    if not len(found):
        return '`plant_seedlings` has not been measured yet.'
    row = found.iloc[0]
    return ('The classes of `plant_seedlings` differ in size, so look at more than the accuracy: '
            + ', '.join(f'{name} {row[name]:.1%}' for name in MEASURES) + '.')


def main():
    parser = argparse.ArgumentParser(description='The notebook on each dataset.')
    parser.add_argument('names', nargs='*', default=NAMES)
    args = parser.parse_args()
    results = Results(RESULTS, COLUMNS, KEY, 'python -m benchmarks.datasets', text=['answer'])
    for (name,) in results.missing((name,) for name in args.names):
        if (ROOT / 'data' / name).is_dir():
            results.add(run(name))
        else:
            print(f'{name} is left out: python data/get.py {name}')
    print(table(results.rows()))


if __name__ == '__main__':
    main()
