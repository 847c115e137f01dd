"""Outlines of seedlings' leaves, flat: x across, y along, from the root of the stalk to the tip.

Each function returns a `Flat`; widths are shares of the leaf's whole length, its stalk included.
"""

import numpy as np

from drawing.plants.leaves import Flat

STALK = 0.018       # half the width of a leaf's stalk


def closed(half, feet, ribs, start):
    """A Flat from its right half (K, 2), root first, and feet (K,), mirrored at x = 0."""
    half, feet = np.asarray(half, float), np.asarray(feet, float)
    return Flat(np.concatenate([half, half[::-1] * (-1, 1)]), np.concatenate([feet, feet[::-1]]),
                ribs, start)


def stalked(x, y, feet, start, width=STALK):
    """Half an outline whose blade (x, y in 0..1) begins at start, above a stalk."""
    x, y = np.maximum(x, 0), start + (1 - start) * np.asarray(y)
    feet = start + (1 - start) * np.asarray(feet)
    below = np.linspace(0, start, 5)[:-1] if start else np.zeros(0)
    half = np.concatenate([np.stack([width + 0 * below, below], 1), np.stack([x, y], 1)])
    return half, np.concatenate([below, feet])


def midrib(start, end=0.95):
    return np.stack([np.zeros(9), np.linspace(0.6 * start, end, 9)], axis=1)


def side_ribs(width_at, start, count, lean=0.12):
    """Pairs of side ribs; width_at(y) is half the blade's width at y (0..1 along the blade)."""
    out = []
    for y in np.linspace(0.12, 0.78, count):
        reach = 0.85 * width_at(y)
        for side in (-1, 1):
            line = np.linspace((0, y), (side * reach, y + lean), 5)
            out.append(line * (1, 1 - start) + (0, start))
    return out


def blade_width(t, width, peak, blunt):
    """Half the width (K,) at t (0..1) of a blade that is widest at peak; blunt < 1: fuller."""
    return width * np.maximum(np.sin(np.pi * t ** (np.log(0.5) / np.log(peak))), 0) ** blunt


def simple(width, peak=0.5, blunt=0.9, stalk=0.3, ribs=0, teeth=0, bite=0.0, notch=0.0, count=22):
    """An undivided leaf.

    width: half the blade's, at peak (0..1 along the blade); ribs, teeth: how many on a side; bite:
    how deep the teeth are, as a share of the width; notch: how deep the tip is cut in.
    """
    t = np.linspace(0, 1, max(count, 6 * teeth + 2))
    x = blade_width(t, width, peak, blunt)
    if teeth:
        saw = 1 - (teeth * t + 0.25) % 1      # each tooth rises slowly and falls at once
        x = x * (1 - bite * (1 - saw) * np.clip(4 * t, 0, 1))
    y = t.copy()
    if notch:
        y = t - notch * np.clip((t - 0.55) / 0.45, 0, 1) ** 2 * (1 - np.clip(x / width, 0, 1)) ** 2
        y[-1] = 1 - notch
    half, feet = stalked(x, y, np.minimum(t, 0.97 - notch) * 0.93 + 0.02, stalk)
    half[:, 0] = np.maximum(half[:, 0], np.where(t[-1] == 1, 0.004, 0))
    lines = [midrib(stalk, 0.95 - notch)]
    lines += side_ribs(lambda v: blade_width(v, width, peak, blunt), stalk, ribs) if ribs else []
    return closed(half, feet, lines, stalk)


def lobed(width, lobes, depth, stalk=0.25, forward=0.1, peak=0.7, point=1.0, count=90):
    """A leaf cut into pairs of lobes that grow larger towards the tip, as of mustards.

    depth: how far the cuts reach to the midrib (0..1); forward: how much the lobes lean to the
    tip; point: how pointed they are, above 1 more.
    """
    t = np.linspace(0, 1, count)
    wave = np.abs(np.cos(np.pi * lobes * t ** 0.8)) ** point    # the last lobe is at the tip
    deep = depth * np.clip(1.5 - 1.25 * t, 0.15, 1)
    x = blade_width(t, width, peak, 0.6) * (1 - deep * (1 - wave)) + 0.012
    x[-1] = 0.004
    half, feet = stalked(x, t + forward * x / width * (1 - t), t, stalk)
    peaks = (np.arange(1, lobes) / lobes) ** 1.25
    ribs = [midrib(stalk)]
    for p in peaks:
        x = 0.85 * blade_width(p, width, peak, 0.6)
        ribs += [np.linspace((0, stalk + (1 - stalk) * p * 0.95),
                             (s * x, stalk + (1 - stalk) * (p + 0.8 * forward * (1 - p))), 4)
                 for s in (-1, 1)]
    return closed(half, feet, ribs, stalk)


def kidney(width, notch, stalk, heart=0.35, count=28):
    """A kidney- or heart-shaped seed leaf: broad, with a bay at the tip and at its root.

    width: half the blade's; notch: depth of the bay at the tip; heart: of the one at the stalk.
    """
    a = np.linspace(0, np.pi, count)    # from the stalk about the right side to the tip
    radius = 1 - heart * np.exp(-(a / 0.5) ** 2) - notch * np.exp(-((np.pi - a) / 0.42) ** 2)
    high = 0.5 * (1 - stalk)
    x = width * radius * np.sin(a) ** 0.85
    y = stalk + high * (1 - 0.5 * heart) - high * radius * np.cos(a)
    middle = stalk + 0.55 * high
    half = np.concatenate([[(STALK, 0), (STALK, 0.6 * stalk)], np.stack([x, y], 1)])
    feet = np.concatenate([[0, 0.6 * stalk], np.full(count, middle)])
    return closed(half, feet, [np.stack([np.zeros(5), np.linspace(0.6 * stalk, 1 - 0.4 * notch, 5)],
                                        axis=1)], stalk)


def hand(radius, lobes, depth, teeth, stalk, gap=0.45, count=150):
    """A round leaf cut into lobes like a hand, each with teeth, as of cranesbills.

    radius: share of the whole length; depth: of the cuts (0..1); gap: half the angle of the bay at
    the stalk (radians).
    """
    a = np.linspace(0, np.pi - gap, count)[::-1]    # from the bay to the tip, on the right
    place = a * lobes / (2 * (np.pi - gap))
    cut = np.abs(np.sin(np.pi * place)) ** 7       # 1 between two lobes
    ragged = 0.13 * np.abs(np.sin(np.pi * place * teeth)) ** 3 * (1 - cut)
    r = radius * (1 - depth * cut - ragged) * (1 - 0.12 * (a / np.pi))
    middle = 1 - radius
    half = np.stack([r * np.sin(a), middle + r * np.cos(a)], axis=1)
    half = np.concatenate([[(STALK, 0), (STALK, 0.5 * middle), (STALK, 0.97 * middle)], half])
    feet = np.concatenate([[0, 0.5 * middle, 0.97 * middle], np.full(count, middle)])
    tips = np.arange(-(lobes // 2), lobes // 2 + 1) * 2 * (np.pi - gap) / lobes
    ribs = [np.linspace((0, middle), (0.8 * radius * np.sin(b), middle + 0.8 * radius * np.cos(b)),
                        5) for b in tips]
    return closed(half, feet, ribs, stalk)


def grass(width, base=0.8, tip=0.45, ribs=1, count=20):
    """A grass blade, widest somewhere below its tapering end.

    base: width at the root as a share of the widest; tip: where it begins to taper (0..1).
    """
    t = np.linspace(0, 1, count)
    x = width * np.interp(t, [0, 0.25, tip, 1], [base, 1, 1, 0]) ** 0.8 + 0.0006
    lines = [np.stack([c * width * (1 - t**3), 0.98 * t], 1)
             for c in ([0] if ribs == 1 else np.linspace(-0.6, 0.6, ribs))]
    return closed(np.stack([x, t], 1), t, lines, 0.0)
