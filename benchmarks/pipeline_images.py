"""The images that pipeline.py reads: drawn cats and dogs of one size, a folder for each."""
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import cv2
import numpy as np

from course import ROOT
from course.whole_file import write_whole
from drawing.cats_dogs.cat_dog import ANIMALS, draw

FOLDER = ROOT / 'model' / 'benchmarks' / 'pipeline'
PER_CLASS = 500
WIDTH, HEIGHT, QUALITY = 500, 375, 90
SEED = 20            # not that of the course's images


def drawn_images():
    """The folder with PER_CLASS images in each of its two; those that are missing are drawn."""
    jobs = [(animal, k) for animal in ANIMALS for k in range(PER_CLASS)
            if not path_of(animal, k).exists()]
    if jobs:
        print(f'drawing {len(jobs)} images into {FOLDER.relative_to(ROOT)}', file=sys.stderr)
        # Spawned, not forked: OpenCV's threads do not survive a fork.
        with ProcessPoolExecutor(mp_context=get_context('spawn'),
                                 initializer=cv2.setNumThreads, initargs=(1,)) as pool:
            list(pool.map(write, jobs, chunksize=8))
    return FOLDER


def path_of(animal, k):
    return FOLDER / animal / f'{animal}.{k}.jpg'


def write(job):
    """Draw and save one image; job is (animal, its number)."""
    animal, k = job
    rng = np.random.default_rng([SEED, ANIMALS.index(animal), k])
    image = filled(draw(animal, rng))
    done, data = cv2.imencode('.jpg', image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise OSError('OpenCV cannot encode a JPEG')
    write_whole(path_of(animal, k), data.tobytes())


def filled(image):
    """The middle of an image, as large as fits: uint8 (HEIGHT, WIDTH, 3)."""
    height, width = image.shape[:2]
    scale = max(HEIGHT / height, WIDTH / width)
    size = max(WIDTH, round(scale * width)), max(HEIGHT, round(scale * height))
    smoothly = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    image = cv2.resize(image, size, interpolation=smoothly)
    left, top = (size[0] - WIDTH) // 2, (size[1] - HEIGHT) // 2
    return image[top:top + HEIGHT, left:left + WIDTH]
