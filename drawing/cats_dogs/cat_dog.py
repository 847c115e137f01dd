"""Cats and dogs, the course's default: bodies with fur, in a place, seen by a camera."""

import numpy as np

from drawing.cats_dogs.animals import POSES, build_body, turn
from drawing.cats_dogs.fur import View, paint
from drawing.scenery import cast_shadow, in_front, photograph, place, sunlight

ANIMALS = ('cat', 'dog')
LONG_SIDES = (250, 500)


def picture_size(rng):
    """A height and width in pixels: 180..500, from upright to wide, most of them 4:3 wide."""
    long = int(rng.choice([rng.integers(*LONG_SIDES), 499, 375], p=[0.65, 0.15, 0.2]))
    short = max(180, int(long * rng.choice([0.75, rng.uniform(0.62, 1.0)])))
    return (short, long) if rng.random() < 0.7 else (long, short)


def head_and_body_turn(rng):
    """Yaw of body and head as the camera sees them (radians, 0: towards it), likely together."""
    side = rng.choice([-1, 1])
    body = side * rng.uniform(0.1, 1.6)
    head = rng.choice([rng.normal(0, 0.25), side * rng.uniform(0.3, 0.9),
                       side * rng.uniform(0.9, 1.45)], p=[0.4, 0.38, 0.22])
    return body, float(np.clip(head, body - 1.5, body + 1.5))


def frame_animal(body, view, height, width, close, rng):
    """Scale and shift the view so that the animal, or its head if close, fits the picture."""
    boxes = view.boxes(body)
    if close:
        near = np.linalg.norm(body.centres - body.head[0], axis=1) < 2.0 * body.head[2]
        boxes = boxes[near]
    low, high = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    fill = rng.uniform(0.55, 0.95) if close else rng.uniform(0.6, 1.08)
    view.scale = fill * min((width, height) / (high - low))
    room = np.array([width, height]) - view.scale * (high - low)
    where = rng.uniform(0.1, 0.9, 2) * room + rng.normal(0, 0.03, 2) * (width, height)
    view.shift = where - view.scale * low
    head, margin = view.pixels(body.head[0]), 1.3 * view.scale * body.head[2]
    margin = np.minimum(margin, (0.45 * width, 0.45 * height))
    view.shift += np.clip(head, margin, (width, height) - margin) - head


def draw(animal, rng):
    """Draw one picture.

    animal: "cat" or "dog" (ValueError for another); rng: a numpy Generator.
    Returns uint8 RGB (H, W, 3), sides 180..500.
    """
    height, width = picture_size(rng)
    pose = POSES[rng.choice(len(POSES), p=[0.32, 0.36, 0.2, 0.12])]
    close = rng.random() < 0.35
    body_yaw, head_yaw = head_and_body_turn(rng)
    above = rng.uniform(0.03, 0.35)
    tilt = turn(head_yaw - body_yaw, rng.normal(0.6 * above, 0.12), rng.normal(0, 0.1))
    body = build_body(animal, pose, tilt, rng)
    view = View.of(body_yaw, above)
    frame_animal(body, view, height, width, close, rng)
    feet = view.pixels(np.zeros(3))[1]
    horizon = min(feet - rng.uniform(0.05, 0.4) * height, 0.95 * height)
    light = sunlight(rng)
    picture = place(rng, height, width, horizon)
    cast_shadow(picture, body.centres, body.radii.max(1), view, light, rng)
    colour, cover = paint(body, view, height, width, light, rng)
    picture += cover[..., None] * (colour - picture)
    in_front(picture, rng)
    return photograph(picture, rng)
