"""The classes of a drawn dataset are told apart by shape, and by nothing cheaper."""
import cv2
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from drawing.render import SETS, render

pytestmark = pytest.mark.slow


def accuracy(features, labels, strength):
    """Five-fold cross-validated accuracy of logistic regression."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=200))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return cross_val_score(model, features, labels, cv=folds).mean()


def drawn(name, per_class, folder):
    """Means and deviations of the colours (N, 6), height, width and bytes (N, 3), images of
    32 x 32 (N, 3072), and labels."""
    render(SETS[name], folder, per_class, seed=0)
    colours, sizes, thumbs, labels = [], [], [], []
    for path in sorted(folder.rglob('*.jpg')):
        image = cv2.imread(str(path))
        pixels = image.reshape(-1, 3) / 255
        colours.append([*pixels.mean(0), *pixels.std(0)])
        sizes.append([*image.shape[:2], path.stat().st_size])
        thumbs.append(cv2.resize(image, (32, 32), interpolation=cv2.INTER_AREA).ravel() / 255)
        labels.append(path.name.split('.')[0] if name == 'cat_dog' else path.parent.name)
    return tuple(np.array(column) for column in (colours, sizes, thumbs, labels))


@pytest.mark.parametrize('name, per_class, most', [
    ('ants_bees', 60, 0.66), ('flowering_herbaceous', 50, 0.8), ('plant_seedlings', 14, 0.42)])
def test_colour_and_size_do_not_tell_the_classes_apart(tmp_path, name, per_class, most):
    colours, sizes, _, labels = drawn(name, per_class, tmp_path)
    for strength in (0.01, 1.0):
        assert accuracy(colours, labels, strength) < most
        assert accuracy(sizes[:, :2], labels, strength) < 1.3 / len(set(labels)) + 0.05


@pytest.fixture(scope='module')
def cats_and_dogs(tmp_path_factory):
    return drawn('cat_dog', 120, tmp_path_factory.mktemp('cat_dog'))


@pytest.mark.parametrize('strength', [0.01, 1.0])
def test_colour_size_and_bytes_do_not_tell_cats_from_dogs(cats_and_dogs, strength):
    colours, sizes, _, labels = cats_and_dogs
    for features in (colours[:, :3], colours, sizes[:, :2], sizes[:, 2:]):
        assert accuracy(features, labels, strength) < 0.64


@pytest.mark.parametrize('strength', [1e-4, 1e-2])
def test_pixels_tell_little_about_cats_and_dogs_to_a_linear_model(cats_and_dogs, strength):
    _, _, thumbs, labels = cats_and_dogs
    assert accuracy(thumbs, labels, strength) < 0.70
