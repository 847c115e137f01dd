"""Are images with 80 % right in 80 of 100 cases? Measured, and put right by one number.

Guo et al.: On Calibration of Modern Neural Networks (ICML 2017).
"""
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from course.prior import in_proportion

N_BINS = 15
TEMPERATURES = 0.05, 20.0       # what is searched; beyond, the validation images say nothing
LEAST = np.finfo(np.float32).tiny


class Calibration(NamedTuple):
    """What the validation images say, as model.json keeps it."""
    temperature: float
    n_val: int
    log_loss: tuple[float, float]       # before and after
    ece: tuple[float, float]            # expected calibration error, before and after


def with_temperature(prob: ArrayLike, temperature: float) -> np.ndarray:
    """Probabilities as if the logits had been divided by the temperature, above 0.

    prob: [N, classes], rows that add up to 1. Above 1, the network is less sure than it says; the
    most probable class stays the same. Raises ValueError for a temperature of 0 or less.
    """
    if not temperature > 0:
        raise ValueError(f'The temperature is {temperature}; it must be above 0.')
    return softmax(np.log(np.maximum(np.asarray(prob, float), LEAST)) / temperature, axis=1)


def fit(y_true: ArrayLike, prob: ArrayLike, shares: ArrayLike) -> Calibration:
    """The temperature with the lowest log loss on validation images.

    y_true: N class indices. prob: [N, classes], from a training with balanced batches. shares: how
    frequent the classes are among these images, in any unit. Balanced batches make the network
    answer for classes that are equally frequent, and these images are not: so the loss is that of
    the probabilities with the temperature first and the shares after it (course.prior). What is
    fitted so serves with any shares.

    Where the network has all images right, a lower temperature is always better: then 1 is kept.
    Raises ValueError where there is no image.
    """
    y_true, prob = np.asarray(y_true), np.asarray(prob, float)
    if not len(y_true):
        raise ValueError('There is no validation image to fit a temperature to.')

    def corrected(temperature):
        return in_proportion(with_temperature(prob, temperature), shares)

    def loss(log_temperature):
        return log_loss(y_true, corrected(np.exp(log_temperature)))

    found = minimize_scalar(loss, bounds=np.log(TEMPERATURES), method='bounded')
    perfect = (corrected(1).argmax(axis=1) == y_true).all()
    temperature = 1.0 if perfect or found.fun >= loss(0) else float(np.exp(found.x))
    before, after = corrected(1), corrected(temperature)
    return Calibration(temperature, len(y_true),
                       (log_loss(y_true, before), log_loss(y_true, after)),
                       (ece(y_true, before), ece(y_true, after)))


def log_loss(y_true: np.ndarray, prob: np.ndarray) -> float:
    """The mean of -log(probability of the right class)."""
    return float(-np.log(np.maximum(prob[np.arange(len(prob)), y_true], LEAST)).mean())


def reliability(y_true: ArrayLike, prob: ArrayLike, n_bins: int = N_BINS) -> np.ndarray:
    """Rows of (mean probability, share right, number of images), of each bin that has any.

    The probability is that of the most probable class; bins are of equal width, (0, 1/n], ...
    """
    y_true, prob = np.asarray(y_true), np.asarray(prob)
    sure, right = prob.max(axis=1), prob.argmax(axis=1) == y_true
    of_bin = np.clip(np.ceil(sure * n_bins).astype(int) - 1, 0, n_bins - 1)
    return np.array([(sure[of_bin == b].mean(), right[of_bin == b].mean(), (of_bin == b).sum())
                     for b in np.unique(of_bin)])


def ece(y_true: ArrayLike, prob: ArrayLike, n_bins: int = N_BINS) -> float:
    """Expected calibration error, 0 to 1: how far the share of right answers is from the mean
    probability, averaged over the bins of `reliability` by their images (Naeini et al. 2015).

    With few images it is above 0 by chance alone, however well the probabilities are calibrated.
    """
    sure, right, n = reliability(y_true, prob, n_bins).T
    return float((n * np.abs(sure - right)).sum() / n.sum())
