"""Test images in the plane: the places against NumPy, neighbours by brute force."""
import numpy as np
import pytest

from course.plots.plane import in_the_plane, same_class_beside, to_plane, with_room


def blobs(n=60, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3
    return 10 * np.eye(3, 8)[y] + rng.normal(size=(n, 8)), y


def test_pca_is_a_projection_on_the_directions_of_most_variance():
    features, _ = blobs()
    places, what = to_plane(features, 'pca')
    centred = features - features.mean(axis=0)
    _, lengths, directions = np.linalg.svd(centred)
    known = centred @ directions[:2].T
    signs = np.sign((places * known).sum(axis=0))
    np.testing.assert_allclose(places * signs, known, atol=1e-9)
    assert what == f'PCA, {(lengths[:2] ** 2).sum() / (lengths ** 2).sum():.0%} of the variance'


@pytest.mark.parametrize('method', ['pca', 'tsne'])
def test_groups_that_lie_apart_lie_apart_in_the_plane(method):
    features, y = blobs()
    places, _ = to_plane(features, method)
    assert same_class_beside(places, y)[0] == 1
    np.testing.assert_array_equal(places, to_plane(features, method)[0])     # the seed decides


def test_same_class_beside_by_brute_force():
    rng = np.random.default_rng(1)
    places, y = rng.random((40, 2)), rng.integers(0, 3, 40)
    same = []
    for i in range(40):
        others = [k for k in range(40) if k != i]
        same.append(y[min(others, key=lambda k: np.hypot(*(places[k] - places[i])))] == y[i])
    beside, chance = same_class_beside(places, y)
    assert beside == np.mean(same)
    shuffled = [same_class_beside(places, rng.permutation(y))[0] for _ in range(400)]
    assert chance == pytest.approx(np.mean(shuffled), abs=0.02)


def test_images_do_not_cover_each_other_and_have_the_colour_of_their_class():
    features, y = blobs()
    images = np.arange(60, dtype=np.uint8).repeat(12).reshape(60, 2, 2, 3)
    fig = in_the_plane(images, features, y, ['ape', 'b$e', 'cow'])
    ax, = fig.axes
    dots = np.concatenate([np.asarray(c.get_offsets()) for c in ax.collections])
    shown = np.array([box.xy for box in ax.artists])
    assert len(dots) == 60 and 3 <= len(shown) < 60
    distances = np.hypot(*(shown[:, None] - shown[None]).transpose(2, 0, 1))
    assert distances[~np.eye(len(shown), dtype=bool)].min() >= 0.09
    number = {tuple(place): i for place, i in zip(dots, np.argsort(y, kind='stable'))}
    for box in ax.artists:
        i = number[tuple(box.xy)]
        assert box.offsetbox.get_data()[0, 0, 0] == i
        colours = [c.get_facecolor()[0] for c in ax.collections]
        np.testing.assert_allclose(box.patch.get_edgecolor(), colours[y[i]])
    assert '100% of 60 images lie next to one of their class, 32% would by chance' in repr(fig)
    assert repr(fig).endswith('Classes: ape (20), b$e (20), cow (20).')
    assert with_room(np.array([[0, 0], [0.01, 0], [1, 1]])) == [0, 2]


def test_in_the_plane_refuses():
    features, y = blobs(9)
    images = np.zeros((9, 2, 2, 3), np.uint8)
    with pytest.raises(ValueError, match="'umap'.*pca, tsne"):
        in_the_plane(images, features, y, 'abc', method='umap')
    with pytest.raises(ValueError, match='3 images or more'):
        in_the_plane(images[:2], features[:2], y[:2], 'abc')
    with pytest.raises(ValueError, match="'features': 9"):
        in_the_plane(images[:5], features, y[:5], 'abc')
