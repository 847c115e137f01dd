"""Seedlings of four grasses, as seen from above: long blades with parallel ribs.

Lengths are centimetres; age is 0 (one or two blades) to 1 (several shoots).
"""

import numpy as np

from drawing.marks import tint
from drawing.plants.leaf_shapes import grass

TAU = 2 * np.pi


def blade(plant, rng, angle, length, width, ink, root, **ways):
    """Add one blade; half of all end in a paler or yellowed tip."""
    tip = ink * (1.15, 1.1, 0.9) if rng.random() < 0.6 else ink * (1.7, 1.25, 0.8)
    shape = grass(0.5 * width / length, rng.uniform(0.6, 0.9), rng.uniform(0.3, 0.65),
                  3 if width > 0.6 else 1, 26)
    way = dict(rise=rng.uniform(0.15, 1.15), droop=rng.uniform(0.2, 1.0),
               aside=rng.normal(0, 0.35), fold=rng.uniform(0.1, 0.6), twist=rng.normal(0, 0.9))
    plant.leaf(shape, angle, length, ink, root=root, tip_ink=tip, **{**way, **ways})


def tuft(plant, rng, shoots, blades, length, width, ink, sheath, spread=0.15):
    """Add shoots, each of so many blades that leave it one after another on two sides."""
    for k in range(shoots):
        out = rng.uniform(0, TAU)
        root = np.append(spread * min(k, 1) * np.array([np.cos(out), np.sin(out)]), 0.0)
        side = rng.uniform(0, TAU)
        for j in range(max(1, blades - (rng.random() < 0.4) - (k > 0))):
            angle = side + np.pi * j + rng.normal(0, 0.5)
            reach = length * rng.uniform(0.55, 1.15)
            blade(plant, rng, angle, reach, width * rng.uniform(0.8, 1.2),
                  ink * rng.uniform(0.88, 1.12), root)
        top = root + np.append(rng.normal(0, 0.3, 2), rng.uniform(0.3, 0.8))
        plant.strand(np.linspace(root, top, 5), 1.3 * width, sheath)


def black_grass(plant, rng, age):
    """Black-grass: few narrow, rather stiff dark blades, the sheaths purple at the ground."""
    ink = tint(rng, (0.24, 0.27, 0.31), (0.3, 0.55), (0.36, 0.56), 0)
    sheath = tint(rng, (0.9, 0.95, 0.02), (0.25, 0.5), (0.35, 0.55), 0.2)
    shoots = 1 + int(rng.uniform(0, 2.8) * age)
    tuft(plant, rng, shoots, int(1.6 + rng.uniform(0.6, 2.6) * min(1, 0.45 + age)),
         rng.uniform(4, 6) + 4 * age, rng.uniform(0.2, 0.3) + 0.08 * age, ink, sheath)


def loose_silky_bent(plant, rng, age):
    """Loose silky-bent: more and finer blades than black-grass, thread-like at first, limp."""
    ink = tint(rng, (0.22, 0.25, 0.28), (0.32, 0.58), (0.4, 0.62), 0)
    sheath = tint(rng, (0.2, 0.26, 0.05), (0.2, 0.5), (0.45, 0.65), 0.1)
    shoots = 1 + int(rng.uniform(0.3, 5.0) * age)
    tuft(plant, rng, shoots, int(1.8 + rng.uniform(1, 3) * min(1, 0.5 + age)),
         rng.uniform(3, 5) + 4 * age, rng.uniform(0.09, 0.15) + 0.04 * age, ink, sheath, 0.2)


def common_wheat(plant, rng, age):
    """Wheat: one shoot of upright blades, twice as wide as black-grass, that roll and hang over."""
    ink = tint(rng, (0.23, 0.26, 0.3), (0.35, 0.6), (0.42, 0.64), 0)
    side, root = rng.uniform(0, TAU), (0, 0, 0)
    for j in range(1 + int(rng.uniform(0.3, 1.2) + 2.2 * age)):
        length = rng.uniform(6, 9) + 5 * age
        blade(plant, rng, side + np.pi * j + rng.normal(0, 0.35), length,
              rng.uniform(0.4, 0.55) + 0.2 * age, ink * rng.uniform(0.88, 1.12), root,
              rise=rng.uniform(0.9, 1.35), droop=rng.uniform(0.6, 1.7), twist=rng.normal(0.8, 0.7))
    plant.strand([(0, 0, 0), (0.05, 0.02, 0.6), rng.normal(0, 0.15, 3) + (0, 0, 1.4)], 0.35,
                 ink * (1.1, 1.1, 1.0))


def maize(plant, rng, age):
    """Maize: broad arching blades in two rows, their midribs pale, the first one blunt."""
    ink = tint(rng, (0.21, 0.24, 0.26), (0.4, 0.65), (0.4, 0.6), 0)
    stalk = tint(rng, (0.95, 0.0, 0.24), (0.25, 0.6), (0.4, 0.6), 0)
    count, side = 2 + int(rng.uniform(0, 1) + 3.2 * age), rng.uniform(0, TAU)
    for j in range(count):
        young = j / max(1, count - 1)
        length = (rng.uniform(3, 4.5) if j == 0 else rng.uniform(5, 8)) * (1 + 0.9 * age)
        width = (1.1 + 0.7 * age) * rng.uniform(0.8, 1.15) * (1 - 0.35 * young)
        shape = grass(0.5 * width / length, 0.45, 0.8 if j == 0 else rng.uniform(0.45, 0.6), 5)
        wave = (rng.uniform(0, 0.5), rng.uniform(15, 30), rng.uniform(0, TAU))
        plant.leaf(shape, side + np.pi * j + rng.normal(0, 0.35), length,
                   ink * (0.9 + 0.2 * young), root=(0, 0, 0.4 + 0.5 * young),
                   rise=0.35 + 0.8 * young + rng.normal(0, 0.15),
                   droop=rng.uniform(0.4, 1.0) + 0.3 * young, aside=rng.normal(0, 0.2),
                   fold=rng.uniform(0.2, 0.55), twist=rng.normal(0, 0.3), wave=wave, rib=1.35,
                   gloss=0.2)
    plant.strand([(0, 0, 0), (0, 0, 0.5), rng.normal(0, 0.1, 3) + (0, 0, 1.0)],
                 0.55 + 0.3 * age, stalk)


GRASSES = {'Black-grass': black_grass, 'Common wheat': common_wheat,
           'Loose Silky-bent': loose_silky_bent, 'Maize': maize}
