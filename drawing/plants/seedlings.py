"""Seedlings of eight herbs, as seen from above: two seed leaves, then leaves of their own shape.

Each is drawn from its habit: shape of the seed leaves and of the leaves, how they stand, and how
many there are. Lengths are centimetres; age is 0 (seed leaves only) to 1 (six to eight leaves).
"""

import numpy as np

from drawing.marks import tint
from drawing.plants.leaf_shapes import hand, kidney, lobed, simple

TAU = 2 * np.pi
GOLDEN = 2.4        # the angle (radians) from one leaf of a rosette to the next
RED = np.array([0.5, 0.25, 0.24], np.float32)


def pair(plant, rng, shape, angle, length, ink, **ways):
    """Add two opposite leaves; neither stands quite where it should."""
    for side in (0, np.pi):
        own = {name: value + rng.normal(0, 0.08) for name, value in ways.items()
               if name in ('rise', 'droop', 'fold')}
        plant.leaf(shape, angle + side + rng.normal(0, 0.12), length * rng.uniform(0.9, 1.1), ink,
                   aside=rng.normal(0, 0.15), **{**ways, **own})


def spiral(rng, count, start):
    """The angles of count leaves of a rosette."""
    return start + GOLDEN * np.arange(count) + rng.normal(0, 0.15, count)


def growth(rng, age, most):
    """How many leaves there are at an age."""
    return int(np.clip(round(age * most + rng.normal(0, 0.5)), 0, most))


def sizes(count, full, young):
    """Lengths of count leaves, the oldest first, the youngest but a share of full."""
    return full * np.linspace(1.0, young, count) if count > 1 else full * np.ones(count)


def reddened(rng, ink, chance):
    """The colour of a stalk: with a chance reddish."""
    return 0.5 * (RED + ink) if rng.random() < chance else ink * 1.15


def charlock(plant, rng, age):
    """Charlock: kidney-shaped seed leaves, then coarsely toothed, lobed leaves with deep veins."""
    ink, start = tint(rng, (0.22, 0.24, 0.26), (0.4, 0.62), (0.4, 0.58), 0), rng.uniform(0, TAU)
    stalk = reddened(rng, ink, 0.25)
    pair(plant, rng, kidney(0.36, rng.uniform(0.5, 0.65), rng.uniform(0.42, 0.55)), start,
         rng.uniform(1.5, 2.1), ink * 1.08, rise=0.35, droop=0.3, stalk_ink=stalk)
    count = growth(rng, age, 6)
    lengths = sizes(count, 2.2 + 3.2 * age, 0.45) * rng.uniform(0.85, 1.1, count)
    for angle, length in zip(spiral(rng, count, start + np.pi / 2), lengths):
        young = 1 - length / (2.5 + 3.2 * age)
        shape = lobed(rng.uniform(0.2, 0.27), rng.integers(3, 5), rng.uniform(0.3, 0.75),
                      0.3, 0.12, 0.72, 0.8)
        wave = (0.25, rng.uniform(15, 25), rng.uniform(0, 6))
        plant.leaf(shape, angle, length, ink * (1 + 0.15 * young), 0.35 + 0.5 * young,
                   rng.uniform(0.3, 0.9), (0, 0, 0.3 + 0.4 * young), stalk, 0.12, 1.3,
                   aside=rng.normal(0, 0.2), fold=0.2 + 0.5 * young, wave=wave)


def cleavers(plant, rng, age):
    """Cleavers: oval seed leaves with a notched tip, then whorls of narrow leaves up a stem."""
    ink, start = tint(rng, (0.25, 0.28, 0.32), (0.3, 0.55), (0.34, 0.54), 0), rng.uniform(0, TAU)
    pair(plant, rng, simple(0.19, 0.5, 0.65, rng.uniform(0.25, 0.35), 2, notch=0.12), start,
         rng.uniform(1.2, 1.8), ink, rise=0.25, droop=0.25, stalk_ink=reddened(rng, ink, 0.3))
    lean = rng.normal(0, 0.45, 2) * (0.5 + age)
    whorls = growth(rng, age, 4)
    tops = [np.append(lean * k * (1 + 0.25 * k), 0.5 + 0.9 * k) for k in range(1, whorls + 1)]
    for k, top in enumerate(tops):
        below = tops[k - 1] if k else np.array([0, 0, 0.1])
        plant.strand(np.linspace(below, top, 6), 0.16, reddened(rng, ink, 0.3) * 1.1)
        count = int(rng.choice([4, 5, 6, 6, 7]) if k else 4)
        size = rng.uniform(1.0, 1.5) * (1 - 0.55 * k / max(1, whorls)) * (0.7 + 0.5 * age)
        around = (np.arange(count) + rng.normal(0, 0.06, count)) / count
        for angle in start + 0.6 * k + TAU * around:
            shape = simple(rng.uniform(0.13, 0.17), 0.68, 0.75, 0.03, 0, count=16)
            plant.leaf(shape, angle, size * rng.uniform(0.85, 1.1), ink * (1 + 0.1 * k),
                       0.4 + 0.2 * k, rng.uniform(0.2, 0.7), top, None, 0.2, 1.3, fold=0.25)


def chickweed(plant, rng, age):
    """Common chickweed: slender stems with opposite, pointed oval leaves, pale and smooth."""
    ink, start = tint(rng, (0.21, 0.23, 0.25), (0.4, 0.65), (0.48, 0.66), 0), rng.uniform(0, TAU)
    stalk = reddened(rng, ink, 0.3)
    pair(plant, rng, simple(0.15, 0.42, 1.0, rng.uniform(0.35, 0.5)), start,
         rng.uniform(1.0, 1.5), ink, rise=0.3, droop=0.3, stalk_ink=stalk)
    shoots = [(np.zeros(2), 0.0, growth(rng, age, 4), 1.0)]
    if age > 0.5:
        for angle in start + np.pi * np.arange(rng.integers(1, 3)) + rng.normal(0, 0.3):
            shoots.append((rng.uniform(0.7, 1.4) * np.array([np.cos(angle), np.sin(angle)]), 0.5,
                           rng.integers(1, 3), 0.6))
    for out, twist, pairs, share in shoots:
        lean = out + rng.normal(0, 0.25, 2)
        last = np.array([0, 0, 0.2])
        for k in range(pairs):
            root = np.append(lean * (k + share * (share < 1)), 0.4 + 0.5 * k)
            plant.strand(np.linspace(last, root, 6), 0.13, stalk)
            last, young = root, k / max(1, pairs)
            shape = simple(rng.uniform(0.2, 0.25), 0.4, 0.95, rng.uniform(0.25, 0.42), 2)
            pair(plant, rng, shape, start + np.pi / 2 * (k + 1) + twist,
                 share * rng.uniform(1.5, 2.1) * (1 - 0.55 * young), ink * (1 + 0.12 * young),
                 rise=0.3 + 0.4 * young, droop=0.4, root=root, stalk_ink=stalk, gloss=0.3, fold=0.3)


def fat_hen(plant, rng, age):
    """Fat hen: narrow blunt seed leaves, then toothed lozenges, mealy white in the middle."""
    ink, start = tint(rng, (0.23, 0.27, 0.32), (0.2, 0.42), (0.42, 0.6), 0), rng.uniform(0, TAU)
    stalk = reddened(rng, ink, 0.4)
    pair(plant, rng, simple(0.1, 0.5, 0.55, rng.uniform(0.2, 0.3)), start, rng.uniform(1.1, 1.7),
         ink, rise=0.2, droop=0.2, stalk_ink=stalk)
    count = growth(rng, age, 9)
    angles = spiral(rng, count, start + np.pi / 2)
    if count > 1:
        angles[1] = angles[0] + np.pi + rng.normal(0, 0.1)     # the first two stand opposite
    meal, lengths = rng.uniform(0.25, 0.6), sizes(count, 1.7 + 2.0 * age, 0.3)
    lengths[1:2] = lengths[:1]
    for k, (angle, length) in enumerate(zip(angles, lengths)):
        young = max(0.0, (k - 1) / max(2, count))
        shape = simple(rng.uniform(0.2, 0.27), rng.uniform(0.33, 0.45), 1.0, 0.32, 3,
                       0 if k < 2 else rng.integers(2, 5), 0.3)
        mealy = ink + meal * young * (np.float32([0.86, 0.84, 0.86]) - ink)
        plant.leaf(shape, angle, length * rng.uniform(0.9, 1.1), mealy, 0.25 + 0.7 * young,
                   0.4, (0, 0, 0.3 + 1.0 * young), stalk, 0.05, 1.2, aside=rng.normal(0, 0.12),
                   fold=0.2 + 0.3 * young)


def feather(plant, rng, angle, length, ink, rise, root):
    """Add a leaf cut twice into threads, as of a mayweed."""
    t = np.linspace(0, 1, 10)
    climb = rise - 0.5 * t
    aside = angle + rng.normal(0, 0.3) * t
    line = np.cumsum(np.stack([np.cos(climb) * np.cos(aside), np.cos(climb) * np.sin(aside),
                               np.sin(climb)], 1), axis=0) * length / 10 + root
    line[:, 2] = np.maximum(line[:, 2], 0.05)
    plant.strand(line, 0.04 + 0.02 * length, ink * 1.1)
    thread = 0.035 + 0.012 * length
    for k in range(3 if length > 1 else 5, 10):
        for side in (-1, 1):
            way = aside[k] + side * rng.uniform(0.6, 0.95)
            reach = length * 0.3 * np.sin(np.pi * (0.15 + 0.75 * t[k])) * rng.uniform(0.8, 1.2)
            tip = line[k] + reach * np.array([np.cos(way), np.sin(way), 0.2])
            plant.strand([line[k], tip], thread, ink * rng.uniform(0.9, 1.1))
            if reach > 0.25:
                for fork in (-0.6, 0.6):
                    root_ = line[k] + rng.uniform(0.35, 0.65) * (tip - line[k])
                    way_ = way + fork
                    end = root_ + 0.5 * reach * np.array([np.cos(way_), np.sin(way_), 0.3])
                    plant.strand([root_, end], 0.9 * thread, ink * rng.uniform(0.9, 1.15))


def mayweed(plant, rng, age):
    """Scentless mayweed: tiny oval seed leaves, then feathers of threads."""
    ink, start = tint(rng, (0.22, 0.24, 0.27), (0.4, 0.6), (0.42, 0.6), 0), rng.uniform(0, TAU)
    pair(plant, rng, simple(0.27, 0.6, 0.6, 0.15), start, rng.uniform(0.5, 0.8), ink, rise=0.15,
         droop=0.15)
    count = max(2, growth(rng, age, 9))
    angles = spiral(rng, count, start + np.pi / 2)
    angles[1] = angles[0] + np.pi
    for k, (angle, length) in enumerate(zip(angles, sizes(count, 1.3 + 2.8 * age, 0.4))):
        young = k / count
        feather(plant, rng, angle, length * rng.uniform(0.85, 1.1), ink * (1 + 0.1 * young),
                0.3 + 0.7 * young, (0, 0, 0.1))


def shepherds_purse(plant, rng, age):
    """Shepherd's purse: a flat rosette, its first leaves entire, the later toothed and lobed."""
    ink, start = tint(rng, (0.22, 0.25, 0.28), (0.3, 0.52), (0.4, 0.58), 0), rng.uniform(0, TAU)
    pair(plant, rng, simple(0.2, 0.6, 0.6, 0.45), start, rng.uniform(0.6, 0.9), ink, rise=0.12,
         droop=0.1)
    count = max(1, growth(rng, age, 10))
    lengths = (0.9 + 2.3 * age) * np.interp(np.arange(count) / max(1, count), [0, 0.45, 1],
                                            [0.7, 1.0, 0.35])
    cut = rng.uniform(0.3, 1.0)     # some plants are hardly lobed
    for k, (angle, length) in enumerate(zip(spiral(rng, count, start + np.pi / 2), lengths)):
        if k < 2 + 2 * (cut < 0.4):
            shape = simple(rng.uniform(0.15, 0.2), 0.62, 0.65, 0.45, 2, int(k > 0) * 3, 0.15)
        else:
            shape = lobed(rng.uniform(0.13, 0.18), rng.integers(4, 7), cut * rng.uniform(0.6, 0.95),
                          0.2, 0.05, 0.7, 1.5)
        plant.leaf(shape, angle, length * rng.uniform(0.85, 1.15), ink * rng.uniform(0.9, 1.1),
                   rng.uniform(0.08, 0.3), rng.uniform(0.1, 0.4), (0, 0, 0.1 + 0.04 * k),
                   reddened(rng, ink, 0.2), 0.06, 1.25, aside=rng.normal(0, 0.15), fold=0.15)


def cranesbill(plant, rng, age):
    """Small-flowered cranesbill: round leaves cut like hands, on long, often red stalks."""
    ink, start = tint(rng, (0.22, 0.25, 0.28), (0.32, 0.52), (0.4, 0.58), 0), rng.uniform(0, TAU)
    stalk = reddened(rng, ink, 0.75)
    seed_leaf = kidney(0.27, rng.uniform(0.2, 0.4), rng.uniform(0.5, 0.6), 0.35)
    pair(plant, rng, seed_leaf, start, rng.uniform(1.2, 1.7), ink, rise=0.3, droop=0.3,
         stalk_ink=stalk)
    count = growth(rng, age, 8)
    for k, (angle, length) in enumerate(zip(spiral(rng, count, start + np.pi / 2),
                                            sizes(count, 1.9 + 2.0 * age, 0.4))):
        young = k / max(1, count)
        shape = hand(rng.uniform(0.24, 0.3), rng.choice([5, 7]), rng.uniform(0.3, 0.5), 3, 0.68,
                     rng.uniform(0.25, 0.5))
        plant.leaf(shape, angle, length * rng.uniform(0.85, 1.15), ink * (0.95 + 0.15 * young),
                   0.55 + 0.4 * young, rng.uniform(0.6, 1.1), (0, 0, 0.2), stalk, 0.05, 1.2,
                   aside=rng.normal(0, 0.25), fold=0.1 + 0.3 * young)


def sugar_beet(plant, rng, age):
    """Sugar beet: long seed leaves, then glossy, wavy oval leaves in pairs with pale ribs."""
    ink, start = tint(rng, (0.22, 0.25, 0.27), (0.45, 0.68), (0.4, 0.58), 0), rng.uniform(0, TAU)
    stalk = reddened(rng, ink, 0.5)
    pair(plant, rng, simple(0.125, 0.5, 0.6, rng.uniform(0.2, 0.3)), start, rng.uniform(2.2, 3.2),
         ink, rise=0.25, droop=0.25, stalk_ink=stalk, gloss=0.35)
    pairs = growth(rng, age, 4)
    for k, length in enumerate(sizes(pairs, 2.8 + 3.6 * age, 0.35)):
        young = k / max(1, pairs)
        for side in (0, np.pi):
            shape = simple(rng.uniform(0.15, 0.2), rng.uniform(0.42, 0.52), 0.7, 0.36, 3)
            wave = (rng.uniform(0.08, 0.25), rng.uniform(14, 22), rng.uniform(0, TAU))
            plant.leaf(shape, start + side + np.pi / 2 + 1.2 * k + rng.normal(0, 0.15),
                       length * rng.uniform(0.85, 1.1), ink * (0.95 + 0.2 * young),
                       0.45 + 0.5 * young, rng.uniform(0.4, 0.9), (0, 0, 0.2), stalk, 0.35, 1.4,
                       aside=rng.normal(0, 0.15), fold=0.2 + 0.3 * young, wave=wave)


HERBS = {'Charlock': charlock, 'Cleavers': cleavers, 'Common Chickweed': chickweed,
         'Fat Hen': fat_hen, 'Scentless Mayweed': mayweed, 'Shepherds Purse': shepherds_purse,
         'Small-flowered Cranesbill': cranesbill, 'Sugar beet': sugar_beet}
