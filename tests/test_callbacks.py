"""History as in NumPy, the history of the epochs, the stop at NaN, and what calls callbacks."""
import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import callbacks
from callbacks import (
    EarlyStopping,
    Epoch_history,
    History,
    ReduceLROnPlateau,
    Run_collected_functions,
    Stop_at_nan,
)


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


def training():
    model_dict = {'train_batch_log': History(['loss', 'acc']),
                  'val_batch_log': History(['loss', 'acc']),
                  'reduce_lr': ReduceLROnPlateau(lr=0.25, factor=0.5, patience=2)}
    return model_dict, Epoch_history(model_dict)


def an_epoch(model_dict, history, nth_epoch, loss):
    history.on_epoch_begin(nth_epoch)
    for name in 'train', 'val':
        model_dict[f'{name}_batch_log'].push({'loss': loss, 'acc': 0.5})
    history.on_epoch_end(loss, nth_epoch)


def test_the_history_of_the_epochs(capsys):
    """Each epoch begins with empty logs; its means and its learning rate are written and said."""
    model_dict, history = training()
    an_epoch(model_dict, history, 1, 2.0)
    an_epoch(model_dict, history, 2, 1.0)
    assert history.values == {'train_loss': [2.0, 1.0], 'val_loss': [2.0, 1.0],
                              'train_acc': [0.5, 0.5], 'val_acc': [0.5, 0.5], 'lr': [0.25, 0.25]}
    assert capsys.readouterr().out.splitlines()[1] == (
        'epoch 2: train loss 1.000, accuracy 50.0%; validation loss 1.000, accuracy 50.0%')
    _, resumed = training()
    resumed.set_state(history.get_state())
    assert resumed.values == history.values
    an_epoch(model_dict, history, 3, 0.5)
    assert len(resumed.values['lr']) == 2               # a copy


@pytest.mark.parametrize('loss', [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_no_number_stops_the_training_and_names_the_images(loss):
    class Generators:
        def get_state(self):
            return {'next_batch': 4}

        def batch_rows(self, k):
            return pd.DataFrame({'path': [f'batch_{k}.jpg', 'b.jpg']})

    class Keeper:
        def note(self, how):
            self.said = how

    keeper = Keeper()
    stop = Stop_at_nan({'generators': Generators(), 'keep_state': keeper})
    stop.on_batch_end(1.0, 6)
    with pytest.raises(FloatingPointError, match='batch 7 .* learning_rate .*batch_3.jpg, b.jpg'):
        stop.on_batch_end(loss, 7)
    assert keeper.said == f'was stopped by a loss of {loss}'


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
    assert subprocess.run([sys.executable, '-c', code]).returncode == 0
