"""Ants and bees in three dimensions: their bodies, wings and colours.

A body is a bag of ellipsoids as in `cats_dogs/animals`, which `ants_bees` turns into pixels.
The model frame is x forward, y up (the ground is y = 0) and z to the right; the unit is about the
body's length.
The parts are named as a mammal's: trunk (thorax), tail (abdomen), head, leg, ear (feeler), nose
(eye), mouth (jaws, and the pollen on a bee's legs).
"""

import numpy as np

from drawing.cats_dogs.animals import PARTS, Body, frames_along, unit
from drawing.easel import curve
from drawing.marks import tint

BLACK = np.array([0.07, 0.06, 0.06], np.float32)


class Insect(Body):
    """A body with wings (outlines (K, 3)), its colours, and how hairy it is (0..1).

    ink maps points (M, 3) of the model and their parts (M,) to colours (M, 3).
    """

    wings, hair, glass, gloss = (), 0.0, np.full(3, 0.9), 0.3

    def egg(self, centre, radii, part, pitch=0.0):
        """Add an ellipsoid, its nose raised by pitch (radians)."""
        c, s = np.cos(pitch), np.sin(pitch)
        self.add(np.array(centre, float), radii, np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]), part)

    def rod(self, start, end, thick, part):
        """Add a straight piece of a limb: three long ellipsoids of half-widths thick (2,)."""
        way = np.subtract(end, start)
        length, frame = np.linalg.norm(way), frames_along(unit(way)[None], np.array([0.1, 0.2, 1]))
        for t in (0.2, 0.5, 0.8):
            half = (1 - t) * thick[0] + t * thick[1]
            self.add(start + t * way, (0.36 * length, half, half), frame[0], part)

    def leg(self, rng, root, foot, rise, thick, joints=(0.42, 0.8)):
        """Add a leg from root to foot (both (3,)): thigh up to a knee, shin, thin foot."""
        root, foot = np.array(root, float), foot + rng.normal(0, 0.05, 3) * (1, 0, 1)
        knee = root + joints[0] * (foot - root) + (0, rise, 0)
        ankle = knee + joints[1] * (foot - knee) + (0, -0.02, 0)
        ankle[1] = max(ankle[1], 0.03)
        for points, widths in (((root, knee), (1.0, 0.9)), ((knee, ankle), (0.8, 0.65)),
                               ((ankle, foot), (0.5, 0.35))):
            self.rod(*points, thick * np.array(widths), 'leg')

    def feeler(self, rng, root, first, second, thick):
        """Add an elbowed pair of feelers: a straight scape (3,), then a bent whip (3,)."""
        for side in (-1, 1):
            root_ = np.multiply(root, (1, 1, side))
            elbow = root_ + (first + rng.normal(0, 0.035, 3)) * (1, 1, side)
            end = elbow + (second + rng.normal(0, 0.06, 3)) * (1, 1, side)
            middle = 0.5 * (elbow + end) + (0.01, 0.02, 0.02 * side)
            self.rod(root_, elbow, thick * np.array((0.9, 0.8)), 'ear')
            self.rod(elbow, middle, thick * np.array((0.8, 0.9)), 'ear')
            self.rod(middle, end, thick * np.array((0.9, 1.1)), 'ear')

    def done(self):
        """Name the landmarks that the painter asks for; returns the body, its arrays stacked."""
        centre, radii, frame = next(b[:3] for b in self.blobs if b[3] == PARTS.index('head'))
        self.head, self.face = (centre, frame, max(radii)), {'middle': centre}
        return self.finish()


def wing(root, length, width, out, up, side):
    """The outline (K, 3) of a wing from root (3,), out: its angle with the body's axis."""
    flat = curve([(0, 0.06), (0.4, 0.2), (0.85, 0.32), (1.0, 0.1), (0.85, -0.3), (0.5, -0.55),
                  (0.15, -0.3), (0, -0.06)], 30) * (length, width)
    along = np.array([-np.cos(out), up, side * np.sin(out)])
    across = np.array([np.sin(out), 0.15, side * np.cos(out)])
    return np.multiply(root, (1, 1, side)) + flat[:, :1] * along + flat[:, 1:] * across


def wing_pairs(rng, root, length, out):
    """Two pairs of wings, the hind ones first."""
    root, lift = np.array(root), rng.uniform(0.02, 0.35)
    spec = [(root + (-0.07, -0.02, 0), 0.68 * length, 0.24 * length, 0.82 * out),
            (root, length, 0.3 * length, out)]
    return [wing(at, long, wide, angle + rng.normal(0, 0.05), lift, side)
            for at, long, wide, angle in spec for side in (-1, 1)]


def ant(rng):
    """An ant: a large head with elbowed feelers, a narrow waist with a node, long bent legs."""
    b, m = Insect('ant'), rng.uniform(0.85, 1.15, 6)
    high = rng.uniform(0.17, 0.25)
    nod = rng.uniform(-0.7, 0.0)
    b.egg((0.42, high + 0.02, 0), (0.15 * m[0], 0.105 * m[0], 0.135 * m[0]), 'head', nod)
    front = np.array([0.42 + 0.13 * np.cos(nod), high + 0.13 * np.sin(nod), 0])
    jaw = [front + (0, 0, 0.06), front + (0.08, -0.03, 0.07), front + (0.11, -0.04, 0.01)]
    for side in (-1, 1):
        b.chain(np.multiply(jaw, (1, 1, side)), (0.03, 0.028, 0.012), 'mouth')
    for side in (-1, 1):
        b.egg((0.44, high + 0.06, side * 0.11 * m[0]), (0.03, 0.03, 0.03), 'nose')
    b.chain([(0.27, high + 0.02, 0), (0.16, high + 0.05, 0), (0.04, high + 0.02, 0),
             (-0.1, high + 0.02, 0)], np.array((0.07, 0.1, 0.07, 0.08)) * m[1], 'trunk', flat=0.85)
    nodes = [-0.19] if rng.random() < 0.65 else [-0.17, -0.25]
    b.chain([(-0.1, high - 0.02, 0), (nodes[-1] - 0.08, high - 0.02, 0)], (0.03, 0.03), 'trunk')
    for x in nodes:
        b.egg((x, high + 0.03, 0), (0.035, 0.075, 0.055), 'trunk')
    tail = nodes[-1] - 0.05 - 0.23 * m[2]
    droop = rng.normal(0.0, 0.25)
    b.egg((tail, high + 0.02, 0), (0.25 * m[2], 0.16 * m[3], 0.175 * m[3]), 'tail', droop)
    b.egg((tail - 0.17 * m[2] * np.cos(droop), high + 0.02 - 0.17 * m[2] * np.sin(droop), 0),
          (0.13 * m[2], 0.09 * m[3], 0.09 * m[3]), 'tail', droop)
    for x, foot, rise in ((0.2, (0.55, 0, 0.42), 0.2), (0.1, (0.08, 0, 0.6), 0.2),
                          (0.0, (-0.5, 0, 0.55), 0.22)):
        for side in (-1, 1):
            b.leg(rng, (x, high - 0.05, 0.06 * side), np.multiply(foot, (m[4], 1, m[5] * side)),
                  rise * rng.uniform(0.7, 1.3), 0.026)
    spread = rng.uniform(0.1, 0.25)
    b.feeler(rng, front + (-0.02, 0.05, 0.04), np.array([0.1, 0.12, spread]),
             np.array([0.28, rng.uniform(-0.2, 0.05), rng.uniform(-0.05, 0.12)]), 0.019)
    if rng.random() < 0.06:     # a young queen
        b.wings = wing_pairs(rng, (0.12, high + 0.13, 0.05), rng.uniform(0.75, 0.9), 0.3)
    b.gloss, b.ink = rng.uniform(0.15, 0.7), ant_colours(rng, tail)
    return b.done()


def ant_colours(rng, tail):
    """Colours of an ant: of one tone, or with a dark abdomen; its plates have pale rims."""
    body = [BLACK * rng.uniform(0.6, 2.2), tint(rng, (0.02, 0.05), (0.5, 0.85), (0.25, 0.55), 0),
            tint(rng, (0.08, 0.1), (0.5, 0.8), (0.45, 0.75), 0)][rng.choice(3, p=[0.5, 0.38, 0.12])]
    back = body if rng.random() < 0.5 else 0.5 * (body + BLACK)
    legs, rim = body * rng.uniform(0.8, 1.4), rng.uniform(0.0, 0.35)

    def ink(points, part):
        out = np.repeat(body[None], len(points), axis=0)
        plates = np.abs((points[:, :1] - tail) / 0.1 % 1 - 0.5) > 0.43
        banded = back + rim * plates * (0.8 - back)
        out = np.where(part[:, None] == PARTS.index('tail'), banded, out)
        out = np.where(np.isin(part, [PARTS.index('leg'), PARTS.index('ear')])[:, None], legs, out)
        return np.where(part[:, None] == PARTS.index('nose'), BLACK, out)
    return ink


def bee(rng):
    """A bee: a furry thorax, a banded abdomen, large eyes, two pairs of wings, stout legs."""
    b, m = Insect('bee'), rng.uniform(0.88, 1.12, 6)
    bumble = rng.random() < 0.35
    fat, high = (1.2 if bumble else 1.0), rng.uniform(0.26, 0.34)
    b.egg((0.3, high - 0.02, 0), (0.085 * m[0], 0.12 * m[0], 0.125 * m[0]), 'head',
          rng.normal(-0.2, 0.2))
    for side in (-1, 1):
        b.egg((0.31, high + 0.01, side * 0.105 * m[0]), (0.055, 0.095, 0.04), 'nose')
    b.rod((0.36, high - 0.08, 0), (0.39, high - 0.19, 0), (0.035, 0.015), 'mouth')
    b.egg((0.08, high, 0), (0.19 * m[1] * fat, 0.17 * fat, 0.175 * fat), 'trunk')
    droop = rng.uniform(-0.1, 0.4)
    way = np.array([-np.cos(droop), -np.sin(droop), 0])
    waist = np.array([-0.09, high - 0.02, 0])
    for far, long, wide in ((0.2, 0.2, 0.165), (0.32, 0.24, 0.15), (0.46, 0.18, 0.1)):
        far, long, wide = far * m[2], long * m[2], wide * fat * m[3]
        b.egg(waist + far * way, (long, 0.95 * wide, wide), 'tail', droop)
    for x, foot, rise, thick in ((0.16, (0.36, 0, 0.26), 0.05, 0.028),
                                 (0.06, (0.06, 0, 0.36), 0.06, 0.03),
                                 (-0.04, (-0.32, 0, 0.32), 0.08, 0.04)):
        for side in (-1, 1):
            b.leg(rng, (x, high - 0.12, 0.09 * side), np.multiply(foot, (m[4], 1, m[5] * side)),
                  rise * rng.uniform(0.7, 1.4), thick)
    if rng.random() < 0.35:
        for side in (-1, 1):
            b.egg((-0.2, 0.11, side * 0.22), (0.07, 0.055, 0.045), 'mouth')
    b.feeler(rng, (0.37, high + 0.04, 0.035), np.array([0.07, 0.07, 0.05]),
             np.array([0.14, -0.03, 0.05]), 0.017)
    out = rng.choice([rng.uniform(0.12, 0.45), rng.uniform(0.5, 1.0), rng.uniform(1.1, 1.5)],
                     p=[0.5, 0.3, 0.2])
    b.wings = wing_pairs(rng, (0.1, high + 0.13, 0.08), rng.uniform(0.66, 0.8), out)
    b.glass = np.array([0.9, 0.87, 0.8]) * rng.uniform(0.6, 1.05)
    b.hair, b.gloss = (rng.uniform(0.6, 1.0) if bumble else rng.uniform(0.25, 0.7)), 0.25
    b.ink = bee_colours(rng, waist, way, 0.62 * m[2], bumble)
    return b.done()


def bee_colours(rng, waist, way, length, bumble):
    """Colours of a bee: bands along the abdomen from the waist (3,) on along way (3,)."""
    yellow = tint(rng, (0.1, 0.12, 0.14) if bumble else (0.07, 0.09, 0.11), (0.5, 0.9),
                  (0.5, 0.85), 0)
    dark = BLACK * rng.uniform(0.7, 1.6) if bumble else tint(rng, (0.04, 0.07), (0.3, 0.7),
                                                            (0.1, 0.22), 0)
    thorax = (dark if rng.random() < 0.25 else yellow * rng.uniform(0.6, 0.9))
    bands = rng.integers(2, 4) if bumble else rng.integers(5, 7)
    share, shift = rng.uniform(0.2, 0.6), rng.uniform(0, 1)
    tail_end = np.float32([0.85, 0.83, 0.76]) if bumble and rng.random() < 0.7 else dark
    pollen = tint(rng, (0.1, 0.13), (0.7, 1), (0.75, 1), 0)

    def ink(points, part):
        along = (points - waist) @ way / length
        band = np.clip(8 * (share - np.abs((bands * along + shift) % 1 - 0.5) * 1.2), 0, 1)[:, None]
        out = np.repeat(dark[None], len(points), axis=0)
        tail = dark + band * (yellow - dark)
        tail = np.where(along[:, None] > 0.85, tail_end, tail)
        collar = (points[:, :1] > 0.16) & bumble
        chest = np.where(collar, yellow, np.where(bumble, dark, thorax))
        out = np.where(part[:, None] == PARTS.index('tail'), tail, out)
        out = np.where(part[:, None] == PARTS.index('trunk'), chest, out)
        ball = (part == PARTS.index('mouth')) & (points[:, 0] < 0)
        out = np.where(ball[:, None], pollen, out)
        return np.where(part[:, None] == PARTS.index('nose'), BLACK, out)
    return ink


BODIES = {'ants': ant, 'bees': bee}
