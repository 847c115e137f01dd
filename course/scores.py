"""How good are the predictions? Each measure with an interval, since test images are few."""
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import binomtest, rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

N_RESAMPLES = 1000
LEAST_PROBABILITY = np.finfo(np.float32).eps    # in the log loss: log(0) is infinite


def keep_table(table: pd.DataFrame, path: str) -> None:
    """Write a table as CSV. Where that fails, one line says so: what follows needs no file."""
    try:
        table.to_csv(path, index=False)
    except OSError as error:
        print(f'{path} could not be written: {error.strerror or error}')


def scores(y_true: ArrayLike, prob: ArrayLike, seed: int = 0) -> pd.DataFrame:
    """Measures with 95 % confidence intervals, a table: value, low, high, what it is.

    y_true: N class indices; prob: [N, classes], rows that add up to 1. All measures except the log
    loss are between 0 and 1.

    Shares of right answers have Wilson's interval. The other measures are computed on N_RESAMPLES
    test sets, drawn class by class from this one with replacement (bootstrap, percentiles 2.5 and
    97.5). Where all of these agree, as they do without a mistake, there is no interval: NaN.

    Raises ValueError where the shapes do not match, and for indices without a column in `prob`.
    """
    y_true, prob = np.asarray(y_true), np.asarray(prob)
    check(y_true, prob)
    num_class = prob.shape[1]
    y_pred = prob.argmax(axis=1)
    log_loss = -np.log(np.maximum(prob[np.arange(len(prob)), y_true], LEAST_PROBABILITY))

    def counts(rows):
        return confusion_counts(y_true[rows], y_pred[rows], num_class)

    shares = {'accuracy': (y_pred == y_true, 'right answers')}
    if num_class >= 5:
        k = 3 if num_class <= 20 else 5
        shares[f'top-{k} accuracy'] = (rank_of_truth(y_true, prob) < k,
                                       f'the right class is among the first {k}')
    measures = {
        'balanced accuracy': (lambda rows: recalls(counts(rows)).mean(),
                              'mean over the classes: rare ones count as much'),
        'macro F1': (lambda rows: f1(counts(rows)).mean(),
                     'the same, and false alarms count too'),
        'log loss': (lambda rows: log_loss[rows].mean(),
                     'being sure and wrong costs most')}
    if num_class == 2 and len(np.unique(y_true)) == 2:
        measures['ROC AUC'] = (lambda rows: auc(y_true[rows] == 1, prob[rows, 1]),
                               'how often the second class outranks the first')

    table = {}
    for name, (right, meaning) in shares.items():
        table[name] = (right.mean(), *wilson(int(right.sum()), len(right)), meaning)
    resamples = list(resampled(y_true, seed))
    for name, (measure, meaning) in measures.items():
        low, high = np.percentile([measure(rows) for rows in resamples], [2.5, 97.5])
        interval = (low, high) if low < high else (np.nan, np.nan)
        table[name] = (measure(np.arange(len(y_true))), *interval, meaning)
    return pd.DataFrame.from_dict(table, orient='index',
                                  columns=['value', 'low', 'high', 'what it is'])


def check(y_true, prob):
    if prob.ndim != 2 or len(y_true) != len(prob) or not len(y_true):
        raise ValueError(f'There are {len(y_true)} labels, and probabilities of shape '
                         f'{prob.shape}: one row each is needed, and at least one.')
    if not np.isin(y_true, range(prob.shape[1])).all():
        raise ValueError(f'The labels {np.unique(y_true).tolist()} are not all columns of the '
                         f'probabilities, 0 to {prob.shape[1] - 1}.')


def wilson(n_right: int, n: int) -> tuple[float, float]:
    """(low, high), Wilson's 95 % confidence interval of the share n_right / n."""
    interval = binomtest(n_right, n).proportion_ci(method='wilson')
    return interval.low, interval.high


def resampled(y_true: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """N_RESAMPLES times N rows, drawn with replacement: as many of each class as there are."""
    rng, order = np.random.default_rng(seed), np.argsort(y_true, kind='stable')
    _, first, size = np.unique(y_true[order], return_index=True, return_counts=True)
    first, size = np.repeat(first, size), np.repeat(size, size)
    for _ in range(N_RESAMPLES):
        yield order[first + (rng.random(len(order)) * size).astype(int)]


def rank_of_truth(y_true: np.ndarray, prob: np.ndarray) -> np.ndarray:
    """How many classes have a higher probability than the right one: N integers from 0."""
    return (prob > prob[np.arange(len(prob)), y_true][:, None]).sum(axis=1)


def confusion_counts(y_true: np.ndarray, y_pred: np.ndarray, num_class: int) -> np.ndarray:
    """The confusion matrix: [true class, predicted class]."""
    return np.bincount(y_true * num_class + y_pred,
                       minlength=num_class ** 2).reshape(num_class, num_class)


def recalls(counts: np.ndarray) -> np.ndarray:
    """Of each class that has images, the share found."""
    present = counts.sum(axis=1) > 0
    return counts.diagonal()[present] / counts.sum(axis=1)[present]


def f1(counts: np.ndarray) -> np.ndarray:
    """F1 of each class that has images or was predicted."""
    total = counts.sum(axis=0) + counts.sum(axis=1)
    return 2 * counts.diagonal()[total > 0] / total[total > 0]


def auc(positive: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve, by ranks (Mann and Whitney); ties count half."""
    n = positive.sum()
    above = rankdata(score)[positive].sum() - n * (n + 1) / 2
    return above / (n * (len(positive) - n))


def summary(measures: pd.DataFrame, y_true: np.ndarray, y_pred: np.ndarray, class_names) -> str:
    """The test in a few lines: the accuracy, what knowing nothing scores, a line for each class.

    measures: of `scores`. y_true, y_pred: N class indices.
    """
    value, low, high = measures.loc['accuracy', ['value', 'low', 'high']]
    n_test = np.bincount(y_true, minlength=len(class_names))
    largest, fewest = n_test.argmax(), n_test.argmin()
    lines = [f'Accuracy on {len(y_true)} test images: {value:.1%} (95% confidence interval '
             f'{low:.1%} to {high:.1%}; one image is {1 / len(y_true):.1%})',
             f'Always answering "{class_names[largest]}" scores {n_test.max() / n_test.sum():.1%}.']
    if n_test[fewest] < 5:
        lines.append(f'Only {n_test[fewest]} images of {class_names[fewest]} were tested, which '
                     'says little: train on the other folds too.')
    report = classification_report(y_true, y_pred, labels=range(len(class_names)),
                                   target_names=class_names, zero_division=0)
    return '\n'.join([*lines, '', report])


def linear_probe(train_x, train_y, val_x, val_y) -> float:
    """Accuracy on val, 0 to 1, of a logistic regression that was fitted to train.

    train_x, val_x: features (N, numbers). train_y, val_y: N class indices.
    """
    regression = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
    return regression.fit(train_x, train_y).score(val_x, val_y)
