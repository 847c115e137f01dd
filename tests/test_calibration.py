"""Temperature and calibration error, against scikit-learn's and against made-up truths."""
import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from course.prior import in_proportion
from course.sure.calibration import ece, fit, log_loss, reliability, with_temperature


def answers(n, temperature, shares=(1, 1, 1), seed=0):
    """(labels, what a network says for balanced classes that is too sure by `temperature`)."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (4 * n, len(shares)))         # of images of equally frequent classes
    y = (softmax(logits, axis=1).cumsum(axis=1) > rng.random((4 * n, 1))).argmax(axis=1)
    kept = rng.random(4 * n) < np.array(shares)[y] / np.max(shares)
    return y[kept][:n], softmax(temperature * logits, axis=1)[kept][:n]


def test_the_temperature_is_that_of_scikit_learn():
    """Its CalibratedClassifierCV fits one to a classifier that is kept as it is."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 3, 400)
    x = np.eye(3)[y] + rng.normal(0, 0.8, (400, 3))
    network = LogisticRegression(C=10).fit(x[:40], y[:40])
    network.coef_ *= 3                                      # too sure
    oracle = CalibratedClassifierCV(FrozenEstimator(network), method='temperature')
    oracle.fit(x[40:], y[40:])
    found = fit(y[40:], network.predict_proba(x[40:]), [1, 1, 1])
    assert found.temperature > 1.5
    np.testing.assert_allclose(
        with_temperature(network.predict_proba(x), found.temperature), oracle.predict_proba(x),
        atol=2e-3)


@pytest.mark.parametrize('shares', [(1, 1, 1), (20, 4, 1)])
@pytest.mark.parametrize('true', [0.5, 1.0, 2.5])
def test_what_was_made_too_sure_is_put_right_whatever_the_shares(true, shares):
    """Fitted with the shares of its images, the temperature is right for equal ones too."""
    y, prob = answers(8000, true, shares)
    found = fit(y, prob, np.bincount(y))
    assert found.temperature == pytest.approx(true, rel=0.07)
    right = in_proportion(with_temperature(prob, found.temperature), np.bincount(y))
    assert ece(y, right) < 0.02 and found.ece[1] == pytest.approx(ece(y, right))
    if true != 1:
        assert found.ece[0] > 2 * found.ece[1] and found.log_loss[0] > found.log_loss[1]
    y_equal, prob_equal = answers(8000, true, seed=5)
    assert ece(y_equal, with_temperature(prob_equal, found.temperature)) < 0.03


def test_the_answers_stay_the_same_also_where_a_probability_is_zero():
    _, prob = answers(200, 3)
    prob[0] = [1, 0, 0]
    for temperature in (0.1, 1, 10):
        cooler = with_temperature(prob, temperature)
        assert (cooler.argmax(axis=1) == prob.argmax(axis=1)).all() and np.isfinite(cooler).all()
        np.testing.assert_allclose(cooler.sum(axis=1), 1)
    np.testing.assert_allclose(with_temperature(prob, 1), prob, atol=1e-7)


def test_the_error_as_a_table_of_pandas_gives_it():
    y, prob = answers(500, 2)
    table = pd.DataFrame({'sure': prob.max(axis=1), 'right': prob.argmax(axis=1) == y})
    bins = table.groupby(pd.cut(table.sure, np.linspace(0, 1, 16)), observed=True)
    expected = sum(abs(part.sure.mean() - part.right.mean()) * len(part) for _, part in bins) / 500
    assert ece(y, prob) == pytest.approx(expected)
    np.testing.assert_allclose(reliability(y, prob), bins.agg(
        a=('sure', 'mean'), b=('right', 'mean'), n=('right', 'size')))
    assert ece([0, 0], [[1.0, 0], [1, 0]]) == 0 and ece([1, 1], [[1.0, 0], [1, 0]]) == 1


def test_without_a_mistake_or_a_gain_it_stays_1():
    prob = np.array([[0.9, 0.1], [0.2, 0.8]])
    assert fit([0, 1], prob, [1, 1]).temperature == 1       # else it would be as low as it goes
    assert log_loss(np.array([0, 1]), prob) == pytest.approx(-np.log([0.9, 0.8]).mean())
    with pytest.raises(ValueError, match='no validation image'):
        fit([], np.empty((0, 2)), [1, 1])
    with pytest.raises(ValueError, match='must be above 0'):
        with_temperature(prob, 0)
