"""Killed at any moment, a training goes on to the same end. See small_training.py."""
import contextlib
import io
import json
import math
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import time

import imgaug.augmenters as iaa
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from conftest import ROOT
from small_training import train

from callbacks import Model_checkpoint
from course.checkpoints import disk, resume
from course.checkpoints.resume import Lists, Training_state, digest

KILLS = 30
FILES = ['model.ckpt.data-00000-of-00001', 'model.ckpt.index', 'model.state.json', 'result.json']


def result(folder):
    return json.loads((folder / 'result.json').read_text())


@pytest.fixture(scope='module')
def child():
    """child(folder): a small training in a process of its own; the first waits for TensorFlow."""
    if sys.platform == 'win32':
        pytest.skip('needs fork')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('PYTHONPATH', os.pathsep.join([str(ROOT), str(ROOT / 'tests')]))
        processes = multiprocessing.get_context('forkserver')
        processes.set_forkserver_preload(['compat', 'small_training'])

        def start(folder, target=train):
            process = processes.Process(target=target, args=(str(folder),))
            process.start()
            return process

        yield start


def ends_well(process):
    process.join(timeout=120)
    return process.exitcode == 0


@pytest.mark.slow
def test_killed_at_thirty_moments_it_ends_the_same(child, tmp_path):
    whole = tmp_path / 'whole'
    whole.mkdir()
    assert ends_well(child(whole))                      # the first is no measure of the time
    (whole / 'result.json').unlink()
    began = time.time()
    assert ends_well(child(whole))
    seconds, expected = time.time() - began, result(whole)
    assert len(expected['history']['val_loss']) > expected['best']['best_epoch'] > 1
    rng, kills, resumed, runs = random.Random(0), 0, 0, 0
    while kills < KILLS:
        folder = tmp_path / str(runs)
        folder.mkdir()
        runs += 1
        patience = seconds
        for _ in range(200):
            process = child(folder)
            process.join(rng.uniform(0.2, 1.0) * patience)
            patience *= 1.02                            # the machine may have become slower
            process.kill()                              # no error where it has just ended
            process.join()
            if process.exitcode == 0:
                break
            assert process.exitcode == -signal.SIGKILL
            kills += 1
            resumed += any(folder.glob('model_last/epoch_*'))
        assert result(folder) == expected
        assert sorted(os.listdir(folder)) == FILES
        shutil.rmtree(folder)
    print(f'{kills} kills in {runs} trainings, {resumed} with a state to go on from')
    assert resumed > 5


class Killed(BaseException):
    """Ends the program, as far as this process goes."""


def kill_at(monkeypatch, step):
    """Ends it before the step-th change of the disk, in callbacks.py and resume.py alike."""
    count = [0]

    def watched(function):
        def call(*arguments, **options):
            count[0] += 1
            if count[0] >= step:
                raise Killed
            return function(*arguments, **options)
        return call

    for name in ('fsync', 'replace', 'remove', 'rename', 'makedirs', 'rmdir', 'unlink'):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    for name in ('rmtree', 'copy2'):
        monkeypatch.setattr(shutil, name, watched(getattr(shutil, name)))
    return count


@pytest.fixture(scope='module')
def uninterrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp('whole')
    assert train(folder, epochs=3) == 0
    return result(folder)


def whole_training(folder):
    """How often it changes the disk, and its result."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        count = kill_at(patch, math.inf)
        train(folder, epochs=2)
    return count[0], result(folder)


@pytest.mark.slow
def test_killed_before_every_change_of_the_disk(tmp_path):
    """The change before it is done then, and what was written since lies there."""
    steps, uninterrupted = whole_training(tmp_path / 'whole')
    assert steps > 40
    for step in range(1, steps + 1):
        folder = tmp_path / str(step)
        folder.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, step)
            with pytest.raises(Killed):
                train(folder, epochs=2)
        train(folder, epochs=2)
        assert result(folder) == uninterrupted
        assert sorted(os.listdir(folder)) == FILES
        shutil.rmtree(folder)


def interrupted(folder, after_epoch=2, **options):
    """A training that is killed when the state after an epoch is there."""
    with pytest.MonkeyPatch.context() as patch:
        original = Training_state.keep

        def keep(self, nth_epoch, sess):
            original(self, nth_epoch, sess)
            if nth_epoch == after_epoch:
                raise Killed
        patch.setattr(Training_state, 'keep', keep)
        with pytest.raises(Killed):
            train(folder, **options)


def test_it_goes_on_by_default_and_says_so(uninterrupted, tmp_path, capsys):
    interrupted(tmp_path)
    capsys.readouterr()
    assert train(tmp_path, epochs=3) == 2
    assert 'goes on after epoch 2. To begin anew instead: resume = False' in capsys.readouterr().out
    assert result(tmp_path) == uninterrupted


@pytest.mark.parametrize('options, said', [
    ({'resume': False}, 'is not gone on with'), ({'seed': 1}, 'had other settings: seed was 0')])
def test_beginning_anew_destroys_nothing(options, said, tmp_path, capsys):
    interrupted(tmp_path, seed=0)
    best = {f: (tmp_path / f).read_bytes() for f in FILES[:3]}
    for n in (1, 2):
        capsys.readouterr()
        assert train(tmp_path, epochs=2, **options) == 0
        text = capsys.readouterr().out
        assert said in text and f'It is kept in {tmp_path}/model_last.{n}, until' in text
        assert (tmp_path / f'model_last.{n}' / 'epoch_0002' / 'weights.ckpt.index').is_file()
        if n == 1:
            for name, data in best.items():
                assert (tmp_path / 'model_last.1' / name).read_bytes() == data
        interrupted(tmp_path, seed=0)


def test_a_save_that_fails_leaves_the_state_before(uninterrupted, tmp_path, capsys, monkeypatch):
    """Epoch 2 cannot be written; killed after it, the training goes on from epoch 1."""
    original, calls = disk.flush, []

    def flush(path):
        calls.append(path)
        if len(calls) == 11:                        # 3 files of each save, 2 saves an epoch
            raise OSError(28, 'No space left on device')
        original(path)

    monkeypatch.setattr(disk, 'flush', flush)
    interrupted(tmp_path)
    text = capsys.readouterr().out
    assert 'Epoch 2: the state for going on could not be kept' in text
    assert 'No space left' in text and 'it would go on from epoch 1' in text
    assert os.listdir(tmp_path / 'model_last') == ['epoch_0001']
    assert train(tmp_path, epochs=3) == 1
    assert result(tmp_path) == uninterrupted


def test_what_is_set_aside_is_whole(tmp_path):
    """Killed between the renames of the best checkpoint's files, then begun anew."""
    interrupted(tmp_path, after_epoch=1)
    for name in FILES[1:3]:                             # the data of the next one is in place ...
        (tmp_path / name).write_bytes(b'of epoch 1')
    (tmp_path / 'model.ckpt.tmp.index').write_bytes(b'of epoch 2')     # ... the others not yet
    (tmp_path / 'model.state.json.tmp').write_bytes(b'{"best": 0, "best_epoch": 2}')
    train(tmp_path, resume=False, epochs=2)
    kept = tmp_path / 'model_last.1'
    assert (kept / 'model.ckpt.index').read_bytes() == b'of epoch 2'
    assert json.loads((kept / 'model.state.json').read_text())['best_epoch'] == 2
    assert not list(kept.glob('*tmp*'))


def test_two_trainings_in_one_folder_keep_whole_states(tmp_path, monkeypatch):
    """A second kernel that saves while the first one does: each epoch is of one of them."""
    with tf.Graph().as_default(), tf.Session() as sess:
        variable = tf.get_variable('v', [])
        best = Model_checkpoint(str(tmp_path / 'model'))
        first, second = (Training_state(str(tmp_path / 'last'), best, {}, {'of': n},
                                        tf.train.Saver()) for n in (1, 2))
        save = first.saver.save

        def save_meanwhile(*arguments, **options):
            done = save(*arguments, **options)
            with monkeypatch.context() as patch:
                patch.setattr(os, 'getpid', lambda: -1)
                sess.run(variable.assign(2.0))
                second.keep(1, sess)
            return done

        first.saver.save = save_meanwhile
        sess.run(variable.assign(1.0))
        first.keep(1, sess)
        sess.run(variable.assign(0.0))
        first.saver.save = save
        assert first.begin(sess) == 1 and sess.run(variable) == 1.0


def test_states_are_kept_now_and_then_and_at_the_end(tmp_path, monkeypatch):
    seconds = [1000.0]
    monkeypatch.setattr(resume, 'EVERY_SECONDS', 30)
    monkeypatch.setattr(resume.time, 'monotonic', lambda: seconds[0])
    with tf.Graph().as_default(), tf.Session() as sess:
        sess.run(tf.get_variable('v', []).initializer)
        state = Training_state(str(tmp_path / 'last'), Model_checkpoint(str(tmp_path / 'model')),
                               {}, {}, tf.train.Saver())
        kept = []
        for epoch in range(1, 9):
            state.keep(epoch, sess)
            kept.append(state.last_epoch())
            seconds[0] += 12
        assert kept == [1, 1, 1, 4, 4, 4, 7, 7]         # after 0, 36 and 72 seconds
        state.keep(8, sess, at_once=True)
        written = (tmp_path / 'last/epoch_0008').stat()
        state.keep(8, sess, at_once=True)
        assert (tmp_path / 'last/epoch_0008').stat() == written


def test_a_folder_that_cannot_be_removed_is_named(tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise PermissionError(13, 'Permission denied')

    interrupted(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, 'rename', fail)
        state = Training_state(str(tmp_path / 'model_last'), Model_checkpoint(str(tmp_path / 'm')),
                               {}, {}, None)
        state.finished()
    assert 'model_last could not be removed: Permission denied' in capsys.readouterr().out
    assert state.last_epoch() == 2


def test_digests_tell_things_apart_but_not_addresses():
    augmenters = iaa.MotionBlur(k=3), iaa.MotionBlur(k=3), iaa.MotionBlur(k=7)
    assert ' at 0x' in str(augmenters[0])
    assert digest(augmenters[0]) == digest(augmenters[1]) != digest(iaa.Sharpen())
    different = [('a',), ('b',), ('a', 'b'), ('ab',), (b'a',), (), ('a', ''), (1.0,), (1,)]
    assert len({digest(*things) for things in different}) == len(different)
    assert re.fullmatch('[0-9a-f]{8}', digest('a'))


def test_random_states_and_lists_come_back(tmp_path):
    history = {'loss': [1.5]}
    with tf.Graph().as_default(), tf.Session() as sess:
        variable = tf.get_variable('v', [])
        saver = tf.train.Saver()

        def state(history):
            return Training_state(str(tmp_path / 'last'), Model_checkpoint(str(tmp_path / 'model')),
                                  {'history': Lists(history)}, {}, saver)
        sess.run(variable.assign(3.0))
        state(history).keep(1, sess)
        expected = random.random(), np.random.normal()
        sess.run(variable.assign(4.0))
        other = {'loss': []}
        assert state(other).begin(sess) == 1
        assert (random.random(), np.random.normal()) == expected
        assert other == history and sess.run(variable) == 3.0


def train_on_a_full_disk(folder):
    """From epoch 2 on no file of this process may become longer than 100 bytes; then room again."""
    import resource  # not on Windows
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    keep = Training_state.keep

    def keep_and_fill_the_disk(self, nth_epoch, sess):
        keep(self, nth_epoch, sess)
        full = nth_epoch in (1, 2)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, unlimited[1]) if full else unlimited)
        if nth_epoch == 3:                                  # 2 and 3 could not be saved
            with open(f'{folder}/after_3.json', 'w', encoding='utf-8') as file:
                json.dump([sorted(os.listdir(self.folder)), self.best.get_state()], file)

    Training_state.keep = keep_and_fill_the_disk
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        train(folder, epochs=4)
    with open(f'{folder}/printed.txt', 'w', encoding='utf-8') as file:
        file.write(printed.getvalue())


def test_a_full_disk_is_survived(child, uninterrupted, tmp_path):
    process = child(tmp_path, train_on_a_full_disk)
    assert ends_well(process)
    folder, best = json.loads((tmp_path / 'after_3.json').read_text())
    assert folder == ['epoch_0001'] and best['best_epoch'] == 1     # whole, and still the best
    text = (tmp_path / 'printed.txt').read_text()
    for epoch in (2, 3):
        assert f'Epoch {epoch}: saving to {tmp_path}/model.ckpt failed' in text
        assert f'Epoch {epoch}: the state for going on could not be kept' in text
    assert text.count('File too large') == 4
    assert result(tmp_path)['history']['val_loss'][:3] == uninterrupted['history']['val_loss']
