"""Draw the course's images, by themselves and offline: all sets, and how their files are written.

    python -m drawing.render NAME [--out FOLDER] [--per-class N] [--seed 0]

Each image has a random generator of its own, seeded by (seed, class, index): the bytes do not
depend on the order of work or on the number of processes.  What is there already, whole and of the
same seed, is not drawn again.
"""

import argparse
import importlib
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np


class ImageSet(NamedTuple):
    """A dataset that is drawn.

    name: its folder in data/; version: to be raised when the same seed draws other images than
    before; painter: the module whose draw(class, numpy Generator) returns uint8 RGB (H, W, 3), not
    imported before it is needed; counts: how many images of each class, by default; file: the name
    of an image's file.
    """

    name: str
    version: int
    painter: str
    counts: dict
    file: str = '{label}/{number}.jpg'

    def draw(self, label, rng):
        return importlib.import_module(self.painter).draw(label, rng)

    def path(self, job):
        """The file of image (class, index), relative to the dataset's folder."""
        return self.file.format(label=job[0], number=job[1])

    def mark(self, seed):
        """The comment inside each JPEG: it tells our images, and of which seed, from others."""
        return f'render_{self.name} {self.version} seed {seed};'.encode()


SETS = {images.name: images for images in (
    ImageSet('cat_dog', 1, 'drawing.cats_dogs.cat_dog', {'cat': 300, 'dog': 300},
             '{label}.{number}.jpg'),           # as in Kaggle's "Dogs vs. Cats"
    ImageSet('plant_seedlings', 1, 'drawing.plants.plant_seedlings', {
        'Black-grass': 31, 'Charlock': 47, 'Cleavers': 34, 'Common Chickweed': 73,
        'Common wheat': 27, 'Fat Hen': 57, 'Loose Silky-bent': 78, 'Maize': 27,
        'Scentless Mayweed': 62, 'Shepherds Purse': 28, 'Small-flowered Cranesbill': 60,
        'Sugar beet': 46}),     # 570, uneven as Kaggle's 263, 390, 287, 611, 221, 475, 654, ...
    ImageSet('flowering_herbaceous', 1, 'drawing.source.flowering_herbaceous',
             {'bellflower': 150, 'marigold': 150}),
    ImageSet('ants_bees', 1, 'drawing.insects.ants_bees', {'ants': 120, 'bees': 120}))}


def encode(image, quality, comment):
    """A JPEG file (bytes) of uint8 RGB (H, W, 3), with a comment (bytes) after its header."""
    done, data = cv2.imencode('.jpg', image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise OSError('OpenCV cannot encode a JPEG')
    data = data.tobytes()
    header = 4 + int.from_bytes(data[4:6], 'big')
    return (data[:header] + b'\xff\xfe' + (len(comment) + 2).to_bytes(2, 'big') + comment
            + data[header:])


def write_image(images, out_dir, seed, job):
    """Draw and save one image of a ImageSet; job is (class, index)."""
    label, index = job
    number = list(images.counts).index(label)
    rng = np.random.default_rng(np.random.SeedSequence([seed, number, index]))
    image = images.draw(label, rng)
    path = Path(out_dir) / images.path(job)
    aside = path.with_name(f'.{path.name}.part')
    aside.write_bytes(encode(image, int(rng.integers(70, 96)), images.mark(seed)))
    os.replace(aside, path)


def is_drawn(path, mark):
    """Whether our image is there, whole; FileExistsError if another one has its name."""
    if not path.exists():
        return False
    data = path.read_bytes()
    if mark not in data[:200]:
        raise FileExistsError(f'{path} was not drawn with this seed: move it, or choose another '
                              'folder (--out); nothing was written')
    return data.endswith(b'\xff\xd9')


def render(images, out_dir, per_class=None, seed=0, workers=None):
    """Draw the images of a ImageSet that out_dir lacks.

    out_dir: folder, made if need be; files of other names in it are left alone.  per_class: how
    many of each class, at least 1, or None for as many as the set has; seed: integer >= 0;
    workers: processes, default one per core.  Returns how many images were written, and how many
    there are.  ValueError for a bad number; FileExistsError, before anything is written, if one of
    the names is taken by a image that is not ours.
    """
    if seed < 0 or (per_class is not None and per_class < 1):
        raise ValueError(f'per_class must be >= 1 and seed >= 0, not {per_class} and {seed}')
    out_dir = Path(out_dir)
    every = [(label, k) for label, count in images.counts.items()
             for k in range(per_class or count)]
    jobs = [job for job in every
            if not is_drawn(out_dir / images.path(job), images.mark(seed))]
    if jobs:
        for folder in {(out_dir / images.path(job)).parent for job in jobs}:
            folder.mkdir(parents=True, exist_ok=True)
        # Started afresh, not forked: OpenCV's threads do not survive a fork. Windows bears 61.
        with ProcessPoolExecutor(workers or min(os.cpu_count(), 61), get_context('spawn'),
                                 initializer=cv2.setNumThreads, initargs=(1,)) as pool:
            for _ in pool.map(partial(write_image, images, out_dir, seed), jobs, chunksize=4):
                pass
    return len(jobs), len(every)


def command(images, out_dir, per_class=None, seed=0):
    """Render, and say what was done; returns the exit status."""
    try:
        written, there = render(images, out_dir, per_class, seed)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if written:
        print(f'wrote {written} images to {out_dir}')
    else:
        print(f'all {there} images are in {out_dir} already')
    return 0


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Draw one of the course's datasets.")
    parser.add_argument('name', choices=SETS)
    parser.add_argument('--out', type=Path, metavar='FOLDER',
                        help='where to (default: data/<name> in the working directory)')
    parser.add_argument('--per-class', type=int, metavar='N',
                        help='images of each class (default: as many as the set has)')
    parser.add_argument('--seed', type=int, default=0, help='another seed, other images')
    args = parser.parse_args(argv)
    return command(SETS[args.name], args.out or Path('data', args.name), args.per_class, args.seed)


if __name__ == '__main__':
    raise SystemExit(main())
