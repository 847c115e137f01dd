"""Is a heat map right? Cover its warmest place, ask again, and see what the network now says."""
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from course.means import plus_minus

N_IMAGES = 100          # test images at most
N_OTHERS = 3            # other places that are covered for comparison, for each image
AT_ONCE = 32            # images


def check_maps(generators, maps: ArrayLike, predict: Callable, first_pixel: float = 2,
               stride: int = 32) -> str:
    """A line: how much the probability falls when the warmest place of a map is covered, compared
    with other places. Of more than N_IMAGES test images, so many are taken, evenly spaced.

    generators: the data_generators whose test images are read. maps: [N, h, w], one for each of
    these, of the class that was chosen. predict: images -> probabilities [N, classes].
    first_pixel, stride: of the network as far as the feature map, see plots.heat_maps; stride is
    also the side of what is covered.
    """
    some = np.unique(np.linspace(0, len(maps) - 1, N_IMAGES).astype(int))
    if len(some) < 2 or np.size(maps[0]) < 2:
        return 'Nothing to compare: the maps are of a single place, or of a single image.'
    images = np.concatenate([x[0] for x, _, _ in generators.in_order(generators.test.iloc[some])])
    return in_words(*drops(images, [maps[i] for i in some], predict, first_pixel, stride))


def in_words(warmest: np.ndarray, others: np.ndarray) -> str:
    """The means of `drops`, and of their difference Student's interval."""
    difference = warmest - others
    return (f'Covering the warmest place lowers the probability of the chosen class by '
            f'{100 * warmest.mean():.1f} points, covering\nanother place by '
            f'{100 * others.mean():.1f}: {plus_minus(difference, sign=True)} (means of '
            f'{len(difference)} test images, 95 % confidence interval).')


def drops(images: ArrayLike, maps: ArrayLike, predict: Callable, first_pixel: float = 2,
          stride: int = 32, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """By how much the probability of the chosen class falls, for each image: two arrays of N.

    First where the warmest place is covered, then the mean over N_OTHERS other places, drawn at
    random. images: uint8 [N, H, W, 3]; maps: [N, h, w]; the others as in check_maps.

    Raises ValueError where a map has a single place.
    """
    images, maps = np.asarray(images), np.asarray(maps)
    n, n_places = len(images), maps[0].size
    if n_places < 2:
        raise ValueError('Each map is a single place; there is no other to compare it with: raise '
                         'img_size')
    rng, width = np.random.default_rng(seed), maps.shape[2]
    order = maps.reshape(n, -1).argmax(axis=1)[:, None]
    others = (order + 1 + np.array([rng.permutation(n_places - 1)[:N_OTHERS] for _ in range(n)])
              ) % n_places                                      # all but the warmest
    places = np.concatenate([order, others], axis=1)
    before = in_batches(predict, images)
    chosen = before.argmax(axis=1)
    after = np.array([
        in_batches(predict, [covered(image, *divmod(place, width), first_pixel, stride)
                             for image, place in zip(images, column)])[np.arange(n), chosen]
        for column in places.T])
    fallen = before[np.arange(n), chosen] - after               # [places, N]
    return fallen[0], fallen[1:].mean(axis=0)


def covered(image: np.ndarray, row: int, column: int, first_pixel: float = 2, stride: int = 32
            ) -> np.ndarray:
    """The image with its mean colour over one place of the map: stride x stride pixels.

    image: uint8 [H, W, 3]. The middle is the pixel that the place is about, see over_image. At the
    edge, less of the image is covered.
    """
    top, left = (round(first_pixel + stride * place - stride / 2) for place in (row, column))
    result = image.copy()
    result[max(0, top):max(0, top + stride), max(0, left):max(0, left + stride)] = np.rint(
        image.mean(axis=(0, 1)))
    return result


def in_batches(predict, images):
    return np.concatenate([predict(np.asarray(images[i:i + AT_ONCE]))
                           for i in range(0, len(images), AT_ONCE)])
