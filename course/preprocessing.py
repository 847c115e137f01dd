"""Calls a student's `preprocess`, and says in words what is wrong with it or with an image."""
from collections.abc import Callable

import numpy as np
import pandas as pd


def checked(preprocess: Callable, rows: pd.DataFrame, num_class: int, aug: bool) -> tuple:
    """preprocess(rows, num_class, aug), as ([x], y, files).

    Raises RuntimeError naming the file that preprocess fails on, and TypeError or ValueError where
    it returns something else than it promises.
    """
    try:
        batch = preprocess(rows, num_class, aug)
    except Exception as error:
        place, cause = first_failure(preprocess, rows, num_class, aug, error)
        raise RuntimeError(f'preprocess failed on {place}: '
                           f'{type(cause).__name__}: {cause}') from cause
    check_batch(batch, len(rows), num_class)
    return batch


def first_failure(preprocess, rows, num_class, aug, error):
    """(what preprocess fails on, the exception): a row by itself, or else the whole batch."""
    for i in range(len(rows)):
        try:
            preprocess(rows.iloc[i:i + 1], num_class, aug)
        except Exception as error_of_row:
            return f'{rows.path.iloc[i]} (label {rows.label.iloc[i]})', error_of_row
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
                             f'{n_rows} rows; it must hold one image a row, all of one size')
        if a.ndim == 4 and a.shape[3] == 3 and not whole_bytes(a):
            raise ValueError(f'preprocess returned images with values from {a.min():.4g} to '
                             f'{a.max():.4g}; they must be whole numbers from 0 to 255. Leave the '
                             'scaling to the graph: zoo.scale does what each network needs')
    if np.shape(y) != (n_rows, num_class):
        raise ValueError(f'preprocess returned y of shape {np.shape(y)}; one-hot labels of '
                         f'{n_rows} rows and {num_class} classes have shape {(n_rows, num_class)}')
    if len(files) != n_rows:
        raise ValueError(f'preprocess returned {len(files)} file names for {n_rows} rows')


def whole_bytes(images):
    """Whether all values are whole numbers from 0 to 255, not all of them 0 or 1."""
    if images.dtype == np.uint8:
        return True
    return bool(((images >= 0) & (images <= 255) & (images == np.round(images))).all()
                and (images.max() > 1 or images.max() == images.min()))


def kind(value):
    name = f'a {type(value).__name__}'
    if isinstance(value, (tuple, list)):
        name += f' of {len(value)} ({", ".join(type(v).__name__ for v in value[:3])})'
    return name
