"""Eyes, mouth, nostrils and whiskers, drawn with clean lines over the painted fur."""

import cv2
import numpy as np

IRISES = np.array([[200, 150, 50], [150, 160, 70], [110, 70, 35], [90, 130, 160], [175, 110, 45],
                   [80, 52, 32]], np.float32) / 255


class FacePainter:
    """Draws eyes, nostrils, mouth and whiskers over the painted fur."""

    def __init__(self, body, view, surface, colour, mask, light):
        self.body, self.view, self.surface = body, view, surface
        self.colour, self.mask, self.light = np.ascontiguousarray(colour), mask, light
        _, self.frame, self.size = body.head

    def seen(self, point):
        """Whether a point of the model near the surface is not hidden by another part."""
        x, y = np.round(self.view.pixels(point)).astype(int)
        height, width = self.surface.depth.shape
        if not (0 <= x < width and 0 <= y < height):
            return False
        return (self.view.turn @ point)[2] > self.surface.depth[y, x] - 0.28 * self.size

    def fill(self, points, ink, strength=1.0):
        """Fill a polygon of model points (K, 3) with ink (3,), smoothly edged."""
        self.stroke(lambda layer, at: cv2.fillPoly(layer, [at], 255, cv2.LINE_AA, 4), points, ink,
                    strength)

    def line(self, points, ink, strength=1.0, thick=1):
        """Draw a curve through model points (K, 3)."""
        self.stroke(lambda layer, at: cv2.polylines(layer, [at], False, 255, thick, cv2.LINE_AA, 4),
                    points, ink, strength, thick)

    def stroke(self, draw, points, ink, strength, pad=1):
        height, width = self.mask.shape
        at = self.view.pixels(points)
        x0, y0 = np.clip(np.floor(at.min(0)) - pad - 2, 0, (width, height)).astype(int)
        x1, y1 = np.clip(np.ceil(at.max(0)) + pad + 3, 0, (width, height)).astype(int)
        if x0 >= x1 or y0 >= y1:
            return
        layer = np.zeros((y1 - y0, x1 - x0), np.uint8)
        draw(layer, np.round((at - (x0, y0)) * 16).astype(np.int32))
        cover = layer.astype(np.float32) * (strength / 255)
        patch = self.colour[y0:y1, x0:x1]
        patch += cover[..., None] * (np.asarray(ink, np.float32) - patch)
        self.mask[y0:y1, x0:x1] = np.maximum(self.mask[y0:y1, x0:x1], cover)

    def draw(self, rng):
        """Draw all that is visible; the mask grows where lines leave the silhouette."""
        iris = IRISES[rng.integers(len(IRISES))] * rng.uniform(0.9, 1.15)
        for side, eye in zip((1, -1), self.body.face['eyes']):
            self.draw_eye(eye, side, iris)
        self.draw_mouth()
        self.draw_nostrils()
        self.draw_whiskers(rng)

    def plane(self, x, y, z):
        """Across and up (3,) directions of the face at a place where the normal is (x, y, z)."""
        normal = np.array([x, y, z]) / np.linalg.norm([x, y, z])
        up = np.array([0, 1, 0]) - normal[1] * normal
        up /= np.linalg.norm(up)
        return self.frame @ np.cross(up, normal), self.frame @ up, self.frame @ normal

    def draw_eye(self, centre, side, iris):
        style, size = self.body.eye, self.size * self.body.eye['size']
        across, up, normal = self.plane(0.85, 0.12, 0.5 * side)
        centre = centre + normal * 0.05 * self.size
        if (self.view.turn @ normal)[2] < 0.12 or not self.seen(centre):
            return
        outward = across * side * np.sign(np.dot(across, self.frame[:, 2]))
        t = np.linspace(0, 2 * np.pi, 36, endpoint=False)
        lean = np.cos(style['tilt']), np.sin(style['tilt'])
        long, short = outward * lean[0] + up * lean[1], up * lean[0] - outward * lean[1]

        def oval(a, b, dx=0.0, dy=0.0, sharp=0.0):
            x, y = a * np.cos(t) + dx, b * np.sin(t) * (1 - sharp * np.cos(t) ** 2) + dy
            return centre + size * (np.outer(x, long) + np.outer(y, short))

        slit, tall = style['pupil']
        bright = self.light['tint'] * (0.65 + 0.35 * self.light['ambient'])
        wide = style['open']
        self.fill(oval(1.22, wide * 1.2, sharp=0.25), (0.07, 0.055, 0.05), 0.9)
        self.fill(oval(0.98, wide * 0.95, sharp=0.25), iris * bright * 0.75)
        self.fill(oval(0.8, wide * 0.6, 0, -wide * 0.25), iris * bright * 1.15, 0.7)
        self.fill(oval(slit, wide * tall), (0.03, 0.03, 0.03))
        self.fill(oval(0.17, 0.17, 0.28 * side, 0.3 * wide), (1, 1, 1), 0.9)

    def draw_mouth(self):
        face, ink = self.body.face, (0.09, 0.06, 0.06)
        thick = max(1, int(round(0.028 * self.size * self.view.scale)))
        if not self.seen(face['lip']):
            return
        low = 0.1 * self.size * self.frame[:, 1]
        self.line([face['nose'] - low, face['lip']], ink, 0.7, thick)
        for corner in filter(self.seen, face['corners']):
            sag = 0.5 * (corner + face['lip']) - 0.7 * low
            t = np.linspace(0, 1, 9)[:, None]
            curve = (1 - t)**2 * face['lip'] + 2 * t * (1 - t) * sag + t**2 * corner
            self.line(curve, ink, 0.5, thick)

    def draw_nostrils(self):
        t = np.linspace(0, 6, 9)
        ring = 0.035 * np.stack([0 * t, np.sin(t), np.cos(t)], axis=1)
        facing = (self.view.turn @ self.frame[:, 0])[2] > 0.1
        for spot in self.body.face.get('nostrils', []):
            if facing and self.seen(spot):
                self.fill(spot + self.size * ring @ self.frame.T, (0.02, 0.02, 0.02), 0.8)

    def draw_whiskers(self, rng):
        ink = (0.95, 0.95, 0.93) if rng.random() < 0.75 else (0.1, 0.1, 0.1)
        for side, root in zip((1, -1), self.body.face.get('whiskers', [])):
            if not self.seen(root):
                continue
            for _ in range(rng.integers(4, 7)):
                start = root + self.size * (self.frame @ rng.uniform(-0.06, 0.06, 3))
                reach, fall = rng.uniform(0.8, 1.25), rng.uniform(-0.25, 0.3)
                t = np.linspace(0, 1, 8)[:, None]
                way = self.frame @ np.array([-0.25, fall, side])
                curve = start + self.size * (t * reach * way - 0.25 * t**2 * self.frame[:, 1])
                self.line(curve, ink, 0.6)
