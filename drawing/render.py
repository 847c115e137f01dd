"""Draw the course's images, offline: the sets there are, and how their files are written.

    python -m drawing.render NAME [--out FOLDER] [--per-class N] [--seed 0]

Each image has a random generator of its own, seeded by (seed, class, index): its bytes depend
neither on the order of the work nor on the number of processes. An image that is there already,
whole and of the same seed, is not drawn again.
"""
import argparse
import importlib
import os
import shutil
import sys
from collections import deque
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from drawing.workers import spread

MEGABYTES = 0.04        # an image, on the average: 27 to 40 KB


class ImageSet(NamedTuple):
    """A dataset that is drawn."""

    name: str           # its folder in data/
    version: int        # raise it when the same seed draws other images than before
    painter: str        # module whose draw(class, rng) returns uint8 RGB [H, W, 3]
    counts: dict[str, int]      # class -> how many images of it
    file: str = '{label}/{number}.jpg'

    def draw(self, label: str, rng: np.random.Generator) -> np.ndarray:
        """One image. The painter is imported now, not before: there are 6,000 lines of them."""
        return importlib.import_module(self.painter).draw(label, rng)

    def path(self, label: str, index: int) -> str:
        """The file of an image, relative to the dataset's folder."""
        return self.file.format(label=label, number=index)

    def mark(self, seed: int) -> bytes:
        """The comment in each JPEG that tells our images, and those of this seed, from others."""
        return f'render_{self.name} {self.version} seed {seed};'.encode()


SETS = {images.name: images for images in (
    ImageSet('cat_dog', 1, 'drawing.cats_dogs.cat_dog', {'cat': 300, 'dog': 300},
             '{label}.{number}.jpg'),           # as in Kaggle's "Dogs vs. Cats"
    ImageSet('plant_seedlings', 1, 'drawing.plants.plant_seedlings', {
        'Black-grass': 31, 'Charlock': 47, 'Cleavers': 34, 'Common Chickweed': 73,
        'Common wheat': 27, 'Fat Hen': 57, 'Loose Silky-bent': 78, 'Maize': 27,
        'Scentless Mayweed': 62, 'Shepherds Purse': 28, 'Small-flowered Cranesbill': 60,
        'Sugar beet': 46}),     # 570, as uneven as Kaggle's 263, 390, 287, 611, 221, 475, 654, ...
    ImageSet('flowering_herbaceous', 1, 'drawing.source.flowering_herbaceous',
             {'bellflower': 150, 'marigold': 150}),
    ImageSet('ants_bees', 1, 'drawing.insects.ants_bees', {'ants': 120, 'bees': 120}))}


def encode(image: np.ndarray, quality: int, comment: bytes) -> bytes:
    """A JPEG file of uint8 RGB [H, W, 3], with a comment after its header."""
    done, data = cv2.imencode('.jpg', image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise OSError('OpenCV cannot encode a JPEG')
    data = data.tobytes()
    header = 4 + int.from_bytes(data[4:6], 'big')
    return (data[:header] + b'\xff\xfe' + (len(comment) + 2).to_bytes(2, 'big') + comment
            + data[header:])


def write_image(images, folder, seed, job):
    """Draw and save one image of an ImageSet; job is (class, index)."""
    label, index = job
    number = list(images.counts).index(label)
    rng = np.random.default_rng(np.random.SeedSequence([seed, number, index]))
    image = images.draw(label, rng)
    path, mark = folder / images.path(label, index), images.mark(seed)
    temporary = path.with_name(f'.{path.name}.{os.getpid()}.part')
    try:
        temporary.write_bytes(encode(image, int(rng.integers(70, 96)), mark))
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        if not is_drawn(path, mark):        # by another process that does the same
            raise


def is_drawn(path, mark):
    """Whether our image is there, whole; FileExistsError if another one has its name."""
    if not path.exists():
        return False
    data = path.read_bytes()
    if mark not in data[:200]:
        raise FileExistsError(f'{path} was not drawn with this seed: move it, or choose another '
                              'folder (--out); nothing was written')
    return data.endswith(b'\xff\xd9')


def render(images: ImageSet, folder: str | Path, per_class: int | None = None, seed: int = 0,
           workers: int | None = None) -> tuple[int, int]:
    """Draw the images of a set that a folder lacks; returns how many those were, and how many it
    has now.

    folder: made if it does not exist; files of other names in it are left alone.
    per_class: how many images of each class, at least 1; None for as many as the set has.
    seed: integer >= 0. workers: processes, by default one a core (COURSE_THREADS bounds them).

    Raises ValueError for a bad number; FileExistsError, before anything is written, if one of the
    names is taken by an image that is not ours; OSError, where the disk is full for instance.
    """
    if seed < 0 or (per_class is not None and per_class < 1):
        raise ValueError(f'per_class must be >= 1 and seed >= 0, not {per_class} and {seed}')
    folder = Path(folder)
    jobs = [(label, index) for label, count in images.counts.items()
            for index in range(per_class or count)]
    missing = [job for job in jobs
               if not is_drawn(folder / images.path(*job), images.mark(seed))]
    try:
        for parent in {(folder / images.path(*job)).parent for job in missing}:
            parent.mkdir(parents=True, exist_ok=True)
        if missing:
            deque(spread(partial(write_image, images, folder, seed), missing, workers, 4), 0)
    except OSError as error:
        if not error.errno:
            raise
        raise OSError(in_words(error, folder, images, seed, missing)) from error
    remove_leftovers(folder, images, jobs)
    return len(missing), len(jobs)


def in_words(error, folder, images, seed, jobs):
    """What is wrong with the disk, where, and how much room the images need."""
    left = sum(not is_drawn(folder / images.path(*job), images.mark(seed)) for job in jobs)
    place = next(place for place in (folder.absolute(), *folder.absolute().parents)
                 if place.exists())
    return (f'{folder} cannot be written to: {error.strerror}. {left} images are missing and need '
            f'about {left * MEGABYTES:.1f} MB; {shutil.disk_usage(place).free / 1e6:.1f} MB are '
            'free. Make room there, or make it writable, and run the same command again: it '
            'resumes')


def remove_leftovers(folder, images, jobs):
    """What killed drawings left half written. All images are there, so nobody needs it."""
    ours = {f'.{Path(images.path(*job)).name}' for job in jobs}
    for parent in {(folder / images.path(*job)).parent for job in jobs}:
        for file in parent.glob('.*.part'):
            if file.stem in ours or file.stem.rpartition('.')[0] in ours:
                file.unlink(missing_ok=True)


def main(argv: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Draw one of the course's datasets.")
    parser.add_argument('name', choices=SETS)
    parser.add_argument('--out', type=Path, metavar='FOLDER',
                        help='where to (default: data/<name> in the working directory)')
    parser.add_argument('--per-class', type=int, metavar='N',
                        help='images of each class (default: as many as the set has)')
    parser.add_argument('--seed', type=int, default=0, help='another seed, other images')
    args = parser.parse_args(argv)
    folder = args.out or Path('data', args.name)
    try:
        written, total = render(SETS[args.name], folder, args.per_class, args.seed)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print('\nStopped. Run the same command again: it resumes.', file=sys.stderr)
        return 130
    print(f'Drew {written} of {total} images in {folder}' if written
          else f'All {total} images are already in {folder}')
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
