"""A head to begin with: the dense layer that logistic regression finds on frozen features.

    weights, biases = fitted_head(train_f, train_y, val_f, val_y)

Fine-tuning that starts from random weights of the head first sends random gradients into the
backbone (Kumar et al.: Fine-Tuning can Distort Pretrained Features, ICLR 2022).
"""
import numpy as np
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from course.baselines import regression

STRENGTHS = 0.00001, 0.0001, 0.001, 0.01, 0.1, 1    # C: weak to strong weights


def fitted_head(train_x: ArrayLike, train_y: ArrayLike, val_x: ArrayLike, val_y: ArrayLike
                ) -> tuple[np.ndarray, np.ndarray]:
    """Weights (features, classes) and biases (classes,), float32, of a dense layer without softmax.

    *_x: features (N, numbers); *_y: N class indices, 0, 1, ... ; each class must be in train_y.
    Classes count alike, however many images they have, as in the batches of data_generators. The
    lowest validation loss chooses the strength of the weights, so the head is not too sure of
    itself, and leaves something to learn.
    """
    from sklearn.metrics import log_loss  # not above: it takes a second

    with threadpool_limits(1):          # so small a problem is ten times slower on busy cores
        fitted = [regression(c, class_weight='balanced').fit(train_x, train_y) for c in STRENGTHS]
    scaler, layer = min(fitted, key=lambda model: log_loss(val_y, model.predict_proba(val_x),
                                                           labels=model.classes_))
    weights, biases = layer.coef_.T, layer.intercept_
    if len(layer.classes_) == 2:         # scikit-learn has one column then: the score of class 1
        weights, biases = np.hstack([-weights, weights]) / 2, np.hstack([-biases, biases]) / 2
    weights = weights / scaler.scale_[:, None]
    return (weights.astype('float32'),
            (biases - scaler.mean_ @ weights).astype('float32'))
