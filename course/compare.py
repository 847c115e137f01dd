"""Answers of several methods to the same test images, compared."""
from collections.abc import Mapping

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from course.intervals import wilson


def compare(y_true: ArrayLike, answers: Mapping[str, ArrayLike], subject: str) -> pd.DataFrame:
    """A row for each method: its accuracy, 0 to 1, and whether `subject` differs from it.

    y_true: N class indices; answers: {name of the method: N class indices}, `subject` among the
    names. `low`, `high`: Wilson's 95 % interval of the accuracy.

    Where intervals overlap, two methods may still differ: they answered the same images. So the
    images that only one of the two had right are counted. By chance alone it is as often the one as
    the other; `p` is the probability of numbers as uneven as these (exact McNemar test, two-sided).

    Raises ValueError for answers of another number, and for a subject without answers.
    """
    right = {name: np.asarray(y_pred) == np.asarray(y_true) for name, y_pred in answers.items()
             if np.shape(y_pred) == np.shape(y_true)}
    if len(right) < len(answers) or subject not in answers:
        raise ValueError(f'{np.size(y_true)} images, and answers of '
                         f'{ {name: np.shape(y_pred) for name, y_pred in answers.items()} }: one '
                         f'each is needed, of {subject!r} too.')
    table = {}
    for name, hits in right.items():
        only_subject, only_this, p = mcnemar(right[subject], hits)
        differences = (None, None, None) if name == subject else (only_subject, only_this, p)
        table[name] = (hits.mean(), *wilson(hits.sum(), len(hits)), *differences)
    columns = ['accuracy', 'low', 'high', f'only {subject} right', 'only this right', 'p']
    return pd.DataFrame.from_dict(table, orient='index', columns=columns).astype(
        {columns[3]: 'Int64', columns[4]: 'Int64', 'p': float})


def mcnemar(right: np.ndarray, other: np.ndarray) -> tuple[int, int, float]:
    """(how many only the first has right, how many only the other, p); right, other: N bools.

    p is 1 where they are right on the same images. Source: McNemar 1947; exact, by the binomial.
    """
    only_first, only_other = int((right & ~other).sum()), int((other & ~right).sum())
    n = only_first + only_other
    return only_first, only_other, scipy.stats.binomtest(only_first, n).pvalue if n else 1.0


def holm(p: ArrayLike) -> np.ndarray:
    """Holm's correction (1979) of p-values (N,): the chance of one false alarm or more among all N.

    The smallest is multiplied by N, the next by N - 1, and so on; none falls below one before it.
    """
    p = np.asarray(p, float)
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return adjusted
