"""course.plots.words: the curves are what BatchNorm makes of such batches, computed on samples."""
import numpy as np
import pytest

from course.plots import words


def moments(line):
    x, height = line.get_data()
    mean = np.average(x, weights=height)
    return mean, np.sqrt(np.average((x - mean) ** 2, weights=height))


def test_the_curves_are_those_of_batch_norm():
    rng = np.random.default_rng(0)
    _, training, inference = words.batch_norm().axes
    curves = zip(words.BATCHES.values(), training.lines, inference.lines)
    for (mean, deviation, _), in_training, in_inference in curves:
        batch = rng.normal(mean, deviation, 200_000)
        by_batch = (batch - batch.mean()) / batch.std()
        by_moving = (batch - words.MOVING_MEAN) / words.MOVING_DEVIATION
        for line, normalised in ((in_training, by_batch), (in_inference, by_moving)):
            got = words.GAMMA * normalised + words.BETA
            assert moments(line) == pytest.approx((got.mean(), got.std()), abs=0.02)


def test_both_drawings_are_described_in_words():
    for figure, parts in ((words.batch_norm(), ['beta', 'gamma', 'moving statistics']),
                          (words.backbone_and_head(), ['backbone', 'head', 'CLASS_1'])):
        assert all(part in figure.description for part in parts)
