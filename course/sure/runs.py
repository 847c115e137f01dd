"""model/runs.csv: a row for each run over the folds, with its settings and figures."""
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from course.plots import sure as plots
from course.sure.calibration import ece
from course.sure.pooled import Pooled
from course.sure.record import FREE, Record
from course.whole_file import write_whole

FILE = Path('model', 'runs.csv')
MOST_SHOWN = 20


def keep_run(record: Record, pool: Pooled, measures: pd.DataFrame) -> pd.DataFrame:
    """Write the row of this run, in place of the one it may have; returns all rows, as text.

    measures: of course.scores.scores, for all images of the folds that are complete.
    """
    row = {'run': record.key, 'dataset': record.dataset,
           'date': max(model.description['date'] for model in record.models.values()),
           'folds': len(record.models), 'images': len(pool.y_true),
           'accuracy_low': measures.low.accuracy, 'accuracy_high': measures.high.accuracy,
           **measures.value.to_dict(),
           'calibration error before': ece(pool.y_true, pool.raw),
           'calibration error after': ece(pool.y_true, pool.prob),
           'accuracy of folds': ' '.join(f'{record.accuracy(fold):.4f}' for fold in record.models),
           **{name: value for name, value in record.config.items()
              if name not in FREE and name != 'dataset'}}
    row = {name: f'{value:.4f}' if isinstance(value, (float, np.floating)) and name not in
           record.config else str(value) for name, value in row.items()}
    rows = [old for old in read_runs().to_dict('records') if old['run'] != record.key]
    table = pd.DataFrame([*rows, row]).fillna('')
    write_whole(FILE, table.to_csv(index=False, lineterminator='\n').encode())
    return table


def read_runs() -> pd.DataFrame:
    """All rows, as text; none where there is no file."""
    if not FILE.is_file():
        return pd.DataFrame()
    return pd.read_csv(FILE, dtype=str, keep_default_na=False)


def comparison(table: pd.DataFrame, config: dict) -> Figure:
    """The last runs of the dataset, by what their settings differ in. table: of `keep_run`."""
    table = table[table.dataset == config['dataset']].sort_values('date')[-MOST_SHOWN:]
    settings = [name for name in table if name in config and table[name].nunique() > 1]
    names = [', '.join(f'{name} {row[name]}' for name in settings) or row.date
             for _, row in table.iterrows()]
    names = [f'{name} ({row.folds} folds)' for name, (_, row) in zip(names, table.iterrows())]
    values = table[['accuracy', 'accuracy_low', 'accuracy_high']].astype(float).to_numpy()
    return plots.runs(names, [tuple(row) for row in values],
                      [[float(word) for word in words.split()]
                       for words in table['accuracy of folds']])
