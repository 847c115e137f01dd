"""Twelve kinds of seedlings in trays, as in Kaggle's "Plant Seedlings Classification".

The species and their names are that set's. The images are drawn from above, at growth stages from
the seed leaves to six or eight leaves.
"""

import numpy as np

from drawing.plants.grasses import GRASSES
from drawing.plants.leaves import Plant
from drawing.plants.seedlings import HERBS
from drawing.plants.soil import scale_strip, soil, tray_rim
from drawing.scenery import photograph

SPECIES = {**GRASSES, **HERBS}
SIDES = 150, 500    # pixels


def daylight(rng):
    """A unit vector (3,) towards the light, which stands high."""
    way = np.append(rng.normal(0, 0.4, 2), 1.0)
    return way / np.linalg.norm(way)


def draw(species, rng):
    """Draw one picture.

    species: one of SPECIES (KeyError for another); rng: a numpy Generator.
    Returns uint8 RGB (H, W, 3), sides 150..500, nearly square.
    """
    long = rng.integers(*SIDES, endpoint=True)
    height, width = rng.permutation([long, max(SIDES[0], int(long * rng.uniform(0.85, 1)))])
    sun, age = daylight(rng), rng.beta(1.1, 1.3)
    plant = Plant(rng, sun)
    SPECIES[species](plant, rng, age)
    low, high = plant.bounds()
    per_cm = rng.uniform(0.6, 0.98) * min((width, height) / (high - low))
    picture = soil(rng, height, width, per_cm, sun)
    room = np.array([width, height]) - per_cm * (high - low)
    root = rng.uniform(0.25, 0.75, 2) * room - per_cm * low
    if rng.random() < 0.12:
        tray_rim(picture, rng, sun)
    if rng.random() < 0.2:
        scale_strip(picture, rng, per_cm)
    plant.paint(picture, root, per_cm, rng.normal(0, 0.08, 2) * per_cm)
    return photograph(picture, rng)
