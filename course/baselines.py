"""What a network has to beat: methods that know nothing of other images, or only read features.

    name, y_pred = no_network(train_x, train_y, val_x, val_y, test_x)       # images
    name, y_pred = frozen(train_f, train_y, val_f, val_y, test_f)           # features
    answers = of_lists(generators, class_names, features)                   # both, from the lists

Validation images choose between the methods; a test image is looked at once, as with the network.
"""
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

STRENGTHS = 0.0001, 0.001, 0.01, 0.1, 1     # C of the logistic regression: weak to strong weights
PIXELS, HOG = 16, 64                        # pixels a side, at most, that each method is given


def no_network(train_x: ArrayLike, train_y: ArrayLike, val_x: ArrayLike, val_y: ArrayLike,
               test_x: ArrayLike) -> tuple[str, np.ndarray]:
    """The best of three methods without a network: its name, and a class for each test image.

    *_x: uint8 images (N, H, W, 3) or (N, H, W), all of one size, 8 x 8 or larger; *_y: N class
    indices. The three, in the order in which a tie is decided: the nearest training image by
    pixels, logistic regression on pixels, logistic regression on histograms of oriented gradients
    (HOG; Dalal and Triggs 2005). The highest accuracy on validation images decides; it also chooses
    the strength of the regression.

    Raises ValueError for other shapes and types.
    """
    train, val, test = ((pixels(x), gradients(x)) for x in map(checked, (train_x, val_x, test_x)))
    return best_of(train, train_y, val, val_y, test)


def of_lists(generators, class_names: Sequence[str], features: Callable) -> dict[str, np.ndarray]:
    """{what answered: a class for each test image}: the largest class of the test, no_network and
    frozen.

    generators: the data_generators whose images are read, batch by batch. features: a batch of
    images -> (rows, numbers).
    """
    splits, labels = [], []
    for rows in (pd.concat(generators.train), generators.val, generators.test):
        batches = [(pixels(x[0]), gradients(x[0]), features(x[0]))
                   for x, _, _ in generators.in_order(rows)]
        splits.append([np.concatenate(part) for part in zip(*batches)])
        labels.append(rows.label.to_numpy())
    train, val, test = splits
    largest = np.bincount(labels[2]).argmax()       # no other constant answer is right as often
    return {f'always "{class_names[largest]}"': np.full(len(test[0]), largest),
            **dict([best_of(train, labels[0], val, labels[1], test),
                    frozen(train[2], labels[0], val[2], labels[1], test[2])])}


def best_of(train: Sequence, train_y: ArrayLike, val: Sequence, val_y: ArrayLike, test: Sequence
            ) -> tuple[str, np.ndarray]:
    """no_network, for what it needs of each image: of each split, (pixels, gradients, ...)."""
    from sklearn.neighbors import KNeighborsClassifier  # not above: it takes a second

    nearest = KNeighborsClassifier(1).fit(train[0], train_y)
    by_pixels, by_gradients = (best_regression(train[i], train_y, val[i], val_y) for i in (0, 1))
    name, model, i = max(
        (('nearest image by pixels', nearest, 0), ('pixels + logistic regression', by_pixels, 0),
         ('HOG + logistic regression', by_gradients, 1)),
        key=lambda method: method[1].score(val[method[2]], val_y))      # the first of equals
    return name, model.predict(test[i])


def frozen(train_x: ArrayLike, train_y: ArrayLike, val_x: ArrayLike, val_y: ArrayLike,
           test_x: ArrayLike) -> tuple[str, np.ndarray]:
    """Logistic regression on what a frozen network gives: a name, and a class for each test row.

    *_x: features (N, numbers); *_y: N class indices. It is what a new head learns on a backbone
    that is kept as it is, trained to its end. Validation rows choose its strength, C of STRENGTHS.
    """
    model = best_regression(train_x, train_y, val_x, val_y)
    return 'frozen features + logistic regression', model.predict(test_x)


def linear_probe(train_x: ArrayLike, train_y: ArrayLike, val_x: ArrayLike, val_y: ArrayLike
                 ) -> float:
    """Accuracy on val, 0 to 1, of a logistic regression that was fitted to train, C = 0.01.

    train_x, val_x: features (N, numbers). train_y, val_y: N class indices.
    """
    return regression(0.01).fit(train_x, train_y).score(val_x, val_y)


def best_regression(train_x, train_y, val_x, val_y):
    """The logistic regression, of STRENGTHS, that has the most validation rows right."""
    with threadpool_limits(1):          # so small a problem is ten times slower on busy cores
        fitted = [regression(c).fit(train_x, train_y) for c in STRENGTHS]
    return max(fitted, key=lambda model: model.score(val_x, val_y))


def regression(c: float, **options):
    """A pipeline of scikit-learn: StandardScaler, LogisticRegression with these options."""
    from sklearn.linear_model import LogisticRegression  # not above: it takes a second
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=1000, **options))


def checked(images: ArrayLike) -> np.ndarray:
    images = np.asarray(images)
    shape_fits = images.ndim == 3 or images.ndim == 4 and images.shape[3] == 3
    if not shape_fits or images.dtype != np.uint8 or min(images.shape[1:3]) < 8:
        raise ValueError(f'Images are {images.dtype} of shape {images.shape}: pass uint8, (N, H, '
                         'W, 3) or (N, H, W), of 8 x 8 pixels or more.')
    return images


def pixels(images: np.ndarray) -> np.ndarray:
    """Each image as one row, 0 to 1, reduced to PIXELS a side where it is larger."""
    return np.array([reduced(image, PIXELS).ravel() for image in images]) / 255


def gradients(images: np.ndarray) -> np.ndarray:
    """Each image's HOG as one row: 9 directions in 8 x 8 cells, or 4 x 4 below 16 pixels a side."""
    from skimage.feature import hog  # not above: it takes a while

    rows = []
    for image in images:
        grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        grey = reduced(grey, HOG)
        cell = [max(2, side // 8) for side in grey.shape]
        rows.append(hog(grey, 9, cell, (2, 2), feature_vector=True))
    return np.array(rows)


def reduced(image: np.ndarray, side: int) -> np.ndarray:
    """At most `side` pixels high and wide, each the mean of those that it stands for."""
    height, width = image.shape[:2]
    return cv2.resize(image, (min(width, side), min(height, side)), interpolation=cv2.INTER_AREA)
