"""Images in a grid, the mistakes among them, and where the network looks."""
import math
from collections import Counter
from collections.abc import Sequence

import cv2
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from course.plots.figure import LINE, check_same_length, listed, new_figure, one_line
from course.plots.text import as_shown, n_lines, wrapped


def show_images(images: ArrayLike, titles: Sequence[str] | None = None, n_cols: int = 8,
                suptitle: str = '') -> Figure:
    """A grid of images, [N, H, W, 3], float in [-1, 1] or uint8; `titles`: N texts."""
    images = to_uint8(images)
    titles = [''] * len(images) if titles is None else titles
    check_same_length(images=images, titles=titles)
    description = described(titles, suptitle)
    n_rows, n_cols = max(1, math.ceil(len(images) / n_cols)), max(1, min(n_cols, len(images)))
    width = 1.5 * n_cols
    titles = [wrapped(title, 1.45) for title in as_shown(titles)]
    suptitle = wrapped(as_shown([suptitle])[0], 0.9 * width, 12)
    height = n_rows * (1.5 + LINE * n_lines(titles)) + 2 * LINE * n_lines([suptitle])
    fig, axes = new_figure(width, height, n_rows, n_cols)
    without_axes(axes)
    for ax, image, title in zip(axes.flat, images, titles):
        ax.imshow(image)
        ax.set_title(title, fontsize=10)
    if suptitle:
        fig.suptitle(suptitle)
    fig.description = description
    return fig


def described(titles, suptitle):
    """In words: how many images, and of each title how many."""
    named = [f'{title} ({n})' if n > 1 else title for title, n in Counter(titles).items() if title]
    heading = ' '.join(str(suptitle).split()) + ': ' if suptitle else ''
    many = f'{len(titles)} image' + 's' * (len(titles) != 1)
    return f'{heading}{many}' + (f': {listed(named, 16)}.' if named else '.')


def most_confident_mistakes(y_true: ArrayLike, prob: ArrayLike, n: int) -> np.ndarray:
    """Indices of at most `n` images with a wrong prediction, the most probable ones first.

    y_true: N class indices; prob: [N, classes].
    """
    check_same_length(y_true=y_true, prob=prob)
    wrong = np.flatnonzero(np.argmax(prob, axis=1) != y_true)
    return wrong[np.argsort(-np.max(prob, axis=1)[wrong], kind='stable')][:n]


def mistakes(images: ArrayLike, y_true: ArrayLike, prob: ArrayLike, class_names: Sequence[str],
             y_pred: ArrayLike | None = None) -> Figure:
    """Images on which the network was wrong: what it predicted, how probable that was, the truth.

    The caller chooses which ones, and their order: see most_confident_mistakes.
    images: [N, H, W, 3], float in [-1, 1] or uint8; y_true, prob, y_pred: as for `answers`.
    Without any, a figure that says so.
    """
    check_same_length(images=images, y_true=y_true, prob=prob)
    if not len(images):
        return one_line('There are no mistakes to show')
    return show_images(images, answers(y_true, prob, class_names, y_pred),
                       suptitle='Wrong, and most confident')


def answers(y_true: ArrayLike, prob: ArrayLike, class_names: Sequence[str],
            y_pred: ArrayLike | None = None) -> list[str]:
    """Titles of images: the predicted class and its probability; where it is wrong, the truth too.

    y_true: N class indices; prob: [N, classes]; y_pred: N class indices; None: the most probable.
    """
    y_pred = [np.argmax(p) for p in prob] if y_pred is None else y_pred
    return [f'{class_names[said]} {p[said]:.2f}' + (f'\nis {class_names[y]}' if said != y else '')
            for y, p, said in zip(y_true, prob, y_pred)]


def heat_maps(images: ArrayLike, maps: ArrayLike, titles: Sequence[str], first_pixel: float = 2,
              stride: int = 32) -> Figure:
    """Images above, and below them the same under their class-activation maps: brighter is higher.

    images: [N, H, W, 3], as large as the network was given them; maps: [N, h, w] of the last
    feature map, each scaled to its own range; titles: N texts; first_pixel, stride: of the network
    as far as that feature map, see over_image.
    """
    images = to_uint8(images)
    check_same_length(images=images, maps=maps, titles=titles)
    height, width = images.shape[1:3]
    said = listed([f'{title} ({place_of_maximum(heat)})' for title, heat in zip(titles, maps)], 16)
    titles = [wrapped(title, 1.75) for title in as_shown(titles)]
    fig, axes = new_figure(1.8 * len(images), 3.7 + LINE * n_lines(titles), 2, len(images))
    without_axes(axes)
    for (above, below), image, heat, title in zip(axes.T, images, maps, titles):
        above.imshow(image)
        above.set_title(title, fontsize=10)
        below.imshow(image)
        heat = over_image(heat, height, width, first_pixel, stride)
        heat = (heat - heat.min()) / max(np.ptp(heat), 1e-12)
        below.imshow(heat, cmap='plasma', alpha=0.75 * heat, vmin=0, vmax=1)
    fig.description = f'{len(images)} images and their heat maps; brightest: {said}.'
    return fig


def place_of_maximum(heat: ArrayLike) -> str:
    """Where a map [h, w] is highest: 'top left', 'centre', ...; 'nowhere' if it is flat."""
    heat = np.asarray(heat)
    if np.ptp(heat) == 0:
        return 'nowhere'
    place = np.unravel_index(heat.argmax(), heat.shape)
    thirds = [int(3 * (k + 0.5) / n) for k, n in zip(place, heat.shape)]
    words = ['top', '', 'bottom'][thirds[0]], ['left', '', 'right'][thirds[1]]
    return ' '.join(filter(None, words)) or 'centre'


def without_axes(axes):
    for ax in axes.flat:
        ax.axis('off')
        ax.set_anchor('N')      # what room is left over is below, so that no title moves up


def over_image(heat: ArrayLike, height: int, width: int, first_pixel: float, stride: int = 32
               ) -> np.ndarray:
    """A coarse map [h, w] as [height, width], bilinear, each value at the pixel that it is about.

    Place (i, j) of the last feature map looks at pixel (stride * i + first_pixel, stride * j +
    first_pixel): each halving keeps every second row, from one that the padding decides. Stretched
    over the image instead, the map of a ResNet would lie half a place too far down and right.
    """
    rows, columns = np.meshgrid((np.arange(height) - first_pixel) / stride,
                                (np.arange(width) - first_pixel) / stride, indexing='ij')
    return cv2.remap(np.asarray(heat, np.float32), columns.astype(np.float32),
                     rows.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def to_uint8(images: ArrayLike) -> np.ndarray:
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
