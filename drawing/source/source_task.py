"""The images that the shipped checkpoint was trained on: the classes, and one image of a class.

There are drawn things and abstract patterns, but no cat, dog, digit, ant or bee, and none of the
twelve plant seedlings. plant/bellflower and plant/marigold are among them.
"""

from functools import partial

import numpy as np

from drawing.brush import blur
from drawing.easel import Easel
from drawing.insects.crawlers import centipede, crab, lobster, scorpion, snail, spider
from drawing.insects.insects import INSECTS
from drawing.plants.flowers import FLOWERS
from drawing.plants.foliage import FOLIAGE
from drawing.plants.fruits import FRUITS
from drawing.scenery import in_front, photograph, place
from drawing.source.beasts import SPECIES, draw_beast
from drawing.source.patterns import (
    CONTOURS,
    FRACTALS,
    LETTERS,
    TEXTURES,
    contour,
    fractal,
    letter,
    scribble,
    texture,
    two_tone,
)
from drawing.source.sea_creatures import jellyfish, octopus, seahorse, starfish
from drawing.source.things import THINGS
from drawing.source.vehicles import VEHICLES

# The order matters: classes are numbered by it.
PLANTS = {**FLOWERS, **FOLIAGE, **FRUITS}
SMALL_ANIMALS = INSECTS | {f.__name__: f for f in (
    spider, scorpion, crab, lobster, snail, starfish, jellyfish, octopus, seahorse, centipede)}

def on_easel(draw, size, rng, tilt=0.25):
    """The (colour, cover) of a drawing on an easel of its own."""
    e = Easel(size, rng, tilt)
    draw(e, rng)
    return e.colour, e.cover


def painters():
    """Class names, each with its painter (size, rng) -> (colour (S, S, 3), cover (S, S))."""
    out = {f'beast/{name}': partial(draw_beast, name) for name in SPECIES}
    for family, drawings, tilt in (('plant', PLANTS, 0.3), ('small animal', SMALL_ANIMALS, 0.7),
                                   ('vehicle', VEHICLES, 0.12), ('thing', THINGS, 0.4)):
        for name, draw in drawings.items():
            out[f'{family}/{name}'] = partial(on_easel, draw, tilt=tilt)
    for family, draw, count, tilt in (('fractal', fractal, FRACTALS, 0.4),
                                      ('contour', contour, CONTOURS, 0.6),
                                      ('texture', texture, TEXTURES, 0.4)):
        for k in range(count):
            out[f'{family}/{k:02d}'] = partial(on_easel, partial(draw, number=k), tilt=tilt)
    for k, name in enumerate(LETTERS):
        out[f'letter/{name}'] = partial(on_easel, partial(letter, number=k), tilt=0.15)
    return out


PAINTERS = painters()
CLASSES = tuple(PAINTERS)
# Whose turn it is to be drawn: the beasts, hardest to tell apart, come twice as often.
TURNS = np.array([*range(len(CLASSES)), *range(len(SPECIES))], np.int32)


def background(size, rng, outdoors):
    """A place, with probability outdoors, or two colours in clouds: (S, S, 3) in 0..1."""
    if rng.random() < outdoors:
        return place(rng, size, size, rng.uniform(0.35, 0.95) * size)
    return two_tone(rng, size)


def drop_shadow(picture, cover, rng):
    """Darken the background beside what will be laid over it, in place."""
    size = len(cover)
    far = rng.uniform(0.02, 0.08) * size
    shift = int(round(far)), int(round(far * rng.choice([-1, 1])))
    shade = blur(np.roll(cover, shift, (0, 1)), rng.uniform(0.015, 0.05) * size)
    picture *= 1 - rng.uniform(0.2, 0.6) * shade[..., None]


def draw(number, size, rng):
    """Draw one picture of a class.

    number: index of CLASSES; size: pixels; rng: a numpy Generator.  Returns uint8 RGB (S, S, 3).
    """
    name = CLASSES[number]
    drawn = name.split('/')[0] not in ('fractal', 'contour', 'texture', 'letter')
    picture = background(size, rng, 0.6 if drawn else 0.15)
    colour, cover = PAINTERS[name](size, rng)
    if rng.random() < 0.4:
        drop_shadow(picture, cover, rng)
    picture += cover[..., None] * (colour - picture)
    if drawn and rng.random() < 0.4:
        in_front(picture, rng)
    elif rng.random() < 0.1:
        e = Easel(size, rng)
        scribble(e, rng)
        picture += e.cover[..., None] * (e.colour - picture)
    return photograph(picture, rng)
