"""Furry mammals of many species, by the machinery that draws the cats and dogs.

Poses, coats, light and camera are the same for all; `species.py` holds what tells them apart.
"""

import numpy as np

from drawing.cats_dogs.animals import (
    POSES,
    Body,
    frames_along,
    free_tail,
    joints,
    limbs,
    smooth,
    turn,
    unit,
)
from drawing.cats_dogs.cat_dog import frame_animal, head_and_body_turn
from drawing.cats_dogs.fur import View, paint
from drawing.cats_dogs.heads import Mould, both, ear
from drawing.scenery import sunlight
from drawing.source.species import BEASTS, HORNS

SPECIES = tuple(BEASTS)
CLOSE = 0.4
# Half-widths of an ear at its root, middle and tip, as shares of its length.
EARS = {'round': (0.42, 0.5, 0.3), 'pointed': (0.5, 0.38, 0.04), 'long': (0.15, 0.22, 0.06),
        'leaf': (0.17, 0.34, 0.05), 'fan': (0.4, 0.62, 0.38)}
# What is no length, and is therefore drawn otherwise.
FIXED = ('poses', 'rise', 'bands', 'whiskers')
BACKWARD = np.diag([-1.0, 1.0, 1.0])


class Beast(Body):
    """A body whose chains have fewer, longer blobs: enough for a small picture."""

    def chain(self, points, widths, part, side=(0, 0, 1), flat=1.0):
        """Add ellipsoids along a smooth curve, as Body.chain does."""
        path, half = smooth(np.asarray(points, float), np.asarray(widths, float), 6)
        arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
        picked, last = [0], 0.0
        for k in range(1, len(path) - 1):
            if arc[k] - last >= 0.75 * half[k]:
                picked.append(k)
                last = arc[k]
        picked.append(len(path) - 1)
        frames = frames_along(unit(np.gradient(path, axis=0)), np.asarray(side, float))
        for k in picked:
            self.add(path[k], half[k] * np.array([1.2, 1.0, flat]), frames[k], part, arc[k],
                     arc[k] / arc[-1])


def jittered(value, rng):
    """A number, or nested tuples of them, each changed by up to a tenth; all else as it is."""
    if isinstance(value, tuple):
        return tuple(jittered(item, rng) for item in value)
    return value * rng.uniform(0.9, 1.1) if isinstance(value, float) else value


def build(species, rng):
    """Proportions of one animal of a species."""
    return {name: value if name in FIXED else jittered(value, rng)
            for name, value in BEASTS[species].items()}


def beast_body(species, pose, head_turn, rng):
    """An animal in a pose.

    species: one of SPECIES; pose: one of POSES; head_turn: rotation (3, 3) of the head in the
    model frame.  Returns a finished Body; ValueError for another species or pose.
    """
    if species not in BEASTS or pose not in POSES:
        raise ValueError(f"no {species!r} {pose!r}: one of SPECIES, one of {', '.join(POSES)}")
    b, body = build(species, rng), Beast(species)
    j = seated(joints(pose, b, rng), pose, b, rng)
    head_turn = head_turn @ turn(0.0, -b['nod'])
    body.chain(j['trunk'], [b['chest'] * 0.85, b['chest'], b['waist'], b['rump']], 'trunk',
               flat=b['narrow'])
    on_the_back(body, j['trunk'], b, rng)
    neck(body, j, head_turn, b)
    limbs(body, j, b, b['tail_flat'])
    body.head = (j['seat'], head_turn, b['head'])
    beast_head(body, b, rng)
    return body.finish()


def seated(j, pose, b, rng):
    """The joints of a pose, bent to the proportions: back, head, legs and tail."""
    trunk = np.array(j['trunk'], float)
    trunk[1:3, 1] += b['arch'] * np.array([0.6, 1.0])
    apart = np.array([1, 1, max(1.0, b['chest'] * b['narrow'] / 0.18)])
    legs = [np.array(leg) * apart for leg in j['legs']]
    if pose != 'standing' or b['arms'] > 0.6:
        legs = [leg if k % 2 else leg[0] + (leg - leg[0]) * b['arms']
                for k, leg in enumerate(legs)]
    share = 0.4 if pose == 'resting' else 1.0
    seat = j['seat'] + np.array([*b['carry'], 0.0]) * share
    tail = j['tail']
    if pose == 'standing' or b['rise'][0] > 1:
        tail = free_tail(trunk[-1], rng.uniform(*b['rise']), b, rng)
    return dict(trunk=trunk, legs=legs, seat=seat, tail=tail)


def on_the_back(body, trunk, b, rng):
    """Humps, rings of armour and spines."""
    rings = [blob for blob in body.blobs]
    for place, height, radius in b['humps']:
        x, y = (np.interp(place, np.linspace(0, 1, 4), trunk[:, axis]) for axis in (0, 1))
        body.add((x, y + b['waist'] - 0.5 * radius + 0.5 * height, 0),
                 radius * np.array([0.95, 1, 0.7]), BACKWARD, 'trunk', 0.3, 0.3)
    for k in np.linspace(0, len(rings) - 1, b['bands']).astype(int):
        centre, radii, frame, *_ = rings[k]
        body.add(centre, radii[1] * np.array([0.18, 1.1, 1.1 * b['narrow']]), frame, 'nose')
    for _ in range(b['spines'][0]):
        centre, radii, frame, *_ = rings[rng.integers(len(rings))]
        way = unit(np.array([0.0, rng.uniform(-0.1, 1), rng.uniform(-1, 1)]))
        out = unit(frame @ (way + (0.8, 0, 0)))
        long = b['spines'][1] * rng.uniform(0.7, 1.2)
        body.add(centre + frame @ (way * radii) + 0.7 * long * out, (long, 0.014, 0.014),
                 frames_along(out[None], np.array([0.1, 0.2, 1.0]))[0], 'nose')


def neck(body, j, head_turn, b):
    """The neck, perhaps with a crest."""
    nape, root = j['seat'] - head_turn @ (0.45 * b['head'], 0, 0), j['trunk'][0]
    middle = 0.5 * (nape + root) - (0.01, 0, 0)
    wide = b['neck_width']
    body.chain([nape, middle, root], [wide, wide, b['chest'] * 0.85], 'trunk')
    if b['mane']:
        across = unit(np.cross(nape - root, (0, 0, 1)))
        across = -across if across[0] > 0 else across
        crest = [nape + (0, 0.8 * b['head'], 0), middle + 0.9 * wide * across,
                 j['trunk'][1] + (0, 0.9 * b['chest'], 0)]
        body.chain(crest, [b['mane'], 1.2 * b['mane'], 0.5 * b['mane']], 'tail', flat=0.5)


# --- head --------------------------------------------------------------------------------------

def beast_head(body, shape, rng):
    """Skull, muzzle, jaw, nose, ears, horns and the landmarks of a face.

    shape: the proportions, as in species.BASE; the head's place is body.head.
    """
    m = Mould(body)
    long, tall, wide = shape['skull']
    m.ball((0, 0, 0), shape['skull'], 'head')
    m.pair((0.2, -0.3, 0.42 * wide), shape['cheek'] * np.array([1.05, 0.95, 0.95]), 'head')
    snout(m, shape)
    if shape['ear']:
        beast_ears(m, shape, rng)
    for name in shape['horns']:
        horn(m, HORNS[name], rng)
    size, high, out = shape['eye']
    front = long * np.sqrt(max(0.05, 1 - (high / tall) ** 2 - (out / wide) ** 2))
    m.mark(eyes=both(front, high, out), middle=(0.6, -0.1, 0))
    body.eye = dict(size=size, tilt=rng.uniform(-0.15, 0.25), open=rng.uniform(0.75, 1.0),
                    pupil=(shape['pupil'], min(1.0, shape['pupil'] + 0.1)))


def snout(m, shape):
    """Muzzle, jaw and nose, and the landmarks on them."""
    reach, base, end, low = shape['muzzle']
    broad, jaw = shape['broad'], shape['jaw']
    middle = (0.5 * (reach + 0.35), 0.5 * low - 0.02, 0)
    m.strip([(0.35, -0.12, 0), middle, (reach, low, 0)], [base, 0.52 * (base + end), end],
            'muzzle', flat=broad)
    chin = low - 0.65 * end * jaw
    points = [(0.25, -0.48, 0), (0.5 * reach, 0.5 * (chin - 0.55), 0),
              (reach - 0.35 * end, chin, 0)]
    m.strip(points, np.array([0.6 * base, 0.3 * (base + end), 0.6 * end]) * jaw, 'muzzle',
            flat=broad)
    tip = reach + 1.05 * end
    if shape['nose'][2]:
        m.ball((tip, low + 0.35 * end, 0), shape['nose'], shape['nose_part'])
    front = tip + 0.8 * shape['nose'][0]
    m.mark(nose=(front, low + 0.3 * end, 0), lip=(tip + 0.05, low - 0.45 * end, 0),
           corners=both(0.45 + 0.35 * reach, low - 0.5 * end, 0.5 * (base + end) * broad * 0.9),
           nostrils=both(front, low + 0.3 * end, 0.5 * max(shape['nose'][2], 0.3 * end)))
    if shape['whiskers']:
        m.mark(whiskers=both(reach, low, 0.8 * end * broad))


def beast_ears(m, shape, rng):
    """A pair of ears: they leave the skull at a right angle and bend towards their lean."""
    name, size, width, place, lean = shape['ear']
    _, tall, wide = shape['skull']
    root = np.array([rng.uniform(-0.2, 0.0), 0.8 * tall * np.cos(place), 0.8 * wide
                     * np.sin(place)])
    lean, place = lean + rng.normal(0, 0.12), 0.5 * (lean + place)
    first = root + 0.45 * size * np.array([0, np.cos(place), np.sin(place)])
    last = first + 0.55 * size * np.array([-0.1, np.cos(lean), np.sin(lean)])
    points, widths = [root, first, last], size * width * np.array(EARS[name])
    hangs = lean > 2.2
    for side in (1, -1):
        if hangs:
            m.strip(np.array(points) * (1, 1, side), widths, 'ear', (0.3, 0.25, side), 0.3)
        else:
            ear(m, side, points, widths, (0.85, 0.1, rng.uniform(0.2, 0.6)))


def horn(m, pieces, rng):
    """What grows on a head (pieces: an entry of HORNS), longer or shorter."""
    grown = np.array([1.0, rng.uniform(0.85, 1.12), rng.uniform(0.88, 1.12)])
    for part, flattened, pair, points, widths in pieces:
        normal, flat = flattened or ((0, 0, 1), 1.0)
        for side in (1, -1) if pair else (1,):
            m.strip(np.array(points) * grown * (1, 1, side), widths, part, normal, flat)


# --- picture -----------------------------------------------------------------------------------

def draw_beast(species, size, rng, close=None):
    """Draw a furry animal, or a close-up of its head, on a transparent layer.

    species: one of SPECIES; size: side in pixels; close: whether a close-up (None: by chance).
    Returns (colour (size, size, 3), cover (size, size)), float32 in 0..1.
    """
    shares = np.array(BEASTS[species]['poses'])
    pose = POSES[rng.choice(len(POSES), p=shares / shares.sum())]
    close = rng.random() < CLOSE if close is None else close
    body_yaw, head_yaw = head_and_body_turn(rng)
    above = rng.uniform(0.03, 0.35)
    tilt = turn(head_yaw - body_yaw, rng.normal(0.6 * above, 0.12), rng.normal(0, 0.1))
    body, view = beast_body(species, pose, tilt, rng), View.of(body_yaw, above)
    frame_animal(body, view, size, size, close, rng)
    colour, cover = paint(body, view, size, size, sunlight(rng), rng)
    return colour.astype(np.float32), cover.astype(np.float32)
