"""A head to begin with: the dense layer that logistic regression finds on frozen features.

    weights, biases = fitted_head(train_f, train_y, val_f, val_y)

Fine-tuning that starts from random weights of the head first sends random gradients into the
backbone (Kumar et al.: Fine-Tuning can Distort Pretrained Features, ICLR 2022).
"""
import numpy as np
from numpy.typing import ArrayLike
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

STRENGTHS = 0.00001, 0.0001, 0.001, 0.01, 0.1, 1    # C: weak to strong weights


def fitted_head(train_x: ArrayLike, train_y: ArrayLike, val_x: ArrayLike, val_y: ArrayLike
                ) -> tuple[np.ndarray, np.ndarray]:
    """Weights (features, classes) and biases (classes,), float32, of a dense layer without softmax.

    *_x: features (N, numbers); *_y: N class indices, 0, 1, ... ; each class must be in train_y.
    Classes count alike, however many images they have, as in the batches of data_generators. The
    lowest validation loss chooses the strength of the weights, so the head is not too sure of
    itself, and leaves something to learn.
    """
    scaler = StandardScaler().fit(train_x)
    train, val = scaler.transform(train_x), scaler.transform(val_x)
    with threadpool_limits(1):          # so small a problem is ten times slower on busy cores
        fitted = [LogisticRegression(C=c, max_iter=1000, class_weight='balanced').fit(
            train, train_y) for c in STRENGTHS]
    best = min(fitted, key=lambda model: log_loss(val_y, model.predict_proba(val),
                                                  labels=model.classes_))
    weights, biases = best.coef_.T, best.intercept_
    if len(best.classes_) == 2:         # scikit-learn has one column then: the score of class 1
        weights, biases = np.hstack([-weights, weights]) / 2, np.hstack([-biases, biases]) / 2
    weights = weights / scaler.scale_[:, None]
    return (weights.astype('float32'),
            (biases - scaler.mean_ @ weights).astype('float32'))
