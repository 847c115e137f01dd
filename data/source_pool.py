"""Draws the pictures that pre-training takes its crops from, in parts, and reads them again."""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from tqdm.auto import tqdm

SIZE, PART = 96, 1000       # pixels; pictures in a part


def draw_part(folder, seed, part):
    """Draw PART pictures and write them as one file, unless it is there; returns its path.

    The classes take turns (source_task.TURNS), so that no class is short of pictures.
    """
    from source_task import TURNS, draw
    path = Path(folder) / f"{seed}-{part:04d}.npz"
    if not path.exists():
        labels = TURNS[np.arange(part * PART, (part + 1) * PART) % len(TURNS)]
        pictures = np.stack([draw(label, SIZE, np.random.default_rng([seed, part, k]))
                             for k, label in enumerate(labels)])
        aside = path.with_suffix(".part.npz")
        np.savez(aside, pictures=pictures, labels=labels)
        os.replace(aside, path)
    return path


def pool(folder, parts, seed, workers=None):
    """Draw what a folder lacks of so many parts, then read them all.

    Returns pictures uint8 (N, SIZE, SIZE, 3), RGB, and labels int32 (N,), N = parts * PART.
    Interrupted, it goes on where it was.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    # Started afresh, not forked: OpenCV's threads do not survive a fork.
    with ProcessPoolExecutor(workers or os.cpu_count(), get_context("spawn"),
                             initializer=cv2.setNumThreads, initargs=(1,)) as executor:
        drawn = executor.map(partial(draw_part, folder, seed), range(parts))
        paths = list(tqdm(drawn, "drawing", parts, unit="000", mininterval=10))
    pictures = np.empty((parts * PART, SIZE, SIZE, 3), np.uint8)
    labels = np.empty(parts * PART, np.int32)
    for k, path in enumerate(paths):
        with np.load(path) as part:
            pictures[k * PART:(k + 1) * PART] = part["pictures"]
            labels[k * PART:(k + 1) * PART] = part["labels"]
    return pictures, labels
