"""Creatures of the sea: starfish, jellyfish, octopus, seahorse."""

import numpy as np

from drawing.easel import arc, curve, ellipse, mirrored, ribbon
from drawing.marks import contrast, dots, put, rungs, shade, tint


def starfish(e, rng):
    """A starfish: five tapering arms with rows of bumps."""
    ink = tint(rng, (0.0, 0.05, 0.1, 0.75), (0.3, 1), (0.45, 1))
    start, thick = rng.uniform(0, 6), rng.uniform(0.2, 0.3)
    bump, arms = contrast(ink, 1.5) if ink.max() < 0.7 else shade(ink, 0.55), []
    for k in range(5):
        a = start + 2 * np.pi * (k + rng.normal(0, 0.05)) / 5
        tip = a + rng.normal(0, 0.18)
        arms.append(curve([(0, 0), (0.5 * np.cos(a), 0.5 * np.sin(a)),
                           (np.cos(tip), np.sin(tip))], 12))
    width = thick * np.linspace(1, 0.22, 12) ** 0.9
    outlines = [ribbon(arm, width) for arm in arms]
    outlines += [ellipse(*arm[-1], 0.22 * thick, 0.22 * thick) for arm in arms]
    e.shapes([put(o, scale=1.05) for o in outlines], shade(ink, 0.6))
    e.shapes(outlines, ink)
    dots(e, np.concatenate([arm[1:11] for arm in arms]), rng.uniform(0.03, 0.05), bump)
    if rng.random() < 0.6:
        sides = np.concatenate([ribbon(arm, 0.6 * width)[3:21:2] for arm in arms])
        dots(e, sides, 0.022, bump)


def jellyfish(e, rng):
    """A jellyfish: a clear dome with a scalloped hem, wavy arms and long threads below."""
    ink = tint(rng, (0.55, 0.62, 0.9, 0.07), (0.05, 0.8), (0.55, 1), 0.5)
    tall, wide, sway = rng.uniform(0.5, 0.8), rng.uniform(0.6, 0.85), rng.normal(0, 0.15)
    t = np.linspace(0, 1, 16)
    wave, threads = rng.uniform(6, 11), []
    for x in np.linspace(-0.85, 0.85, rng.integers(6, 10)):
        swing = 0.07 * np.sin(wave * t + rng.uniform(0, 6)) + sway * t
        threads.append(np.stack([x * wide + swing, -0.25 + rng.uniform(0.8, 1.25) * t], axis=1))
    e.lines(threads, shade(ink, 0.75), 0.035)
    for x in np.linspace(-0.25, 0.25, 3):
        frill = np.stack([x + 0.08 * np.sin(wave * t + 9 * x) + sway * t, -0.25 + 0.95 * t], axis=1)
        e.shape(ribbon(frill, 0.1 * (1.1 - t) * (1 + 0.5 * np.sin(30 * t))), shade(ink, 1.15))
    lobes = rng.integers(5, 9)
    hem = np.linspace(1, -1, 6 * lobes + 1)
    low = -0.25 + 0.09 * np.abs(np.sin(np.linspace(0, np.pi * lobes, len(hem))))
    dome = arc(0, -0.25, wide, tall, np.pi, 2 * np.pi)
    e.shape(np.concatenate([dome, np.stack([wide * hem, low], axis=1)]), ink, 0.85)
    e.lines([arc(0, -0.25, wide * s, tall * 0.92, -np.pi / 2, 0, 10)
             for s in (-0.75, -0.35, 0.35, 0.75)], shade(ink, 0.65), 0.03)
    e.line(arc(0, -0.25, 0.8 * wide, 0.8 * tall, -2.6, -1.9, 8), shade(ink, 1.5), 0.07)


def octopus(e, rng):
    """An octopus: a bulging head with two eyes over eight curling arms with suckers."""
    ink = tint(rng, (0.0, 0.04, 0.9, 0.75), (0.25, 0.9), (0.35, 0.95))
    high, wide = rng.uniform(0.42, 0.6), rng.uniform(0.34, 0.46)
    t, pale = np.linspace(0, 1, 20), ink + 0.5 * (1 - ink)
    for k in rng.permutation(8):
        lean = (k - 3.5) / 3.5
        curl = np.sign(lean) * rng.uniform(0.1, 0.25)
        reach = 1.1 * lean + rng.normal(0, 0.04), 1 - 0.6 * lean**2 + rng.normal(0, 0.08)
        line = curve([(0.22 * lean, 0), (0.5 * lean, 0.35), reach,
                      (reach[0] + curl, reach[1] - 0.22), (reach[0] + 0.3 * curl, reach[1] - 0.2)],
                     20)
        tone = shade(ink, rng.uniform(0.75, 1.05))
        e.shape(ribbon(line, 0.1 - 0.075 * t), tone)
        if k % 2:
            dots(e, line[6:16:2], 0.025, pale)
    head = curve([(0, -0.35 - high), (wide, -0.3 - 0.6 * high), (wide * 0.95, -0.25),
                  (wide * 0.6, 0.12), (0, 0.22)], 18)
    e.shape(mirrored(head), ink)
    e.line(mirrored(head), shade(ink, 0.7), 0.025, closed=True)
    eye = 0.6 * wide
    dots(e, [(-eye, -0.06), (eye, -0.06)], 0.11, (0.96, 0.95, 0.88))
    dots(e, [(-eye, -0.05), (eye, -0.05)], 0.05, (0.03, 0.03, 0.03))
    flecks = rng.uniform(-1, 1, (7, 2)) * (0.6 * wide, 0.5 * high) + (0, -0.5)
    dots(e, flecks, 0.04, shade(ink, 0.7))


def seahorse(e, rng):
    """A seahorse: a horse-like head with a tube mouth, a ridged belly and a curled tail."""
    ink = tint(rng, (0.08, 0.12, 0.03, 0.5), (0.25, 0.95), (0.4, 0.95))
    belly = rng.uniform(0.22, 0.3)
    curl = np.linspace(0, rng.uniform(1.3, 1.7) * 2 * np.pi, 26)
    r = np.linspace(0.27, 0.07, 26)
    tail = np.stack([-0.02 + r * np.cos(curl), 0.68 + r * np.sin(curl)], axis=1)
    line = np.concatenate([curve([(-0.08, -0.7), (0.22, -0.5), (0.05, -0.1), (0.28, 0.35),
                                  tail[0]], 34), tail[1:]])
    along = np.arange(len(line))
    width = np.interp(along, [0, 5, 14, 24, 34, 59], [0.13, 0.13, belly, 0.17, 0.09, 0.03])
    spine = ribbon(line, width)
    back = ribbon(line, width + 0.07 * (along % 3 == 0) * (along < 34))
    e.shape(curve([(0.2, -0.15), (0.55, -0.25), (0.58, 0.1), (0.25, 0.15)], 10), shade(ink, 1.25))
    e.shape(back, shade(ink, 0.8))
    e.shape(spine, ink)
    e.lines(rungs(spine, 2, 50, 3), shade(ink, 0.55), 0.03)
    e.shape(ribbon(np.linspace((-0.1, -0.68), (-0.62, -0.5 + rng.normal(0, 0.05)), 8),
                   [0.14, 0.12, 0.08, 0.055, 0.05, 0.05, 0.06, 0.075]), ink)
    e.oval(-0.06, -0.7, 0.2, 0.17, ink)
    e.shape(np.array([(-0.12, -0.8), (-0.15, -1.0), (-0.05, -0.92), (0.03, -1.05), (0.08, -0.9),
                      (0.18, -0.92), (0.12, -0.72)]), shade(ink, 0.8))
    e.oval(-0.13, -0.72, 0.06, 0.06, (0.97, 0.95, 0.85))
    e.oval(-0.14, -0.72, 0.03, 0.03, (0.03, 0.03, 0.03))
