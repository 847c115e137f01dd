"""Which classes are found, and which are taken for which."""
from collections.abc import Sequence

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike

from course.plots.figure import (
    BLUE,
    GREY,
    LINE,
    ORANGE,
    check_same_length,
    listed,
    new_figure,
    one_line,
    whole_numbers,
    without_frame,
)
from course.plots.text import as_shown, n_lines, width_of, wrapped

FEW = 20            # classes: of more, the cells of a confusion matrix are too small for numbers


def confusion_matrix(y_true: ArrayLike, y_pred: ArrayLike, class_names: Sequence[str]) -> Figure:
    """Which class is taken for which: counts, and percent of the images of the true class.

    y_true, y_pred: N class indices. Raises ValueError for none, or for indices without a name.
    """
    check_same_length(y_true=y_true, y_pred=y_pred)
    n = len(class_names)
    if not len(y_true) or not np.isin([y_true, y_pred], range(n)).all():
        raise ValueError(f'Needs class indices from 0 to {n - 1}, at least one; got '
                         f'{len(y_true)} with the values {np.unique([y_true, y_pred]).tolist()}.')
    counts = counted(y_true, y_pred, n)
    share = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    side = max(2.2, 0.6 * n) if n <= FEW else max(9, 0.14 * n)      # inches
    points = min(10, 0.7 * 72 * side / n)       # no name runs into the next
    names = names_beside_cells(class_names, side / n, points)
    longest = max(width_of(name, points) for name in names)
    upright = longest > 0.9 * side / n
    fig, [[ax]] = new_figure(side + 0.8 + longest, side + 0.9 + (longest if upright else 0))
    # of many classes, a cell is a dot: the root brings out the few that are wrong
    ax.imshow(share, cmap='Blues', norm=PowerNorm(1 if n <= FEW else 0.5, 0, 1))
    ax.set_xticks(range(n), names, rotation=90 if upright else 0, fontsize=points)
    ax.set_yticks(range(n), names, fontsize=points)
    ax.set(xlabel='predicted', ylabel='true class')
    ax.set_title(f'{counts.trace()} of {counts.sum()} right: {counts.trace() / counts.sum():.1%}')
    if n <= FEW:
        for (row, column), count in np.ndenumerate(counts):
            text = f'{count}\n{share[row, column]:.0%}' if count else '0'
            color = 'white' if share[row, column] > 0.5 else 'black' if count else GREY
            ax.text(column, row, text, ha='center', va='center', color=color)
    wrong = counts * (1 - np.eye(n, dtype=int))
    pairs = [np.unravel_index(k, wrong.shape) for k in np.argsort(-wrong, axis=None, kind='stable')]
    fig.description = (
        f'Confusion matrix: {counts.trace()} of {counts.sum()} images right '
        f'({counts.trace() / counts.sum():.1%}). '
        + (listed([f'{class_names[i]} taken for {class_names[j]} {wrong[i, j]} of '
                   f'{counts[i].sum()}' for i, j in pairs if wrong[i, j]])
           or 'No class is taken for another') + '.')
    return fig


def names_beside_cells(class_names, cell, points):
    """Names in as many lines as fit beside a cell (inches), so that they are not too wide."""
    names, most = as_shown(class_names), max(1, int(72 * cell / (1.3 * points)))
    if most == 1:
        return names
    for inches in np.arange(2, 20, 0.5):
        broken = [wrapped(name, inches, points) for name in names]
        if n_lines(broken) <= most:
            break
    return broken


def counted(y_true, y_pred, n):
    """How many images of each of n classes were taken for which, [true, predicted]."""
    from sklearn.metrics import confusion_matrix  # not above: importing it takes a second

    return confusion_matrix(y_true, y_pred, labels=range(n))


def most_confused(y_true: ArrayLike, y_pred: ArrayLike, class_names: Sequence[str], n: int = 10
                  ) -> Figure:
    """The n pairs of classes that are confused most often, either way round, as bars.

    y_true, y_pred: N class indices. Without a mistake, a figure that says so.
    """
    check_same_length(y_true=y_true, y_pred=y_pred)
    counts = counted(y_true, y_pred, len(class_names))
    there, back = (np.triu(matrix, 1) for matrix in (counts, counts.T))
    order = np.argsort(-(there + back), axis=None, kind='stable')[:n]
    pairs = [pair for pair in zip(*np.unravel_index(order, counts.shape))
             if there[pair] + back[pair]]
    if not pairs:
        return one_line('No class is taken for another')
    names = as_shown(class_names)
    labels = [wrapped(f'{names[i]}, {names[j]}', 3.5) for i, j in pairs]
    longest = max(width_of(label, 10) for label in labels)
    bar = max(0.32, 0.1 + LINE * n_lines(labels))                   # inches
    fig, [[ax]] = new_figure(6.5 + longest, 1.3 + bar * len(pairs))
    first = [there[pair] for pair in pairs]
    ax.barh(range(len(pairs)), first, color=BLUE, label='the first taken for the second')
    ax.barh(range(len(pairs)), [back[pair] for pair in pairs], left=first, color=ORANGE,
            label='the second for the first')
    ax.set_yticks(range(len(pairs)), labels)
    ax.set(xlabel='test images', title='Confused most often')
    whole_numbers(ax)
    ax.invert_yaxis()
    fig.legend(loc='outside lower right', ncols=2)
    without_frame(ax)
    fig.description = 'Confused most often: ' + listed([
        f'{class_names[i]} taken for {class_names[j]} {there[i, j]} times, the other way round '
        f'{back[i, j]}' for i, j in pairs]) + '.'
    return fig


def roc_curve(y_true: ArrayLike, prob: ArrayLike, class_names: Sequence[str]) -> Figure:
    """Of two classes: what share of the rarer is found, at what share of false alarms.

    y_true: N class indices, 0 or 1; prob: [N, 2]. The dot is where the more probable class wins.
    Of two that are equally rare, it is the second. Raises ValueError unless both have images.
    """
    check_same_length(y_true=y_true, prob=prob)
    y_true, prob = np.asarray(y_true), np.asarray(prob)
    if len(class_names) != 2 or len(np.unique(y_true)) != 2:
        raise ValueError(f'A ROC curve is of two classes, both with images; got {class_names} '
                         f'and the labels {np.unique(y_true).tolist()}.')
    rarer = int(2 * y_true.sum() <= len(y_true))
    is_rarer, said = y_true == rarer, prob.argmax(axis=1) == rarer
    from sklearn import metrics  # not above: importing it takes a second

    false, found, _ = metrics.roc_curve(is_rarer, prob[:, rarer], drop_intermediate=False)
    names = as_shown(class_names)
    below = wrapped(f'{names[1 - rarer]} taken for {names[rarer]}', 2.7)
    left = wrapped(f'{names[rarer]} found', 2.7)
    fig, [[ax]] = new_figure(3.4 + LINE * n_lines([left]), 3.3 + 1.3 * LINE * n_lines([below]))
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=':')
    ax.plot(false, found, color=BLUE)
    ax.plot(said[~is_rarer].mean(), said[is_rarer].mean(), 'o', color=ORANGE,
            markeredgecolor='black')
    ax.set(xlabel=below, ylabel=left, aspect='equal',
           title=f'ROC, area {metrics.auc(false, found):.3f}')
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    without_frame(ax)
    fig.description = (
        f'ROC curve, area {metrics.auc(false, found):.3f}. Where the more probable class wins, '
        f'{said[is_rarer].mean():.1%} of {class_names[rarer]} found, and '
        f'{said[~is_rarer].mean():.1%} of {class_names[1 - rarer]} taken for '
        f'{class_names[rarer]}.')
    return fig
