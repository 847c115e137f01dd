"""Files that are written whole or not at all. Imports nothing but what comes with Python."""
import errno
import os
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file such that a kill at any moment leaves the old file or the new one, whole.

    A folder that is missing is made. Raises OSError where it cannot be written; then the old file
    is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f'{path.name}.part')
    aside.write_bytes(data)
    flush(aside)
    os.replace(aside, path)


def flush(path: Path | str) -> None:
    """Wait until the file's contents are on the disk itself, where the disk can tell."""
    with open(path, 'rb+') as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            if error.errno != errno.EINVAL:     # which some network drives say: not supported
                raise
