"""course/fitted_head.py: a dense layer that answers as the logistic regression it comes from."""
import numpy as np
import pytest
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from course.fitted_head import STRENGTHS, fitted_head


def features(n_classes, n, seed):
    """Features of very different sizes; a class has a mean of its own."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % n_classes
    centres = np.random.default_rng(0).normal(size=(n_classes, 20))
    return (centres[y] + rng.normal(size=(n, 20))) * np.geomspace(0.01, 100, 20) + 3, y


@pytest.mark.parametrize('n_classes', [2, 5])
def test_the_layer_gives_the_probabilities_of_one_of_the_regressions(n_classes):
    (x, y), (val_x, val_y) = features(n_classes, 100, 1), features(n_classes, 60, 2)
    weights, biases = fitted_head(x, y, val_x, val_y)
    assert weights.shape == (20, n_classes) and biases.shape == (n_classes,)
    assert weights.dtype == biases.dtype == np.float32
    ours = softmax(val_x @ weights + biases, axis=1)

    scaler = StandardScaler().fit(x)
    theirs = [LogisticRegression(C=c, max_iter=1000, class_weight='balanced').fit(
        scaler.transform(x), y).predict_proba(scaler.transform(val_x)) for c in STRENGTHS]
    losses = [-np.log(prob[np.arange(60), val_y]).mean() for prob in theirs]
    np.testing.assert_allclose(ours, theirs[int(np.argmin(losses))], atol=1e-4)


def test_a_rare_class_counts_as_much_as_another():
    (x, y), val = features(2, 400, 1), features(2, 60, 2)
    few = np.concatenate([np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:20]])
    weights, biases = fitted_head(x[few], y[few], *val)
    shares = softmax(val[0] @ weights + biases, axis=1).mean(axis=0)
    assert shares == pytest.approx([0.5, 0.5], abs=0.1)
