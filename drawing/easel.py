"""An easel for small drawings: shapes in unit coordinates on a transparent layer.

A drawing gives its points in -1..1 (x to the right, y down); the easel turns, stretches and shifts
them at random, lights all shapes from one side, and keeps what they cover, so that the finished
layer can be laid over any background.
"""

import cv2
import numpy as np

from drawing.brush import cloud


class Easel:
    """A transparent layer and a random view of it.

    colour (S, S, 3) and cover (S, S) are float32 in 0..1: what was painted, and where.
    """

    def __init__(self, size, rng, tilt=0.25, fill=(0.55, 1.0)):
        """size: pixels; tilt: deviation of the turn in radians; fill: bounds of the scale."""
        self.size = size
        self.colour = np.zeros((size, size, 3), np.float32)
        self.cover = np.zeros((size, size), np.float32)
        self.frame, self.shift = view(rng, tilt, rng.uniform(*fill) * size / 2, size)
        self.unit = np.sqrt(abs(np.linalg.det(self.frame)))
        y, x = np.mgrid[-1:1:size * 1j, -1:1:size * 1j]
        way, strength = rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.35)
        light = 1 + strength * (np.cos(way) * x + np.sin(way) * y)
        light += rng.uniform(0, 0.12) * cloud(rng, size, size, 6, 4)
        self.light = light.astype(np.float32)

    def pixels(self, points):
        """Points (K, 2) of the drawing as pixel positions (K, 2)."""
        return np.asarray(points, float) @ self.frame.T + self.shift

    def shape(self, points, ink, strength=1.0):
        """Fill a polygon through points (K, 2).  ink: a colour (3,) or a picture (S, S, 3)."""
        self.shapes([points], ink, strength)

    def shapes(self, outlines, ink, strength=1.0):
        """Fill many polygons, which may overlap, at once."""
        at = self.fixed(outlines)
        self.stamp(lambda layer: [cv2.fillPoly(layer, [p], 255, cv2.LINE_AA, 4) for p in at],
                   ink, strength)

    def fixed(self, lines):
        """Many point lists (K, 2) as pixels in sixteenths, as cv2 takes them with shift 4."""
        at = np.round(self.pixels(np.concatenate(lines)) * 16).astype(np.int32)
        ends = np.cumsum([len(line) for line in lines])
        return [at[end - len(line):end] for end, line in zip(ends, lines)]

    def line(self, points, ink, width=0.06, closed=False):
        """Draw a line of a width (in units of the drawing) through points (K, 2)."""
        self.lines([points], ink, width, closed)

    def lines(self, lines, ink, width=0.04, closed=False):
        """Draw many lines of one colour and width at once; below a pixel they turn pale."""
        at, thick = self.fixed(lines), max(1, int(round(width * self.unit)))
        self.stamp(lambda layer: cv2.polylines(layer, at, closed, 255, thick, cv2.LINE_AA, 4),
                   ink, min(1.0, max(0.35, width * self.unit)))

    def oval(self, x, y, a, b, ink, angle=0.0, strength=1.0):
        """Fill an ellipse about (x, y) with half-axes a and b, turned by angle (radians)."""
        self.shape(ellipse(x, y, a, b, angle), ink, strength)

    def stamp(self, draw, ink, strength):
        """Paint ink where draw(layer) writes 255 into a uint8 layer (S, S)."""
        layer = np.zeros((self.size, self.size), np.uint8)
        draw(layer)
        x, y, w, h = cv2.boundingRect(layer)
        if not w:
            return
        part = slice(y, y + h), slice(x, x + w)
        new = layer[part].astype(np.float32) * (strength / 255)
        ink = np.asarray(ink, np.float32)
        ink = (ink[part] if ink.ndim == 3 else ink) * self.light[part][..., None]
        old = self.cover[part]
        total = new + old * (1 - new)
        share = (new / np.maximum(total, 1e-6))[..., None]
        self.colour[part] += share * (ink - self.colour[part])
        self.cover[part] = total


def view(rng, tilt, scale, size):
    """A random linear map (2, 2) and the shift (2,) that leaves -1..1 about in the picture."""
    a, (sx, sy) = rng.normal(0, tilt), rng.uniform(0.8, 1.15, 2)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    shear = np.array([[1, rng.normal(0, 0.12)], [0, 1]])
    frame = scale * turn @ shear @ np.diag([sx * rng.choice([-1, 1]), sy])
    room = max(0.0, size / 2 - scale)
    return frame, size / 2 + rng.uniform(-1, 1, 2) * (room + 0.04 * size)


def ellipse(x, y, a, b, angle=0.0, count=28):
    """Points (K, 2) around an ellipse."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    p, q = a * np.cos(t), b * np.sin(t)
    return np.stack([x + p * np.cos(angle) - q * np.sin(angle),
                     y + p * np.sin(angle) + q * np.cos(angle)], axis=1)


def arc(x, y, a, b, start, stop, count=20):
    """Points (K, 2) along part of an ellipse, from angle start to stop (radians, y down)."""
    t = np.linspace(start, stop, count)
    return np.stack([x + a * np.cos(t), y + b * np.sin(t)], axis=1)


def curve(points, count=24):
    """A smooth (Catmull-Rom) curve (K, 2) through a few points."""
    points = np.asarray(points, float)
    p = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    t = np.linspace(0, len(points) - 1 - 1e-9, count)
    k, f = t.astype(int), (t % 1)[:, None]
    a, b, c, d = p[k], p[k + 1], p[k + 2], p[k + 3]
    return 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2
                  + (3 * b - a - 3 * c + d) * f**3)


def ribbon(points, widths):
    """The outline (K, 2) of a band along points (K, 2) with half-widths (K,) or one for all."""
    points = np.asarray(points, float)
    way = np.gradient(points, axis=0)
    way /= np.linalg.norm(way, axis=1, keepdims=True) + 1e-9
    side = np.stack([-way[:, 1], way[:, 0]], axis=1)
    side *= np.broadcast_to(widths, len(points))[:, None]
    return np.concatenate([points + side, (points - side)[::-1]])


def mirrored(points):
    """A closed outline (2K, 2) from its right half (K, 2), mirrored at x = 0."""
    points = np.asarray(points, float)
    return np.concatenate([points, points[::-1] * (-1, 1)])


def box(x0, y0, x1, y1):
    """The corners (4, 2) of an upright rectangle."""
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)
