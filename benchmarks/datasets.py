"""What the notebook reaches on each dataset, as it is, with nothing changed but `dataset`.

    python -m benchmarks.datasets [NAME ...]

needs `python data/get.py NAME` for each, and makes the lists itself; a dataset that is not there is
left out, and named. Writes results/datasets.csv, a row a dataset (fold 0). Rows that it
holds are not measured again: after a change of the notebook, delete it. Compared are training from
scratch, the notebook's own comparison, and the best method without a network, chosen on validation
images (course/baselines.py).
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
COLUMNS = [*KEY, 'train', 'test', 'right', *MEASURES, 'scratch', 'no_network', 'method', 'largest',
           'seconds']
CELL = """
import json

from course.baselines import no_network


def whole(split):
    [x], y, _ = preprocess_data(pd.concat([frames[split] for frames in dataframes]), num_class)
    return x, y.argmax(axis=1)


(train_x, train_y), (val_x, val_y), (test_x, test_y) = map(whole, range(3))
method, by_method = no_network(train_x, train_y, val_x, val_y, test_x)
with open('figures.json', 'w') as file:
    json.dump({'train': len(train_y), 'test': len(y_test), 'right': int((y_pred == y_test).sum()),
               **measures.value.round(4).to_dict(), 'scratch': round(float(scratch_accuracy), 4),
               'no_network': round(float((by_method == test_y).mean()), 4), 'method': method,
               'largest': round(float(np.bincount(y_test).max() / len(y_test)), 4)}, file)
"""


def run(dataset, **settings):
    """The figures of one dataset: a dict with COLUMNS. settings: others of the Config cell."""
    with tempfile.TemporaryDirectory() as lists:
        make_list(ROOT / 'data' / dataset, Path(lists) / dataset / 'k_fold')
        began = time.perf_counter()
        with main_notebook_run({**settings, 'dataset': dataset}, CELL, 'close',
                               Path(lists)) as folder:
            figures = json.loads((folder / 'figures.json').read_text())
    figures |= {'dataset': dataset, 'seconds': round(time.perf_counter() - began)}
    return {name: figures.get(name) for name in COLUMNS}


def table(rows):
    """Markdown: test accuracy with its interval, compared with what does without transfer."""
    lines = ['| name | training, test images | test accuracy, 95 % confidence interval | from '
             'scratch | no network | always the largest class |', '|---' * 6 + '|']
    for row in rows.itertuples():
        low, high = wilson(row.right, row.test)
        best = max(row.right / row.test, row.scratch, row.no_network)
        values = [bold(100 * value, value > best - 5e-4)
                  for value in (row.right / row.test, row.scratch, row.no_network)]
        lines.append(f'| `{row.dataset}` | {row.train:,}, {row.test:,} | {values[0]}, '
                     f'{100 * low:.1f} to {100 * high:.1f} | {values[1]} | {values[2]} | '
                     f'{100 * row.largest:.1f} % |')
    return '\n'.join(lines)


def bold(percent, best):
    return f'**{percent:.1f} %**' if best else f'{percent:.1f} %'


def expected(rows):
    """Markdown: what to expect of the notebook as it is, in two sentences."""
    row = rows[rows.dataset == 'cat_dog'].iloc[0]
    low, high = wilson(row.right, row.test)
    return (f'The notebook learns to tell drawn cats from drawn dogs with {row.train} training '
            'images, twice: first with the\nweights that ship with the course, then from scratch. '
            f'Expect **{row.right / row.test:.1%}** of the {row.test} test images\nright with them '
            f'(95 % confidence interval {low:.1%} to {high:.1%}) and {row.scratch:.1%} without. '
            f'Without any network, the best\nof pixels and HOG has {row.no_network:.1%}; chance is '
            f'{row.largest:.1%}.')


def measures(rows):
    """Markdown: the measures for classes of different sizes."""
    row = rows[rows.dataset == 'plant_seedlings'].iloc[0]
    return ('The classes of `plant_seedlings` differ in size, so look at more than the accuracy: '
            + ', '.join(f'{name} {row[name]:.1%}' for name in MEASURES) + '.')


def main():
    parser = argparse.ArgumentParser(description='The notebook on each dataset.')
    parser.add_argument('names', nargs='*', default=NAMES)
    args = parser.parse_args()
    results = Results(RESULTS, COLUMNS, KEY, 'python -m benchmarks.datasets', text=['method'])
    for (name,) in results.missing((name,) for name in args.names):
        if not (ROOT / 'data' / name).is_dir():
            print(f'{name} is left out: python data/get.py {name}')
            continue
        results.add([run(name)])
    rows = results.rows()
    print(table(rows.set_index('dataset').loc[[n for n in NAMES if n in set(rows.dataset)]]
                .reset_index()))


if __name__ == '__main__':
    main()
