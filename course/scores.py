"""How good are the predictions? Each measure with an interval, since test images are few."""
import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike

from course import intervals
from course.intervals import wilson

LEAST_PROBABILITY = np.finfo(np.float32).eps    # in the log loss: log(0) is infinite


def keep_table(table: pd.DataFrame, path: str) -> None:
    """Write a table as CSV. Where that fails, one line says so: what follows needs no file."""
    try:
        table.to_csv(path, index=False)
    except OSError as error:
        print(f'{path} could not be written: {error.strerror or error}')


def scores(y_true: ArrayLike, prob: ArrayLike, y_pred: ArrayLike | None = None, seed: int = 0
           ) -> pd.DataFrame:
    """Measures with 95 % confidence intervals, a table: value, low, high, what it is.

    y_true: N class indices; prob: [N, classes], rows that add up to 1; y_pred: N class indices, the
    answers; None: the most probable classes. seed: of the resamples for the log loss. All other
    measures are between 0 and 1.

    The intervals are those of course/intervals.py. They hold the luck of the test images, of which
    there are as many of each class as here; that of the training is not in them.

    Raises ValueError where the shapes do not match, and for indices without a column in `prob`.
    """
    y_true, prob = np.asarray(y_true), np.asarray(prob)
    check(y_true, prob)
    y_pred, num_class = prob.argmax(axis=1) if y_pred is None else np.asarray(y_pred), prob.shape[1]
    if len(y_pred) != len(y_true):
        raise ValueError(f'There are {len(y_true)} labels and {len(y_pred)} answers: one each is '
                         'needed.')
    counts = confusion_counts(y_true, y_pred, num_class)
    loss = -np.log(np.maximum(prob[np.arange(len(prob)), y_true], LEAST_PROBABILITY))

    table = {'accuracy': share(y_pred == y_true, 'right answers')}
    if num_class >= 5:
        k = 3 if num_class <= 20 else 5
        table[f'top-{k} accuracy'] = share(rank_of_truth(y_true, prob) < k,
                                           f'the right class is among the first {k}')
    table['balanced accuracy'] = (recalls(counts).mean(), *intervals.balanced_accuracy(counts),
                                  'mean over the classes: rare ones count as much')
    table['macro F1'] = (f1(counts).mean(), *intervals.macro_f1(counts),
                         'the same, and false alarms count too')
    table['log loss'] = (loss.mean(), *intervals.mean_loss(loss, y_true, seed),
                         'being sure and wrong costs most')
    if num_class == 2 and len(np.unique(y_true)) == 2:
        table['ROC AUC'] = (auc(y_true == 1, prob[:, 1]), *intervals.auc(y_true == 1, prob[:, 1]),
                            'how often the second class outranks the first')
    return pd.DataFrame.from_dict(table, orient='index',
                                  columns=['value', 'low', 'high', 'what it is'])


def share(right: np.ndarray, meaning: str) -> tuple:
    """A row of the table: right, N bools."""
    return right.mean(), *wilson(right.sum(), len(right)), meaning


def check(y_true, prob):
    if prob.ndim != 2 or len(y_true) != len(prob) or not len(y_true):
        raise ValueError(f'There are {len(y_true)} labels, and probabilities of shape '
                         f'{prob.shape}: one row each is needed, and at least one.')
    if not np.isin(y_true, range(prob.shape[1])).all():
        raise ValueError(f'The labels {np.unique(y_true).tolist()} are not all columns of the '
                         f'probabilities, 0 to {prob.shape[1] - 1}.')


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
    above = scipy.stats.rankdata(score)[positive].sum() - n * (n + 1) / 2
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
    from sklearn.metrics import classification_report  # not above: importing it takes a second

    report = classification_report(y_true, y_pred, labels=range(len(class_names)),
                                   target_names=class_names, zero_division=0)
    return '\n'.join([*lines, '', report])
