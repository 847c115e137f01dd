"""The threads of data_generators under faults: none is left behind, and nothing waits for ever."""
import gc
import signal
import sys
import threading
import time
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from course.batch_queue import BatchQueue
from generator import data_generators

CYCLES = 100


def frames():
    """Lists of 12 / 8 / 8 rows for each of two classes."""
    return [[pd.DataFrame({'path': [f'{split}_{c}_{i}' for i in range(n)], 'label': c})
             for split, n in (('train', 12), ('val', 8), ('test', 8))] for c in range(2)]


def preprocess(df, num_class, aug=False):
    """An image of 1 MB in a batch of 4."""
    return [np.zeros((len(df), 2**18), 'uint8')], np.eye(num_class)[df.label], list(df.path)


def make_generators(preprocess=preprocess, n_threads=4):
    return data_generators(4, frames(), 2, preprocess, n_threads=n_threads)


def begin_and_stop(generators):
    with generators.start_train_threads():
        generators.train_queue.get()


def stop_without_a_batch(generators):
    generators.start_train_threads()
    generators.stop()


def break_early(generators):
    for _ in generators.get_test_data():
        break


def never_stop(generators):
    generators.start_train_threads()
    generators.train_queue.get()


def fail(generators):
    def broken(*_):
        raise MemoryError
    generators.preprocess = broken
    with pytest.raises(RuntimeError, match='MemoryError'), generators.start_train_threads():
        generators.train_queue.get()


def press_ctrl_c(generators):
    """The signal comes while the main thread waits for a batch that takes long."""
    generators.preprocess = lambda *_: time.sleep(0.05) or preprocess(*_)
    timer = threading.Timer(0.02, signal.pthread_kill,
                            (threading.main_thread().ident, signal.SIGINT))
    with pytest.raises(KeyboardInterrupt), generators.start_train_threads():
        timer.start()
        for _ in range(50):
            generators.train_queue.get()
    timer.join()


@pytest.fixture
def python_handles_ctrl_c():
    """As in a fresh interpreter; a notebook that was run by another test may have changed it."""
    other = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, other)


def until(condition, seconds=10):
    for _ in range(int(seconds / 0.02)):
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.skipif(sys.platform == 'win32', reason='no pthread_kill')
@pytest.mark.parametrize('cycle', [begin_and_stop, stop_without_a_batch, break_early, never_stop,
                                   fail, press_ctrl_c])
def test_a_hundred_cycles_leave_no_thread_and_no_memory(cycle, python_handles_ctrl_c):
    before = threading.active_count()
    for _ in range(3):
        cycle(make_generators())                    # what is made once only
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(CYCLES):
            cycle(make_generators())
        assert until(lambda: threading.active_count() <= before)
        gc.collect()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 2**20                             # less than one of the batches
    assert peak > kept                              # so memory was really counted


@pytest.mark.parametrize('error', [OSError, MemoryError, SystemExit, KeyboardInterrupt,
                                   GeneratorExit, StopIteration])
def test_what_kills_a_worker_comes_out_of_get(error):
    def make(k):
        if k == 3:
            raise error
        return k

    before = threading.active_count()
    with BatchQueue(make, n_threads=2) as batches:
        assert [batches.get() for _ in range(3)] == [0, 1, 2]
        for _ in range(2):
            with pytest.raises(error):
                batches.get()
    assert until(lambda: threading.active_count() <= before)


@pytest.mark.parametrize('opens', [True, False])
def test_stop_wakes_a_reader_that_waits(opens, monkeypatch):
    """Also where the file that is being read never comes (a network drive)."""
    gate, seen = threading.Event(), []
    batches = BatchQueue(lambda k: gate.wait(60), n_threads=1)

    def reader():
        try:
            batches.get()
        except RuntimeError as error:
            seen.append(str(error))

    batches.start()
    thread = threading.Thread(target=reader)
    thread.start()
    time.sleep(0.05)
    if opens:
        threading.Timer(0.1, gate.set).start()
    stopper = threading.Thread(target=batches.stop)
    stopper.start()
    thread.join(timeout=5)
    gate.set()
    stopper.join()
    assert not thread.is_alive() and 'not running' in seen[0]


def test_the_place_is_given_and_taken_back():
    def batches_of(generators, n):
        with generators.start_train_threads():
            return [generators.train_queue.get() for _ in range(n)]

    def seeded(df, num_class, aug=False):
        seeds = df.seed if aug else [0] * len(df)
        return [np.array(seeds)[:, None]], np.eye(num_class)[df.label], list(df.path)

    expected = batches_of(make_generators(seeded), 9)
    first = make_generators(seeded)
    batches_of(first, 5)
    assert first.get_state() == {'next_batch': 5}   # not those that were made in advance
    second = make_generators(seeded, n_threads=1)
    second.set_state(first.get_state())
    for (x, y), (x_expected, y_expected) in zip(batches_of(second, 4), expected[5:]):
        np.testing.assert_array_equal(x[0], x_expected[0])
        np.testing.assert_array_equal(y, y_expected)
    with second.start_train_threads():
        second.set_state({'next_batch': 2})         # also while the threads run
        np.testing.assert_array_equal(second.train_queue.get()[0][0], expected[2][0][0])
