"""Which labels may be wrong? Those that networks which never saw them find improbable.

Confident learning (Northcutt, Jiang and Chuang 2021). An image's self-confidence is the probability
of its own label, given by the network of the fold that tested it: one that has trained on the image
may have learned a wrong label by heart. The library for this is cleanlab: the tests compare with
it. What is needed of it here is short, and part of the lesson.
"""
import html
import math
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from course.lists import report
from course.lists.doubtful import COLUMNS, FILE, LEAVE_OUT, read_doubtful
from course.sure.pooled import Pooled
from course.whole_file import write_whole

SHARE, LEAST, MOST = 0.05, 10, 300      # of all images that are shown
PAGE = 'doubtful.html'


def self_confidence(labels: ArrayLike, prob: ArrayLike) -> np.ndarray:
    """(N,): the probability of each image's own label. labels: N class indices; prob: (N, classes),
    from networks that were not trained on the image."""
    return np.asarray(prob)[np.arange(len(labels)), labels]


def n_wrong(labels: ArrayLike, prob: ArrayLike) -> int:
    """About how many labels are wrong, by the confident joint (equations 1 and 2 of the paper).

    An image counts for a class if its probability is above the mean that images with that label
    have; of several such classes, for the most probable. Each label's counts are then scaled to
    its number of images.
    """
    labels, prob = np.asarray(labels), np.asarray(prob)
    num_class = prob.shape[1]
    thresholds = np.array([prob[labels == c, c].mean() if (labels == c).any() else np.inf
                           for c in range(num_class)])
    above = np.where(prob >= thresholds - 1e-6, prob, -1)
    counted = above.max(axis=1) >= 0
    joint = np.zeros((num_class, num_class))
    np.add.at(joint, (labels[counted], above.argmax(axis=1)[counted]), 1)
    n, of_label = np.bincount(labels, minlength=num_class), joint.sum(axis=1)
    wrong = of_label - joint.diagonal()
    return int(round((wrong / np.maximum(of_label, 1) * n).sum()))


def write_doubtful(dataset: str, pool: Pooled) -> str:
    """Write doubtful.csv and a page of the same images into data_list/<dataset>/; a line on it.

    What you have said in the file stays there, also of images that are not doubtful any more.
    A file that cannot be read is left as it is, and the line says so.
    """
    folder = Path('data_list', dataset)
    try:
        before = read_doubtful(folder / FILE)
    except ValueError as error:
        return f'Doubtful labels are not written: {error}'
    sure = self_confidence(pool.y_true, pool.prob)
    n = min(len(sure), MOST, max(LEAST, math.ceil(SHARE * len(sure))))
    first, names = np.argsort(sure, kind='stable')[:n], np.array(pool.class_names)
    marks = {row.path: row.should_be for row in before.itertuples() if row.should_be}
    table = pd.DataFrame({
        'path': pool.paths[first], 'label': names[pool.y_true[first]],
        'answer': names[pool.y_pred[first]],
        'self_confidence': [f'{value:.4f}' for value in sure[first]],
        'should_be': [marks.get(path, '') for path in pool.paths[first]]}, columns=COLUMNS)
    others = before[(before.should_be != '') & ~before.path.isin(table.path)]
    write_table(folder, pd.concat([table, others]))
    write_whole(folder / PAGE, page(dataset, table).encode(errors='xmlcharrefreplace'))
    return (f'About {n_wrong(pool.y_true, pool.prob)} labels may be wrong. The {n} most doubtful '
            f'images: {folder / PAGE}. Say in {folder / FILE} what they should be; make_list.py '
            f'obeys it. Said so far: {len(marks)}')


def mark(dataset: str, path: str, should_be: str) -> None:
    """Say what an image should be, a class or 'leave out', and keep it at once: in doubtful.csv.

    Raises ValueError where the image is not in the file. The class is checked by make_list.
    """
    folder = Path('data_list', dataset)
    table = read_doubtful(folder / FILE)
    if path not in set(table.path):
        raise ValueError(f'{path} is not in {folder / FILE}')
    table.loc[table.path == path, 'should_be'] = should_be
    write_table(folder, table)


def write_table(folder, table):
    write_whole(folder / FILE, table.to_csv(index=False, lineterminator='\n').encode('utf-8-sig'))


def page(dataset: str, table: pd.DataFrame) -> str:
    """HTML that holds its images: number in the file, label, and what the network says."""
    name = html.escape(dataset)
    figures = ''.join(
        f'<figure>{report.image(row.path)}<br>{i}. {html.escape(row.path.rpartition("/")[2])}<br>'
        f'label <b>{html.escape(row.label)}</b>, {float(row.self_confidence):.1%}<br>'
        f'network <b>{html.escape(row.answer)}</b>'
        + f'<br>you: {html.escape(row.should_be)}' * bool(row.should_be) + '</figure>'
        for i, row in enumerate(table.itertuples(), 1))
    return ('<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f'<title>{name}: doubtful labels</title><style>{report.STYLE}</style>'
            f'<h1>{name}: doubtful labels</h1><p>The most doubtful first: networks that were not '
            'trained on these images give their labels a low probability. Is the label wrong, or '
            f'the network? Open {FILE}, in the same folder and order, and write into the column '
            f'should_be what the image is: a class, or <i>{LEAVE_OUT}</i>. Where the label is '
            'right, write it there too, and you will not look at it twice. Then run '
            f'data_list/make_list.py again.</p><div class="row">{figures}</div></html>\n')
