"""Writes drawn pictures as files: all that the commands that draw a dataset have in common.

Each picture has a random generator of its own, seeded by (seed, class, index): the bytes do not
depend on the order of work or on the number of processes.  What is there already, whole and of the
same seed, is not drawn again.
"""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent


class PictureSet(NamedTuple):
    """A dataset that is drawn.

    name: its folder in data/; version: to be raised when the same seed draws other pictures than
    before; draw: (class, numpy Generator) -> uint8 RGB (H, W, 3); counts: how many pictures of
    each class, by default; file: the name of a picture's file.
    """

    name: str
    version: int
    draw: Callable
    counts: dict
    file: str = "{label}/{number}.jpg"

    def path(self, job):
        """The file of picture (class, index), relative to the dataset's folder."""
        return self.file.format(label=job[0], number=job[1])

    def mark(self, seed):
        """The comment inside each JPEG: it tells our pictures, and of which seed, from others."""
        return f"render_{self.name} {self.version} seed {seed};".encode()


def encode(picture, quality, comment):
    """A JPEG file (bytes) of uint8 RGB (H, W, 3), with a comment (bytes) after its header."""
    done, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise OSError("OpenCV cannot encode a JPEG")
    data = data.tobytes()
    header = 4 + int.from_bytes(data[4:6], "big")
    return (data[:header] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
            + data[header:])


def write_picture(pictures, out_dir, seed, job):
    """Draw and save one picture of a PictureSet; job is (class, index)."""
    label, index = job
    number = list(pictures.counts).index(label)
    rng = np.random.default_rng(np.random.SeedSequence([seed, number, index]))
    picture = pictures.draw(label, rng)
    path = Path(out_dir) / pictures.path(job)
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(encode(picture, int(rng.integers(70, 96)), pictures.mark(seed)))
    os.replace(aside, path)


def is_drawn(path, mark):
    """Whether our picture is there, whole; FileExistsError if another one has its name."""
    if not path.exists():
        return False
    data = path.read_bytes()
    if mark not in data[:200]:
        raise FileExistsError(f"{path} was not drawn with this seed: move it, or choose another "
                              "folder (--out); nothing was written")
    return data.endswith(b"\xff\xd9")


def render(pictures, out_dir, per_class, seed, workers=None):
    """Draw the pictures of a PictureSet that out_dir lacks.

    out_dir: folder, made if need be; files of other names in it are left alone.  per_class: how
    many of each class, at least 1, or None for as many as the set has; seed: integer >= 0;
    workers: processes, default one per core.  Returns how many pictures were written, and how many
    there are.  ValueError for a bad number; FileExistsError, before anything is written, if one of
    the names is taken by a picture that is not ours.
    """
    if seed < 0 or (per_class is not None and per_class < 1):
        raise ValueError(f"per_class must be >= 1 and seed >= 0, not {per_class} and {seed}")
    out_dir = Path(out_dir)
    every = [(label, k) for label, count in pictures.counts.items()
             for k in range(per_class or count)]
    jobs = [job for job in every
            if not is_drawn(out_dir / pictures.path(job), pictures.mark(seed))]
    if jobs:
        for folder in {(out_dir / pictures.path(job)).parent for job in jobs}:
            folder.mkdir(parents=True, exist_ok=True)
        # Started afresh, not forked: OpenCV's threads do not survive a fork. Windows bears 61.
        with ProcessPoolExecutor(workers or min(os.cpu_count(), 61), get_context("spawn"),
                                 initializer=cv2.setNumThreads, initargs=(1,)) as pool:
            for _ in pool.map(partial(write_picture, pictures, out_dir, seed), jobs, chunksize=4):
                pass
    return len(jobs), len(every)


def add_options(parser):
    """The options that every drawing command has."""
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        help="where to, relative to the project's root (default: data/<name>)")
    parser.add_argument("--per-class", type=int, metavar="N",
                        help="pictures of each class (default: as many as the set has)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other pictures")


def command(pictures, out, per_class, seed):
    """Render as a command line asks, and say what was done; returns the exit status."""
    out_dir = ROOT / (out or Path("data") / pictures.name)
    try:
        written, there = render(pictures, out_dir, per_class, seed)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if written:
        print(f"wrote {written} pictures to {out_dir}")
    else:
        print(f"all {there} pictures are in {out_dir} already")
    return 0
