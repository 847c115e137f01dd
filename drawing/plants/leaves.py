"""Leaves as curved surfaces in space, seen from above: bent, lit, and casting shadows.

A leaf begins as a flat outline: x across, y along its midrib from the root of the stalk (0) to the
tip (1).  `bent` gives it length, rise, droop, fold and twist; a Plant holds all of them and paints
them, the lowest first.  Lengths are centimetres, angles radians; z is up, towards the camera.
"""

from typing import NamedTuple

import cv2
import numpy as np

AMBIENT = 0.45


class Flat(NamedTuple):
    """A flat leaf: outline (K, 2), for each point the place on the midrib (K,) that its strip of
    the blade comes from, ribs (lists of points (N, 2)), and where the blade begins (0..1)."""

    outline: np.ndarray
    feet: np.ndarray
    ribs: list
    start: float


class Leaf(NamedTuple):
    """A leaf in space: mesh (K, T, 3) from the midrib to the edge, inks (K, T, 3), ribs
    ((N, 3) each) and their ink, gloss 0..1."""

    mesh: np.ndarray
    inks: np.ndarray
    ribs: list
    rib_ink: np.ndarray
    gloss: float


def bent(flat, length, rise, droop, aside=0.0, fold=0.2, twist=0.0, wave=(0.0, 0.0, 0.0)):
    """Flat points (..., 2) in space (..., 3): the leaf grows along +x from the origin.

    rise: angle of the stalk with the ground; droop: how much of it is lost up to the tip; aside:
    turn of the heading; fold: how much the halves are lifted like a book's; twist: about the
    midrib; wave: height, number and phase of the waves of its edge.
    """
    flat = np.asarray(flat, float)
    t = np.linspace(0, 1, 33)
    climb, heading = rise - droop * t**1.3, aside * t
    way = np.stack([np.cos(climb) * np.cos(heading), np.cos(climb) * np.sin(heading),
                    np.sin(climb)], axis=1)
    line = np.concatenate([[np.zeros(3)], np.cumsum(way[:-1] + way[1:], axis=0) / 64])
    side = np.stack([-np.sin(heading), np.cos(heading), 0 * t], axis=1)
    up = np.cross(way, side)
    turn = (twist * t)[:, None]
    side, up = (np.cos(turn) * side + np.sin(turn) * up, np.cos(turn) * up - np.sin(turn) * side)

    def along(values):
        return np.stack([np.interp(flat[..., 1], t, values[:, k]) for k in range(3)], axis=-1)
    x, high = flat[..., :1], wave[0] * np.sin(wave[1] * flat[..., 1:] + wave[2])
    middle = along(line)
    middle[..., 2] = np.maximum(middle[..., 2], 0.01)       # no leaf grows into the ground
    across = np.cos(fold) * x * along(side) + (np.sin(fold) * np.abs(x) + high * x) * along(up)
    return length * (middle + across)


def turned(points, angle, root=(0, 0, 0)):
    """Points (..., 3) turned about the vertical and moved to root."""
    c, s = np.cos(angle), np.sin(angle)
    return points @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + np.asarray(root, float)


class Plant:
    """Leaves and stalks, to be painted together; sun is the unit vector (3,) towards the light."""

    def __init__(self, rng, sun):
        self.rng, self.sun = rng, sun
        self.leaves = []
        self.shadow = rng.uniform(0.15, 0.6)

    def leaf(self, flat, angle, length, ink, rise=0.3, droop=0.4, root=(0, 0, 0), stalk_ink=None,
             gloss=0.15, rib=1.25, tip_ink=None, **bend):
        """Add a leaf: a Flat that leaves root towards angle.

        stalk_ink: colour below the blade; rib: tone of the ribs against the blade; tip_ink: colour
        at the tip; bend: as for `bent`.
        """
        shares = np.array([0, 0.45, 1.0])[None, :, None]
        feet = np.stack([0 * flat.feet, flat.feet], axis=1)
        mesh = feet[:, None] + shares * (flat.outline - feet)[:, None]
        place = dict(length=length, rise=rise, droop=droop, **bend)
        y = mesh[..., 1:]
        ink = np.asarray(ink, np.float32)
        inks = ink + np.clip(y, 0, 1) ** 2 * ((ink if tip_ink is None else tip_ink) - ink)
        if stalk_ink is not None:
            bare = (np.abs(flat.outline[:, :1]) < 0.03) & (flat.outline[:, 1:] < flat.start)
            inks = np.where(bare[:, None], stalk_ink, inks)
        inks = inks * self.rng.uniform(0.9, 1.1)
        ribs = [turned(bent(line, **place), angle, root) for line in flat.ribs]
        self.leaves.append(Leaf(turned(bent(mesh, **place), angle, root), inks, ribs,
                                np.clip(ink * rib, 0, 1), gloss))

    def strand(self, points, width, ink):
        """Add a stalk or a thread-like leaf: a ribbon of a width (cm) along points (N, 3)."""
        points = np.asarray(points, float)
        way = np.gradient(points[:, :2], axis=0)
        way /= np.linalg.norm(way, axis=1, keepdims=True) + 1e-6
        side = np.stack([-way[:, 1], way[:, 0], 0 * way[:, 0]], axis=1) * width / 2
        edge = np.concatenate([points + side, (points - side)[::-1]])
        mesh = np.stack([np.concatenate([points, points[::-1]]), edge], axis=1)
        mesh[:, 0, 2] += 0.5 * width        # round, not flat
        self.leaves.append(Leaf(mesh, np.broadcast_to(np.asarray(ink, np.float32), mesh.shape),
                                [], ink, 0.1))

    def bounds(self):
        """The lowest and highest x and y, (2, 2), of all leaves."""
        points = np.concatenate([leaf.mesh[:, -1, :2] for leaf in self.leaves])
        return np.stack([points.min(0), points.max(0)])

    def paint(self, picture, middle, per_cm, lean=(0.0, 0.0)):
        """Paint the plant into a picture float32 (H, W, 3), in place, its root at middle (x, y).

        per_cm: pixels in a centimetre; lean: pixels that a point moves for each cm of height.
        """
        def at(points):
            points = np.asarray(points)
            grow = per_cm * (1 + 0.02 * points[..., 2:])    # nearer to the camera
            return np.asarray(middle) + grow * points[..., :2] + points[..., 2:] * np.asarray(lean)
        fall = self.sun[:2] / max(self.sun[2], 0.35)
        for leaf in sorted(self.leaves, key=lambda leaf: leaf.mesh[..., 2].mean()):
            edge = leaf.mesh[:, -1]
            fallen = edge * (1, 1, 0) - edge[:, 2:] * np.append(fall, 0)
            soft = 0.6 + 0.12 * per_cm * edge[:, 2].mean()
            shadow, part = mask_of(picture, at(fallen), min(soft, 12.0))
            if part is not None:
                picture[part] *= 1 - self.shadow * shadow[..., None]
            self.paint_leaf(picture, leaf, at)

    def paint_leaf(self, picture, leaf, at):
        """Paint one leaf; at maps points in space to pixels."""
        cover, part = mask_of(picture, at(leaf.mesh[:, -1]), 0.0)
        if part is None:
            return
        origin = np.array([part[1].start, part[0].start])
        layer = np.zeros((*cover.shape, 3), np.uint8)
        inks = np.clip(leaf.inks * self.lit(leaf)[..., None], 0, 1)
        middle = (inks[:-1] + inks[1:])[:, 1:] / 2          # of each strip, inner end outer half
        middle = 160 * (middle + (inks[:-1] + inks[1:])[:, :-1] / 2) / 2
        corners = np.round((at(leaf.mesh) - origin) * 16).astype(np.int32)
        layer[:] = middle.mean((0, 1))
        for k in range(middle.shape[1])[::-1]:
            quads = np.stack([corners[:-1, k], corners[:-1, k + 1], corners[1:, k + 1],
                              corners[1:, k]], axis=1)
            for quad, ink in zip(quads, middle[:, k].tolist()):
                cv2.fillConvexPoly(layer, quad, ink, cv2.LINE_8, 4)
        width = np.sqrt(cv2.contourArea(np.float32(at(leaf.mesh[:, -1]))))
        layer = cv2.GaussianBlur(layer, (0, 0), np.clip(0.03 * width, 0.4, 3))
        if leaf.ribs:
            ribs = np.zeros(cover.shape, np.uint8)
            lines = [np.round((at(rib) - origin) * 16).astype(np.int32) for rib in leaf.ribs]
            cv2.polylines(ribs, lines[:1], False, 255, max(1, int(0.035 * width)), cv2.LINE_AA, 4)
            cv2.polylines(ribs, lines[1:], False, 130, 1, cv2.LINE_AA, 4)
            share = ribs[..., None] * np.float32(0.75 / 255)
            layer = layer + share * (160 * leaf.rib_ink * self.sun[2] ** 0.3 - layer)
        grain = 1 + 0.035 * self.rng.standard_normal(cover.shape, np.float32)[..., None]
        picture[part] += cover[..., None] * (layer / np.float32(160) * grain - picture[part])

    def lit(self, leaf):
        """How bright each point of a leaf's mesh is, (K, T): 1 where it lies flat."""
        normal = np.cross(np.gradient(leaf.mesh, axis=0), np.gradient(leaf.mesh, axis=1))
        normal[:, 0] = normal[:, 1]     # where all strips come from one point there is none
        normal /= np.linalg.norm(normal, axis=2, keepdims=True) + 1e-9
        normal *= np.where(normal[..., 2:] < 0, -1, 1)
        tone = AMBIENT + (1 - AMBIENT) * np.clip(normal @ self.sun, 0, 1) / self.sun[2]
        half = self.sun + (0, 0, 1)
        shine = np.clip(normal @ (half / np.linalg.norm(half)), 0, 1) ** 24
        return tone + leaf.gloss * (2.2 * shine - 0.6)


def mask_of(picture, outline, soft):
    """The cover (h, w) in 0..1 of a polygon (K, 2) and its part of the picture, blurred by soft
    pixels; (None, None) if it is out of the picture."""
    limits, edge = picture.shape[1::-1], 2 + 3 * soft
    x0, y0 = np.clip(outline.min(0) - edge, 0, limits).astype(int)
    x1, y1 = np.clip(outline.max(0) + edge + 1, 0, limits).astype(int)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return None, None
    layer = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.fillPoly(layer, [np.round((outline - (x0, y0)) * 16).astype(np.int32)], 255,
                 cv2.LINE_AA, 4)
    cover = layer.astype(np.float32) / 255
    if soft > 0.3:
        cover = cv2.GaussianBlur(cover, (0, 0), soft)
    return cover, (slice(y0, y1), slice(x0, x1))
