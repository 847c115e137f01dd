"""Writes the folder of a trained model: its graph, its figures, a model card.

The weights are there already, from callbacks.Model_checkpoint. model.json comes last, in one step,
and says which files belong to it: a program killed before leaves the model that was there.
"""
import contextlib
import json
import platform
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd

from course import pixel_range, prior
from course.checkpoints import saving
from course.checkpoints.digest import digest, text_of
from course.checkpoints.published import ZOO
from course.compat import tf
from course.images import read_resized
from course.scores import confusion_counts, scores
from course.session import FLOAT32
from course.sure.measure import features_tensor, measure, said
from course.trained.card import model_card
from course.trained.folder import (
    DESCRIPTION,
    FEATURES,
    FORMAT,
    HEAT_MAPS,
    IMAGES,
    PROBABILITIES,
    TEST,
    TESTED,
    Trained_model,
    digests,
    weights_of,
)
from course.trained.graph import predicting_graph
from course.whole_file import write_whole

CARD = 'README.md'
PACKAGES = 'tensorflow', 'tf-slim', 'numpy', 'opencv-python', 'pillow'
N_CHECKED = 8               # test images that the new folder has to answer as the notebook did
TOLERANCE = {FLOAT32: 2e-3}     # of a probability; in 16 bits 0.1


def write_model(model_dict: dict, class_names: list[str], preprocess: Callable,
                images: tf.Tensor, outputs: list[tf.Tensor], given: dict) -> None:
    """Write into model/<name>/, once the weights that it keeps were tested, and say so in a line.

    model_dict: the training: 'checkpoint' (its folder is the one), 'settings', 'generators',
        'history' and 'testing' are used. preprocess: what the notebook reads images with.
    images: the placeholder for them. outputs: probabilities (N, classes) and heat maps (N, h, w).
    given: {placeholder: its value when the network predicts}.

    Where it cannot be written (no room, a graph that needs the notebook), one line says why: what
    follows in the notebook does not need it.
    """
    folder = Path(model_dict['checkpoint'].path).parent
    features = features_tensor(images.graph, model_dict['testing'].get('features', []))
    outputs = [*outputs, *[features] * (features is not None)]
    try:
        graph = predicting_graph(images.graph, images, outputs, given).SerializeToString(
            deterministic=True)
        description = describe(model_dict, class_names, preprocess)
        description['graph'] = {
            'file': f'graph_{digest(graph)}.pb', 'digest': digest(graph, length=64),
            'images': images.name,
            **dict(zip(('probabilities', 'heat_maps', 'features'), [x.name for x in outputs]))}
        description['weights'] = {'digests': digests(model_dict['checkpoint'].path)}
        if description['epoch'] is None or description['weights']['digests'] is None:
            raise ValueError('no weights of it were saved')
        write_whole(folder / description['graph']['file'], graph)
        model = Trained_model(folder, description, tf.GraphDef.FromString(graph),
                              weights_of(folder, description['weights']))
        with model.session(description['settings'].get('precision', FLOAT32)) as sess:
            check_answers(sess, description, model_dict['testing'])
            description |= measure(folder, sess, preprocess, model_dict['generators'])
        description['tested'] = write_tested(folder, model_dict['testing'])
        write_whole(folder / CARD, model_card(description).encode())
        write_whole(folder / DESCRIPTION,
                    json.dumps(description, indent=1, ensure_ascii=False).encode())
        belonging = {description[part]['file'] for part in ('graph', 'unlike')
                     if part in description}
        for file in (*folder.glob('graph_*.pb'), *folder.glob('features_*.float16')):
            if file.name not in belonging:
                file.unlink()
    except (OSError, ValueError, tf.errors.OpError) as error:
        print(f'{folder} is no model to be used again: {saving.reason(error)}')
    else:
        print(said(description))
        print(f'{folder} can be used again: section 7, or python predict.py IMAGE')


def describe(model_dict: dict, class_names: list[str], preprocess: Callable) -> dict:
    """What model.json says, but for its files."""
    settings, testing, generators = (
        model_dict[name] for name in ('settings', 'testing', 'generators'))
    y_true, prob = np.array(testing['y_true']), np.array(testing['prob'])
    n_train, y_pred = [len(train) for train in generators.train], prob.argmax(axis=1)
    measures = scores(y_true, prior.in_proportion(prob, n_train), y_pred)   # as in section 6
    size = settings['img_size']
    n_val, n_test = (np.bincount(y, minlength=len(class_names)).tolist()
                     for y in (generators.val.label, y_true))
    return {
        'format': FORMAT, 'run': model_dict['checkpoint'].run,
        'date': time.strftime('%Y-%m-%d %H:%M:%S'),
        'class_names': list(class_names), 'network': settings['network'], 'img_size': size,
        'input': f'uint8 RGB, 0 to 255, squashed to {size} x {size} pixels',
        'scaling': 'within the graph' + (
            f'; {settings["network"]} was trained on images scaled to '
            f'{ZOO[settings["network"]].scaling}' if settings['network'] in ZOO else ''),
        'figures': {name: {key: None if np.isnan(row[key]) else float(row[key])
                           for key in ('value', 'low', 'high')}
                    for name, row in measures.iterrows()},
        'n_test': len(y_true),
        'confusion': confusion_counts(y_true, y_pred, len(class_names)).tolist(),
        'class_shares': dict(zip(class_names, n_train)),      # training images
        'tested_on': dict(zip(class_names, n_test)), 'validated_on': dict(zip(class_names, n_val)),
        'examples': [testing['files'][i] for i in np.linspace(0, len(y_true) - 1, 3).astype(int)],
        'white': pixel_range.known_white(testing['files'][0]),
        'usual_pixels': are_usual(preprocess, generators, size),
        'preprocessing': {'source': text_of(preprocess), 'digest': digest(preprocess)},
        'epochs': len(model_dict['history'].values['lr']),
        'epoch': model_dict['checkpoint'].epoch, 'settings': settings,
        'rule': 'the one with the lowest validation loss' if model_dict['checkpoint'].save_best_only
                else 'the last one that was saved',
        'versions': versions()}


def versions() -> dict[str, str]:
    """Of Python and PACKAGES. Some come under other names too (opencv-python-headless, say); these
    are left out."""
    found = {'python': platform.python_version()}
    for name in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def are_usual(preprocess: Callable, generators, size: int) -> bool:
    """Whether preprocess makes of an image what read_resized makes of it, as predict.py does."""
    rows = generators.test.iloc[:N_CHECKED]
    (x, *others), *_ = preprocess(rows, generators.num_class)
    return not others and np.array_equal(x, [read_resized(path, size) for path in rows.path])


def write_tested(folder: Path, testing: dict) -> dict:
    """Write the probabilities of all test images, as the network gives them: path, label, and a
    column for each class. Returns the digests of what belongs to the test, {file name: digest}."""
    prob = np.array(testing['prob'])
    table = pd.DataFrame({'path': testing['files'], 'label': np.array(testing['y_true'])})
    table[[f'class_{c}' for c in range(prob.shape[1])]] = prob
    write_whole(folder / TESTED, table.to_csv(index=False, float_format='%.8g',
                                              lineterminator='\n').encode())
    return {name: digest((folder / name).read_bytes(), length=64)
            for name in (TEST, TESTED) if (folder / name).is_file()}


def check_answers(sess: tf.Session, description: dict, testing: dict) -> None:
    """Raises ValueError where the folder answers otherwise than the notebook, but for rounding.

    sess: of the folder. Only where preprocess is the usual one; otherwise the pixels are not known.
    """
    if not description['usual_pixels']:
        return
    precision = description['settings'].get('precision', FLOAT32)
    x = np.array([read_resized(path, description['img_size'])
                  for path in testing['files'][:N_CHECKED]])
    has_features = 'features' in description['graph']
    prob, maps, *features = sess.run([PROBABILITIES, HEAT_MAPS] + [FEATURES] * has_features,
                                     {IMAGES: x})
    most = np.abs(prob - np.array(testing['prob'][:N_CHECKED])).max()
    if not most <= TOLERANCE.get(precision, 0.1) or maps.shape[0] != len(x):
        raise ValueError(f'its probabilities would differ from those above by up to {most:.3f}. '
                         'Run section 6 again from its first cell')
    if has_features:
        expected = np.array(testing['features'][:N_CHECKED])
        if not np.abs(features[0] - expected).mean() <= 0.1 * np.abs(expected).mean():
            raise ValueError(f'{description["graph"]["features"]} is not what the notebook calls '
                             'the features')
