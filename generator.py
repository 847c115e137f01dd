"""data_generators: which images make a batch, made on threads while the network computes.

Batch k of a run is a function of the seed and k alone: which rows it holds, and the random numbers
that augment them. Any number of threads therefore makes the same batches, and `train_queue` hands
them out in order.
"""
import functools
import math
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from course.batch_queue import BatchQueue
from course.lists.check import check_lists
from course.preprocessing import checked


class data_generators:
    """The course's batch maker.

    batch_size: rows in a training batch, every one of them.
    dataframes: one [train, val, test] for each class, each with the columns `path` and `label`.
    num_class: number of classes; labels are 0 .. num_class - 1.
    preprocess: `preprocess(df, num_class, aug)` -> ([x], y, files): a list of arrays with one row
        for each row of df, one-hot labels (rows, num_class), and the paths. When `aug` is True, df
        also has a column `seed`, a random integer in [0, 2**31) for each row: augment each row by
        its own seed, or all rows at once by the first.
    n_threads: 0 makes a batch when it is asked for. seed: another seed, other batches.

    A training batch holds the classes in numbers as even as possible, so the images of a small
    class come up more often. Validation and test are every row once, in the order of the lists.

    Raises ValueError for lists that are empty or lack a column, for labels out of range, and for
    an image that is in two of train, val and test.
    """

    def __init__(self, batch_size: int, dataframes: list, num_class: int, preprocess: Callable,
                 n_threads: int = 2, seed: int = 0):
        check_lists(batch_size, dataframes, num_class)
        self.batch_size, self.num_class, self.seed = batch_size, num_class, seed
        self.preprocess, self.n_threads = preprocess, n_threads
        self.train = [frames[0][['path', 'label']].reset_index(drop=True) for frames in dataframes]
        self.val, self.test = (
            pd.concat([frames[i][['path', 'label']] for frames in dataframes], ignore_index=True)
            for i in (1, 2))
        self.train_len, self.val_len, self.test_len = (
            sum(map(len, self.train)), len(self.val), len(self.test))
        if batch_size > self.train_len:
            print(f'batch_size is {batch_size} and there are {self.train_len} training images: a '
                  'batch will hold some of them several times.')
        self.train_queue = BatchQueue(self._train_batch, n_threads)
        self.val_x = self.val_y = None

    def batch_rows(self, k: int) -> pd.DataFrame:
        """The rows of training batch k, with columns path, label and seed.

        Number all the places in all batches 0, 1, 2, ... Of each `classes` places in a row, every
        class has one, in random order, so place p shows the (p // classes)-th image of its class.
        A class shows all its images in random order, then all of them in another order, and so on.
        """
        n = len(self.train)
        places = np.arange(k * self.batch_size, (k + 1) * self.batch_size)
        in_a_round = math.lcm(n, self.batch_size)       # places until the turns come out even again
        turns = shuffled(n, self.seed, 2, k * self.batch_size // in_a_round)
        parts = []
        for c, train in enumerate(self.train):
            nth_pass, nth = np.divmod(places[turns[places % n] == c] // n, len(train))
            parts += [train.iloc[shuffled(len(train), self.seed, 1, c, p)[nth[nth_pass == p]]]
                      for p in np.unique(nth_pass)]
        rng = np.random.default_rng([self.seed, 0, k])
        batch = pd.concat(parts).iloc[rng.permutation(self.batch_size)].reset_index(drop=True)
        return batch.assign(seed=rng.integers(2**31, size=self.batch_size))

    def _train_batch(self, k):
        x, y, _ = checked(self.preprocess, self.batch_rows(k), self.num_class, aug=True)
        return x, y

    def start_train_threads(self) -> 'data_generators':
        """Begin to make training batches; `train_queue.get()` -> (x, y) hands them out.

        `with generators.start_train_threads():` ends the threads whatever happens in the block.
        """
        self.train_queue.start()
        return self

    def stop(self) -> None:
        """End the threads and drop the batches made in advance. Safe to call twice."""
        self.train_queue.stop()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()

    def get_state(self) -> dict:
        """Where the training is: {'next_batch': the number of the next batch}."""
        return {'next_batch': self.train_queue.next_to_get}

    def set_state(self, state: dict) -> None:
        """Resume from a state of `get_state`: the next batch is the one that would have come."""
        self.train_queue.move_to(state['next_batch'])

    def load_val(self) -> None:
        """Read the validation images now and keep them: val_x (a list of arrays) and val_y.

        For small sets: 5,000 images of 224 x 224 take 750 MB. `iter_val` works without it.
        """
        batches = list(self.in_order(self.val))
        self.val_x = [np.concatenate(parts) for parts in zip(*(x for x, _, _ in batches))]
        self.val_y = np.concatenate([y for _, y, _ in batches])

    def iter_val(self) -> Iterator[tuple]:
        """Validation images in order, as (x, y, batch_len); the last batch may be smaller."""
        if self.val_x is None:
            for x, y, files in self.in_order(self.val):
                yield x, y, len(files)
        else:
            for i in range(0, self.val_len, self.batch_size):
                part = slice(i, i + self.batch_size)
                yield [x[part] for x in self.val_x], self.val_y[part], len(self.val_y[part])

    def get_test_data(self) -> Iterator[tuple]:
        """Test images in order, as (x, y, files)."""
        yield from self.in_order(self.test)

    def in_order(self, rows: pd.DataFrame, aug: bool = False) -> Iterator[tuple]:
        """The images of a DataFrame in order, as (x, y, files), batch_size of them at a time.

        They are read in advance, on threads. rows: columns path and label, and seed if `aug`.
        """
        parts = [rows.iloc[i:i + self.batch_size] for i in range(0, len(rows), self.batch_size)]
        with BatchQueue(lambda k: checked(self.preprocess, parts[k], self.num_class, aug),
                        self.n_threads, n_batches=len(parts)) as batches:
            for _ in parts:
                yield batches.get()


@functools.lru_cache(maxsize=256)
def shuffled(n: int, *seed: int) -> np.ndarray:
    """0 .. n - 1 in an order that depends on the seed alone."""
    return np.random.default_rng(seed).permutation(n)
