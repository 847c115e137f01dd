"""Drawings of two words on which the lesson rests: BatchNorm, and backbone and head."""
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course.plots.figure import BLUE, GREY, ORANGE, new_figure, without_frame

BATCHES = {'a dark batch': (2.0, 1.0, BLUE), 'a bright batch': (5.0, 2.0, ORANGE)}
MOVING_MEAN, MOVING_DEVIATION = 3.5, 2.2        # of a training in which both kinds occurred
GAMMA, BETA = 1.5, 0.5


def batch_norm() -> Figure:
    """One channel of two batches before BatchNorm, after it in training, and in inference.

    The batches are normal distributions: 'a dark batch' with mean 2 and standard deviation 1, 'a
    bright batch' with 5 and 2.
    """
    fig, [axes] = new_figure(10, 2.6, n_cols=3)
    for name, (mean, deviation, color) in BATCHES.items():
        bell(axes[0], mean, deviation, color, name)
        bell(axes[1], BETA, GAMMA, color, name, '-' if color == BLUE else '--')
        shift = (mean - MOVING_MEAN) / MOVING_DEVIATION
        bell(axes[2], GAMMA * shift + BETA, GAMMA * deviation / MOVING_DEVIATION, color, name)
    for ax, title in zip(axes, ('before', 'training: by its own batch',
                                'inference: by moving statistics')):
        ax.set_title(title, fontsize=10)
        ax.set(yticks=[], xlim=(-5, 11), xlabel='value of one channel')
        ax.axvline(0, color=GREY, lw=0.5)
        without_frame(ax)
    axes[0].legend(fontsize=8)
    fig.description = (
        'The values of one channel in two batches. Before BatchNorm their means are 2 and 5. In '
        'training both have the same mean, beta, and the same width, gamma. In inference, where '
        'both are normalised by the moving statistics, they stay apart.')
    return fig


def bell(ax: Axes, mean: float, deviation: float, color: str, label: str, style: str = '-') -> None:
    x = np.linspace(-5, 11, 300)
    ax.plot(x, np.exp(-((x - mean) / deviation) ** 2 / 2) / deviation, style, color=color, lw=2,
            label=label)


def backbone_and_head() -> Figure:
    """ResNet-v2-50 with a new head: what a checkpoint fills, and what is learned from nothing."""
    stages = ['conv1', 'block1', 'block2', 'block3', 'block4', 'postnorm', 'mean over\nall places',
              'CLASS_1']
    fig, [[ax]] = new_figure(10, 1.9)
    for x, name in enumerate(stages):
        color = '#F6C9A0' if name == 'CLASS_1' else '#DDDDDD' if 'mean' in name else '#BBD7EC'
        ax.text(x, 0, name, ha='center', va='center', fontsize=9,
                bbox={'boxstyle': 'round,pad=0.5', 'facecolor': color, 'edgecolor': 'black'})
        ax.annotate('', (x - 0.34, 0), (x - 0.66, 0), arrowprops={'arrowstyle': '->'})
    ax.text(-0.95, 0, 'image', ha='center', va='center')
    ax.text(7.9, 0, 'scores', ha='center', va='center')
    ax.annotate('', (7.66, 0), (7.34, 0), arrowprops={'arrowstyle': '->'})
    for left, right, text, color in ((-0.4, 5.4, 'backbone: restored from the checkpoint', BLUE),
                                     (5.6, 7.4, 'head: new', ORANGE)):
        ax.plot([left, left, right, right], [0.55, 0.7, 0.7, 0.55], color=color)
        ax.text((left + right) / 2, 0.8, text, ha='center', va='bottom', color=color)
    ax.text(5.52, -0.75, 'features', ha='center', color=GREY)
    ax.annotate('', (5.52, -0.15), (5.52, -0.6), arrowprops={'arrowstyle': '->', 'color': GREY})
    ax.set(xlim=(-1.3, 8.2), ylim=(-0.9, 1.3))
    ax.axis('off')
    fig.description = ('ResNet-v2-50 from the image to the scores. conv1, block1 to block4 and '
                       'postnorm are the backbone, restored from the checkpoint; the mean over all '
                       'places and the dense layer CLASS_1 are the new head.')
    return fig
