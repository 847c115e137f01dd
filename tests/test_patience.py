"""EarlyStopping and ReduceLROnPlateau: the rules of Keras, NaN, messages, states."""
import concurrent.futures
import functools
import json
import math
import multiprocessing
import random
import types

import numpy as np
import pytest

from callbacks import EarlyStopping, Model_checkpoint, ReduceLROnPlateau


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
                if getattr(unsplit, 'stop', False):
                    break                               # as a training does


def test_state_with_a_name_missing():
    early_stopping = EarlyStopping(patience=3)
    with pytest.raises(KeyError, match='EarlyStopping.*get_state'):
        early_stopping.set_state({'best': 0.1, 'wait': 2})
    assert early_stopping.best == math.inf


def test_each_says_in_one_line_what_it_did(capsys):
    stopping, reducing = EarlyStopping(patience=3), ReduceLROnPlateau(1e-4, 0.5, patience=2)
    said = []
    for epoch, loss in enumerate([0.5, 0.25, 0.3, 0.3, 0.3], 1):
        for callback in (reducing, stopping):
            callback.on_epoch_end(loss, epoch)
        said.append(capsys.readouterr().out)
    assert said[:3] == ['', '', '']
    assert said[3] == '  learning rate lowered from 0.0001 to 5e-05: no improvement in 2 epochs\n'
    assert said[4] == ('  training stops: no improvement in 3 epochs, '
                       'the lowest validation loss is 0.250\n')


def test_a_rate_that_cannot_be_lowered_is_not_announced(capsys):
    reducing = ReduceLROnPlateau(1e-4, 0.5, patience=1, min_lr=1e-4)
    for loss in (1.0, 2.0, 3.0):
        reducing.on_epoch_end(loss)
    assert reducing.lr == 1e-4 and capsys.readouterr().out == ''


def test_a_training_that_stopped_resumes_with_more_patience_and_says_why_not(capsys):
    stopped = EarlyStopping(patience=2)
    for loss in (1.0, 2.0, 2.0):
        stopped.on_epoch_end(loss)
    again, patient = EarlyStopping(patience=2), EarlyStopping(patience=3)
    capsys.readouterr()
    again.set_state(stopped.get_state())
    assert again.stop and 'stopped after 2 epochs without improvement' in capsys.readouterr().out
    patient.set_state(stopped.get_state())
    assert not patient.stop and capsys.readouterr().out == ''
    stopped.on_epoch_end(math.nan)
    patient.set_state(stopped.get_state())              # but no patience helps against NaN
    assert patient.stop
