"""The figures of lesson 6: what choosing on validation images makes of chance."""
import numpy as np
from scipy.stats import binom

from course.plots import BLUE, GREY, ORANGE, new_figure

COLORS = (ORANGE, BLUE, GREY)


def best_of(n_tried, accuracy, n_images):
    """The mean of the highest of n_tried accuracies, 0 to 1, each of n_images independent ones.

    accuracy: 0 to 1, of each. Exact: the mean of a count is the sum of P(count >= t) over t.
    """
    below = binom.cdf(np.arange(n_images), n_images, accuracy)
    return (1 - below ** n_tried).sum() / n_images


def best_of_many(percent, sizes, most):
    """Validation accuracy of the best of 1 to `most` recipes that all have `percent`.

    sizes: numbers of validation images, a curve each.
    """
    fig, [[ax]] = new_figure(7, 3.6)
    tried = np.arange(1, most + 1)
    ends = []
    for size, color in zip(sizes, COLORS):
        values = [100 * best_of(k, percent / 100, size) for k in tried]
        ends.append(f'{values[-1]:.0f}% on {size}')
        ax.plot(tried, values, color=color, label=f'{size} validation images')
    ax.axhline(percent, color='black', linewidth=0.8, linestyle=':', label='the truth')
    ax.set(xlabel='recipes tried, all equally good', ylabel='accuracy of the best, %',
           title='What the best of them shows on validation images')
    ax.legend()
    fig.description = (f'Each recipe has {percent}%. The best of {most} shows ' + ', '.join(ends)
                       + ' validation images.')
    return fig


def luck(table):
    """What a recipe that was chosen on validation images gains there, and on test images.

    table: indexed by how many were tried, with columns val and test, in points above the mean
    recipe (recipes_report.luck).
    """
    fig, [[ax]] = new_figure(7, 3.6)
    for name, label, color in (('val', 'validation: what it promises', ORANGE),
                               ('test', 'test: what it delivers', BLUE)):
        ax.plot(table.index, table[name], 'o-', color=color, label=label)
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.set(xlabel='recipes tried', ylabel='points above the mean recipe',
           title='The recipe chosen on validation images')
    ax.legend()
    last = table.iloc[-1]
    fig.description = (f'Of {table.index[-1]} recipes, the one that is best on validation images '
                       f'is {last.val:+.1f} points above the mean there, and {last.test:+.1f} on '
                       'test images.')
    return fig
