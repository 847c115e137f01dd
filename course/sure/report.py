"""What all folds say together: lines to print, and a page with figures that needs no network."""
import base64
import html
import io
from pathlib import Path

import numpy as np
import pandas as pd

from course import plots
from course.lists.report import STYLE
from course.means import half_width
from course.plots.sure import reliability as reliability_plot
from course.scores import scores
from course.sure.calibration import ece, reliability
from course.sure.doubtful import write_doubtful
from course.sure.pooled import Pooled, pooled
from course.sure.record import Record
from course.sure.runs import FILE, comparison, keep_run
from course.whole_file import write_whole

PAGE, TESTED = 'report.html', 'tested.csv'


def write_report(record: Record) -> str:
    """Write the page, tested.csv, the run's row in model/runs.csv and the doubtful labels; returns
    the lines to print. At least one fold is complete."""
    pool = pooled(record.models)
    measures = scores(pool.y_true, pool.prob, pool.y_pred)
    runs = keep_run(record, pool, measures)
    text = lines(record, pool, measures)
    text += [write_doubtful(record.dataset, pool)]
    write_whole(record.folder / TESTED, table_of(pool).to_csv(
        index=False, float_format='%.6g', lineterminator='\n').encode())
    figures = [
        ('Which class is taken for which', plots.confusion_matrix(
            pool.y_true, pool.y_pred, pool.class_names)),
        ('Is 80 % right in 80 of 100 cases?', reliability_plot(
            {'before calibration': reliability(pool.y_true, pool.raw),
             'after': reliability(pool.y_true, pool.prob)})),
        ('Runs of this dataset, from runs.csv', comparison(runs, record.config))]
    write_whole(record.folder / PAGE, page(record, text, measures, figures).encode())
    return '\n'.join([*text, f'The page: {record.folder / PAGE}. All runs: {FILE}.'])


def lines(record: Record, pool: Pooled, measures: pd.DataFrame) -> list[str]:
    """The report in a few sentences."""
    n_done, n = len(record.models), len(record.folds)
    value, low, high = measures.loc['accuracy', ['value', 'low', 'high']]
    found = [f'{record.dataset}: {n_done} of {n} folds are complete. ' + (
        f'{len(pool.y_true)} images, each tested by all networks: their mean answers.'
        if (pool.fold < 0).any() else
        f'{len(pool.y_true)} images, each tested once, by a network that was not trained on it.')]
    found.append(f'Accuracy {value:.1%} (95 % confidence interval {low:.1%} to {high:.1%}; the '
                 f'largest class: {np.bincount(pool.y_true).max() / len(pool.y_true):.1%})')
    if n_done > 1:
        found.append(spread([record.accuracy(fold) for fold in record.models],
                            [record.models[fold].description['n_test'] for fold in record.models]))
    before, after = ece(pool.y_true, pool.raw), ece(pool.y_true, pool.prob)
    temperatures = [model.temperature for model in record.models.values()]
    found.append(f'Expected calibration error on these images: {before:.1%} before, {after:.1%} '
                 f'after calibration (temperature {min(temperatures):.2f} to '
                 f'{max(temperatures):.2f}, from the validation images of each fold)')
    found.append(f'The mean of the {n_done} networks answers by: python predict.py --model '
                 f'{record.folder.as_posix()} IMAGE' if n_done > 1 else
                 'With two folds or more, predict.py takes the mean of their networks.')
    return found


def spread(accuracies: list[float], n_test: list[int]) -> str:
    """How much folds differ, and how much they would by the choice of test images alone."""
    mean, n = np.mean(accuracies), np.mean(n_test)
    return (f'Folds: {", ".join(f"{value:.1%}" for value in accuracies)}; mean {mean:.1%} ± '
            f'{half_width(accuracies):.1%}. They differ by a standard deviation of '
            f'{np.std(accuracies, ddof=1):.1%}; with {n:.0f} test images each, chance alone makes '
            f'{np.sqrt(mean * (1 - mean) / n):.1%}')


def table_of(pool: Pooled) -> pd.DataFrame:
    """Every image: its fold, class, the answer, and the calibrated probabilities."""
    names = np.array(pool.class_names)
    table = pd.DataFrame({'path': pool.paths, 'fold': pool.fold, 'class': names[pool.y_true],
                          'answer': names[pool.y_pred]})
    probabilities = pd.DataFrame(pool.prob, columns=[f'p({name})' for name in names])
    return pd.concat([table, probabilities], axis=1)


def page(record, text, measures, figures):
    changed = ', '.join(f'{name} = {value!r}' for name, value in record.changed.items())
    rows = ''.join(f'<tr><td>{name}<td>{row.value:.3f}<td>{row.low:.3f} to {row.high:.3f}'
                   f'<td class="quiet">{html.escape(row["what it is"])}'
                   for name, row in measures.iterrows())
    name = html.escape(record.dataset)
    return ('<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{name}: all folds</title>'
            f'<style>{STYLE} figure{{width:auto}} figure img{{max-width:100%;max-height:none}}'
            f'</style><h1>{name}: all folds</h1>'
            + ''.join(f'<p>{html.escape(line)}</p>' for line in text)
            + f'<p class="quiet">In the Config cell: {html.escape(changed) or "nothing changed"}; '
            'scratch_too = False unless said.</p><h2>Measures, with 95 % confidence intervals</h2>'
            '<p class="quiet">The intervals hold the luck of the test images; that of the training '
            f'shows in the folds.</p><table>{rows}</table>'
            + '\n'.join(f'<h2>{html.escape(title)}</h2>{in_page(figure)}'
                        for title, figure in figures) + '</html>\n')


def in_page(figure) -> str:
    """A figure as an image that is part of the page, with its description."""
    file = io.BytesIO()
    figure.savefig(file, format='png')
    data = base64.b64encode(file.getvalue()).decode()
    return (f'<figure><img alt="{html.escape(str(figure))}" src="data:image/png;base64,{data}">'
            '</figure>')


def read_tested(folder: Path | str) -> pd.DataFrame:
    """The table that a report has written beside it."""
    return pd.read_csv(Path(folder, TESTED), dtype={'path': str}, keep_default_na=False)
