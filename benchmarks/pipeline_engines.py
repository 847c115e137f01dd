"""What pipeline.py measures: batch makers that all read, decode, resize and augment the same files.

    python -m benchmarks.pipeline_engines ENGINE FOLDER SECONDS THREADS [THREADS ...]

prints a line for each THREADS: that number, how many images were made, in how many seconds.

An engine is a generator that makes images from their files and yields how many it has made. Each
works as its own guide recommends; where they differ, its docstring says so. Each is imported only
in the process that measures it: TensorFlow and PyTorch each take all cores for themselves.
"""
import contextlib
import itertools
import math
import os
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

from course.cores import cores
from course.notebooks import Cells

SIZE, BATCH = 224, 16
ROTATE, SCALE, SHIFT = 12, (0.85, 1.2), 0.08    # degrees; factors; part of the side: the notebook's
WARM_UP = 1.5                                   # seconds before the time is taken
AUTO = 'auto'                                   # as many calls as the library finds best


def classes(folder):
    """The image files of each class: a list of lists of paths."""
    return [sorted(map(str, path.glob('*.jpg'))) for path in sorted(Path(folder).iterdir())]


def number_in(batch, dtype, shape=(SIZE, SIZE, 3)):
    """How many images a batch holds; ValueError if it is not what it should be."""
    found = getattr(batch.dtype, 'name', str(batch.dtype)).removeprefix('torch.')
    if tuple(batch.shape) != (BATCH, *shape) or found != dtype:
        raise ValueError(f'a batch is {found} {tuple(batch.shape)}, not {dtype} {(BATCH, *shape)}')
    return BATCH


def ours(folder, threads):
    """The course's data_generators with the notebook's preprocess_data; uint8."""
    with contextlib.redirect_stdout(sys.stderr):
        preprocess_data = Cells(img_size=SIZE).run_until('preprocess')['preprocess_data']
    import pandas as pd

    from course import images
    from generator import data_generators

    def frames(label, paths):
        rows = pd.DataFrame({'path': paths, 'label': label})
        return [rows[2:], rows[:1], rows[1:2]]          # nearly all to train on

    lists = [frames(label, paths) for label, paths in enumerate(classes(folder))]
    with mock.patch.object(images.memory, 'most', 0):        # decode every time
        with data_generators(BATCH, lists, len(lists), preprocess_data, int(threads)) as generators:
            generators.start_train_threads()
            while True:
                x, _ = generators.train_queue.get()
                yield number_in(x[0], 'uint8')


def tf_data(folder, threads):
    """tf.data with tf.image; float32. Its resize is bilinear without smoothing."""
    import tensorflow as tf
    calls = tf.data.AUTOTUNE if threads == AUTO else int(threads)
    files = classes(folder)
    labels = [label for label, paths in enumerate(files) for _ in paths]

    def read(path, label):
        image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
        return augmented(tf.image.resize(image, (SIZE, SIZE))), tf.one_hot(label, len(files))

    def augmented(image):
        moved = tf.raw_ops.ImageProjectiveTransformV3(
            images=image[None], transforms=transform()[None], output_shape=(SIZE, SIZE),
            fill_value=0.0, interpolation='BILINEAR', fill_mode='REFLECT')[0]
        return tf.image.random_flip_left_right(moved)

    def transform():
        """Output to input, as ImageProjectiveTransformV3 has it, about the middle."""
        angle = tf.random.uniform((), -ROTATE, ROTATE) * math.pi / 180
        scale = tf.random.uniform((), *SCALE)
        shift = tf.random.uniform((2,), -SHIFT, SHIFT) * SIZE
        cos, sin, middle = tf.cos(angle) / scale, tf.sin(angle) / scale, (SIZE - 1) / 2
        return tf.stack([cos, -sin, middle - cos * middle + sin * middle + shift[0],
                         sin, cos, middle - sin * middle - cos * middle + shift[1], 0.0, 0.0])

    images = tf.data.Dataset.from_tensor_slices((sum(files, []), labels))
    images = images.shuffle(len(labels)).repeat().map(read, calls)
    for x, _ in images.batch(BATCH).prefetch(tf.data.AUTOTUNE):
        yield number_in(x, 'float32')


def keras(folder, threads):
    """image_dataset_from_directory and preprocessing layers; float32. As many threads as it likes.
    """
    os.environ['KERAS_BACKEND'] = 'tensorflow'
    import keras
    import tensorflow as tf
    smallest, largest = SCALE
    augmentation = keras.Sequential([
        keras.layers.RandomFlip('horizontal'),
        keras.layers.RandomRotation(ROTATE / 360, fill_mode='reflect'),
        keras.layers.RandomZoom((1 / largest - 1, 1 / smallest - 1), fill_mode='reflect'),
        keras.layers.RandomTranslation(SHIFT, SHIFT, fill_mode='reflect')])
    images = keras.utils.image_dataset_from_directory(
        folder, label_mode='categorical', batch_size=None, image_size=(SIZE, SIZE), verbose=False)
    images = images.repeat().batch(BATCH).map(
        lambda x, y: (augmentation(x, training=True), y), tf.data.AUTOTUNE)
    for x, _ in images.prefetch(tf.data.AUTOTUNE):
        yield number_in(x, 'float32')


class TorchImages:
    """A dataset of torchvision; uint8. Its resize smooths, its affine fills the corners with black.
    """

    def __init__(self, folder):
        import torch
        from torchvision.transforms import InterpolationMode, v2
        torch.set_num_threads(1)        # as in a worker process; more only wait for each other here
        self.rows = [(path, c) for c, paths in enumerate(classes(folder)) for path in paths]
        self.transforms = v2.Compose([
            v2.Resize((SIZE, SIZE), antialias=True),
            v2.RandomHorizontalFlip(),
            v2.RandomAffine(ROTATE, (SHIFT, SHIFT), SCALE,
                            interpolation=InterpolationMode.BILINEAR)])

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        from torchvision.io import decode_image
        path, label = self.rows[i]
        return self.transforms(decode_image(path, mode='RGB')), label


def torch_workers(folder, threads):
    """PyTorch's DataLoader with worker processes; with 0 of them it works in the main thread."""
    from torch.utils.data import DataLoader, RandomSampler
    images = TorchImages(folder)
    endless = RandomSampler(images, num_samples=10**7)        # no pause between the epochs
    for x, _ in DataLoader(images, BATCH, sampler=endless, num_workers=int(threads)):
        yield number_in(x, 'uint8', (3, SIZE, SIZE))


def torch_threads(folder, threads):
    """The same dataset on a pool of threads, a batch each, as many ahead as data_generators makes.
    """
    from torch.utils.data import BatchSampler, RandomSampler, default_collate
    images, threads = TorchImages(folder), int(threads)
    batches = iter(BatchSampler(RandomSampler(images, num_samples=10**7), BATCH, drop_last=True))
    with ThreadPoolExecutor(threads) as pool:
        def make(rows):
            return default_collate([images[i] for i in rows])

        coming = deque(pool.submit(make, next(batches)) for _ in range(2 * threads))
        while True:
            x, _ = coming.popleft().result()
            coming.append(pool.submit(make, next(batches)))
            yield number_in(x, 'uint8', (3, SIZE, SIZE))


def limit(folder, threads):
    """Bytes in memory -> decode, resize, one warp with OpenCV, and nothing else; uint8.

    The resize is the quickest that smooths as well as INTER_AREA, which takes more than twice as
    long: to twice the size and then the mean of each 2 x 2.
    """
    import cv2
    import numpy as np
    cv2.setNumThreads(1)
    np.empty(16 << 20, np.uint8)        # once freed, glibc no longer returns every image's memory
    files = [np.fromfile(path, np.uint8) for paths in classes(folder) for path in paths]
    matrix = cv2.getRotationMatrix2D((SIZE / 2, SIZE / 2), ROTATE / 2, 1.0)
    made, stop = [0] * int(threads), threading.Event()

    def work(nth):
        for data in itertools.cycle(files[nth::len(made)]):
            if stop.is_set():
                return
            image = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
            image = cv2.resize(image, (2 * SIZE, 2 * SIZE), interpolation=cv2.INTER_LINEAR)
            image = cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
            cv2.warpAffine(image, matrix, (SIZE, SIZE), borderMode=cv2.BORDER_REFLECT)
            made[nth] += 1

    with ThreadPoolExecutor(len(made)) as pool:
        workers = [pool.submit(work, nth) for nth in range(len(made))]
        try:
            seen = 0
            while not any(worker.done() for worker in workers):
                time.sleep(0.02)
                now = sum(made)
                yield now - seen
                seen = now
            for worker in workers:
                worker.result()                                 # raises what went wrong
        finally:
            stop.set()


THREADS = ('1', '2', '4', '8')
ENGINES = {         # name: the engine, and what it is measured with
    'ours': (ours, THREADS),
    'tf.data': (tf_data, (*THREADS, AUTO)),
    'Keras': (keras, (AUTO,)),
    'PyTorch workers': (torch_workers, ('0', *THREADS)),
    'PyTorch threads': (torch_threads, THREADS),
    'limit': (limit, (str(cores()),)),
}


def measure(numbers, seconds):
    """How many images a generator of their numbers makes in about so many seconds, and those."""
    next(numbers)                                   # imports, and starts what there is to start
    run_for(numbers, WARM_UP)
    return run_for(numbers, seconds)


def run_for(numbers, seconds):
    images, began = 0, time.perf_counter()
    for number in numbers:
        images, took = images + number, time.perf_counter() - began
        if took >= seconds:
            return images, took


def main():
    name, folder, seconds, *threads = sys.argv[1:]
    engine, _ = ENGINES[name]
    for n in threads:
        with contextlib.closing(engine(folder, n)) as numbers:
            images, took = measure(numbers, float(seconds))
        print(n, images, f'{took:.3f}', flush=True)


if __name__ == '__main__':
    main()
