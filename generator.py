"""data_generators: batches of images, made on threads while the network computes.

Batch k of a run is a function of the seed and of k alone. Which rows stand in it, and the random
numbers to augment them by, are worked out from those two, so any number of threads, in any order,
makes the same batches; `train_queue` hands them out in order.
"""
import functools
import math

import numpy as np
import pandas as pd

from course.batch_queue import BatchQueue
from course.lists.check import check_lists


class data_generators:
    """The course's batch maker.

    batch_size: rows in a training batch, every one of them.
    dataframes: one [train, val, test] for each class, each with the columns `path` and `label`.
    num_class: number of classes; labels are 0 .. num_class - 1.
    preprocess: `preprocess(df, num_class, aug)` -> ([x], y, files): a list of arrays with one row
        for each row of df, one-hot labels (rows, num_class), and the paths. When `aug` is True, df
        has a column `seed` too, a random int in [0, 2**31) for each row: to augment each row by
        its own, or all rows at once by the first.
    n_threads, seed: neither number of threads nor their timing changes a batch; the seed does.
        With 0 threads a batch is made when it is asked for.

    A training batch has the classes in as even numbers as they can be: the images of a small
    class come up more often. Validation and test are every row once, in the order of the lists.

    Raises ValueError for lists without the columns, empty ones, labels out of range, and an image
    that stands in two of train, val and test.
    """

    def __init__(self, batch_size, dataframes, num_class, preprocess, n_threads=2, seed=0):
        check_lists(batch_size, dataframes, num_class)
        self.batch_size, self.num_class = batch_size, num_class
        self.preprocess, self.n_threads, self.seed = preprocess, n_threads, seed
        self.train = [frames[0][['path', 'label']].reset_index(drop=True) for frames in dataframes]
        self.val, self.test = (
            pd.concat([frames[i][['path', 'label']] for frames in dataframes], ignore_index=True)
            for i in (1, 2))
        self._all_train = pd.concat(self.train, ignore_index=True)
        lengths = [len(frame) for frame in self.train]
        self._begins = [sum(lengths[:c]) for c in range(len(lengths))]      # of the classes in it
        self.train_len, self.val_len, self.test_len = (
            len(self._all_train), len(self.val), len(self.test))
        self._order = functools.lru_cache(2 * len(self.train))(self._order)
        self._turn = functools.lru_cache(2)(self._turn)
        self.train_queue = BatchQueue(self._train_batch, n_threads)
        self.val_x = self.val_y = None

    def start_train_threads(self):
        """Begin to make training batches; `train_queue.get()` -> (x, y) hands them out."""
        self.train_queue.start()
        return self                                 # so that `with` can be written before it

    def stop(self):
        """End the threads and drop the batches made in advance. Safe to call twice."""
        self.train_queue.stop()

    def get_state(self):
        """Where the training batches are: {'next_batch': number of the next one}."""
        return {'next_batch': self.train_queue.next_to_get}

    def set_state(self, state):
        """Go on from a state of `get_state`: the next batch is the one that would have come."""
        self.train_queue.move_to(state['next_batch'])

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()

    def load_val(self):
        """Read the validation images at once and keep them: val_x (list of arrays) and val_y.

        For a small set: 5,000 images of 224 x 224 are 750 MB. `iter_val` does without.
        """
        batches = list(self.in_order(self.val))
        self.val_x = [np.concatenate(parts) for parts in zip(*(x for x, _, _ in batches))]
        self.val_y = np.concatenate([y for _, y, _ in batches])

    def iter_val(self):
        """Validation in order: yields (x, y, batch_len). The last batch may be a short one.

        Read while the network computes, or out of val_x after `load_val`.
        """
        if self.val_x is None:
            for x, y, files in self.in_order(self.val):
                yield x, y, len(files)
            return
        for i in range(0, self.val_len, self.batch_size):
            part = slice(i, i + self.batch_size)
            yield [x[part] for x in self.val_x], self.val_y[part], len(self.val_y[part])

    def get_test_data(self):
        """Test images in order, read while the network computes: yields (x, y, files)."""
        yield from self.in_order(self.test)

    def in_order(self, rows, aug=False):
        """The images of a DataFrame in order, read while the network computes, in batches of
        batch_size: yields (x, y, files). rows: path and label, and seed if `aug`."""
        parts = [rows.iloc[i:i + self.batch_size] for i in range(0, len(rows), self.batch_size)]
        with BatchQueue(lambda k: self._preprocessed(parts[k], aug),
                        self.n_threads, n_batches=len(parts)) as batches:
            for _ in parts:
                yield batches.get()

    def batch_rows(self, k):
        """The rows of training batch k: a DataFrame with path, label and seed.

        Each class is one endless stream: its rows in a random order, then all of them in another
        order, and so on. Batch k continues each stream where batch k - 1 left it.
        """
        first, end = self._rows_before(k), self._rows_before(k + 1)
        rows = np.concatenate([begin + self._stream(c, first[c], end[c])
                               for c, begin in enumerate(self._begins) if first[c] < end[c]])
        rng = np.random.default_rng([self.seed, 0, k])
        batch = self._all_train.take(rows[rng.permutation(self.batch_size)])
        batch.index = range(self.batch_size)
        batch['seed'] = rng.integers(2**31, size=self.batch_size)
        return batch

    def _rows_before(self, k):
        """How many rows of each class stand in the batches before batch k: a list of int.

        What is left when the batch is divided by the classes goes round them, in an order that is
        drawn anew each time it has come round evenly.
        """
        n = len(self.train)
        per_class, rest = divmod(self.batch_size, n)
        batches_in_a_round = n // math.gcd(n, rest)
        nth_round, i = divmod(k, batches_in_a_round)
        return (per_class * k + nth_round * (rest * batches_in_a_round // n)
                + (i * rest - self._turn(nth_round) + n - 1) // n).tolist()

    def _stream(self, c, first, end):
        """The rows of class c that stand at these positions of its endless stream."""
        n = len(self.train[c])
        return np.concatenate([self._order(c, nth_pass)[max(0, first - n * nth_pass):
                                                        end - n * nth_pass]
                               for nth_pass in range(first // n, (end - 1) // n + 1)])

    def _turn(self, nth_round):
        return np.random.default_rng([self.seed, 2, nth_round]).permutation(len(self.train))

    def _order(self, c, nth_pass):
        return np.random.default_rng([self.seed, 1, c, nth_pass]).permutation(len(self.train[c]))

    def _train_batch(self, k):
        x, y, _ = self._preprocessed(self.batch_rows(k), aug=True)
        return x, y

    def _preprocessed(self, rows, aug):
        try:
            batch = self.preprocess(rows, self.num_class, aug)
        except Exception as error:
            where, error = first_failure(self.preprocess, rows, self.num_class, aug, error)
            raise RuntimeError(f'preprocess failed on {where}: '
                               f'{type(error).__name__}: {error}') from error
        check_batch(batch, len(rows), self.num_class)
        return batch


def first_failure(preprocess, rows, num_class, aug, error):
    """What `preprocess` fails on, in words, and how: a row by itself, or only all together."""
    for i in range(len(rows)):
        try:
            preprocess(rows.iloc[i:i + 1], num_class, aug)
        except Exception as one_error:
            return f'{rows.path.iloc[i]} (label {rows.label.iloc[i]})', one_error
    return f'a batch that begins with {rows.path.iloc[0]}', error


def check_batch(batch, n_rows, num_class):
    """Raise TypeError or ValueError unless `batch` is what `preprocess` promises to return."""
    if not isinstance(batch, tuple) or len(batch) != 3:
        raise TypeError(f'preprocess returned {kind(batch)}; it must return ([x], y, files)')
    x, y, files = batch
    if not isinstance(x, list) or not all(isinstance(a, np.ndarray) for a in x):
        raise TypeError(f'preprocess returned x = {kind(x)}; it must be a list of arrays: [x]')
    for a in x:
        if a.dtype == object or len(a) != n_rows:
            raise ValueError(f'preprocess returned x of shape {a.shape} and type {a.dtype} for '
                             f'{n_rows} rows; it needs one image a row, all of one size')
    if np.shape(y) != (n_rows, num_class):
        raise ValueError(f'preprocess returned y of shape {np.shape(y)}; one-hot labels of '
                         f'{n_rows} rows and {num_class} classes are {(n_rows, num_class)}')
    if len(files) != n_rows:
        raise ValueError(f'preprocess returned {len(files)} file names for {n_rows} rows')


def kind(value):
    name = f'a {type(value).__name__}'
    if isinstance(value, (tuple, list)):
        name += f' of {len(value)} ({", ".join(type(v).__name__ for v in value[:3])})'
    return name
