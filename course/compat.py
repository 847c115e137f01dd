"""TensorFlow as the course uses it: `from course.compat import tf`. Import it before TensorFlow.

tf-slim 1.1 and imgaug 0.4 are good and small, and no longer maintained. The first three functions
put back names that they look for, say why these are gone, and do nothing where they still are.
Augmenters of imgaug that fail all the same are named in docs/imgaug.md.
The others let `tf.layers` run, make TensorFlow fast on every machine, and keep its start-up notes
out of the notebook. What you have set in the environment yourself stays as it is.
"""
import contextlib
import gc
import importlib
import os
import sys
import warnings
from collections.abc import Iterator
from types import ModuleType

from course.cores import bound_libraries

ONEDNN, LEGACY_KERAS = 'TF_ENABLE_ONEDNN_OPTS', 'TF_USE_LEGACY_KERAS'


def alias_legacy_tf_layers() -> None:
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


def restore_tensor_name() -> None:
    """tf-slim's dropout, and its BatchNorm of features without height and width, ask whether a
    value is an `ops.Tensor`, a name that TensorFlow 2.21 has no more."""
    from tensorflow.python.framework import ops, tensor
    if not hasattr(ops, 'Tensor'):
        ops.Tensor = tensor.Tensor


def restore_numpy_names() -> None:
    """imgaug reads `np.sctypes`, a table of scalar types that NumPy 2 removed (aleju/imgaug#859),
    and its fog and clouds `np.complex`, which NumPy 1.24 removed.

    `np.bool` needs no help: NumPy 1.24 removed it, NumPy 2 brought it back.
    """
    import numpy as np
    if 'complex' not in vars(np):           # hasattr would warn
        np.complex = complex
    if not hasattr(np, 'sctypes'):
        np.sctypes = {
            'int': [np.int8, np.int16, np.int32, np.int64],
            'uint': [np.uint8, np.uint16, np.uint32, np.uint64],
            'float': [np.float16, np.float32, np.float64],
            'complex': [np.complex64, np.complex128],
            'others': [bool, object, bytes, str, np.void],
        }


@contextlib.contextmanager
def silent_stderr() -> Iterator[None]:
    """Nothing reaches stderr inside: C++ libraries write to file descriptor 2, past sys.stderr."""
    saved = os.dup(2)
    with open(os.devnull, 'w') as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def switch_on_onednn() -> None:
    """TensorFlow uses oneDNN's faster kernels, unless TF_ENABLE_ONEDNN_OPTS is set already.

    It reads that variable once, while it is being imported.
    """
    if ONEDNN in os.environ:
        return
    if 'tensorflow' in sys.modules:
        warnings.warn('TensorFlow was imported before course.compat, too late to switch on oneDNN: '
                      'without AVX-512, training takes 1.4 times as long. Restart Python and '
                      'import course.compat first.', stacklevel=3)
    # On Linux it leaves oneDNN off where there is only AVX2: 2.4 s a training step instead of 1.7.
    os.environ[ONEDNN] = '1'


@contextlib.contextmanager
def all_kept() -> Iterator[None]:
    """What is made inside is not searched for garbage, now or later: an import makes hundreds of
    thousands of objects, all of which stay. It makes the import a sixth faster, the graph a little.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def import_tensorflow_quietly() -> ModuleType:
    """Static graphs as in `tf.compat.v1`, and no start-up notes that a student cannot act on.

    On a machine without a GPU, TensorFlow 2.21 reports that at import and at the first session,
    as an error. The notebook says in one line what it runs on.
    """
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    os.environ.setdefault(LEGACY_KERAS, '1')    # tf.layers is built on Keras 2 and refuses Keras 3
    with silent_stderr(), all_kept():   # TensorFlow prints some notes before it reads that level
        import tensorflow.compat.v1 as tf
        alias_legacy_tf_layers()
        restore_tensor_name()
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.disable_v2_behavior()
    warnings.filterwarnings('ignore', '.(layer.apply|tf.layers.*). is deprecated')  # all of it is
    return tf


bound_libraries()
switch_on_onednn()
tf = import_tensorflow_quietly()
restore_numpy_names()
