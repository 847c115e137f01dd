"""What is trained, and how the training went."""
from collections.abc import Mapping, Sequence

import numpy as np
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
from course.intervals import wilson


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
    0 to 1) and, if wanted, 'lr': dotted lines then mark where the learning rate changed.
    """
    check_same_length(**history)
    n_epochs, best = len(history['val_loss']), best_epoch(history['val_loss'])
    epochs, rates = range(1, n_epochs + 1), history.get('lr', [0] * n_epochs)
    fig, [axes] = new_figure(10, 3.2, n_cols=2)
    for ax, kind, title in zip(axes, ('loss', 'acc'), ('Loss', 'Accuracy')):
        ax.plot(epochs, history[f'train_{kind}'], '.-', color=BLUE, label='training')
        ax.plot(epochs, history[f'val_{kind}'], '.-', color=ORANGE, label='validation')
        if best is not None:
            value = history[f'val_{kind}'][best]
            ax.plot(best + 1, value, 'o', color=ORANGE, markersize=9, markeredgecolor='black',
                    label=f'best epoch ({best + 1}): {value:.3f}')
        ax.set(title=title, xlabel='epoch', xlim=(0.5, max(n_epochs, 1) + 0.5))
        whole_numbers(ax)
        without_frame(ax)
        ax.grid(alpha=0.3)
        changes = [i + 0.5 for i in range(1, n_epochs) if rates[i] != rates[i - 1]]
        for i, x in enumerate(changes):
            ax.axvline(x, color=GREY, linestyle=':', zorder=1,
                       label='' if i else f'learning rate {rates[0]:.1e} to {rates[-1]:.1e}')
        ax.legend()
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


def side_by_side(val_acc: Mapping[str, Sequence[float]], test_acc: Mapping[str, float],
                 n_test: int) -> Figure:
    """Trainings compared: validation accuracy after each epoch, and accuracy on the test images.

    val_acc: {name: one number (0 to 1) per epoch}; test_acc: {name: number}, for the same names,
    up to three; n_test: how many test images, for the 95 % confidence interval of the latter.
    """
    if val_acc.keys() != test_acc.keys() or len(val_acc) > 3:
        raise ValueError(f'val_acc is of {list(val_acc)}, test_acc of {list(test_acc)}; both must '
                         'have the same names, three at the most.')
    labels = [wrapped(name, 1.8) for name in as_shown(val_acc)]
    fig, [[left, right]] = new_figure(10, 3.2 + 3 * LINE * (n_lines(labels) - 1), n_cols=2)
    for nth, (name, values) in enumerate(val_acc.items()):
        color, value = (ORANGE, BLUE, GREY)[nth], test_acc[name]
        left.plot(range(1, len(values) + 1), values, '.-', color=color, label=labels[nth])
        low, high = wilson(round(n_test * value), n_test)
        bar = right.barh(nth, value, xerr=[[value - low], [high - value]], color=color, capsize=4)
        right.bar_label(bar, [f' {value:.1%}'], padding=4)
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
    fig.description = '; '.join(
        f'{name}: validation accuracy {values[0]:.1%} after the first of {len(values)} epochs and '
        f'{values[-1]:.1%} after the last, {test_acc[name]:.1%} of {n_test} test images right'
        if len(values) else f'{name}: no epoch' for name, values in val_acc.items()) + '.'
    return fig
