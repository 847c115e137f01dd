"""course/schedule.py and course/duration.py: a planned rate, and how long it will take."""
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from course import duration
from course.duration import Say_duration
from course.schedule import Warm_up_and_cosine


def rates(schedule, n):
    for _ in range(n):
        schedule.on_batch_begin()
        yield schedule.lr


@pytest.mark.parametrize('n, warm_up', [(100, 0.1), (7, 0.3), (5, 0), (1, 0.1), (40, 0.95)])
def test_up_in_equal_steps_then_down_half_a_cosine(n, warm_up):
    """Against interpolation and a table of the cosine."""
    schedule, rising = Warm_up_and_cosine(2e-4, n, warm_up), int(warm_up * n)
    assert 0 < schedule.lr <= 2e-4
    all_rates = np.array(list(rates(schedule, n)))
    if rising:
        np.testing.assert_allclose(all_rates[:rising], 2e-4 * np.arange(1, rising + 1)
                                   / (warm_up * n))
    falling = np.arange(rising, n)
    share = np.maximum((falling - warm_up * n) / (n - warm_up * n), 0)
    np.testing.assert_allclose(all_rates[rising:], 1e-4 * (1 + np.cos(math.pi * share)))
    assert all_rates.min() > 0 and all_rates.argmax() in (rising - 1, rising)


def test_after_the_plan_it_stays_at_its_end():
    schedule = Warm_up_and_cosine(1e-3, 4, 0)
    *_, last = rates(schedule, 10)
    assert last == pytest.approx(0)


def test_a_resumed_training_follows_the_same_plan():
    whole, first = Warm_up_and_cosine(1e-3, 20), Warm_up_and_cosine(1e-3, 20)
    expected = list(rates(whole, 20))
    before = list(rates(first, 8))
    second = Warm_up_and_cosine(1e-3, 20)
    second.set_state(json.loads(json.dumps(first.get_state())))
    assert second.lr == first.lr and before + list(rates(second, 12)) == expected


def test_a_training_with_more_epochs_changes_to_their_plan_and_says_so(capsys):
    short, longer = Warm_up_and_cosine(1e-3, 10), Warm_up_and_cosine(1e-3, 20)
    list(rates(short, 10))
    longer.set_state(short.get_state())
    assert capsys.readouterr().out == ''                # nothing is trained yet
    assert list(rates(longer, 10)) == list(rates(Warm_up_and_cosine(1e-3, 20), 20))[10:]
    longer.set_state({**longer.get_state(), 'done': 10})
    expected = list(rates(Warm_up_and_cosine(1e-3, 20), 11))[-1]
    assert f'10 batches. From here it follows one for 20, and continues at {expected:.3g}' in (
        capsys.readouterr().out)


@pytest.mark.parametrize('wrong', [{'lr': 0}, {'lr': math.nan}, {'n_batches': 0}, {'warm_up': 1},
                                   {'warm_up': -0.1}])
def test_arguments_out_of_range(wrong):
    with pytest.raises(ValueError, match=f'{next(iter(wrong))}={next(iter(wrong.values()))}'):
        Warm_up_and_cosine(**{'lr': 1e-3, 'n_batches': 10, **wrong})


def training(epochs_done, n_train, n_val):
    """What Say_duration reads of a model_dict; batches of 16."""
    return {'keep_state': SimpleNamespace(epoch=epochs_done), 'generators': SimpleNamespace(
        train_len=n_train, val_len=n_val, batch_size=16)}


@pytest.mark.parametrize('epochs_done, seconds, said', [
    (1, 2, '4 minutes: 2.00 s a step.'),       # 3 * 2 s * (40 + 0.25 * 7)
    (3, 0.5, '21 seconds: 0.50 s a step.')])
def test_the_duration_is_that_of_the_epochs_to_come(monkeypatch, capsys, epochs_done, seconds,
                                                    said):
    """The slow first batches do not count; 100 images for validation are 7 batches."""
    clock = [0.0]
    monkeypatch.setattr(duration.time, 'monotonic', lambda: clock[0])
    callback = Say_duration(training(epochs_done, 16 * 40 + 3, 100), 4)
    for batch in range(80):
        clock[0] += 30 if batch < 2 else seconds
        callback.on_batch_end(0.5, batch)
    assert capsys.readouterr().out == f'This training takes about {said}\n'


def test_what_comes_between_two_epochs_is_no_step(monkeypatch, capsys):
    """Epochs of 8 batches, 20 seconds between them; 11 epochs are to come: 11 * 8 * 0.5 s."""
    clock = [0.0]
    monkeypatch.setattr(duration.time, 'monotonic', lambda: clock[0])
    callback = Say_duration(training(1, 16 * 8, 0), 12)
    for step in range(24):
        clock[0] += 0.5 if step % 8 else 20
        callback.on_batch_end(0.5, step % 8)
    assert capsys.readouterr().out == 'This training takes about 44 seconds: 0.50 s a step.\n'


def test_a_short_training_says_nothing(capsys):
    callback = Say_duration(training(0, 80, 16), 1)
    for batch in range(5):
        callback.on_batch_end(0.5, batch)
    assert capsys.readouterr().out == ''
