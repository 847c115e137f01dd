"""95 % confidence intervals of the measures, for test images in these numbers of each class.

Accuracy, balanced accuracy, macro F1 and AUC have Wilson's interval. For the last three it is that
of a share with the same standard error: n is then an effective number of images, as in surveys
(Kish 1965), and small where a class is rare. The log loss, which one sure mistake can double, has
the bootstrap-t interval (Efron and Tibshirani 1993, section 12.5). The first four also exist where
there is no mistake.

Of 100 such intervals, so many held the true value, in five made-up cases (two classes of 80 and
96 % accuracy, 9 : 1, five unequal, twelve) and four measures, lowest to highest:

    test images             40          123         500
    these               91 to 97    90 to 97    93 to 96
    BCa                 57 to 95    71 to 96    91 to 96
    percentiles         58 to 94    70 to 95    89 to 96

From lessons/experiments/results/coverage.csv, by `python -m lessons.experiments.coverage`.
"""
import numpy as np
import scipy
from scipy.special import ndtri

Z = ndtri(0.975)        # of the normal distribution
N_RESAMPLES = 2000
AT_ONCE = 4_000_000     # numbers drawn at a time, 32 MB


def wilson(n_right: float, n: float) -> tuple[float, float]:
    """(low, high), Wilson's interval of the share n_right / n; n need not be a whole number."""
    share = n_right / n
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def effective(value: float, share: float, variance: float) -> tuple[float, float]:
    """Wilson's interval of `value`, with the n for which a share would have this variance."""
    if not variance:                # of the AUC, where all images have the same score
        return np.nan, np.nan
    n = share * (1 - share) / variance
    return wilson(value * n, n)


def balanced_accuracy(counts: np.ndarray) -> tuple[float, float]:
    """(low, high) of the mean recall. counts: the confusion matrix [true class, predicted class].
    """
    n = counts.sum(axis=1)
    tested = n > 0
    shares, recalls = smoothed(counts).diagonal()[tested], (counts.diagonal()[tested] / n[tested])
    variance = (shares * (1 - shares) / n[tested]).sum() / tested.sum()**2
    return effective(recalls.mean(), shares.mean(), variance)


def macro_f1(counts: np.ndarray) -> tuple[float, float]:
    """(low, high) of the mean F1. counts: the confusion matrix [true class, predicted class].

    The variance is by the delta method: how much the mean F1 changes when an image of class i is
    answered j, and how much such answers vary (Takahashi et al. 2022).
    """
    n, used = counts.sum(axis=1), counts.sum(axis=0) + counts.sum(axis=1) > 0
    f1 = 2 * counts.diagonal()[used] / (counts.sum(axis=0) + n)[used]
    shares = smoothed(counts)
    expected = shares * n[:, None]
    right, total = expected.diagonal(), np.maximum(n + expected.sum(axis=0), 1e-12)
    slope = np.diag(2 / total) - 2 * right / total**2           # [i, j]
    slope[:, ~used] = 0
    slope /= used.sum()
    variance = n * ((shares * slope**2).sum(axis=1) - (shares * slope).sum(axis=1)**2)
    return effective(f1.mean(), (2 * right / total)[used].mean(), variance.sum())


def smoothed(counts: np.ndarray) -> np.ndarray:
    """The shares of the answers to each class, [true, predicted], from the counts and two answers
    more, one right and one wrong: no class is found always or never (Agresti and Coull 1998)."""
    num_class = len(counts)
    more = np.full((num_class, num_class), 1 / max(1, num_class - 1))
    np.fill_diagonal(more, 1)
    return (counts + more) / (counts.sum(axis=1, keepdims=True) + 2)


def auc(positive: np.ndarray, score: np.ndarray) -> tuple[float, float]:
    """(low, high) of the area under the ROC curve, with its variance by DeLong et al. (1988).

    positive: N bools, both values among them; score: N numbers. The worst image of each class
    counts twice; if no pair is in the wrong order, n is the number of images of the smaller class.
    """
    better, worse = score[positive], score[~positive]
    n_pairs = len(better) * len(worse)
    rankdata = scipy.stats.rankdata
    ranks = rankdata(np.concatenate([better, worse]))
    above = (ranks[:len(better)] - rankdata(better)) / len(worse)       # of the negatives, for each
    below = 1 - (ranks[len(better):] - rankdata(worse)) / len(better)
    value, fewest = above.mean(), min(len(better), len(worse))
    if value in (0, 1) or n_pairs == 1:
        return wilson(value * fewest, fewest)
    above, below = (np.append(places, places.min()) for places in (above, below))
    variance = above.var(ddof=1) / len(better) + below.var(ddof=1) / len(worse)
    return effective(value, (above.mean() + below.mean()) / 2, variance)


def mean_loss(loss: np.ndarray, y_true: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """(low, high) of the mean of N losses, 0 or more, by bootstrap-t within the classes.

    Each of N_RESAMPLES draws from every class as many images as it has, with replacement, and its
    mean is judged by its own standard error: one that misses the few large losses is low, and looks
    sure of it. NaN where the losses within the classes do not differ.
    """
    rng = np.random.default_rng(seed)
    mean, variance, means, variances = 0, 0, np.zeros(N_RESAMPLES), np.zeros(N_RESAMPLES)
    for c in np.unique(y_true):
        of_class = loss[y_true == c]
        n, weight = len(of_class), np.mean(y_true == c)
        mean += weight * of_class.mean()
        variance += weight**2 * of_class.var() / max(1, n - 1)
        step = max(1, AT_ONCE // n)
        for i in range(0, N_RESAMPLES, step):
            part = slice(i, min(i + step, N_RESAMPLES))
            drawn = of_class[rng.integers(n, size=(part.stop - i, n))]
            means[part] += weight * drawn.mean(axis=1)
            variances[part] += weight**2 * drawn.var(axis=1) / max(1, n - 1)
    differ = variances > 1e-12 * max(variance, mean**2)         # below is rounding
    if variance <= 1e-12 * mean**2 or not differ.any():
        return np.nan, np.nan
    errors = (means - mean)[differ] / np.sqrt(variances[differ])
    above, below = np.percentile(errors, [97.5, 2.5]) * np.sqrt(variance)
    return max(0.0, mean - above), mean - below
