"""Killed at any moment, a training resumes and comes to the same end. See small_training.py."""
import contextlib
import io
import json
import math
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time

import pytest
from conftest import ROOT
from small_training import train

from course.checkpoints import saving
from course.checkpoints.resume import Keep_state
from course.checkpoints.saving import SUFFIXES

KILLS = 30
FILES = [f'model.ckpt{suffix}' for suffix in SUFFIXES] + ['result.json', 'training.json']


def left_in(folder):
    return sorted(os.listdir(folder))


def result(folder):
    return json.loads((folder / 'result.json').read_text())


@pytest.fixture(scope='module')
def child():
    """child(folder): a small training in a process of its own; the first waits for TensorFlow."""
    if sys.platform == 'win32':
        pytest.skip('needs fork')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('PYTHONPATH', str(ROOT / 'tests'))         # where small_training is
        processes = multiprocessing.get_context('forkserver')
        processes.set_forkserver_preload(['course.compat', 'small_training'])

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
    shutil.rmtree(whole)
    whole.mkdir()
    began = time.time()
    assert ends_well(child(whole))
    seconds, expected = time.time() - began, result(whole)
    assert len(expected['history']['val_loss']) > expected['best']['epoch'] > 1
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
            resumed += any(folder.glob('training/epoch_*'))
        assert result(folder) == expected
        assert left_in(folder) == FILES
        shutil.rmtree(folder)
    print(f'{kills} kills in {runs} trainings, {resumed} with a state to resume from')
    assert resumed > 5


class Killed(BaseException):
    """Ends the program, as far as this process goes."""


def kill_at(monkeypatch, step):
    """Ends it before the step-th change of the disk, in saving.py and resume.py alike."""
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
        assert left_in(folder) == FILES
        shutil.rmtree(folder)


def interrupted(folder, after_epoch=2, **options):
    """A training that is killed when the state after an epoch is there."""
    with pytest.MonkeyPatch.context() as patch:
        original = Keep_state.on_epoch_end

        def keep(self, val_loss, nth_epoch, sess, saver):
            original(self, val_loss, nth_epoch, sess, saver)
            if nth_epoch == after_epoch:
                raise Killed
        patch.setattr(Keep_state, 'on_epoch_end', keep)
        with pytest.raises(Killed):
            train(folder, **options)


def test_it_resumes_by_default_and_says_so(uninterrupted, tmp_path, capsys):
    interrupted(tmp_path)
    capsys.readouterr()
    assert train(tmp_path, epochs=3) == 2
    assert ('This training was interrupted after epoch 2, where it resumes. '
            'To begin from the start instead: resume = False.') in capsys.readouterr().out
    assert result(tmp_path) == uninterrupted


@pytest.mark.parametrize('options, said', [
    ({'resume': False}, 'is not resumed'), ({'seed': 1}, 'had other settings: seed was 0')])
def test_beginning_from_the_start_destroys_nothing(options, said, tmp_path, capsys):
    interrupted(tmp_path, seed=0)
    best = {f: (tmp_path / f).read_bytes() for f in FILES[:3]}
    for n in (1, 2):
        capsys.readouterr()
        assert train(tmp_path, epochs=2, **options) == 0
        text = capsys.readouterr().out
        assert said in text and f'It is kept in {tmp_path}/training.{n}, until' in text
        assert (tmp_path / f'training.{n}' / 'epoch_0002' / 'weights.ckpt.index').is_file()
        if n == 1:
            for name, data in best.items():
                assert (tmp_path / 'training.1' / name).read_bytes() == data
        interrupted(tmp_path, seed=0)


def test_a_save_that_fails_leaves_the_state_before(uninterrupted, tmp_path, capsys, monkeypatch):
    """Epoch 2 cannot be written; killed after it, the training goes on from epoch 1."""
    original, calls = saving.flush, []

    def flush(path):
        calls.append(path)
        if len(calls) == 11:                        # 3 files of each save, 2 saves an epoch
            raise OSError(28, 'No space left on device')
        original(path)

    monkeypatch.setattr(saving, 'flush', flush)
    interrupted(tmp_path)
    text = capsys.readouterr().out
    assert 'Epoch 2: the state could not be kept' in text
    assert 'No space left' in text and 'it would resume after epoch 1' in text
    assert os.listdir(tmp_path / 'training') == ['epoch_0001']
    assert train(tmp_path, epochs=3) == 1
    assert result(tmp_path) == uninterrupted


def test_what_is_set_aside_is_whole(tmp_path):
    """Killed between the renames of the best checkpoint's files, then begun from the start."""
    interrupted(tmp_path, after_epoch=1)
    for name in FILES[1:3]:                             # the data of the next one is in place ...
        (tmp_path / name).write_bytes(b'of epoch 1')
    (tmp_path / 'model.ckpt.tmp.index').write_bytes(b'of epoch 2')     # ... the others not yet
    (tmp_path / 'model.ckpt.tmp.state.json').write_bytes(b'{"best": 0, "epoch": 2}')
    train(tmp_path, resume=False, epochs=2)
    kept = tmp_path / 'training.1'
    assert (kept / 'model.ckpt.index').read_bytes() == b'of epoch 2'
    assert json.loads((kept / 'model.ckpt.state.json').read_text())['epoch'] == 2
    assert not list(kept.glob('*tmp*'))


def train_on_a_full_disk(folder):
    """From epoch 2 on no file of this process may become longer than 100 bytes; then room again."""
    import resource  # not on Windows
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    keep = Keep_state.on_epoch_end

    def keep_and_fill_the_disk(self, val_loss, nth_epoch, sess, saver):
        keep(self, val_loss, nth_epoch, sess, saver)
        full = nth_epoch in (1, 2)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, unlimited[1]) if full else unlimited)
        if nth_epoch == 3:                                  # 2 and 3 could not be saved
            with open(f'{folder}/after_3.json', 'w', encoding='utf-8') as file:
                json.dump([sorted(os.listdir(self.folder)),
                           self.model_dict['checkpoint'].get_state()], file)

    Keep_state.on_epoch_end = keep_and_fill_the_disk
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        train(folder, epochs=4)
    with open(f'{folder}/printed.txt', 'w', encoding='utf-8') as file:
        file.write(printed.getvalue())


def test_a_full_disk_is_survived(child, uninterrupted, tmp_path):
    process = child(tmp_path, train_on_a_full_disk)
    assert ends_well(process)
    folder, best = json.loads((tmp_path / 'after_3.json').read_text())
    assert folder == ['epoch_0001'] and best['epoch'] == 1     # whole, and still the best
    text = (tmp_path / 'printed.txt').read_text()
    for epoch in (2, 3):
        assert f'Epoch {epoch}: saving to {tmp_path}/model.ckpt failed' in text
        assert f'Epoch {epoch}: the state could not be kept' in text
    assert text.count('File too large') == 4
    assert result(tmp_path)['history']['val_loss'][:3] == uninterrupted['history']['val_loss']
