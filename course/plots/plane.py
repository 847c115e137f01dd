"""Test images in the plane: what lies with what."""
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from numpy.typing import ArrayLike

from course.plots.figure import BLUE, GREY, ORANGE, check_same_length, listed, new_figure
from course.plots.images import to_uint8
from course.plots.text import as_shown, wrapped

COLOURS = ORANGE, BLUE, '#009E73', '#CC79A7', '#E69F00', '#56B4E9', GREY, 'black'  # Okabe and Ito
MARKERS = 'osD^vP*X'        # with the colours, 64 classes look different
METHODS = 'pca', 'tsne'


def in_the_plane(images: ArrayLike, features: ArrayLike, y: ArrayLike, class_names: Sequence[str],
                 method: str = 'pca', seed: int = 0) -> Figure:
    """Each image as a dot where its features are, and as many of the images as there is room for.

    images: [N, H, W, 3], as for show_images; features: [N, C], what the last layer is fed with;
    y: N class indices, the true ones; method, seed: see `to_plane`.
    The title says how many lie next to one of their class, and how many would by chance.
    """
    images, y = to_uint8(images), np.asarray(y)
    check_same_length(images=images, features=features, y=y)
    places, axes_are = to_plane(features, method, seed)
    places = (places - places.min(axis=0)) / np.maximum(np.ptp(places, axis=0), 1e-12)
    fig, [[ax]] = new_figure(9, 7)
    for c in np.unique(y):
        ax.scatter(*places[y == c].T, s=30, color=COLOURS[c % 8], marker=MARKERS[c // 8 % 8],
                   label=wrapped(as_shown([class_names[c]])[0], 2))
    size = 34 / max(images.shape[1:3])                  # so many points wide, whatever its pixels
    for i in with_room(places):
        box = AnnotationBbox(OffsetImage(images[i], zoom=size), places[i], pad=0.15,
                             bboxprops={'edgecolor': COLOURS[y[i] % 8], 'linewidth': 2})
        ax.add_artist(box)
    beside, chance = same_class_beside(places, y)
    said = (f'{beside:.0%} of {len(y)} images lie next to one of their class, {chance:.0%} would '
            'by chance')
    ax.set(title=said, xlabel=axes_are, xticks=[], yticks=[], xlim=(-0.06, 1.06),
           ylim=(-0.06, 1.06))
    fig.legend(loc='outside right upper')
    fig.description = (f'Features of {len(y)} images in the plane, {axes_are}: {said}. Classes: '
                       + listed([f'{class_names[c]} ({(y == c).sum()})' for c in np.unique(y)])
                       + '.')
    return fig


def to_plane(features: ArrayLike, method: str = 'pca', seed: int = 0) -> tuple[np.ndarray, str]:
    """Features [N, C] as places [N, 2], and what the axes are.

    method: 'pca', the two directions in which the features differ most: a projection, so far apart
        here is far apart there; or 'tsne', which keeps neighbours together (van der Maaten, Hinton:
        Visualizing Data using t-SNE, JMLR 2008): distances between groups mean nothing.
    Raises ValueError for another method, and for fewer than 3 images.
    """
    features = np.asarray(features, np.float64).reshape(len(features), -1)
    if method not in METHODS or len(features) < 3:
        raise ValueError(f'method is {method!r}, of {len(features)} images: it must be one of '
                         f'{", ".join(METHODS)}, of 3 images or more.')
    from sklearn import decomposition, manifold  # not above: importing it takes a second

    if method == 'pca':
        pca = decomposition.PCA(2, random_state=seed)
        places = pca.fit_transform(features)
        return places, f'PCA, {pca.explained_variance_ratio_.sum():.0%} of the variance'
    perplexity = min(30, (len(features) - 1) / 3)       # 30 is scikit-learn's; it must be below N
    places = manifold.TSNE(perplexity=perplexity, init='pca',
                           random_state=seed).fit_transform(features)
    return places, f't-SNE, perplexity {perplexity:.0f}'


def with_room(places: np.ndarray, least: float = 0.09) -> list[int]:
    """Indices of places that are at least so far from each other, the first ones first."""
    kept = []
    for i, place in enumerate(places):
        if all(np.hypot(*(place - places[k])) >= least for k in kept):
            kept.append(i)
    return kept


def same_class_beside(places: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """The share of places whose nearest other one is of the same class, and what it would be on
    average if the classes were shuffled."""
    from sklearn.neighbors import NearestNeighbors  # not above: importing it takes a second

    nearest = NearestNeighbors(n_neighbors=1).fit(places).kneighbors(return_distance=False)[:, 0]
    counts = np.bincount(y)
    chance = (counts * (counts - 1)).sum() / (len(y) * (len(y) - 1))
    return float((y[nearest] == y).mean()), float(chance)
