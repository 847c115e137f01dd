"""Images unlike all training images: distances, the threshold, and what predict.py says of them."""
import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from course.sure.unlike import fit, nearest, unit


def clouds(rng, n, centres):
    return np.abs(centres[rng.integers(len(centres), size=n)] + rng.normal(0, 0.3, (n, 64)))


def test_the_distance_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    train, new = rng.random((300, 64)), rng.random((700, 64))
    expected = NearestNeighbors(n_neighbors=1, metric='cosine').fit(train).kneighbors(new)[0][:, 0]
    np.testing.assert_allclose(nearest(new, unit(train)), expected, atol=1e-5)
    np.testing.assert_allclose(fit(train, new).distances(new), expected, atol=2e-3)     # float16
    assert len(nearest(new[:0], unit(train))) == 0


def test_the_threshold_lets_one_in_twenty_of_the_validation_images_be_called_unlike():
    rng = np.random.default_rng(1)
    centres = 3 * rng.random((2, 64))
    train, val, test = (clouds(rng, n, centres) for n in (300, 200, 2000))
    found = fit(train, val)
    assert found.is_unlike(val).mean() == pytest.approx(0.05, abs=0.006)
    assert found.is_unlike(test).mean() == pytest.approx(0.05, abs=0.03)
    elsewhere = clouds(rng, 200, 3 * rng.random((2, 64)))
    assert found.is_unlike(elsewhere).mean() > 0.95
    np.testing.assert_array_equal(found.is_unlike(7 * elsewhere), found.is_unlike(elsewhere))


def test_features_without_length_are_no_reason_to_fail():
    found = fit(np.eye(4), np.eye(4))
    assert np.isfinite(found.distances(np.zeros((1, 4)))).all()
