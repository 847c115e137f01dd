"""Fruits, cones and mushrooms, each drawn on an easel by a function of its own."""

import numpy as np

from drawing.easel import arc, curve, ellipse, mirrored, ribbon
from drawing.marks import contrast, put, rosette, shade, tint
from drawing.plants.plant_parts import BARKS, bark, blade, green, leaf


def mushroom(e, rng):
    """A mushroom: a domed cap on a stalk with a ring, gills below, at times spotted."""
    cap, foot = tint(rng, (0.0, 0.05, 0.08, 0.11), (0.2, 0.95), (0.4, 0.95)), rng.uniform(0.7, 0.97)
    pale = np.array([foot, foot * 0.95, foot * 0.85])
    tall, wide, thick = rng.uniform(0.5, 1.0), rng.uniform(0.65, 0.95), rng.uniform(0.14, 0.24)
    side = curve([(thick * 0.8, -0.1), (thick, 0.4), (thick * 1.5, 0.9), (thick, 1)], 14)
    e.shape(mirrored(side), pale)
    e.shape(ellipse(0, -0.1, wide, 0.17), shade(pale, 0.7))
    e.lines([[(0.15 * x, -0.1), (x * wide, -0.1 + 0.17 * np.sqrt(1 - x * x))]
             for x in np.linspace(-0.9, 0.9, 9)], shade(pale, 0.5), 0.02)
    if rng.random() < 0.5:
        e.shape(mirrored([(thick * 0.8, 0.15), (thick * 1.7, 0.32), (0, 0.36)]), shade(pale, 0.85))
    dome = arc(0, -0.1, wide, tall, np.pi, 2 * np.pi)
    e.shape(np.concatenate([dome, arc(0, -0.1, wide, 0.1, 0, np.pi, 10)[1:-1]]), cap)
    if rng.random() < 0.55:
        spots = rng.uniform(-1, 1, (10, 2)) * (0.75, 0.4) + (0, 0.5)
        spots = spots[spots[:, 0] ** 2 + spots[:, 1] ** 2 < 0.75] * (wide, -tall) + (0, -0.1)
        e.shapes([ellipse(x, y, s, 0.75 * s, 0, 10) for (x, y), s in
                  zip(spots, rng.uniform(0.05, 0.13, len(spots)))], shade(pale, 1.1))


def pine_cone(e, rng):
    """A pine cone: an egg of woody scales in rows, with a twig of needles."""
    ink, gape = tint(rng, BARKS, (0.25, 0.8), (0.3, 0.75), 0.2), rng.uniform(0.0, 0.2)
    needles = rng.uniform(-1.1, 1.1, 16) + np.where(rng.random(16) < 0.5, -0.5, 0.5)
    e.lines([[(0, -0.75), (0.7 * np.sin(a), -0.75 - 0.35 * np.cos(a))] for a in needles],
            green(rng), 0.03)
    rows = rng.integers(7, 10)
    for k in range(rows)[::-1]:
        t = (k + 0.5) / rows
        y, half = -0.75 + 1.6 * t, 0.58 * np.sin(np.pi * (0.12 + 0.83 * t) ** 0.85)
        count = 3 + k % 2 if half > 0.3 else 2 + k % 2
        xs = np.linspace(-1, 1, count) * half * 0.8
        scales = [put(blade(0.4, half / count + 0.1, 0.6, 0.6), x, y - 0.16,
                      np.pi - x * (0.7 + 2 * gape))
                  for x in xs]
        e.shapes(scales, shade(ink, rng.uniform(0.85, 1.15)))
        e.lines([p[5:17] for p in scales], shade(ink, 0.4), 0.03)


def acorn(e, rng):
    """Acorns: a smooth pointed nut in a scaly cup, alone or in pairs, at times with a leaf."""
    nut, cup = tint(rng, (0.08, 0.11, 0.2, 0.25), (0.4, 0.9), (0.4, 0.85)), bark(rng)
    pair = rng.random() < 0.4
    for x, lean, size in ((-0.42, 0.25, 0.7), (0.42, -0.25, 0.75)) if pair else ((0, 0.1, 1.0),):
        lean = lean + rng.normal(0, 0.12)
        body = curve([(0.45, -0.2), (0.5, 0.2), (0.36, 0.65), (0.1, 0.86), (0.02, 0.98)], 14)
        e.line([(0, -1.02), put([(0, -0.6)], x, 0, lean, size)[0]], cup, 0.08)
        e.shape(put(mirrored(body * (rng.uniform(0.85, 1.1), 1)), x, 0, lean, size), nut)
        gloss = put([(-0.2, -0.1), (-0.24, 0.3), (-0.15, 0.6)], x, 0, lean, size)
        e.line(gloss, shade(nut, 1.4), 0.06)
        hat = np.concatenate([arc(0, -0.2, 0.6, 0.52, np.pi, 2 * np.pi, 14),
                              arc(0, -0.2, 0.6, 0.14, 0, np.pi, 8)])
        e.shape(put(hat, x, 0, lean, size), cup)
        rows = [arc(0, -0.2 - 0.14 * k, 0.58 - 0.06 * k**1.4, 0.12, 0.1, np.pi - 0.1, 9)
                for k in range(4)]
        slant = [[(u, -0.15), (0.6 * u + v, -0.6)]
                 for u in (-0.4, -0.15, 0.15, 0.4) for v in (-0.1, 0.1)]
        e.lines([put(r, x, 0, lean, size) for r in rows + slant], contrast(cup, 0.55), 0.025)


def banana(e, rng):
    """Bananas: curved fruits with dark ends, one or a bunch."""
    ink = tint(rng, (0.14, 0.16, 0.22), (0.4, 0.95), (0.6, 1))
    count, half = rng.integers(1, 5), rng.uniform(0.14, 0.2)
    for k in range(count)[::-1]:
        s = 0.24 * (k - (count - 1) / 2)
        line = curve([(-0.75, -0.7), (-0.62 + s, 0.05 + s), (-0.1 + s, 0.5 + s),
                      (0.75 + 0.5 * s, 0.45 + 0.9 * s)], 24)
        t = np.linspace(0, 1, 24)
        widths = half * np.clip(np.minimum(9 * (t - 0.1) + 0.4, 7 * (1 - t) + 0.3), 0.3, 1)
        tone = shade(ink, rng.uniform(0.85, 1.1))
        e.shape(ribbon(line, widths), tone)
        e.line(ribbon(line, widths * 0.35)[:24], shade(tone, 0.72), 0.03)
        e.line(ribbon(line, widths), shade(tone, 0.6), 0.02, closed=True)
        e.line(line[-2:], (0.2, 0.15, 0.1), 0.12)
    e.line([(-0.75, -0.68), (-0.78, -0.9)], shade(ink, 0.55), 0.15)


def grapes(e, rng):
    """Grapes: a hanging cluster of round berries, narrower below, under a leaf."""
    ink, leaves = tint(rng, (0.75, 0.8, 0.25, 0.95), (0.3, 0.9), (0.25, 0.85)), green(rng)
    e.line(curve([(0, -0.4), (0.05, -0.8), (0.2, -1)], 8), bark(rng), 0.06)
    if rng.random() < 0.75:
        e.shape(rosette(-0.35, -0.65, 0.27, 0.46, 5, 0.8, rng.uniform(0, 1)), leaves)
        e.lines([[(-0.1, -0.7), p] for p in ellipse(-0.4, -0.65, 0.3, 0.3, 0.5, 6)],
                shade(leaves, 0.6), 0.02)
    r = rng.uniform(0.15, 0.19)
    for k, count in enumerate(rng.choice([4, 5]) - np.array([0, 0, 1, 1, 2, 3, 4])):
        for x in (np.arange(count) - (count - 1) / 2 + 0.25 * (-1) ** k) * 1.75 * r:
            x, y = x + rng.normal(0, 0.02), -0.45 + 1.4 * r * k + rng.normal(0, 0.02)
            e.oval(x, y, r, r, shade(ink, 0.5))
            e.oval(x - 0.1 * r, y - 0.12 * r, 0.82 * r, 0.82 * r,
                   shade(ink, rng.uniform(0.85, 1.2)))


def strawberry(e, rng):
    """A strawberry: a rounded cone dotted with seeds under a star of leaves."""
    ink, leaves = tint(rng, (0.0, 0.98, 0.03, 0.12), (0.5, 1), (0.55, 1), 0.2), green(rng)
    wide, shoulder = rng.uniform(0.62, 0.85), rng.uniform(-0.5, -0.3)
    side = curve([(0, -0.6), (wide * 0.75, -0.6), (wide, shoulder + 0.25), (wide * 0.55, 0.5),
                  (0.12, 0.93), (0, 0.97)], 24)
    e.line(curve([(0, -0.6), (0.05, -0.85), (0.2, -1.05)], 8), leaves, 0.06)
    e.shape(mirrored(side), ink)
    rows = np.array([(u + 0.5 * (v % 2), v) for v in range(6) for u in range(-3, 4)], float)
    y = -0.42 + 0.22 * rows[:, 1]
    x = rows[:, 0] * 0.26
    half = np.interp(y, side[:, 1], side[:, 0])
    keep = np.abs(x) < half - 0.06
    seeds = np.stack([x, y], axis=1)[keep]
    e.shapes([ellipse(*p, 0.025, 0.05, 0, 8) for p in seeds], tint(rng, (0.13, 0.15), (0.2, 0.7)))
    count = rng.integers(6, 10)
    crown = [put(blade(rng.uniform(0.45, 0.6), 0.1, 0.4), 0, -0.62, a)
             for a in np.linspace(-2.4, 2.4, count) + rng.normal(0, 0.1, count)]
    e.shapes(crown, leaves)


def pineapple(e, rng):
    """A pineapple: a barrel with a lattice of eyes under a tuft of stiff leaves."""
    ink, leaves = tint(rng, (0.08, 0.11, 0.14, 0.2), (0.4, 0.95), (0.45, 0.95), 0.2), green(rng)
    wide, top = rng.uniform(0.42, 0.58), rng.uniform(-0.4, -0.2)
    for k, reach in enumerate((0.85, 0.7, 0.5)):
        for a in np.linspace(-1.1 + 0.3 * k, 1.1 - 0.3 * k, 7 - 2 * k) + rng.normal(0, 0.08):
            spike = blade(reach * rng.uniform(0.8, 1), 0.08, 0.35)
            e.shape(put(spike, 0.1 * a, top + 0.1, a * 0.8), shade(leaves, rng.uniform(0.7, 1.2)))
    middle, tall, lines = (top + 1) / 2, (1 - top) / 2, []
    e.shape(mirrored(arc(0, middle, wide, tall, -np.pi / 2, np.pi / 2, 24)), ink)
    t = np.linspace(-0.95, 0.95, 12)
    for s in np.linspace(-1.6, 1.6, 9):
        x = s * 0.6 + 0.6 * t
        keep = np.abs(x) < np.sqrt(1 - t * t)       # what lies in the barrel
        line = np.stack([x * wide, middle + tall * t], axis=1)[keep]
        lines += [line, line * (-1, 1)] if keep.sum() > 1 else []
    e.lines(lines, shade(ink, 0.5), 0.035)


def pumpkin(e, rng):
    """A pumpkin: a broad ribbed fruit with a bent stalk, at times with a tendril."""
    ink, leaves = tint(rng, (0.05, 0.07, 0.1, 0.25), (0.4, 1), (0.5, 1), 0.2), green(rng)
    tall, wide = rng.uniform(0.55, 0.78), rng.uniform(0.85, 1)
    for u in (-0.62, 0.62, -0.38, 0.38, -0.15, 0.15, 0):
        at = ellipse(u * wide, 0.2, (0.36 - 0.1 * (u == 0)) * wide, tall * (1 - 0.22 * abs(u)))
        e.shape(at, shade(ink, 1.1 - 0.45 * abs(u)))
        e.line(at, shade(ink, 0.6), 0.025, closed=True)
    end = rng.uniform(0.1, 0.3), -0.2 - tall
    stalk = curve([(0, 0.28 - tall), (0.02, -0.02 - tall), end], 10)
    e.shape(ribbon(stalk, np.linspace(0.13, 0.07, 10)), shade(leaves, 0.8))
    if rng.random() < 0.4:
        leaf(e, 0, 0.2 - tall, -1.0, 0.7, 0.25, leaves)


def pea_pod(e, rng):
    """A pea pod: a curved open pod with a row of round peas."""
    ink, bend = green(rng), rng.uniform(0.1, 0.35)
    t = np.linspace(0, 1, 24)
    line = np.stack([1.9 * t - 0.95, bend * (1 - (2 * t - 1) ** 2) * 1.5 - bend], axis=1)
    wide = rng.uniform(0.25, 0.33) * np.sin(np.pi * t) ** 0.55
    e.shape(ribbon(line, wide), shade(ink, 0.75))
    e.shape(ribbon(line, 0.6 * wide), shade(ink, 0.4))
    count = rng.integers(4, 9)
    for p in np.linspace(0.17, 0.83, count):
        x, y = line[int(p * 23)]
        r = min(0.2, 0.62 / count + 0.05) * (0.75 + 0.3 * np.sin(np.pi * p))
        e.oval(x, y, r, r, shade(ink, rng.uniform(1.2, 1.45)))
        e.oval(x - 0.04, y - 0.05, 0.3 * r, 0.3 * r, shade(ink, 2.0))
    e.line(ribbon(line, wide), shade(ink, 0.55), 0.035, closed=True)
    e.line(curve([(0.93, -bend), (1.05, -bend - 0.05), (1.15, -bend - 0.15)], 6), ink, 0.06)
    e.shapes([put(blade(0.25, 0.06), 0.97, -bend, a) for a in (-0.6, -1.5, -2.4)], ink)


FRUITS = {f.__name__: f for f in (
    mushroom, pine_cone, acorn, banana, grapes, strawberry, pineapple, pumpkin, pea_pod)}
