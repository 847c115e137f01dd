"""Killed at any moment, a training goes on to the same end. See small_training.py."""
import json
import multiprocessing
import os
import random
import signal
import sys
import time

import pytest
import tensorflow.compat.v1 as tf
from small_training import EPOCHS, train

from resume import Lists, Training_state

forked = pytest.mark.skipif(not hasattr(os, 'fork'), reason='needs fork')


def result(folder):
    with open(folder / 'result.json', encoding='utf-8') as file:
        return json.load(file)


def child(folder):
    """A training in a process of its own (forked: TensorFlow is already imported)."""
    process = multiprocessing.get_context('fork').Process(target=train, args=(str(folder),))
    process.start()
    return process


@pytest.fixture(scope='module')
def uninterrupted(tmp_path_factory):
    """The result of a training that nobody killed, and how many seconds it took."""
    folder = tmp_path_factory.mktemp('whole')
    began = time.time()
    process = child(folder)
    process.join()
    assert process.exitcode == 0
    return result(folder), time.time() - began


@forked
@pytest.mark.slow
def test_killed_at_thirty_moments_it_ends_the_same(uninterrupted, tmp_path):
    expected, seconds = uninterrupted
    rng, kills, runs = random.Random(0), 0, 0
    while kills < 30:
        folder = tmp_path / str(runs)
        folder.mkdir()
        runs += 1
        for _ in range(100):
            process = child(folder)
            process.join(rng.uniform(0.1, 1.0) * seconds)
            if process.exitcode is None:
                os.kill(process.pid, signal.SIGKILL)
                process.join()
                kills += 1
            if process.exitcode != -signal.SIGKILL:
                break
        assert process.exitcode == 0
        assert result(folder) == expected
        assert sorted(os.listdir(folder)) == [
            'model.ckpt.data-00000-of-00001', 'model.ckpt.index', 'model.state.json',
            'result.json']
    print(f'{kills} kills in {runs} trainings')
