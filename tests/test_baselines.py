"""baselines: on images that one of the methods can tell apart and the others cannot."""
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from course.baselines import frozen, linear_probe, no_network, of_lists
from generator import data_generators

SPLITS = 60, 40, 50                     # images for training, validation, test


def split(x, y):
    """(train_x, train_y, val_x, val_y, test_x), test_y"""
    ends = np.cumsum(SPLITS)
    (a, b, c, _), (d, e, f, _) = np.split(x, ends), np.split(y, ends)
    return (a, d, b, e, c), f


def stripes(rng, y, side=32):
    """Class 0: upright stripes, class 1: level ones, of any place, width and brightness."""
    places = np.arange(side) * 2 * np.pi / rng.uniform(3, 12, (len(y), 1))
    light, strength = rng.uniform(60, 200, (len(y), 1)), rng.uniform(20, 50, (len(y), 1))
    levels = light + strength * np.sin(places + rng.uniform(0, 7, (len(y), 1)))
    upright = np.repeat(levels[:, None], side, axis=1)
    return np.where(y[:, None, None] == 0, upright, upright.transpose(0, 2, 1)).astype(np.uint8)


def brighter_half(rng, y, side=16):
    """A faint difference between the halves, under noise: no two images are near."""
    x = rng.integers(0, 230, (len(y), side, side))
    x[:, :, side // 2:] += 25 * y[:, None, None]
    return x.astype(np.uint8)


def one_of_many(rng, y, side=8):
    """Ten faces of noise, five of each class, again and again with a grain."""
    faces = rng.integers(20, 230, (10, side, side))
    which = rng.integers(0, 5, len(y)) * 2 + y
    return (faces[which] + rng.integers(-12, 13, (len(y), side, side))).astype(np.uint8)


@pytest.mark.parametrize('draw, expected', [
    (stripes, 'HOG + logistic regression'), (brighter_half, 'pixels + logistic regression'),
    (one_of_many, 'nearest image by pixels')])
def test_the_method_that_fits_is_chosen_and_is_right(draw, expected):
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, sum(SPLITS))
    sets, truth = split(draw(rng, y), y)
    name, y_pred = no_network(*sets)
    assert name == expected
    assert np.mean(y_pred == truth) > 0.9
    grey_as_rgb = [part if i in (1, 3) else np.repeat(part[..., None], 3, axis=3)
                   for i, part in enumerate(sets)]
    again, y_rgb = no_network(*grey_as_rgb)
    assert again == expected and (y_rgb == y_pred).mean() > 0.95


def test_the_nearest_image_compared_with_all_distances():
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, sum(SPLITS))
    (train_x, train_y, *others), _ = split(one_of_many(rng, y), y)
    name, y_pred = no_network(train_x, train_y, *others)
    distances = ((train_x[None].astype(float) - others[2][:, None]) ** 2).sum(axis=(2, 3))
    assert name == 'nearest image by pixels'
    np.testing.assert_array_equal(y_pred, train_y[distances.argmin(axis=1)])


def test_nothing_is_found_where_there_is_nothing():
    """Labels that no pixel knows, 400 test images: five standard errors about a half."""
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 256, (500, 8, 8), dtype=np.uint8), rng.integers(0, 2, 500)
    _, y_pred = no_network(x[:60], y[:60], x[60:100], y[60:100], x[100:])
    assert abs(np.mean(y_pred == y[100:]) - 0.5) < 5 * 0.5 / 20


def test_a_large_image_counts_by_its_means():
    """64 x 64 pixels that are 16 x 16 blocks of one value each are answered as these 16 x 16."""
    rng = np.random.default_rng(3)
    y = rng.integers(0, 2, sum(SPLITS))
    small, _ = split(brighter_half(rng, y), y)
    large = [part if i in (1, 3) else part.repeat(4, axis=1).repeat(4, axis=2)
             for i, part in enumerate(small)]
    assert no_network(*large)[0] == no_network(*small)[0] == 'pixels + logistic regression'
    np.testing.assert_array_equal(no_network(*large)[1], no_network(*small)[1])


def test_frozen_chooses_its_strength_on_validation():
    """Two true features among 200 of noise, 60 rows: the best of five, found by hand."""
    rng = np.random.default_rng(4)
    y = rng.integers(0, 3, sum(SPLITS))
    x = rng.normal(3, 2, (len(y), 200))
    x[:, 0] += 6 * (y == 1)
    x[:, 1] += 6 * (y == 2)
    (train_x, train_y, val_x, val_y, test_x), _ = split(x, y)
    mean, std = train_x.mean(axis=0), train_x.std(axis=0)
    models = [LogisticRegression(C=c, max_iter=1000).fit((train_x - mean) / std, train_y)
              for c in (0.0001, 0.001, 0.01, 0.1, 1)]
    on_val = [model.score((val_x - mean) / std, val_y) for model in models]
    name, y_pred = frozen(train_x, train_y, val_x, val_y, test_x)
    assert name == 'frozen features + logistic regression' and len(set(on_val)) > 1
    np.testing.assert_array_equal(y_pred, models[int(np.argmax(on_val))].predict(
        (test_x - mean) / std))
    assert linear_probe(train_x, train_y, val_x, val_y) == on_val[2]


@pytest.mark.parametrize('images', [
    np.zeros((60, 8, 8)), np.zeros((60, 64), np.uint8), np.zeros((60, 8, 8, 4), np.uint8),
    np.zeros((60, 7, 8), np.uint8)])
def test_what_is_no_image_is_refused(images):
    y = np.arange(60) % 2
    with pytest.raises(ValueError, match='pass uint8.*8 x 8 pixels or more'):
        no_network(images, y, images, y, images)


def test_of_lists_reads_what_the_generators_name():
    """Files in place of arrays: the same answers, in the order of the test list."""
    rng = np.random.default_rng(5)
    y = rng.permutation(np.repeat([0, 1], [60, 90]))
    (train_x, train_y, val_x, val_y, test_x), _ = split(stripes(rng, y), y)
    images = {}

    def listed(x, y, name):
        images.update({f'{name}{i}': image for i, image in enumerate(x)})
        frame = pd.DataFrame({'path': [f'{name}{i}' for i in range(len(x))], 'label': y})
        return [frame[frame.label == c] for c in (0, 1)]

    def preprocess(df, num_class, aug=False):
        assert not aug
        return [np.array([images[path] for path in df.path])], np.eye(2)[df.label], list(df.path)

    splits = [listed(*part) for part in ((train_x, train_y, 'a'), (val_x, val_y, 'b'),
                                         (test_x, y[-SPLITS[2]:], 'c'))]
    generators = data_generators(7, [list(frames) for frames in zip(*splits)], 2, preprocess)
    answers = of_lists(generators, ['upright', 'level'], lambda x: x[:, :, 0].astype(float))

    by_class = [np.argsort(labels, kind='stable') for labels in (train_y, val_y, y[-SPLITS[2]:])]
    train, val, test = (part[order] for part, order in zip((train_x, val_x, test_x), by_class))
    sets = train, np.sort(train_y), val, np.sort(val_y), test
    name, y_pred = no_network(*sets)
    _, y_frozen = frozen(*(part[:, :, 0].astype(float) if part.ndim == 3 else part
                           for part in sets))
    assert list(answers) == ['always "level"', name, 'frozen features + logistic regression']
    assert np.mean(y[-SPLITS[2]:] == 1) > 0.5                   # 1 is level
    for found, expected in zip(answers.values(), (np.ones(SPLITS[2]), y_pred, y_frozen)):
        np.testing.assert_array_equal(found, expected)
