"""This worker's server, and what becomes of it when another worker is gone.

A process in which a collective operation has failed, or waits for a worker that is lost, cannot
continue: it says in one sentence why it ends, and ends at once. Started again, all resume.
"""
import os
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from course.compat import tf
from course.many import AGAIN
from course.many.workers import Workers

# what a session raises where another worker is gone; anything else is an error of this one
LOST = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError,
        tf.errors.DeadlineExceededError, tf.errors.FailedPreconditionError, tf.errors.InternalError)
LINGER = 2                      # seconds for which others may still ask whether this one is there
# An HTTP/2 client's greeting. A gRPC server answers it at once, a program that stands still does
# not, although its port still takes connections.
GREETING = b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + b'\0\0\0\4\0\0\0\0\0'
ANSWERS, GONE, SILENT = 'answers', 'is gone', 'does not answer'


def say(text: str) -> None:
    """To the terminal, even where a worker's other lines are not shown."""
    print(text, file=sys.__stdout__, flush=True)


def leave(status: int) -> None:
    """End this process now. TensorFlow's server cannot be stopped in another way."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__):
        try:
            stream.flush()
        except (OSError, ValueError):       # a closed pipe
            pass
    os._exit(status)


class Connection:
    """A tf.train.Server for this worker, sessions on it, and a watch over them.

    patience: seconds for which a run of the session may wait for the other workers.
    """

    def __init__(self, workers: Workers, patience: float):
        self.workers, self.patience = workers, patience
        self._waits_since, self._server = None, None

    def start(self, config: tf.ConfigProto) -> None:
        """Listen. Raises OSError where the port is taken."""
        self.config = config
        hosts = ','.join(address.rpartition(':')[0] for address in self.workers.addresses)
        os.environ['no_grpc_proxy'] = hosts     # a proxy of the environment is not for them
        config.experimental.collective_group_leader = '/job:worker/replica:0/task:0'
        config.device_filters.append(f'/job:worker/task:{self.workers.task}')   # all I compute on
        try:
            self._server = tf.train.Server({'worker': list(self.workers.addresses)}, 'worker',
                                           self.workers.task, config=config)
        except tf.errors.OpError as error:
            raise OSError(f'{self.workers.name(self.workers.task)} cannot listen there: is the '
                          'port taken?') from error
        threading.Thread(target=self._watch, daemon=True).start()

    def session(self, graph: tf.Graph) -> tf.Session:
        """A session on this worker's server. Each of its runs is watched."""
        connection = self

        class Watched(tf.Session):
            def run(self, *arguments, **options):
                connection._waits_since = time.monotonic()
                try:
                    return super().run(*arguments, **options)
                finally:
                    connection._waits_since = None

        return Watched(self._server.target, graph=graph, config=self.config)

    def wait_for_all(self) -> None:
        """Returns when all workers answer. Raises TimeoutError after `patience` seconds."""
        end, said = time.monotonic() + self.patience, False
        while missing := self.missing():
            if time.monotonic() > end:
                raise TimeoutError(f'In {self.patience:g} s {self._are(missing)}: is it started, '
                                   'with the same list of workers, and its port open?')
            if not said:
                say(f'Worker {self.workers.task} waits for {len(missing)} of '
                    f'{len(self.workers.addresses)} workers, at most {self.patience:g} s.')
                said = True
            time.sleep(0.2)

    def missing(self) -> dict[int, str]:
        """{number of a worker that does not answer: what is the matter with it}"""
        with ThreadPoolExecutor(64) as threads:
            states = threads.map(lambda k: state_of(self.workers.addresses[k]), self.workers.others)
            return {k: state for k, state in zip(self.workers.others, states) if state != ANSWERS}

    def why(self, error: Exception | None = None) -> str:
        """The sentence for the end: who is missing, or what failed."""
        missing = self.missing()
        if missing:
            return f'{self._are(missing)}. Worker {self.workers.task} ends; start all again.'
        if error is None:
            return (f'The other workers answer, but have not come as far in {self.patience:g} s. '
                    f'Worker {self.workers.task} ends; start all again, with more --patience.')
        return (f'The connection of worker {self.workers.task} broke: '
                f'{str(error).splitlines()[0][:200]}. It ends; start all again.')

    def end_for(self, error: Exception | None = None) -> None:
        """Say why, and end. Others may still ask for LINGER seconds whether this one is there."""
        say(self.why(error))
        time.sleep(LINGER)
        leave(AGAIN)

    def _are(self, missing):
        return '; '.join(f'{self.workers.name(k)} {state}' for k, state in missing.items())

    def _watch(self):
        """In a thread of its own: TensorFlow waits for a silent machine for ever."""
        tick = min(1, self.patience / 10)
        while True:
            before = time.monotonic()
            time.sleep(tick)
            stood_still = time.monotonic() - before > self.patience
            since = self._waits_since
            if since is None or time.monotonic() - since < self.patience:
                continue
            if stood_still:
                say(f'Worker {self.workers.task} itself stood still for more than '
                    f'{self.patience:g} s, so the others have ended. Start all again.')
                leave(AGAIN)
            self.end_for()


def state_of(address: str, seconds: float = 2) -> str:
    """Whether a worker's server answers: ANSWERS, GONE (nobody listens there) or SILENT."""
    host, _, port = address.rpartition(':')
    try:
        with socket.create_connection((host.strip('[]'), int(port)), timeout=seconds) as line:
            line.sendall(GREETING)
            return ANSWERS if line.recv(1) else GONE
    except TimeoutError:
        return SILENT
    except OSError:
        return GONE
