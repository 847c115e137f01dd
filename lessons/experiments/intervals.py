"""Means over seeds with 95 % t-intervals, as the lessons print them."""
import numpy as np
import pandas as pd

from course import means


def half_width(values: pd.Series) -> float:
    """Half of the 95 % t-interval of the mean; NaN for fewer than two values. NaN is no value."""
    known = values.dropna()
    return means.half_width(known) if len(known) > 1 else np.nan


def points(share: float, half: float | None = None) -> str:
    """'4.7' for a share of 0.047, with half an interval '4.7 ± 0.5'; NaN or None: there is none."""
    return f'{100 * share:.1f}' + ('' if pd.isna(half) else f' ± {100 * half:.1f}')


def mean_points(values: pd.Series) -> str:
    """The mean of shares in points, with half its interval."""
    return points(values.mean(), half_width(values))
