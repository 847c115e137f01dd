"""Things that people use: music, clothes and toys, and those of implements.py and household.py."""

import numpy as np

from drawing.easel import arc, box, curve, ellipse, mirrored, ribbon
from drawing.source.household import HOUSEHOLD
from drawing.source.implements import TOOLS, inks, near, spokes


def guitar(e, rng):
    """A guitar: a waisted body with a round hole, a neck and a head."""
    body, neck, hole = inks(rng)
    a, waist = near(rng, 0.45), near(rng, 0.27)
    half = curve([(0, -0.12), (0.75 * a, 0.0), (waist, 0.28), (a, 0.65), (0, 0.98)], 30)
    e.shape(mirrored(half), body)
    e.oval(0, 0.3, 0.14, 0.14, neck)
    e.shape(box(-0.07, -0.75, 0.07, 0.15), neck)
    e.shape(mirrored([(0.09, -0.72), (0.14, -0.98)]), neck)
    e.line([(-0.16, 0.68), (0.16, 0.68)], neck, 0.08)
    for y in (-0.78, -0.88):
        e.line([(-0.22, y), (0.22, y)], hole, 0.05)
    e.line([(0, -0.9), (0, 0.68)], hole, 0.025)


def violin(e, rng):
    """A violin with points at its waist, sound holes and a bow beside it."""
    body, dark, hair = inks(rng)
    a = near(rng, 0.42)
    half = np.concatenate([curve([(0, -0.15), (0.8 * a, -0.02), (0.8 * a, 0.22)], 10),
                           curve([(0.5 * a, 0.32), (0.5 * a, 0.45), (0.95 * a, 0.56)], 8),
                           curve([(a, 0.75), (0.6 * a, 0.95), (0, 0.98)], 10)])
    e.shape(mirrored(half) - (0.15, 0), body)
    e.shape(mirrored([(0.04, -0.85), (0.07, 0.3)]) - (0.15, 0), dark)
    e.oval(-0.15, -0.9, 0.08, 0.08, dark)
    e.shape(mirrored([(0.1, 0.62), (0.05, 0.9)]) - (0.15, 0), dark)
    for s in (-1, 1):
        e.line([(s * 0.55 * a - 0.15, 0.3), (s * 0.42 * a - 0.15, 0.55)], dark, 0.05)
    x = near(rng, 0.5)
    e.line(curve([(x, -0.9), (x + 0.15, 0), (x + 0.05, 0.9)]), dark, 0.06)
    e.line([(x, -0.85), (x, 0.85)], hair, 0.03)


def trumpet(e, rng):
    """A trumpet: a flared bell, a looped tube and three valves."""
    brass, trim, _ = inks(rng)
    w, r = near(rng, 0.09), near(rng, 0.42)
    e.shape(curve([(-0.98, -r), (-0.75, -0.14), (-0.3, -0.06), (0.3, -0.05)]).tolist()
            + curve([(0.3, 0.05), (-0.3, 0.06), (-0.75, 0.14), (-0.98, r)]).tolist(), brass)
    e.line([(0.95, -0.02), (0.2, 0)], brass, w)
    tube = [(-0.4, 0.0), (-0.45, 0.2), (-0.3, 0.4), (0.45, 0.4), (0.6, 0.2), (0.5, 0)]
    e.line(curve(tube, 40), brass, w)
    e.shape(box(0.9, -0.1, 1, 0.06), trim)
    for x in (-0.12, 0.06, 0.24):
        e.shape(box(x - 0.065, -0.15, x + 0.065, 0.52), trim)
        e.line([(x, -0.3), (x, -0.1)], brass, 0.05)
        e.oval(x, -0.32, 0.08, 0.04, brass)


def drum(e, rng):
    """A drum with zigzag cords, mostly with two sticks."""
    body, skin, cord = inks(rng)
    w, top, low = near(rng, 0.72), near(rng, -0.25), near(rng, 0.65)
    e.oval(0, low, w, 0.22, body)
    e.shape(box(-w, top, w, low), body)
    x = np.linspace(-w, w, 2 * rng.integers(3, 6) + 1)
    sag = 0.22 * np.sqrt(np.maximum(0, 1 - (x / w)**2))
    e.line(np.stack([x, np.where(np.arange(len(x)) % 2, low - 0.05, top) + sag], 1), skin, 0.05)
    e.oval(0, top, w, 0.24, body * 0.7)
    e.oval(0, top, 0.92 * w, 0.2, skin)
    for s in (-1, 1) if rng.random() < 0.8 else ():
        e.line([(s * 0.12, top), (s * near(rng, 0.65), -0.9)], cord, 0.07)
        e.oval(s * 0.12, top, 0.08, 0.07, cord)


def piano(e, rng):
    """A grand piano with its lid open, or the keys of a keyboard from above."""
    case, white, _ = inks(rng)
    if rng.random() < 0.5:
        lid = curve([(-0.75, -0.1), (-0.5, near(rng, -0.9)), (0.3, -0.7), (0.95, -0.1)])
        e.shape(lid, 0.7 * case)
        e.shape([(-0.95, -0.1), (0.95, -0.1), (0.95, 0.2), (-0.95, 0.2)], case)
        e.shape(box(-0.98, 0.02, -0.55, 0.12), white)
        e.line([(0.25, -0.1), (-0.1, -0.65)], white, 0.04)
        for x in (-0.8, 0.1, 0.8):
            e.line([(x, 0.2), (x, 0.9)], case, 0.1)
        return
    e.shape(box(-1, -0.6, 1, 0.55), 0.4 * case)
    for x in np.linspace(-0.93, 0.7, 8):
        e.shape(box(x, -0.3, x + 0.2, 0.48), (0.93, 0.92, 0.88))
    for k in rng.permutation(7)[:5]:
        x = -0.93 + (k + 1) * 1.63 / 7
        e.shape(box(x - 0.07, -0.32, x + 0.05, 0.15), (0.06, 0.06, 0.07))


def hat(e, rng):
    """A top hat, a round hat or a pointed one, with brim and band."""
    felt, band, _ = inks(rng)
    w, top = near(rng, 0.5), near(rng, -0.7)
    kind = rng.integers(3)
    crown = [[(w, 0.35), (0.9 * w, top + 0.1), (1.05 * w, top)],
             curve([(w, 0.35), (w, -0.1), (0.7 * w, -0.42), (0, -0.5)]),
             [(w, 0.35), (0.08, top - 0.2)]][kind]
    e.oval(0, 0.38, 0.95, near(rng, 0.18), 0.85 * felt)
    e.shape(mirrored(crown), felt)
    e.shape(mirrored(np.array([(w, 0.35), (w * (0.97 - 0.15 * (kind == 2)), 0.15)])), band)


def boot(e, rng):
    """A boot with a heel, a sole and sometimes a turned-down top."""
    leather, sole, trim = inks(rng)
    heel, toe = near(rng, 0.15), near(rng, 0.85)
    e.shape(np.concatenate([[(-0.5, -0.92), (0.15, -0.92)],
                            curve([(0.13, -0.4), (0.2, 0.15), (0.7, 0.32), (toe, 0.72)]),
                            [(-0.55, 0.72), (-0.45, 0.1)]]), leather)
    e.shape(box(-0.58, 0.68, toe + 0.05, 0.8), sole)
    e.shape(box(-0.58, 0.75, -0.15, 0.8 + heel), sole)
    if rng.random() < 0.5:
        e.shape(box(-0.56, -0.95, 0.2, -0.68), trim)
    else:
        for y in np.linspace(-0.7, 0.1, 4):
            e.line([(-0.1, y - 0.05), (0.14, y + 0.03)], trim, 0.05)


def glove(e, rng):
    """A glove or mitten with a cuff."""
    wool, cuff, _ = inks(rng)
    w, top = near(rng, 0.42), near(rng, -0.1)
    thumb = curve([(0.25, 0.45), (0.55, 0.15), (near(rng, 0.75), -0.2)])
    e.shape(ribbon(thumb, np.r_[np.linspace(0.17, 0.13, 22), 0.09, 0.03]), wool)
    e.shape(mirrored([(w, top), (w, 0.3), (0.75 * w, 0.75)]), wool)
    if rng.random() < 0.7:
        for k, tip in zip((-0.78, -0.26, 0.26, 0.78), (-0.7, -0.92, -0.95, -0.78)):
            e.line([(k * w, top + 0.1), (1.2 * k * w, tip)], wool, 0.46 * w)
    else:
        e.shape(arc(0, top, w, 0.8, -np.pi, 0), wool)
    e.shape(box(-0.85 * w, 0.68, 0.85 * w, 0.96), cuff)


def shirt(e, rng):
    """A shirt with short or long sleeves, a collar and buttons or a stripe."""
    cloth, trim, _ = inks(rng)
    w, long = near(rng, 0.45), rng.choice([0.0, 0.45])
    e.shape(mirrored([(0.18, -0.8), (0.45, -0.72), (0.97, -0.1 + long), (0.72, 0.08 + long),
                      (w, -0.22), (w, 0.88)]), cloth)
    e.shape(arc(0, -0.81, 0.18, 0.16, 0, np.pi), 0.5 * cloth)
    if rng.random() < 0.5:
        e.line([(0, -0.62), (0, 0.88)], trim, 0.04)
        for y in np.linspace(-0.45, 0.7, 4):
            e.oval(0.07, y, 0.04, 0.04, trim)
        for s in (-1, 1):
            e.shape([(0, -0.62), (s * 0.2, -0.85), (s * 0.28, -0.55)], trim)
    else:
        for y in np.linspace(-0.1, 0.6, rng.integers(1, 4)):
            e.line([(-w, y), (w, y)], trim, 0.1)


def trousers(e, rng):
    """Trousers or shorts with a waistband."""
    cloth, belt, _ = inks(rng)
    hem, out, cut = rng.choice([0.35, 0.95, 0.95]), near(rng, 0.55), near(rng, 0.14)
    e.shape(mirrored([(0.4, -0.92), (out, hem), (cut, hem), (0.0, -0.25)]), cloth)
    e.shape(box(-0.41, -0.95, 0.41, -0.8), belt)
    e.line([(0, -0.8), (0, -0.28)], 0.6 * cloth, 0.04)
    for s in (-1, 1):
        e.line([(s * 0.2, -0.78), (s * 0.4, -0.5)], 0.6 * cloth, 0.04)
        if rng.random() < 0.4:
            e.line([(s * cut, hem - 0.05), (s * out, hem - 0.05)], belt, 0.08)


def ball(e, rng):
    """A football with dark patches and seams."""
    light, dark, _ = inks(rng)
    r, a = near(rng, 0.85), rng.uniform(0, 2 * np.pi)
    e.oval(0, 0, r, r, light)
    for t in a + 2 * np.pi * np.arange(5) / 5:
        way, side = np.array([(np.cos(t), np.sin(t)), (-np.sin(t), np.cos(t))]) * r
        e.line([0.28 * way, 0.68 * way], dark, 0.05)
        e.line([0.68 * way - 0.2 * side, 0.6 * np.array([[0.809, -0.588], [0.588, 0.809]]).T @ way],
               dark, 0.04)
        rim = np.array([0.92 * way - 0.33 * side, 0.97 * way, 0.92 * way + 0.33 * side])
        e.shape([0.68 * way - 0.2 * side, *rim, 0.68 * way + 0.2 * side], dark)
    e.shape(ellipse(0, 0, 0.32 * r, 0.32 * r, a, 5), dark)
    e.line(ellipse(0, 0, r, r), dark, 0.04, closed=True)


def kite(e, rng):
    """A kite: a crossed diamond with a tail of bows."""
    cloth, other, tail = inks(rng)
    w, mid, low = near(rng, 0.55), near(rng, -0.4), near(rng, 0.35)
    x = np.array([(0, low), (0.25, 0.55), (-0.2, 0.75), (rng.uniform(-0.1, 0.4), 0.98)])
    e.line(curve(x), tail, 0.04)
    for spot in x[1:]:
        e.shape(spot + np.array([(-0.16, -0.08), (0.16, 0.08), (0.16, -0.08), (-0.16, 0.08)]), tail)
    e.shape([(0, -0.98), (w, mid), (0, low), (-w, mid)], cloth)
    for s in (1, -1)[:rng.integers(1, 3)]:
        e.shape([(0, mid), (0, -0.98) if s > 0 else (0, low), (s * w, mid)], other)
    e.line([(0, -0.98), (0, low)], tail, 0.04)
    e.line([(-w, mid), (w, mid)], tail, 0.04)


def wheel(e, rng):
    """A cart wheel or a ship's wheel."""
    wood, hub, _ = inks(rng)
    count, ship = rng.choice([6, 8, 10]), rng.random() < 0.4
    r = near(rng, 0.62 if ship else 0.8)
    spokes(e, 0, 0, 0.98 if ship else r, count, wood, near(rng, 0.09), rng.uniform(0, 1))
    e.line(ellipse(0, 0, r, r), wood, near(rng, 0.15), closed=True)
    e.oval(0, 0, 0.19, 0.19, wood)
    e.oval(0, 0, 0.09, 0.09, hub)


def ring(e, rng):
    """A finger ring with a cut stone."""
    gold, stone, _ = inks(rng)
    r, w = near(rng, 0.52), near(rng, 0.34)
    e.line(ellipse(0, 0.38, r, r), gold, near(rng, 0.14), closed=True)
    e.shape(mirrored([(0.2, -0.05), (0.12, -0.25)]), gold)
    e.shape(mirrored([(0.6 * w, -0.92), (w, -0.68), (0, -0.12)]), stone)
    e.line([(-w, -0.68), (w, -0.68)], 0.5 + stone / 2, 0.04)
    facet = [(-0.4 * w, -0.68), (0, -0.15), (0.4 * w, -0.68), (0, -0.92)]
    e.line(facet, 0.5 + stone / 2, 0.03, closed=True)


def crown(e, rng):
    """A crown with points, knobs and jewels."""
    gold, jewel, _ = inks(rng)
    points = rng.choice([3, 5])
    x = np.linspace(-0.95, 0.95, 2 * points - 1)
    y = np.where(np.arange(len(x)) % 2, 0.1, near(rng, -0.6))
    e.shape([*np.stack([x, y], 1), (0.75, 0.75), (-0.75, 0.75)], gold)
    for k in range(0, len(x), 2):
        e.oval(x[k], y[k], 0.1, 0.1, jewel)
    e.line([(-0.76, 0.5), (0.76, 0.5)], 0.7 * gold, 0.05)
    for u in np.linspace(-0.55, 0.55, rng.choice([3, 5])):
        e.oval(u, 0.62, 0.08, 0.08, jewel)
    e.line([(-0.75, 0.78), (0.75, 0.78)], 0.8 * gold, 0.08)


def die(e, rng):
    """A die that shows three faces with pips."""
    ink, pip, _ = inks(rng)
    a, b = near(rng, 0.75), near(rng, 0.38)
    o, up = np.array([0, -0.02]), np.array([0, 0.85])
    right, left = np.array([a, -b]), np.array([-a, -b])
    spots = {1: [(0.5, 0.5)], 2: [(0.25, 0.25), (0.75, 0.75)]}
    spots[3], spots[4] = spots[1] + spots[2], spots[2] + [(0.25, 0.75), (0.75, 0.25)]
    spots[5], spots[6] = spots[4] + spots[1], spots[4] + [(0.25, 0.5), (0.75, 0.5)]
    for (u, v), shade, count in zip(((right, left), (left, up), (right, up)), (1, 0.8, 0.65),
                                    rng.permutation(6) + 1):
        e.shape([o, o + u, o + u + v, o + v], np.clip(shade * ink, 0, 1))
        for s, t in spots[count]:
            tour = ellipse(s, t, 0.11, 0.11, 0, 12)
            e.shape(o + tour[:, :1] * u + tour[:, 1:] * v, pip)


def balloon(e, rng):
    """A toy balloon on a string, or a bunch of them."""
    ink, string, _ = inks(rng)
    count = rng.choice([1, 1, 3])
    size = 0.6 if count == 1 else 0.38
    for x, y in ((0, -0.35),) if count == 1 else ((-0.5, -0.35), (0.5, -0.4), (0, -0.55)):
        a = near(rng, size)
        e.line(curve([(x, y + a), (0.6 * x + 0.05, 0.5), (0, 0.98)]), string, 0.04)
        e.shape(mirrored([(0.0, y + 1.05 * a), (0.12, y + 1.25 * a)]) + (x, 0), 0.8 * ink)
        half = curve([(0, -1.05 * a), (0.85 * a, -0.6 * a), (0.8 * a, 0.3 * a), (0, 1.1 * a)])
        e.shape(mirrored(half) + (x, y), ink)
        e.oval(x - 0.35 * a, y - 0.5 * a, 0.1 * a, 0.2 * a, (0.97, 0.97, 0.97), 0.5, 0.8)
        ink = inks(rng, 1)[0]


OTHERS = {f.__name__: f for f in (
    guitar, violin, trumpet, drum, piano, hat, boot, glove, shirt, trousers, ball, kite, wheel,
    ring, crown, die, balloon)}
THINGS = {**TOOLS, **HOUSEHOLD, **OTHERS}
