"""Boats, aircraft and a rocket, each drawn on an easel by a function of its own."""

import numpy as np

from drawing.easel import arc, box, curve, ellipse, mirrored
from drawing.source.buildings import panes
from drawing.source.implements import inks, near
from drawing.source.road_and_rail import smoke, wheels


def sea(e, rng, y):
    """Waves along y, or nothing."""
    if rng.random() < 0.6:
        x = np.linspace(-1, 1, 30)
        wave = y + 0.04 * np.sin(x * rng.uniform(12, 20))
        e.line(np.stack([x, wave], 1), inks(rng, 1)[0], 0.07)


def sailing_boat(e, rng):
    """A sailing boat with a main sail and a foresail."""
    hull, cloth, mast = inks(rng)
    x, top = rng.uniform(-0.2, 0.05), near(rng, -0.9)
    e.line([(x, 0.5), (x, top)], mast, 0.06)
    leech = curve([(x + 0.06, top + 0.05), (x + 0.55, -0.2), (0.85, 0.35)])
    e.shape([*leech, (x + 0.06, 0.35)], cloth)
    if rng.random() < 0.8:
        e.shape([(x - 0.06, top + 0.15), (x - 0.06, 0.35), (near(rng, -0.8), 0.35)], cloth)
    low = near(rng, 0.82)
    e.shape([(-1, 0.45), (0.95, 0.45), (0.75, low), (-0.65, low)], hull)
    if rng.random() < 0.5:
        e.shape([(x, top), (x, top + 0.12), (x + 0.25, top + 0.06)], mast)
    sea(e, rng, low)


def steamer(e, rng):
    """A steamship with funnels above a white or coloured upper deck."""
    hull, deck, funnel = inks(rng)
    count = rng.integers(1, 4)
    for x in np.linspace(-0.3, 0.45, count) if count > 1 else (0.1,):
        smoke(e, rng, x + 0.05, -0.72)
        e.shape(box(x - 0.1, -0.65, x + 0.1, 0), funnel)
        e.shape(box(x - 0.1, -0.65, x + 0.1, -0.55), deck)
    e.shape(box(-0.5, -0.2, 0.65, 0.05), deck)
    e.shape(box(-0.65, 0.0, 0.8, 0.22), deck)
    panes(e, -0.5, 0.65, -0.13, -0.03, 6, hull, 0.5)
    e.shape([(-1, 0.12), (-0.7, 0.22), (0.98, 0.2), (0.8, 0.65), (-0.75, 0.65)], hull)
    for x in np.linspace(-0.6, 0.65, 6):
        e.oval(x, 0.36, 0.05, 0.05, deck)
    sea(e, rng, 0.66)


def rowing_boat(e, rng):
    """An open boat with oars, sometimes with a rower."""
    hull, oar, inner = inks(rng)
    if rng.random() < 0.5:
        e.shape([(-0.2, 0.15), (-0.13, -0.35), (0.17, -0.35), (0.25, 0.15)], inner)
        e.oval(0.02, -0.52, 0.15, 0.17, (0.8, 0.6, 0.48))
        e.line([(0, -0.25), (-0.35, 0)], 0.7 * inner, 0.1)
    rim = curve([(-1, -0.12), (-0.5, 0.1), (0, 0.15), (0.5, 0.1), (1, -0.12)])
    low = curve([(0.78, 0.45), (0.3, near(rng, 0.52)), (-0.3, 0.52), (-0.78, 0.45)])
    e.shape(np.concatenate([rim, low]), hull)
    e.line(rim, inner, 0.07)
    for shift in (0.0, 0.45)[:rng.integers(1, 3)]:
        x = near(rng, 0.3) + shift
        e.line([(-0.45 + shift, near(rng, -0.15)), (x, 0.68)], oar, 0.07)
        e.oval(x + 0.05, 0.75, 0.2, 0.09, oar, 0.8)
    sea(e, rng, 0.62)


def submarine(e, rng):
    """A submarine with its tower, periscope, portholes and screw."""
    hull, trim, glass = inks(rng)
    b = near(rng, 0.32)
    e.line([(-0.05, -0.3), (-0.05, -0.8), (-0.3, -0.8)], trim, 0.09)
    e.shape([(-0.3, 0), (-0.22, near(rng, -0.5)), (0.28, -0.5), (0.35, 0)], hull)
    e.shape([(0.6, 0.15), (0.98, -0.2), (0.98, 0.5)], trim)
    e.oval(0.97, 0.0, 0.05, 0.14, glass)
    e.oval(0.97, 0.3, 0.05, 0.14, glass)
    e.oval(-0.08, 0.15, 0.9, b, hull)
    for x in np.linspace(-0.55, 0.35, rng.integers(3, 5)):
        e.oval(x, 0.1, 0.11, 0.11, trim)
        e.oval(x, 0.1, 0.07, 0.07, glass)


def airliner(e, rng):
    """An airliner, seen from below or from the side."""
    body, wing, glass = inks(rng)
    if rng.random() < 0.5:
        e.shape(mirrored([(0, -0.3), (near(rng, 0.97), 0.25), (0.97, 0.4), (0, 0.2)]), wing)
        e.shape(mirrored([(0, 0.6), (near(rng, 0.4), 0.85), (0.4, 0.95), (0, 0.85)]), wing)
        e.shape(mirrored(curve([(0, -0.98), (0.13, -0.7), (0.13, 0.4), (0.03, 0.95)])), body)
        for x in (-0.42, 0.42):
            e.oval(x, -0.08, 0.07, 0.15, body)
        return
    e.shape([(0.55, -0.05), (0.78, near(rng, -0.65)), (0.98, -0.65), (0.9, 0)], wing)
    e.shape(curve([(-1, 0.1), (-0.85, -0.1), (-0.5, -0.16), (0.6, -0.14), (1, -0.1),
                   (0.6, 0.16), (-0.5, 0.24), (-0.85, 0.2), (-1, 0.1)], 50), body)
    panes(e, -0.65, 0.6, -0.06, 0.03, 9, glass, 0.5)
    e.shape([(-0.25, 0.1), (0.1, 0.1), (0.5, near(rng, 0.6)), (0.3, 0.6)], wing)
    e.shape([(0.65, 0), (0.85, 0), (0.99, 0.18), (0.85, 0.18)], wing)
    e.oval(0.1, 0.35, 0.16, 0.08, glass)


def biplane(e, rng):
    """A biplane: two wings above each other, struts, a screw and wheels."""
    body, wing, strut = inks(rng)
    high, low = near(rng, -0.5), near(rng, 0.28)
    e.shape([(-0.85, -0.15), (0.3, -0.18), (0.95, -0.08), (0.95, 0.02), (-0.1, 0.25),
             (-0.85, 0.22)], body)
    e.shape([(0.65, -0.05), (0.8, near(rng, -0.4)), (1, -0.38), (0.98, 0.02)], wing)
    for x in (-0.55, 0.0):
        e.line([(x, high), (x + 0.05, low)], strut, 0.05)
    e.shape(box(-0.72, high - 0.06, 0.15, high + 0.06), wing)
    e.shape(box(-0.65, low - 0.06, 0.2, low + 0.06), wing)
    e.line([(-0.93, -0.42), (-0.93, 0.5)], strut, 0.06)
    e.oval(-0.88, 0.04, 0.08, 0.14, strut)
    e.line([(-0.4, 0.25), (-0.5, 0.6)], strut, 0.05)
    wheels(e, (-0.5,), 0.62, 0.16, (0.08, 0.08, 0.08), wing)


def helicopter(e, rng):
    """A helicopter with rotor, tail boom and skids."""
    paint, glass, dark = inks(rng)
    e.shape([(0.1, -0.2), (0.92, -0.18), (0.92, -0.08), (0.1, 0.2)], paint)
    e.shape([(0.78, -0.12), (0.88, near(rng, -0.45)), (1, -0.45), (0.97, -0.08)], paint)
    e.line(ellipse(0.92, -0.2, 0.14, 0.14), dark, 0.04, closed=True)
    e.oval(-0.3, 0.08, near(rng, 0.55), near(rng, 0.38), paint)
    e.shape([(-0.35, 0.1), (-0.35, -0.2), *arc(-0.3, 0.08, 0.47, 0.3, 3.9, 3.05, 8)], glass)
    if rng.random() < 0.6:
        e.shape(box(-0.25, -0.15, 0.02, 0.12), glass)
    e.shape(box(-0.33, -0.55, -0.23, -0.25), dark)
    e.line([(-1, near(rng, -0.55)), (0.45, -0.55)], dark, 0.08)
    for x in (-0.55, -0.05):
        e.line([(x, 0.35), (x - 0.04, 0.65)], dark, 0.06)
    e.line([(-0.95, 0.57), (-0.85, 0.65), (0.25, 0.65)], dark, 0.07)


def hot_air_balloon(e, rng):
    """A hot-air balloon with striped gores and a basket on ropes."""
    cloth, stripe, basket = inks(rng)
    a, b = near(rng, 0.65), near(rng, 0.6)
    half = curve([(0, -0.98), (0.75 * a, -0.8), (a, -0.98 + b), (0.6 * a, 0.2), (0.17, 0.48)])
    e.shape(mirrored(half), cloth)
    for k in (0.75, 0.3) if rng.random() < 0.75 else ():
        e.shape(mirrored(half * (k, 1)), stripe)
        e.shape(mirrored(half * (k - 0.22, 1)), cloth)
    for s in (-1, 1):
        e.line([(s * 0.15, 0.45), (s * 0.12, 0.75)], basket, 0.03)
    e.shape(mirrored([(0.17, 0.7), (0.14, 0.98)]), basket)


def rocket(e, rng):
    """A rocket with a pointed nose, fins, a porthole and fire below."""
    body, fin, glass = inks(rng)
    a, low = near(rng, 0.28), near(rng, 0.5)
    if rng.random() < 0.7:
        e.shape(mirrored([(0.17, low), (0.13, 0.75), (0, 0.99)]), (0.98, 0.6, 0.15))
        e.shape(mirrored([(0.09, low), (0, 0.8)]), (1.0, 0.9, 0.5))
    e.shape(mirrored([(a - 0.05, 0.0), (0.6, 0.4), (0.6, 0.75), (a - 0.08, low)]), fin)
    half = curve([(0, -0.98), (0.6 * a, -0.7), (a, -0.2), (0.95 * a, 0.2), (0.65 * a, low)])
    e.shape(mirrored(half), body)
    e.shape(mirrored(half[half[:, 1] < near(rng, -0.55)]), fin)
    e.oval(0, -0.22, 0.15, 0.15, fin)
    e.oval(0, -0.22, 0.1, 0.1, glass)
    e.line([(0, 0.2), (0, 0.65)], fin, 0.07)


CRAFT = {f.__name__: f for f in (
    sailing_boat, steamer, rowing_boat, submarine, airliner, biplane, helicopter, hot_air_balloon,
    rocket)}
