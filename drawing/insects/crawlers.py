"""Creatures that crawl: spider, scorpion, crab, lobster, snail, centipede."""

import numpy as np

from drawing.easel import arc, curve, ellipse, mirrored, ribbon
from drawing.insects.insects import feelers, legs
from drawing.marks import EARTH, both, contrast, dots, put, rungs, shade, tint


def claw(e, x, y, angle, size, ink, gape=0.3):
    """Draw a pincer that opens upwards from (x, y)."""
    palm = [(0.1, 0), (0.3, -0.25), (0.3, -0.55), (0, -0.62), (-0.25, -0.5), (-0.22, -0.2),
            (-0.1, 0)]
    thumb = [(-0.25, -0.35), (-0.4 - gape * 0.3, -0.75), (-0.2 - gape * 0.3, -1.05), (-0.1, -0.5)]
    finger = [(0.3, -0.4), (0.4 + gape * 0.2, -0.8), (0.05 + gape * 0.25, -1.2), (0.0, -0.55)]
    side = -1 if angle < 0 else 1
    parts = [put(np.multiply(p, (-side, 1)), x, y, angle, size)
             for p in (curve(palm, 14), curve(thumb, 10), curve(finger, 10))]
    e.shapes(parts, ink)
    e.lines(parts, shade(ink, 0.5), 0.025, closed=True)


def spider(e, rng):
    """A spider from above: eight long bent legs, a small front body and a round belly."""
    ink = tint(rng, (*EARTH, 0.3), (0.05, 0.8), (0.12, 0.75))
    reach, fat = rng.uniform(0.8, 1.05), rng.uniform(0.24, 0.42)
    thin, lines = rng.uniform(0.035, 0.075), []
    for side in (-1, 1):
        for angle in np.array([-1.15, -0.45, 0.35, 1.05]) + rng.normal(0, 0.08, 4):
            way = np.array([side * np.cos(angle), np.sin(angle)])
            knee = (0.5 * reach * way + (0, -0.25)) * (1, 0.9)
            if angle > 0.7:
                knee = 0.55 * reach * way + (side * 0.15, -0.2)
            lines.append([0.1 * way + (0, -0.2), knee, reach * way * (1, 0.95) + (0, 0.05)])
    e.lines(lines, shade(ink, 0.8), thin)
    e.oval(0, 0.1 + fat * 0.9, fat, 1.15 * fat, ink)
    e.oval(0, -0.22, 0.19, 0.22, shade(ink, 0.75))
    mark = contrast(tint(rng, (0.0, 0.13), (0.1, 1), (0.5, 1)), 0.8)
    kind = rng.integers(3)
    if kind == 0:
        e.lines([[(0, 0.15), (0, 0.15 + 1.4 * fat)], [(-0.5 * fat, 0.1 + 0.7 * fat),
                 (0.5 * fat, 0.1 + 0.7 * fat)]], mark, 0.07)
    elif kind == 1:
        e.lines([[(-s, y - 0.08), (0, y), (s, y - 0.08)]
                 for s, y in zip((0.6 * fat, 0.7 * fat, 0.4 * fat), (0.25, 0.42, 0.58))], mark,
                0.05)
    dots(e, [(-0.11, -0.38), (-0.04, -0.41), (0.04, -0.41), (0.11, -0.38)], 0.03, mark)
    e.lines(both([(0.07, -0.4), (0.12, -0.55), (0.05, -0.6)]), shade(ink, 0.6), 0.05)


def scorpion(e, rng):
    """A scorpion from above: two pincers, eight legs, a jointed tail curled over with a sting."""
    ink = tint(rng, EARTH, (0.2, 0.9), (0.2, 0.8))
    legs(e, rng, [(0.12, -0.2), (0.15, -0.1), (0.15, 0.0), (0.14, 0.1)],
         [(0.6, -0.4), (0.7, -0.08), (0.72, 0.22), (0.6, 0.5)], shade(ink, 0.75), 0.045, 0.25)
    for side in (-1, 1):
        out = rng.uniform(0.45, 0.65)
        arm = curve([(side * 0.1, -0.35), (side * out, -0.3), (side * out, -0.6)], 10)
        e.line(arm, shade(ink, 0.85), 0.09)
        claw(e, *arm[-1], -side * rng.uniform(0.0, 0.5), 0.38, ink, rng.uniform(0, 0.8))
    e.shape(mirrored(curve([(0, -0.5), (0.17, -0.42), (0.21, 0.0), (0.1, 0.38)], 12)), ink)
    e.lines([arc(0, y, 0.19, 0.05, 0.1, 3, 7) for y in np.linspace(-0.22, 0.25, 6)],
            shade(ink, 0.5), 0.03)
    s = rng.choice([-1, 1]) * rng.uniform(0.7, 1.2)
    tail = curve([(0, 0.35), (0.05 * s, 0.7), (0.35 * s, 0.95), (0.7 * s, 0.8), (0.68 * s, 0.45)],
                 36)
    for p in tail[3::5]:
        e.oval(*p, 0.1, 0.09, shade(ink, rng.uniform(0.85, 1.1)))
        e.line(ellipse(*p, 0.1, 0.09), shade(ink, 0.5), 0.025, closed=True)
    e.shape(tail[-1] + [(-0.1, 0.02), (0.1, 0.02), (0.06, -0.12), (-0.2 * s, -0.28)],
            shade(ink, 0.55))
    dots(e, [(-0.05, -0.4), (0.05, -0.4)], 0.03, (0.03, 0.03, 0.03))


def crab(e, rng):
    """A crab: a broad shell, two raised pincers, eight legs at the sides, eyes on stalks."""
    ink = tint(rng, (0.0, 0.03, 0.07, 0.6), (0.3, 0.95), (0.35, 0.95))
    wide, tall = rng.uniform(0.5, 0.62), rng.uniform(0.32, 0.42)
    legs(e, rng, [(0.4, 0.1), (0.4, 0.2), (0.36, 0.3), (0.3, 0.4)],
         [(1.05, 0.15), (1.0, 0.45), (0.88, 0.7), (0.65, 0.9)], shade(ink, 0.8), 0.075, 0.28)
    for side in (-1, 1):
        elbow = np.array([side * rng.uniform(0.78, 0.95), -0.08])
        hand = np.array([side * rng.uniform(0.62, 0.8), -0.38])
        e.line([(side * 0.4, 0.05), elbow, hand], shade(ink, 0.85), 0.13)
        claw(e, *hand, -side * rng.uniform(0.0, 0.5), rng.uniform(0.45, 0.6), ink,
             rng.uniform(0, 0.8))
    e.lines(both([(0.12, -0.1), (0.15, -0.34)]), ink, 0.05)
    shell = curve([(0, -0.16), (wide * 0.7, -0.14), (wide, 0.05), (wide * 0.7, tall + 0.05),
                   (0, tall + 0.16)], 16)
    e.shape(mirrored(shell), ink)
    e.line(mirrored(shell), shade(ink, 0.5), 0.03, closed=True)
    dots(e, [(-0.15, -0.36), (0.15, -0.36)], 0.07, (0.05, 0.05, 0.05))
    e.line(arc(0, 0.1, 0.22, 0.14, 0.4, 2.7, 8), shade(ink, 0.55), 0.04)
    dots(e, rng.uniform(-1, 1, (6, 2)) * (0.6 * wide, 0.1) + (0, 0.1), 0.03, shade(ink, 1.4))


def lobster(e, rng):
    """A lobster from above: large pincers forward, long feelers, a ringed tail with a fan."""
    ink = tint(rng, (0.0, 0.02, 0.05, 0.6), (0.35, 1), (0.3, 0.95))
    bend = rng.normal(0, 0.12)
    legs(e, rng, [(0.14, y) for y in (-0.25, -0.15, -0.05, 0.05)],
         [(0.55, -0.3), (0.62, -0.05), (0.6, 0.18), (0.52, 0.38)], shade(ink, 0.75), 0.04, 0.2)
    feelers(e, rng, 0.05, -0.5, (rng.uniform(0.1, 0.3), -1.1), shade(ink, 0.7), 0.03)
    for side in (-1, 1):
        out = rng.uniform(0.4, 0.55)
        e.line(curve([(side * 0.12, -0.3), (side * out, -0.3), (side * out, -0.5)], 8),
               shade(ink, 0.85), 0.1)
        claw(e, side * out, -0.46, side * rng.uniform(-0.3, 0.15), rng.uniform(0.46, 0.58), ink,
             rng.uniform(0, 0.7))
    fan = [put(ellipse(0, 0.13, 0.1, 0.18, 0, 14), bend, 0.75, a)
           for a in (-1.1, 1.1, -0.55, 0.55, 0)]
    e.shapes(fan, shade(ink, 0.9))
    e.lines(fan, shade(ink, 0.5), 0.025, closed=True)
    for t in np.linspace(1, 0, 6):
        half = 0.22 - 0.08 * t
        at = ellipse(bend * t**2, 0.2 + 0.52 * t, half, 0.1, 0, 16)
        e.shape(at, shade(ink, 1.1 - 0.15 * t))
        e.line(at[:9], shade(ink, 0.5), 0.03)
    e.shape(mirrored(curve([(0, -0.68), (0.12, -0.42), (0.22, -0.1), (0.17, 0.2)], 12)), ink)
    e.line([(0, -0.4), (0, 0.15)], shade(ink, 0.6), 0.03)
    dots(e, [(-0.11, -0.48), (0.11, -0.48)], 0.045, (0.04, 0.04, 0.04))


def snail(e, rng):
    """A snail from the side: a spiral shell on a long foot, two pairs of horns."""
    ink = tint(rng, EARTH, (0.05, 0.5), (0.4, 0.9))
    shell = tint(rng, (*EARTH, 0.15), (0.15, 0.9), (0.35, 0.95))
    rear, size = rng.uniform(-0.15, 0.15), rng.uniform(0.52, 0.66)
    neck = rng.uniform(-0.2, 0.1)
    e.shape(curve([(1, 0.85), (0.5, 0.55), (-0.4, 0.55), (-0.62, neck), (-0.85, neck - 0.05),
                   (-0.95, neck + 0.2), (-0.8, 0.8), (-0.2, 0.88), (1, 0.88)], 30), ink)
    e.lines([curve([(-0.75, neck), (-0.75 + s, neck - h)], 4)
             for s, h in ((-0.2, 0.42), (0.08, 0.45))], ink, 0.055)
    dots(e, [(-0.95, neck - 0.42), (-0.67, neck - 0.45)], 0.06, shade(ink, 0.4))
    e.line([(-0.9, neck + 0.12), (-1.05, neck + 0.14)], ink, 0.05)
    x, y = 0.15 + rear, 0.62 - size
    e.oval(x, y, size, size * rng.uniform(0.88, 1), shell)
    turns = rng.uniform(2.2, 3.2) * 2 * np.pi
    t = np.linspace(0, 1, 46)
    line = np.stack([np.cos(turns * t + 1.5), np.sin(turns * t + 1.5)], axis=1) * t[:, None]
    e.line(line * 0.93 * size + (x, y), shade(shell, 0.45), 0.06)
    if rng.random() < 0.5:
        inner = 0.8 * line[8::2] * size + (x, y)
        outer = 0.93 * line[8::2] * size + (x, y)
        e.lines(list(zip(inner, outer)), contrast(shell, 0.6), 0.04)


def centipede(e, rng):
    """A centipede from above: a long winding flat body, a pair of legs on every segment."""
    ink = tint(rng, (*EARTH, 0.0, 0.45), (0.3, 0.95), (0.2, 0.8))
    limb = tint(rng, (0.08, 0.13, 0.0), (0.4, 1), (0.4, 0.95))
    count, swing = rng.integers(14, 21), rng.uniform(0.05, 0.3) * rng.choice([-1, 1])
    line = curve([(swing, -0.8), (-swing, -0.35), (swing, 0.2), (-0.6 * swing, 0.7), (0, 0.95)],
                 6 * count)
    reach = rng.uniform(0.3, 0.42)
    width = np.full(len(line), rng.uniform(0.07, 0.1))
    root, tip = ribbon(line, 0.5 * width), ribbon(line, reach)
    knee, size = ribbon(line, 0.65 * reach), len(line)
    lines = []      # ribbons come back on the left: the points k and -1 - k face each other
    for k in range(3, size - 6, 6):
        lag = int(np.clip(k + 4 + 3 * np.sin(k / 9), 0, size - 1))
        lines += [[root[k], knee[k], tip[lag]], [root[-1 - k], knee[-1 - k], tip[-1 - lag]]]
    e.lines([*lines, [line[-1], tip[size - 1] + (0, 0.15)], [line[-1], tip[size] + (0, 0.15)]],
            limb, 0.045)
    e.shape(ribbon(line, width), ink)
    e.lines(rungs(ribbon(line, width), 0, size, 6), shade(ink, 0.45), 0.035)
    x, y = line[0]
    e.lines([curve([(x, y), (x + 0.2 * s, y - 0.15), (x + 0.4 * s, y - 0.2)], 7)
             for s in (-1, 1)], limb, 0.03)
    e.oval(x, y - 0.03, 0.13, 0.12, shade(limb, 0.8))
