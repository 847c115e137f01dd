"""Frozen layers computed once: their outputs for each image, in a file, in half precision.

A frozen layer gives the same output for the same image in every epoch. So it is computed once and
kept; training then reads the outputs, and needs neither the images nor the layers below.
"""
import json
import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from course.checkpoints.digest import digest
from course.compat import tf
from course.frozen_graph import frozen_session
from course.whole_file import write_whole

SETTINGS, FEATURES = 'settings.json', 'features.float16'
IN_MEMORY = 60_000_000      # numbers, 240 MB; more than that is read from the file, batch by batch


class Feature_cache:
    """The outputs of frozen layers for the training and validation images.

    folder: for this cache alone.
    sess, images, output: the session, the placeholder that images are fed to, and the last frozen
        tensor, float (N, ...). The weights must have been restored.
    generators: the data_generators that read the images.
    copies: how many of each training image, 1 or more; the first is not augmented, the others are.
    precision: from session.choose_precision.
    settings: dict of numbers and strings that the images depend on as they enter the network.

    A cache belongs to the weights and layers below `output`, the contents of the image files, the
    settings, and the libraries that read and compute. If any of them has changed, what is in the
    folder is removed, and the message says which.

    In a training, `preprocess` takes the place of preprocess_data and `output` that of `images`:

        cache.fill()
        generators = data_generators(batch_size, dataframes, num_class, cache.preprocess)
    """

    def __init__(self, folder: str, sess: tf.Session, images: tf.Tensor, output: tf.Tensor,
                 generators, copies: int, precision: str, settings: dict):
        if copies < 1:
            raise ValueError(f'copies is {copies}; it must be 1 or more')
        self._sess, self._images, self._output = sess, images, output
        self._precision = precision
        self._generators, self._copies = generators, int(copies)
        self._shape = tuple(output.shape.as_list()[1:])
        self._bytes_each = 2 * int(np.prod(self._shape))            # float16
        # In the order of the file: the validation images, then the training images, copy by copy.
        # Each copy of an image has a seed of its own, by which it is augmented.
        train = pd.concat(generators.train, ignore_index=True)
        self._parts = [(generators.val, False)] + [
            (train.assign(seed=np.arange(len(train)) + copy * len(train)), copy > 0)
            for copy in range(self._copies)]
        keys = [(path, 0) for path in generators.val.path] + [
            (path, copy) for copy in range(self._copies) for path in train.path]
        self._row = {key: row for row, key in enumerate(keys)}      # in the file
        self._folder, self._file = folder, os.path.join(folder, FEATURES)
        self._opened = None
        paths = [*generators.val.path, *train.path]
        self._begin({**settings, 'copies': self._copies, 'precision': precision,
                     'batch_size': generators.batch_size,
                     'TensorFlow': tf.__version__, 'OpenCV': cv2.__version__,
                     'layers and weights': fingerprint(sess, output),
                     'images': digest(*((path, digest(Path(path).read_bytes()))
                                        for path in paths))})

    def __len__(self) -> int:
        """How many outputs the cache holds when it is full."""
        return sum(len(rows) for rows, _ in self._parts)

    def fill(self) -> int:
        """Compute what is missing, with a progress bar. Returns how many outputs that took.

        Whatever interrupts it, the next `fill` resumes.
        Raises OSError where the disk is full, ValueError for outputs that 16 bits cannot hold.
        """
        done = self._whole_batches(self._n_done())
        if done < len(self):
            try:
                self._compute(done)
            except OSError as error:
                if error.filename or not error.errno:       # an image, not the cache's file
                    raise
                raise OSError(
                    f'{self._file}: {error.strerror}. The cache needs '
                    f'{len(self) * self._bytes_each / 1e6:.0f} MB. Make room and run the cell '
                    'again: it resumes where it was') from error
        print(f'The outputs of {self._output.op.name} for {len(self)} images, '
              f'{self._bytes_each // 2:,} numbers each, are in {self._folder}.')
        return len(self) - done

    def preprocess(self, df: pd.DataFrame, num_class: int, aug: bool = False) -> tuple:
        """In place of the notebook's preprocess_data: ([features], y, files).

        features: float32 (rows, ...); with `aug`, of the copy that each row's seed chooses.
        """
        files = df.path.tolist()
        copies = df.seed % self._copies if aug else [0] * len(files)
        rows = [self._row[key] for key in zip(files, copies)]
        features = self._features()[rows].astype(np.float32, copy=False)
        return [features], np.eye(num_class)[df.label.to_numpy()], files

    def _features(self):
        if self._opened is None:
            if self._n_done() < len(self):
                raise RuntimeError(f'{self._n_done()} of {len(self)} outputs have been computed: '
                                   'run fill() to its end first')
            self._opened = np.memmap(self._file, np.float16, 'r', shape=(len(self), *self._shape))
            if self._opened.size <= IN_MEMORY:
                self._opened = np.array(self._opened, np.float32)
        return self._opened

    def _n_done(self):
        """How many outputs are in the file."""
        size = os.path.getsize(self._file) if os.path.exists(self._file) else 0
        return size // self._bytes_each

    def _whole_batches(self, done):
        """`done` without the rest of a batch that was cut off.

        A batch is augmented as a whole, so it is computed again as a whole.
        """
        begin = 0
        for rows, _ in self._parts:
            if done < begin + len(rows):
                return done - (done - begin) % self._generators.batch_size
            begin += len(rows)
        return begin

    def _compute(self, done):
        """Append all outputs but the first `done` to the file, each batch safe on the disk."""
        with open(self._file, 'ab') as file, frozen_session(
                self._sess, [self._images], [self._output], self._precision) as frozen, tqdm(
                total=len(self), initial=done, desc='features', unit='image', leave=False) as bar:
            file.truncate(done * self._bytes_each)
            for rows, aug in self._parts:
                for x, _, files in self._generators.in_order(rows.iloc[done:], aug):
                    features = frozen.run(self._output.name, {self._images.name: x[0]})
                    file.write(in_half_precision(features, files).tobytes())
                    file.flush()
                    os.fsync(file.fileno())
                    bar.update(len(files))
                done = max(0, done - len(rows))

    def _begin(self, settings):
        """Keep what is in the folder if it has the same settings, otherwise remove it."""
        place = os.path.join(self._folder, SETTINGS)
        try:
            with open(place, encoding='utf-8') as file:
                before = json.load(file)
        except (OSError, ValueError):
            before = None
        if before == settings:
            return
        if before:
            other = [name for name in settings if before.get(name) != settings[name]]
            print(f'The features in {self._folder} were computed with other {", ".join(other)}: '
                  'they are removed, and computed again.')
        if os.path.isdir(self._folder):
            shutil.rmtree(self._folder)
        write_whole(Path(place), json.dumps(settings).encode())


def in_half_precision(features: np.ndarray, files: list[str]) -> np.ndarray:
    """The features as float16. Raises ValueError where one is too large for it."""
    with np.errstate(over='ignore'):
        half = features.astype(np.float16)
    if not np.isfinite(half).all():
        raise ValueError('The frozen layers give values beyond 65504, the largest number in half '
                         f'precision, for {files[0]} or another image of its batch. Set cache = '
                         'False')
    return half


def fingerprint(sess: tf.Session, output: tf.Tensor) -> str:
    """A digest of all that `output` is computed by: operations and weights."""
    graph = tf.graph_util.extract_sub_graph(sess.graph.as_graph_def(), [output.op.name])
    names = {node.name for node in graph.node}
    variables = [v for v in sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
                 if v.op.name in names]
    return digest(graph.SerializeToString(deterministic=True),
                  *(value.tobytes() for value in sess.run(variables)))
