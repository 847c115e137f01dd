"""Lets tf-slim 1.1 and imgaug 0.4 run on today's TensorFlow and NumPy. Import it first.

Both libraries are finished: good, small, and no longer released. Each function below puts back
one name that they look for, says why it is gone, and does nothing where it is still there. The last
one keeps TensorFlow's start-up chatter out of the notebook.
"""
import contextlib
import importlib
import os
import sys
import warnings


def alias_legacy_tf_layers():
    """tf-slim's layers are built on `tf_keras.legacy_tf_layers`.

    TensorFlow >= 2.13 imports that package by this public name when `slim.batch_norm` first runs,
    but the tf-keras wheel ships it as `tf_keras.src.legacy_tf_layers` (keras-team/keras#18839).
    """
    public, private = 'tf_keras.legacy_tf_layers', 'tf_keras.src.legacy_tf_layers'
    try:
        importlib.import_module(public)
    except ImportError:
        for part in ('', '.base', '.convolutional', '.core', '.normalization', '.pooling',
                     '.variable_scope_shim'):
            sys.modules[public + part] = importlib.import_module(private + part)


def restore_np_sctypes():
    """imgaug reads `np.sctypes`, a table of scalar types that NumPy 2 removed (aleju/imgaug#859).

    `np.bool` needs no help: NumPy 1.24 removed it, NumPy 2 brought it back.
    """
    import numpy as np
    if not hasattr(np, 'sctypes'):
        np.sctypes = {
            'int': [np.int8, np.int16, np.int32, np.int64],
            'uint': [np.uint8, np.uint16, np.uint32, np.uint64],
            'float': [np.float16, np.float32, np.float64],
            'complex': [np.complex64, np.complex128],
            'others': [bool, object, bytes, str, np.void],
        }


@contextlib.contextmanager
def silent_stderr():
    """Nothing reaches stderr inside: C++ libraries write to file descriptor 2, past sys.stderr."""
    saved = os.dup(2)
    with open(os.devnull, 'w') as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def static_graph_quietly():
    """Static graphs as in `tf.compat.v1`, and no start-up notes that a student cannot act on.

    On a machine without a GPU, TensorFlow 2.21 reports that at import and at the first session,
    as an error. The notebook says in one line what it runs on.
    """
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    with silent_stderr():           # what is said before the log level is looked at
        import tensorflow.compat.v1 as tf
        alias_legacy_tf_layers()
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.disable_v2_behavior()
    warnings.filterwarnings('ignore', '.layer.apply. is deprecated')    # how tf-slim calls a layer


static_graph_quietly()
restore_np_sctypes()
