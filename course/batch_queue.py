"""BatchQueue: batches made in advance on threads, and handed out in order."""
import queue
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress

NOT_RUNNING = 'No batch will come: the threads are not running. Call start_train_threads() first.'


class BatchQueue:
    """`make(k)` for k = 0, 1, 2, ... on threads, handed out in that order by `get`.

    n_threads: how many batches are made at once; twice as many are made in advance. 0 makes each
        batch when it is asked for. n_batches: how many there are; None for no end.

    A thread makes one batch and ends, so none is left however the loop that reads ends. (The pool
    of concurrent.futures would keep its threads, and wait for them when Python exits: one file
    that cannot be read would hang the kernel.)
    """

    def __init__(self, make: Callable, n_threads: int, n_batches: int | None = None):
        if n_threads < 0:
            raise ValueError(f'n_threads is {n_threads}; it must be 0 or more')
        self._make, self._n_threads, self._n_batches = make, n_threads, n_batches
        self._at_once, self._reader = threading.Semaphore(n_threads), threading.Lock()
        self._ahead, self._threads = deque(), []
        self._running, self.next_to_get = False, 0

    def start(self) -> None:
        self._running = True
        self._look_ahead()

    def stop(self) -> None:
        """End the threads. After `start`, the next `get` gives the batch it would have given."""
        self._running = False
        self._drop()
        for thread in self._threads:
            thread.join(timeout=10)             # an image that takes longer is left to its thread

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()

    def get(self):
        """The next batch.

        The exception of a batch that could not be made is raised here; the next `get` tries that
        batch again. Raises queue.Empty when all n_batches have been handed out, RuntimeError if
        the threads have not been started, or were stopped.
        """
        with self._reader:
            if not self._running:
                raise RuntimeError(NOT_RUNNING)
            if self.next_to_get == self._n_batches:
                raise queue.Empty
            self._look_ahead()
            try:
                batch = self._ahead[0].result() if self._ahead else self._make(self.next_to_get)
            except CancelledError:
                raise RuntimeError(NOT_RUNNING) from None
            except BaseException:
                self._drop()
                raise
            if self._ahead:
                self._ahead.popleft()
            self.next_to_get += 1
            self._look_ahead()
            return batch

    def move_to(self, k: int) -> None:
        """The next `get` gives batch k."""
        self._drop()
        self.next_to_get = k

    def _look_ahead(self):
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        while self._running and len(self._ahead) < 2 * self._n_threads:
            k = self.next_to_get + len(self._ahead)
            if k == self._n_batches:
                break
            self._ahead.append(Future())
            self._threads.append(threading.Thread(target=self._work, args=(self._ahead[-1], k),
                                                  daemon=True))
            self._threads[-1].start()

    def _drop(self):
        """Forget the batches made in advance; whoever waits for one is told."""
        while self._ahead:
            future = self._ahead.popleft()
            with suppress(InvalidStateError):           # it is there already
                future.cancel() or future.set_exception(CancelledError())

    def _work(self, future, k):
        with self._at_once, suppress(InvalidStateError):        # nobody waits for it any more
            if future.set_running_or_notify_cancel():
                try:
                    batch = self._make(k)
                except BaseException as error:          # raised by the `get` of this batch
                    future.set_exception(error)
                else:
                    future.set_result(batch)
