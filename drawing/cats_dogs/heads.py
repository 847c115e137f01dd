"""The head of a cat and of a dog: where the two differ most.

Heads are built in their own frame (x out of the face, y up, z to the right) in units of the skull's
half-width, and placed in the model frame by the body's `head`.
"""

import numpy as np


class Mould:
    """Adds blobs and landmarks to a body, given in the frame of its head."""

    def __init__(self, body):
        self.body = body
        self.centre, self.frame, self.size = body.head

    def at(self, point):
        """A point of the head's frame in the model frame."""
        return self.centre + self.size * (self.frame @ np.asarray(point, float))

    def ball(self, centre, radii, part):
        """One ellipsoid, its axes along the head's."""
        radii = np.broadcast_to(np.asarray(radii, float), 3)
        self.body.add(self.at(centre), self.size * radii, self.frame, part)

    def pair(self, centre, radii, part):
        """The same ellipsoid on both sides of the face."""
        x, y, z = centre
        for side in (1, -1):
            self.ball((x, y, z * side), radii, part)

    def strip(self, points, widths, part, normal=(0, 0, 1), flat=1.0):
        """A chain of ellipsoids, flattened along normal."""
        points = [self.at(p) for p in points]
        normal = self.frame @ np.asarray(normal, float)
        self.body.chain(points, self.size * np.asarray(widths), part, normal, flat)

    def mark(self, **landmarks):
        """Name points (or lists of points) of the face."""
        for name, where in landmarks.items():
            where = np.asarray(where, float)
            self.body.face[name] = (self.at(where) if where.ndim == 1
                                    else np.array([self.at(p) for p in where]))


def both(x, y, z):
    """The points at the left and right of the face."""
    return [(x, y, z), (x, y, -z)]


def ear(mould, side, points, widths, normal, flat=0.22):
    """An ear along a curve (given for the right side), with its skin-coloured inner face."""
    mirror, widths = np.array([1, 1, side]), np.array(widths)
    points, normal = np.array(points) * mirror, np.array(normal) * mirror
    normal = normal / np.linalg.norm(normal)
    mould.strip(points, widths, 'ear', normal, flat)
    forward = 0.62 * flat * widths[:, None] * normal
    lining = points[:1] + (points - points[:1]) * 0.88 + forward
    mould.strip(lining, 0.7 * widths, 'inner_ear', normal, flat)


def cat_head(body, rng):
    """Round short face, small nose, upright pointed ears, large eyes, whiskers."""
    u, m = rng.uniform, Mould(body)
    broad, snout = u(0.98, 1.12), u(0.9, 1.1)
    m.ball((0, 0, 0), (0.92, 0.86, 0.95 * broad), 'head')
    m.pair((0.22, -0.3, 0.42 * broad), (0.52, 0.46, 0.48), 'head')
    m.strip([(0.62, 0.3, 0), (0.84, -0.06, 0), (0.9 * snout, -0.26, 0)], [0.3, 0.2, 0.19], 'head')
    m.pair((0.8 * snout, -0.36, 0.17), (0.26, 0.2, 0.24), 'muzzle')
    m.ball((0.7 * snout, -0.58, 0), (0.22, 0.17, 0.22), 'muzzle')
    m.ball((1.03 * snout, -0.2, 0), (0.07, 0.075, 0.11), 'nose')
    tall, spread, back = u(1.45, 1.65), u(0.62, 0.8), u(-0.1, 0.08)
    normal = (0.8, 0.1, u(0.5, 0.9))
    for side in (1, -1):
        ear(m, side, [(0.0, 0.5, 0.46 * broad), (0.02, 0.9, 0.56), (back, tall, spread)],
            [0.56, 0.42, 0.03], normal, 0.42)
    m.mark(eyes=both(0.76, 0.1, 0.42 * broad), nose=(1.1 * snout, -0.2, 0),
           lip=(1.0 * snout, -0.36, 0), corners=both(0.86 * snout, -0.52, 0.3),
           whiskers=both(0.95 * snout, -0.38, 0.25), middle=(0.5, -0.15, 0))
    body.eye = dict(size=u(0.21, 0.27), tilt=u(0.12, 0.35), open=u(0.65, 0.9),
                    pupil=(u(0.14, 0.4), 0.85))


def dog_head(body, rng):
    """Long muzzle with a large dark nose, hanging (or pricked) ears, often an open mouth."""
    u, m = rng.uniform, Mould(body)
    ears = rng.choice(['hang', 'prick', 'tip'], p=[0.7, 0.14, 0.16])
    # Upright ears alone would look like a cat's: such a dog has a long snout, as a shepherd has.
    long, deep = u(1.8, 2.1) if ears == 'prick' else u(1.45, 2.0), u(0.85, 1.1)
    m.ball((0, 0.05, 0), (0.92, 0.82, 0.82), 'head')
    m.pair((0.15, -0.22, 0.34), (0.5, 0.45, 0.4), 'head')
    top = [(0.45, 0.0, 0), (0.95, -0.16, 0), (long - 0.1, -0.22, 0)]
    m.strip(top, np.array([0.52, 0.42, 0.33]) * deep, 'muzzle', flat=0.92)
    m.pair((long - 0.35, -0.38, 0.15), (0.42, 0.24 * deep, 0.2), 'muzzle')
    gape = u(0.12, 0.4) if rng.random() < (0.8 if ears == 'prick' else 0.5) else 0.0
    dog_jaw(m, long, gape, rng)
    m.ball((long + 0.2, -0.08, 0), (0.17, 0.17, 0.235), 'nose')
    dog_ears(m, ears, rng)
    m.mark(eyes=both(0.7, 0.26, 0.39), nose=(long + 0.36, -0.06, 0), lip=(long + 0.12, -0.52, 0),
           corners=both(0.75, -0.6, 0.38), middle=(0.7, 0.0, 0),
           nostrils=both(long + 0.36, -0.09, 0.09))
    body.eye = dict(size=u(0.13, 0.165), tilt=u(-0.15, 0.15), open=u(0.8, 1.0), pupil=(0.6, 0.6))


def dog_jaw(m, long, gape, rng):
    """The lower jaw, dropped by gape (radians); the tongue comes out of an open mouth."""
    def drop(x):
        return -0.56 - np.tan(gape) * (x - 0.3)

    reach = long - 0.1 - 0.3 * gape
    m.strip([(0.3, -0.5, 0), (0.8, drop(0.8), 0), (reach, drop(reach), 0)], [0.36, 0.25, 0.18],
            'muzzle')
    if gape == 0:
        return
    m.strip([(0.5, -0.45, 0), (reach, 0.55 * drop(reach) - 0.2, 0)], [0.25, 0.2], 'mouth')
    tip = reach + rng.uniform(0.05, 0.25)
    hang = rng.uniform(0.1, 0.5)
    lean = rng.uniform(-0.15, 0.15)
    m.strip([(0.6, -0.5, 0), (reach, drop(reach) + 0.16, 0), (tip, drop(reach) + 0.02, lean * .5),
             (tip + 0.05, drop(reach) - hang, lean)], [0.16, 0.19, 0.19, 0.15], 'tongue',
            (0.3, 0.9, 0), 0.5)


def dog_ears(m, kind, rng):
    """Ears that hang, are pricked, or tip over."""
    u = rng.uniform
    for side in (1, -1):
        if kind == 'hang':
            low, out = u(-1.15, -0.55), u(0.95, 1.12)
            points = [(-0.1, 0.58, 0.55), (-0.02, 0.5, 0.86), (0.1, 0.0, out), (0.16, low, out)]
            ear_sheet = np.array([0.22, 0.3, 0.4, 0.24]) * u(0.9, 1.1)
            m.strip(np.array(points) * (1, 1, side), ear_sheet, 'ear', (0.25, 0.3, side), 0.3)
        elif kind == 'prick':
            ear(m, side, [(-0.2, 0.45, 0.46), (-0.25, 1.0, 0.55), (-0.2, u(1.65, 1.9), 0.56)],
                [0.38, 0.34, 0.1], (0.85, 0.1, 0.45))
        else:
            points = [(-0.1, 0.5, 0.55), (-0.1, 0.98, 0.72), (0.12, 1.12, 0.85),
                      (0.4, 0.8, 0.95), (0.45, 0.58, 0.98)]
            m.strip(np.array(points) * (1, 1, side), [0.36, 0.3, 0.28, 0.2, 0.06], 'ear',
                    (0.8, 0.3, 0.4 * side), 0.3)
