"""Probabilities for classes that are not as frequent as they were in the training batches."""
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike


def in_proportion(prob: ArrayLike, shares: ArrayLike, in_batches: ArrayLike | None = None
                  ) -> np.ndarray:
    """What the probabilities become where the classes are as frequent as `shares` says.

    prob: [N, classes], rows that add up to 1. shares: how frequent each class is, in any unit
    (numbers of images do), above 0. in_batches: the same for the training batches; None: equal,
    as data_generators makes them.

    By Bayes' rule: each probability is multiplied by the class's share over its share in the
    batches, and each row rescaled (Saerens, Latinne and Decaestecker 2002). Nothing changes where
    these are the same. The class with the highest probability may be another afterwards: it is
    right more often, and finds fewer of a rare class.

    Raises ValueError for a share that is missing or not above 0.
    """
    prob = np.asarray(prob, float)
    in_batches = np.ones(np.shape(shares)) if in_batches is None else in_batches
    for numbers in (shares, in_batches):
        if np.shape(numbers) != prob.shape[1:] or not np.min(numbers) > 0:
            raise ValueError(f'The shares of the classes are {np.asarray(numbers).tolist()}: for '
                             f'probabilities of shape {prob.shape}, pass one each, above 0.')
    weights = np.divide(shares, np.sum(shares)) / np.divide(in_batches, np.sum(in_batches))
    weighted = prob * weights
    return weighted / weighted.sum(axis=1, keepdims=True)


def effect(y_true: np.ndarray, before: np.ndarray, after: np.ndarray, class_names: Sequence[str]
           ) -> str:
    """A line: the mean probability of the rarest class, before and after, and its share.

    y_true: N class indices; before, after: [N, classes].
    """
    n_test = np.bincount(y_true, minlength=len(class_names))
    rarest = n_test.argmin()
    little = abs(after[:, rarest].mean() - before[:, rarest].mean()) < 0.01
    return (f'"{class_names[rarest]}" is {n_test[rarest] / len(y_true):.1%} of the test images. '
            f'Its mean probability is {after[:, rarest].mean():.1%}; without the correction for '
            f'balanced batches, {before[:, rarest].mean():.1%}.'
            + (' Here it changes little.' if little else ''))
