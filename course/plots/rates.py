"""The figure of a sweep over learning rates."""
import numpy as np
from matplotlib.figure import Figure

from course.plots.figure import BLUE, GREY, ORANGE, new_figure, without_frame


def learning_rates(sweep, learning_rate: float) -> Figure:
    """Loss against learning rate: a thin line for each seed, their mean, the zone where all fall.

    sweep: of course.rate_finder.sweep_rates. learning_rate: the one in use, a dotted line.
    """
    fig, [[ax]] = new_figure(6, 3.2)
    for nth, curve in enumerate(sweep.losses):
        ax.plot(sweep.rates[:len(curve)], curve, color=GREY, linewidth=0.8,
                label='' if nth else 'one seed')
    common = min(map(len, sweep.losses))
    mean = np.mean([curve[:common] for curve in sweep.losses], axis=0)
    ax.plot(sweep.rates[:common], mean, color=BLUE, linewidth=2.5, label='mean')
    if sweep.zone:
        ax.axvspan(*sweep.zone, color=ORANGE, alpha=0.2, linewidth=0,
                   label='falls for every seed: {:.0e} to {:.0e}'.format(*sweep.zone))
    ax.axvline(learning_rate, color='black', linestyle=':', label=f'in use: {learning_rate:.0e}')
    ax.set(xscale='log', xlabel='learning rate', ylabel='loss, smoothed',
           title='Where the loss falls' if sweep.zone else 'No rate at which every seed learns')
    without_frame(ax)
    ax.legend()
    return fig
