"""Frozen layers computed once: their outputs for each image, in a file, in half precision.

A frozen layer gives the same output for the same image in every epoch. Computed once and kept,
training goes on from there, without the images and without the layers below.
"""
import hashlib
import json
import os
import shutil

import numpy as np
import pandas as pd

from course.compat import tf
from course.frozen_graph import frozen_session

SETTINGS, FEATURES = 'settings.json', 'features.float16'
IN_MEMORY = 60_000_000      # numbers, 240 MB; more are read from the file, batch by batch


class Feature_cache:
    """What frozen layers give for the training and validation images.

    folder: for this cache alone.
    sess, images, output: the session, the placeholder that images are fed to, and the last
        tensor that is frozen, float (N, ...). The weights must be restored.
    generators: the data_generators that read the images.
    copies: of each training image; the first is as it is, the others are augmented.
    precision: of session.choose_precision.
    settings: dict of numbers and strings that the images depend on as the network gets them.

    A cache belongs to the weights and layers below `output`, the bytes of the image files, and
    the settings: where one of them has changed, what is in the folder is removed, not used.
    """

    def __init__(self, folder, sess, images, output, generators, copies, precision, settings):
        if copies < 1:
            raise ValueError(f'copies is {copies}; it must be 1 or more')
        self._sess, self._images, self._output = sess, images, output
        self._precision = precision
        self._generators, self._copies = generators, int(copies)
        self._shape = tuple(output.shape.as_list()[1:])
        train = pd.concat(generators.train, ignore_index=True)
        self._parts = [(generators.val, False)] + [
            (train.assign(seed=np.arange(len(train)) + nth_copy * len(train)), nth_copy > 0)
            for nth_copy in range(self._copies)]
        self._n_val, self._n_train = len(generators.val), len(train)
        self._place = {path: nth for frame, first in ((generators.val, 0), (train, self._n_val))
                       for nth, path in enumerate(frame.path, first)}
        self._folder, self._file = folder, os.path.join(folder, FEATURES)
        self._opened = None
        self._begin({**settings, 'copies': self._copies, 'precision': precision,
                     'batch_size': generators.batch_size,
                     'layers and weights': fingerprint(sess, output),
                     'images': digest_of_files(self._place)})

    def __len__(self):
        """How many outputs the cache holds when it is full."""
        return self._n_val + self._copies * self._n_train

    def n_done(self):
        """How many outputs it holds."""
        size = os.path.getsize(self._file) if os.path.exists(self._file) else 0
        return size // self._bytes_each()

    def fill(self):
        """Compute what is missing: yields the number of outputs that each batch added.

        Interrupted at any moment, the next `fill` goes on where it was.
        Raises OSError where the disk is full, ValueError for outputs that 16 bits cannot hold.
        """
        if self.n_done() == len(self):
            return
        done = self._whole_batches(self.n_done())
        try:
            with open(self._file, 'ab') as file, frozen_session(
                    self._sess, [self._images], [self._output], self._precision) as frozen:
                file.truncate(done * self._bytes_each())
                for x, _, files in self._batches_from(done):
                    features = frozen.run(self._output.name, {self._images.name: x[0]})
                    file.write(in_half_precision(features, files).tobytes())
                    file.flush()
                    os.fsync(file.fileno())
                    yield len(files)
        except OSError as error:
            if error.filename or not error.errno:           # not of this file
                raise
            raise OSError(f'{self._file}: {error.strerror}. The cache needs '
                          f'{len(self) * self._bytes_each() / 1e6:.0f} MB; with room for it, run '
                          'the cell again: it goes on where it was') from error

    def preprocess(self, df, num_class, aug=False):
        """In place of the notebook's preprocess_data: ([features], y, files).

        features: float32 (rows, ...); with `aug`, the copy that the row's seed chooses.
        """
        files = df.path.tolist()
        nth_copy = df.seed.to_numpy() % self._copies if aug else 0
        places = np.array([self._place[path] for path in files]) + nth_copy * self._n_train
        features = self._features()[places].astype(np.float32, copy=False)
        return [features], np.eye(num_class)[df.label.to_numpy()], files

    def _features(self):
        if self._opened is None:
            if self.n_done() < len(self):
                raise RuntimeError(f'{self.n_done()} of {len(self)} outputs are computed: run '
                                   'fill() to its end first')
            self._opened = np.memmap(self._file, np.float16, 'r', shape=(len(self), *self._shape))
            if self._opened.size <= IN_MEMORY:
                self._opened = np.array(self._opened, np.float32)
        return self._opened

    def _whole_batches(self, done):
        """`done` without what is left of a batch that was cut off.

        A batch is augmented as a whole, so it is computed again as a whole.
        """
        begin = 0
        for rows, _ in self._parts:
            if done < begin + len(rows):
                return done - (done - begin) % self._generators.batch_size
            begin += len(rows)
        return begin

    def _batches_from(self, done):
        """(x, y, files) for all outputs but the first `done`."""
        for rows, aug in self._parts:
            yield from self._generators.in_order(rows.iloc[done:], aug)
            done = max(0, done - len(rows))

    def _begin(self, settings):
        """Keep what is in the folder if it is of the same settings, otherwise remove it."""
        place = os.path.join(self._folder, SETTINGS)
        try:
            with open(place, encoding='utf-8') as file:
                before = json.load(file)
        except (OSError, ValueError):
            before = None
        if before != settings:
            if before:
                other = [name for name in settings if before.get(name) != settings[name]]
                print(f'The features in {self._folder} are of other {", ".join(other)}: '
                      'they are computed anew.')
            if os.path.isdir(self._folder):
                shutil.rmtree(self._folder)
            os.makedirs(self._folder)
            with open(f'{place}.tmp', 'w', encoding='utf-8') as file:
                json.dump(settings, file)
            os.replace(f'{place}.tmp', place)

    def _bytes_each(self):
        return 2 * int(np.prod(self._shape))


def in_half_precision(features, files):
    with np.errstate(over='ignore'):
        half = features.astype(np.float16)
    if not np.isfinite(half).all():
        raise ValueError('The frozen layers give values beyond 65504, the most that half precision '
                         f'can hold, for {files[0]} or another image of its batch. '
                         'Set cache = False')
    return half


def fingerprint(sess, output):
    """Hex digits that stand for all that `output` is computed by: operations and weights."""
    graph = tf.graph_util.extract_sub_graph(sess.graph.as_graph_def(), [output.op.name])
    names = {node.name for node in graph.node}
    variables = [v for v in sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
                 if v.op.name in names]
    total = hashlib.sha256(graph.SerializeToString(deterministic=True))
    for value in sess.run(variables):
        total.update(np.ascontiguousarray(value))
    return total.hexdigest()[:16]


def digest_of_files(paths):
    """Hex digits that stand for the names and the contents of files."""
    total = hashlib.sha256()
    for path in paths:
        with open(path, 'rb') as file:
            total.update(f'{path}\0'.encode() + hashlib.sha256(file.read()).digest())
    return total.hexdigest()[:16]
