"""What the engines of steps.py have in common: an engine's parts, images, labels and weights."""
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from benchmarks.steps_jobs import BATCH
from course import ROOT

CLASSES = 10


class Engine(NamedTuple):
    """What an engine's module makes of a job."""

    run: Callable                       # run(n): n steps, each of BATCH images (or one product)
    parameters: int | None = None       # weights and moving statistics, trunk and head
    predict: Callable | None = None     # images (BATCH, ...) -> probabilities (BATCH, CLASSES)


def images(size):
    """A batch, uint8 (BATCH, size, size, 3): coloured squares, for which the network differs."""
    squares = np.random.default_rng(0).integers(0, 256, (BATCH, 8, 8, 3), np.uint8)
    return squares.repeat(size // 8, axis=1).repeat(size // 8, axis=2)


def labels():
    """Classes of the batch, int64 (BATCH,)."""
    return np.arange(BATCH) % CLASSES


def weights():
    """{TF-Slim's name: float32 array}: the trunk that ships with the course and a random head."""
    from course.checkpoints.packed import variables  # TensorFlow: not for every engine

    rng = np.random.default_rng(1)
    head = {'CLASS_1/weights': rng.normal(0, 0.1, (2048, CLASSES)).astype(np.float32),
            'CLASS_1/biases': rng.normal(0, 0.1, CLASSES).astype(np.float32)}
    return {**variables(ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.npz'), **head}
