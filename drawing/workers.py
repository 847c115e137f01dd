"""Work for several processes, none of which outlives the one that started them."""
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import cv2

from course.cores import VARIABLE, cores


def spread(function: Callable, jobs: Iterable, workers: int | None = None, chunksize: int = 1
           ) -> Iterator:
    """Yields function(job) for each job, in order; several processes work at once.

    function and jobs must be picklable. workers: processes, by default one for each core that
    this process may use. chunksize: jobs that a process takes at a time.

    Where the system has no room for the locks that processes share (/dev/shm is missing or
    read-only), this process does all the work. What function raises comes out here. Raises OSError
    where a worker is killed.
    """
    try:
        # Spawned, not forked: OpenCV's threads do not survive a fork. Windows allows 61 at most.
        executor = ProcessPoolExecutor(workers or min(cores(), 61),
                                       multiprocessing.get_context('spawn'), prepare_worker)
    except (OSError, NotImplementedError, ImportError):
        yield from alone(function, jobs)
        return
    with executor:
        try:
            yield from executor.map(function, jobs, chunksize=chunksize)
        except BrokenProcessPool as error:
            raise OSError('A process that was drawing has died; perhaps the memory ran out. Run '
                          f'the same command again: it resumes. With {VARIABLE}=1 in the '
                          'environment it takes the least memory') from error


def prepare_worker() -> None:
    """A worker uses one core, dies at once at Ctrl-C, and does not survive its parent."""
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=die_with_parent, daemon=True).start()


def die_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)


def alone(function, jobs):
    """As `spread`, in this process, on one core."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield from map(function, jobs)
    finally:
        cv2.setNumThreads(before)
