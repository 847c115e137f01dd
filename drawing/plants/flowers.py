"""Flowers, each drawn on an easel by a function of its own."""

import numpy as np

from drawing.easel import curve, ellipse, mirrored
from drawing.marks import contrast, dots, put, rosette, shade, tint
from drawing.plants.plant_parts import blade, frond, green, leaf, petals, stem


def bell(e, rng, x, y, size, angle, ink, leaves):
    """Draw one bell that hangs from (x, y), with five lobes and a calyx."""
    wide, flare = rng.uniform(0.27, 0.36), rng.uniform(0.42, 0.58)
    deep = rng.uniform(0.76, 0.84)
    side = curve([(0.02, 0), (wide * 0.75, 0.1), (wide, 0.4), (wide + 0.03, 0.66),
                  (flare, 0.9)], 14)
    rim = curve([(flare, 0.9), (0.24, deep), (0.12, 0.96), (0, 1.06)], 9)
    back = [(flare, 0.88), (0.33, 0.94), (0.2, 0.83), (0, 0.74)]
    e.shape(put(mirrored(back), x, y, angle, size), shade(ink, 0.5))
    if rng.random() < 0.5:
        e.line(put([(0, 0.7), (0, 1.2)], x, y, angle, size), (0.95, 0.95, 0.75), 0.06 * size)
    at = put(mirrored(np.concatenate([side, rim])), x, y, angle, size)
    e.shape(at, ink)
    ribs = [curve([(0.02, 0), (0.4 * s, 0.45), (s, end)], 8)
            for s, end in ((0, 1.0), (0.24, deep), (-0.24, deep))]
    e.lines([at, *[put(rib, x, y, angle, size) for rib in ribs]], shade(ink, 0.65), 0.02)
    sepals = [put(blade(0.36, 0.06), 0, 0.06, np.pi + s) for s in (-1.0, -0.5, 0, 0.5, 1.0)]
    e.shapes([put(p, x, y, angle, size) for p in sepals], leaves)


def bell_star(e, rng, x, y, size, ink):
    """Draw a bell from the front: a funnel that opens into five pointed lobes."""
    start = rng.uniform(0, 2 * np.pi)
    e.shape(rosette(x, y, 0.52 * size, size, 5, 1.7, start), ink)
    e.shape(rosette(x, y, 0.3 * size, 0.4 * size, 5, 1, start), shade(ink, 0.65))
    ends = start + np.arange(10) * np.pi / 5
    reach = size * np.where(np.arange(10) % 2, 0.5, 0.9)
    e.lines([[(x, y), (x + r * np.cos(a), y + r * np.sin(a))] for a, r in zip(ends, reach)],
            shade(ink, 0.6), 0.02)
    e.lines([[(x, y), (x + 0.22 * size * np.cos(a), y + 0.22 * size * np.sin(a))]
             for a in start + np.arange(3) * 2.1], (0.96, 0.95, 0.8), 0.09 * size)


def pinnate(e, rng, x, y, angle, length, ink):
    """Draw a feathered leaf of narrow leaflets in pairs from (x, y)."""
    line = put(np.linspace((0, 0), (0, -1.05), 16), x, y, angle, length)
    e.shapes(frond(line, rng.integers(5, 8), 0.42 * length, 0.09 * length, 0.9), ink)
    e.line(line, shade(ink, 0.8), 0.025)


def pompon(e, rng, x, y, size, ink, edge, squash=1.0):
    """Draw a dense head of ruffled petals in rings, each with an edge of another colour."""
    rings = rng.integers(4, 7) if size > 0.45 else 3
    for k in range(rings):
        r, count = size * (1 - 0.85 * k / rings), int(rng.integers(11, 15) - 1.6 * k)
        up = y - (1 - squash) * 0.7 * size * k / rings
        start = rng.uniform(0, 6)
        e.shape(rosette(x, up, 0.8 * r, r, count, 0.7, start, squash), shade(edge, 0.9 + 0.05 * k))
        e.shape(rosette(x, up, 0.62 * r, 0.86 * r, count, 0.7, start, squash),
                shade(ink, rng.uniform(0.75, 1.05)))
        ends = start + (np.arange(count) + 0.5) * 2 * np.pi / count
        tips = np.stack([np.cos(ends), squash * np.sin(ends)], axis=1)
        e.lines(np.stack([(x, up) + 0.5 * r * tips, (x, up) + 0.85 * r * tips], axis=1),
                shade(ink, 0.5), 0.02)


def bellflower(e, rng):
    """A bellflower: bells with five lobes along a stem, or one to three bells close by."""
    ink, leaves = tint(rng, (0.66, 0.7, 0.74, 0.78, 0.85), (0.05, 0.8), (0.6, 1)), green(rng)
    if rng.random() < 0.4:
        count = rng.integers(1, 4)
        stem(e, rng, (0, -0.7), (rng.normal(0, 0.2), 1), leaves, 0.05)
        for x in np.linspace(-0.5, 0.5, count) if count > 1 else [0.1]:
            size = (1.15, 0.85, 0.75)[count - 1] * rng.uniform(0.9, 1.1)
            y = -0.75 + 0.3 * abs(x) + rng.normal(0, 0.06)
            e.line(curve([(0, -0.4), (x * 0.6, y - 0.12), (x, y)], 10), leaves, 0.04)
            leaf(e, 0, 0.8, np.sign(x) * rng.uniform(0.6, 1.2), 0.7, 0.1, leaves)
            bell(e, rng, x, y, size, -0.5 * x + rng.normal(0, 0.15), ink, leaves)
        if rng.random() < 0.3:
            bell_star(e, rng, rng.normal(0, 0.2), 0.3, 0.42, shade(ink, 1.1))
        return
    line = stem(e, rng, (rng.normal(0, 0.1), -1), (0, 1), leaves, 0.05)
    count = rng.integers(4, 7)
    for k, (x, y) in enumerate(line[np.linspace(1, 10, count).astype(int)][::-1]):
        side = (-1) ** k if rng.random() < 0.85 else rng.choice([-1, 1])
        leaf(e, x, y, -side * rng.uniform(0.9, 1.6), 0.45, 0.08, leaves)
        size, out = rng.uniform(0.45, 0.58) * (1.15 - 0.35 * (k / count)), rng.uniform(0.12, 0.25)
        e.line(curve([(x, y + 0.08), (x + side * 0.5 * out, y - 0.06), (x + side * out, y)], 8),
               leaves, 0.03)
        if rng.random() < 0.2:
            bell_star(e, rng, x + side * (out + 0.08), y + 0.1, 0.3, ink)
        else:
            bell(e, rng, x + side * out, y, size, -side * rng.uniform(0.1, 0.9), ink, leaves)


def marigold(e, rng):
    """A marigold: heads of dense ruffled petals in rings over feathered leaves."""
    ink = tint(rng, (0.02, 0.07, 0.1, 0.14), (0.6, 1), (0.65, 1), 0.2)
    edge = tint(rng, (0.09, 0.13, 0.16), (0.5, 1), (0.8, 1), 0.2)
    edge = shade(ink, 1.3) if rng.random() < 0.4 else edge
    leaves, kind = green(rng), rng.random()
    if kind < 0.4:
        for angle in rng.uniform(0, 2) + np.arange(rng.integers(2, 6)) * 1.4:
            pinnate(e, rng, 0, 0, angle, 1.05, shade(leaves, rng.uniform(0.8, 1.1)))
        pompon(e, rng, 0, 0, rng.uniform(0.68, 0.85), ink, edge, rng.uniform(0.8, 1))
        return
    spots = [(0.0, -0.45, 0.5)]
    if kind > 0.65:
        spots = [(-0.5, -0.25, 0.36), (0.5, -0.4, 0.36), (0.0, -0.62, 0.34), (0.08, 0.1, 0.34)]
        spots = spots[:rng.integers(2, 5)]
    for x, y, _ in spots:
        line = stem(e, rng, (x, y + 0.2), (0.3 * x, 1), leaves)
        for j, side in zip((5, 8, 11), rng.permutation([-1, 1, -1])):
            pinnate(e, rng, *line[j], side * rng.uniform(0.7, 1.3), rng.uniform(0.45, 0.65), leaves)
    for x, y, size in spots:
        x, y, squash = x + rng.normal(0, 0.04), y + rng.normal(0, 0.04), rng.uniform(0.5, 0.8)
        cup = [(0.05, 0.95), (0.2, 0.8), (0.28, 0.2)]
        e.shape(put(mirrored(cup), x, y, 0, size), shade(leaves, 0.8))
        pompon(e, rng, x, y, size * rng.uniform(0.9, 1.15), ink, edge, squash)


def rose(e, rng):
    """A rose: round petals wound about each other, on a stem with toothed leaves."""
    ink, leaves = tint(rng, (0.0, 0.95, 0.92, 0.1), (0.1, 0.9)), green(rng)
    whole = rng.random() < 0.6
    y, size = (-0.45, 0.52) if whole else (0, 0.9)
    if whole:
        stem(e, rng, (0, y), (rng.normal(0, 0.15), 1), leaves)
    for angle in rng.permutation([-1.2, 1.2, -2.2, 2.2])[:rng.integers(2, 5)]:
        leaf(e, 0, 0.5 if whole else y, angle, 0.75 if whole else 1.05, 0.24, leaves)
    start = rng.uniform(0, 6)
    for k, (r, count) in enumerate(((1, 5), (0.74, 5), (0.52, 4), (0.34, 3))):
        for j in range(count):
            a = start + 0.5 * k + 2 * np.pi * j / count
            at = ellipse(size * 0.45 * r * np.cos(a), y + size * 0.45 * r * np.sin(a),
                         0.42 * r * size, 0.56 * r * size, a, 18)
            e.shape(at, shade(ink, rng.uniform(0.8, 1.1) - 0.05 * k))
            e.line(at[-6:] if j % 2 else at[:7], contrast(ink, 0.55), 0.03)
    t = np.linspace(0, 9, 24)
    e.line(put(np.stack([np.cos(t), np.sin(t)], axis=1) * t[:, None] / 9, 0, y, 0, 0.2 * size),
           contrast(ink, 0.5), 0.035)


def sunflower(e, rng):
    """A sunflower: many narrow petals around a broad disc of seeds."""
    ink = tint(rng, (0.11, 0.14, 0.16), (0.5, 1), (0.7, 1))
    disc, leaves = tint(rng, (0.07, 0.1), (0.3, 0.9), (0.12, 0.5), 0.1), green(rng)
    whole, squash = rng.random() < 0.5, rng.uniform(0.8, 1)
    y, size = (-0.4, 0.58) if whole else (0, 0.98)
    if whole:
        line = stem(e, rng, (0, y), (0, 1), leaves, 0.09)
        for k, side in zip((7, 10, 12), (-1, 1, -1)):
            leaf(e, *line[k], side * rng.uniform(0.8, 1.5), 0.65, 0.24, leaves, 0.35)
    count = rng.integers(13, 22)
    for layer in (0.85, 1.0):
        petal = blade(size, rng.uniform(0.1, 0.14) * size, 0.65)
        ring = [put(petal, angle=2 * np.pi * (k + layer * 3 + rng.normal(0, 0.1)) / count)
                for k in range(count)]
        e.shapes([p * (1, squash) + (0, y) for p in ring], shade(ink, layer))
        e.lines([p[3:9] * (1, squash) + (0, y) for p in ring], shade(ink, 0.65 * layer), 0.015)
    r = size * rng.uniform(0.42, 0.55)
    e.oval(0, y, r, r * squash, disc)
    k = np.arange(60)
    turn = 2.4 * k      # seeds follow each other by the golden angle
    spiral = np.stack([np.cos(turn), squash * np.sin(turn)], axis=1)
    dots(e, spiral * r * np.sqrt(k / 62)[:, None] + (0, y), 0.035 * size, contrast(disc, 1.9))


def tulip(e, rng):
    """A tulip: a cup of six pointed petals on a bare stem between long leaves."""
    ink, leaves = tint(rng, (0.0, 0.93, 0.13, 0.8, 0.05), (0.15, 1)), green(rng)
    stem(e, rng, (0, -0.2), (rng.normal(0, 0.1), 1), leaves, 0.08)
    for side in rng.permutation([-1, 1, -1, 1])[:rng.integers(2, 4)]:
        leaf(e, side * 0.03, 1, side * rng.uniform(0.1, 0.5), rng.uniform(0.9, 1.3), 0.14,
             shade(leaves, rng.uniform(0.85, 1.1)), 0.4, side * rng.uniform(-0.1, 0.25))
    tall, gape = rng.uniform(0.75, 0.95), rng.uniform(0.05, 0.35)
    for angle, width, tone in ((-0.5 * gape, 0.24, 0.62), (0.5 * gape, 0.24, 0.66),
                               (-gape, 0.27, 0.85), (gape, 0.27, 0.92),
                               (rng.normal(0, 0.04), 0.29, 1.05)):
        at = put(blade(tall * (0.92 if tone > 1 else 1), width, 0.42, 0.75),
                 0.5 * angle, -0.08, angle)
        e.shape(at, shade(ink, tone))
        e.line(at, shade(ink, 0.55), 0.02, closed=True)


def daffodil(e, rng):
    """A daffodil: six petals behind a frilled trumpet."""
    ink, cup = (tint(rng, (0.14, 0.16), (0.05, 0.9), (0.7, 1), 0.2) for _ in range(2))
    cup = tint(rng, (0.07, 0.1, 0.13), (0.6, 1), (0.7, 1)) if rng.random() < 0.6 else cup
    leaves, whole = green(rng), rng.random() < 0.6
    y, size = (-0.4, 0.56) if whole else (0, 0.95)
    if whole:
        stem(e, rng, (0, y), (0.1, 1), leaves)
        for side in (-1, 1, -1, 1)[:rng.integers(2, 5)]:
            leaf(e, 0.05, 1, side * rng.uniform(0.05, 0.4), 1.25, 0.06, leaves)
    aside = rng.uniform(-0.25, 0.25) * size
    petals(e, rng, 0, y, 6, blade(size, 0.29 * size, 0.5, 0.8), ink, rng.uniform(0, 1))
    for t in np.linspace(0, 1, 4):
        r = size * (0.24 + 0.16 * t)
        e.shape(rosette(aside * t, y, 0.93 * r, r, 14), shade(cup, 0.7 + 0.3 * t))
    e.oval(aside, y, 0.27 * size, 0.27 * size, shade(cup, 0.5))
    dots(e, (aside, y) + 0.09 * size * np.array([(0, 1), (0.9, -0.5), (-0.9, -0.5), (0, 0)]),
         0.05 * size, (0.95, 0.85, 0.4))


def orchid(e, rng):
    """An orchid: two round wings and three sepals about a lip, alone or along an arching stem."""
    ink = tint(rng, (0.85, 0.9, 0.78, 0.15), (0.0, 0.8), (0.65, 1))
    lip, leaves = tint(rng, (0.88, 0.95, 0.12), (0.5, 1), (0.4, 0.95)), green(rng)
    spots = [(0, 0.05, 1.0)]
    if rng.random() < 0.5:
        line = curve([(-0.25, 1), (-0.4, 0), (0, -0.65), (0.75, -0.4)], 20)
        e.line(line, leaves, 0.05)
        leaf(e, -0.25, 1, 1.1, 0.9, 0.15, leaves)
        leaf(e, -0.25, 1, -0.9, 0.6, 0.15, leaves)
        spots = [(*line[k], rng.uniform(0.36, 0.44)) for k in (7, 10, 14, 19)[:rng.integers(3, 5)]]
    for x, y, size in spots:
        turn = rng.normal(0, 0.15)
        petals(e, rng, x, y, 3, blade(size * 0.92, 0.22 * size, 0.55, 0.8), shade(ink, 0.88), turn)
        for side in (-1, 1):
            at = put(blade(0.95, 0.4, 0.6, 0.6), x, y, turn + side * 1.25, size)
            e.shape(at, ink)
            ribs = [put([(0, -0.1), (s * 0.2, -0.75)], x, y, turn + side * 1.25, size)
                    for s in (-1, 0, 1)]
            e.lines([at, *ribs], shade(ink, 0.7), 0.02 * size)
        mouth = [(0, -0.1), (0.14, 0.1), (0.24, 0.05), (0.15, 0.3), (0.2, 0.5), (0, 0.42)]
        e.shape(put(mirrored(mouth), x, y, turn, size), lip)
        e.oval(x, y, 0.08 * size, 0.1 * size, (0.97, 0.93, 0.7))


def poppy(e, rng):
    """A poppy: four broad crumpled petals about a dark centre, with a nodding bud."""
    ink, leaves = tint(rng, (0.0, 0.02, 0.96, 0.08), (0.3, 1)), green(rng)
    whole, squash = rng.random() < 0.7, rng.uniform(0.55, 1)
    y, size = (-0.4, 0.58) if whole else (0, 0.95)
    if whole:
        stem(e, rng, (0, y), (0.05, 1), leaves, 0.04)
        hook = curve([(0.05, 1), (0.5, 0.1), (0.62, -0.25), (0.78, -0.12)], 16)
        e.line(hook, leaves, 0.035)
        e.oval(*hook[-1], 0.1, 0.17, shade(leaves, 0.85))
    for k in (0, 2, 1, 3):
        a = 0.4 + k * np.pi / 2 + rng.normal(0, 0.1)
        at = rosette(0.45 * size * np.cos(a), y + 0.45 * squash * size * np.sin(a), 0.53 * size,
                     0.6 * size, rng.integers(7, 11), 1, a, squash)
        e.shape(at, shade(ink, rng.uniform(0.8, 1.1)))
        e.line(at, shade(ink, 0.6), 0.02, closed=True)
    dark = np.full(3, rng.uniform(0.05, 0.2))
    e.shape(rosette(0, y, 0.15 * size, 0.36 * size, 4, 2, 0.4, squash), dark)
    dots(e, ellipse(0, y, 0.3 * size, 0.3 * squash * size, 0, 16), 0.035 * size, dark)
    e.oval(0, y, 0.14 * size, 0.14 * squash * size, shade(leaves, 1.2))


FLOWERS = {f.__name__: f for f in (
    bellflower, marigold, rose, sunflower, tulip, daffodil, orchid, poppy)}
