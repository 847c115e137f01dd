"""Draws the pictures that pre-training takes its crops from, in parts, and reads them again."""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from tqdm.auto import tqdm

from drawing.source.source_task import CLASSES, TURNS, draw

SIZE, PART = 96, 1000       # pixels; pictures in a part


def part_path(folder, seed, part):
    """Where a part of the pool is."""
    return Path(folder) / f'{seed}-{part:04d}.npz'


def draw_part(folder, seed, part):
    """Draw PART pictures and write them as one file.

    The classes take turns (source_task.TURNS), so that no class is short of pictures.
    """
    labels = TURNS[np.arange(part * PART, (part + 1) * PART) % len(TURNS)]
    pictures = np.stack([draw(label, SIZE, np.random.default_rng([seed, part, k]))
                         for k, label in enumerate(labels)])
    path = part_path(folder, seed, part)
    aside = path.with_suffix('.part.npz')
    np.savez(aside, pictures=pictures, labels=labels, classes=CLASSES)
    os.replace(aside, path)


def pool(folder, parts, seed, workers=None):
    """Draw what a folder lacks of so many parts, then read them all.

    Returns pictures uint8 (N, SIZE, SIZE, 3), RGB, and labels int32 (N,), N = parts * PART.
    Interrupted, it goes on where it was. Raises ValueError for a part drawn for other classes.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths = [part_path(folder, seed, k) for k in range(parts)]
    missing = [k for k in range(parts) if not paths[k].exists()]
    if missing:
        # Started afresh, not forked: OpenCV's threads do not survive a fork.
        with ProcessPoolExecutor(workers or min(os.cpu_count(), 61), get_context('spawn'),
                                 initializer=cv2.setNumThreads, initargs=(1,)) as executor:
            drawn = executor.map(partial(draw_part, folder, seed), missing)
            for _ in tqdm(drawn, 'drawing', len(missing), unit='000', mininterval=10):
                pass
    pictures = np.empty((parts * PART, SIZE, SIZE, 3), np.uint8)
    labels = np.empty(parts * PART, np.int32)
    for k, path in enumerate(paths):
        with np.load(path) as part:
            if tuple(part['classes']) != CLASSES:
                raise ValueError(f'{path} was drawn for other classes: delete {folder}')
            pictures[k * PART:(k + 1) * PART] = part['pictures']
            labels[k * PART:(k + 1) * PART] = part['labels']
    return pictures, labels
