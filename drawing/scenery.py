"""Places, things in the way, light and camera: all that looks the same for cats and dogs.

Images are float32 RGB (H, W, 3) in 0..1 unless said otherwise.  Nothing here knows the animal.
"""

import cv2
import numpy as np

from drawing.brush import blades, blur, box, cloud, colour, fill, flat, oval, solid

SHADE = (0.03, 0.03, 0.035)


def ground_rows(height, horizon):
    """Distance-like coordinate of each row below the horizon: 1 at the bottom, large far away."""
    below = (np.arange(height) - horizon) / max(1.0, height - horizon)
    return 1 / np.clip(below, 0.03, None)


def boards(rng, height, width, horizon, ink, across):
    """A floor in perspective: boards (across=False) or square tiles."""
    far = ground_rows(height, horizon)[:, None]
    x = (np.arange(width)[None] / width - rng.uniform(0.2, 0.8)) * far * rng.uniform(4, 9)
    jitter = rng.uniform(0.75, 1.2, 257)
    cell = np.floor(x).astype(int)
    joint = np.abs(x - np.round(x)) < 0.03 * np.sqrt(far)
    if across:
        y = far * rng.uniform(4, 7)
        cell = cell * 7 + np.floor(y).astype(int)
        joint = joint | (np.abs(y - np.round(y)) < 0.02 * far)
    tone = jitter[cell % 257] * np.where(joint, 0.7, 1.0)
    tone = tone * (1 + 0.06 * cloud(rng, height, width, 6, 4, stretch=0.4))
    return ink * cv2.GaussianBlur(tone.astype(np.float32), (0, 0), 0.7)[..., None]


def join(above, below, horizon):
    """Two pictures stacked with their border at a row."""
    rows = np.arange(above.shape[0])[:, None, None]
    return np.where(rows < horizon, above, below).astype(np.float32)


def room(rng, height, width, horizon):
    """A wall with furniture, and boards, tiles or carpet."""
    wall = flat(height, width, colour(rng, 0.45, 0.35, 0.9))
    if rng.random() < 0.35:
        waves = np.sin(np.arange(width) * 2 * np.pi / rng.uniform(14, 50))
        stripes = waves > rng.uniform(-0.5, 0.8)
        wall *= 1 - rng.uniform(0.05, 0.15) * stripes[None, :, None]
    wall *= 1 + 0.03 * cloud(rng, height, width)[..., None]
    kind, ink = rng.choice(['boards', 'tiles', 'carpet']), colour(rng, 0.5, 0.25, 0.75)
    if kind == 'carpet':
        grain = cv2.GaussianBlur(rng.standard_normal((height, width), np.float32), (0, 0), 0.8)
        floor = ink * (1 + 0.2 * grain + 0.06 * cloud(rng, height, width))[..., None]
    else:
        floor = boards(rng, height, width, horizon, ink, kind == 'tiles')
    picture = join(wall, floor, horizon)
    fill(picture, box(-9, horizon - 0.04 * height, width + 9, horizon), colour(rng, 0.1, 0.6, 0.95))
    for _ in range(rng.integers(0, 4)):
        furniture(picture, rng, horizon)
    return picture


def furniture(picture, rng, horizon):
    """A window, picture frame, cupboard, lamp or pot plant against the wall."""
    height, width = picture.shape[:2]
    kind, x = rng.choice(['frame', 'cupboard', 'lamp', 'plant']), rng.uniform(0, width)
    w, h = rng.uniform(0.08, 0.25) * width, rng.uniform(0.15, 0.45) * height
    if kind == 'frame':
        y = horizon - rng.uniform(0.25, 0.8) * height
        solid(picture, box(x - w, y - h / 2, x + w, y + h / 2), colour(rng, 0.4), rng)
        inner = box(x - 0.85 * w, y - 0.4 * h, x + 0.85 * w, y + 0.4 * h)
        solid(picture, inner, colour(rng, 0.6), rng, 0.25)
    elif kind == 'cupboard':
        base, ink = horizon + 0.03 * height, colour(rng, 0.5, 0.2, 0.8)
        solid(picture, box(x - w, base - 1.6 * h, x + w, base), ink, rng)
        for k in range(3):
            y = base - 1.5 * h + k * 0.5 * h
            solid(picture, box(x - 0.9 * w, y, x + 0.9 * w, y + 0.42 * h), ink * 0.85, rng)
    elif kind == 'lamp':
        y = horizon - 1.3 * h
        solid(picture, box(x - 2, y, x + 2, horizon), colour(rng, 0.1, 0.1, 0.5), rng)
        shade = [(x - 0.3 * w, y - 0.4 * h), (x + 0.3 * w, y - 0.4 * h), (x + 0.6 * w, y),
                 (x - 0.6 * w, y)]
        solid(picture, shade, colour(rng, 0.4, 0.6, 1.0), rng)
    else:
        pot_plant(picture, rng, x, horizon + 0.04 * height, 0.4 * h)


def pot_plant(picture, rng, x, base, size):
    """A pot with a spray of leaves, standing at (x, base)."""
    pot = [(x - 0.5 * size, base - 0.8 * size), (x + 0.5 * size, base - 0.8 * size),
           (x + 0.35 * size, base), (x - 0.35 * size, base)]
    leaf_ink = colour(rng, 0.2, 0.3, 0.55) * (0.7, 1.15, 0.6)
    for angle in rng.uniform(-2.9, -0.25, 12):
        leaf(picture, rng, x, base - 0.8 * size, angle, size * rng.uniform(0.9, 1.8), leaf_ink)
    solid(picture, pot, colour(rng, 0.6), rng)


def leaf(picture, rng, x, y, angle, long, ink):
    """A pointed leaf growing from (x, y)."""
    t = np.linspace(0, 1, 9)
    bulge = 0.16 * np.sin(np.pi * t) * long
    droop = rng.uniform(0, 0.5) * t**2 * long
    dx, dy = np.cos(angle), np.sin(angle)
    spine = np.stack([x + dx * t * long, y + dy * t * long + droop], axis=1)
    side = np.outer(bulge, (-dy, dx))
    outline = np.concatenate([spine + side, (spine - side)[::-1]])
    fill(picture, outline, ink * rng.uniform(0.65, 1.3), 0.0)


def lawn(rng, height, width, horizon):
    """Grass, perhaps a fence, a hedge and the sky."""
    green = colour(rng, 0.2, 0.3, 0.6) * (0.85, 1.15, 0.55)
    sky = colour(rng, 0.2, 0.6, 0.95) * (0.92, 1.0, 1.08)
    fade = np.linspace(1.1, 0.9, height)[:, None, None]
    above = flat(height, width, sky) * fade + 0.05 * cloud(rng, height, width)[..., None]
    bank = horizon - height * (rng.uniform(0.0, 0.5) + 0.06 * cloud(rng, 2, width, 6, 4)[0])
    hedge = green * rng.uniform(0.4, 0.9) * (1 + 0.3 * cloud(rng, height, width, 9))[..., None]
    above = np.where((np.arange(height)[:, None] > bank[None])[..., None], hedge, above)
    ground = green * (1 + 0.18 * cloud(rng, height, width, 4, 5, 0.5))[..., None]
    picture = join(above, ground, horizon)
    if rng.random() < 0.4:
        fence(picture, rng, horizon)
    blades(picture, rng, 900, horizon, height * 1.1, green, 0.07 * height)
    return picture


def fence(picture, rng, horizon):
    """A garden fence of pales along the horizon."""
    height, width = picture.shape[:2]
    pitch, tall, ink = rng.uniform(0.05, 0.12) * width, rng.uniform(0.2, 0.5) * height, colour(
        rng, 0.3, 0.3, 0.95)
    for rail in (0.3, 0.75):
        y = horizon - rail * tall
        fill(picture, box(-9, y, width + 9, y + 0.06 * tall), ink * 0.8, 0.0)
    for x in np.arange(-pitch, width + pitch, pitch):
        pale = [(x, horizon), (x, horizon - tall), (x + 0.3 * pitch, horizon - 1.08 * tall),
                (x + 0.6 * pitch, horizon - tall), (x + 0.6 * pitch, horizon)]
        fill(picture, pale, ink * rng.uniform(0.85, 1.1), 0.0)


def sofa(rng, height, width, horizon):
    """The seat, back and cushions of a sofa."""
    ink = colour(rng, 0.6, 0.25, 0.8)
    weave = cv2.GaussianBlur(rng.standard_normal((height, width), np.float32), (0, 0), 0.7)
    picture = flat(height, width, colour(rng, 0.3, 0.4, 0.9))
    seat = horizon + 0.1 * height
    start = rng.uniform(-0.4, 0.1) * width
    for k in range(3):
        x = start + k * 0.48 * width
        solid(picture, rounded(x, horizon - 0.5 * height, x + 0.5 * width, seat), ink, rng)
    solid(picture, rounded(-0.3 * width, seat - 0.06 * height, 1.3 * width, 1.4 * height), ink, rng)
    for _ in range(rng.integers(0, 3)):
        x, size = rng.uniform(0, width), rng.uniform(0.12, 0.2) * width
        y = seat - 0.7 * size
        solid(picture, rounded(x - size, y - size, x + size, y + size), colour(rng, 0.7), rng)
    return picture * (1 + 0.07 * weave + 0.04 * cloud(rng, height, width))[..., None]


def rounded(x0, y0, x1, y1, power=5.0):
    """The outline of a box with bulging sides and round corners."""
    t = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    c, s = np.cos(t), np.sin(t)
    a, b = (x1 - x0) / 2, (y1 - y0) / 2
    return np.stack([(x0 + x1) / 2 + a * np.sign(c) * np.abs(c) ** (2 / power),
                     (y0 + y1) / 2 + b * np.sign(s) * np.abs(s) ** (2 / power)], axis=1)


def street(rng, height, width, horizon):
    """Paving before a brick wall."""
    ink, course = colour(rng, 0.45, 0.3, 0.8), rng.uniform(0.04, 0.09) * height
    y = np.arange(height)[:, None] / course
    x = np.arange(width)[None] / (2.4 * course) + 0.5 * (np.floor(y) % 2)
    joint = (y % 1 < 0.12) | (x % 1 < 0.05)
    tone = rng.uniform(0.8, 1.15, 331)[(np.floor(x) * 31 + np.floor(y) * 7).astype(int) % 331]
    wall = ink * (np.where(joint, 1.25, tone) + 0.06 * cloud(rng, height, width, 9))[..., None]
    paving = boards(rng, height, width, horizon, colour(rng, 0.2, 0.3, 0.75), True)
    return join(wall, paving, horizon)


def backdrop(rng, height, width, horizon):
    """Blurred colours with circles of light, as behind a portrait."""
    a, b = colour(rng, 0.6, 0.15, 0.9), colour(rng, 0.6, 0.15, 0.9)
    share = np.clip(0.5 + 0.35 * cloud(rng, height, width, 2, 3), 0, 1)[..., None]
    picture = (a * share + b * (1 - share)).astype(np.float32)
    for _ in range(rng.integers(0, 14)):
        size = rng.uniform(0.03, 0.12) * width
        spot = oval(rng.uniform(0, width), rng.uniform(0, height), size, size)
        fill(picture, spot, colour(rng, 0.6, 0.4, 1.0), 2.0, rng.uniform(0.1, 0.5))
    return picture


def sand(rng, height, width, horizon):
    """Sand or snow under an empty sky."""
    ink = colour(rng, 0.3, 0.55, 0.95)
    grain = rng.standard_normal((height, width), np.float32)
    lie = cloud(rng, height, width, 3, 6, 2.0)
    ground = ink * (1 + 0.08 * lie + 0.05 * grain)[..., None]
    sky = colour(rng, 0.3, 0.5, 0.95) * (1 + 0.05 * cloud(rng, height, width, 2, 4))[..., None]
    return join(sky, ground, horizon)


PLACES = (room, lawn, sofa, street, backdrop, sand)


def place(rng, height, width, horizon):
    """A picture of a random place whose floor begins at the row horizon, with some clutter."""
    paint = PLACES[rng.choice(len(PLACES), p=[0.26, 0.22, 0.16, 0.12, 0.12, 0.12])]
    picture = np.ascontiguousarray(paint(rng, height, width, float(horizon)), np.float32)
    for _ in range(rng.choice([0, 1, 2], p=[0.5, 0.35, 0.15])):
        x, size = rng.uniform(0, width), rng.uniform(0.03, 0.08) * (height + width) / 2
        y = rng.uniform(max(0, min(horizon, 0.9 * height)), height)
        toy(picture, rng, x, y, size)
    soft = rng.choice([0.0, rng.uniform(0.5, 1.5), rng.uniform(1.5, 5.0)], p=[0.35, 0.35, 0.3])
    return blur(picture, soft) if soft else picture


def toy(picture, rng, x, y, size):
    """A ball, bowl or block on the ground at (x, y), with its shadow."""
    shade = oval(x + 0.2 * size, y + 0.8 * size, 1.2 * size, 0.3 * size)
    fill(picture, shade, SHADE, 3.0, 0.45)
    kind, ink = rng.choice(['ball', 'bowl', 'block']), colour(rng, 0.9)
    if kind == 'ball':
        solid(picture, oval(x, y, size, size), ink, rng)
        band = oval(x, y, size, 0.25 * size)
        solid(picture, band, colour(rng, 0.6), rng)
        solid(picture, oval(x - 0.3 * size, y - 0.45 * size, 0.2 * size, 0.15 * size),
              np.clip(ink * 1.5 + 0.2, 0, 1), rng)
    elif kind == 'bowl':
        bowl = [(x - 1.2 * size, y), (x + 1.2 * size, y), (x + 0.9 * size, y + 0.9 * size),
                (x - 0.9 * size, y + 0.9 * size)]
        solid(picture, bowl, ink, rng)
        solid(picture, oval(x, y, 1.2 * size, 0.25 * size), ink * 0.5, rng)
    else:
        solid(picture, box(x - size, y - 0.8 * size, x + 0.6 * size, y + size), ink, rng)
        flank = [(x + 0.6 * size, y - 0.8 * size), (x + 1.1 * size, y - size),
                 (x + 1.1 * size, y + 0.7 * size), (x + 0.6 * size, y + size)]
        solid(picture, flank, ink * 0.6, rng)


# --- light, things in front, camera ------------------------------------------------------------

def sunlight(rng):
    """A light: dict with way (3,) towards it in the camera's frame, ambient and tint."""
    way = np.array([rng.normal(0, 0.7), -rng.uniform(0.4, 1.2), rng.uniform(0.15, 1.1)])
    tint = np.array([1, 1, 1]) + rng.uniform(-0.08, 0.08) * np.array([1, 0.1, -1])
    return dict(way=way / np.linalg.norm(way), ambient=rng.uniform(0.2, 0.6),
                tint=(tint * rng.uniform(0.9, 1.2)).astype(np.float32))


def cast_shadow(picture, centres, radii, view, light, rng):
    """Darken the ground (y = 0) under blobs with centres (N, 3) and radii (N,), in place."""
    towards = light['way'] @ view.turn
    lift = max(towards[1], 0.45)
    fallen = centres - np.outer(centres[:, 1] / lift, towards)
    fallen[:, 1] = 0.0
    squash = max(0.25, view.turn[1, 0] ** 2 + view.turn[1, 2] ** 2) ** 0.5
    layer = np.zeros(picture.shape[:2], np.uint8)
    at, size = view.pixels(fallen), radii * view.scale
    for (x, y), r in zip(at, size):
        if abs(x) < 4000 and abs(y) < 4000:
            cv2.ellipse(layer, (int(x), int(y)), (int(r) + 1, int(r * squash) + 1), 0, 0, 360, 255,
                        -1)
    soft = blur(layer.astype(np.float32) / 255, max(1.0, 0.04 * view.scale))
    soft = soft[..., None] * np.float32(rng.uniform(0.3, 0.7))
    picture += soft * (np.float32(SHADE) - picture)


def in_front(picture, rng):
    """In about three pictures of ten, put something between the camera and the animal, in place."""
    height, width = picture.shape[:2]
    kind = rng.choice(['nothing', 'grass', 'leaves', 'block', 'slat'],
                      p=[0.7, 0.1, 0.08, 0.07, 0.05])
    layer = picture.copy()
    if kind == 'grass':
        ink = colour(rng, 0.2, 0.3, 0.6) * (0.85, 1.15, 0.55)
        blades(layer, rng, 500, height * 0.98, height * 1.15, ink, 0.22 * height)
    elif kind == 'leaves':
        ink, corner = colour(rng, 0.2, 0.25, 0.55) * (0.7, 1.15, 0.6), rng.choice([0, width])
        inwards = 0 if corner == 0 else np.pi
        for angle in inwards + rng.uniform(-0.9, 0.9, 7):
            leaf(layer, rng, corner, height * rng.uniform(0.3, 1.0), angle,
                 rng.uniform(0.2, 0.45) * width, ink)
    elif kind == 'block':
        x, w, y = rng.uniform(0, width), rng.uniform(0.08, 0.2) * width, rng.uniform(0.6, 0.85)
        solid(layer, rounded(x - w, y * height, x + w, height * 1.2, 8), colour(rng, 0.7), rng)
    elif kind == 'slat':
        x, w = rng.uniform(0, width), rng.uniform(0.015, 0.05) * width
        solid(layer, box(x - w, -9, x + w, height + 9), colour(rng, 0.4), rng)
    if kind != 'nothing':
        picture[:] = cv2.GaussianBlur(layer, (0, 0), 0.8)


def photograph(picture, rng):
    """What a camera does: uneven light, white balance, contrast, blur and noise.

    Returns uint8 RGB (H, W, 3).
    """
    height, width = picture.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope = rng.normal(0, 0.12, 2)
    field = 1 + slope[0] * x + slope[1] * y - rng.uniform(0, 0.15) * (x * x + y * y)
    picture = picture * field[..., None].astype(np.float32)
    exposure = np.clip(rng.uniform(0.34, 0.58) / (picture.mean() + 1e-6), 0.6, 2.2)
    warm = rng.normal(0, 0.06)
    balance = np.array([1 + warm, 1 + rng.normal(0, 0.02), 1 - warm]) * exposure
    picture = cv2.pow(np.clip(picture * balance.astype(np.float32), 0, 1), rng.uniform(0.8, 1.25))
    contrast, grey = rng.uniform(0.7, 1.15), rng.uniform(0.42, 0.55)
    picture = (picture - np.float32(0.5)) * np.float32(contrast) + np.float32(grey)
    picture = cv2.GaussianBlur(picture, (0, 0), rng.choice([0.45, rng.uniform(0.5, 1.4)],
                                                           p=[0.7, 0.3]))
    noise = rng.standard_normal((height, width, 1), np.float32) * np.float32(
        rng.uniform(0.004, 0.035))
    return (np.clip(picture + noise, 0, 1) * 255 + 0.5).astype(np.uint8)
