"""A save that is interrupted, killed or out of space at any of its steps: one whole checkpoint."""
import errno
import math
import os

import pytest
import tensorflow.compat.v1 as tf
from checkpoint_model import GOOD_FILES, files

from callbacks import Model_checkpoint
from course.checkpoints.saving import finish_interrupted_save, saved_state


class Crash(BaseException):
    """Stands for the death of the program: no `except Exception` catches it."""


def test_restore_after_an_interrupted_save(model, checkpoint, monkeypatch):
    """Ctrl-C when the new files are complete, and before their epoch is remembered."""
    model.epoch(checkpoint, 2.0, 1)
    with monkeypatch.context() as patch:
        crash_at(patch, 6, KeyboardInterrupt(), after=True)
        with pytest.raises(KeyboardInterrupt):
            model.epoch(checkpoint, 1.0, 2)
    assert checkpoint.epoch == 1
    checkpoint.restore(model.sess, model.saver)
    assert model.value() == checkpoint.epoch == 2


def crash_at(monkeypatch, step, error, after=False):
    """Raise the error at (or just after) the step-th change of the disk by os functions."""
    count = [0]

    def watched(function):
        def call(*arguments):
            count[0] += 1
            if count[0] != step:
                return function(*arguments)
            if after:
                function(*arguments)
            raise error
        return call

    for name in ('fsync', 'replace', 'remove'):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    return count


@pytest.mark.parametrize('error', [Crash(), KeyboardInterrupt()])
@pytest.mark.parametrize('step, weights', [
    (1, 1), (2, 1), (3, 1),  # flush data, index and state to the disk
    (4, 1),                  # rename the data: not yet done
    (5, 2), (6, 2)])         # rename the index, the state: the data is already renamed
def test_crash_during_save(model, checkpoint, step, weights, error, monkeypatch):
    model.epoch(checkpoint, 1.0, 1)
    with monkeypatch.context() as patch:
        crash_at(patch, step, error)
        with pytest.raises(type(error)):
            model.epoch(checkpoint, 0.5, 2)
    finish_interrupted_save(checkpoint.path)
    assert model.restored(checkpoint.path) == weights
    assert files(checkpoint) == GOOD_FILES
    assert saved_state(checkpoint.path)['epoch'] == weights
    finish_interrupted_save(checkpoint.path)  # a second call changes nothing
    assert model.restored(checkpoint.path) == weights


@pytest.mark.parametrize('code, weights', [(errno.EINVAL, 2), (errno.EIO, 1)])
def test_disk_without_flush(model, checkpoint, monkeypatch, code, weights):
    """Some network drives cannot flush: the save counts. A flush that fails is a failed save."""
    def fsync(_):
        raise OSError(code, os.strerror(code))

    model.epoch(checkpoint, 1.0, 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, 'fsync', fsync)
        model.epoch(checkpoint, 0.5, 2)
    finish_interrupted_save(checkpoint.path)
    assert model.restored(checkpoint.path) == weights
    assert files(checkpoint) == GOOD_FILES


def test_a_save_has_six_steps(model, checkpoint, monkeypatch):
    """So the test above crashes at every step there is."""
    with monkeypatch.context() as patch:
        count = crash_at(patch, None, None)
        model.epoch(checkpoint, 1.0, 1)
    assert count[0] == 6


@pytest.mark.parametrize('first_step', [4, 5, 6])
@pytest.mark.parametrize('after', [False, True])
@pytest.mark.parametrize('step', [1, 2])
def test_crash_during_clean_up(model, checkpoint, first_step, step, after, monkeypatch):
    """Even if cleaning up is interrupted as well, the checkpoint is whole after the next one."""
    model.epoch(checkpoint, 1.0, 1)
    with monkeypatch.context() as patch:
        crash_at(patch, first_step, Crash())
        with pytest.raises(Crash):
            model.epoch(checkpoint, 0.5, 2)
    with monkeypatch.context() as patch:
        crash_at(patch, step, Crash(), after)
        try:
            finish_interrupted_save(checkpoint.path)
        except Crash:
            pass
    finish_interrupted_save(checkpoint.path)
    assert model.restored(checkpoint.path) == {4: 1, 5: 2, 6: 2}[first_step]
    assert files(checkpoint) == GOOD_FILES


@pytest.mark.parametrize('step', [4, 5, 6])
def test_next_save_cleans_up(model, checkpoint, step, monkeypatch):
    model.epoch(checkpoint, 1.0, 1)
    with monkeypatch.context() as patch:
        crash_at(patch, step, Crash())
        with pytest.raises(Crash):
            model.epoch(checkpoint, 0.5, 2)
    broken = FakeSaver(model.saver, Crash(), suffixes=[])
    with pytest.raises(Crash):
        checkpoint.on_epoch_end(0.4, 3, model.sess, broken)
    assert files(checkpoint) == GOOD_FILES
    assert model.restored(checkpoint.path) == {4: 1, 5: 2, 6: 2}[step]
    model.epoch(checkpoint, 0.3, 4)
    assert model.restored(checkpoint.path) == 4


class FakeSaver:
    """A saver that writes half of some of its files and then fails."""

    def __init__(self, saver, error, suffixes):
        self.saver, self.error, self.suffixes = saver, error, suffixes

    def save(self, sess, path, **options):
        for suffix in self.suffixes:
            with open(path + suffix, 'wb') as file:
                file.write(b'half')
        raise self.error


HALF_SAVES = [[], ['.data-00000-of-00001.tempstate123'], ['.data-00000-of-00001'],
              ['.data-00000-of-00001', '.index.tempstate456'], ['.data-00000-of-00001', '.index']]


@pytest.mark.parametrize('suffixes', HALF_SAVES)
def test_crash_in_the_saver(model, checkpoint, suffixes):
    model.epoch(checkpoint, 1.0, 1)
    with pytest.raises(Crash):
        checkpoint.on_epoch_end(0.5, 2, model.sess, FakeSaver(model.saver, Crash(), suffixes))
    assert len(files(checkpoint)) == 3 + len(suffixes)
    finish_interrupted_save(checkpoint.path)
    assert files(checkpoint) == GOOD_FILES
    assert model.restored(checkpoint.path) == 1


ERRORS = [OSError(28, 'No space left on device'),
          tf.errors.ResourceExhaustedError(None, None, 'No space left on device\nmore'),
          tf.errors.FailedPreconditionError(None, None, 'No space left on device')]


@pytest.mark.parametrize('error', ERRORS)
@pytest.mark.parametrize('suffixes', HALF_SAVES)
def test_failing_saver_leaves_the_old(model, checkpoint, error, suffixes, capsys):
    model.epoch(checkpoint, 1.0, 1)
    capsys.readouterr()
    checkpoint.on_epoch_end(0.5, 2, model.sess, FakeSaver(model.saver, error, suffixes))
    message = capsys.readouterr().out
    assert message.count('\n') == 1
    for word in ['Epoch 2', checkpoint.path, 'No space left', 'Training continues', 'checkpoint']:
        assert word in message
    assert (checkpoint.best, checkpoint.epoch) == (1.0, 1)
    assert files(checkpoint) == GOOD_FILES
    assert model.restored(checkpoint.path) == 1
    model.epoch(checkpoint, 0.8, 3)  # worse than the failed one, but better than the saved one
    assert model.restored(checkpoint.path) == 3


@pytest.mark.parametrize('step, weights', [(1, 1), (2, 1), (3, 1), (4, 1), (5, 2), (6, 2)])
def test_failing_os_function(model, checkpoint, step, weights, monkeypatch, capsys):
    """An OSError is not raised; the renaming of index and state is tried once more."""
    model.epoch(checkpoint, 1.0, 1)
    with monkeypatch.context() as patch:
        crash_at(patch, step, OSError('disk trouble'))
        model.epoch(checkpoint, 0.5, 2)
    assert 'disk trouble' in capsys.readouterr().out
    assert model.restored(checkpoint.path) == checkpoint.epoch == weights


def test_folder_that_cannot_be_made(model, tmp_path, capsys):
    (tmp_path / 'file').write_text('not a folder')
    checkpoint = Model_checkpoint(tmp_path / 'file' / 'model')
    model.epoch(checkpoint, 1.0, 1)
    assert str(tmp_path / 'file') in capsys.readouterr().out
    assert (checkpoint.best, checkpoint.epoch) == (math.inf, None)


def test_read_only_folder(model, checkpoint, capsys):
    model.epoch(checkpoint, 1.0, 1)
    folder = os.path.dirname(checkpoint.path)
    os.chmod(folder, 0o500)
    try:
        if os.access(folder, os.W_OK):
            pytest.skip('this user can write to read-only folders')
        model.epoch(checkpoint, 0.5, 2)
    finally:
        os.chmod(folder, 0o700)
    assert checkpoint.path in capsys.readouterr().out
    assert (checkpoint.best, model.restored(checkpoint.path)) == (1.0, 1)


def test_finish_spares_other_files(tmp_path):
    """Special characters of the name are no pattern, and other checkpoints are left alone."""
    names = ['m[1].ckpt.tmp.index', 'm[1].ckpt.tmp.data-00000-of-00001', 'm1.ckpt.tmp.index',
             'm[1].ckpt.index', 'm[1].ckpt-2.tmp.index']
    for name in names:
        (tmp_path / name).write_text(name)
    finish_interrupted_save(str(tmp_path / 'm[1].ckpt'))
    assert sorted(os.listdir(tmp_path)) == sorted(names[2:])
    finish_interrupted_save(str(tmp_path / 'missing' / 'model.ckpt'))  # nothing there: no error


