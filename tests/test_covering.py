"""covering: on a predictor that looks at one spot of an image, and maps that are right or wrong."""
import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from course.covering import check_maps, covered, drops, in_words

N, SIDE = 12, 128                       # 4 x 4 places


def spots(seed=0):
    """Grey images with one bright spot each, at a place of a 4 x 4 map: images, rows, columns."""
    rng = np.random.default_rng(seed)
    images, rows, columns = np.full((N, SIDE, SIDE, 3), 60, np.uint8), *rng.integers(0, 4, (2, N))
    for image, row, column in zip(images, rows, columns):
        image[32 * row:32 * row + 4, 32 * column:32 * column + 4] = 250
    return images, rows, columns


def predict(images):
    """The probability of the second class grows with the brightest pixel: 0.9 with a spot."""
    top = np.asarray(images).max(axis=(1, 2, 3))
    second = np.where(top > 200, 0.9, 0.6)
    return np.stack([1 - second, second], axis=1)


def maps_of(rows, columns):
    maps = np.random.default_rng(1).random((N, 4, 4))
    maps[np.arange(N), rows, columns] = 2
    return maps


def test_a_right_map_is_found_right():
    images, rows, columns = spots()
    before = images.copy()
    warmest, others = drops(images, maps_of(rows, columns), predict)
    np.testing.assert_allclose(warmest, 0.3)
    np.testing.assert_allclose(others, 0)
    np.testing.assert_array_equal(images, before)           # nothing is drawn into them
    assert in_words(warmest, others) == (
        'Covering the warmest place lowers the probability of the chosen class by 30.0 points, '
        'covering\nanother place by 0.0: +30.0 ± 0.0 (means of 12 test images, 95 % confidence '
        'interval).')


def test_a_wrong_map_is_found_wrong():
    """The warmest place is never the spot; of 15 others, three are covered: 0.3 / 15 on average."""
    images, rows, columns = spots()
    wrong = maps_of((rows + 1) % 4, columns)
    drawn = [drops(images, wrong, predict, seed=seed) for seed in range(60)]
    assert all((warmest == 0).all() for warmest, _ in drawn)
    means = [others.mean() for _, others in drawn]
    assert np.mean(means) == pytest.approx(0.3 / 15, abs=4 * np.std(means) / 60**0.5)


def test_what_is_covered():
    """A place's pixel, and half a stride around it; at the edge, what is there of it."""
    image = np.random.default_rng(2).integers(0, 256, (96, 128, 3), dtype=np.uint8)
    changed = (covered(image, 1, 2) != image).any(axis=2)
    mean = np.rint(image.mean(axis=(0, 1)))
    assert (covered(image, 1, 2)[18:50, 50:82] == mean).all()       # 2 + 32 - 16 to 2 + 32 + 16
    changed[18:50, 50:82] = False
    assert not changed.any()
    assert (covered(image, 0, 3)[:18, 82:114] == mean).all()
    assert (covered(image, 0, 3)[18:] == image[18:]).all()
    assert (covered(image, 0, 0, first_pixel=15.5, stride=8)[12:20, 12:20] == mean).all()


def test_a_map_of_one_place_has_no_other():
    with pytest.raises(ValueError, match='raise img_size'):
        drops(np.zeros((2, 32, 32, 3), np.uint8), np.zeros((2, 1, 1)), predict)


def test_the_interval_is_student_s():
    warmest, others = np.random.default_rng(3).random((2, 20)) / 3
    low, high = ttest_1samp(warmest - others, 0).confidence_interval()
    assert f'{50 * (high + low):+.1f} ± {50 * (high - low):.1f} (means of 20' in in_words(
        warmest, others)


class Generators:
    """1,000 test images of which each is read by its row, and the rows that were asked for."""
    test = pd.DataFrame({'path': range(1000)})

    def in_order(self, rows):
        self.rows = list(rows.path)
        images, _, _ = spots()
        for row in self.rows:
            yield [images[[row % N]]], None, None


def test_a_hundred_of_the_test_images_are_read_each_with_its_map():
    _, rows, columns = spots()
    maps, generators = maps_of(rows, columns)[np.arange(1000) % N], Generators()
    said = check_maps(generators, list(maps), predict)
    assert '+30.0 ± 0.0 (means of 100 test images' in said
    assert generators.rows[0] == 0 and generators.rows[-1] == 999 and len(generators.rows) == 100
    assert 'a single place' in check_maps(generators, np.zeros((9, 1, 1)), predict)
