"""What is trained, and how the training went."""
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from course.plots.figure import (
    BLUE,
    GREY,
    LINE,
    ORANGE,
    check_same_length,
    listed,
    new_figure,
    whole_numbers,
    without_frame,
)
from course.plots.text import as_shown, n_lines, wrapped


def variables_by_scope(variables: Sequence) -> Figure:
    """Where the parameters of a network are: a bar for conv1, block1 ... block4, postnorm, CLASS_1.

    variables: tf.Variables with names such as 'resnet_v2_50/block1/unit_1/...'.
    """
    sizes = {}
    for v in variables:
        scope = v.op.name.removeprefix('resnet_v2_50/').split('/')[0]
        sizes.setdefault(scope, []).append(v.shape.num_elements())
    totals = [sum(values) for values in sizes.values()]
    fig, [[ax]] = new_figure(8, 0.9 + 0.36 * len(sizes))
    bars = ax.barh(list(sizes), [total / 1e6 for total in totals], color=BLUE)
    ax.bar_label(bars, [f'{total:,} in {len(values)} variables'
                        for total, values in zip(totals, sizes.values())], padding=4)
    ax.margins(x=0.35)      # room for the label of the longest bar
    ax.invert_yaxis()       # the input on top
    ax.set_xlabel('parameters (millions)')
    title = f'{sum(totals) / 1e6:.1f} million parameters in {len(variables)} variables'
    ax.set_title(title)
    without_frame(ax)
    fig.description = f'{title}: ' + listed(
        [f'{scope} {total / 1e6:.2f} million' for scope, total in zip(sizes, totals)], 12) + '.'
    return fig


def training_curves(history: Mapping[str, Sequence[float]]) -> Figure:
    """Loss and accuracy after each epoch, and a dot at the epoch of the lowest validation loss.

    history: lists of one number per epoch, 'train_loss', 'val_loss', 'train_acc', 'val_acc' (from
    0 to 1) and, if wanted, 'lr', the learning rate at the end of the epoch.
    """
    check_same_length(**history)
    n_epochs, best = len(history['val_loss']), best_epoch(history['val_loss'])
    epochs = range(1, n_epochs + 1)
    fig, [axes] = new_figure(10, 3.2, n_cols=2 + ('lr' in history))
    for ax, kind, title in zip(axes, ('loss', 'acc'), ('Loss', 'Accuracy')):
        ax.plot(epochs, history[f'train_{kind}'], '.-', color=BLUE, label='training')
        ax.plot(epochs, history[f'val_{kind}'], '.-', color=ORANGE, label='validation')
        if best is not None:
            value = history[f'val_{kind}'][best]
            ax.plot(best + 1, value, 'o', color=ORANGE, markersize=9, markeredgecolor='black',
                    label=f'lowest loss, epoch {best + 1}: {value:.3f}')
        ax.set_title(title)
        ax.legend()
    if 'lr' in history:
        axes[2].plot(epochs, history['lr'], '.-', color=GREY)
        axes[2].set(title='Learning rate', ylim=(0, None))
        axes[2].ticklabel_format(axis='y', scilimits=(0, 0))
    for ax in axes:
        ax.set(xlabel='epoch', xlim=(0.5, max(n_epochs, 1) + 0.5))
        whole_numbers(ax)
        without_frame(ax)
        ax.grid(alpha=0.3)
    fig.description = description_of(history, n_epochs, best)
    return fig


def description_of(history, n_epochs, best):
    """The curves of `training_curves` in words."""
    if not n_epochs:
        return 'Loss and accuracy after each epoch: no epoch yet.'
    pairs = [(f'{split} {kind}', history[f'{key}_{short}'], form)
             for kind, short, form in (('loss', 'loss', '.3f'), ('accuracy', 'acc', '.1%'))
             for split, key in (('training', 'train'), ('validation', 'val'))]
    lowest = '' if best is None else f' The lowest validation loss is that of epoch {best + 1}.'
    return f'Loss and accuracy, epochs 1 to {n_epochs}: ' + listed(
        [f'{name} from {values[0]:{form}} to {values[-1]:{form}}'
         for name, values, form in pairs]) + f'.{lowest}'


def best_epoch(val_loss: Sequence[float]) -> int | None:
    """The index of the lowest validation loss, from 0; None if there is none that is finite."""
    val_loss = np.asarray(val_loss, float)
    return int(np.nanargmin(val_loss)) if np.isfinite(val_loss).any() else None


def side_by_side(val_acc: Mapping[str, Sequence[float]], compared: pd.DataFrame, n_test: int
                 ) -> Figure:
    """Validation accuracy after each epoch of trainings, and a bar for everything that was tested.

    val_acc: {name: one number (0 to 1) per epoch}, of up to three trainings. compared: a row for
    each that was tested, the trainings among them, with the columns accuracy, low and high (see
    course.compare). n_test: how many test images.
    """
    unknown = [name for name in val_acc if name not in compared.index]
    if unknown or len(val_acc) > 3:
        raise ValueError(f'val_acc is of {list(val_acc)}, and {unknown} are not among what was '
                         f'tested, {list(compared.index)}. It takes up to three, which are.')
    colors = dict(zip(val_acc, (ORANGE, BLUE, 'black')))
    labels = [wrapped(name, 1.8) for name in as_shown(compared.index)]
    height = 3.2 + LINE * len(labels) * (n_lines(labels) - 1) + 0.3 * max(0, len(labels) - 3)
    fig, [[left, right]] = new_figure(10, height, n_cols=2)
    for name, values in val_acc.items():
        left.plot(range(1, len(values) + 1), values, '.-', color=colors[name],
                  label=labels[list(compared.index).index(name)])
    for nth, (name, row) in enumerate(compared.iterrows()):
        bar = right.barh(nth, row.accuracy, color=colors.get(name, GREY), capsize=4,
                         xerr=[[row.accuracy - row.low], [row.high - row.accuracy]])
        right.bar_label(bar, [f' {row.accuracy:.1%}'], padding=4)
    left.set(title='Validation accuracy', xlabel='epoch', ylim=(0, 1.03))
    whole_numbers(left)
    left.grid(alpha=0.3)
    left.legend()
    right.set(title=f'Accuracy on {n_test} test images', xlim=(0, 1.2),
              xlabel='lines: 95 % confidence intervals')
    right.set_xticks(np.linspace(0, 1, 6))
    right.set_yticks(range(len(labels)), labels)
    right.invert_yaxis()
    for ax in (left, right):
        without_frame(ax)
    tested = listed([f'{name} {row.accuracy:.1%}' for name, row in compared.iterrows()])
    fig.description = f'Accuracy on {n_test} test images: {tested}. ' + '; '.join(
        f'{name}: validation accuracy {values[0]:.1%} after the first of {len(values)} epochs and '
        f'{values[-1]:.1%} after the last' if len(values) else f'{name}: no epoch'
        for name, values in val_acc.items()) + '.'
    return fig
