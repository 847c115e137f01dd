"""Vehicles of road and rail, each drawn on an easel by a function of its own."""

import numpy as np

from drawing.easel import arc, box, curve, ellipse, ribbon
from drawing.source.buildings import panes
from drawing.source.implements import inks, near, spokes


def wheels(e, places, y, r, tyre, hub):
    """Solid wheels of radius r in a row."""
    for x in places:
        e.oval(x, y, r, r, tyre)
        e.oval(x, y, 0.5 * r, 0.5 * r, hub)


def smoke(e, rng, x, y):
    """Growing puffs that drift up and back from (x, y), or nothing."""
    if rng.random() < 0.6:
        tone = rng.uniform(0.4, 0.95)
        for k in range(3):
            r = 0.08 + 0.04 * k
            e.oval(x - 0.13 * k, y - 0.1 * k, 1.2 * r, r, np.full(3, tone), 0, 0.8)


def car(e, rng):
    """A saloon, hatchback or estate car from the side."""
    paint, glass, hub = inks(rng)
    top, tail, r = near(rng, -0.5), rng.uniform(0.6, 0.97), near(rng, 0.22)
    e.shape([(-1, 0.3), (-0.98, 0.02), (-0.55, -0.1), (0.9, -0.1), (1, 0.05), (1, 0.3)], paint)
    e.shape([(-0.6, -0.08), (-0.28, top), (0.45, top), (tail, -0.08)], paint)
    e.shape([(-0.46, -0.1), (-0.24, top + 0.07), (0.03, top + 0.07), (0.03, -0.1)], glass)
    e.shape([(0.1, -0.1), (0.1, top + 0.07), (0.4, top + 0.07), (tail - 0.17, -0.1)], glass)
    if rng.random() < 0.5:
        e.line([(0.06, -0.1), (0.06, 0.28)], glass, 0.03)
    e.oval(-0.92, 0.06, 0.06, 0.07, hub)
    wheels(e, (near(rng, -0.58), near(rng, 0.58)), 0.3, r, (0.06, 0.06, 0.07), hub)


def pickup(e, rng):
    """A pick-up: bonnet, cab and an open bed, sometimes loaded."""
    paint, glass, load = inks(rng)
    top, bed, r = near(rng, -0.55), near(rng, -0.12), near(rng, 0.23)
    for x in (0.3, 0.6) if rng.random() < 0.5 else ():
        e.shape(box(x, bed - rng.uniform(0.1, 0.25), x + 0.28, bed), load)
    e.shape(box(-1, -0.1, 0.2, 0.32), paint)
    e.shape(box(0.15, bed, 1, 0.32), paint)
    e.shape([(-0.5, -0.08), (-0.35, top), (0.15, top), (0.15, -0.08)], paint)
    e.shape([(-0.4, -0.1), (-0.29, top + 0.08), (0.08, top + 0.08), (0.08, -0.1)], glass)
    e.line([(0.17, bed), (0.17, 0.3)], glass, 0.04)
    wheels(e, (-0.62, 0.62), 0.33, r, (0.06, 0.06, 0.07), load)


def bus(e, rng):
    """A bus with one or two decks of windows."""
    paint, glass, trim = inks(rng)
    decks = rng.choice([1, 2])
    top = -0.45 if decks == 1 else -0.8
    e.shape(box(-1, top, 1, 0.45), paint)
    for k in range(decks):
        panes(e, -0.97, 0.75, top + 0.1 + 0.5 * k, top + 0.4 + 0.5 * k, rng.integers(4, 7), glass)
    e.shape(box(0.75, -0.3, 0.95, 0.4), glass)
    e.line([(-1, 0.2), (0.74, 0.2)], trim, 0.07)
    wheels(e, (near(rng, -0.6), near(rng, 0.5)), 0.45, near(rng, 0.17), (0.07,) * 3, trim)


def lorry(e, rng):
    """A lorry: a cab before a tall box, or before a tank."""
    paint, glass, body = inks(rng)
    top, cab = near(rng, -0.65), near(rng, -0.3)
    if rng.random() < 0.7:
        e.shape(box(-0.45, top, 1, 0.25), body)
    else:
        e.oval(0.28, -0.12, 0.72, 0.36, body)
    e.shape([(-0.98, 0.35), (-0.98, 0), (-0.85, cab), (-0.52, cab), (-0.52, 0.35)], paint)
    e.shape([(-0.93, 0), (-0.82, cab + 0.07), (-0.62, cab + 0.07), (-0.62, 0)], glass)
    e.shape(box(-0.55, 0.22, 1, 0.34), 0.5 * glass)
    spots = (-0.75, 0.25, 0.7) if rng.random() < 0.5 else (-0.75, 0.5, 0.82)
    wheels(e, spots, 0.38, near(rng, 0.17), (0.06, 0.06, 0.07), body)


def fire_engine(e, rng):
    """A fire engine with a raised ladder on its back."""
    paint, glass, trim = inks(rng)
    e.shape(box(-0.95, -0.2, 0.95, 0.42), paint)
    e.shape(box(-0.95, -0.35, -0.45, 0.0), paint)
    panes(e, -0.95, -0.45, -0.26, 0.0, 2, glass)
    panes(e, -0.35, 0.95, 0.0, 0.25, rng.integers(3, 5), trim, 0.2)
    rise, foot = rng.uniform(0.35, 0.65), np.array([0.85, -0.27])
    way = 1.7 * np.array([-np.cos(rise), -np.sin(rise)])
    side = np.array([-way[1], way[0]]) * 0.08
    for s in (0, 1):
        e.line([foot + s * side, foot + way + s * side], trim, 0.05)
    for t in np.linspace(0.05, 0.95, 8):
        e.line([foot + t * way, foot + t * way + side], trim, 0.04)
    e.oval(-0.7, -0.4, 0.1, 0.06, trim)
    wheels(e, (-0.6, 0.55), 0.43, near(rng, 0.19), (0.06, 0.06, 0.07), trim)


def tractor(e, rng):
    """A tractor with a great rear wheel, a small front wheel and a chimney."""
    paint, glass, hub = inks(rng)
    r = near(rng, 0.45)
    e.shape(box(-0.9, -0.15, 0.4, 0.3), paint)
    e.shape([(-0.05, -0.1), (0, -0.8), (0.65, -0.8), (0.75, 0.1), (0, 0.1)], paint)
    e.shape([(0.07, -0.15), (0.1, -0.68), (0.53, -0.68), (0.6, -0.15)], glass)
    e.line([(-0.5, -0.1), (-0.5, near(rng, -0.6))], glass, 0.09)
    panes(e, -0.85, -0.4, -0.05, 0.15, 3, glass, 0.5)
    wheels(e, (0.42,), 0.8 - r, r, (0.07, 0.07, 0.07), hub)
    wheels(e, (-0.65,), 0.53, 0.27, (0.07, 0.07, 0.07), hub)


def digger(e, rng):
    """An excavator on tracks, its jointed arm holding a bucket."""
    paint, glass, dark = inks(rng)
    elbow = np.array([near(rng, -0.4), near(rng, -0.8)])
    hand = np.array([near(rng, -0.82), near(rng, 0.05)])
    e.shape(ribbon(ellipse(0.35, 0.62, 0.6, 0.2), 0.06), dark)
    e.shape(box(-0.1, 0.45, 0.8, 0.78), dark)
    wheels(e, (-0.02, 0.35, 0.72), 0.62, 0.13, 0.5 * dark, paint)
    e.shape(box(0.05, 0.0, 1, 0.4), paint)
    e.shape([(-0.02, 0.4), (-0.02, -0.35), (0.1, -0.5), (0.48, -0.5), (0.48, 0.4)], paint)
    e.shape([(0.05, 0.1), (0.05, -0.3), (0.14, -0.42), (0.4, -0.42), (0.4, 0.1)], glass)
    e.line([(0.0, 0.2), elbow], paint, 0.15)
    e.line([elbow, hand], paint, 0.11)
    claw = [(-0.16, -0.08), (0.12, -0.1), (0.24, 0.2), (0.1, 0.32), (-0.12, 0.26)]
    e.shape(hand + np.array(claw), dark)


def bicycle(e, rng):
    """A bicycle from the side."""
    frame, tyre, seat = inks(rng)
    r, w = near(rng, 0.42), rng.uniform(0.06, 0.09)
    for x in (-0.56, 0.56):
        e.line(ellipse(x, 0.35, r, r), tyre, 0.07, closed=True)
        spokes(e, x, 0.35, r, rng.integers(6, 11), tyre, 0.015)
    top = near(rng, -0.35)
    e.line([(0.56, 0.35), (0.02, 0.35), (0.2, top), (0.56, 0.35)], frame, w)
    e.line([(0.02, 0.35), (-0.38, top), (0.2, top)], frame, w)
    e.line([(-0.56, 0.35), (-0.36, top - 0.2)], frame, w)
    e.line([(0.2, top), (0.25, top - 0.15)], frame, w)
    e.line([(-0.55, top - 0.1), (-0.5, top - 0.25), (-0.3, top - 0.2)], seat, 0.07)
    e.oval(0.27, top - 0.17, 0.19, 0.06, seat)
    e.oval(0.02, 0.35, 0.1, 0.1, seat)


def motorbike(e, rng):
    """A motor-cycle: fat wheels, a tank, an engine, a fork and an exhaust."""
    paint, metal, dark = inks(rng)
    for x in (-0.62, 0.62):
        e.line(ellipse(x, 0.38, 0.28, 0.28), (0.08, 0.08, 0.08), near(rng, 0.15), closed=True)
        e.oval(x, 0.38, 0.1, 0.1, metal)
    e.line([(-0.62, 0.38), (-0.34, -0.35), (-0.15, -0.5)], metal, 0.09)
    e.shape(box(-0.3, 0.0, 0.25, 0.45), dark)
    e.oval(0.0, 0.22, 0.2, 0.2, metal)
    e.shape(curve([(-0.4, -0.15), (-0.25, near(rng, -0.36)), (0.1, -0.25), (0.2, 0.05)]), paint)
    tail = near(rng, -0.3)
    e.shape(curve([(0.1, -0.08), (0.4, -0.12), (0.9, tail), (0.7, 0.05), (0.2, 0.1)]), dark)
    e.line([(0.1, 0.42), (0.95, near(rng, 0.35))], metal, 0.1)
    e.oval(-0.47, -0.25, 0.11, 0.11, metal)
    e.line(arc(-0.62, 0.38, 0.38, 0.38, -2.6, -0.9), paint, 0.07)


def scooter(e, rng):
    """A kick scooter: a low board between two small wheels and a tall bar."""
    frame, grip, hub = inks(rng)
    r, top = near(rng, 0.15), near(rng, -0.85)
    e.shape([(-0.55, 0.5), (0.85, 0.52), (0.85, 0.66), (-0.5, 0.66)], frame)
    e.line([(-0.75, 0.72), (-0.45, top)], frame, 0.1)
    e.line([(-0.75, 0.72), (-0.5, 0.55)], frame, 0.12)
    e.line([(-0.65, top + 0.08), (-0.2, top - 0.06)], grip, 0.12)
    e.line([(0.45, 0.48), (0.8, 0.46), (0.98, 0.62)], grip, 0.06)
    wheels(e, (-0.75, 0.78), 0.76, r, (0.07, 0.07, 0.08), hub)


def train(e, rng):
    """A steam engine with its boiler, chimney, dome and cab."""
    paint, trim, hub = inks(rng)
    smoke(e, rng, -0.6, -0.72)
    e.shape(box(-0.85, -0.3, 0.45, 0.22), paint)
    e.shape(box(0.35, -0.62, 0.92, 0.35), paint)
    e.shape(box(0.27, -0.72, 1, -0.58), trim)
    e.shape(box(0.48, -0.48, 0.8, -0.15), trim)
    e.shape([(-0.7, -0.28), (-0.78, near(rng, -0.68)), (-0.42, -0.68), (-0.5, -0.28)], trim)
    e.oval(near(rng, -0.1), -0.3, 0.13, 0.15, trim)
    for x in (-0.4, 0.2):
        e.line([(x, -0.3), (x, 0.2)], trim, 0.04)
    e.shape([(-0.8, 0.2), (0.92, 0.2), (0.92, 0.38), (-0.8, 0.38), (-1, 0.72)], 0.6 * trim)
    big = rng.integers(2, 4)
    wheels(e, np.linspace(-0.05, 0.72, big), 0.48, 0.5 / big + 0.03, (0.1, 0.1, 0.1), hub)
    wheels(e, (-0.62,), 0.57, 0.15, (0.1, 0.1, 0.1), hub)


def tram(e, rng):
    """A tram on its rail below an overhead wire, with a diamond collector on the roof."""
    paint, glass, trim = inks(rng)
    e.line([(-1, -0.92), (1, -0.92)], trim, 0.04)
    e.line([(-0.18, -0.45), (-0.35, -0.68), (0, -0.91), (0.35, -0.68), (0.18, -0.45)], trim, 0.06)
    e.shape([(-0.97, 0.5), (-0.97, -0.1), (-0.85, -0.45), (0.85, -0.45), (0.97, -0.1),
             (0.97, 0.5)], paint)
    panes(e, -0.9, 0.9, near(rng, -0.3), 0.1, rng.integers(4, 7), glass)
    for x in (-0.5, 0.5):
        e.line([(x, -0.3), (x, 0.48)], trim, 0.05)
    wheels(e, (-0.65, -0.4, 0.4, 0.65), 0.55, 0.1, (0.1, 0.1, 0.1), trim)
    e.line([(-1, 0.68), (1, 0.68)], 0.6 * trim, 0.06)


ROAD_AND_RAIL = {f.__name__: f for f in (
    car, pickup, bus, lorry, fire_engine, tractor, digger, bicycle, motorbike, scooter, train,
    tram)}
