"""Buildings, each drawn on an easel by a function of its own."""

import numpy as np

from drawing.easel import arc, box, curve, mirrored
from drawing.source.implements import inks, near


def panes(e, x0, x1, y0, y1, count, ink, gap=0.25):
    """A row of rectangles between x0 and x1; gap: the share of the row left between them."""
    step = (x1 - x0) / count
    for x in x0 + step * (np.arange(count) + gap / 2):
        e.shape(box(x, y0, x + step * (1 - gap), y1), ink)


def house(e, rng):
    """A house with a gabled roof, a door, windows and mostly a chimney."""
    wall, roof, hole = inks(rng)
    w, eaves, x = near(rng, 0.78), rng.uniform(-0.2, 0.05), rng.choice([-0.45, 0.0, 0.45])
    if rng.random() < 0.7:
        e.shape(box(0.35, near(rng, -0.85), 0.55, -0.2), 0.8 * wall)
    e.shape(box(-w, eaves, w, 0.9), wall)
    ridge = rng.choice([0.0, 0.5])
    e.shape(mirrored([(ridge, near(rng, -0.82)), (w + 0.17, eaves + 0.05)]), roof)
    e.shape(box(x - 0.14, 0.4, x + 0.14, 0.9), hole)
    for s in (-0.5, 0.0, 0.5):
        if abs(s - x) > 0.3:
            e.shape(box(s - 0.16, 0.22, s + 0.16, 0.56), hole)
            e.line([(s, 0.22), (s, 0.56)], wall, 0.03)
            e.line([(s - 0.16, 0.39), (s + 0.16, 0.39)], wall, 0.03)


def lighthouse(e, rng):
    """A tapering tower with bands, a gallery and a lantern."""
    wall, band, glass = inks(rng)
    low, high = near(rng, 0.4), near(rng, 0.23)
    e.shape(mirrored([(high, -0.5), (low, 0.85)]), wall)
    edges = np.linspace(-0.5, 0.85, 2 * rng.integers(2, 4) + 2)
    for y0, y1 in zip(edges[1::2], edges[2::2]):
        sides = np.interp([y0, y1], [-0.5, 0.85], [high, low])
        e.shape(mirrored([(sides[0], y0), (sides[1], y1)]), band)
    e.shape(box(-0.16, -0.8, 0.16, -0.5), glass)
    e.line([(0, -0.8), (0, -0.5)], band, 0.04)
    e.shape(mirrored([(0, -1), (0.25, -0.77)]), band)
    e.shape(box(-high - 0.12, -0.55, high + 0.12, -0.47), band)
    if rng.random() < 0.6:
        e.shape(mirrored(curve([(0.3, 0.8), (0.6, 0.85), (0.9, 1)])), 0.6 * glass)


def windmill(e, rng):
    """A tower mill with four lattice sails."""
    wall, sail, cap = inks(rng)
    a, hub = rng.uniform(0, np.pi / 2), np.array([0, near(rng, -0.3)])
    e.shape(mirrored([(0.2, -0.3), (near(rng, 0.42), 0.98)]), wall)
    e.shape(mirrored(curve([(0, -0.55), (0.2, -0.47), (0.27, -0.27)])), cap)
    e.shape(box(-0.1, 0.7, 0.1, 0.98), cap)
    e.shape(box(-0.07, 0.15, 0.07, 0.35), cap)
    for turn in a + np.pi / 2 * np.arange(4):
        way, side = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
        tip = hub + 0.7 * way
        e.line([hub, tip], cap, 0.05)
        e.shape([hub + 0.15 * way, hub + 0.15 * way + 0.17 * side, tip + 0.17 * side, tip], sail)
    e.oval(*hub, 0.07, 0.07, cap)


def church(e, rng):
    """A church: a nave with pointed windows and a steeple with a cross."""
    wall, roof, glass = inks(rng)
    w, top = near(rng, 0.24), near(rng, -0.2)
    e.shape(box(-0.3, 0.2, 0.98, 0.92), wall)
    e.shape([(-0.4, 0.22), (-0.3, -0.15), (0.85, -0.15), (1, 0.22)], roof)
    e.shape(box(-0.6 - w, top, -0.6 + w, 0.92), 0.9 * wall)
    e.shape([(-0.65 - w, top), (-0.6, -0.78), (-0.55 + w, top)], roof)
    e.line([(-0.6, -0.75), (-0.6, -1)], roof, 0.05)
    e.line([(-0.69, -0.91), (-0.51, -0.91)], roof, 0.05)
    for x in np.linspace(-0.1, 0.8, rng.integers(3, 5)):
        e.shape([(x - 0.08, 0.75), (x - 0.08, 0.5), (x, 0.36), (x + 0.08, 0.5), (x + 0.08, 0.75)],
                glass)
    e.shape([*arc(-0.6, 0.65, 0.13, 0.18, -np.pi, 0), (-0.47, 0.92), (-0.73, 0.92)], glass)
    e.oval(-0.6, top + 0.25, 0.1, 0.1, glass)


def bridge(e, rng):
    """A stone bridge on arches, or a suspension bridge."""
    stone, rope, way = inks(rng)
    if rng.random() < 0.5:
        count = rng.integers(2, 5)
        for mid in -1 + (2 * np.arange(count) + 1) / count:
            r, s = 0.78 / count, 1 / count
            hollow = [(mid + r, 0.6), *arc(mid, 0.35, r, near(rng, 0.4), 0, -np.pi), (mid - r, 0.6)]
            outer = [(mid - s, 0.6), (mid - s, -0.2), (mid + s, -0.2), (mid + s, 0.6)]
            e.shape(hollow + outer, stone)
        e.shape(box(-1, -0.32, 1, -0.18), way)
        return
    x, top = near(rng, 0.5), near(rng, -0.6)
    for s in (-x, x):
        e.shape(box(s - 0.06, top - 0.05, s + 0.06, 0.7), stone)
        for d in (-0.5, 0.5):
            e.line(curve([(s + d, 0.22), (s + 0.6 * d, -0.1), (s, top)]), rope, 0.05)
        for d in (-0.36, -0.24, -0.12, 0.12, 0.24, 0.36):
            e.line([(s + d, top + abs(d) * 1.6), (s + d, 0.3)], rope, 0.025)
    e.shape(box(-1, 0.25, 1, 0.38), way)


def tent(e, rng):
    """A ridge tent, its entrance open, with guy ropes."""
    cloth, other, dark = inks(rng)
    top, x, open_ = near(rng, -0.6), rng.uniform(-0.4, -0.2), near(rng, 0.2)
    e.shape([(x, top), (0.62, top + 0.1), (0.98, 0.7), (0.2, 0.75)], other)
    e.shape([(x, top), (-0.92, 0.75), (0.35, 0.75)], cloth)
    e.shape([(x, top + 0.25), (x - open_, 0.75), (x + open_, 0.75)], 0.3 * dark)
    e.line([(x, top - 0.1), (x, 0.75)], dark, 0.04)
    for ends in ([(x, top), (-1, 0.5)], [(0.62, top + 0.1), (1, 0.3)]):
        e.line(ends, dark, 0.03)


def castle(e, rng):
    """A castle: two round towers, a wall with battlements and a gate."""
    stone, roof, dark = inks(rng)
    wall, high, pointed = near(rng, -0.05), near(rng, -0.45), rng.random() < 0.5
    e.shape(box(-0.6, wall, 0.6, 0.9), 0.9 * stone)
    panes(e, -0.5, 0.5, wall - 0.14, wall + 0.02, 4, 0.9 * stone, 0.45)
    for s in (-0.7, 0.7):
        e.shape(box(s - 0.25, high, s + 0.25, 0.92), stone)
        if pointed:
            e.shape([(s - 0.32, high), (s, -0.98), (s + 0.32, high)], roof)
        else:
            panes(e, s - 0.34, s + 0.34, high - 0.17, high, 3, stone, 0.4)
        e.shape(box(s - 0.05, high + 0.2, s + 0.05, high + 0.45), dark)
    gate = arc(0, 0.5, 0.23, 0.28, -np.pi, 0)
    e.shape(np.concatenate([gate, [(0.23, 0.9), (-0.23, 0.9)]]), dark)
    if rng.random() < 0.6:
        e.line([(0, wall), (0, -0.7)], roof, 0.04)
        e.shape([(0, -0.7), (0.28, -0.58), (0, -0.46)], roof)


BUILDINGS = {f.__name__: f for f in (
    house, lighthouse, windmill, church, bridge, tent, castle)}
