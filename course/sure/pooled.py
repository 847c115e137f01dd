"""The tests of several folds as one: every image once, by a network that was not trained on it."""
from typing import NamedTuple

import numpy as np
import pandas as pd

from course.prior import in_proportion
from course.sure.calibration import with_temperature
from course.trained.folder import Trained_model


class Pooled(NamedTuple):
    """N images, in the order of their folds and lists."""
    class_names: list[str]
    paths: np.ndarray           # str (N,)
    y_true: np.ndarray          # int (N,)
    y_pred: np.ndarray          # int (N,): the answers, as section 6 counts them
    fold: np.ndarray            # int (N,): which fold tested it; -1: all of them
    raw: np.ndarray             # float (N, classes): corrected for the training's class shares only
    prob: np.ndarray            # float (N, classes): calibrated, then corrected

    @property
    def right(self) -> np.ndarray:
        """N bools."""
        return self.y_pred == self.y_true


def pooled(models: dict[int, Trained_model]) -> Pooled:
    """models: {fold: its network}, one or more, of one dataset and run.

    Where the folds share a test set, as a publisher's, each image's probabilities are the mean over
    the networks. Raises FileNotFoundError where a folder does not hold its test.
    """
    parts = []
    for fold, model in models.items():
        table = model.tested()
        prob = table.iloc[:, 2:].to_numpy()
        prob = prob / prob.sum(axis=1, keepdims=True)
        cooled = with_temperature(prob, model.temperature or 1)
        raw, calibrated = (in_proportion(p, model.class_shares) for p in (prob, cooled))
        parts.append((table.path, table.label, np.full(len(table), fold), prob, raw, calibrated))
    path, y_true, fold, prob, raw, calibrated = map(np.concatenate, zip(*parts))
    names = next(iter(models.values())).class_names
    place, first = pd.factorize(path)
    if len(first) < len(path):
        n = np.bincount(place)
        prob, raw, calibrated = (
            np.stack([np.bincount(place, column) / n for column in of_all.T], axis=1)
            for of_all in (prob, raw, calibrated))
        order = np.unique(place, return_index=True)[1]
        path, y_true, fold = path[order], y_true[order], np.where(n > 1, -1, fold[order])
    return Pooled(names, path, y_true, prob.argmax(axis=1), fold, raw, calibrated)
