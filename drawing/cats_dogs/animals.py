"""The bodies of a cat and a dog in three dimensions, in many poses.

A body is a bag of ellipsoids ("blobs"): a trunk, a head, legs and a tail are chains of them strung
along smooth curves.  The model frame is x forward (towards the nose), y up (the ground is y = 0)
and z to the animal's right; the unit is about one trunk length.  `fur.py` turns a body into pixels.

Cat and dog differ here and nowhere else: pose, coat, light and surroundings are drawn from the
same distributions for both.
"""

from dataclasses import dataclass, field

import numpy as np

from drawing.cats_dogs.heads import cat_head, dog_head

PARTS = ('trunk', 'leg', 'tail', 'head', 'muzzle', 'ear', 'inner_ear', 'nose', 'mouth', 'tongue')
POSES = ('standing', 'sitting', 'lying', 'resting')


@dataclass
class Body:
    """An animal: N ellipsoids and the landmarks of its face.

    centres (N, 3), radii (N, 3) and frames (N, 3, 3) describe the ellipsoids; the columns of a
    frame are the direction the hair grows, the direction away from the belly, and the side.
    part (N,) indexes PARTS; arc (N,) is the distance along the chain, tip (N,) the same as 0..1.
    face maps a landmark's name to a point, or a list of points, in the model frame; head is
    (centre, frame, radius) of the skull.
    """

    animal: str
    blobs: list = field(default_factory=list)
    face: dict = field(default_factory=dict)
    head: tuple = ()

    def finish(self):
        """Stack the blobs into the arrays named in the class docstring; returns the body."""
        columns = list(zip(*self.blobs))
        names = ('centres', 'radii', 'frames', 'part', 'arc', 'tip')
        for name, column in zip(names, columns):
            dtype = np.int64 if name == 'part' else np.float32
            setattr(self, name, np.array(column, dtype))
        return self

    def add(self, centre, radii, frame, part, arc=0.0, tip=0.0):
        """Add one ellipsoid."""
        self.blobs.append((centre, radii, frame, PARTS.index(part), arc, tip))

    def chain(self, points, widths, part, side=(0, 0, 1), flat=1.0):
        """Add ellipsoids along a smooth curve through points (K, 3) with half-widths (K,).

        flat scales the extent along side: ears are flat, and a trunk is narrower than deep.
        """
        path, half = smooth(np.asarray(points, float), np.asarray(widths, float))
        steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
        arc = np.concatenate([[0.0], np.cumsum(steps)])
        tangents = unit(np.gradient(path, axis=0))
        frames = frames_along(tangents, np.asarray(side, float))
        last = -1.0
        for k, frame in enumerate(frames):
            if arc[k] - last < 0.45 * half[k] and 0 < k < len(path) - 1:
                continue
            last = arc[k]
            size = (half[k], half[k], half[k] * flat)
            self.add(path[k], size, frame, part, arc[k], arc[k] / arc[-1])


def unit(vectors):
    """Vectors (..., 3) scaled to length one."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def frames_along(tangents, side):
    """Right-angled frames (K, 3, 3): first column the tangents (K, 3), third close to side (3,)."""
    sides = unit(side - tangents @ side[:, None] * tangents)
    return np.stack([tangents, np.cross(tangents, sides), sides], axis=2)


def smooth(points, widths, per_segment=24):
    """A Catmull-Rom curve through points (K, 3), and the half-widths along it."""
    padded = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    t = np.linspace(0, 1, per_segment, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:]):
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
                             + (3 * b - a - 3 * c + d) * t**3))
    path = np.concatenate(pieces + [points[-1:]])
    knots = np.arange(len(points)) * per_segment
    return path, np.interp(np.arange(len(path)), knots, widths)


def turn(yaw, pitch=0.0, roll=0.0):
    """Rotation (3, 3): roll about x, then pitch about z (nose up), then yaw about y."""
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    cr, sr = np.cos(roll), np.sin(roll)
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cp, -sp, 0], [sp, cp, 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    return about_y @ about_z @ about_x


# --- proportions -------------------------------------------------------------------------------

def cat_build(rng):
    """Proportions of one cat: slender, fine-legged, with a long thin tail."""
    u = rng.uniform
    stout = u(0.92, 1.22)
    return dict(length=u(0.85, 1.0), legs=u(0.36, 0.46), rump=0.165 * stout, waist=0.15 * stout,
                chest=0.16 * stout, narrow=u(0.88, 1.0), thigh=0.12, shin=0.05, paw=0.06,
                neck=u(0.06, 0.13), neck_width=0.115 * stout, head=u(0.165, 0.205),
                tail=u(0.75, 1.0), tail_widths=u(0.8, 1.3) * np.array([0.05, 0.042, 0.038, 0.03]))


def dog_build(rng):
    """Proportions of one dog: deep chest, sturdy legs, strong neck, short or bushy tail."""
    u = rng.uniform
    stout = u(0.9, 1.15)
    bushy = u(0.8, 1.9)
    return dict(length=u(0.8, 1.0), legs=u(0.36, 0.6), rump=0.165 * stout, waist=0.15 * stout,
                chest=0.23 * stout, narrow=u(0.75, 0.9), thigh=0.135, shin=0.066, paw=0.082,
                neck=u(0.16, 0.26), neck_width=0.15 * stout, head=u(0.16, 0.195),
                tail=u(0.25, 0.5), tail_widths=bushy * np.array([0.045, 0.06, 0.05, 0.02]))


# --- poses -------------------------------------------------------------------------------------

def joints(pose, b, rng):
    """Curves of trunk (chest to rump), legs (four, left and right) and tail, and the head's seat.

    b holds the proportions; returns a dict of lists of points.
    """
    return {'standing': standing, 'sitting': sitting, 'lying': lying, 'resting': lying}[pose](
        b, rng, pose == 'resting')


def standing(b, rng, _):
    """On four feet, or in mid-stride; the tail is free."""
    length, h = b['length'], b['legs'] + 0.04
    legs = []
    stride = rng.uniform(0, 0.5) * rng.choice([-1, 1])
    for side in (1, -1):
        z, swing = 0.1 * side, stride * side * 0.3
        front = [(0.36, h, z), (0.31, 0.58 * h, z), (0.35 + swing * .6, 0.26 * h, z),
                 (0.37 + swing, 0.06, z), (0.44 + swing, 0.045, z)]
        hind = [(-0.38, h, z), (-0.31 - swing * .3, 0.6 * h, 1.1 * z),
                (-0.5 - swing, 0.3 * h, z), (-0.46 - swing, 0.06, z), (-0.38 - swing, 0.045, z)]
        legs += [np.array(p) * (length, 1, 1) for p in (front, hind)]
    trunk = np.array([(0.46, h + 0.05, 0), (0.3, h - 0.01, 0), (-0.08, h + 0.02, 0),
                      (-0.42, h + 0.03, 0)]) * (length, 1, 1)
    lift = rng.uniform(-0.1, 0.4)
    seat = np.array([0.5 * length + 0.16 - 0.1 * lift, h + 0.1 + b['neck'] * (0.4 + 2 * lift), 0])
    rise = rng.uniform(-0.7, 1.3)
    return dict(trunk=trunk, legs=legs, seat=seat, tail=free_tail(trunk[-1], rise, b, rng))


def sitting(b, rng, _):
    """Upright on the haunches, the tail on the ground."""
    h = b['legs'] + 0.06
    legs = []
    for side in (1, -1):
        z = 0.085 * side
        front = [(0.1, h, z), (0.1, 0.6 * h, 1.05 * z), (0.13, 0.3 * h, z), (0.14, 0.06, z),
                 (0.21, 0.045, z)]
        spread = rng.uniform(0.16, 0.22) * side
        hind = [(-0.26, 0.2, 0.7 * spread), (-0.04, 0.23, spread), (-0.2, 0.08, 1.05 * spread),
                (0.0, 0.05, 1.1 * spread), (0.08, 0.045, 1.15 * spread)]
        legs += [np.array(front), np.array(hind)]
    trunk = np.array([(0.13, h + 0.06, 0), (0.07, h - 0.06, 0), (-0.1, 0.62 * h, 0),
                      (-0.25, 0.19, 0)])
    seat = np.array([0.2, h + 0.16 + b['neck'], 0])
    return dict(trunk=trunk, legs=legs, seat=seat, tail=ground_tail((-0.36, 0.1, 0), b, rng))


def lying(b, rng, head_down):
    """On the belly, forelegs stretched out; the head is up, or down near the paws."""
    length = b['length']
    legs = []
    for side in (1, -1):
        z, reach = 0.13 * side, rng.uniform(0.62, 0.8)
        front = [(0.33, 0.2, z), (0.2, 0.09, 1.25 * z), (0.5, 0.06, z), (reach, 0.05, z)]
        hind = [(-0.36, 0.18, z), (-0.12, 0.19, 1.5 * z), (-0.36, 0.07, 1.6 * z),
                (-0.1, 0.05, 1.6 * z)]
        legs += [np.array(p) * (length, 1, 1) for p in (front, hind)]
    low = b['chest'] + 0.01
    trunk = np.array([(0.42, low + 0.05, 0), (0.3, low, 0), (-0.05, low - 0.02, 0),
                      (-0.42, b['rump'], 0)]) * (length, 1, 1)
    up = rng.uniform(0.0, 0.08) if head_down else 0.16 + b['neck']
    seat = np.array([0.5 * length + (0.16 if head_down else 0.08), low + up, 0])
    tail = ground_tail((-0.5 * length, 0.1, 0), b, rng)
    return dict(trunk=trunk, legs=legs, seat=seat, tail=tail)


def free_tail(root, rise, b, rng):
    """A tail in the air: hanging (rise < 0) or carried high, its end curling."""
    angle, point, points = np.pi + 0.2 - rise, np.array(root) + (-0.1, 0.05, 0), []
    bend = rng.uniform(-1.2, 0.6) if rise > 0 else rng.uniform(-0.1, 0.9)
    sway = rng.uniform(-0.35, 0.35)
    for _ in range(5):
        points.append(point)
        step = np.array([np.cos(angle), np.sin(angle), sway]) * b['tail'] / 4
        point = np.maximum(point + step, (-9, 0.04, -9))
        angle += bend * 0.6
    return points


def ground_tail(root, b, rng):
    """A tail on the ground, sweeping to one side and curling forward."""
    side = rng.choice([-1, 1])
    angle, bend = rng.uniform(0.0, 0.9), rng.uniform(0.25, 0.65)
    point, points = np.array(root, float), []
    for _ in range(5):
        points.append(point)
        step = np.array([-np.cos(angle), 0.0, side * np.sin(angle)]) * b['tail'] / 4
        point = point + step
        point[1] = max(0.04, point[1] - 0.06)
        angle += bend
    return points


def limbs(body, j, b, tail_flat=1.0):
    """Add the legs and the tail (if there is one) of joints j and proportions b."""
    thin = b['shin']
    for k, leg in enumerate(j['legs']):
        top = b['thigh'] if k % 2 else thin * 1.5
        widths = np.interp(np.linspace(0, 1, len(leg)), [0, 0.25, 0.5, 0.75, 1],
                           [top, top * 0.95, thin * 1.05, thin, b['paw']])
        body.chain(leg, widths, 'leg')
    if b['tail']:
        widths = np.interp(np.linspace(0, 1, 5), np.linspace(0, 1, 4), b['tail_widths'])
        body.chain(j['tail'], widths, 'tail', flat=tail_flat)


def build_body(animal, pose, head_turn, rng):
    """A cat or dog in a pose.

    animal: "cat" or "dog"; pose: one of POSES; head_turn: rotation (3, 3) of the head in the
    model frame.  Returns a finished Body; ValueError for another animal or pose.
    """
    if animal not in ('cat', 'dog') or pose not in POSES:
        raise ValueError(f"no {animal!r} {pose!r}: cat or dog, one of {', '.join(POSES)}")
    b = cat_build(rng) if animal == 'cat' else dog_build(rng)
    body, j = Body(animal), joints(pose, b, rng)
    body.chain(j['trunk'], [b['chest'] * 0.85, b['chest'], b['waist'], b['rump']], 'trunk',
               flat=b['narrow'])
    nape = j['seat'] - head_turn @ (0.45 * b['head'], 0, 0)
    body.chain([nape, 0.5 * (nape + j['trunk'][0]) - (0.01, 0, 0), j['trunk'][0]],
               [b['neck_width'], b['neck_width'], b['chest'] * 0.85], 'trunk')
    limbs(body, j, b)
    body.head = (j['seat'], head_turn, b['head'])
    (cat_head if animal == 'cat' else dog_head)(body, rng)
    return body.finish()
