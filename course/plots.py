"""The images of the lesson. Every function takes arrays and returns a matplotlib Figure.

The figure is closed before it is returned: a notebook shows it once, as the value of its cell.
"""
import math
import textwrap

import cv2
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.ticker import MaxNLocator, PercentFormatter
from sklearn import metrics

from course.scores import wilson

BLUE, ORANGE, GREY = '#0072B2', '#D55E00', '#666666'    # can be told apart by colour-blind readers
DPI = 75                                                # small images keep a notebook small


def new_figure(width, height, n_rows=1, n_cols=1):
    """Returns (fig, axes [n_rows, n_cols]); `width` and `height` in inches."""
    fig, axes = plt.subplots(n_rows, n_cols, figsize=(width, height), dpi=DPI, squeeze=False,
                             layout='constrained')
    plt.close(fig)
    return fig, axes


def to_uint8(images):
    """Images as the network sees them, float in [-1, 1], as uint8 in 0..255; uint8 stays.

    images: [N, H, W, 3]. Floats outside of [-1, 1] are clipped. Raises ValueError for other shapes
    and types.
    """
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] != 3:
        raise ValueError(f'Images have shape {images.shape}, not [N, H, W, 3]. '
                         'A single one is shown as images[:1].')
    if images.dtype == np.uint8:
        return images
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f'Images are {images.dtype}; use float in [-1, 1] or uint8 in 0..255.')
    return np.rint((np.clip(images, -1, 1) + 1) * 127.5).astype(np.uint8)


def check_same_length(**lists):
    """Raises ValueError with the names and lengths unless all have the same length."""
    lengths = {name: len(values) for name, values in lists.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f'Each needs the same number of entries, but there are {lengths}.')


def show_images(images, titles=None, n_cols=8, suptitle=None):
    """A grid of images, [N, H, W, 3], float in [-1, 1] or uint8; `titles`: N texts."""
    images = to_uint8(images)
    titles = [''] * len(images) if titles is None else [wrapped(title) for title in titles]
    check_same_length(images=images, titles=titles)
    n_rows, n_cols = max(1, math.ceil(len(images) / n_cols)), max(1, min(n_cols, len(images)))
    title_lines = max([title.count('\n') + 1 for title in titles if title], default=0)
    height = n_rows * (1.5 + 0.2 * title_lines) + (0.4 if suptitle else 0)
    fig, axes = new_figure(1.5 * n_cols, height, n_rows, n_cols)
    for ax in axes.flat:
        ax.axis('off')
    for ax, image, title in zip(axes.flat, images, titles):
        ax.imshow(image)
        ax.set_title(title, fontsize=10)
    if suptitle:
        fig.suptitle(suptitle)
    return fig


def wrapped(title, width=20):
    """No line of a title over an image is longer than that many letters."""
    return '\n'.join(textwrap.fill(line, width) for line in title.split('\n'))


def variables_by_scope(names, shapes):
    """Where the parameters of a network are: a bar for conv1, block1 ... block4, postnorm, CLASS_1.

    names: 'resnet_v2_50/block1/unit_1/...'; shapes: a tuple or list of integers for each name.
    """
    check_same_length(names=names, shapes=shapes)
    sizes = {}
    for name, shape in zip(names, shapes):
        scope = name.removeprefix('resnet_v2_50/').split('/')[0]
        sizes.setdefault(scope, []).append(math.prod(shape))
    totals = [sum(values) for values in sizes.values()]
    fig, [[ax]] = new_figure(8, 0.9 + 0.36 * len(sizes))
    bars = ax.barh(list(sizes), [total / 1e6 for total in totals], color=BLUE)
    ax.bar_label(bars, [f'{total:,} in {len(values)} variables'
                        for total, values in zip(totals, sizes.values())], padding=4)
    ax.margins(x=0.35)      # room for the label of the longest bar
    ax.invert_yaxis()       # the input on top
    ax.set_xlabel('parameters (millions)')
    ax.set_title(f'{sum(totals) / 1e6:.1f} million parameters in {len(names)} variables')
    ax.spines[['top', 'right']].set_visible(False)
    return fig


def best_epoch(val_loss):
    """The index of the lowest validation loss, from 0; None if there is none that is finite."""
    val_loss = np.asarray(val_loss, float)
    return int(np.nanargmin(val_loss)) if np.isfinite(val_loss).any() else None


def training_curves(history):
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
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        ax.spines[['top', 'right']].set_visible(False)
        ax.grid(alpha=0.3)
        changes = [i + 0.5 for i in range(1, n_epochs) if rates[i] != rates[i - 1]]
        for i, x in enumerate(changes):
            ax.axvline(x, color=GREY, linestyle=':', zorder=1,
                       label='' if i else f'learning rate {rates[0]:.1e} to {rates[-1]:.1e}')
        ax.legend()
    return fig


def confusion_matrix(y_true, y_pred, class_names):
    """Which class is taken for which: counts, and percent of the images of the true class.

    y_true, y_pred: N class indices. Raises ValueError for none, or for indices without a name.
    """
    check_same_length(y_true=y_true, y_pred=y_pred)
    n = len(class_names)
    if not len(y_true) or not np.isin([y_true, y_pred], range(n)).all():
        raise ValueError(f'Needs class indices from 0 to {n - 1}, at least one; got '
                         f'{len(y_true)} with the values {np.unique([y_true, y_pred]).tolist()}.')
    counts = metrics.confusion_matrix(y_true, y_pred, labels=range(n))
    share = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    side = max(2.2, 0.6 * n) if n <= 20 else max(9, 0.14 * n)       # inches
    size = min(10, 0.7 * 72 * side / n)         # points: no name runs into the next
    longest = 0.65 * size / 72 * max(map(len, class_names))         # about, in inches
    upright = longest > 0.9 * side / n
    fig, [[ax]] = new_figure(side + 0.8 + longest, side + 0.9 + (longest if upright else 0))
    # of many classes, a cell is a dot: the root brings out the few that are wrong
    ax.imshow(share, cmap='Blues', norm=PowerNorm(1 if n <= 20 else 0.5, 0, 1))
    ax.set_xticks(range(n), class_names, rotation=90 if upright else 0, fontsize=size)
    ax.set_yticks(range(n), class_names, fontsize=size)
    ax.set(xlabel='predicted', ylabel='true class')
    ax.set_title(f'{counts.trace()} of {counts.sum()} right: {counts.trace() / counts.sum():.1%}')
    if n <= 20:     # more do not fit into their cells
        for (row, column), count in np.ndenumerate(counts):
            text = f'{count}\n{share[row, column]:.0%}' if count else '0'
            color = 'white' if share[row, column] > 0.5 else 'black' if count else GREY
            ax.text(column, row, text, ha='center', va='center', color=color)
    return fig


def most_confused(y_true, y_pred, class_names, n=10):
    """The n pairs of classes that are mixed up most often, either way round, as bars.

    y_true, y_pred: N class indices. For none, an image that says so.
    """
    check_same_length(y_true=y_true, y_pred=y_pred)
    counts = metrics.confusion_matrix(y_true, y_pred, labels=range(len(class_names)))
    there, back = (np.triu(matrix, 1) for matrix in (counts, counts.T))
    order = np.argsort(-(there + back), axis=None, kind='stable')[:n]
    pairs = [pair for pair in zip(*np.unravel_index(order, counts.shape))
             if there[pair] + back[pair]]
    if not pairs:
        return one_line('No class is taken for another')
    fig, [[ax]] = new_figure(8, 0.9 + 0.32 * len(pairs))
    names = [f'{class_names[i]}, {class_names[j]}' for i, j in pairs]
    first = [there[pair] for pair in pairs]
    ax.barh(names, first, color=BLUE, label='the first taken for the second')
    ax.barh(names, [back[pair] for pair in pairs], left=first, color=ORANGE,
            label='the second for the first')
    ax.set(xlabel='test images', title='Mixed up most often')
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.invert_yaxis()
    ax.legend()
    ax.spines[['top', 'right']].set_visible(False)
    return fig


def roc_curve(y_true, prob, class_names):
    """Of two classes: what share of the rarer is found, at what share of false alarms.

    y_true: N class indices, 0 or 1; prob: [N, 2]. The dot is where the more probable class wins.
    Of two that are equally rare, it is the second.
    """
    check_same_length(y_true=y_true, prob=prob)
    y_true, prob = np.asarray(y_true), np.asarray(prob)
    if len(class_names) != 2 or len(np.unique(y_true)) != 2:
        raise ValueError(f'A ROC curve is of two classes, both with images; got {class_names} '
                         f'and the labels {np.unique(y_true).tolist()}.')
    rarer = int(2 * y_true.sum() <= len(y_true))
    is_rarer, said = y_true == rarer, prob.argmax(axis=1) == rarer
    false, found, _ = metrics.roc_curve(is_rarer, prob[:, rarer], drop_intermediate=False)
    fig, [[ax]] = new_figure(3.6, 3.4)
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=':')
    ax.plot(false, found, color=BLUE)
    ax.plot(said[~is_rarer].mean(), said[is_rarer].mean(), 'o', color=ORANGE,
            markeredgecolor='black')
    ax.set(xlabel=f'{class_names[1 - rarer]} taken for {class_names[rarer]}',
           ylabel=f'{class_names[rarer]} found', aspect='equal',
           title=f'ROC, area {metrics.auc(false, found):.3f}')
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.spines[['top', 'right']].set_visible(False)
    return fig


def one_line(text):
    fig, [[ax]] = new_figure(4, 0.8)
    ax.axis('off')
    ax.text(0.5, 0.5, text, ha='center', va='center')
    return fig


def most_confident_mistakes(y_true, prob, n):
    """Indices of at most `n` images with a wrong prediction, the most probable ones first.

    y_true: N class indices; prob: [N, classes].
    """
    check_same_length(y_true=y_true, prob=prob)
    wrong = np.flatnonzero(np.argmax(prob, axis=1) != y_true)
    return wrong[np.argsort(-np.max(prob, axis=1)[wrong], kind='stable')][:n]


def mistakes(images, y_true, prob, class_names):
    """Images on which the network was wrong, with what it said, how sure it was, and the truth.

    Which ones, and in which order, the caller chooses: see most_confident_mistakes.
    images: [N, H, W, 3], float in [-1, 1] or uint8; y_true: N class indices; prob: [N, classes].
    For none of them, an image that says so.
    """
    check_same_length(images=images, y_true=y_true, prob=prob)
    if not len(images):
        return one_line('There is no mistake to show')
    titles = [f'{class_names[np.argmax(p)]}? {np.max(p):.2f}\nis {class_names[y]}'
              for y, p in zip(y_true, prob)]
    return show_images(images, titles, suptitle='Wrong, and most sure of it')


def side_by_side(val_acc, test_acc, n_test):
    """Trainings compared: validation accuracy after each epoch, and accuracy on the test images.

    val_acc: {name: one number (0 to 1) per epoch}; test_acc: {name: number}, for the same names,
    up to three; n_test: how many test images, for the 95 % interval of the latter.
    """
    if val_acc.keys() != test_acc.keys() or len(val_acc) > 3:
        raise ValueError(f'val_acc is of {list(val_acc)}, test_acc of {list(test_acc)}; both must '
                         'be of the same names, three at the most.')
    fig, [[left, right]] = new_figure(10, 3.2, n_cols=2)
    for color, (name, values) in zip((ORANGE, BLUE, GREY), val_acc.items()):
        left.plot(range(1, len(values) + 1), values, '.-', color=color, label=name)
        value = test_acc[name]
        low, high = wilson(round(n_test * value), n_test)
        bar = right.barh(name, value, xerr=[[value - low], [high - value]], color=color, capsize=4)
        right.bar_label(bar, [f' {value:.1%}'], padding=4)
    left.set(title='Validation accuracy', xlabel='epoch', ylim=(0, 1.03))
    left.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    left.grid(alpha=0.3)
    left.legend()
    right.set(title=f'Accuracy on {n_test} test images', xlim=(0, 1.2),
              xlabel='lines: 95 % intervals')
    right.set_xticks(np.linspace(0, 1, 6))
    right.invert_yaxis()
    for ax in (left, right):
        ax.spines[['top', 'right']].set_visible(False)
    return fig


def over_image(heat, height, width, first_pixel, stride=32):
    """A coarse map [h, w] as [height, width], bilinear, each value at the pixel that it is about.

    Place (i, j) of the last feature map looks at pixel (stride * i + first_pixel, stride * j +
    first_pixel): each halving keeps every second row, from one that the padding decides. Stretched
    over the image instead, the map of a ResNet would lie half a place too far down and right.
    """
    rows, columns = np.meshgrid((np.arange(height) - first_pixel) / stride,
                                (np.arange(width) - first_pixel) / stride, indexing='ij')
    return cv2.remap(np.asarray(heat, np.float32), columns.astype(np.float32),
                     rows.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def heat_maps(images, maps, titles, first_pixel=2):
    """Images above; below, the same under their class-activation maps: the brighter, the higher.

    images: [N, H, W, 3], as large as the network was given them; maps: [N, h, w] of the last
    feature map, each scaled to its own range; titles: N texts; first_pixel: of the network, see
    over_image.
    """
    images = to_uint8(images)
    check_same_length(images=images, maps=maps, titles=titles)
    height, width = images.shape[1:3]
    fig, axes = new_figure(1.8 * len(images), 3.9, 2, len(images))
    for (above, below), image, heat, title in zip(axes.T, images, maps, titles):
        above.imshow(image)
        above.set_title(wrapped(title), fontsize=10)
        below.imshow(image)
        heat = over_image(heat, height, width, first_pixel)
        heat = (heat - heat.min()) / max(np.ptp(heat), 1e-12)
        below.imshow(heat, cmap='plasma', alpha=0.75 * heat, vmin=0, vmax=1)
    for ax in axes.flat:
        ax.axis('off')
    return fig
