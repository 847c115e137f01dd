"""Reading a checkpoint whatever letters are in its name. Does not import TensorFlow."""
import glob
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def restore_saved(sess, saver, checkpoint: str) -> None:
    """saver.restore(sess, checkpoint), whatever letters are in that name."""
    with readable(checkpoint) as path:
        saver.restore(sess, path)
