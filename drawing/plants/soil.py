"""What seedlings grow on, as seen from above: gravelly soil in a tray, and a scale beside it.

Images are float32 RGB (H, W, 3) in 0..1; lengths are centimetres unless said otherwise.
"""

import cv2
import numpy as np

from drawing.brush import blur, box, cloud, fill

# Stones of a bed: grey, beige, brown, reddish, dark, pale.
STONES = np.array([[0.5, 0.48, 0.45], [0.6, 0.52, 0.42], [0.42, 0.33, 0.26], [0.52, 0.38, 0.32],
                   [0.22, 0.2, 0.19], [0.76, 0.72, 0.66]], np.float32)


def cells(rng, height, width, size):
    """Random cells of about size pixels: the number of each pixel's cell, and its height 0..1."""
    seeds = np.ones((height, width), np.uint8)
    count = max(4, int(height * width / size**2))
    seeds[rng.integers(0, height, count), rng.integers(0, width, count)] = 0
    far, number = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5,
                                                  labelType=cv2.DIST_LABEL_PIXEL)
    return number, np.clip(1 - (far / np.float32(0.75 * size)) ** 2, 0, 1)


def stones(rng, height, width, size, mix, sun):
    """A layer of stones of about size pixels, lit from sun (3,): colour (H, W, 3), height (H, W).

    mix: how often each of STONES comes, (6,), sum 1.
    """
    number, lift = cells(rng, height, width, size)
    lift = cv2.GaussianBlur(np.minimum(lift, 0.8) / np.float32(0.8), (0, 0), max(0.5, 0.08 * size))
    kinds = rng.choice(len(STONES), number.max() + 1, p=mix)
    inks = STONES[kinds] * rng.uniform(0.8, 1.2, (len(kinds), 1)).astype(np.float32)
    slope = 0.5 * size * np.stack([cv2.Sobel(lift, cv2.CV_32F, 1, 0, scale=0.125),
                                   cv2.Sobel(lift, cv2.CV_32F, 0, 1, scale=0.125)])
    tone = (sun[2] - slope[0] * sun[0] - slope[1] * sun[1]) / np.sqrt(1 + (slope**2).sum(0))
    tone = np.clip(tone, 0.1, 1.3) * (0.45 + 0.55 * np.sqrt(lift))
    return inks[number] * tone[..., None].astype(np.float32), lift


def soil(rng, height, width, per_cm, sun):
    """Gravelly soil: stones of 2 to 6 mm over grit and earth, with a few straws.

    per_cm: pixels in a centimetre; sun: unit vector (3,) towards the light.
    """
    mix = rng.dirichlet((3, 4, 3, 1, 1.5, 0.7))
    grit = max(2.2, 0.14 * per_cm * rng.uniform(0.7, 1.3))
    picture, _ = stones(rng, height, width, grit, mix, sun)
    picture *= 1 + 0.12 * cloud(rng, height, width, 3, 4)[..., None]
    size = max(4.0, per_cm * rng.uniform(0.25, 0.5))
    large, lift = stones(rng, height, width, size, mix, sun)
    share = rng.uniform(-0.9, 0.7)      # how much of the ground the large stones cover
    there = cloud(rng, height, width, max(3, int(0.5 * width / size)), 2) * 0.7 + share
    cover = np.clip(4 * (there + lift - 0.6), 0, 1) * (lift > 0.08)
    cover = cv2.GaussianBlur(cover.astype(np.float32), (0, 0), 0.6)
    picture += cover[..., None] * (large - picture)
    if rng.random() < 0.5:
        straws(picture, rng, per_cm)
    wet = 1 + rng.uniform(0, 0.2) * cloud(rng, height, width, 2, 3)
    grain = 1 + 0.07 * rng.standard_normal((height, width), np.float32)
    return np.clip(picture * (wet * grain)[..., None] * rng.uniform(0.85, 1.25), 0, 1)


def straws(picture, rng, per_cm):
    """Scatter bits of straw and root, in place."""
    height, width = picture.shape[:2]
    for _ in range(rng.integers(1, 7)):
        x, y, way = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0, np.pi)
        reach = per_cm * rng.uniform(0.2, 0.9) * np.array([np.cos(way), np.sin(way)])
        side = 0.02 * reach[::-1] * (1, -1) + 0.4
        ink = np.array([0.62, 0.5, 0.34]) * rng.uniform(0.5, 1.3)
        fill(picture, [(x, y) - side, (x, y) + reach, (x, y) + reach + side], ink, 0.4)


def scale_strip(picture, rng, per_cm):
    """Lay a printed scale along one edge, in place: black and white fields, or a ruler."""
    height, width = picture.shape[:2]
    turns = rng.integers(4)
    view = np.rot90(picture, turns)     # a view: what is painted here is in the picture
    rows, cols = view.shape[:2]
    top = rows - rng.uniform(0.08, 0.16) * rows
    paper, step = np.full(3, rng.uniform(0.75, 0.98)), per_cm * rng.choice([0.5, 1.0])
    shade = np.ascontiguousarray(view)
    fill(shade, box(-9, top - 2, cols + 9, rows + 9), (0.05, 0.05, 0.05), 2.0, 0.5)
    fill(shade, box(-9, top, cols + 9, rows + 9), paper, 0.5)
    start, ruler = rng.uniform(-step, 0), rng.random() < 0.4
    for k, x in enumerate(np.arange(start, cols, step / (5 if ruler else 1))):
        if ruler:
            low, wide = top + (0.5 if k % 5 == 0 else 0.25) * (rows - top), max(0.8, 0.02 * step)
            fill(shade, box(x, top, x + wide, low), (0.08, 0.08, 0.1), 0.4)
        elif k % 2:
            fill(shade, box(x, top + 0.15 * (rows - top), x + step, rows + 9), (0.08,) * 3, 0.5)
    view[:] = shade


def tray_rim(picture, rng, sun):
    """Let the rim of the tray, and the bench beyond it, come into a side of the picture."""
    view = np.rot90(picture, rng.integers(4))
    rows, cols = view.shape[:2]
    out = np.ascontiguousarray(view)
    top, tilt = rows * rng.uniform(0.86, 0.95), rng.normal(0, 0.02) * rows
    wide, ink = rng.uniform(0.02, 0.05) * rows, np.full(3, rng.choice([0.08, 0.15, 0.45, 0.6]))
    ink = ink * (1, 1, rng.uniform(0.9, 1.3))

    def band(a, b, tone, soft=0.6, strength=1.0):
        fill(out, [(-9, a), (cols + 9, a + tilt), (cols + 9, b + tilt), (-9, b)], tone, soft,
             strength)
    band(top - 1.2 * wide, top, (0.03, 0.03, 0.03), 0.4 * wide, 0.55)
    band(top, rows + 50, ink * 0.8)
    band(top, top + wide, np.minimum(ink * (1.1 + 0.6 * sun[2]), 1))
    band(top + 2 * wide, rows + 50, np.full(3, rng.uniform(0.1, 0.7)))
    view[:] = blur(out, 0.4)
