"""BatchQueue: batches made in advance on threads, and handed out in order."""
import queue
import threading

NOT_RUNNING = 'No batch will come: the threads are not running. Call start_train_threads() first.'


class BatchQueue:
    """`make(k)` for k = 0, 1, 2, ... on threads, handed out in that order by `get`.

    A thread lives while there is a batch to make in advance and ends when there is none; `get`
    starts a new one. So nothing is left behind, however the loop that reads ends.

    n_threads: 0 makes each batch when it is asked for: for those that cost less than a thread.
    """

    def __init__(self, make, n_threads, n_batches=None, n_ahead=None):
        if n_threads < 0:
            raise ValueError(f'n_threads is {n_threads}; it must be 0 or more')
        self._make, self._n_threads, self._n_batches = make, n_threads, n_batches
        self._n_ahead = n_ahead or 2 * n_threads
        self._changed = threading.Condition()
        self._results = {}                      # k -> (batch, error)
        self._next_to_get = self._next_to_make = 0
        self._threads, self._n_working = [], 0
        self._running = self._error_was_raised = False

    def start(self):
        with self._changed:
            self._running = True
            self._start_threads()

    def stop(self):
        """Wait for the batches being made right now, throw away what is ready, and keep the place:
        after `start` the next `get` gives the batch that it would have given."""
        with self._changed:
            self._running = False
            self._begin_at(self._next_to_get)
            threads, self._threads = self._threads, []
            self._changed.notify_all()
        for thread in threads:
            thread.join(timeout=10)             # an image that takes longer is left to its thread

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()

    def get(self, block=True, timeout=None):
        """The next batch. As queue.Queue: raises queue.Empty when `timeout` seconds have passed
        without one, or at once if not `block`; also when all of n_batches have been handed out.

        The exception of a batch that could not be made is raised here; calling `get` again tries
        that batch again. RuntimeError if the threads have not been started, or were stopped.
        """
        if not self._n_threads:
            return self._made_now()
        with self._changed:
            if self._error_was_raised:          # try again, from the batch that failed
                self._begin_at(self._next_to_get)
            self._start_threads()
            ready = self._changed.wait_for(self._something_to_say, timeout if block else 0)
            if not self._running:
                raise RuntimeError(NOT_RUNNING)
            if not ready or self._next_to_get == self._n_batches:
                raise queue.Empty
            batch, error = self._results[self._next_to_get]
            if error is not None:
                self._error_was_raised = True
                raise error
            del self._results[self._next_to_get]
            self._next_to_get += 1
            self._start_threads()
            self._changed.notify_all()          # somebody else may wait, and be served or be told
            return batch

    def _made_now(self):
        if not self._running:
            raise RuntimeError(NOT_RUNNING)
        if self._next_to_get == self._n_batches:
            raise queue.Empty
        batch = self._make(self._next_to_get)
        self._next_to_get += 1
        return batch

    def move_to(self, k):
        """The next `get` gives batch k."""
        with self._changed:
            self._begin_at(k)

    @property
    def next_to_get(self):
        return self._next_to_get

    def qsize(self):
        """Batches that are ready."""
        with self._changed:
            return len(self._results)

    def empty(self):
        return self.qsize() == 0

    # What follows is called with the lock held, but for _work, which takes it.

    def _begin_at(self, k):
        self._results.clear()
        self._next_to_get = self._next_to_make = k
        self._error_was_raised = False

    def _something_to_say(self):
        return (not self._running or self._next_to_get in self._results
                or self._next_to_get == self._n_batches)

    def _work_left(self):
        """How many batches are to be made in advance."""
        end = self._next_to_get + self._n_ahead
        if self._n_batches is not None:
            end = min(end, self._n_batches)
        return max(0, end - self._next_to_make) if self._running else 0

    def _start_threads(self):
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        for _ in range(min(self._work_left(), self._n_threads - self._n_working)):
            thread = threading.Thread(target=self._work, daemon=True)
            thread.start()
            self._threads.append(thread)
            self._n_working += 1

    def _work(self):
        while True:
            with self._changed:
                if not self._work_left():
                    self._n_working -= 1
                    return
                k = self._next_to_make
                self._next_to_make += 1
            try:
                result = self._make(k), None
            except BaseException as error:              # handed to whoever calls get()
                result = None, error
            with self._changed:
                if self._running and k >= self._next_to_get:
                    self._results[k] = result
                    self._changed.notify_all()
