"""The colours and patterns of a coat, the same choice for cats and dogs."""

import numpy as np

from drawing.cats_dogs.animals import PARTS

FURS = np.array([[44, 40, 40], [70, 68, 70], [122, 124, 130], [168, 168, 170], [226, 220, 208],
                 [222, 196, 156], [206, 150, 88], [188, 112, 56], [132, 84, 52], [92, 62, 46],
                 [176, 148, 116], [232, 228, 224]], np.float32) / 255
WHITE = np.array([0.93, 0.91, 0.87], np.float32)


def waves(points, size, rng, count=5):
    """Smooth noise at points (M, 3), about -1..1, with features of the given size."""
    ways = (rng.normal(size=(count, 3)) * (2.2 / size)).astype(np.float32)
    x, y, z = np.ascontiguousarray(points.T)
    total = np.zeros(len(points), np.float32)
    for (a, b, c), phase in zip(ways, rng.uniform(0, 2 * np.pi, count).astype(np.float32)):
        total += np.sin(a * x + b * y + (c * z + phase))
    return total * np.float32(np.sqrt(2 / count) * 0.7)


def step(values, edge, soft):
    """0 below the edge, 1 above it, with a soft passage."""
    return np.clip((values - edge) / soft + 0.5, 0, 1)


class Coat:
    """The coat's colour (M, 3) at the visible pixels, laid on layer by layer."""

    def __init__(self, body, surface, view):
        frames = np.einsum('ij,njk->nik', view.turn, body.frames).astype(np.float32)
        ids = surface.ids
        off = surface.points - (body.centres @ view.turn.T).astype(np.float32)[ids]
        self.points, self.tip = surface.points, body.tip[ids]
        # Distance along the limb, and how far the skin faces away from the belly (-1..1).
        self.arc = body.arc[ids] + np.einsum('mi,mi->m', off, frames[:, :, 0][ids])
        self.back = np.einsum('mi,mi->m', surface.normals, frames[:, :, 1][ids])
        self.on = {name: (surface.part == k).astype(np.float32) for k, name in enumerate(PARTS)}
        self.colours = np.zeros((len(ids), 3), np.float32)

    def lay(self, weight, ink):
        """Cover with ink (3,) where weight (M,) is 1."""
        self.colours += weight[:, None].astype(np.float32) * (np.float32(ink) - self.colours)


def coat_colours(body, surface, view, rng):
    """The coat's colour (M, 3) before light: one of the patterns, perhaps with white on top."""
    coat = Coat(body, surface, view)
    colour = FURS[rng.integers(len(FURS))] * rng.uniform(0.85, 1.15)
    coat.lay(np.ones(len(surface.ids)), colour)
    kind = rng.choice(list(PATTERNS), p=[0.2, 0.32, 0.18, 0.1, 0.12, 0.08])
    PATTERNS[kind](coat, colour, colour * rng.uniform(0.3, 0.55), rng)
    pale = rng.uniform(0, 0.6) * step(-coat.back, rng.uniform(0.1, 0.5), 0.9)
    coat.lay(pale, 0.5 * colour + 0.5 * WHITE)
    if rng.random() < 0.4:
        white_marks(coat, rng)
    coat.lay(0.08 * waves(coat.points, 0.12, rng), (0, 0, 0))
    bare_skin(coat, rng)
    return coat.colours.clip(0.03, 0.97)


def plain(coat, colour, dark, rng):
    """One colour."""


def stripes(coat, colour, dark, rng):
    """Broad tabby or fine brindle stripes around trunk, legs and tail, along the forehead."""
    wide = rng.choice([0.03, 0.055])
    wobble = 1.6 * waves(coat.points, 0.3, rng) + 2 * waves(coat.points, 0.15, rng)
    along = np.where(coat.on['head'] > 0, coat.points[:, 0] * 1.3, coat.arc)
    band = np.sin(along * (np.pi / wide) + wobble)
    coat.lay(step(band, rng.uniform(0, 0.4), 0.7) * step(coat.back, -0.2, 0.8) * 0.8, dark)


def patches(coat, colour, dark, rng):
    """Large patches of a second colour, and a few dark ones."""
    other = FURS[rng.integers(len(FURS))]
    large = waves(coat.points, rng.uniform(0.3, 0.5), rng)
    coat.lay(step(large, rng.uniform(-0.2, 0.4), 0.12), other)
    coat.lay(step(waves(coat.points, 0.35, rng), 0.6, 0.12), dark)


def spots(coat, colour, dark, rng):
    """Small dark spots."""
    coat.lay(step(waves(coat.points, rng.uniform(0.06, 0.1), rng), 0.55, 0.2) * 0.85, dark)


def saddle(coat, colour, dark, rng):
    """A dark back."""
    height = coat.back + 0.3 * waves(coat.points, 0.3, rng)
    coat.lay(coat.on['trunk'] * step(height, 0.1, 0.35), dark)


def points(coat, colour, dark, rng):
    """Dark muzzle, ears, tail and feet."""
    feet = coat.on['leg'] * step(coat.tip, 0.55, 0.5)
    coat.lay(0.8 * (coat.on['muzzle'] + coat.on['ear'] + coat.on['tail'] + feet), dark)


PATTERNS = {'plain': plain, 'stripes': stripes, 'patches': patches, 'spots': spots,
            'saddle': saddle, 'points': points}


def white_marks(coat, rng):
    """White feet, chest, muzzle and perhaps tail tip."""
    edge = 0.15 * waves(coat.points, 0.3, rng)
    coat.lay(coat.on['leg'] * step(coat.tip + edge, rng.uniform(0.6, 0.85), 0.08), WHITE)
    coat.lay(coat.on['trunk'] * step(edge - coat.back, rng.uniform(0.1, 0.6), 0.15), WHITE)
    coat.lay(coat.on['muzzle'], WHITE)
    if rng.random() < 0.5:
        coat.lay(coat.on['tail'] * step(coat.tip + edge, 0.8, 0.1), WHITE)


def bare_skin(coat, rng):
    """The parts without fur."""
    pink = np.array([0.80, 0.58, 0.54]) * rng.uniform(0.55, 1.05)
    leather = np.array([0.13, 0.11, 0.11]) * rng.uniform(0.7, 1.5)
    coat.lay(coat.on['inner_ear'] * rng.uniform(0.6, 0.9), pink)
    coat.lay(coat.on['nose'], leather)
    coat.lay(coat.on['mouth'], (0.25, 0.08, 0.08))
    coat.lay(coat.on['tongue'], (0.85, 0.45, 0.47))
