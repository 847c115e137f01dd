"""Abstract classes for pre-training: fractals, contours, textures and letters.

Each function draws one example of a class on an Easel.  A class is a set of coefficients drawn once
from its number; the examples of a class differ by a few percent of them, in view and in colour.
Sources: the fractals follow Kataoka et al., "Pre-training without Natural Images" (2020), and
Anderson & Farrell, "Improving Fractal Pre-training" (2022).
"""

from functools import lru_cache

import cv2
import numpy as np

from drawing.brush import cloud
from drawing.easel import box, curve

FRACTALS, CONTOURS, TEXTURES, LETTERS = 64, 48, 48, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX,
         cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_PLAIN)


def any_colour(rng):
    """A colour (3,) of any hue, from pale to strong and from dark to bright."""
    hsv = np.float32([[[rng.uniform(0, 360), rng.uniform(0.05, 1), rng.uniform(0.12, 1)]]])
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0]


def two_tone(rng, size, share=None):
    """A picture (S, S, 3) that passes between two colours as share (S, S) in 0..1 says."""
    if share is None:
        share = np.clip(0.5 + 0.25 * cloud(rng, size, size, 2, int(rng.integers(3, 7))), 0, 1)
    a, b = any_colour(rng), any_colour(rng)
    return (share[..., None] * (a - b) + b).astype(np.float32)


# --- fractals ----------------------------------------------------------------------------------

@lru_cache(maxsize=None)
def function_system(number):
    """The affine maps of a fractal: matrices (n, 2, 2), shifts (n, 2), probabilities (n,)."""
    rng = np.random.default_rng([1, number])
    while True:
        n = int(rng.integers(2, 6))
        maps, shifts = rng.uniform(-1, 1, (n, 2, 2)), rng.uniform(-1, 1, (n, 2))
        norms = np.linalg.svd(maps, compute_uv=False)[:, :1, None]
        maps = maps / norms * rng.uniform(0.35, 0.9, (n, 1, 1))
        share = np.abs(np.linalg.det(maps)) + 0.05
        share /= share.sum()
        points = attractor(maps, shifts, share, rng)
        spread = points.std(0)
        if spread.min() > 0.15 and spread.max() < 3 and (density(points, 64) > 0).mean() > 0.12:
            return maps, shifts, share


def attractor(maps, shifts, share, rng, walkers=128, steps=80, burn_in=15):
    """Points (K, 2) of the attractor, by the chaos game with many walkers at once."""
    where = np.zeros((walkers, 2))
    choice = rng.choice(len(share), size=(steps, walkers), p=share)
    out = np.empty((steps, walkers, 2))
    for k, step in enumerate(choice):
        where = (maps[step] @ where[..., None])[..., 0] + shifts[step]
        out[k] = where
    return out[burn_in:].reshape(-1, 2)


def density(points, size):
    """How many points (K, 2) fall on each pixel of an image (S, S) that they fill."""
    low, high = np.percentile(points, 1, 0), np.percentile(points, 99, 0)
    at = ((points - low) / (high - low + 1e-6) * (size - 9) + 4).astype(int)
    at = at[((at >= 0) & (at < size)).all(1)]
    count = np.bincount(at[:, 1] * size + at[:, 0], minlength=size * size)
    return count.reshape(size, size).astype(np.float32)


def fractal(e, rng, number):
    """An iterated function system's attractor, its coefficients a little changed."""
    maps, shifts, share = function_system(number)
    maps = maps * (1 + 0.04 * rng.standard_normal(maps.shape))
    grow = np.maximum(np.linalg.svd(maps, compute_uv=False)[:, 0] / 0.93, 1)
    count = density(attractor(maps / grow[:, None, None], shifts, share, rng), e.size)
    mask = np.clip(cv2.GaussianBlur(np.minimum(count, 3) / 3, (0, 0), 0.6) * 2.2, 0, 1)
    to_unit = np.array([[2 / e.size, 0, -1], [0, 2 / e.size, -1]])
    onto = np.column_stack([e.frame @ to_unit[:, :2], e.frame @ to_unit[:, 2] + e.shift])
    mask = cv2.warpAffine(mask, onto, (e.size, e.size), flags=cv2.INTER_AREA)
    e.stamp(lambda layer: np.copyto(layer, (mask * 255).astype(np.uint8)),
            two_tone(rng, e.size), 1.0)


# --- contours ----------------------------------------------------------------------------------

@lru_cache(maxsize=None)
def waves_of(number):
    """The harmonics of a contour: amplitudes, phases, frequencies (n,) and its height."""
    rng = np.random.default_rng([2, number])
    n = int(rng.integers(2, 9))
    amplitude = rng.uniform(0.05, 0.5, n) / np.arange(1, n + 1) ** 0.5
    return (amplitude, rng.uniform(0, 2 * np.pi, n), rng.choice(np.arange(2, 12), n),
            rng.uniform(0.5, 1))


def outline(rng, number):
    """A closed curve (K, 2) in -1..1: a radius that varies with the angle."""
    amplitude, phase, frequency, height = waves_of(number)
    t = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    jitter = amplitude * (1 + 0.2 * rng.standard_normal(len(amplitude)))
    radius = 1 + jitter @ np.cos(frequency[:, None] * t + phase[:, None])
    radius = np.clip(radius, 0.15, 2)
    radius /= radius.max()
    return np.stack([radius * np.cos(t), height * radius * np.sin(t)], axis=1)


def contour(e, rng, number):
    """A radial contour filled with a texture, or drawn as nested lines."""
    points = outline(rng, number)
    ink = texture_picture(e, rng, int(rng.integers(TEXTURES)))
    if rng.random() < 0.3:
        for scale in np.linspace(1, 0.25, int(rng.integers(2, 6))):
            e.line(points * scale, ink, rng.uniform(0.05, 0.1), closed=True)
    else:
        e.shape(points, ink)


# --- textures ----------------------------------------------------------------------------------

def texture_picture(e, rng, number):
    """A picture (S, S, 3) of one of the textures in two colours."""
    fixed = np.random.default_rng([3, number])
    kind, scale = TEXTURE_KINDS[number % len(TEXTURE_KINDS)], rng.uniform(0.8, 1.25)
    y, x = np.mgrid[:e.size, :e.size] * (72 * scale / e.size)
    turn = rng.uniform(0, np.pi)
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    share = kind(u, v, fixed, rng).astype(np.float32)
    return two_tone(rng, e.size, np.clip(share, 0, 1))


def stripes(u, v, fixed, rng):
    """Parallel waves."""
    return 0.5 + 0.5 * np.sin(u * fixed.uniform(0.25, 1.3) + rng.uniform(0, 6))


def checks(u, v, fixed, rng):
    """Checks, diamonds or dots on a grid."""
    f = fixed.uniform(0.25, 1.1)
    return np.sin(u * f) * np.sin(v * f * fixed.uniform(0.5, 1.5)) > fixed.uniform(-0.3, 0.6)


def marble(u, v, fixed, rng):
    """Waves bent by noise."""
    bend = fixed.uniform(0.8, 2.5) * cloud(rng, *u.shape, 3, 4)
    return 0.5 + 0.5 * np.sin(u * fixed.uniform(0.2, 0.9) + bend)


def rings(u, v, fixed, rng):
    """Rings or spirals about a point."""
    x, y = u - u.mean() - rng.normal(0, 12), v - v.mean() - rng.normal(0, 12)
    arms = fixed.integers(0, 5)
    return 0.5 + 0.5 * np.sin(np.hypot(x, y) * fixed.uniform(0.3, 1.1) + arms * np.arctan2(y, x))


def stains(u, v, fixed, rng):
    """Noise of a certain roughness, cut at a level."""
    coarse, octaves = int(fixed.integers(2, 14)), int(fixed.integers(2, 6))
    stretch = fixed.choice([1.0, 2.5, 0.4])
    return cloud(rng, *u.shape, coarse, octaves, stretch) * 2 + fixed.uniform(-0.5, 1.5)


def cells(u, v, fixed, rng):
    """A tiling by nearest points: cobbles, scales or a net."""
    pitch, wall = fixed.uniform(7, 24), fixed.uniform(1.5, 6)
    jitter, extent = fixed.uniform(0, 0.5), np.arange(-2, 15) * fixed.uniform(0.9, 1.2)
    gx, gy = np.meshgrid(extent, extent)
    seeds = np.stack([gx + 0.5 * (np.arange(len(gy)) % 2)[:, None], gy], -1).reshape(-1, 2)
    seeds = (seeds + jitter * rng.normal(0, 0.6, seeds.shape)) * pitch
    seeds += (u.min(), v.min())
    inside = ((seeds > (u.min() - pitch, v.min() - pitch))
              & (seeds < (u.max() + pitch, v.max() + pitch))).all(1)
    seeds = seeds[inside][:160].astype(np.float32)
    gap = (u.astype(np.float32)[..., None] - seeds[:, 0]) ** 2
    gap += (v.astype(np.float32)[..., None] - seeds[:, 1]) ** 2
    near = np.sqrt(np.partition(gap, 1, axis=-1)[..., :2])
    return (near[..., 1] - near[..., 0]) / wall


def hairs(u, v, fixed, rng):
    """Short strokes: fur, grass or straw, laid more or less in one direction."""
    size, long, spread = len(u), fixed.uniform(4, 16), fixed.choice([0.15, 0.5, 3.0])
    layer, count = np.zeros(u.shape, np.uint8), int(fixed.uniform(120, 420))
    at, lean = rng.uniform(0, size, (count, 2)), rng.uniform(0, 6) + spread * rng.normal(size=count)
    way = long * np.stack([np.cos(lean), np.sin(lean)], 1)
    lines = np.round(np.stack([at, at + way], 1) * 16).astype(np.int32)
    for tone in (120, 180, 255):
        cv2.polylines(layer, list(lines[tone % 3::3]), False, tone, 1, cv2.LINE_AA, 4)
    return layer / 255


def bricks(u, v, fixed, rng):
    """Courses of bricks, planks or tiles."""
    high, long, joint = fixed.uniform(5, 16), fixed.uniform(0.8, 4), fixed.uniform(0.08, 0.25)
    row = np.floor(v / high)
    along = u / (high * long) + row * fixed.choice([0.5, 0.33, 0.0])
    tone = rng.uniform(0.5, 1, 64)[(np.floor(along) * 7 + row * 3).astype(int) % 64]
    return np.where((v / high % 1 < joint) | (along % 1 < joint / long), 0, tone)


TEXTURE_KINDS = (stripes, checks, marble, rings, stains, cells, hairs, bricks)


def texture(e, rng, number):
    """A texture that fills the picture or a random piece of it."""
    ink = texture_picture(e, rng, number)
    if rng.random() < 0.5:
        e.cover[:] = 1
        e.colour[:] = ink * e.light[..., None]
    else:
        e.shape(outline(rng, int(rng.integers(CONTOURS))) if rng.random() < 0.6
                else box(-0.8, -0.8, 0.8, 0.8), ink)


# --- letters -----------------------------------------------------------------------------------

@lru_cache(maxsize=None)
def letter_mask(letter, font):
    """The mask (96, 96) of a capital letter in one of OpenCV's fonts, filling the square."""
    layer = np.zeros((160, 160), np.uint8)
    scale = 6.0 if font == cv2.FONT_HERSHEY_PLAIN else 3.2
    cv2.putText(layer, letter, (30, 120), font, scale, 255, 5, cv2.LINE_AA)
    x, y, w, h = cv2.boundingRect(layer)
    return cv2.copyMakeBorder(cv2.resize(layer[y:y + h, x:x + w], (88 * w // max(w, h),
                                                                   88 * h // max(w, h))),
                              4, 4, 4, 4, cv2.BORDER_CONSTANT)


def letter(e, rng, number):
    """A capital letter, thin or thick, its strokes bent by hand."""
    mask = letter_mask(LETTERS[number], FONTS[rng.integers(len(FONTS))])
    height, width = mask.shape
    thick = int(rng.integers(1, 9))
    mask = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick, thick)))
    bend = [cv2.resize(rng.normal(0, 3.5, (4, 4)).astype(np.float32), (width, height),
                       interpolation=cv2.INTER_CUBIC) for _ in 'xy']
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    mask = cv2.remap(mask, x + bend[0], y + bend[1], cv2.INTER_LINEAR)
    to_unit = 2 / max(width, height) * np.array([[1, 0, -width / 2], [0, 1, -height / 2]])
    frame = e.frame * (np.sign(np.linalg.det(e.frame)), 1)
    onto = np.column_stack([frame @ to_unit[:, :2], frame @ to_unit[:, 2] + e.shift])
    small = cv2.warpAffine(cv2.GaussianBlur(mask, (0, 0), 0.7), onto, (e.size, e.size))
    ink = any_colour(rng) if rng.random() < 0.6 else two_tone(rng, e.size)
    e.stamp(lambda layer: np.copyto(layer, small), ink, 1.0)


def scribble(e, rng):
    """A random line, as a thing in the way."""
    e.line(curve(rng.uniform(-1.2, 1.2, (4, 2))), any_colour(rng), rng.uniform(0.03, 0.1))
