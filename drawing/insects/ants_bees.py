"""Ants and bees as in macro photographs: on flowers, leaves, bark and ground.

Where they are, the light and the camera are drawn from the same distributions for both.
"""

import cv2
import numpy as np

from drawing.brush import blur, cloud, colour, fill, oval
from drawing.cats_dogs.animals import PARTS
from drawing.cats_dogs.cat_dog import picture_size
from drawing.cats_dogs.fur import View, combed, crop_to, grow_fur, hair_flow, visible_surface
from drawing.easel import curve
from drawing.insects.insect_bodies import BODIES
from drawing.marks import GREENS, put, tint
from drawing.plants.plant_parts import blade
from drawing.plants.soil import STONES, stones
from drawing.scenery import backdrop, cast_shadow, in_front, photograph, sunlight

SPECIES = tuple(BODIES)
HAIRY = {'trunk': 1.0, 'tail': 0.55, 'head': 0.5, 'leg': 0.25}


# --- where they are ----------------------------------------------------------------------------

def on_leaf(rng, height, width):
    """A leaf that fills the picture, with its ribs."""
    ink = tint(rng, GREENS, (0.3, 0.7), (0.3, 0.6), 0.1)
    picture = ink * (1 + 0.08 * cloud(rng, height, width))[..., None]
    x, way, size = rng.uniform(0.2, 0.8) * width, rng.uniform(0, np.pi), height + width
    pale, gap = np.minimum(ink * rng.uniform(1.1, 1.5), 1), rng.uniform(0.07, 0.16) * size
    wide = rng.uniform(0.004, 0.01) * size
    for k in range(-10, 11):
        for side in (-1, 1):
            rib = curve([(0, k * gap), (side * 0.3 * size, (k - 1.2) * gap),
                         (side * 0.7 * size, (k - 3) * gap)], 8)
            rib = put(np.concatenate([rib, rib[::-1] + (0, 0.5 * wide)]), x, 0.5 * height, way)
            fill(picture, rib, pale, 0.8, 0.6)
    spine = [(-wide, -size), (wide, -size), (wide, size), (-wide, size)]
    fill(picture, put(spine, x, 0.5 * height, way), pale, 1.0, 0.8)
    return picture


def on_flower(rng, height, width):
    """The petals of a large flower about its disc, before a blurred backdrop."""
    picture = blur(backdrop(rng, height, width, 0), 4.0)
    size = rng.uniform(0.5, 1.0) * max(height, width)
    x, y = rng.uniform(0.25, 0.75, 2) * (width, height)
    ink, count = colour(rng, 0.8, 0.5, 0.98), rng.integers(5, 22)
    shape = blade(size, size * rng.uniform(1.6, 2.4) / count, 0.6, 0.7)
    start, squash = rng.uniform(0, 6), rng.uniform(0.5, 1)
    for k in rng.permutation(count):
        angle = start + 2 * np.pi * k / count + rng.normal(0, 0.06)
        petal = put(shape, 0, 0, angle, rng.uniform(0.85, 1.1)) * (1, squash) + (x, y)
        tone = ink * rng.uniform(0.8, 1.1)
        fill(picture, petal, tone * 0.75, 0.8)
        fill(picture, (petal - petal.mean(0)) * 0.93 + petal.mean(0), tone, 2.5)
    disc = tint(rng, (0.1, 0.13, 0.2), (0.4, 0.9), (0.3, 0.9), 0.1)
    r = rng.uniform(0.15, 0.4) * size
    fill(picture, oval(x, y, r, r * squash), disc * 0.7, 2.0)
    k = np.arange(140)
    for turn, far, tone in zip(2.4 * k, r * np.sqrt(k / 140), rng.uniform(0.75, 1.3, 140)):
        dot = 0.045 * r
        fill(picture, oval(x + far * np.cos(turn), y + far * np.sin(turn) * squash, dot, dot,
                           count=8), disc * tone, 0.5)
    return picture


def on_ground(rng, height, width):
    """Stones, or sand where they are small."""
    size = (height + width) * np.exp(rng.uniform(np.log(0.006), np.log(0.05)))
    sun = np.array([*rng.normal(0, 0.4, 2), 1.0])
    mix = rng.dirichlet(np.full(len(STONES), 1.5))
    return stones(rng, height, width, max(2.5, size), mix, sun / np.linalg.norm(sun))[0]


def on_bark(rng, height, width):
    """Bark or wood, its grain running one way."""
    ink, stretch = colour(rng, 0.4, 0.25, 0.65), rng.choice([0.15, 0.3, 4.0])
    lie = cloud(rng, height, width, 6, 5, stretch)
    cracks = np.clip(np.abs(cloud(rng, height, width, 5, 4, stretch)) * 5, 0.35, 1)
    return ink * (cracks * (1 + 0.16 * lie))[..., None]


def blurred(rng, height, width):
    """Nothing in focus but blots of colour."""
    green = tint(rng, GREENS, (0.2, 0.7), (0.25, 0.7), 0.2)
    picture = backdrop(rng, height, width, 0)
    return picture + rng.uniform(0, 0.8) * (green - picture)


GROUNDS = on_leaf, on_flower, on_ground, on_bark, blurred


# --- the insect --------------------------------------------------------------------------------

def look_at(rng):
    """A View from the side, from above or between, the insect turned any way in the picture."""
    above = rng.choice([rng.uniform(0.1, 0.5), rng.uniform(0.5, 1.1), rng.uniform(1.1, 1.55)])
    view = View.of(rng.uniform(-np.pi, np.pi), above)
    a = rng.normal(0, 0.35) if above < 0.6 else rng.uniform(-np.pi, np.pi)
    c, s = np.cos(a), np.sin(a)
    view.turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ view.turn
    return view


def frame(body, view, height, width, fill_, rng):
    """Scale and shift the view so that the trunk of the insect is in the picture."""
    boxes = view.boxes(body)
    low, high = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    view.scale = fill_ * min((width, height) / (high - low))
    room = np.array([width, height]) - view.scale * (high - low)
    view.shift = rng.uniform(0.15, 0.85, 2) * room - view.scale * low


def paint_body(body, view, height, width, light, rng):
    """The (colour (H, W, 3), cover (H, W)) of a body without its wings."""
    surface = visible_surface(body, view, height, width)
    mask = (surface.blob >= 0).astype(np.float32)
    inks = body.ink(surface.points @ view.turn, surface.part) * rng.uniform(0.85, 1.15)
    normals = surface.normals
    lambert = normals @ light['way']
    tone = light['ambient'] + (1 - light['ambient']) * np.clip(0.6 * lambert + 0.4, 0, 1)
    tone *= 1.1 - 0.4 * (1 - np.clip(normals[:, 2], 0, 1)) ** 2
    half = light['way'] + (0, 0, 1)
    facing = np.clip(normals @ (half / np.linalg.norm(half)), 0, 1)
    names = np.array([HAIRY.get(name, 0.0) for name in PARTS])
    hair = body.hair * names[surface.part]
    smooth = body.gloss * (1 - hair) + 0.4 * (surface.part == PARTS.index('nose'))
    shine = smooth * (0.8 * facing**30 + 0.2 * facing**6)
    sky = 0.12 * body.gloss * np.clip(-normals[:, 1], 0, 1)     # what shells mirror from above
    colours = inks * tone[:, None] * light['tint'] + (shine + sky)[:, None]
    picture = surface.image(colours.astype(np.float32))
    cover = cv2.GaussianBlur(mask, (0, 0), 0.5)
    if body.hair:
        picture, cover = furred(body, view, surface, mask, picture, surface.image(hair), rng)
    grain = 1 + 0.05 * cv2.GaussianBlur(rng.standard_normal(mask.shape, np.float32), (0, 0), 0.8)
    around = cv2.dilate(picture, np.ones((3, 3)))
    picture = np.where(mask[..., None] + body.hair > 0, picture, around)
    return np.clip(picture * grain[..., None], 0, 1), cover


def furred(body, view, surface, mask, picture, hair, rng):
    """Let the hair of a bee grow out of its painted body; returns colour and cover."""
    height, width = mask.shape
    grid = np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)
    flow = hair_flow(body, surface, view, mask)
    around = cv2.dilate(picture, np.ones((5, 5)))
    soft = cv2.GaussianBlur(np.where(mask[..., None] > 0, picture, around), (0, 0), 1.5)
    picture = np.where(mask[..., None] > 0, picture, soft)
    length = rng.uniform(0.07, 0.13) * view.scale
    noise = rng.standard_normal((height, width), np.float32)
    fine = combed(cv2.GaussianBlur(noise, (0, 0), 0.6), flow, grid, length)
    tufts = combed(cv2.GaussianBlur(noise[::-1], (0, 0), max(0.8, 0.012 * view.scale)), flow,
                   grid, length)
    hair = np.where(mask > 0, hair, cv2.dilate(hair, np.ones((7, 7))))
    return grow_fur(picture, mask, flow, grid, 1.6 * fine, 1.3 * tufts, hair, length)


def paint_wing(picture, outline, view, glass, rng):
    """Lay a clear wing with veins over the picture, in place."""
    at, wide = view.pixels(outline), max(1, int(0.012 * view.scale))
    low = np.clip(at.min(0) - 3, 0, picture.shape[1::-1]).astype(int)
    high = np.clip(at.max(0) + 4, 0, picture.shape[1::-1]).astype(int)
    part, at = picture[low[1]:high[1], low[0]:high[0]], at - low
    clear, veins = rng.uniform(0.2, 0.45), np.float32(glass * rng.uniform(0.2, 0.5))
    if not part.size:
        return
    fill(part, at, glass, 0.5, clear)
    root = at[[0, -1]].mean(0)
    tips = [0.92 * (at[k] - root) for k in (7, 12, 15, 18, 22)]
    lines = [root + np.stack([0 * tip, 0.6 * tip + 0.03 * tip[::-1], tip]) for tip in tips]
    layer = np.zeros(part.shape[:2], np.uint8)
    for line, closed, strength in (*((line, False, 150) for line in lines), (at, True, 180)):
        cv2.polylines(layer, [np.round(line * 16).astype(np.int32)], closed, strength, wide,
                      cv2.LINE_AA, 4)
    part += (layer / np.float32(255))[..., None] * (veins - part)


def add_insect(picture, species, share, light, rng):
    """Draw one insect, with its shadow, into the picture, in place; share: how large (0..1)."""
    height, width = picture.shape[:2]
    body, view = BODIES[species](rng), look_at(rng)
    frame(body, view, height, width, share, rng)
    cast_shadow(picture, body.centres, body.radii.max(1), view, light, rng)
    near = [(outline - body.centres.mean(0)) @ view.turn[2] for outline in body.wings]
    for outline, depth in zip(body.wings, near):
        if depth.mean() <= 0:
            paint_wing(picture, outline, view, body.glass, rng)
    part, inner = crop_to(body, view, height, width)
    rows, cols = (side.stop - side.start for side in part)
    colours, cover = paint_body(body, inner, rows, cols, light, rng)
    picture[part] += cover[..., None] * (colours - picture[part])
    for outline, depth in zip(body.wings, near):
        if depth.mean() > 0:
            paint_wing(picture, outline, view, body.glass, rng)


def draw(species, rng):
    """Draw one picture.

    species: "ants" or "bees" (KeyError for another); rng: a numpy Generator.
    Returns uint8 RGB (H, W, 3), sides 180..500.
    """
    height, width = picture_size(rng)
    ground = GROUNDS[rng.choice(len(GROUNDS), p=[0.25, 0.25, 0.2, 0.12, 0.18])]
    picture = np.ascontiguousarray(ground(rng, height, width), np.float32)
    soft = rng.choice([0.0, rng.uniform(0.5, 1.5), rng.uniform(1.5, 5)])
    picture = blur(picture, soft) if soft else picture
    light, count = sunlight(rng), rng.choice([1, 2, 3], p=[0.82, 0.13, 0.05])
    for _ in range(count):
        add_insect(picture, species, rng.uniform(0.6, 1.15) / count**0.6, light, rng)
    in_front(picture, rng)
    return photograph(picture, rng)
