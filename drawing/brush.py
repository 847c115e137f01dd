"""What scenery is painted with: noise, blur, colours and filled shapes.

Images are float32 RGB (H, W, 3) in 0..1.
"""

import cv2
import numpy as np


def cloud(rng, height, width, coarse=3, octaves=5, stretch=1.0):
    """Noise (H, W) with about a 1/f spectrum, mean 0 and deviation 1."""
    out = np.zeros((1, 1), np.float32)
    for k in range(octaves):
        size = (coarse * 2**k + 1, max(2, int(coarse * 2**k * stretch)))
        grid = rng.standard_normal(size[::-1], np.float32)
        out = cv2.resize(out, size, interpolation=cv2.INTER_CUBIC) * 1.8 + grid
    out = (out - out.mean()) / (out.std() + 1e-6)
    return cv2.resize(out, (width, height), interpolation=cv2.INTER_CUBIC)


def blur(picture, sigma):
    """A Gaussian blur of an image (H, W) or (H, W, C); wide ones are done on a smaller copy."""
    height, width = picture.shape[:2]
    shrink = int(sigma / 1.5)
    if shrink < 2 or min(height, width) < 8 * shrink:
        return cv2.GaussianBlur(picture, (0, 0), sigma)
    small = cv2.resize(picture, (width // shrink, height // shrink), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / shrink)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


# Hue directions of paint, wood, cloth and stone: ochre and brown, grey, blue, green, red, violet.
HUES = np.array([[1.0, 0.1, -1.0], [0.3, 0.0, -0.3], [-0.8, 0.0, 0.8], [-0.4, 0.6, -0.5],
                 [1.2, -0.6, -0.6], [0.3, -0.5, 0.4]])


def colour(rng, saturation=0.5, low=0.2, high=0.85):
    """A random colour (3,), its saturation and brightness kept within bounds."""
    hue = HUES[rng.choice(len(HUES), p=[0.36, 0.22, 0.17, 0.12, 0.1, 0.03])]
    chroma = rng.uniform(0, saturation) * (hue + rng.normal(0, 0.1, 3))
    return np.clip(rng.uniform(low, high) * (1 + chroma), 0.02, 1).astype(np.float32)


def flat(height, width, ink):
    """A picture of one colour."""
    return np.full((height, width, 3), ink, np.float32)


def fill(picture, points, ink, soft=0.6, strength=1.0):
    """Paint a polygon through points (K, 2) in place; soft blurs its edge by so many pixels.

    ink: a colour (3,), or a function of the polygon's (x, y) in 0..1 that returns (H, W, 3).
    """
    points = np.asarray(points, float)
    limits, edge = picture.shape[1::-1], 1 + 3 * soft
    x0, y0 = np.clip(points.min(0) - edge, 0, limits).astype(int)
    x1, y1 = np.clip(points.max(0) + edge + 1, 0, limits).astype(int)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    layer = np.zeros((y1 - y0, x1 - x0), np.uint8)
    corners = np.round((points - (x0, y0)) * 16).astype(np.int32)
    cv2.fillPoly(layer, [corners], 255, cv2.LINE_AA, 4)
    cover = layer.astype(np.float32) * (strength / 255)
    cover = blur(cover, soft) if soft > 0.3 else cover
    if callable(ink):
        size = np.maximum(np.ptp(points, axis=0), 1)
        left, top = points.min(0)
        ink = ink((np.arange(x0, x1)[None] - left) / size[0],
                  (np.arange(y0, y1)[:, None] - top) / size[1])
    part = picture[y0:y1, x0:x1]
    part += cover[..., None] * (np.asarray(ink, np.float32) - part)


def box(x0, y0, x1, y1):
    """The corners of an upright rectangle."""
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def oval(x, y, a, b, wobble=0.0, rng=None, count=40):
    """Points (K, 2) around an ellipse, its outline waving by the share wobble."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    r = np.ones(count)
    if wobble:
        for k in (2, 3, 5):
            r += wobble * rng.normal() / k * np.cos(k * t + rng.uniform(0, 6))
    return np.stack([x + a * r * np.cos(t), y + b * r * np.sin(t)], axis=1)


def solid(picture, points, ink, rng, rough=0.04):
    """Paint an object: a polygon shaded from its upper side to its lower, with some grain."""
    tilt = rng.uniform(-0.3, 0.3)
    grain_rng = np.random.default_rng(rng.integers(2**32))

    def shaded(x, y):
        tone = 1.15 - 0.45 * np.clip(y, 0, 1) + tilt * (np.clip(x, 0, 1) - 0.5)
        tone = tone + rough * cloud(grain_rng, y.shape[0], x.shape[1], 12, 3)
        return np.asarray(ink) * tone[..., None]

    fill(picture, points, shaded)


def blades(picture, rng, count, top, bottom, ink, long):
    """Scatter grass blades with roots between two rows; nearer blades are longer."""
    height, width = picture.shape[:2]
    for shade in np.linspace(0.6, 1.35, 5):
        x, far = rng.uniform(0, width, count // 5), rng.uniform(0, 1, count // 5)
        y = top + (bottom - top) * far
        size = long * (0.3 + 0.9 * far) * rng.uniform(0.5, 1.3, len(x))
        lean = rng.normal(0, 0.35, len(x)) * size
        lines = np.stack([x, y, x + 0.35 * lean, y - 0.6 * size, x + lean, y - size], axis=1)
        lines = np.round(lines.reshape(-1, 3, 2) * 16).astype(np.int32)
        tint = np.clip(ink * shade * rng.uniform(0.9, 1.1, 3), 0, 1)
        cv2.polylines(picture, list(lines), False, tint.tolist(), 1, cv2.LINE_8, 4)
