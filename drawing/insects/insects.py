"""Insects, each drawn on an easel by a function of its own."""

import numpy as np

from drawing.easel import arc, curve, ellipse, mirrored, ribbon
from drawing.marks import (
    EARTH,
    GREENS,
    both,
    contrast,
    dots,
    put,
    rosette,
    rungs,
    shade,
    tint,
)


def dark(rng):
    """The colour (3,) of a shell: mostly brown or black, at times of any hue."""
    return tint(rng, EARTH, (0.1, 0.9), (0.12, 0.6), 0.3)


def legs(e, rng, roots, feet, ink, width=0.05, rise=0.15):
    """Draw pairs of bent legs: roots and feet (K, 2) of the right side; rise lifts the knees."""
    lines = []
    for side in (-1, 1):
        for root, foot in zip(np.asarray(roots, float), np.asarray(feet, float)):
            foot = foot + rng.normal(0, 0.05, 2)
            way = foot - root
            out = np.array([-way[1], way[0]]) * (1 if way[1] < 0 else -1)
            knee = root + 0.55 * way + rise * rng.uniform(0.6, 1.4) * out
            lines.append(np.array([root, knee, foot]) * (side, 1))
    e.lines(lines, ink, width)


def feelers(e, rng, x, y, ends, ink, width=0.03):
    """Draw a pair of curved feelers from (x, y) and its mirror image to about ends (x, y)."""
    ends = np.add(ends, rng.normal(0, 0.06, 2))
    middle = 0.5 * np.add((x, y), ends) + rng.normal(0, 0.06, 2)
    e.lines(both(curve([(x, y), middle, ends], 12)), ink, width)


def wings(e, rng, outline, ink, spots):
    """Draw a pair of wings with veins, a dark edge and spots (K, 2) of another colour."""
    for at in both(outline):
        e.shape(at, ink)
        e.line(at, shade(ink, 0.35), 0.05, closed=True)
    root = outline[0]
    e.lines([b for p in outline[4:-4:5] for b in both([root, 0.8 * (p - root) + root])],
            shade(ink, 0.5), 0.02)
    if len(spots):
        size = rng.uniform(0.05, 0.11)
        fleck = tint(rng, (0.0, 0.15, 0.6), (0, 1), (0.3, 1), 0.6)
        dots(e, np.concatenate(both(spots)), size, fleck)
        dots(e, np.concatenate(both(spots)), 0.5 * size, contrast(fleck, 0.3))


def beetle(e, wide, tall, ink, edge):
    """Draw two wing cases with a seam about (0, 0.2)."""
    case = mirrored(curve([(0, 0.2 - tall), (wide * 0.85, 0.22 - 0.9 * tall), (wide, 0.2),
                           (wide * 0.6, 0.2 + 0.8 * tall), (0, 0.2 + tall)], 16))
    e.shape(case, ink)
    e.line(case, edge, 0.03, closed=True)
    e.line([(0, 0.2 - tall), (0, 0.2 + tall)], edge, 0.035)
    e.line(arc(-0.4 * wide, 0.1, 0.25 * wide, 0.5 * tall, 2.6, 4, 8), shade(ink, 1.5), 0.05)


def butterfly(e, rng):
    """A butterfly from above: two pairs of broad wings, a slim body, clubbed feelers."""
    ink, low = (tint(rng, (0.08, 0.14, 0.6), (0.1, 1), (0.4, 1), 0.5) for _ in range(2))
    low = ink if rng.random() < 0.5 else low
    wide, up, tail = rng.uniform(0.8, 1), rng.uniform(0.7, 0.95), rng.uniform(0.5, 0.95)
    fore = curve([(0.03, -0.1), (0.45 * wide, -0.65 * up), (0.95 * wide, -up), (wide, -0.5 * up),
                  (0.7 * wide, 0.0), (0.03, 0.08)], 26)
    hind = curve([(0.03, -0.02), (0.6 * wide, 0.02), (0.8 * wide, 0.3), (0.55 * wide, 0.75 * tail),
                  (0.35 * wide, rng.uniform(0.75, 1.1) * tail), (0.03, 0.2)], 26)
    wings(e, rng, hind, low, hind[10:21:4] * 0.75 if rng.random() < 0.7 else [])
    wings(e, rng, fore, ink, fore[7:17:3] * 0.8 if rng.random() < 0.7 else [])
    body = dark(rng)
    e.oval(0, 0.05, 0.06, 0.42, body)
    e.oval(0, -0.38, 0.075, 0.075, body)
    tip = np.array([(rng.uniform(0.2, 0.4), -0.92)])
    e.lines(both([(0.02, -0.4), *tip]), body, 0.03)
    dots(e, np.concatenate(both(tip)), 0.04, body)


def moth(e, rng):
    """A moth at rest: fat furry body, wings laid back like a roof, feathered feelers."""
    ink = tint(rng, (*EARTH, 0.6), (0.05, 0.7), (0.35, 0.9))
    wide, low = rng.uniform(0.65, 0.98), rng.uniform(0.6, 0.9)
    wing = curve([(0.05, -0.5), (0.4 * wide, -0.35), (wide, low - 0.1), (0.5 * wide, low),
                  (0.02, 0.35)], 26)
    hind = [(0, 0.3), (0.5 * wide, 0.5), (0.45 * wide, low + 0.12), (0.1, low)]
    e.shapes(both(hind), shade(ink, 0.75))
    for at in both(wing):
        e.shape(at, ink)
        e.line(at, shade(ink, 0.5), 0.03, closed=True)
    wave = np.linspace(0, 1, 12)
    for t in rng.uniform(0.15, 0.95, 3):
        x, y = 0.05 + t * (wide - 0.15) * wave, -0.2 + t * low - 0.25 * wave + 0.05 * (2 - t)
        zigzag = np.stack([x * 0.95, y + 0.35 * wave * t + 0.03 * np.sin(20 * wave)], axis=1)
        e.lines(both(zigzag), shade(ink, rng.choice([0.5, 0.6, 1.4])), 0.045)
    dots(e, np.concatenate(both([(0.5 * wide, 0.25 * low)])), 0.09, shade(ink, 0.4))
    fur = tint(rng, EARTH, (0, 0.6), (0.3, 0.9))
    e.shape(rosette(0, 0.1, 0.13, 0.17, 14, squash=2.6), shade(fur, 0.85))
    e.shape(rosette(0, -0.45, 0.2, 0.25, 12), fur)
    line = curve([(0.05, -0.6), (0.3, -0.8), (rng.uniform(0.45, 0.65), -0.95)], 9)
    comb = [[p, p + d] for p in line[1:] for d in ((0.1, 0.04), (-0.06, -0.1))]
    e.lines([b for c in [line, *comb] for b in both(c)], shade(fur, 0.6), 0.025)


def dragonfly(e, rng):
    """A dragonfly from above: four long clear wings, a thin long tail, large eyes."""
    ink = tint(rng, (0.0, 0.33, 0.55, 0.6), (0.3, 1), (0.3, 0.95), 0.4)
    glass, sweep = tint(rng, 0.55, (0, 0.3), (0.75, 1)), rng.uniform(-0.25, 0.25)
    half = mirrored(curve([(0, 0), (0.06, -0.2), (0.13, -0.7), (0.08, -0.93), (0, -0.97)], 12))
    for angle, y in ((1.25 - sweep, -0.42), (1.72 + sweep * rng.random(), -0.28)):
        pair = both(put(half, 0.03, y, angle))
        e.shapes(pair, glass, rng.uniform(0.6, 0.95))
        ribs = both(put([(0, 0), (0.03, -0.9)], 0.03, y, angle))
        e.lines([*pair, *ribs], shade(glass, 0.45), 0.02)
        tip = put([(0.06, -0.82), (0.04, -0.92)], 0.03, y, angle)
        e.lines(both(tip), shade(ink, 0.4), 0.06)
    tail = curve([(0, -0.2), (rng.normal(0, 0.05), 0.4), (rng.normal(0, 0.15), 1.02)], 22)
    e.shape(ribbon(tail, np.interp(np.arange(22), [0, 4, 16, 19, 21], [.07, .05, .045, .07, .02])),
            ink)
    e.lines(rungs(ribbon(tail, 0.06), 3, 22, 3), shade(ink, 0.4), 0.025)
    e.oval(0, -0.38, 0.12, 0.22, shade(ink, 0.85))
    e.shapes([ellipse(s * 0.09, -0.66, 0.1, 0.11) for s in (-1, 1)], contrast(ink, 0.5))


def ladybird(e, rng):
    """A ladybird: a round back with round spots, a small dark head, six short legs."""
    ink = tint(rng, (0.0, 0.05, 0.13, 0.97), (0.5, 1), (0.45, 1))
    spot = np.full(3, rng.uniform(0.03, 0.15))
    if rng.random() < 0.15:
        ink, spot = spot, ink
    black = np.full(3, rng.uniform(0.05, 0.2))
    wide, tall = rng.uniform(0.62, 0.78), rng.uniform(0.66, 0.78)
    legs(e, rng, [(0.4, -0.3), (0.55, 0.15), (0.45, 0.55)],
         [(0.85, -0.6), (1.0, 0.2), (0.85, 0.9)], black, 0.07)
    feelers(e, rng, 0.1, -0.75, (0.3, -1.0), black, 0.04)
    e.oval(0, -0.66, 0.25, 0.2, black)
    e.oval(0, -0.48, 0.45, 0.25, shade(black, 1.6))
    dots(e, [(-0.28, -0.55), (0.28, -0.55)], 0.09, (0.95, 0.93, 0.85))
    beetle(e, wide, tall, ink, shade(ink, 0.3))
    spots = np.array([(0.3, -0.15), (0.45, 0.28), (0.22, 0.55), (0.18, 0.18), (0.5, 0.0)])
    spots = spots[:rng.integers(1, 6)] * (wide / 0.72, 1)
    dots(e, np.concatenate(both(spots)), rng.uniform(0.08, 0.14), spot)
    if rng.random() < 0.5:
        dots(e, [(0, -0.3)], 0.12, spot)


def stag_beetle(e, rng):
    """A stag beetle: an oblong body and a broad head with large toothed antler jaws."""
    ink = dark(rng)
    wide, reach = rng.uniform(0.32, 0.42), rng.uniform(0.42, 0.6)
    legs(e, rng, [(0.25, -0.2), (0.3, 0.15), (0.28, 0.3)],
         [(0.8, -0.5), (0.92, 0.3), (0.75, 0.98)], shade(ink, 0.7), 0.07, 0.25)
    feelers(e, rng, 0.25, -0.4, (0.6, -0.62), shade(ink, 0.7), 0.04)
    out = rng.uniform(0.25, 0.42)
    jaw = curve([(0.14, -0.42), (out + 0.05, -0.45 - 0.45 * reach), (out - 0.1, -0.45 - reach),
                 (0.08, -0.5 - reach)], 16)
    jaws = both(ribbon(jaw, np.linspace(0.08, 0.02, 16)))
    teeth = both([jaw[8] + (0.02, -0.07), jaw[9] + (-0.17, 0.02), jaw[9] + (0.0, 0.08)])
    e.shapes(jaws + teeth, tint(rng, (0.0, 0.04), (0.3, 0.9), (0.2, 0.5)))
    e.shape(mirrored([(0.2, -0.52), (0.3, -0.45), (0.28, -0.25), (0, -0.22)]), shade(ink, 0.85))
    beetle(e, wide, 0.62, ink, shade(ink, 0.4))
    e.oval(0, -0.18, wide * 1.02, 0.16, shade(ink, 1.15))
    e.line(ellipse(0, -0.18, wide * 1.02, 0.16), shade(ink, 0.4), 0.03, closed=True)


def longhorn(e, rng):
    """A long-horned beetle: a narrow body with jointed feelers longer than itself."""
    ink = tint(rng, (*EARTH, 0.35, 0.55), (0.2, 0.9), (0.15, 0.8))
    wide = rng.uniform(0.2, 0.27)
    legs(e, rng, [(0.1, -0.2), (0.15, 0.05), (0.18, 0.25)],
         [(0.55, -0.35), (0.68, 0.3), (0.55, 0.85)], shade(ink, 0.7), 0.05, 0.25)
    out, down = rng.uniform(0.7, 1), rng.uniform(0.2, 0.9)
    horn = curve([(0.07, -0.52), (0.3, -0.95), (out, -0.5), (out - 0.1, down)], 20)
    e.lines(both(horn), shade(ink, 0.6), 0.045)
    dots(e, np.concatenate(both(horn[3::3])), 0.045, shade(ink, 0.35))
    e.oval(0, -0.48, 0.12, 0.14, shade(ink, 0.8))
    e.shape(mirrored([(0.1, -0.4), (0.2, -0.28), (0.13, -0.12)]), shade(ink, 1.1))
    beetle(e, wide, 0.56, ink, shade(ink, 0.45))
    band = np.array([(-0.9 * wide, 0.05), (0.9 * wide, 0.05)])
    e.line(band, contrast(ink, 1.8), 0.06)
    if rng.random() < 0.6:
        e.line(band + (0, 0.25), contrast(ink, 1.8), 0.06)
        dots(e, both([0.5 * wide, -0.2]), 0.04, contrast(ink, 1.8))


def grasshopper(e, rng):
    """A grasshopper from the side: a long body, folded wing and large bent hind legs."""
    ink = tint(rng, (*GREENS, 0.1), (0.2, 0.9), (0.3, 0.85))
    knee, foot = rng.uniform(-0.85, -0.55), rng.uniform(0.5, 1)
    e.lines([[(x, 0.2), (x - s, 0.4), (x - s - 0.05, 0.75)]
             for x, s in ((-0.6, 0.2), (-0.35, 0.05), (-0.5, 0.1), (-0.25, -0.1))],
            shade(ink, 0.75), 0.045)

    def hind_leg(dx):
        line = np.linspace((-0.1 + dx, 0.2), (0.45 + dx, knee), 10)
        thigh = ribbon(line, 0.03 + 0.09 * np.sin(np.linspace(0.6, 2.9, 10)))
        return thigh, [line[-1], (foot + dx - 0.05, 0.7), (foot + dx + 0.12, 0.72)]

    thigh, shin = hind_leg(0.12)    # the far one, behind the body
    e.shape(thigh, shade(ink, 0.65))
    e.line(shin, shade(ink, 0.65), 0.05)
    e.shape(curve([(-0.85, -0.05), (-0.4, -0.15), (0.3, 0.0), (0.85, 0.18), (0.3, 0.3),
                   (-0.5, 0.32), (-0.85, 0.2), (-0.85, -0.05)], 26), ink)
    e.lines([arc(x, 0.12, 0.04, 0.16, -1.3, 1.3, 6) for x in np.linspace(0.05, 0.65, 6)],
            shade(ink, 0.6), 0.025)
    e.shape(curve([(-0.4, -0.16), (0.3, -0.16), (1, 0.02), (0.5, 0.12), (-0.35, 0.1)], 14),
            contrast(ink, 0.75))
    thigh, shin = hind_leg(0)
    e.shape(thigh, shade(ink, 0.95))
    e.lines([thigh, shin], shade(ink, 0.5), 0.035)
    e.shape(curve([(-0.42, -0.2), (-0.62, -0.2), (-0.62, 0.25), (-0.4, 0.2)], 10), shade(ink, 0.85))
    e.oval(-0.8, 0.02, 0.15, 0.24, ink, 0.3)
    e.oval(-0.82, -0.1, 0.06, 0.08, (0.08, 0.06, 0.05))
    tip = rng.uniform(-1, -0.2), rng.uniform(-0.85, -0.6)
    e.lines([curve([(-0.88, -0.18), (-0.95, -0.45), tip], 8),
             curve([(-0.86, -0.18), (-0.85, -0.5), np.add(tip, (0.2, 0))], 8)],
            shade(ink, 0.5), 0.03)


def mantis(e, rng):
    """A mantis from the side: a raised long chest, folded toothed arms, triangular head."""
    ink = tint(rng, (*GREENS, 0.1), (0.2, 0.9), (0.35, 0.85))
    lift = rng.uniform(-0.1, 0.1)
    neck = np.array([-0.55 + lift, -0.72])
    e.lines([curve([(x, 0.25), (x + s, -0.02 + 0.2 * (s < 0)), (x + 1.9 * s, 0.95)], 8)
             for x, s in ((-0.05, -0.3), (0.0, -0.18), (0.2, 0.25), (0.25, 0.38))],
            shade(ink, 0.75), 0.04)
    e.shape(curve([(-0.15, 0.1), (0.3, 0.22), (0.95, 0.75), (0.5, 0.62), (0.0, 0.42)], 18), ink)
    e.shape(curve([(-0.12, 0.08), (0.5, 0.15), (1.05, 0.72), (0.4, 0.4)], 14), shade(ink, 0.75))
    e.shape(ribbon(curve([(0.0, 0.28), (-0.25, -0.2), neck], 12), np.linspace(0.11, 0.07, 12)), ink)
    gape = rng.uniform(-0.15, 0.15)
    for dx, tone in ((0.1, 0.7), (-0.05, 1.05)):
        elbow, wrist = (-0.6 + dx, 0.15 + gape), (-0.85 + dx, -0.45 + gape)
        hand = (-0.68 + dx, 0.02 + 1.3 * gape)
        upper = np.linspace((-0.38, -0.4), elbow, 8)
        e.shape(ribbon(upper, 0.06), shade(ink, tone))
        e.shape(ribbon(np.linspace(elbow, wrist, 8), np.linspace(0.08, 0.05, 8)), shade(ink, tone))
        saw = np.linspace(wrist, hand, 9) + np.outer(np.arange(9) % 2, (0.05, 0))
        e.line(saw, shade(ink, 0.5 * tone), 0.05)
    e.shape(neck + [(-0.28, 0.1), (0.02, -0.22), (0.16, 0.02), (-0.1, 0.1)], shade(ink, 1.05))
    e.oval(*(neck + (0.03, -0.14)), 0.07, 0.08, shade(ink, 0.35))
    e.lines([curve([neck + (-0.1, -0.1), neck + (-0.25, -0.3), neck + (x, -0.4)], 7)
             for x in rng.uniform(-0.6, -0.2, 2)], shade(ink, 0.5), 0.025)


def fly(e, rng):
    """A fly from above: two clear wings, large red eyes, a bristly striped body."""
    ink = tint(rng, (0.35, 0.5, 0.6, 0.1), (0.05, 0.8), (0.15, 0.6))
    glass, open_ = tint(rng, 0.55, (0, 0.25), (0.7, 1), 0.2), rng.uniform(2.0, 2.75)
    legs(e, rng, [(0.15, -0.35), (0.22, -0.15), (0.18, 0.05)],
         [(0.6, -0.8), (0.95, -0.1), (0.7, 0.95)], shade(ink, 0.5), 0.045, 0.22)
    e.shape(mirrored(curve([(0, -0.1), (0.3, 0.1), (0.32, 0.4), (0.15, 0.75), (0, 0.82)], 14)), ink)
    e.lines([arc(0, y, 0.28, 0.07, 0.1, 3.0, 8) for y in (0.25, 0.42, 0.58)],
            shade(ink, 0.5), 0.04)
    wing = mirrored(curve([(0, 0), (0.1, -0.25), (0.27, -0.65), (0.15, -0.95), (0, -1)], 12))
    pair = both(put(wing, 0.14, -0.25, open_, rng.uniform(0.95, 1.1)))
    e.shapes(pair, glass, rng.uniform(0.5, 0.85))
    ribs = [b for end in ((-0.14, -0.75), (0, -0.95), (0.15, -0.75))
            for b in both(put([(0, 0), end], 0.14, -0.25, open_))]
    e.lines(pair + ribs, shade(glass, 0.5), 0.02)
    e.oval(0, -0.25, 0.27, 0.28, shade(ink, 0.85))
    e.lines([[(x, -0.45), (x, -0.05)] for x in (-0.12, 0, 0.12)], shade(ink, 0.45), 0.035)
    e.oval(0, -0.6, 0.22, 0.13, shade(ink, 0.6))
    eye = tint(rng, (0.0, 0.02, 0.05), (0.5, 1), (0.4, 0.85), 0.15)
    e.shapes([ellipse(s * 0.17, -0.64, 0.13, 0.16, s * 0.3) for s in (-1, 1)], eye)


def caterpillar(e, rng):
    """A caterpillar from the side: a chain of round segments, stub feet and hairs."""
    ink, other = (tint(rng, GREENS, (0.2, 1), (0.4, 0.95), 0.5) for _ in range(2))
    other = shade(ink, rng.uniform(0.65, 0.85)) if rng.random() < 0.5 else other
    count, hump = rng.integers(8, 13), rng.uniform(-0.5, 0.35)
    line = curve([(-0.8, -0.05 + rng.uniform(-0.4, 0.1)), (-0.4, 0.1), (0.05, hump), (0.5, 0.1),
                  (0.88, 0.05)], 60)[np.linspace(4, 59, count).astype(int)]
    r = rng.uniform(0.19, 0.25)
    e.lines([[p + (0, 0.5 * r), p + (0.02, 1.35 * r)] for p in line[1:]], shade(ink, 0.5), 0.08)
    if rng.random() < 0.6:
        e.lines([[p, p + 1.9 * r * np.array([np.sin(a), -np.cos(a)])]
                 for p in line for a in rng.uniform(-0.7, 0.7, 3)], shade(other, 0.6), 0.025)
    for k, p in list(enumerate(line))[::-1]:
        size = r * (0.75 + 0.25 * np.sin(np.pi * (k + 1) / (count + 1)))
        e.oval(*p, 0.75 * size, size, (ink, other)[k % 2])
        e.line(ellipse(*p, 0.75 * size, size), shade(ink, 0.5), 0.025, closed=True)
    dots(e, line, 0.25 * r, contrast(other, 0.4))
    x, y = line[0] + (-0.12, -0.02)
    e.oval(x, y, 0.2, 0.21, tint(rng, (0, 0.05, 0.3), (0.2, 0.9), (0.2, 0.8)))
    e.lines([[(x, y - 0.15), (x + s, y - 0.42)] for s in (-0.15, 0.05)], shade(ink, 0.4), 0.04)
    dots(e, [(x - 0.08, y - 0.03)], 0.06, (0.98, 0.98, 0.95))
    dots(e, [(x - 0.09, y - 0.02)], 0.03, (0.03, 0.03, 0.03))


INSECTS = {f.__name__: f for f in (
    butterfly, moth, dragonfly, ladybird, stag_beetle, longhorn, grasshopper, mantis, fly,
    caterpillar)}
