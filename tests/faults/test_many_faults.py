"""A worker killed, stopped, late, cut off, or different: all end, in a sentence; none hangs."""
import os
import random
import socket
import time

import numpy as np
import pytest
from many_workers import STILL, addresses, make_folder, only_linux, starter, trained

from course.many import AGAIN, FAILED, INTERRUPTED

pytestmark = [only_linux, pytest.mark.slow]
__all__ = ['starter']
KILLS = int(os.environ.get('KILLS', 3))
PATIENCE = 6                    # seconds
NOTICED = PATIENCE + 60         # by then all have ended, on a machine that has other work too
EPOCHS, LONG = 40, ('--nb_epoch', '2000')
KEPT = f'{STILL}\nimport course.checkpoints.resume as kept\nkept.EVERY_SECONDS = 0\n'
# from its 150th image on, worker 1 cannot read any
BROKEN = f"""{STILL}
import os
calls = []
def read_resized(path, size, read=read_resized):
    calls.append(path)
    if len(calls) > 150 and os.readlink('/proc/self/fd/1').endswith('printed_1.txt'):
        raise OSError('the disk is gone')
    return read(path, size)
"""


@pytest.fixture(scope='module')
def undisturbed(starter, tmp_path_factory):
    folder = make_folder(tmp_path_factory.mktemp('undisturbed') / 'a', KEPT, nb_epoch=EPOCHS)
    workers = starter.run(folder, 2)
    assert [worker.status for worker in workers] == [0, 0], workers[0].printed
    return folder


@pytest.fixture
def training(starter, tmp_path):
    """Two workers in the middle of a long training."""
    folder, where = make_folder(tmp_path / 'a', KEPT), addresses(2)
    workers = [starter.start(folder, where, task, '--patience', str(PATIENCE), *LONG)
               for task in (0, 1)]
    workers[0].has_printed('epoch 2:')
    yield workers
    for worker in workers:
        worker.process.kill()


def same_as(folder, other):
    """Whether two trainings have left the same history and the same weights, bit for bit."""
    (history, weights), (history_2, weights_2) = trained(folder), trained(other)
    return history == history_2 and weights.keys() == weights_2.keys() and all(
        np.array_equal(value, weights_2[name]) for name, value in weights.items())


@pytest.mark.parametrize('killed', [0, 1])
def test_a_killed_worker_is_named_by_the_other(training, killed):
    training[killed].send('SIGKILL')
    left = training[1 - killed].ended(NOTICED)
    assert left.status == AGAIN and 'Traceback' not in left.printed
    assert f'worker {killed} (127.0.0.1' in left.printed and 'is gone' in left.printed
    print(f'ended {left.took:.1f} s after the kill')


@pytest.mark.parametrize('stopped', [0, 1])
def test_a_machine_that_stands_still(training, stopped):
    """The other one ends when its patience does; it itself ends when it moves again."""
    training[stopped].send('SIGSTOP')
    left = training[1 - stopped].ended(NOTICED)
    assert left.status == AGAIN and f'worker {stopped} (' in left.printed
    assert 'does not answer' in left.printed
    print(f'ended {left.took:.1f} s after it stood still, with a patience of {PATIENCE} s')
    training[stopped].send('SIGCONT')
    assert training[stopped].ended(NOTICED).status == AGAIN


def test_ctrl_c_on_one_machine(training):
    training[1].send('SIGINT')
    assert training[1].ended(NOTICED).status == INTERRUPTED
    assert training[0].ended(NOTICED).status == AGAIN


@pytest.mark.parametrize('missing', [0, 1])
def test_a_worker_that_never_comes(starter, tmp_path, missing):
    where = addresses(2)
    other = starter.start(make_folder(tmp_path / 'a'), where, 1 - missing, '--patience', '4')
    assert other.ended().status == FAILED
    assert f'worker {missing} ({where[missing]}) is gone: is it started' in other.printed


def test_a_worker_that_is_late_is_waited_for(starter, tmp_path, undisturbed):
    folder, where = make_folder(tmp_path / 'a', KEPT, nb_epoch=EPOCHS), addresses(2)
    first = starter.start(folder, where, 0)
    first.has_printed('waits for 1 of 2 workers')
    time.sleep(5)
    second = starter.start(folder, where, 1)
    assert [first.ended().status, second.ended().status] == [0, 0]
    assert same_as(folder, undisturbed)


@pytest.mark.parametrize('option, value, said', [
    ('--seed', '1', 'seed = 1'), ('--learning_rate', '0.02', 'learning_rate = 0.02'),
    ('--wire', 'bfloat16', "gradients sent in = 'bfloat16'")])
def test_a_worker_that_differs_is_named_before_the_first_step(starter, tmp_path, option, value,
                                                              said):
    folder, where = make_folder(tmp_path / 'a'), addresses(2)
    workers = [starter.start(folder, where, task, *[option, value] * task) for task in (0, 1)]
    for worker in workers:
        assert worker.ended().status == FAILED
        assert f'Worker 1 ({where[1]}) has not the same ' in worker.printed
    assert said in workers[1].printed and 'epoch 1:' not in workers[0].printed


def test_a_worker_that_sees_another_model_folder(starter, training, tmp_path):
    training[1].send('SIGKILL')
    training[0].ended(NOTICED)
    where = addresses(2)
    workers = [starter.start(tmp_path / 'a', where, task, *LONG,
                             *['--model_folder', 'elsewhere'] * task) for task in (0, 1)]
    for worker in workers:
        assert worker.ended().status == FAILED
        assert 'epoch' in worker.printed and 'that all workers share?' in worker.printed


def test_an_image_that_one_worker_cannot_read(starter, tmp_path):
    folder, where = make_folder(tmp_path / 'a', BROKEN), addresses(2)
    workers = [starter.start(folder, where, task, *LONG) for task in (0, 1)]
    for worker in workers:
        worker.ended()
    assert workers[1].status == FAILED and 'the disk is gone' in workers[1].printed
    assert workers[0].status == AGAIN and f'worker 1 ({where[1]}) is gone' in workers[0].printed


def test_a_port_that_is_taken(starter, tmp_path):
    with socket.create_server(('', 0)) as taken:
        where = [f'127.0.0.1:{taken.getsockname()[1]}', *addresses(1)]
        worker = starter.start(make_folder(tmp_path / 'a'), where, 0)
        assert worker.ended().status == FAILED and 'is the port taken' in worker.printed


def test_killed_at_random_moments_it_ends_the_same(starter, tmp_path, undisturbed):
    """Either worker, again and again; started again, they end with the same bits."""
    rng, kills, resumed, in_a_save, runs = random.Random(0), 0, 0, 0, 0
    while kills < KILLS:
        folder = make_folder(tmp_path / str(runs), KEPT, nb_epoch=EPOCHS)
        runs, epoch, done = runs + 1, 0, False
        while not done:
            where = addresses(2)
            workers = [starter.start(folder, where, task) for task in (0, 1)]
            epoch += rng.randint(2, 12)
            unlucky = rng.choice(workers)
            while f'epoch {epoch}:' not in workers[0].printed and workers[0].process.is_alive():
                time.sleep(0.002)
            time.sleep(rng.uniform(0, 0.2))
            unlucky.process.kill()                      # no error where it has just ended
            statuses = [worker.ended(NOTICED).status for worker in workers]
            done = statuses[0] == 0
            if not done:
                kills += 1
                assert sorted(statuses) in ([-9, AGAIN], [-9, 0]), workers[0].printed
                in_a_save += any('being_written' in str(path) or '.tmp.' in path.name
                                 for path in folder.glob('model/*/**/*'))
            resumed += 'where it resumes' in workers[0].printed
        assert same_as(folder, undisturbed), folder
    print(f'{kills} kills in {runs} trainings, {in_a_save} of them in a save; resumed {resumed} '
          f'times; {runs} of {runs} the same')
