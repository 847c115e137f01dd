"""Which images are copies of each other: resized, recompressed, flipped or turned.

Three looks, each closer than the one before. Every image is shrunk to 8 x 8 pixels and compared
with every other, in the eight ways in which an image can be flipped and turned. Pairs that are
alike there are compared in 32 x 32 pixels and colours. What still looks alike is laid one on the
other in 64 x 64 grey pixels, brightness, contrast and small shifts evened out, and what is left
over decides: `difference` finds the spot, the letter or the object that only one of the two shows.

Images that share a layout (one pose, one camera, the axes of a plot) are alike to all of these and
may differ in little more than the camera's noise. Where many are alike, the layout is their median,
and two of them are copies only if they also agree in what they do not share with the others.

tests/faults/test_copies_found.py has how many real copies of which kind are found. Not found: a
copy that is cropped, or without its colours, or among look-alikes, saved so that no grain is left.
"""
from typing import NamedTuple

import cv2
import numpy as np

SIDE, GLANCE_SIDE, GREY_SIDE = 32, 8, 64        # pixels
GLANCE, LOOK = 0.995, 0.97  # correlations from which on two images may be copies
SAME_LAYOUT = 0.8           # correlation with the image that most others are alike to
LEFT_OVER = 0.6             # correlation of what two images do not share with their look-alikes
DIFFERENT = 1.5             # `difference`
DIFFERENT_IN_LAYOUT = 1
LOOSELY = 0.95, 1.8         # a look and a difference from the first image of a group
MIN_CONTRAST = 2            # grey levels, standard deviation: below, noise would be compared
SAMPLE = 500                # images from which a layout is learned
BLOCK = 1024                # images compared with all others at once: 100 MB for 25,000
# so many look-alikes of an image are a layout, not copies of it: six that are as many as half of
# its class, or fifty
CROWD, CROWD_SHARE, LARGE_CROWD = 6, 0.5, 50


class Copies(NamedTuple):
    group: np.ndarray       # int [n]: copies have equal numbers
    similarity: dict        # number of a group -> lowest correlation (0 .. 1) that joined two of it
    layouts: list           # int arrays: images that look alike and were taken for different ones


def thumbnail(pixels: np.ndarray) -> np.ndarray:
    """uint8 [height, width, 3] -> uint8 [7168]: 32 x 32 in colour, then 64 x 64 in grey."""
    grey = cv2.resize(pixels, (GREY_SIDE, GREY_SIDE), interpolation=cv2.INTER_AREA)
    return np.concatenate([
        cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA).ravel(),
        cv2.cvtColor(grey, cv2.COLOR_RGB2GRAY).ravel()])


def find_copies(thumbnails, classes=None) -> Copies:
    """thumbnails: uint8 [n, 7168]; classes: a name for each, if the images have classes.

    Time grows with n squared: 25,000 images take about a minute on two cores.
    """
    thumbnails = np.reshape(thumbnails, (-1, SIDE * SIDE * 3 + GREY_SIDE**2)).astype(np.uint8)
    colour = thumbnails[:, :SIDE * SIDE * 3].reshape(-1, SIDE, SIDE, 3)
    grey = thumbnails[:, SIDE * SIDE * 3:].reshape(-1, GREY_SIDE, GREY_SIDE)
    classes = np.zeros(len(grey)) if classes is None else np.array(classes)
    layout, upright = shared_layouts(colour, classes)
    layouts = [np.flatnonzero(layout == number) for number in range(layout.max(initial=-1) + 1)]
    pairs = pairs_alike(colour, grey, layout)
    for members in layouts:
        turns = upright[members]
        pairs += [(look, *sorted((int(members[i]), int(members[j]))))
                  for look, i, j in pairs_of_layout(turned_by(colour[members], turns),
                                                    turned_by(grey[members], turns))]
    group, similarity = joined(pairs, colour, grey)
    return Copies(group, similarity, layouts)


def shared_layouts(colour, classes):
    """(layout, turn), int [n] each: images of one layout have equal numbers from 0 on, -1 is none;
    and which of TURNS lays the image as its layout lies."""
    glances = patterns(shrink(colour))
    n_alike = np.concatenate([[], *((glances[start:start + BLOCK] @ glances.T > GLANCE).sum(axis=1)
                                    for start in range(0, len(glances), BLOCK))])
    size_of = dict(zip(*np.unique(classes, return_counts=True)))
    enough = np.array([min(LARGE_CROWD, max(CROWD, CROWD_SHARE * size_of[c])) for c in classes])
    layout, upright = np.full(len(colour), -1), np.zeros(len(colour), int)
    while len(open_ := np.flatnonzero((layout == -1) & (n_alike >= enough))):
        first = open_[n_alike[open_].argmax()]
        rest = np.flatnonzero(layout == -1)
        looks = np.stack([correlations(turn(colour[rest]), colour[first]) for turn in TURNS])
        alike = looks.max(axis=0) > SAME_LAYOUT
        n_alike[glances @ glances[first] > GLANCE] = 0      # one look at them is enough
        if alike.sum() >= enough[first]:
            layout[rest[alike]] = layout.max() + 1
            upright[rest[alike]] = looks.argmax(axis=0)[alike]
    return layout, upright


def pairs_alike(colour, grey, layout):
    """[(similarity, i, j)] of the copies that are not of one layout."""
    pairs = []
    glances = patterns(shrink(colour))
    for turn in TURNS:
        turned = turn(colour)
        turned_glances = patterns(shrink(turned))
        for start in range(0, len(colour), BLOCK):
            alike = glances[start:start + BLOCK] @ turned_glances[start:].T > GLANCE
            for i in start + np.flatnonzero(alike.any(axis=1)):
                others = start + np.flatnonzero(alike[i - start])
                others = others[(others > i) & ((layout[others] != layout[i]) | (layout[i] == -1))]
                if len(others):
                    looks = correlations(turned[others], colour[i])
                    pairs += [(float(look), int(i), int(j)) for look, j in zip(looks, others)
                              if look > LOOK
                              and difference(grey[i], turn(grey[j:j + 1])[0]) < DIFFERENT]
    return pairs


def pairs_of_layout(colour, grey):
    """[(similarity, i, j)] of the copies among images that share a layout and lie as it does."""
    sample = grey[::1 + len(grey) // SAMPLE]
    shared = np.median(sample, axis=0).astype(np.float32)      # a mean would keep ghosts
    basis = evened_out(shared)
    usual = np.maximum(left_over(sample, basis).std(axis=0), 0.5)
    usual = cv2.blur(usual.reshape(shared.shape), (3, 3)).ravel()
    pairs = []
    for turn in TURNS:
        turned = turn(grey)
        # turned so that it does not look like the layout, it is no copy of one that does
        fits = np.flatnonzero(correlations(turned[..., None], shared[..., None]) > SAME_LAYOUT)
        for start in range(0, len(grey), BLOCK):
            rows = np.arange(start, min(start + BLOCK, len(grey)))
            mine = lengths_of_one(left_over(grey[rows], basis, usual))
            for begin in range(0, len(fits), BLOCK):
                columns = fits[begin:begin + BLOCK]
                theirs = lengths_of_one(left_over(turned[columns], basis, usual))
                for i, j in np.argwhere(mine @ theirs.T > LEFT_OVER):
                    i, j = rows[i], columns[j]
                    if i < j and difference(grey[i], turned[j]) < DIFFERENT_IN_LAYOUT:
                        look = correlations(turn(colour[j:j + 1]), colour[i])[0]
                        pairs += [(float(look), i, j)] if look > LOOK else []
    return pairs


def joined(pairs, colour, grey):
    """(group, similarity): the most similar pairs first, and no chains. Two groups become one only
    if all images of the second are like the first image of the first."""
    group, similarity = np.arange(len(grey)), {}
    for look, i, j in sorted(pairs, reverse=True):
        a, b = sorted((int(group[i]), int(group[j])))
        members = np.flatnonzero(group == b)
        if a != b and all(loosely_alike(colour, grey, a, member) for member in members):
            group[members] = a
            similarity[a] = min(look, similarity.get(a, 1), similarity.pop(b, 1))
    return group, similarity


def loosely_alike(colour, grey, a, b):
    look, most = LOOSELY
    return any(correlations(turn(colour[b:b + 1]), colour[a])[0] > look
               and difference(grey[a], turn(grey[b:b + 1])[0]) < most for turn in TURNS)


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """How much one of two images shows and the other does not: under 1 for most copies, seldom
    under 2 for images that differ. uint8 [64, 64] each.

    The largest part of b that a does not explain, compared with the detail that both have around
    that place: coarse detail is never resized or recompressed twice in the same way.
    """
    a, b = a.astype(np.float32), b.astype(np.float32)
    basis = evened_out(a)
    rest = b.ravel() - basis @ (basis.T @ b.ravel())
    detail = cv2.dilate(local_deviation(a), SQUARE), cv2.dilate(local_deviation(b), SQUARE)
    small = max(4, 0.1 * a.std())       # grey levels that are nothing
    return float((np.abs(cv2.blur(rest.reshape(a.shape), (3, 3)))
                  / (small + np.minimum(*detail))).max())


SQUARE = np.ones((3, 3), np.uint8)


def local_deviation(image):
    mean = cv2.blur(image, (7, 7))
    return np.sqrt(np.maximum(cv2.blur(image * image, (7, 7)) - mean * mean, 0))


def evened_out(image):
    """float32 [64, 64] -> [4096, 9], orthonormal: what may differ between two copies. Brightness,
    contrast, and by the derivatives a small shift, stretch or turn."""
    dy, dx = np.gradient(image)
    (dyy, dxy), dxx = np.gradient(dy), np.gradient(dx, axis=1)
    y, x = np.mgrid[-1:1:1j * len(image), -1:1:1j * len(image)].astype(np.float32)
    columns = np.stack([np.ones_like(image), image, dx, dy, dxx, dxy, dyy,
                        x * dx + y * dy, x * dy - y * dx], -1).reshape(-1, 9)
    columns[:, 1] -= columns[:, 1].mean()
    columns /= np.maximum(np.linalg.norm(columns, axis=0), 1e-3)
    values, vectors = np.linalg.eigh(columns.T @ columns)
    kept = values > 1e-5
    return columns @ (vectors[:, kept] / np.sqrt(values[kept])).astype(np.float32)


def left_over(images, basis, usual=None):
    """uint8 [n, 64, 64] -> float32 [n, 4096]: what the layout does not explain, without its slow
    changes (light, shadow), which many images have in common. Divided by what is usual at each
    place, so that an edge that is never quite at the same place does not outweigh the rest."""
    x = images.reshape(len(images), GREY_SIDE**2).astype(np.float32)
    x -= (x @ basis) @ basis.T
    for row in x:
        row -= cv2.GaussianBlur(row.reshape(GREY_SIDE, GREY_SIDE), (0, 0), 4).ravel()
    return x if usual is None else np.clip(x / usual, -2, 2)


def lengths_of_one(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-3)


def transposed(images):
    return images.swapaxes(1, 2)


TURNS = [lambda x: x, lambda x: x[:, :, ::-1], lambda x: x[:, ::-1], lambda x: x[:, ::-1, ::-1],
         transposed, lambda x: transposed(x)[:, :, ::-1], lambda x: transposed(x)[:, ::-1],
         lambda x: transposed(x)[:, ::-1, ::-1]]       # the eight ways to lay a square on itself


def turned_by(images, turns):
    """Each image turned by its own one of TURNS."""
    turned = images.copy()
    for nth, turn in enumerate(TURNS):
        turned[turns == nth] = turn(images)[turns == nth]
    return turned


def correlations(images, image):
    """[n, side, side, channels] and one such image -> [n]."""
    one = patterns(image[None])[0]
    return np.concatenate([[], *(patterns(images[start:start + BLOCK]) @ one
                                 for start in range(0, len(images), BLOCK))])


def shrink(colour):
    """[n, 32, 32, 3] -> float [n, 8, 8, 3]: the means of blocks."""
    n, side = len(colour), SIDE // GLANCE_SIDE
    return colour.reshape(n, GLANCE_SIDE, side, GLANCE_SIDE, side, 3).mean((2, 4), np.float32)


def patterns(images):
    """[n, side, side, channels] -> float32 [n, values], whose dot products are correlations.

    Each colour has mean 0, so a plain red image and a plain blue one are no copies: an image
    without contrast has a correlation of 0 with any other.
    """
    x = images.astype(np.float32)
    x -= x.mean((1, 2), keepdims=True)
    x = x.reshape(len(x), np.prod(x.shape[1:], dtype=int))
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.maximum(length, MIN_CONTRAST * np.sqrt(x.shape[1]))
