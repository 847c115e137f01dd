"""Tests of callbacks.py: against Keras, against NumPy, and with checkpoints of a tiny graph."""
import concurrent.futures
import functools
import json
import math
import multiprocessing
import os
import random
import subprocess
import sys
import types

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

import callbacks
from callbacks import (
    EarlyStopping,
    History,
    Model_checkpoint,
    ReduceLROnPlateau,
    Run_collected_functions,
    finish_interrupted_save,
)


class Crash(BaseException):
    """Stands for the death of the program: no `except Exception` catches it."""


# ---- EarlyStopping and ReduceLROnPlateau against Keras ----

def random_losses(rng):
    """Every other sequence is on a coarse grid, so that exact ties are frequent."""
    length = rng.randint(1, 40)
    if rng.random() < 0.5:
        return [rng.randint(0, 12) / 8 for _ in range(length)]
    return [rng.uniform(0.5, 1.5) * 0.97 ** epoch for epoch in range(length)]


def random_cases():
    rng = random.Random(7)
    cases = []
    for _ in range(1000):
        lr = 10 ** rng.uniform(-4, -1)
        cases.append({
            'losses': random_losses(rng),
            'patience': rng.randint(0, 6),
            'min_delta': rng.choice([0.0, 1e-4, 0.125, 0.25]),
            'lr': lr,
            'factor': rng.uniform(0.05, 0.95),
            'min_lr': rng.choice([0.0, 1e-10, lr * rng.uniform(0.01, 1.0)])})
    return cases


def keras_results(cases):
    """Return for each case what Keras does: [(stop, learning rate) after each epoch]."""
    import keras
    results = []
    for case in cases:
        stopping = keras.callbacks.EarlyStopping(
            'val_loss', mode='min', patience=case['patience'], min_delta=case['min_delta'])
        reducing = keras.callbacks.ReduceLROnPlateau(
            'val_loss', mode='min', patience=case['patience'], factor=case['factor'],
            min_lr=case['min_lr'], min_delta=1e-4, cooldown=0)
        model = types.SimpleNamespace(
            optimizer=keras.optimizers.SGD(case['lr']), stop_training=False)
        for callback in (stopping, reducing):
            callback.set_model(model)
            callback.on_train_begin()
        epochs = []
        for epoch, loss in enumerate(case['losses']):
            for callback in (stopping, reducing):
                callback.on_epoch_end(epoch, {'val_loss': loss})
            epochs.append((model.stop_training, float(model.optimizer.learning_rate.numpy())))
        results.append(epochs)
    return results


@pytest.fixture(scope='module')
def keras_cases():
    """Keras runs in a process of its own, because other tests may switch eager execution off."""
    cases = random_cases()
    spawn = multiprocessing.get_context('spawn')
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return list(zip(cases, pool.submit(keras_results, cases).result()))


def test_early_stopping_like_keras(keras_cases):
    stopped = 0
    for case, expected in keras_cases:
        early_stopping = EarlyStopping(min_delta=case['min_delta'], patience=case['patience'])
        for epoch, loss in enumerate(case['losses']):
            early_stopping.on_epoch_end(val_loss=loss, nth_epoch=epoch)
            assert early_stopping.stop is expected[epoch][0], (case, epoch)
        stopped += early_stopping.stop
    assert 150 < stopped < 950  # both outcomes are well represented


def test_reduce_lr_like_keras(keras_cases):
    reduced = 0
    for case, expected in keras_cases:
        reduce_lr = ReduceLROnPlateau(lr=case['lr'], factor=case['factor'],
                                      patience=case['patience'], min_lr=case['min_lr'])
        for epoch, loss in enumerate(case['losses']):
            reduce_lr.on_epoch_end(val_loss=loss, nth_epoch=epoch)
            assert reduce_lr.lr == pytest.approx(expected[epoch][1], rel=1e-5), (case, epoch)
        reduced += reduce_lr.lr < case['lr']
    assert 150 < reduced < 950


def test_defaults_and_positions():
    assert EarlyStopping(10).min_delta == 1e-4
    reduce_lr = ReduceLROnPlateau(1.7e-4, 0.5, 3)
    assert (reduce_lr.lr, reduce_lr.factor, reduce_lr.patience) == (1.7e-4, 0.5, 3)
    assert reduce_lr.min_lr == 1e-10
    checkpoint = Model_checkpoint('folder/name', False)
    assert (checkpoint.path, checkpoint.save_best_only) == ('folder/name.ckpt', False)


def test_improvement_resets_the_counter():
    """Two bad epochs, a good one, two bad ones: never three in a row."""
    reduce_lr = ReduceLROnPlateau(lr=1.0, factor=0.5, patience=3)
    for loss in [1.0, 2.0, 2.0, 0.5, 2.0, 2.0]:
        reduce_lr.on_epoch_end(loss)
        assert reduce_lr.lr == 1.0
    reduce_lr.on_epoch_end(2.0)
    assert reduce_lr.lr == 0.5


def test_single_precision_val_loss():
    """np.float32(0.9999) is a bit below 0.9999; in single precision adding 1e-4 gives 1."""
    early_stopping = EarlyStopping(patience=1)
    for loss in np.float32([1.0, 0.9999]):
        early_stopping.on_epoch_end(loss)
    assert not early_stopping.stop and type(early_stopping.best) is float


@pytest.mark.parametrize('value', [math.nan, math.inf, -math.inf])
def test_early_stopping_at_nan(value, capsys):
    early_stopping = EarlyStopping(patience=5)
    early_stopping.on_epoch_end(1.0, 0)
    assert not early_stopping.stop and capsys.readouterr().out == ''
    early_stopping.on_epoch_end(value, 1)
    message = capsys.readouterr().out
    assert early_stopping.stop and early_stopping.best == 1.0
    for word in ['Epoch 1', str(value), 'learning rate', 'images', 'checkpoint']:
        assert word in message


@pytest.mark.parametrize('value', [math.nan, math.inf, -math.inf])
def test_reduce_lr_counts_nan_as_no_improvement(value):
    reduce_lr = ReduceLROnPlateau(lr=1.0, factor=0.5, patience=2)
    for loss, lr in [(value, 1.0), (value, 0.5), (3.0, 0.5), (value, 0.5), (value, 0.25)]:
        reduce_lr.on_epoch_end(loss)
        assert reduce_lr.lr == lr
    assert reduce_lr.best == 3.0


@pytest.mark.parametrize('make, name', [
    (lambda: EarlyStopping(patience=-1), 'patience'),
    (lambda: EarlyStopping(patience=math.nan), 'patience'),
    (lambda: EarlyStopping(patience=1, min_delta=-1e-4), 'min_delta'),
    (lambda: ReduceLROnPlateau(lr=0, factor=0.5, patience=3), 'lr'),
    (lambda: ReduceLROnPlateau(lr=math.nan, factor=0.5, patience=3), 'lr'),
    (lambda: ReduceLROnPlateau(lr=math.inf, factor=0.5, patience=3), 'lr'),
    (lambda: ReduceLROnPlateau(lr=1, factor=0, patience=3), 'factor'),
    (lambda: ReduceLROnPlateau(lr=1, factor=1, patience=3), 'factor'),
    (lambda: ReduceLROnPlateau(lr=1, factor=0.5, patience=-1), 'patience'),
    (lambda: ReduceLROnPlateau(lr=1, factor=0.5, patience=3, min_lr=-1), 'min_lr'),
    (lambda: ReduceLROnPlateau(lr=1, factor=0.5, patience=3, min_lr=2), 'min_lr'),
    (lambda: Model_checkpoint('folder/'), 'model_name'),
])
def test_arguments_out_of_range(make, name):
    with pytest.raises(ValueError, match=f'^{name}='):
        make()


# ---- History ----

def test_history_against_numpy():
    rng = np.random.default_rng(3)
    history = History(['loss', 'accuracy'])
    for _ in range(3):  # three epochs, to see that reset forgets
        losses, accuracies = rng.normal(size=(2, 20))
        weights = rng.integers(1, 65, 20)
        for loss, accuracy, weight in zip(losses, accuracies, weights):
            history.push({'loss': loss, 'accuracy': accuracy}, weight=weight)
        for name, values in [('loss', losses), ('accuracy', accuracies)]:
            expected = np.average(values, weights=weights)
            assert history.avg_value(name) == pytest.approx(expected, rel=1e-12)
        history.reset()


def test_history_default_weight_and_single_precision():
    history = History(['loss'])
    values = np.float32([0.1, 0.7, 0.4])
    for value in values:
        history.push({'loss': value})
    assert history.avg_value('loss') == pytest.approx(np.mean(values.astype(float)), rel=1e-12)


@pytest.mark.parametrize('values', [
    {'loss': 1, 'lost': 2}, {'loss': 1, 'accuracy': 1, 'lost': 2}, {'loss': 1}, {}])
def test_history_wrong_names(values):
    history = History(['loss', 'accuracy'])
    with pytest.raises(KeyError, match="'loss', 'accuracy'"):
        history.push(values)
    with pytest.raises(ValueError, match='reset'):  # and nothing was half pushed
        history.avg_value('loss')


def test_history_errors():
    history = History(['loss'])
    with pytest.raises(KeyError, match="'lost'.*'loss'"):
        history.avg_value('lost')
    with pytest.raises(ValueError, match='reset'):
        history.avg_value('loss')
    for weight in (0, -1, math.nan):
        with pytest.raises(ValueError, match='weight'):
            history.push({'loss': 1.0}, weight)
    history.push({'loss': 1.0})
    history.reset()
    with pytest.raises(ValueError, match='reset'):
        history.avg_value('loss')


# ---- get_state and set_state ----

def restarted(callback, make):
    """A new callback that goes on from the state of the given one, by way of JSON."""
    twin = make()
    twin.set_state(json.loads(json.dumps(callback.get_state())))
    return twin


def test_state_of_epoch_callbacks():
    rng = random.Random(11)
    for case in random_cases()[:100]:
        losses = [rng.choice([loss, loss, loss, math.nan]) for loss in case['losses']]
        split = rng.randint(0, len(losses))
        makers = [functools.partial(EarlyStopping, case['patience'], case['min_delta']),
                  functools.partial(ReduceLROnPlateau, case['lr'], case['factor'],
                                    case['patience'])]
        for make in makers:
            unsplit, callback = make(), make()
            for epoch, loss in enumerate(losses):
                if epoch == split:
                    callback = restarted(callback, make)
                unsplit.on_epoch_end(loss)
                callback.on_epoch_end(loss)
                assert vars(callback) == vars(unsplit)


def test_state_of_history():
    rng = random.Random(12)
    for _ in range(50):
        unsplit, history = History(['loss']), History(['loss'])
        split = rng.randrange(10)
        for batch in range(10):
            if batch == split:
                history = restarted(history, lambda: History(['loss']))
            for each in (unsplit, history):
                each.push({'loss': np.float32(batch ** 0.5)}, np.int64(batch + 1))
            assert history.avg_value('loss') == unsplit.avg_value('loss')


def test_state_is_a_copy():
    history = History(['loss'])
    state = history.get_state()
    history.push({'loss': 1.0})
    assert state == {'sums': {'loss': 0.0}, 'weight': 0.0}
    history.set_state(state)
    history.push({'loss': 1.0})
    assert state == {'sums': {'loss': 0.0}, 'weight': 0.0}


def test_state_with_a_name_missing():
    early_stopping = EarlyStopping(patience=3)
    with pytest.raises(KeyError, match='EarlyStopping.*get_state'):
        early_stopping.set_state({'best': 0.1, 'wait': 2})
    assert early_stopping.best == math.inf


# ---- Model_checkpoint ----

class TinyModel:
    """A graph with two variables; `weights` sets and reads them."""

    def __init__(self, sess, saver, variables):
        self.sess, self.saver, self.variables = sess, saver, variables
        self.values = [tf.placeholder(tf.float32, v.shape) for v in variables]
        self.assignments = [tf.assign(*pair) for pair in zip(variables, self.values)]

    def fill(self, number):
        """Set all weights to values that only this number gives."""
        new = [np.full(v.shape, number + 0.1, np.float32) for v in self.variables]
        self.sess.run(self.assignments, dict(zip(self.values, new)))

    def restored(self, path):
        """Return the number whose weights the checkpoint holds."""
        self.fill(-1)
        self.saver.restore(self.sess, path)
        return self.value()

    def value(self):
        """Return the number whose weights these are; they must all be of one save."""
        values = np.concatenate([v.ravel() for v in self.sess.run(self.variables)])
        number = round(float(values[0]) - 0.1)
        np.testing.assert_array_equal(values, np.float32(number + 0.1))
        return number

    def epoch(self, checkpoint, val_loss, number):
        """Train, as it were, to weights `number` and let the checkpoint decide."""
        self.fill(number)
        checkpoint.on_epoch_end(val_loss=val_loss, nth_epoch=number, sess=self.sess,
                                saver=self.saver)


@pytest.fixture(scope='module')
def model():
    with tf.Graph().as_default(), tf.Session() as sess:
        variables = [tf.get_variable('a', [3, 4]), tf.get_variable('b', [5])]
        tiny = TinyModel(sess, tf.train.Saver(), variables)
        sess.run(tf.global_variables_initializer())
        yield tiny


@pytest.fixture
def checkpoint(tmp_path):
    return Model_checkpoint(str(tmp_path / 'new' / 'folder' / 'model'))


def files(checkpoint):
    return sorted(os.listdir(os.path.dirname(checkpoint.path)))


GOOD_FILES = ['model.ckpt.data-00000-of-00001', 'model.ckpt.index', 'model.state.json']


def test_only_the_best_is_saved(model, checkpoint):
    saved = []
    assert (checkpoint.best, checkpoint.best_epoch) == (math.inf, None)
    losses = [3.0, 4.0, 2.0, math.nan, -math.inf, 2.0, 2.5, 1.999, math.inf, 5.0]
    for epoch, loss in enumerate(losses):
        model.epoch(checkpoint, loss, epoch)
        saved.append(model.restored(checkpoint.path))
        with open(checkpoint.state_path) as file:
            assert json.load(file) == {
                'best': checkpoint.best, 'best_epoch': saved[-1], 'epoch': saved[-1]}
        assert (checkpoint.best, checkpoint.best_epoch) == (losses[saved[-1]], saved[-1])
    assert saved == [0, 0, 2, 2, 2, 2, 2, 7, 7, 7]
    assert files(checkpoint) == GOOD_FILES


def test_every_epoch_is_saved(model, checkpoint):
    checkpoint.save_best_only = False
    saved = []
    for epoch, loss in enumerate([3.0, 4.0, 2.0, math.nan, 2.0, 2.5]):
        model.epoch(checkpoint, loss, epoch)
        saved.append(model.restored(checkpoint.path))
    assert saved == [0, 1, 2, 2, 4, 5]
    assert (checkpoint.best, checkpoint.best_epoch) == (2.0, 2)
    with open(checkpoint.state_path) as file:
        assert json.load(file) == {'best': 2.0, 'best_epoch': 2, 'epoch': 5}


def test_saver_keeps_no_list_and_deletes_nothing(model, checkpoint):
    """The saver deletes its oldest checkpoint after five; ours must not be among them."""
    for epoch in range(8):
        model.epoch(checkpoint, 10.0 - epoch, epoch)
        assert model.saver.last_checkpoints == []
        assert files(checkpoint) == GOOD_FILES
    assert model.restored(checkpoint.path) == 7


def test_name_without_folder(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checkpoint = Model_checkpoint('model')
    model.epoch(checkpoint, 1.0, 4)
    assert checkpoint.best_epoch == 4
    assert model.restored('./model.ckpt') == 4


@pytest.mark.parametrize('missing', ['sess', 'saver'])
@pytest.mark.parametrize('val_loss', [1.0, math.nan])
def test_session_and_saver_are_needed(model, checkpoint, missing, val_loss):
    arguments = {'sess': model.sess, 'saver': model.saver, missing: None}
    with pytest.raises(ValueError, match=r'run_on_epoch_end\(val_loss, nth_epoch, sess, saver\)'):
        checkpoint.on_epoch_end(val_loss, 0, **arguments)


def test_state_of_checkpoint(model, checkpoint):
    same_name = checkpoint.path[:-len('.ckpt')]
    fresh = restarted(checkpoint, lambda: Model_checkpoint(same_name))
    assert fresh.best == math.inf
    model.epoch(checkpoint, 1.0, 3)
    with open(checkpoint.state_path) as file:
        fresh.set_state(json.load(file))
    for resumed in (fresh, restarted(checkpoint, lambda: Model_checkpoint(same_name))):
        assert (resumed.best, resumed.best_epoch) == (1.0, 3)
        model.epoch(resumed, 1.5, 5)
        assert model.restored(resumed.path) == 3


@pytest.mark.parametrize('redone, weights', [(0.6, 2), (0.5, 2), (0.4, 3)])
def test_a_better_checkpoint_than_the_state_remembers_stays(model, checkpoint, redone, weights):
    """Killed after epoch 2 was saved, resumed after epoch 1: epoch 2 comes again, may differ."""
    model.epoch(checkpoint, 1.0, 1)
    after_epoch_1 = checkpoint.get_state()
    model.epoch(checkpoint, 0.5, 2)
    resumed = restarted(checkpoint, lambda: Model_checkpoint(checkpoint.path[:-len('.ckpt')]))
    resumed.set_state(after_epoch_1)
    assert (resumed.best, resumed.best_epoch) == (0.5, 2)
    model.fill(3)
    resumed.on_epoch_end(redone, 2, model.sess, model.saver)
    assert model.restored(checkpoint.path) == weights


def test_restore_gives_the_best_epoch_of_this_training(model, checkpoint):
    model.epoch(checkpoint, 1.0, 1)
    model.epoch(checkpoint, 2.0, 2)
    checkpoint.restore(model.sess, model.saver)
    assert model.value() == 1
    later = Model_checkpoint(checkpoint.path[:-len('.ckpt')])       # a new training, same name
    for _ in range(2):
        with pytest.raises(RuntimeError, match='has saved no checkpoint .*model.ckpt'):
            later.restore(model.sess, model.saver)
        later.set_state(later.get_state())                          # also when it is resumed
    model.epoch(later, 5.0, 3)                                      # worse than the former's best
    later.restore(model.sess, model.saver)
    assert model.value() == 3


def test_restore_after_an_interrupted_save(model, checkpoint, monkeypatch):
    """Ctrl-C when the new files are complete, and before their epoch is remembered."""
    model.epoch(checkpoint, 2.0, 1)
    with monkeypatch.context() as patch:
        crash_at(patch, 6, KeyboardInterrupt(), after=True)
        with pytest.raises(KeyboardInterrupt):
            model.epoch(checkpoint, 1.0, 2)
    assert checkpoint.best_epoch == 1
    checkpoint.restore(model.sess, model.saver)
    assert model.value() == checkpoint.best_epoch == 2


# ---- Model_checkpoint: crashes and failures ----

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
        monkeypatch.setattr(callbacks.os, name, watched(getattr(os, name)))
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
    with open(checkpoint.state_path) as file:
        assert json.load(file)['best_epoch'] == weights
    finish_interrupted_save(checkpoint.path)  # a second call changes nothing
    assert model.restored(checkpoint.path) == weights


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
    assert capsys.readouterr().out == ''
    checkpoint.on_epoch_end(0.5, 2, model.sess, FakeSaver(model.saver, error, suffixes))
    message = capsys.readouterr().out
    assert message.count('\n') == 1
    for word in ['Epoch 2', checkpoint.path, 'No space left', 'Training goes on', 'checkpoint']:
        assert word in message
    assert (checkpoint.best, checkpoint.best_epoch) == (1.0, 1)
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
    assert model.restored(checkpoint.path) == checkpoint.best_epoch == weights


def test_folder_that_cannot_be_made(model, tmp_path, capsys):
    (tmp_path / 'file').write_text('not a folder')
    checkpoint = Model_checkpoint(tmp_path / 'file' / 'model')
    model.epoch(checkpoint, 1.0, 1)
    assert str(tmp_path / 'file') in capsys.readouterr().out
    assert (checkpoint.best, checkpoint.best_epoch) == (math.inf, None)


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


# ---- Run_collected_functions ----

class Recorder:
    """A callback with all six methods."""

    def __init__(self, calls):
        self.calls = calls

    def __getattr__(self, hook):
        if hook not in callbacks.HOOKS:
            raise AttributeError(hook)
        return lambda **arguments: self.calls.append((hook, arguments))


ALL_RUNS = [
    ('on_session_begin', {'sess': 1, 'saver': 2}),
    ('on_session_end', {'sess': 1, 'saver': 2}),
    ('on_epoch_begin', {'nth_epoch': 1, 'sess': 2}),
    ('on_epoch_end', {'val_loss': 1, 'nth_epoch': 2, 'sess': 3, 'saver': 4}),
    ('on_batch_begin', {'nth_batch': 1, 'sess': 2}),
    ('on_batch_end', {'loss': 1, 'nth_batch': 2, 'sess': 3})]


@pytest.mark.parametrize('hook, arguments', ALL_RUNS)
def test_run(hook, arguments):
    calls = []

    def function(**arguments):
        calls.append(('function', arguments))

    collected = Run_collected_functions({hook: [function, Recorder(calls), function]})
    run = getattr(collected, 'run_' + hook)
    expected = [('function', arguments), (hook, arguments), ('function', arguments)]
    run(**arguments)
    assert calls == expected
    run(*arguments.values())  # the same by position
    assert calls == expected * 2
    required = [arguments[name] for name in ('val_loss', 'loss') if name in arguments]
    run(*required)  # the others are None
    assert calls[-1][1] == {**dict.fromkeys(arguments), **dict(zip(arguments, required))}
    for other, other_arguments in ALL_RUNS:
        if other != hook:
            getattr(collected, 'run_' + other)(**other_arguments)
    assert len(calls) == 9  # the other hooks call nothing


def test_run_all_callbacks_of_an_epoch(model, checkpoint):
    early_stopping = EarlyStopping(min_delta=1e-4, patience=1)
    reduce_lr = ReduceLROnPlateau(lr=1.7e-4, factor=0.5, patience=1)
    collected = Run_collected_functions({
        'on_session_begin': [], 'on_session_end': [], 'on_epoch_begin': [],
        'on_epoch_end': [early_stopping, reduce_lr, checkpoint],
        'on_batch_begin': [], 'on_batch_end': []})
    for epoch, loss in enumerate([1.0, 2.0]):
        collected.run_on_epoch_end(loss, epoch, model.sess, model.saver)
    assert early_stopping.stop
    assert reduce_lr.lr == pytest.approx(0.85e-4)
    assert checkpoint.best_epoch == 0


def test_unknown_hook():
    with pytest.raises(ValueError) as caught:
        Run_collected_functions({'on_epoch_finish': []})
    message = str(caught.value)
    assert "'on_epoch_finish'" in message and "did you mean 'on_epoch_" in message
    for hook in callbacks.HOOKS:
        assert hook in message
    with pytest.raises(ValueError, match="did you mean 'on_batch_end'"):
        Run_collected_functions({'on_batch_ends': []})
    with pytest.raises(ValueError, match='42'):
        Run_collected_functions({42: []})


@pytest.mark.parametrize('item', [None, 'print', EarlyStopping, History(['loss'])])
def test_item_that_cannot_be_called(item):
    with pytest.raises(TypeError) as caught:
        Run_collected_functions({'on_epoch_end': [print, item]})
    assert 'on_epoch_end' in str(caught.value) and repr(item) in str(caught.value)


def test_method_of_another_hook():
    with pytest.raises(TypeError, match='on_batch_end'):
        Run_collected_functions({'on_batch_end': [EarlyStopping(patience=3)]})


def test_no_tensorflow_is_imported():
    code = 'import sys, callbacks; sys.exit("tensorflow" in sys.modules)'
    folder = os.path.dirname(callbacks.__file__)
    assert subprocess.run([sys.executable, '-c', code], cwd=folder).returncode == 0
