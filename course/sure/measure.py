"""What the folder of a trained model says about how sure the network may be: measured at the end of
the training, on validation and training images."""
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from course.checkpoints.digest import digest
from course.compat import tf
from course.sure import calibration, unlike
from course.whole_file import write_whole

MOST_VALIDATED = 2000       # images: more change neither the temperature nor the threshold
BATCH = 32
IMAGES, PROBABILITIES, FEATURES = 'images:0', 'probabilities:0', 'features:0'


def features_tensor(graph: tf.Graph, features: list) -> tf.Tensor | None:
    """The means over all places that the classifier begins with, float (N, width); or None.

    features: of the test images, (N, width), as the notebook has computed them in section 6.
    `measure` compares their values.
    """
    for operation in graph.get_operations() if len(features) else ():
        if operation.type == 'Mean':
            shape, before = operation.outputs[0].shape, operation.inputs[0].shape
            if shape.rank == 2 and before.rank == 4 and shape[1] == len(features[0]):
                return operation.outputs[0]
    return None


def measure(folder: Path, sess: tf.Session, preprocess: Callable, generators) -> dict:
    """Entries for model.json: 'calibration' and, where the graph gives features, 'unlike', whose
    file is written into the folder.

    sess: of Trained_model. preprocess: what the notebook reads images with. generators: of the
    training; its training and validation lists are read.
    """
    num_class, n_train = generators.num_class, [len(train) for train in generators.train]
    has_features = FEATURES.split(':')[0] in {op.name for op in sess.graph.get_operations()}
    names = [PROBABILITIES] + [FEATURES] * has_features
    val = spread(generators.val, MOST_VALIDATED)
    prob, *features = computed(sess, names, preprocess, val, num_class)
    shares = [max(n, 1) for n in n_train]
    entries = {'calibration': calibration.fit(val.label.to_numpy(), prob, shares)._asdict()}
    if has_features:
        train = spread(pd.concat(generators.train), unlike.MOST_KEPT)
        found = unlike.fit(computed(sess, names[1:], preprocess, train, num_class)[0], features[0])
        data = found.features.tobytes()
        file = f'features_{digest(data)}.float16'
        write_whole(folder / file, data)
        entries['unlike'] = {
            'file': file, 'digest': digest(data, length=64), 'width': found.features.shape[1],
            'threshold': found.threshold, 'false_alarms': unlike.FALSE_ALARMS, 'n_val': len(val)}
    return entries


def spread(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most so many of the rows, evenly over all of them."""
    return rows.iloc[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int)]


def computed(sess, names, preprocess, rows, num_class):
    """The arrays `names` for the images of a list, in its order."""
    found = []
    for k in range(0, len(rows), BATCH):
        (x, *_), *_ = preprocess(rows.iloc[k:k + BATCH], num_class)
        found.append(sess.run(names, {IMAGES: x}))
    return [np.concatenate(parts) for parts in zip(*found)]


def said(entries: dict) -> str:
    """A line on the calibration."""
    found = entries['calibration']
    (before, after), temperature = found['ece'], found['temperature']
    if temperature == 1:
        return (f'Calibration: {found["n_val"]} validation images give no reason to change the '
                'probabilities.')
    return (f'Calibration: the network is {"too" if temperature > 1 else "not"} sure'
            f'{"" if temperature > 1 else " enough"}; temperature {temperature:.2f}, from '
            f'{found["n_val"]} validation images, whose calibration error falls from {before:.1%} '
            f'to {after:.1%}.')
