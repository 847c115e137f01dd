"""From a body of ellipsoids to a painted, furry animal.

The steps: find the visible surface (a depth buffer), colour its coat, light it, comb it (noise
smeared along the direction the hair grows shifts and shades the image, so outlines and the edges
of patches turn into tufts), then draw eyes, nostrils, mouth and whiskers with clean lines.

In the camera's frame u is to the right, v down, and w towards the viewer.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from drawing.cats_dogs.animals import PARTS
from drawing.cats_dogs.coats import coat_colours
from drawing.cats_dogs.faces import FacePainter

# How long the hair of a part is, as a share of the longest.
HAIR = {'trunk': 1.0, 'tail': 1.0, 'leg': 0.7, 'head': 0.55, 'muzzle': 0.35, 'ear': 0.4}


@dataclass
class View:
    """A parallel projection: turn (3, 3) from the model to the camera frame, then pixels."""

    turn: np.ndarray
    scale: float
    shift: np.ndarray

    @classmethod
    def of(cls, yaw, pitch):
        """The view of a body that faces yaw (0: the viewer, pi/2: right), from pitch above."""
        cp, sp = np.cos(pitch), np.sin(pitch)
        level = np.array([[np.sin(yaw), 0, -np.cos(yaw)], [0, -1, 0],
                          [np.cos(yaw), 0, np.sin(yaw)]])
        tilt = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
        return cls(tilt @ level, 1.0, np.zeros(2))

    def pixels(self, points):
        """Points (..., 3) of the model as (..., 2) pixel positions (x, y)."""
        return (np.asarray(points) @ self.turn.T)[..., :2] * self.scale + self.shift

    def boxes(self, body):
        """The pixel bounds of the blobs, (N, 4): left, top, right, bottom."""
        axes = np.einsum('ij,njk->nik', self.turn, body.frames) * body.radii[:, None, :]
        half = np.sqrt((axes[:, :2] ** 2).sum(2)) * self.scale
        middle = self.pixels(body.centres)
        return np.concatenate([middle - half, middle + half], axis=1)


@dataclass
class Surface:
    """What is visible of a body.

    blob and depth are images (H, W): the number of the blob (-1: none) and its w.  The others hold
    one entry for each of the M visible pixels: row, column, blob, position (M, 3) and normal (M, 3)
    in the camera's frame, and part (index of PARTS).
    """

    blob: np.ndarray
    depth: np.ndarray
    rows: np.ndarray
    cols: np.ndarray
    ids: np.ndarray
    points: np.ndarray
    normals: np.ndarray
    part: np.ndarray

    def image(self, values, empty=0.0):
        """Values (M,) or (M, C) of the visible pixels as an image."""
        out = np.full(self.blob.shape + values.shape[1:], empty, np.float32)
        out[self.rows, self.cols] = values
        return out


def visible_surface(body, view, height, width):
    """Draw all blobs into a depth buffer; returns a Surface."""
    axes = np.einsum('ij,njk->nik', view.turn, body.frames)
    forms = np.einsum('nij,nj,nkj->nik', axes, body.radii ** -2.0, axes).astype(np.float32)
    centres = (body.centres @ view.turn.T).astype(np.float32)
    blob = np.full((height, width), -1, np.int32)
    depth = np.full((height, width), -1e3, np.float32)
    boxes = view.boxes(body)
    low = np.clip(np.floor(boxes[:, :2]), 0, (width, height)).astype(int)
    high = np.clip(np.ceil(boxes[:, 2:]) + 1, 0, (width, height)).astype(int)
    across = ((np.arange(width) - view.shift[0]) / view.scale).astype(np.float32)
    down = ((np.arange(height) - view.shift[1]) / view.scale).astype(np.float32)
    for k, ((x0, y0), (x1, y1)) in enumerate(zip(low, high)):
        if x0 < x1 and y0 < y1:
            part = slice(y0, y1), slice(x0, x1)
            w = front_of(forms[k], centres[k], across[None, x0:x1], down[y0:y1, None])
            nearer = w > depth[part]
            blob[part][nearer] = k
            depth[part][nearer] = w[nearer]
    rows, cols = np.nonzero(blob >= 0)
    ids = blob[rows, cols]
    points = np.stack([across[cols], down[rows], depth[rows, cols]], axis=1)
    normals = np.einsum('nij,nj->ni', forms[ids], points - centres[ids])
    normals /= length_of(normals) + 1e-9
    return Surface(blob, depth, rows, cols, ids, points, normals, body.part[ids])


def front_of(form, centre, u, v):
    """The depth w at which sight lines at u (1, W), v (H, 1) meet an ellipsoid; -1e4 if they miss.

    The ellipsoid is x' form x = 1 about its centre, a quadratic equation in w.
    """
    u, v = u - centre[0], v - centre[1]
    half = form[0, 2] * u + form[1, 2] * v
    rest = form[0, 0] * u * u + (form[1, 1] * v * v - 1) + (2 * form[0, 1]) * u * v
    root = half * half - form[2, 2] * rest
    w = centre[2] + (np.sqrt(np.maximum(root, 0)) - half) / form[2, 2]
    return np.where(root > 0, w, np.float32(-1e4))


def spread(image, mask, sigma):
    """Blur an image within a mask (H, W), so that nothing bleeds in from outside it."""
    height, width = mask.shape
    weight = mask[..., None] if image.ndim == 3 else mask
    shrink = int(np.clip(sigma / 1.5, 1, min(height, width) / 8))
    size = (max(1, width // shrink), max(1, height // shrink))
    over, under = image * weight, mask
    if shrink > 1:
        over, under = (cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (over, under))
    over, under = (cv2.GaussianBlur(x, (0, 0), sigma / shrink) for x in (over, under))
    share = over / np.maximum(under[..., None] if image.ndim == 3 else under, 1e-4)
    return cv2.resize(share, (width, height)) if shrink > 1 else share


def length_of(vectors):
    """Lengths (..., 1) of vectors (..., n)."""
    return np.sqrt(np.einsum('...i,...i->...', vectors, vectors))[..., None]


def lit(surface, mask, coat, light, scale):
    """The coat under a light: image (H, W, 3), with soft form shadows and dark creases."""
    normals = spread(surface.image(surface.normals), mask, max(0.6, 0.016 * scale))
    normals /= length_of(normals) + 1e-6
    lambert = normals @ light['way'].astype(np.float32)
    tone = light['ambient'] + (1 - light['ambient']) * np.clip(0.55 * lambert + 0.45, 0, 1)
    tone *= 1 - 0.28 * (1 - np.clip(normals[..., 2], 0, 1)) ** 2
    depth = np.where(mask > 0, surface.depth, 0)
    for sigma, strength in ((0.02, 5.0), (0.07, 1.6)):
        around = spread(depth, mask, max(0.8, sigma * scale))
        tone *= 1 - np.clip((around - depth) * strength, 0, 0.45)
    nose = surface.image(surface.part == PARTS.index('nose'))
    shine = nose * np.clip(lambert, 0, 1) ** 12 * 0.6
    return (surface.image(coat) * tone[..., None] * light['tint'] + shine[..., None])


def hair_flow(body, surface, view, mask):
    """The direction hair lies, image (H, W, 2) in pixels of unit length or less, also outside."""
    ways = np.einsum('ij,nj->ni', view.turn, body.frames[:, :, 0])[surface.ids][:, :2]
    face = np.isin(surface.part, [PARTS.index('head'), PARTS.index('muzzle')])
    middle = view.turn @ body.face['middle']
    away = surface.points[:, :2] - middle[:2]
    ways = np.where(face[:, None], away / (0.6 * body.head[2]), ways)
    ways = ways + surface.normals[:, :2] * 0.45 + (0.0, 0.18)
    flow = spread(surface.image(ways), mask, max(1.0, 0.03 * view.scale))
    far = spread(surface.image(ways), mask, max(3.0, 0.08 * view.scale))
    flow = np.where(mask[..., None] > 0, flow, far)
    return flow / np.maximum(length_of(flow), 0.8)


def combed(noise, flow, grid, length):
    """Noise (H, W) smeared along the flow over about length pixels; mean 0, deviation 1."""
    reach = 1.0
    while reach <= length / 2:
        there = (grid + flow * reach).astype(np.float32)
        noise = 0.5 * (noise + cv2.remap(noise, there, None, cv2.INTER_LINEAR,
                                         borderMode=cv2.BORDER_REFLECT))
        reach *= 2
    return (noise - noise.mean()) / (noise.std() + 1e-6)


def paint(body, view, height, width, light, rng):
    """Paint a body seen through a view.

    light: dict with way (3,), towards the light in the camera's frame, ambient 0..1 and tint (3,).
    Returns (colour (H, W, 3), alpha (H, W)), float32 in 0..1.
    """
    part, view = crop_to(body, view, height, width)
    colour, alpha = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    rows, cols = (side.stop - side.start for side in part)
    colour[part], alpha[part] = paint_part(body, view, rows, cols, light, rng)
    return colour, alpha


def crop_to(body, view, height, width):
    """The (rows, columns) of the picture that hold the body, and the view as seen from there."""
    boxes = view.boxes(body)
    edge = np.full(2, 6 + 1.3 * view.scale * body.head[2])
    limits = np.array([width, height])
    x0, y0 = np.clip(boxes[:, :2].min(0) - edge, 0, limits - 16).astype(int)
    x1, y1 = np.clip(boxes[:, 2:].max(0) + edge, (x0 + 16, y0 + 16), limits).astype(int)
    return (slice(y0, y1), slice(x0, x1)), View(view.turn, view.scale, view.shift - (x0, y0))


def paint_part(body, view, height, width, light, rng):
    """As paint, for a picture that the body fills."""
    surface = visible_surface(body, view, height, width)
    mask = (surface.blob >= 0).astype(np.float32)
    coat = coat_colours(body, surface, view, rng)
    colour = lit(surface, mask, coat, light, view.scale)
    length = rng.uniform(0.03, 0.08) * view.scale
    noise = rng.standard_normal((height, width), np.float32)
    grid = np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)
    flow = hair_flow(body, surface, view, mask)
    fine = combed(cv2.GaussianBlur(noise, (0, 0), 0.6), flow, grid, length)
    tufts = combed(cv2.GaussianBlur(noise[::-1], (0, 0), max(0.8, 0.012 * view.scale)), flow,
                   grid, length)
    hair = np.array([HAIR.get(name, 0.0) for name in PARTS])
    furry = surface.image(hair[surface.part])
    furry = np.where(mask > 0, furry, spread(furry, mask, 3.0))
    colour = np.where(mask[..., None] > 0, colour, spread(colour, mask, 1.2))
    colour, alpha = grow_fur(colour, mask, flow, grid, fine, tufts, furry,
                             length * rng.uniform(0.4, 1.0))
    face = FacePainter(body, view, surface, colour, alpha, light)
    face.draw(rng)
    return face.colour.clip(0, 1), alpha


def grow_fur(colour, mask, flow, grid, fine, tufts, furry, length):
    """Shift the picture along the hair by combed noise, and shade the strands."""
    shift = np.clip(0.5 + 0.3 * fine + 0.35 * tufts, 0, 1.4) * furry * length * 0.55
    there = (grid - flow * shift[..., None]).astype(np.float32)
    packed = cv2.remap(np.dstack([colour, cv2.GaussianBlur(mask, (0, 0), 0.7)]), there, None,
                       cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    strands = 1 + (0.4 + 0.6 * furry) * (furry > 0.05) * (0.09 * fine + 0.06 * tufts)
    alpha = np.clip(packed[..., 3] * 1.6 - 0.3, 0, 1)
    return packed[..., :3] * strands[..., None], alpha
