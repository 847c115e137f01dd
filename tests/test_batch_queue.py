"""BatchQueue: in order, a few in advance, a failed batch tried again, shared by readers."""
import queue
import threading
import time

import pytest

from course.batch_queue import BatchQueue


def test_twice_as_many_batches_as_threads_are_made_in_advance():
    made = []
    with BatchQueue(lambda k: made.append(k), n_threads=2) as batches:
        time.sleep(0.3)
        assert sorted(made) == [0, 1, 2, 3]
        batches.get()
        time.sleep(0.3)
        assert sorted(made) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize('seconds', [0, 0.02])
def test_a_failed_batch_is_tried_again_and_none_is_lost(seconds):
    broken = {5}

    def make(k):
        if k in broken:
            raise OSError(f'batch {k}')
        time.sleep(seconds)                     # the others are still at work when 5 has failed
        return k
    with BatchQueue(make, n_threads=3) as batches:
        got = [batches.get() for _ in range(5)]
        for _ in range(2):
            with pytest.raises(OSError, match='batch 5'):
                batches.get()
        broken.clear()
        got += [batches.get() for _ in range(5)]
    assert got == list(range(10))


def test_two_readers_share_the_batches():
    got = []
    with BatchQueue(lambda k: k, n_threads=2, n_batches=40) as batches:
        def read():
            while True:
                try:
                    got.append(batches.get())
                except queue.Empty:
                    return
        readers = [threading.Thread(target=read, daemon=True) for _ in range(2)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(timeout=5)
        assert not any(reader.is_alive() for reader in readers)
    assert sorted(got) == list(range(40))


def test_an_end_is_said_as_queue_says_it():
    with BatchQueue(lambda k: k, n_threads=2, n_batches=3) as batches:
        assert [batches.get() for _ in range(3)] == [0, 1, 2]
        with pytest.raises(queue.Empty):
            batches.get()
