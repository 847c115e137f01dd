"""Two of the same command at once: the second one waits for the first."""
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_at_a_time(file: str | os.PathLike) -> Iterator[None]:
    """`with one_at_a_time(file):` only one process at a time is in here, for each `file`.

    file: any file that exists and can be written; it is locked, not changed. The processes that
    are started inside hold the lock too: if this one is killed, the next waits for them. Where
    files cannot be locked (Windows, some network drives) nobody waits.
    """
    try:
        import fcntl
        handle = os.open(file, os.O_RDWR)
    except (ImportError, OSError):          # Windows; a read-only course, which nobody can change
        yield
        return
    try:
        lock(fcntl, handle, file)
        os.set_inheritable(handle, True)    # by processes started with close_fds=False
        yield
    finally:
        os.close(handle)


def lock(fcntl, handle, file):
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f'Another process is at work on {file}. Waiting for it ...', flush=True)
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        pass                                # a drive without locks
