"""A worker's share of every batch."""
import numpy as np
import pandas as pd

from course.batch_queue import BatchQueue
from course.many.workers import Workers
from course.preprocessing import checked


def take_share(generators, workers: Workers) -> None:
    """From now on these data_generators make this worker's rows only, and validate on its own.

    Row by row: each is augmented by its own seed, the same way whichever worker has it.
    Raises ValueError where a batch has fewer rows than there are workers.
    """
    n = len(workers.addresses)
    if generators.batch_size < n:
        raise ValueError(f'batch_size is {generators.batch_size} for {n} workers: it is that of '
                         'all together, so at least one row each')

    def make(k):
        rows = dealt(generators.batch_rows(k), workers)
        single = [checked(generators.preprocess, rows.iloc[i:i + 1], generators.num_class, True)
                  for i in range(len(rows))]
        x = [np.concatenate(parts) for parts in zip(*(x for x, _, _ in single))]
        return x, np.concatenate([y for _, y, _ in single])

    generators.train_queue = BatchQueue(make, generators.n_threads)
    generators.val = generators.val.iloc[workers.task::n]
    generators.val_len = len(generators.val)


def dealt(rows: pd.DataFrame, workers: Workers) -> pd.DataFrame:
    """Every n-th row of a batch, counted class by class, so that each worker has as many of each
    class, give or take one. They stay in the order of the batch: one worker has it as it is."""
    by_class = np.argsort(rows.label.to_numpy(), kind='stable')
    return rows.iloc[np.sort(by_class[workers.task::len(workers.addresses)])]
