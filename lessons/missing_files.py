"""Lesson 3: which of its files does a checkpoint need? Each is removed in turn from a copy."""
import os
import shutil
import tempfile
from collections.abc import Callable

import pandas as pd
import tensorflow.compat.v1 as tf


def without_each(folder: str, attempts: dict[str, Callable]) -> pd.DataFrame:
    """'yes' or the kind of error, a row for each file that is missing, a column for each attempt.

    folder: holds the files of a checkpoint and nothing else; it stays as it is. attempts: {what is
    tried: function of the copy's folder}; one that returns None has failed.
    """
    files, rows = sorted(os.listdir(folder)), {}
    before = tf.logging.get_verbosity()
    tf.logging.set_verbosity(tf.logging.FATAL)          # the errors are expected
    try:
        for missing in ['nothing', *files]:
            with tempfile.TemporaryDirectory() as place:
                copy = shutil.copytree(folder, os.path.join(place, 'copy'))
                if missing != 'nothing':
                    os.remove(os.path.join(copy, missing))
                rows[missing] = {what: outcome(attempt, copy)
                                 for what, attempt in attempts.items()}
    finally:
        tf.logging.set_verbosity(before)
    return pd.DataFrame.from_dict(rows, orient='index').rename_axis('missing')


def outcome(attempt, folder):
    try:
        return 'no: None' if attempt(folder) is None else 'yes'
    except (OSError, ValueError, tf.errors.OpError) as error:
        return f'no: {type(error).__name__}'
