"""Household things, each drawn on an easel by a function of its own."""

import numpy as np

from drawing.easel import arc, box, curve, ellipse, mirrored, ribbon
from drawing.source.implements import inks, near, spokes


def legs(e, places, top, bottom, ink, width=0.1):
    """Straight legs under a piece of furniture."""
    for x in places:
        e.line([(x, top), (x, bottom)], ink, width)


def loop(e, x, y, a, b, ink, width=0.1):
    """A bent handle: the right half of an ellipse about (x, y)."""
    e.line(arc(x, y, a, b, -np.pi / 2, np.pi / 2), ink, width)


def cup(e, rng):
    """A cup with a handle, mostly on a saucer."""
    ware, inner, _ = inks(rng)
    w, low, foot = near(rng, 0.6), near(rng, 0.55), near(rng, 0.35)
    if rng.random() < 0.7:
        e.oval(-0.1, low + 0.08, 0.85, 0.17, 0.85 * ware)
    loop(e, w - 0.2, 0.0, near(rng, 0.38), 0.27, ware, 0.11)
    e.shape(mirrored(curve([(w, -0.45), (0.95 * w, 0.1), (foot, low), (0, low + 0.07)]))
            - (0.1, 0), ware)
    e.oval(-0.1, -0.45, w, 0.15, 0.8 * ware)
    e.oval(-0.1, -0.43, 0.88 * w, 0.1, inner)


def teapot(e, rng):
    """A teapot: a round belly with spout, handle and lid."""
    ware, trim, _ = inks(rng)
    a, b = near(rng, 0.55), near(rng, 0.48)
    loop(e, a - 0.15, 0.12, near(rng, 0.42), 0.32, ware, 0.12)
    e.shape(ribbon(curve([(-0.3, 0.4), (-0.68, 0.15), (-0.98, near(rng, -0.4))]),
                   np.linspace(0.2, 0.06, 24)), ware)
    e.oval(0, 0.18, a, b, ware)
    e.shape(arc(0, 0.18 - 0.8 * b, 0.6 * a, 0.22, -np.pi, 0), ware)
    e.line([(-0.6 * a, 0.18 - 0.8 * b), (0.6 * a, 0.18 - 0.8 * b)], trim, 0.05)
    e.oval(0, -0.1 - b, 0.1, 0.09, trim)
    e.shape(box(-0.3, 0.12 + b, 0.3, 0.25 + b), ware)


def bottle(e, rng):
    """A bottle with a neck, mostly with a label."""
    glass, label, cap = inks(rng)
    w, shoulder, neck = near(rng, 0.3), near(rng, -0.15), near(rng, 0.11)
    half = [(neck, -0.85), *curve([(neck, -0.5), (1.1 * neck, shoulder - 0.15), (w, shoulder + 0.1),
                                   (w, 0.9)]), (0.85 * w, 0.97)]
    e.shape(mirrored(half), glass, rng.uniform(0.75, 1))
    e.shape(box(-neck - 0.02, -0.98, neck + 0.02, -0.82), cap)
    if rng.random() < 0.8:
        e.shape(box(-w, shoulder + 0.3, w, near(rng, 0.65)), label)
    e.line([(-0.6 * w, shoulder + 0.15), (-0.6 * w, 0.85)], (0.95, 0.95, 0.95), 0.04)


def wine_glass(e, rng):
    """A stemmed glass, mostly with wine in it."""
    glass, wine, _ = inks(rng)
    w, low = near(rng, 0.48), near(rng, 0.15)
    half = curve([(0.85 * w, -0.95), (w, -0.45), (0.7 * w, low - 0.15), (0, low)], 30)
    e.shape(mirrored(half), glass, 0.7)
    if rng.random() < 0.8:
        e.shape(mirrored(half[half[:, 1] > near(rng, -0.5)]), wine)
    e.line(half, glass, 0.04)
    e.line(half * (-1, 1), glass, 0.04)
    e.line([(0, low - 0.03), (0, 0.88)], glass, 0.08)
    e.shape(mirrored(curve([(0, 0.8), (0.2, 0.88), (0.42, 0.96)])), glass)


def jug(e, rng):
    """A tall jug with a lip and a big handle."""
    ware, band, _ = inks(rng)
    belly, neck = near(rng, 0.52), near(rng, 0.3)
    e.line(curve([(0.15, -0.6), (0.72, -0.65), (0.8, near(rng, -0.1)), (0.25, 0.4)]), ware, 0.13)
    right = curve([(0.25, -0.9), (neck - 0.12, -0.5), (belly - 0.12, 0.25), (0.25, 0.95)])
    left = curve([(-0.45, 0.95), (-belly - 0.12, 0.25), (-neck - 0.12, -0.5), (-0.62, -0.95)])
    e.shape(np.concatenate([right, left]), ware)
    for y in (0.1, 0.3)[:rng.integers(0, 3)]:
        e.line([(-belly - 0.05, y), (belly - 0.2, y)], band, 0.07)


def frying_pan(e, rng):
    """A frying pan from above, sometimes with a fried egg."""
    iron, grip, inner = inks(rng)
    r = near(rng, 0.53)
    e.line([(0.0, 0), (0.97, 0)], grip, near(rng, 0.17))
    e.oval(-0.42, 0, r, r, iron)
    e.oval(-0.42, 0, 0.82 * r, 0.82 * r, 0.6 * iron + 0.4 * inner)
    if rng.random() < 0.5:
        blob = ellipse(-0.45, 0, 0.3, 0.3, 0, 9) + rng.normal(0, 0.04, (9, 2))
        e.shape(curve(np.concatenate([blob, blob[:1]]), 40), (0.97, 0.96, 0.92))
        e.oval(-0.43, 0.02, 0.11, 0.11, (0.97, 0.72, 0.12))
    else:
        e.oval(0.88, 0, 0.04, 0.04, inner)


def chair(e, rng):
    """A chair seen from the side and a little from the front."""
    wood, seat, _ = inks(rng)
    y, w, back = near(rng, 0.1), near(rng, 0.1), near(rng, -0.92)
    legs(e, (-0.3, 0.68), y, 0.82, 0.75 * wood, w)
    e.line([(-0.3, y - 0.15), (-0.3, back)], wood, w)
    e.line([(-0.58, y), (-0.58, back + 0.1)], wood, w)
    for t in np.linspace(0.05, 0.6, rng.integers(2, 5)):
        e.line([(-0.58, back + 0.15 + t), (-0.3, back + 0.05 + t)], wood, 0.1)
    e.shape([(-0.62, y + 0.08), (-0.3, y - 0.14), (0.72, y - 0.14), (0.5, y + 0.08)], seat)
    e.shape(box(-0.62, y + 0.06, 0.5, y + 0.17), 0.8 * seat)
    legs(e, (-0.56, 0.44), y + 0.1, 0.97, wood, w)


def table(e, rng):
    """A table with four legs, or with one foot."""
    top, wood, _ = inks(rng)
    y = near(rng, -0.2)
    if rng.random() < 0.65:
        legs(e, (-0.5, 0.6), y, 0.55, 0.7 * wood, 0.1)
        legs(e, (-0.85, 0.85), y, 0.8, wood, near(rng, 0.13))
        e.shape([(-0.98, y + 0.1), (-0.65, y - 0.25), (0.75, y - 0.25), (0.98, y + 0.1)], top)
        e.shape(box(-0.98, y + 0.08, 0.98, y + 0.2), 0.75 * top)
    else:
        legs(e, (0,), y, 0.7, wood, 0.18)
        e.shape(mirrored(curve([(0, 0.55), (0.2, 0.65), (0.5, 0.85)])), wood)
        e.oval(0, y + 0.06, 0.95, 0.28, 0.75 * top)
        e.oval(0, y, 0.95, 0.28, top)


def bed(e, rng):
    """A bed from the side: head and foot boards, pillow and blanket."""
    wood, linen, cover = inks(rng)
    head, foot, y = near(rng, -0.55), near(rng, -0.05), near(rng, 0.1)
    e.shape(box(-0.9, y, 0.9, 0.48), linen)
    e.oval(-0.63, y - 0.1, 0.26, 0.15, 0.9 * linen)
    edge = curve([(-0.4, y), (-0.25, near(rng, -0.2) + y), (0.5, y - 0.15), (0.9, y)])
    e.shape([*edge, (0.9, 0.42), (-0.4, 0.42)], cover)
    e.shape([edge[0], *edge[4:8], (-0.2, 0.42), (-0.4, 0.42)], 0.85 * linen)
    e.shape(box(-0.9, 0.42, 0.9, 0.55), wood)
    e.shape(box(-0.99, head, -0.86, 0.78), wood)
    e.shape(box(0.86, foot, 0.99, 0.78), wood)


def lamp(e, rng):
    """A table lamp or a standard lamp with a wide shade."""
    shade, stem, glow = inks(rng)
    top, low, y = near(rng, 0.25), near(rng, 0.58), rng.choice([-0.15, 0.15])
    e.line([(0, y), (0, 0.9)], stem, 0.09)
    if y > 0 or rng.random() < 0.3:
        e.oval(0, 0.5, near(rng, 0.26), 0.34, stem)
    e.shape(mirrored(curve([(0.1, 0.8), (0.25, 0.86), (0.38, 0.97)])), stem)
    e.shape(mirrored([(top, -0.95), (low, y)]), shade)
    e.shape(box(-low, y - 0.08, low, y), 0.5 * shade + 0.5 * glow)


def candle(e, rng):
    """A burning candle on a holder with a ring."""
    wax, holder, _ = inks(rng)
    w, top = near(rng, 0.16), near(rng, -0.35)
    e.line([(0, top), (0, top - 0.15)], (0.1, 0.1, 0.1), 0.05)
    flame = curve([(0, -0.97), (0.14, -0.62), (0, top - 0.08)])
    e.shape(mirrored(flame), (0.98, 0.62, 0.12))
    e.shape(mirrored(flame * (0.5, 0.6) - (0, 0.22)), (1.0, 0.93, 0.6))
    e.shape(box(-w, top, w, 0.75), wax)
    if rng.random() < 0.6:
        e.line([(-w, top), (-w, top + near(rng, 0.35))], 0.9 * wax, 0.09)
    e.line(ellipse(0.62, 0.72, 0.16, 0.16), holder, 0.09, closed=True)
    e.shape(mirrored([(w + 0.06, 0.5), (w + 0.06, 0.75)]), holder)
    e.shape(arc(0, 0.72, 0.62, 0.24, 0, np.pi), holder)


def clock(e, rng):
    """A round clock with hands and strokes, on the wall or with bells and feet."""
    rim, face, hand = inks(rng)
    r = near(rng, 0.72)
    if rng.random() < 0.5:
        for s in (-1, 1):
            e.oval(s * 0.5 * r, -0.92 * r, 0.3, 0.2, rim, s * 0.5)
            e.line([(s * 0.5 * r, 0.7 * r), (s * 0.75 * r, 1.2 * r)], rim, 0.12)
    e.oval(0, 0, r, r, rim)
    e.oval(0, 0, 0.84 * r, 0.84 * r, face)
    for a in np.pi / 6 * np.arange(0, 12, rng.choice([1, 3])):
        way = np.array([np.cos(a), np.sin(a)]) * r
        e.line([0.65 * way, 0.77 * way], hand, 0.05)
    for long, wide in ((0.4, 0.09), (0.62, 0.06)):
        a = rng.uniform(0, 2 * np.pi)
        e.line([(0, 0), (r * long * np.cos(a), r * long * np.sin(a))], hand, wide)


def umbrella(e, rng):
    """An open umbrella with scalloped edge and a crook."""
    cloth, other, stick = inks(rng)
    h, ribs = near(rng, 0.85), rng.choice([4, 5, 6])
    e.line([(0, -0.98), (0, 0.7), *arc(-0.16, 0.72, 0.16, 0.2, 0, np.pi, 10)], stick, 0.08)
    x = np.linspace(0.96, -0.96, 8 * ribs + 1)
    hem = np.stack([x, 0.02 - 0.12 * np.abs(np.sin(np.linspace(0, ribs * np.pi, len(x))))], 1)
    e.shape(np.concatenate([arc(0, 0.02, 0.96, h, -np.pi, 0), hem]), cloth)
    for k in np.linspace(-0.96, 0.96, ribs + 1)[1:-1]:
        e.line(curve([(0, -h), (0.8 * k, -0.6 * h), (k, 0.02)], 10), other, 0.04)


def spectacles(e, rng):
    """Spectacles with round, oval or square lenses."""
    rim, glass, _ = inks(rng)
    a, b, w = near(rng, 0.36), near(rng, 0.3), rng.uniform(0.08, 0.13)
    square, tint = rng.random() < 0.4, rng.uniform(0.25, 1)
    for s in (-1, 1):
        x = s * 0.5
        lens = box(x - a, 0.15 - b, x + a, 0.15 + b) if square else ellipse(x, 0.15, a, b)
        e.shape(lens, glass, tint)
        e.line(lens, rim, w, closed=True)
        e.line([(s * (0.5 + a), 0.1), (s * 0.99, -0.05), (s * near(rng, 0.8), -0.45)], rim, w)
    e.line(arc(0, 0.12, 0.16, 0.12, -np.pi, 0), rim, w)


def book(e, rng):
    """A book, open or standing closed."""
    cover, paper, _ = inks(rng)
    if rng.random() < 0.55:
        h = near(rng, 0.5)
        e.shape(mirrored([(0, 0.1 - h), (0.98, -0.03 - h), (0.98, h + 0.03), (0, h + 0.14)]), cover)
        page = curve([(0, -h + 0.05), (0.3, -h - 0.12), (0.9, -h)])
        e.shape(mirrored(np.concatenate([page, page[::-1] + (0, 2 * h)])), (0.93, 0.91, 0.85))
        e.line([(0, -h + 0.05), (0, h + 0.05)], (0.4, 0.4, 0.4), 0.04)
        for y in np.linspace(-0.6, 0.6, 5) * h:
            for s in (-1, 1):
                e.line([(s * 0.15, y), (s * 0.78, y - 0.06)], (0.45, 0.45, 0.45), 0.03)
        return
    e.shape([(-0.6, -0.9), (0.55, -0.9), (0.72, -0.75), (0.72, 0.93), (-0.45, 0.93)], (0.9,) * 3)
    e.shape(box(-0.65, -0.92, 0.55, 0.8), cover)
    e.line([(-0.5, -0.9), (-0.5, 0.8)], 0.6 * cover, 0.08)
    e.shape(box(-0.3, near(rng, -0.6), 0.4, -0.25), paper)


def telephone(e, rng):
    """An old telephone: a dial on its foot and the receiver on top."""
    body, dial, trim = inks(rng)
    y = near(rng, -0.42)
    e.shape(mirrored(curve([(0.25, y), (0.4, 0.0), (0.8, 0.7), (0.8, 0.85)])), body)
    e.oval(0, 0.38, 0.32, 0.3, dial)
    e.oval(0, 0.38, 0.12, 0.11, body)
    for a in np.arange(8) * np.pi / 4:
        e.oval(0.22 * np.cos(a), 0.38 + 0.2 * np.sin(a), 0.045, 0.045, 0.6 * body)
    e.line(curve([(-0.75, y), (-0.4, y - 0.25), (0.4, y - 0.25), (0.75, y)]), 0.85 * body, 0.2)
    for s in (-1, 1):
        e.oval(s * 0.77, y + 0.04, 0.2, 0.16, 0.85 * body)
        e.line([(s * 0.3, y - 0.15), (s * 0.3, y + 0.12)], trim, 0.06)


def camera(e, rng):
    """A camera with a lens, a finder and a release."""
    body, ring, glass = inks(rng)
    r, h = near(rng, 0.38), near(rng, 0.52)
    e.shape(mirrored([(0.22, -h - 0.22), (0.32, -h)]), 0.8 * body)
    e.shape(box(0.55, -h - 0.12, 0.8, -h), ring)
    e.shape(box(-0.97, -h, 0.97, h + 0.1), body)
    if rng.random() < 0.6:
        e.shape(box(-0.97, -h + 0.18, 0.97, h - 0.05), 0.55 * body)
    for share, ink in ((1, ring), (0.75, 0.4 * body), (0.45, glass)):
        e.oval(0, 0.08, share * r, share * r, ink)
    e.oval(-0.1 * r, 0.05, 0.1, 0.08, (0.95, 0.95, 0.95))
    e.shape(box(-0.85, -h + 0.05, -0.6, -h + 0.18), glass)


def television(e, rng):
    """A television: a rounded screen, knobs, feet and an aerial."""
    case, glow, knob = inks(rng)
    h = near(rng, 0.55)
    for s in (-1, 1):
        e.line([(0, -0.4), (s * near(rng, 0.5), -0.97)], knob, 0.05)
        e.line([(s * 0.5, h), (s * 0.65, 0.95)], 0.7 * case, 0.1)
    e.shape(box(-0.95, -0.45, 0.95, h + 0.2), case)
    e.shape(curve([(-0.8, -0.3), (-0.15, -0.36), (0.48, -0.3), (0.52, 0.2), (0.48, h + 0.05),
                   (-0.15, h + 0.1), (-0.8, h + 0.05), (-0.85, 0.2), (-0.8, -0.3)], 40), 0.8 * glow)
    for y in (-0.2, 0.05):
        e.oval(0.75, y, 0.09, 0.09, knob)
    for y in np.linspace(0.25, h + 0.05, 3):
        e.line([(0.65, y), (0.87, y)], knob, 0.04)


def basket(e, rng):
    """A woven basket with a high handle."""
    cane, dark, _ = inks(rng)
    w, low = near(rng, 0.8), near(rng, 0.55)
    e.line(arc(0, 0.05, 0.85 * w, near(rng, 0.85), -np.pi, 0), cane, 0.11)
    e.shape(mirrored([(w, 0.0), (low, 0.9)]), cane)
    for k, y in enumerate(np.linspace(0.18, 0.78, 4)):
        x = np.interp(y, [0, 0.9], [w, low])
        for u in np.linspace(-1, 1, 5)[:-1] + 0.06 + 0.25 * (k % 2):
            if u < 0.8:
                e.line([(u * x, y), ((u + 0.24) * x, y)], dark, 0.06)
    e.line([(-w - 0.04, 0.02), (w + 0.04, 0.02)], 0.85 * cane, 0.13)


def envelope(e, rng):
    """An envelope: its back with the flap, or its front with a stamp."""
    paper, ink, _ = inks(rng)
    h = near(rng, 0.6)
    e.shape(box(-0.98, -h, 0.98, h), paper)
    e.line(box(-0.98, -h, 0.98, h), 0.6 * paper, 0.04, closed=True)
    if rng.random() < 0.65:
        y = near(rng, 0.12)
        e.line([(-0.98, h), (-0.2, 0), (0.2, 0), (0.98, h)], ink, 0.04)
        e.shape([(-0.98, -h), (0, y), (0.98, -h)], 0.85 * paper)
        e.line([(-0.98, -h), (0, y), (0.98, -h)], ink, 0.05)
        if rng.random() < 0.5:
            e.oval(0, y, 0.14, 0.14, ink)
    else:
        e.shape(box(0.55, -h + 0.1, 0.85, -h + 0.48), ink)
        for y in (0.0, 0.15, 0.3):
            e.line([(-0.35, y), (rng.uniform(0.2, 0.6), y)], ink, 0.05)


def bulb(e, rng):
    """A light bulb with its filament and screw cap, sometimes with rays."""
    glass, wire, cap = inks(rng)
    r, y = near(rng, 0.5), -0.3
    if rng.random() < 0.35:
        spokes(e, 0, y, 0.95, 11, glass, 0.05, 0.3)
    e.oval(0, y, r, r, glass)
    e.shape(mirrored(curve([(0.9 * r, y + 0.2), (0.26, 0.3), (0.24, 0.5)])), glass)
    e.line([(-0.1, 0.45), (-0.2, y + 0.1), (-0.08, y - 0.1), (0, y + 0.1), (0.08, y - 0.1),
            (0.2, y + 0.1), (0.1, 0.45)], wire, 0.05)
    e.shape(box(-0.24, 0.45, 0.24, 0.85), wire)
    for t in (0.52, 0.66, 0.8):
        e.line([(-0.25, t), (0.25, t - 0.05)], cap, 0.05)
    e.oval(0, 0.87, 0.14, 0.09, cap)


HOUSEHOLD = {f.__name__: f for f in (
    cup, teapot, bottle, wine_glass, jug, frying_pan, chair, table, bed, lamp, candle, clock,
    umbrella, spectacles, book, telephone, camera, television, basket, envelope, bulb)}
