"""Draws the images that pre-training takes its crops from, in parts, and reads them again."""

import os
from functools import partial
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from drawing.source.source_task import CLASSES, TURNS, draw
from drawing.workers import spread

SIZE, PART = 96, 1000       # pixels; images in a part


def part_path(folder, seed, part):
    """Where a part of the pool is."""
    return Path(folder) / f'{seed}-{part:04d}.npz'


def draw_part(folder, seed, part):
    """Draw PART images and write them as one file.

    The classes take turns (source_task.TURNS), so that no class is short of images.
    """
    labels = TURNS[np.arange(part * PART, (part + 1) * PART) % len(TURNS)]
    images = np.stack([draw(label, SIZE, np.random.default_rng([seed, part, k]))
                       for k, label in enumerate(labels)])
    path = part_path(folder, seed, part)
    aside = path.with_name(f'{path.stem}.{os.getpid()}.part.npz')
    try:
        np.savez(aside, images=images, labels=labels, classes=CLASSES)
        os.replace(aside, path)
    except OSError:
        aside.unlink(missing_ok=True)
        if not path.exists():               # drawn by another process that does the same
            raise


def pool(folder, parts, seed, workers=None):
    """Draw the parts that a folder lacks, then read them all.

    Returns images uint8 (N, SIZE, SIZE, 3), RGB, and labels int32 (N,), N = parts * PART.
    An interrupted pool resumes where it was. Raises ValueError for a part drawn for other classes,
    and OSError where the disk is full.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths = [part_path(folder, seed, k) for k in range(parts)]
    missing = [k for k in range(parts) if not paths[k].exists()]
    if missing:
        drawn = spread(partial(draw_part, folder, seed), missing, workers)
        for _ in tqdm(drawn, 'drawing', len(missing), unit='000', mininterval=10):
            pass
    for path in paths:
        for left in path.parent.glob(f'{path.stem}.*part.npz'):     # by a run that was killed
            left.unlink(missing_ok=True)
    images = np.empty((parts * PART, SIZE, SIZE, 3), np.uint8)
    labels = np.empty(parts * PART, np.int32)
    for k, path in enumerate(paths):
        with np.load(path) as part:
            if tuple(part['classes']) != CLASSES:
                raise ValueError(f'{path} was drawn for other classes: delete {folder}')
            images[k * PART:(k + 1) * PART] = part['images']
            labels[k * PART:(k + 1) * PART] = part['labels']
    return images, labels
