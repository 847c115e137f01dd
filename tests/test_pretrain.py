"""pretraining: the schedule, the batches, a stopped run that resumes, what evaluate tests on."""
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from course.compat import tf
from pretraining import evaluate, pretrain


@pytest.fixture
def small(monkeypatch):
    """A few images, small ones, and small batches: images and labels."""
    monkeypatch.setattr(pretrain, 'SIZE', 40)
    monkeypatch.setattr(pretrain, 'PART', 10)
    monkeypatch.setattr(pretrain, 'BATCH', 8)
    rng = np.random.default_rng(0)
    return (rng.integers(0, 256, (60, 40, 40, 3)).astype(np.uint8),
            rng.integers(0, len(pretrain.CLASSES), 60).astype(np.int32))


def two_rounds(*steps, peak=0.05):
    """Short rounds, half of each at 32 pixels and half at 40."""
    return tuple(pretrain.Round(n, peak, ((0.5, 32), (1.0, 40))) for n in steps)


def test_schedule():
    rounds = two_rounds(8000, 4000)
    for start, steps in ((0, 8000), (8000, 4000)):
        rates = [pretrain.learning_rate(start + k, rounds) for k in range(steps)]
        assert rates[0] == 0 and rates[-1] < 1e-6 and rates[steps // 2] == pytest.approx(0.025)
        assert np.argmax(rates) == pretrain.WARM_UP
        sizes = [pretrain.image_size(start + k, rounds) for k in range(steps)]
        assert sizes == [32] * (steps // 2) + [40] * (steps // 2)
    assert pretrain.learning_rate(12_000, rounds) == pytest.approx(0)
    assert pretrain.image_size(12_000, rounds) == 40


def test_a_batch_is_a_function_of_its_number(small):
    images, labels = small
    x, y = pretrain.batch(3, 32, images, labels)
    assert x.shape == (8, 32, 32, 3) and x.dtype == np.uint8
    again = pretrain.batch(3, 32, images, labels)
    np.testing.assert_array_equal(again[0], x)
    np.testing.assert_array_equal(again[1], y)
    assert not np.array_equal(pretrain.batch(4, 32, images, labels)[0], x)


def test_an_epoch_holds_every_image_once(small):
    """Images of one value each survive crop, resize, mirror and exchange of channels."""
    values = np.arange(56, dtype=np.uint8)
    images = np.tile(values[:, None, None, None], (1, 40, 40, 3))
    for epoch in (0, 1):
        seen = [pretrain.batch(k, 32, images, values.astype(np.int32))
                for k in range(7 * epoch, 7 * epoch + 7)]
        x, y = (np.concatenate(part) for part in zip(*seen))
        assert sorted(x[:, 0, 0, 0]) == list(values)
        np.testing.assert_array_equal(x[:, 5, 5, 0], y)         # each under its own label


def test_letters_are_never_mirrored_and_others_are(small):
    images = np.zeros((56, 40, 40, 3), np.uint8)
    images[:, :, 30:] = 200                                       # bright on the right
    for name, mirrored in (('letter/L', {False}), ('beast/rabbit', {False, True})):
        labels = np.full(56, pretrain.CLASSES.index(name), np.int32)
        x = np.concatenate([pretrain.batch(k, 32, images, labels)[0] for k in range(7)])
        assert set((x[:, :, 0, 0] > x[:, :, -1, 0]).any(axis=1)) == mirrored


def test_held_out_images_are_not_trained_on(small):
    (x, y), (x_held_out, y_held_out) = pretrain.split(*small)
    assert len(x) == len(y) == 40 and len(x_held_out) == len(y_held_out) == 20
    assert not {p.tobytes() for p in x} & {p.tobytes() for p in x_held_out}


def test_a_training_with_other_settings_is_not_resumed(tmp_path):
    settings = {'rounds': two_rounds(4), 'images': 60}
    pretrain.same_settings(tmp_path / 's.json', settings)
    pretrain.same_settings(tmp_path / 's.json', settings)
    for other in ({**settings, 'rounds': two_rounds(5)}, {**settings, 'images': 70}):
        with pytest.raises(ValueError, match='holds a training with .*4.*60.* not with'):
            pretrain.same_settings(tmp_path / 's.json', other)


@pytest.mark.slow
def test_a_loss_that_is_not_finite_stops_the_training(small, tmp_path, monkeypatch):
    monkeypatch.setattr(pretrain, 'WARM_UP', 1)
    with pytest.raises(FloatingPointError, match='The loss of step [1-9]'):
        pretrain.train(tmp_path, two_rounds(8, peak=1e30), *small)
    assert not (tmp_path / 'drawn_float32.ckpt.index').exists()


def weights(folder):
    reader = tf.train.load_checkpoint(str(folder / 'drawn_float32.ckpt'))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


@pytest.mark.slow
def test_a_stopped_run_ends_as_one_that_was_not(small, tmp_path):
    whole, parts, rounds = tmp_path / 'whole', tmp_path / 'parts', two_rounds(2, 2)
    whole.mkdir()
    parts.mkdir()
    assert pretrain.train(whole, rounds, *small)
    assert not pretrain.train(parts, rounds, *small, stop_after=0)          # after one step
    assert not (parts / 'drawn_float32.ckpt.index').exists()
    assert pretrain.train(parts, rounds, *small)
    expected, found = weights(whole), weights(parts)
    assert len(expected) == 270 and expected.keys() == found.keys()
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name])
    logs = [pd.read_csv(f / 'log.csv').drop(columns=['seconds', 'loss']) for f in (whole, parts)]
    pd.testing.assert_frame_equal(*logs)


def test_the_log_drops_what_comes_after_the_state(tmp_path):
    log = pretrain.Log(tmp_path / 'log.csv', 0)
    for step in (500, 1000, 1500):
        log.add(step, 64 * step, 64, '0.1', '5.0', '0.1', step // 10)
    again = pretrain.Log(tmp_path / 'log.csv', 1200)
    assert again.seconds == 100
    again.add(1500, 96_000, 64, '0.1', '4.0', '0.2', 160)
    rows = pd.read_csv(tmp_path / 'log.csv')
    assert list(rows.step) == [500, 1000, 1500] and rows.loss.iloc[-1] == 4.0


@pytest.mark.parametrize('target, classes, n_learn, n_all',
                         [(evaluate.digits, 10, 200, 1797), (evaluate.faces, 2, 100, 200)])
def test_targets_are_balanced_and_do_not_overlap(target, classes, n_learn, n_all):
    for run in (0, 1):
        x, y, x_test, y_test = target(run)
        assert x.shape == (n_learn, 96, 96, 3) and x.dtype == np.uint8
        assert set(np.bincount(y)) == {n_learn // classes}
        assert len(y) + len(y_test) == n_all
        assert not {p.tobytes() for p in x} & {p.tobytes() for p in x_test}


@pytest.mark.slow
def test_fine_tuning_learns_what_is_easy():
    """Zeros and ones, from the shipped checkpoint, tested on images it was not trained on."""
    def zeros_and_ones(run):
        x, y, x_test, y_test = evaluate.digits(run)
        return x[y < 2, ::2, ::2], y[y < 2], x_test[y_test < 2, ::2, ::2], y_test[y_test < 2]

    checkpoint = str(ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt')
    scores = evaluate.fine_tune(checkpoint, evaluate.Target(zeros_and_ones, 8, 8, False), 0)
    assert len(scores) == 8 and scores[-1] > 0.9            # chance is a half
