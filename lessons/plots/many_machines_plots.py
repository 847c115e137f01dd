"""The figures of lesson 8: sums that go around a ring, and when more machines pay."""
import numpy as np

from course.plots import BLUE, ORANGE, new_figure


def ring(states):
    """How many workers' numbers each piece holds, after each step of an all-reduce.

    states: [steps + 1, workers, pieces], whole numbers from 1 to the number of workers.
    """
    n = states.shape[1]
    fig, [axes] = new_figure(1.75 * len(states), 2.4, n_cols=len(states))
    for k, (ax, state) in enumerate(zip(axes, states)):
        ax.imshow(state, vmin=0, vmax=n, cmap='Blues')
        for (row, column), value in np.ndenumerate(state):
            ax.text(column, row, str(value), ha='center', va='center',
                    color='white' if value > n / 2 else 'black')
        ax.set(title=f'step {k}' if k else 'at first', xticks=range(n), yticks=range(n),
               xlabel='piece')
    axes[0].set_ylabel('worker')
    fig.description = (f'{n} workers with {n} pieces each: after {n - 1} steps each worker has one '
                       f'piece of the whole sum, after {len(states) - 1} steps all of them.')
    return fig


def times_as_fast(workers, curves, most):
    """How many times as fast n workers are as one, on logarithmic axes, with the diagonal.

    workers: [n]. curves: {label: [n]}. most: the end of both axes.
    """
    fig, [[ax]] = new_figure(6.5, 4)
    ax.plot([1, most], [1, most], color='gray', ls=':', label='as many times as workers')
    for nth, (label, values) in enumerate(curves.items()):
        ax.plot(workers, values, color=(BLUE, ORANGE)[nth % 2], ls=('-', '--')[nth // 2 % 2],
                marker='o', ms=3, label=label)
    ax.set(xscale='log', yscale='log', xlabel='workers', ylabel='times as fast as one')
    ticks = [2 ** k for k in range(0, int(np.log2(most)) + 1, 3)]
    ax.set_xticks(ticks, ticks)
    ax.set_yticks(ticks, ticks)
    ax.minorticks_off()
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8)
    fig.description = f'{workers[-1]} workers are as many times as fast as one: ' + '; '.join(
        f'{label}: {values[-1]:.0f}' for label, values in curves.items()) + '.'
    return fig
