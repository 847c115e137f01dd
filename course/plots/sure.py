"""How sure a network is and how often it is right; and several runs side by side."""
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from course.plots.figure import BLUE, GREY, LINE, ORANGE, listed, new_figure, without_frame
from course.plots.text import as_shown, n_lines, width_of, wrapped

COLOURS = ORANGE, BLUE


def reliability(curves: Mapping[str, np.ndarray]) -> Figure:
    """Share of right answers over probability, a curve each; below, how many images.

    curves: {name: rows of (mean probability, share right, number of images)}, as
    course.sure.calibration.reliability gives them; two at most. On the diagonal, 80 % means 80 %.
    """
    fig, axes = new_figure(4.2, 5, 2, 1)
    (ax,), (below,) = axes
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=':')
    for (name, rows), colour, marker in zip(curves.items(), COLOURS, 'os'):
        ax.plot(rows[:, 0], rows[:, 1], f'{marker}-', color=colour, label=name)
        below.plot(rows[:, 0], rows[:, 2], f'{marker}-', color=colour)
    least = max(0, min(rows[:, 0].min() for rows in curves.values()) - 0.05)
    ax.set(ylabel='share right', xlim=(least, 1.01), ylim=(-0.02, 1.02),
           title='Above the diagonal: not sure enough')
    below.set(xlabel='probability of the answer', ylabel='images', xlim=(least, 1.01),
              yscale='log')
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    below.xaxis.set_major_formatter(PercentFormatter(1))
    ax.legend(loc='upper left')
    without_frame(ax)
    without_frame(below)
    fig.description = 'Share of right answers by probability. ' + ' '.join(
        f'{name}: ' + listed([f'{share:.0%} of {n:.0f} at {sure:.0%}' for sure, share, n in
                              rows[::-1]]) + '.' for name, rows in curves.items())
    return fig


def runs(names: Sequence[str], values: Sequence[tuple], folds: Sequence[Sequence[float]]) -> Figure:
    """Accuracies of runs, one a line: all images with the interval, and each fold as a dot.

    names: what tells the runs apart. values: (accuracy, low, high), 0 to 1; folds: of each fold.
    """
    labels = [wrapped(name, 3.5) for name in as_shown(names)]
    height = [0.15 + LINE * max(1, n_lines([label])) for label in labels]
    fig, [[ax]] = new_figure(4.5 + max(width_of(label, 10) for label in labels), 1 + sum(height))
    places = np.cumsum(height) - np.array(height) / 2
    for place, (value, low, high), of_folds in zip(places, values, folds):
        ax.plot(of_folds, [place] * len(of_folds), 'o', color=GREY, alpha=0.4)
        ax.plot([low, high], [place, place], color=BLUE)
        ax.plot(value, place, 'D', color=BLUE)
    ax.set_yticks(places, labels)
    ax.set(xlabel='test accuracy (grey: each fold; line: 95 % confidence interval)')
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    without_frame(ax)
    fig.description = 'Test accuracy: ' + listed([
        f'{name} {value:.1%} ({low:.1%} to {high:.1%})'
        for name, (value, low, high) in zip(names, values)]) + '.'
    return fig
