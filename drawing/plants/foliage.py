"""Trees, leaves and other green plants, each drawn on an easel by a function of its own."""

import numpy as np

from drawing.easel import curve, ellipse, mirrored, ribbon
from drawing.marks import GREENS, contrast, dots, put, rosette, rungs, shade, tint
from drawing.plants.plant_parts import bark, blade, frond, green, petals, stem


def veins(e, lines, ink, x=0.0, y=0.0, angle=0.0):
    """Draw the ribs of a leaf, turned and moved."""
    e.lines([put(line, x, y, angle) for line in lines], contrast(ink, 0.6), 0.025)


def tinge(rng):
    """The colour (3,) of a tree's leaf in any season."""
    return tint(rng, (0.0, 0.05, 0.1, 0.15, *GREENS), (0.4, 0.95), (0.35, 0.9), 0.15)


def clover(e, rng):
    """Clover: leaves of three notched leaflets with a pale chevron, at times a flower ball."""
    leaves, pale = green(rng), rng.uniform(0.2, 0.5)
    spots = [(0, -0.15, 0.85)]
    if rng.random() < 0.5:
        spots = [(-0.5, -0.1, 0.46), (0.5, -0.2, 0.46), (0.05, 0.35, 0.42)][:rng.integers(2, 4)]
        if rng.random() < 0.6:
            flower = tint(rng, (0.9, 0.95, 0.12), (0.05, 0.6), (0.7, 1))
            stem(e, rng, (0, -0.6), (0, 1), leaves, 0.04)
            for r in (0.3, 0.2, 0.1):
                e.shape(rosette(0, -0.62, 0.75 * r, r, 13), shade(flower, 1.3 - 1.5 * r))
    heart = curve([(0, 0), (0.26, -0.32), (0.44, -0.68), (0.36, -0.93), (0.15, -0.97),
                   (0, -0.82)], 18)
    mark = [(0, -0.52), (0.2, -0.38), (0.3, -0.5), (0, -0.7)]
    for x, y, size in spots:
        stem(e, rng, (x, y), (0.3 * x, 1.05), shade(leaves, 0.9), 0.05)
        for angle in rng.normal(0, 0.12) + np.array([-2.05, 0, 2.05]):
            e.shape(put(mirrored(heart), x, y, angle, size), shade(leaves, rng.uniform(0.85, 1.1)))
            e.shape(put(mirrored(mark), x, y, angle, size), leaves + pale * (1 - leaves))
            e.line(put([(0, 0), (0, -0.8)], x, y, angle, size), shade(leaves, 0.7), 0.02)


def fern(e, rng):
    """A fern: fronds of narrow leaflets in pairs, growing shorter to the curled tip."""
    ink = green(rng)
    if rng.random() < 0.5:
        bend = rng.uniform(-0.4, 0.4)
        line = curve([(0, 1), (bend * 0.3, 0.2), (bend, -0.6), (2 * bend, -1)], 40)
        e.shapes(frond(line, rng.integers(12, 17), rng.uniform(0.55, 0.75), 0.05, 1.25), ink)
        e.line(line, shade(ink, 0.6), 0.04)
        return
    for lean in rng.permutation(np.linspace(-0.9, 0.9, rng.integers(4, 7))):
        tip = lean + rng.normal(0, 0.08), -0.75 + 0.9 * lean**2 + rng.normal(0, 0.1)
        line = curve([(0, 0.95), (0.6 * lean, -0.25), tip], 30)
        tone = shade(ink, rng.uniform(0.75, 1.15))
        e.shapes(frond(line, 15, 0.26, 0.035, 1.25), tone)
        e.line(line, shade(tone, 0.6), 0.025)


def cactus(e, rng):
    """A columnar cactus: ribbed columns with arms bent upwards."""
    ink = green(rng)
    thick = rng.uniform(0.17, 0.26)
    arms = [curve([(0, y), (side * 0.5, y + 0.02), (side * 0.6, y - 0.2),
                   (side * 0.6, y - rng.uniform(0.45, 0.8))], 20)
            for side, y in zip((-1, 1), rng.uniform(0.0, 0.5, 2))]
    trunk = curve([(0, 1), (rng.normal(0, 0.03), 0), (0, -0.85)], 20)
    for line in (*arms[:rng.choice([1, 2, 2])], trunk):
        half, tone = (thick, ink) if line is trunk else (0.68 * thick, shade(ink, 0.85))
        e.shape(ribbon(line, half), tone)
        e.oval(*line[-1], half, half, tone)
        e.lines([ribbon(line, half * w)[:20] for w in (-0.9, -0.45, 0, 0.45, 0.9)],
                shade(ink, 0.6), 0.025)
        spines = zip(ribbon(line, half)[::3], ribbon(line, half + 0.04)[::3])
        e.lines(list(spines), contrast(ink, 1.8), 0.02)
    if rng.random() < 0.4:
        petals(e, rng, 0, -1, 6, blade(0.17, 0.06), tint(rng, (0.9, 0, 0.13)))


def prickly_pear(e, rng):
    """A prickly pear: flat oval pads growing out of each other, dotted with spines."""
    ink = green(rng)
    fruit = tint(rng, (0.95, 0.0, 0.1, 0.85))
    pads = [(0.0, 0.98, rng.normal(0, 0.15), 0.75)]
    for lean in rng.permutation([-0.75, 0.1, 0.75])[:rng.integers(2, 4)]:
        x, y = put([(lean * 0.28, -0.68 + 0.12 * abs(lean))], *pads[0][:3])[0]
        pads.append((x, y, lean + rng.normal(0, 0.12), rng.uniform(0.5, 0.65)))
        if rng.random() < 0.6:
            tip = put([(0, -0.58)], *pads[-1][:3])[0]
            pads.append((*tip, lean * 1.2 + rng.normal(0, 0.4), rng.uniform(0.32, 0.45)))
    for x, y, angle, size in pads[::-1]:
        if rng.random() < 0.6:
            ends = [put([(0.2 * s, -0.95)], x, y, angle, size)[0] for s in (-1, 0.2, 1)]
            e.shapes([ellipse(*p, 0.07, 0.09, angle, 10) for p in ends], fruit)
        at = put(blade(1, 0.36, 0.6, 0.7), x, y, angle, size)
        e.shape(at, shade(ink, rng.uniform(0.85, 1.12)))
        e.line(at, shade(ink, 0.55), 0.03, closed=True)
        grid = [(u * 0.16 + 0.08 * (v % 2), -0.3 - 0.17 * v) for u in (-1, 0, 1) for v in range(4)]
        dots(e, put(grid[::2], x, y, angle, size), 0.012, contrast(ink, 1.5))


def palm(e, rng):
    """A palm: a bare ringed trunk under a crown of drooping fronds."""
    ink, wood = green(rng), bark(rng)
    top = np.array([rng.normal(0, 0.2), -0.4 + rng.normal(0, 0.08)])
    trunk = curve([(0, 1), (0.5 * top[0] - rng.normal(0, 0.1), 0.3), top], 20)
    band = ribbon(trunk, np.linspace(0.11, 0.065, 20))
    e.shape(band, wood)
    e.lines(rungs(band, 0, 20, 2), shade(wood, 0.6), 0.02)
    count = rng.integers(6, 10)
    for lean in rng.permutation(np.linspace(-1, 1, count)) + rng.normal(0, 0.06, count):
        reach = rng.uniform(0.75, 0.9)
        sag = -0.5 * np.cos(1.2 * lean)
        line = curve([top, top + (0.55 * reach * lean, sag),
                      top + (reach * lean, sag + 0.35 + 0.25 * abs(lean))], 16)
        tone = shade(ink, rng.uniform(0.75, 1.15))
        e.shapes(frond(line, 11, 0.24, 0.03, 0.9), tone)
        e.line(line, shade(tone, 0.7), 0.035)
    if rng.random() < 0.4:
        dots(e, top + rng.normal(0, 0.07, (4, 2)), 0.07, bark(rng))


def fir(e, rng):
    """A fir: tiers of hanging branches, growing narrower to a pointed top."""
    ink, tiers = green(rng), rng.integers(4, 8)
    e.line([(0, 0.7), (0, 1)], bark(rng), rng.uniform(0.1, 0.2))
    widest = rng.uniform(0.55, 0.8)
    for k in range(tiers)[::-1]:
        low, high = -0.95 + 1.75 * (k + 1) / tiers, -1 + 1.5 * k / tiers
        half = widest * (k + 1.3) / (tiers + 0.3)
        t = np.linspace(-1, 1, 2 * (k + 3) + 1)
        hem = np.stack([half * t, low - 0.12 * np.abs(t) - 0.09 * (np.arange(len(t)) % 2)], axis=1)
        hem[:, 1] += rng.normal(0, 0.015, len(t))
        e.shape(np.concatenate([[(0, high)], hem]), shade(ink, 0.75 + 0.35 * rng.random()))
        e.lines([[(0.3 * x, high + 0.5 * (y - high)), (x, y)] for x, y in hem[1::2]],
                shade(ink, 0.55), 0.02)


def oak_leaf(e, rng):
    """An oak leaf: long, with rounded lobes on both sides, at times with acorns."""
    ink, lobes, bend = tinge(rng), rng.integers(3, 6), rng.normal(0, 0.12)
    t = np.linspace(0, 1, 60)
    turns = 2 * np.pi * lobes
    wave = 1 + 0.36 * np.sin(turns * t - 0.6)
    half = 0.02 + 0.52 * np.sin(np.pi * t ** 0.75) ** 0.8 * wave
    side = np.stack([half, 0.7 - 1.65 * t - 0.25 * half], axis=1)
    peaks = (np.arange(lobes) + 0.35) * 2 * np.pi / turns   # where the lobes are widest
    ribs = [[(0, 0.75 - 1.65 * p), (s * 0.45 * np.sin(np.pi * p ** 0.75), 0.55 - 1.65 * p)]
            for p in peaks for s in (-1, 1)]

    def bow(line):
        return np.asarray(line) + np.outer(bend * np.asarray(line)[:, 1] ** 2, (1, 0))
    e.line(bow([(0, 1), (0, 0.9), (0, 0.7)]), contrast(ink, 0.7), 0.06)
    e.shape(bow(mirrored(side)), ink)
    veins(e, [bow(line) for line in [*ribs, np.linspace((0, 0.7), (0, -0.9), 12)]], ink)


def maple_leaf(e, rng):
    """A maple leaf: five pointed, toothed lobes spread like a hand."""
    ink, wide = tinge(rng), rng.uniform(0.9, 1.1)
    half = np.array([(0, -1), (0.12, -0.75), (0.26, -0.78), (0.2, -0.4), (0.42, -0.52),
                     (0.5, -0.66), (0.6, -0.5), (0.92, -0.48), (0.82, -0.3), (0.95, -0.12),
                     (0.68, 0.0), (0.42, 0.14), (0.58, 0.26), (0.68, 0.44), (0.4, 0.4),
                     (0.06, 0.38)])
    wobble = rng.normal(0, 0.02, half.shape) * (half[:, :1] > 0)    # the tip stays in the middle
    half = half * (wide, 1) + wobble
    e.line(curve([(0, 0.35), (rng.normal(0, 0.08), 0.7), (rng.normal(0, 0.15), 1)], 8),
           contrast(ink, 0.7), 0.05)
    e.shape(mirrored(half), ink)
    tips = [(0, -0.9), (0.8, -0.4), (-0.8, -0.4), (0.55, 0.38), (-0.55, 0.38)]
    veins(e, [[(0, 0.36), np.multiply(tip, (wide, 1))] for tip in tips], ink)


def ginkgo_leaf(e, rng):
    """A ginkgo leaf: a fan on a long stalk, notched in the middle, with ribs like rays."""
    ink, open_, cut = tinge(rng), rng.uniform(0.85, 1.25), rng.uniform(0.15, 0.5)
    t = np.linspace(-open_, open_, 44)
    r = 1.15 + 0.03 * np.sin(rng.uniform(12, 20) * t + rng.uniform(0, 6))
    r = r - cut * np.exp(-(t / 0.07) ** 2) - 0.12 * np.abs(t / open_) ** 6
    fan = np.stack([r * np.sin(t), 0.3 - r * np.cos(t)], axis=1)
    e.line(curve([(0, 0.3), (rng.normal(0, 0.06), 0.7), (rng.normal(0, 0.2), 1.05)], 8),
           shade(ink, 0.8), 0.06)
    e.shape(np.concatenate([[(0, 0.36)], fan]), ink)
    rays = [[(0, 0.33), 0.94 * p + (0, 0.018)] for p in fan[1:-1:3]]  # nearly to the rim
    e.lines(rays, contrast(ink, 0.72), 0.015)


def holly(e, rng):
    """Holly: stiff leaves with spiny curved edges around red berries."""
    ink, fruit = green(rng), tint(rng, (0.0, 0.98, 0.03), (0.6, 1), (0.5, 1))
    ways = rng.choice(3)
    angles = ([-1.9, 1.9, 0.0], [-1.2, 1.2], [-2.2, -0.8, 0.8, 2.2])[ways] + rng.normal(0, 0.15, 1)
    spikes = rng.integers(3, 5)
    t = np.linspace(0, 1, 8 * spikes + 1)
    half = 0.3 * np.sin(np.pi * t) ** 0.7 * (0.55 + 0.55 * np.abs(np.cos(np.pi * spikes * t)) ** 3)
    y = (0.15, 0.3, 0)[ways]
    for angle in angles:
        at = put(mirrored(np.stack([half, -t], axis=1)), 0, y, angle)
        e.shape(at, shade(ink, rng.uniform(0.8, 1.15)))
        e.line(at, shade(ink, 0.6), 0.02, closed=True)
        e.line(put([(0, 0), (0, -0.95)], 0, y, angle), contrast(ink, 1.6), 0.03)
    for x, dy in np.array([(0, -0.1), (-0.12, 0.07), (0.12, 0.06), (0, 0.18)])[:rng.integers(2, 5)]:
        e.oval(x, y + dy, 0.13, 0.13, fruit)
        e.oval(x - 0.03, y + dy - 0.04, 0.03, 0.03, shade(fruit, 1.7))


def willow(e, rng):
    """A weeping willow: long thin twigs hang like a curtain from a round crown."""
    ink, wood = green(rng), bark(rng)
    e.shape(mirrored([(0.17, 1), (0.09, 0.6), (0.1, 0.0), (0.22, -0.3)]), wood)
    e.oval(0, -0.45, 0.55, 0.4, shade(ink, 0.65))
    low = rng.uniform(0.5, 0.85)
    for tone in (0.75, 1.0, 1.25):
        lines = []
        for lean in rng.uniform(-1, 1, 14):
            x, top = 0.85 * lean, -0.95 + 0.35 * lean**2 + rng.uniform(0, 0.12)
            end = low - rng.uniform(0, 0.5) - 0.25 * (abs(lean) < 0.25)
            lines.append(curve([(0.35 * x, top + 0.2), (0.85 * x, top + 0.1),
                                (x, top + 0.5), (x * 1.05, end)], 14))
        e.lines(lines, shade(ink, tone), 0.045)


def bamboo(e, rng):
    """Bamboo: straight jointed canes with tufts of narrow leaves."""
    ink, leaves = green(rng), green(rng)
    count = rng.integers(2, 5)
    for x in np.linspace(-0.65, 0.65, count) + rng.normal(0, 0.07, count):
        half, tone = rng.uniform(0.06, 0.11), shade(ink, rng.uniform(0.8, 1.2))
        line = np.linspace((x, 1.1), (x + rng.normal(0, 0.08), -1.1), 20)
        e.shape(ribbon(line, half), tone)
        e.line(line + (0.4 * half, 0), shade(tone, 1.3), 0.03)
        joints = line[rng.integers(0, 4)::4]
        e.lines([[p - (half + 0.02, 0), p + (half + 0.02, 0)] for p in joints],
                shade(tone, 0.5), 0.045)
        tuft = [put(blade(rng.uniform(0.35, 0.55), 0.055, 0.35), *p + (side * half, 0),
                    side * rng.uniform(0.9, 2.4))
                for p in joints for side in [rng.choice([-1, 1])] for _ in range(3)
                if rng.random() < 0.75]
        e.shapes(tuft, shade(leaves, rng.uniform(0.8, 1.15)))


FOLIAGE = {f.__name__: f for f in (
    clover, fern, cactus, prickly_pear, palm, fir, oak_leaf, maple_leaf, ginkgo_leaf, holly, willow,
    bamboo)}
