"""Handwritten digits anywhere in a textured image: small real images that pixels cannot tell apart.

The digits are scikit-learn's, 8 x 8 pixels, by 43 writers. Each is enlarged to about half the
image's side, turned by up to 25 degrees, put in a random place on a background of two random
colours, and inked lighter or darker than that. The digit's number chooses all of it, so a digit
always looks the same.
"""
import functools

import cv2
import numpy as np
from sklearn.datasets import load_digits

SIZE = 48                           # pixels a side
N_VAL, N_TEST = 20, 40              # images of a class
GRAINS = (3, 1.0), (8, 0.7), (20, 0.5)      # of the background: spots a side, weight


@functools.lru_cache
def placed_digits(size: int = SIZE) -> tuple[np.ndarray, np.ndarray]:
    """All 1,797: images, uint8 (N, size, size, 3), and what they show, int (N,)."""
    data = load_digits()
    images = [place(digit / 16, size, np.random.default_rng(i))
              for i, digit in enumerate(data.images)]
    return np.stack(images), data.target


def place(digit: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """One image, uint8 (size, size, 3). digit: float (8, 8), 0 to 1."""
    ground, other, ink = rng.random((3, 3))
    ground = ground + (other - ground) * texture(size, rng)[..., None]
    ink = 0.5 * ink + (0.5 if ground.mean() < 0.5 else 0)
    side = rng.uniform(0.42, 0.6) * size
    turn = cv2.getRotationMatrix2D((32, 32), rng.uniform(-25, 25), side / 64)
    turn[:, 2] += rng.uniform(side / 2, size - side / 2, 2) - 32
    large = cv2.resize(digit, (64, 64), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    strokes = cv2.warpAffine(large, turn, (size, size))[..., None]
    return np.uint8(255 * (ground * (1 - strokes) + ink * strokes).clip(0, 1))


def texture(size: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise, float (size, size), 0 to 1."""
    noise = sum(weight * cv2.resize(rng.random((n, n)), (size, size),
                                    interpolation=cv2.INTER_CUBIC) for n, weight in GRAINS)
    return (noise - noise.min()) / np.ptp(noise)


def split(y: np.ndarray, per_class: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row numbers for training, validation and test; no row is in two of them.

    The validation rows are the same for every seed, so no choice that they decide has seen a test
    row. The test rows of a seed are the same whatever `per_class` is.
    """
    fixed = np.random.default_rng(0).permutation(len(y))
    val, rest = (np.concatenate([fixed[y[fixed] == c][part] for c in np.unique(y)])
                 for part in (slice(N_VAL), slice(N_VAL, None)))
    rest = np.random.default_rng([seed, 1]).permutation(rest)
    rows = [rest[y[rest] == c] for c in np.unique(y)]
    test = np.concatenate([r[:N_TEST] for r in rows])
    return np.concatenate([r[N_TEST:N_TEST + per_class] for r in rows]), val, test
