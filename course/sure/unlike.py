"""Is an image unlike all that the network was trained on? Its distance to them in feature space.

A softmax divides 100 % among the classes whatever the image shows; a digit is 99 % cat. But its
features are far from those of any training image (nearest neighbour: Sun et al. 2022).
"""
from typing import NamedTuple

import numpy as np

FALSE_ALARMS = 0.05         # of validation images that are called unlike
MOST_KEPT = 2000            # training images whose features are kept, 8 MB with 2,048 features
AT_ONCE = 256


class Unlike(NamedTuple):
    """The features of training images, and how far is too far."""
    features: np.ndarray        # float16 (n, width), rows of length 1
    threshold: float            # a distance, 0 to 2

    def distances(self, features: np.ndarray) -> np.ndarray:
        """(N,): how far each row is from the nearest training image. features: (N, width)."""
        return nearest(features, self.features)

    def is_unlike(self, features: np.ndarray) -> np.ndarray:
        """N bools."""
        return self.distances(features) > self.threshold


def fit(train: np.ndarray, val: np.ndarray, false_alarms: float = FALSE_ALARMS) -> Unlike:
    """The threshold that `false_alarms` of the validation images exceed.

    train, val: features (n, width). Validation images, since the network has not learned them: it
    brings training images closer together than any new ones.
    """
    kept = unit(train).astype(np.float16)
    return Unlike(kept, float(np.quantile(nearest(val, kept), 1 - false_alarms, method='higher')))


def nearest(features: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Cosine distance, 0 to 2, of each row to the nearest of `kept`, rows of length 1."""
    kept = kept.astype(np.float32).T
    return np.concatenate([np.empty(0, np.float32)] + [
        1 - (unit(features[k:k + AT_ONCE]) @ kept).max(axis=1)
        for k in range(0, len(features), AT_ONCE)])


def unit(features: np.ndarray) -> np.ndarray:
    """Rows of length 1, float32: a brighter image has longer features, and is none the farther."""
    features = np.asarray(features, np.float32)
    return features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
