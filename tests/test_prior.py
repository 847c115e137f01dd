"""in_proportion compared with Bayes' rule for a measurement whose distributions are known."""
import numpy as np
import pytest
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

from course.prior import effect, in_proportion

MIDDLES = np.array([-1.0, 0.5, 2.0])        # of a measurement, in each of three classes


def posterior(x, shares):
    joint = norm.pdf(x[:, None], MIDDLES) * np.asarray(shares)
    return joint / joint.sum(axis=1, keepdims=True)


def test_bayes_by_hand():
    """A test finds 90 % and is wrong on 10 %; learned half and half, used where 1 in 50 has it."""
    [[_, p]] = in_proportion([[0.1, 0.9]], [49, 1])
    assert p == pytest.approx(0.9 * 0.02 / (0.9 * 0.02 + 0.1 * 0.98))


@pytest.mark.parametrize('batches', [None, (3, 1, 2)])
def test_it_is_the_posterior_of_the_real_shares(batches):
    x, shares = np.linspace(-4, 5, 50), np.array([70, 25, 5])
    learned = posterior(x, batches or (1, 1, 1))
    np.testing.assert_allclose(in_proportion(learned, shares, batches), posterior(x, shares))
    np.testing.assert_allclose(in_proportion(learned, shares / 1000, batches),
                               posterior(x, shares))


def test_nothing_changes_where_the_classes_are_as_in_the_batches():
    prob = posterior(np.linspace(-4, 5, 50), (1, 1, 1))
    np.testing.assert_allclose(in_proportion(prob, [31, 31, 31]), prob)
    np.testing.assert_allclose(in_proportion(prob, [4, 2, 1], [8, 4, 2]), prob)


def test_what_was_learned_balanced_is_right_on_the_average_again():
    """A regression learns from as many of each, and answers where 3 in 100 are of the second."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(4000, 1)), np.arange(4000) % 2
    model = LogisticRegression(C=100).fit(x + y[:, None], y)
    y_test = np.repeat([0, 1], [3880, 120])
    before = model.predict_proba(rng.normal(size=(4000, 1)) + y_test[:, None])
    after = in_proportion(before, [97, 3])
    assert before[:, 1].mean() > 0.25 and after[:, 1].mean() == pytest.approx(0.03, abs=0.01)
    loss = [-np.log(prob[np.arange(4000), y_test]).mean() for prob in (before, after)]
    assert loss[1] < 0.5 * loss[0]
    assert effect(y_test, before, after, ['other', 'eight']) == (
        f'"eight" is 3.0% of the test images. Its mean probability is {after[:, 1].mean():.1%}; '
        f'without the correction for balanced batches, {before[:, 1].mean():.1%}.')
    assert effect(y_test, after, after, ['other', 'eight']).endswith('%. Here it changes little.')


@pytest.mark.parametrize('shares, batches', [([1, 2], None), ([1, 0, 2], None), (3, None),
                                             ([1, 1, 1], [1, 1])])
def test_shares_that_do_not_fit_are_refused(shares, batches):
    with pytest.raises(ValueError, match=r'shape \(5, 3\), pass one each, above 0'):
        in_proportion(np.full((5, 3), 1 / 3), shares, batches)
