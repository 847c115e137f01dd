"""Tools, cutlery and measuring instruments, each drawn on an easel by a function of its own."""

import numpy as np

from drawing.brush import colour
from drawing.easel import arc, box, curve, ellipse, mirrored, ribbon


def near(rng, value):
    """The value within 15 %."""
    return value * rng.uniform(0.85, 1.15)


def inks(rng, count=3):
    """Colours (count, 3), by turns dark and light."""
    first = rng.integers(2)
    bounds = ((0.08, 0.38), (0.55, 0.98))
    return np.array([colour(rng, 0.9, *bounds[(first + k) % 2]) for k in range(count)])


def spokes(e, x, y, r, count, ink, width=0.04, start=0.0):
    """Spokes of length r about (x, y)."""
    a = start + 2 * np.pi * np.arange(count) / count
    rim = np.stack([x + r * np.cos(a), y + r * np.sin(a)], 1)
    path = np.full((2 * count, 2), (x, y), float)
    path[1::2] = rim
    e.line(path, ink, width)


def shaft(e, rng, top, bottom, ink, half=0.09):
    """A handle down the middle from top to bottom, swelling somewhere."""
    y = np.linspace(top, bottom, 12)
    swell = half * (1 + rng.uniform(0, 0.35) * np.sin(np.linspace(0, rng.uniform(2, 7), 12)))
    e.shape(ribbon(np.stack([0 * y, y], 1), swell), ink)
    e.oval(0, bottom, swell[-1], 0.6 * half, ink)


def hammer(e, rng):
    """A hammer with a face on one side and a peen or claws on the other."""
    wood, iron, _ = inks(rng)
    shaft(e, rng, -0.6, 0.93, wood, near(rng, 0.1))
    y, b = near(rng, -0.65), near(rng, 0.16)
    e.shape(box(-0.3, y - 0.7 * b, 0.2, y + 0.7 * b), iron)
    e.shape(box(-0.6, y - b, -0.3, y + b), iron)
    if rng.random() < 0.5:
        e.shape([(0.15, y - 0.7 * b), (0.65, y), (0.65, y + 0.1), (0.15, y + 0.7 * b)], iron)
    else:
        e.shape(ribbon(curve([(0.1, y), (0.4, y - 0.05), (0.7, y + 0.25)]),
                       np.linspace(0.8 * b, 0.03, 24)), iron)


def saw(e, rng):
    """A hand saw: a long tapering blade with teeth and a handle with a hole."""
    steel, wood, _ = inks(rng)
    teeth, tip = rng.integers(9, 15), near(rng, 0.12)
    x = np.linspace(-0.98, 0.45, 2 * teeth + 1)
    edge = np.stack([x, 0.25 + 0.1 * (np.arange(len(x)) % 2)], 1)
    e.shape(np.concatenate([edge, [(0.5, -0.35), (-0.98, 0.2 - tip)]]), steel)
    e.line(curve([(0.45, -0.3), (0.8, near(rng, -0.38)), (0.9, -0.05), (0.85, 0.3), (0.5, 0.3),
                  (0.45, 0)]), wood, near(rng, 0.18))
    e.line([(0.45, -0.35), (0.45, 0.3)], wood, 0.16)


def screwdriver(e, rng):
    """A screwdriver with a fat grooved handle."""
    grip, steel, groove = inks(rng)
    a, y = near(rng, 0.22), near(rng, -0.12)
    e.shape(mirrored([(0.055, y), (0.055, 0.75), (0.11, 0.85), (0.09, 0.97)]), steel)
    e.shape(mirrored(curve([(0, -0.98), (a, -0.88), (0.85 * a, -0.6), (a, y - 0.2), (0.12, y)])),
            grip)
    for x in (-0.45, 0.45):
        e.line([(x * a, -0.8), (x * a, y - 0.15)], groove, 0.04)
    e.shape(mirrored([(0.1, y - 0.02), (0.09, y + 0.1)]), groove)


def spanner(e, rng):
    """A spanner with an open jaw at one end and a ring or a jaw at the other."""
    steel, trim, _ = inks(rng)
    r, jaw = near(rng, 0.3), near(rng, 0.15)
    e.shape(box(-0.12, -0.6, 0.12, 0.6), steel)
    e.line([(0, -0.3), (0, 0.35)], trim, 0.05)
    ends = [(-1, -0.62)] + [(1, 0.62)] * (rng.random() < 0.5)
    for s, y in ends:
        t = s * np.pi / 2 + np.linspace(0.5, 2 * np.pi - 0.5, 24)
        rim = np.stack([r * np.cos(t), y + r * np.sin(t)], 1)
        floor = [(s * jaw, y - s * 0.02), (-s * jaw, y - s * 0.02)]
        e.shape(np.concatenate([rim, floor]), steel)
    if len(ends) == 1:
        e.line(ellipse(0, 0.7, 0.2, 0.2), steel, 0.13, closed=True)


def pliers(e, rng):
    """Pliers: two crossed legs, a joint and short jaws."""
    steel, grip, _ = inks(rng)
    wide = near(rng, 0.42)
    for s in (-1, 1):
        leg = curve([(s * 0.05, -0.25), (-s * wide, 0.2), (-s * 0.8 * wide, 0.97)])
        e.shape(ribbon(leg, np.linspace(0.1, 0.12, 24)), grip)
        e.shape([(s * 0.02, -0.98), (s * 0.12, -0.95), (s * near(rng, 0.24), -0.35),
                 (-s * 0.2, -0.05), (s * 0.04, -0.4)], steel)
    e.oval(0, -0.25, 0.2, 0.2, steel)
    e.oval(0, -0.25, 0.08, 0.08, grip)


def axe(e, rng):
    """An axe: a handle and one broad or two curved blades."""
    wood, iron, edge = inks(rng)
    shaft(e, rng, -0.9, 0.95, wood, near(rng, 0.08))
    y, wide, tall = near(rng, -0.6), near(rng, 0.65), near(rng, 0.38)
    for s in (1, -1)[:1 + (rng.random() < 0.3)]:
        rim = curve([(s * 0.8 * wide, y - tall), (s * wide, y), (s * 0.8 * wide, y + tall)])
        e.shape(np.concatenate([[(0, y + 0.14), (0, y - 0.14)], rim]), iron)
        e.line(rim, edge, 0.06)
    e.shape(box(-0.17, y - 0.14, 0.12, y + 0.14), iron)


def spade(e, rng):
    """A spade or a shovel with a T- or D-shaped grip."""
    wood, iron, _ = inks(rng)
    e.shape(box(-0.06, -0.9, 0.06, 0.3), wood)
    if rng.random() < 0.5:
        e.line([(-0.24, -0.92), (0.24, -0.92)], wood, 0.14)
    else:
        e.line([(0, -0.6), (-0.22, -0.95), (0.22, -0.95)], wood, 0.1, closed=True)
    w, y, tip = near(rng, 0.34), near(rng, 0.2), rng.choice([0.75, 0.97])
    e.shape(mirrored(curve([(w, y), (w, 0.75), (0.6 * w, tip), (0, 0.98)])), iron)
    e.shape(mirrored([(0.1, y - 0.15), (0.1, y + 0.2)]), iron)


def rake(e, rng):
    """A rake: a long handle, a bar and prongs, straight or fanned."""
    wood, iron, _ = inks(rng)
    shaft(e, rng, -0.97, 0.5, wood, 0.06)
    wide, count = near(rng, 0.62), rng.integers(6, 10)
    if rng.random() < 0.5:
        e.line([(-wide, 0.55), (wide, 0.55)], iron, 0.14)
        for x in np.linspace(-wide, wide, count):
            e.line([(x, 0.55), (x, 0.95)], iron, 0.06)
    else:
        for x in np.linspace(-wide, wide, count):
            e.line([(0, 0.2), (x, 0.85), (x, 0.97)], iron, 0.05)
        e.line([(-0.5 * wide, 0.55), (0.5 * wide, 0.55)], iron, 0.06)


def scissors(e, rng):
    """Scissors, more or less open."""
    steel, grip, pin = inks(rng)
    gape, r = rng.uniform(0.15, 0.42), near(rng, 0.2)
    for s in (-1, 1):
        e.shape([(s * gape, -0.97), (s * (gape + 0.06), -0.9), (-s * 0.05, 0.25),
                 (-s * 0.16, 0.2), (-s * 0.05, 0)], steel)
        e.line([(-s * 0.06, 0.1), (-s * 0.25, 0.5)], grip, 0.13)
        e.line(ellipse(-s * 0.34, 0.7, r, 1.25 * r, s * 0.4), grip, 0.12, closed=True)
    e.oval(0, 0.08, 0.06, 0.06, pin)


def knife(e, rng):
    """A table or kitchen knife: a blade with one curved edge and a handle."""
    steel, grip, rivet = inks(rng)
    w, y = near(rng, 0.28), near(rng, 0.25)
    back = [(-0.12, y), (-0.12, -0.85)]
    e.shape(np.concatenate([back, curve([(-0.1, -0.98), (0.7 * w, -0.5), (w, 0), (w, y)])]), steel)
    e.shape(curve([(-0.12, y), (0.12, y), (0.13, 0.6), (0.17, 0.95), (-0.08, 0.97), (-0.12, 0.6)]),
            grip)
    for t in (0.4, 0.6, 0.8):
        e.oval(0.02, t, 0.035, 0.035, rivet)


def fork(e, rng):
    """A fork with three or four prongs."""
    metal = inks(rng, 1)[0]
    w, root, count = near(rng, 0.32), near(rng, -0.3), rng.integers(3, 5)
    e.shape(mirrored(curve([(w + 0.03, root), (0.8 * w, 0), (0.08, 0.2), (0.06, 0.5), (0.13, 0.9),
                            (0, 0.98)])), metal)
    for x in np.linspace(-w, w, count):
        e.line([(x, root + 0.05), (x, -0.95)], metal, 0.3 / count)


def spoon(e, rng):
    """A spoon with an oval bowl."""
    metal, inner, _ = inks(rng)
    a, b = near(rng, 0.32), near(rng, 0.42)
    e.shape(mirrored([(0.05, -0.2), (0.05, 0.4), (near(rng, 0.12), 0.85), (0.06, 0.97)]), metal)
    e.oval(0, -0.55, a, b, metal)
    e.oval(0, -0.57, 0.75 * a, 0.8 * b, 0.5 * metal + 0.5 * inner, 0, 0.8)


def key(e, rng):
    """A key: a bow with a hole, a shank and a bit with notches."""
    metal = inks(rng, 1)[0]
    r, lobes = near(rng, 0.3), rng.integers(1, 4)
    for k in range(lobes):
        a = np.pi / 2 + 2 * np.pi * (k + 0.5) / lobes
        off = 0.2 * (lobes > 1)
        e.line(ellipse(off * np.cos(a), -0.6 + off * np.sin(a), r - off / 2, r - off / 2), metal,
               0.13, closed=True)
    e.shape(box(-0.07, -0.4, 0.07, 0.95), metal)
    for y in np.linspace(0.5, 0.85, rng.integers(2, 4)):
        e.shape(box(0, y - 0.06, rng.uniform(0.25, 0.42), y + 0.06), metal)


def padlock(e, rng):
    """A padlock, locked or open, with a keyhole."""
    body, shackle, _ = inks(rng)
    w, y, lift = near(rng, 0.6), near(rng, -0.1), rng.choice([0.0, 0.2])
    bow = arc(0, -0.4 - lift, 0.7 * w, 0.42, -np.pi, 0)
    e.line(np.concatenate([[(-0.7 * w, y + 0.1)], bow, [(0.7 * w, y + 0.1 - 2 * lift)]]), shackle,
           near(rng, 0.15))
    if rng.random() < 0.6:
        e.shape(box(-w, y, w, 0.92), body)
    else:
        e.shape(mirrored(curve([(0.9 * w, y), (1.1 * w, 0.4), (0, 0.95)])), body)
    e.oval(0, 0.33, 0.13, 0.13, shackle)
    e.shape(mirrored([(0.05, 0.35), (0.1, 0.65)]), shackle)


def brush(e, rng):
    """A flat paint brush: handle, ferrule and bristles."""
    wood, hair, metal = inks(rng)
    w = near(rng, 0.36)
    e.shape(mirrored(curve([(0, -0.98), (0.12, -0.9), (0.07, -0.5), (0.9 * w, -0.05)])), wood)
    e.shape(box(-w, -0.1, w, 0.2), metal)
    ends = np.linspace(-1.1 * w, 1.1 * w, 12)
    fringe = np.stack([ends, 0.88 + rng.uniform(-0.08, 0.08, 12)], 1)
    e.shape(np.concatenate([[(w, 0.18), (-w, 0.18)], fringe]), hair)
    for x in np.linspace(-0.7, 0.7, 5) * w:
        e.line([(x, 0.25), (x, 0.8)], 0.7 * hair, 0.025)


def pencil(e, rng):
    """A pencil with its sharpened tip, ferrule and rubber."""
    paint, wood, lead = inks(rng)
    w = near(rng, 0.15)
    e.shape(box(-w, -0.7, w, 0.55), paint)
    e.shape(box(-w / 3, -0.7, w / 3, 0.55), 0.8 * paint)
    e.shape(mirrored([(w, 0.55), (0, 0.98)]), wood)
    e.shape(mirrored([(0.35 * w, 0.83), (0, 0.98)]), lead)
    if rng.random() < 0.7:
        e.shape(box(-w, -0.82, w, -0.65), wood)
        e.shape(box(-w, -0.97, w, -0.82), lead)


def comb(e, rng):
    """A comb: a back and a row of teeth."""
    ink = inks(rng, 1)[0]
    top, count = near(rng, -0.3), rng.integers(12, 19)
    high = top - rng.uniform(0, 0.2)
    e.shape(curve([(-1, 0), (-0.95, top), (0, high), (0.95, top), (1, 0)]), ink)
    for x in np.linspace(-0.96, 0.96, count):
        e.line([(x, -0.05), (x, 0.42)], ink, 0.6 / count)
    for x in (-0.96, 0.96):
        e.line([(x, top), (x, 0.42)], ink, 0.09)


def magnifier(e, rng):
    """A magnifying glass."""
    rim, glass, grip = inks(rng)
    r, w = near(rng, 0.5), near(rng, 0.13)
    e.line([(0.2, 0.1), (0.85, 0.9)], grip, 0.2)
    e.oval(-0.2, -0.35, r, r, glass, 0, 0.6)
    e.line(ellipse(-0.2, -0.35, r, r), rim, w, closed=True)
    e.line(arc(-0.2, -0.35, 0.65 * r, 0.65 * r, 3.4, 4.4), (0.95, 0.95, 0.95), 0.06)


def anchor(e, rng):
    """An anchor with its ring, stock, flukes and perhaps a rope."""
    iron, rope, _ = inks(rng)
    w, a = near(rng, 0.13), near(rng, 0.72)
    e.line(ellipse(0, -0.78, 0.15, 0.15), iron, 0.09, closed=True)
    e.line([(0, -0.65), (0, 0.85)], iron, w)
    e.line([(-0.4, -0.45), (0.4, -0.45)], iron, w)
    e.line(arc(0, 0.25, a, 0.62, 0.1, np.pi - 0.1), iron, w)
    for s in (-1, 1):
        e.shape([(s * a, 0.0), (s * (a - 0.25), 0.4), (s * (a + 0.2), 0.4)], iron)
    if rng.random() < 0.4:
        e.line(curve([(0, -0.8), (0.5, -0.7), (0.2, -0.1), (-0.4, 0.2), (0.1, 0.5)]), rope, 0.06)


def bell(e, rng):
    """A bell with its rim, clapper and eye."""
    metal, band, _ = inks(rng)
    top, low = near(rng, 0.3), near(rng, 0.72)
    e.oval(0, 0.78, 0.15, 0.15, band)
    e.line(ellipse(0, -0.82, 0.12, 0.12), band, 0.09, closed=True)
    e.shape(mirrored(curve([(0, -0.75), (0.9 * top, -0.65), (1.3 * top, -0.1), (0.6 * low, 0.4),
                            (low, 0.7)])), metal)
    e.shape(box(-low, 0.6, low, 0.73), band)
    if rng.random() < 0.5:
        e.line([(-0.4, 0.25), (0.4, 0.25)], band, 0.06)


def ladder(e, rng):
    """A ladder: two rails and rungs."""
    wood = inks(rng, 1)[0]
    low, high, w = near(rng, 0.4), rng.uniform(0.2, 0.4), rng.uniform(0.07, 0.12)
    for y in np.linspace(-0.8, 0.8, rng.integers(6, 10)):
        x = np.interp(y, [-1, 1], [high, low])
        e.line([(-x, y), (x, y)], 0.85 * wood, 0.8 * w)
    for s in (-1, 1):
        e.line([(s * high, -0.98), (s * low, 0.98)], wood, w)


def scales(e, rng):
    """A pair of scales: a pillar, a beam and two hanging pans."""
    metal, pan, _ = inks(rng)
    tip, r = rng.uniform(-0.2, 0.2), near(rng, 0.27)
    e.line([(0, -0.8), (0, 0.85)], metal, 0.1)
    e.shape(mirrored(curve([(0, 0.75), (0.25, 0.82), (0.42, 0.95)])), metal)
    e.line([(-0.68, -0.65 + tip), (0.68, -0.65 - tip)], metal, 0.09)
    e.oval(0, -0.75, 0.1, 0.1, metal)
    for s in (-1, 1):
        y = -0.65 - s * tip
        e.line([(s * 0.68 - r, y + 0.65), (s * 0.68, y), (s * 0.68 + r, y + 0.65)], metal, 0.03)
        e.shape(arc(s * 0.68, y + 0.63, r, 0.2, 0, np.pi), pan)


def hourglass(e, rng):
    """An hourglass with sand above and below."""
    wood, sand, _ = inks(rng)
    a, left = near(rng, 0.5), rng.uniform(0.2, 0.9)
    half = curve([(a, -0.85), (0.95 * a, -0.5), (0.06, 0), (0.95 * a, 0.5), (a, 0.85)], 33)
    e.shape(mirrored(half), (0.85, 0.9, 0.92), 0.5)
    upper = half[(half[:, 1] <= 0) & (half[:, 1] > -0.75 * left)]
    e.shape(mirrored(upper) * (0.85, 1), sand)
    e.shape(mirrored(curve([(0, 0.7 * left - 0.1), (0.4 * a, 0.65), (0.85 * a, 0.82)])), sand)
    e.line([(0, 0), (0, 0.8)], sand, 0.04)
    for s in (-1, 1):
        e.line(half * (s, 1), 0.9 * sand, 0.04)
        e.line([(-a - 0.15, s * 0.9), (a + 0.15, s * 0.9)], wood, 0.16)
        e.line([(s * (a + 0.1), -0.9), (s * (a + 0.1), 0.9)], wood, 0.08)


TOOLS = {f.__name__: f for f in (
    hammer, saw, screwdriver, spanner, pliers, axe, spade, rake, scissors, knife, fork, spoon, key,
    padlock, brush, pencil, comb, magnifier, anchor, bell, ladder, scales, hourglass)}
