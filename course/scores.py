"""How good are the predictions? Each measure with an interval, since test images are few."""
import numpy as np
import pandas as pd
from scipy.stats import binomtest, rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

N_RESAMPLES = 1000


def scores(y_true, prob, seed=0):
    """A table of measures with their 95 % intervals: columns value, low, high, what it is.

    y_true: N class indices; prob: [N, classes], rows that add up to 1. All measures but the log
    loss are from 0 to 1. Shares of right answers have Wilson's interval. The others are computed
    on a thousand test sets that are drawn, with repetition and class by class, from this one; where
    all of those agree (no mistake at all), there is no interval to give: NaN.
    Raises ValueError unless the indices are those of columns of `prob`.
    """
    y_true, prob = np.asarray(y_true), np.asarray(prob)
    if prob.ndim != 2 or len(y_true) != len(prob) or not len(y_true):
        raise ValueError(f'There are {len(y_true)} labels, and probabilities of shape '
                         f'{prob.shape}: one row each is needed, and at least one.')
    num_class = prob.shape[1]
    if not np.isin(y_true, range(num_class)).all():
        raise ValueError(f'The labels {np.unique(y_true).tolist()} are not all columns of the '
                         f'probabilities, 0 to {num_class - 1}.')
    y_pred = prob.argmax(axis=1)
    rows = {'accuracy': (*share(y_pred == y_true), 'right answers')}
    if num_class >= 5:
        k = 3 if num_class <= 20 else 5
        rows[f'top-{k} accuracy'] = (*share(rank_of_truth(y_true, prob) < k),
                                     f'the right class is among the first {k}')
    measures = {
        'balanced accuracy': (lambda i: recalls(counts_of(y_true[i], y_pred[i], num_class)).mean(),
                              'mean over the classes: rare ones count as much'),
        'macro F1': (lambda i: f1(counts_of(y_true[i], y_pred[i], num_class)).mean(),
                     'the same, and false alarms count too'),
        'log loss': (lambda i: loss[i].mean(),
                     'being sure and wrong costs most')}
    loss = -np.log(np.maximum(prob[np.arange(len(prob)), y_true], np.finfo(np.float32).eps))
    if num_class == 2 and len(np.unique(y_true)) == 2:
        measures['ROC AUC'] = (lambda i: auc(y_true[i] == 1, prob[i, 1]),
                               'how often the second class outranks the first')
    draws = list(drawn_again(y_true, seed))
    for name, (measure, meaning) in measures.items():
        low, high = np.percentile([measure(i) for i in draws], [2.5, 97.5])
        rows[name] = (measure(np.arange(len(y_true))),
                      *((low, high) if low < high else (np.nan, np.nan)), meaning)
    return pd.DataFrame.from_dict(rows, orient='index',
                                  columns=['value', 'low', 'high', 'what it is'])


def share(right):
    """(value, low, high) of the share of True, with Wilson's 95 % interval."""
    return right.mean(), *wilson(int(right.sum()), len(right))


def wilson(n_right, n):
    """(low, high), Wilson's 95 % interval of the share n_right / n."""
    interval = binomtest(n_right, n).proportion_ci(method='wilson')
    return interval.low, interval.high


def rank_of_truth(y_true, prob):
    """How many classes are held for more probable than the right one: N numbers from 0."""
    return (prob > prob[np.arange(len(prob)), y_true][:, None]).sum(axis=1)


def drawn_again(y_true, seed):
    """Index arrays of N: as many images of each class as there are, drawn with repetition."""
    rng = np.random.default_rng(seed)
    order = np.argsort(y_true, kind='stable')
    _, first, size = np.unique(y_true[order], return_index=True, return_counts=True)
    first, size = np.repeat(first, size), np.repeat(size, size)
    for _ in range(N_RESAMPLES):
        yield order[first + (rng.random(len(order)) * size).astype(int)]


def counts_of(y_true, y_pred, num_class):
    """The confusion matrix: [true class, predicted class]."""
    return np.bincount(y_true * num_class + y_pred,
                       minlength=num_class ** 2).reshape(num_class, num_class)


def recalls(counts):
    """Of each class that has images, the share found."""
    there = counts.sum(axis=1) > 0
    return counts.diagonal()[there] / counts.sum(axis=1)[there]


def f1(counts):
    """F1 of each class that has images or was predicted."""
    total = counts.sum(axis=0) + counts.sum(axis=1)
    return 2 * counts.diagonal()[total > 0] / total[total > 0]


def auc(positive, score):
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
