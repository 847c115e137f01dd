"""What plants and small animals are drawn with: tinted inks, and many marks made at once."""

from colorsys import hsv_to_rgb

import numpy as np

from drawing.easel import ellipse

# Hues (0..1, as tint takes them).
GREENS = 0.2, 0.25, 0.29, 0.33, 0.4
EARTH = 0.03, 0.07, 0.1, 0.13


def tint(rng, hues, sat=(0.45, 1.0), value=(0.5, 1.0), wild=0.3):
    """A colour (3,) near one of the hues (0..1), or with a chance of wild of any hue."""
    hue = rng.random() if rng.random() < wild else rng.choice(np.atleast_1d(hues))
    rgb = hsv_to_rgb((hue + rng.normal(0, 0.02)) % 1, rng.uniform(*sat), rng.uniform(*value))
    return np.array(rgb, np.float32)


def shade(ink, factor):
    """A colour made darker (factor below 1) or lighter."""
    return np.minimum(ink * factor, 1)


def contrast(ink, factor=0.55):
    """A darker tone of a colour, or a lighter one where the colour is dark."""
    return shade(ink, factor) if ink.max() > 0.4 else ink + 0.5 * (1 - ink)


def put(points, x=0.0, y=0.0, angle=0.0, scale=1.0):
    """Points (K, 2) scaled, turned by angle (clockwise as seen) and moved to (x, y)."""
    c, s = np.cos(angle), np.sin(angle)
    return scale * np.asarray(points, float) @ np.array([[c, s], [-s, c]]) + (x, y)


def both(points):
    """Points (K, 2) and their mirror image at x = 0."""
    return [np.asarray(points, float), np.multiply(points, (-1, 1))]


def dots(e, points, radius, ink):
    """Fill many small discs with one colour at once."""
    e.shapes(np.asarray(points)[:, None] + ellipse(0, 0, radius, radius, 0, 8), ink)


def rosette(x, y, inner, outer, count, sharp=1.0, start=0.0, squash=1.0):
    """An outline about (x, y) with count lobes between the radii inner and outer."""
    t = np.linspace(0, 2 * np.pi, max(48, 6 * count), endpoint=False)
    r = inner + (outer - inner) * np.abs(np.cos(count / 2 * (t - start))) ** sharp
    return np.stack([x + r * np.cos(t), y + squash * r * np.sin(t)], axis=1)


def rungs(band, start, stop, step):
    """Lines (N, 2, 2) across a ribbon, from edge to edge, at its points start:stop:step."""
    part = slice(start, stop, step)
    return np.stack([band[part], band[::-1][part]], axis=1)     # its second edge runs backwards
