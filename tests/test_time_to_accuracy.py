"""benchmarks/time_to_accuracy.py: the table of hand-made runs. The engines: faults/test_race.py."""
import numpy as np
import pandas as pd

from benchmarks import time_to_accuracy
from benchmarks.time_to_accuracy import COLUMNS, seconds_to, table
from benchmarks.training_cells import training_cells


def rows_of(engine, *runs, of=100):
    """Rows of the CSV. runs: of each, (images right, seconds) of its epochs."""
    return pd.DataFrame([['cat_dog', engine, run, epoch, right, of, seconds, '']
                         for run, epochs in enumerate(runs, 1)
                         for epoch, (right, seconds) in enumerate(epochs, 1)], columns=COLUMNS)


def test_a_run_that_never_reaches_the_mark_counts_as_longer_than_all_others():
    rows = rows_of('ours', [(80, 10), (90, 20), (85, 30)], [(90, 12), (95, 22)], [(89, 11)])
    assert list(seconds_to(rows, 90)) == [20, 12, np.inf]
    assert time_to_accuracy.cell(seconds_to(rows, 90)) == '20 (12 to 20); 2 of 3'
    assert time_to_accuracy.cell(seconds_to(rows, 95)) == '22 at best; 1 of 3'
    assert time_to_accuracy.cell(seconds_to(rows, 96)) == '0 of 3'
    assert time_to_accuracy.cell(seconds_to(rows, 80)) == '11 (10 to 12)'


def test_the_marks_are_shares_of_the_best_of_all_engines():
    rows = pd.concat([rows_of('ours', [(72, 10), (76, 16)], [(75, 11), (79, 19)]),
                      rows_of('fastai', [(72, 30), (80, 40)], [(71, 32), (76, 44)])])
    lines = table(rows).splitlines()
    assert lines[0].endswith('80 of 100 validation images right (80.0%):')
    assert lines[4:] == [
        '| ours | 2 | 10 (10 to 11) | 18 (16 to 19) | 10 | 7.0 | 77.5% |',
        '| fastai | 2 | 37 (30 to 44) | 42 (40 to 44) | 31 | 11.0 | 78.0% |']


def test_the_cells_of_the_notebook_that_train():
    tags = [tag for tag, _ in training_cells()]
    assert tags[0] == 'parameters' and tags[-2:] == ['loop', 'train'] and 'scale' not in tags
    for _, code in training_cells():
        compile(code, 'a cell', 'exec')             # no line for Jupyter alone
