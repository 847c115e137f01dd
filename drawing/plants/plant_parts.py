"""The parts that plants are made of: blades, leaves, petals, stalks, fronds."""

import numpy as np

from drawing.easel import curve, mirrored
from drawing.marks import GREENS, contrast, put, shade, tint

BARKS = 0.06, 0.09, 0.12    # hues


def green(rng):
    """The colour (3,) of leaves: mostly green, at times of another hue."""
    return tint(rng, GREENS, (0.25, 0.85), (0.25, 0.8), 0.12)


def bark(rng):
    """The colour (3,) of wood."""
    return tint(rng, BARKS, (0.15, 0.7), (0.2, 0.65), 0.08)


def blade(length, width, peak=0.5, blunt=1.0):
    """The outline of a leaf or petal from (0, 0) up to (0, -length), widest at peak (0..1)."""
    t = np.linspace(0, 1, 11)
    half = np.sin(np.pi * t ** (np.log(0.5) / np.log(peak)))     # 1 where t = peak
    return mirrored(np.stack([width * np.maximum(half, 0) ** blunt, -length * t], axis=1))


def petals(e, rng, x, y, count, outline, ink, start=0.0, squash=1.0):
    """Draw count petals of one outline around (x, y), each with a dark rim."""
    for k in range(count):
        angle = start + 2 * np.pi * (k + rng.normal(0, 0.06)) / count
        at = put(put(outline, angle=angle, scale=rng.uniform(0.92, 1.06)) * (1, squash), x, y)
        e.shape(at, shade(ink, rng.uniform(0.86, 1.1)))
        e.line(at, shade(ink, 0.6), 0.02, closed=True)


def leaf(e, x, y, angle, length, width, ink, peak=0.45, bend=0.0):
    """Draw a leaf with its midrib from (x, y); bend moves its tip sideways."""
    def bent(points):
        points = points + np.stack([bend * points[:, 1] ** 2, 0 * points[:, 1]], axis=1)
        return put(points, x, y, angle, length)
    e.shape(bent(blade(1, width / length, peak)), ink)
    e.line(bent(np.stack([np.zeros(6), -np.linspace(0, 0.93, 6)], axis=1)), contrast(ink, 0.65),
           0.025)


def stem(e, rng, top, bottom, ink, width=0.06):
    """Draw a slightly bent stalk and return its points (K, 2), top first."""
    middle = (np.add(top, bottom)) / 2 + rng.normal(0, 0.06, 2)
    points = curve([top, middle, bottom], 16)
    e.line(points, ink, width)
    return points


def frond(line, count, reach, width, lean=1.1):
    """Outlines of leaflets in pairs along a line, shorter towards its end."""
    at = line[np.linspace(1, len(line) - 1, count).astype(int)]
    way = np.gradient(at, axis=0)
    angle = np.arctan2(way[:, 0], -way[:, 1])
    size = np.tile(reach * np.sin(np.linspace(0.9, 3.0, count)), 2)
    angle = np.concatenate([angle - lean, angle + lean])
    c, s = np.cos(angle) * size, np.sin(angle) * size
    turn = np.stack([c, -s, s, c], axis=1).reshape(-1, 2, 2)
    return blade(1, width / reach)[::2] @ turn.transpose(0, 2, 1) + np.tile(at, (2, 1))[:, None]
