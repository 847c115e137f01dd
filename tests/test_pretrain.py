"""pretraining: the schedule, the batches, a stopped run that resumes, what evaluate tests on."""
import functools
import itertools

import cv2
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from benchmarks.training_cells import config
from course.checkpoints.read import readable
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


SMALL_NETWORK = 'mobilenet_v1_0.50_160'


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
        pretrain.train(tmp_path, two_rounds(8, peak=1e30), *small, network=SMALL_NETWORK)
    assert not (tmp_path / 'drawn_float32.ckpt.index').exists()


def weights(folder):
    with readable(folder / 'drawn_float32.ckpt') as path:
        reader = tf.train.load_checkpoint(path)
        return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


@pytest.mark.slow
def test_a_stopped_run_ends_as_one_that_was_not(small, tmp_path):
    whole, parts, rounds = tmp_path / 'whole', tmp_path / 'parts [1]', two_rounds(2, 2)
    whole.mkdir()
    parts.mkdir()
    train = functools.partial(pretrain.train, network=SMALL_NETWORK)
    assert train(whole, rounds, *small)
    assert not train(parts, rounds, *small, stop_after=0)                   # after one step
    assert not (parts / 'drawn_float32.ckpt.index').exists()
    assert train(parts, rounds, *small)
    expected, found = weights(whole), weights(parts)
    assert len(expected) == 27 * 5 and expected.keys() == found.keys()      # 27 convolutions
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


@pytest.mark.parametrize('target, n_train, n_val, n_all',
                         [(evaluate.digits, [20] * 10, [10] * 10, 1797),
                          (evaluate.faces, [50] * 2, [10] * 2, 200)])
def test_targets_are_balanced_and_do_not_overlap(target, n_train, n_val, n_all):
    for run in (0, 1):
        data = target(run)
        (x, y), (_, val_y), (_, test_y) = (data[name] for name in evaluate.SPLITS)
        assert x.shape == (sum(n_train), 96, 96, 3) and x.dtype == np.uint8
        assert list(np.bincount(y)) == n_train and list(np.bincount(val_y)) == n_val
        assert len(y) + len(val_y) + len(test_y) == n_all
        seen = [{image.tobytes() for image in images} for images, _ in data.values()]
        assert not (seen[0] & seen[1] or seen[0] & seen[2] or seen[1] & seen[2])


def test_each_photograph_is_tested_in_one_fold(tmp_path):
    for name, k in itertools.product(('cat', 'dog'), range(20)):
        image = np.full((40, 50, 3), 5 * k + (100 if name == 'dog' else 0), np.uint8)
        cv2.imwrite(str(tmp_path / f'{name}.{k}.png'), image)
        (tmp_path / f'{name}.{k}.png').rename(tmp_path / f'{name}.{k}.jpg')     # lossless
    fold, tested = evaluate.photos(tmp_path), []
    for run in range(evaluate.RUNS):
        parts = [{image.tobytes() for image in x} for x, _ in fold(run).values()]
        assert [len(part) for part in parts] == [24, 8, 8] and len(set.union(*parts)) == 40
        tested += parts[2]
    assert len(tested) == len(set(tested)) == 40


def test_from_scratch_the_recipe_with_the_best_validation_counts():
    recipes = evaluate.FROM_SCRATCH
    for best in range(len(recipes)):
        rows = pd.DataFrame({'recipe': list(map(str, recipes)),
                             'val': [0.5 + (k == best) / 4 for k in range(len(recipes))]})
        assert evaluate.best_from_scratch(rows) == recipes[best]


def test_evaluate_runs_each_split_once_and_the_best_recipe_from_scratch(tmp_path, monkeypatch):
    def tiny(run):
        return {name: (np.full((4, 8, 8, 3), run, np.uint8), np.array([0, 1, 0, 1]))
                for name in evaluate.SPLITS}

    def fine_tune(checkpoint, target, run, recipe):
        done.append((checkpoint, run, recipe))
        return {'train': 1.0, 'val': recipe.rate, 'test': 0.5}

    short, best, worse = evaluate.Recipe(0.1, 1, 2), evaluate.Recipe(0.9, 1, 2), evaluate.Recipe(
        0.3, 1, 2)
    monkeypatch.setattr(evaluate, 'TARGETS', {'tiny': evaluate.Target(tiny, False)})
    inference = short._replace(batch_statistics=False)
    monkeypatch.setattr(evaluate, 'FINE_TUNING', [short, inference])
    monkeypatch.setattr(evaluate, 'FROM_SCRATCH', [short, best, worse])
    monkeypatch.setattr(evaluate, 'fine_tune', fine_tune)
    monkeypatch.setattr(evaluate, 'head_only', lambda *_: {**dict.fromkeys(evaluate.SPLITS, 0.5)})
    checkpoint = str(ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt')
    command = [checkpoint, '--out', str(tmp_path / 'out.csv')]
    done = []
    assert evaluate.main(command) == 0
    assert done == ([(checkpoint, run, recipe) for recipe in (short, inference) for run in range(5)]
                    + [('scratch', 0, recipe) for recipe in (short, best, worse)]
                    + [('scratch', run, best) for run in range(1, 5)])
    rows = pd.read_csv(tmp_path / 'out.csv')
    assert (rows.start == 'no network').sum() == (rows.recipe == 'head only').sum() == 5
    done.clear()
    assert evaluate.main(command) == 0 and not done


def test_checkpoints_are_compared_by_the_recipe_of_the_notebook():
    wanted = [config()[name] for name in ('learning_rate', 'nb_epoch', 'batch_size',
                                          'batch_statistics')]
    assert evaluate.Recipe(*wanted) == evaluate.RECIPE


@pytest.mark.slow
def test_fine_tuning_learns_what_is_easy():
    """Zeros and ones, from the shipped checkpoint, tested on images it was not trained on."""
    def zeros_and_ones(run):
        return {name: (x[y < 2, ::2, ::2], y[y < 2]) for name, (x, y) in
                evaluate.digits(run).items()}

    checkpoint = str(ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt')
    recipe = evaluate.Recipe(3e-4, 8, 8)
    scores = evaluate.fine_tune(checkpoint, evaluate.Target(zeros_and_ones, False), 0, recipe)
    assert list(scores) == evaluate.SPLITS and scores['test'] > 0.9         # chance is a half
