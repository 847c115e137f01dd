"""Reading a checkpoint under any name, and its values into variables of another type."""
import glob
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course.compat import tf

PATTERN = re.compile(r'[][*?\\]')       # what TensorFlow does not take as it stands


@contextmanager
def readable(checkpoint: str | Path) -> Iterator[str]:
    """`with readable('a[1]/x.ckpt') as path:` gives a name by which TensorFlow can read it.

    TensorFlow writes under any name, but takes a name to read for a pattern, in which [1] stands
    for 1. Where that matters, path is a link in a temporary folder, or a copy where the system
    makes no links.
    """
    if not PATTERN.search(Path(checkpoint).as_posix()):
        yield str(checkpoint)
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = os.path.join(folder, PATTERN.sub('_', os.path.basename(checkpoint)))
        there = glob.escape(str(checkpoint))
        for file in (name for end in ('', '.index', '.data-*') for name in glob.glob(there + end)):
            link = plain + file[len(str(checkpoint)):]
            try:
                os.symlink(os.path.abspath(file), link)
            except OSError:
                shutil.copyfile(file, link)
        yield plain


def restore_saved(sess: tf.Session, saver: tf.train.Saver, checkpoint: str) -> None:
    """saver.restore(sess, checkpoint), whatever letters are in that name."""
    with readable(checkpoint) as path:
        saver.restore(sess, path)


def read_into(sess: tf.Session, variables: dict[str, tf.Variable], checkpoint: str
              ) -> dict[str, str]:
    """Give variables the values of a checkpoint, converted to their types.

    variables: {name in the checkpoint: variable of the same shape}.
    Returns {name in the checkpoint: type there} of those that had to be converted, e.g. 'float16'.
    Raises one of TensorFlow's errors, or ValueError, where the values cannot be read.
    """
    with readable(checkpoint) as path, sess.graph.as_default():
        there = tf.train.load_checkpoint(path).get_variable_to_dtype_map()
        values = tf.raw_ops.RestoreV2(
            prefix=path, tensor_names=list(variables), shape_and_slices=[''] * len(variables),
            dtypes=[there[name] for name in variables])
        sess.run([tf.assign(v, tf.cast(value, v.dtype.base_dtype)).op
                  for v, value in zip(variables.values(), values)])
    return {name: there[name].name for name, v in variables.items()
            if there[name] != v.dtype.base_dtype}
