"""The folder of a trained model, read: what is in it, whether it is whole, and its session."""
import hashlib
import json
import os
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from course.checkpoints.digest import digest
from course.checkpoints.published import ZOO
from course.checkpoints.saving import before
from course.compat import tf
from course.frozen_graph import session_of
from course.session import FLOAT32
from course.sure.unlike import Unlike
from course.trained.graph import check_harmless, fast, with_values

FORMAT = 1
DESCRIPTION, WEIGHTS = 'model.json', 'weights.ckpt'
TEST, TESTED = 'test.csv', 'probabilities.csv'      # of section 6: the answers, and all of them
PARTS = '.index', '.data-00000-of-00001'
IMAGES, PROBABILITIES, HEAT_MAPS = 'images:0', 'probabilities:0', 'heat_maps:0'
FEATURES = 'features:0'
KEYS = ('run', 'date', 'class_names', 'network', 'img_size', 'figures', 'n_test', 'graph',
        'weights', 'class_shares', 'usual_pixels')


class Trained_model:
    """A trained model, checked. Make it with `load`.

    folder: where it is. description: what its model.json says. weights: its checkpoint, as
    tf.train.Saver names it.
    """

    def __init__(self, folder: Path, description: dict, graph_def: tf.GraphDef, weights: str):
        self.folder, self.description, self.weights = folder, description, weights
        self._graph_def = graph_def

    @classmethod
    def load(cls, folder: str | os.PathLike) -> 'Trained_model':
        """The model of a folder that `write_model` has written.

        Raises FileNotFoundError where there is none, or its training was not finished; ValueError
        where it is of another format, damaged, or a part of it is missing. The message says which.
        """
        folder = Path(folder)
        description = read_description(folder)
        graph_def = read_graph(folder, description['graph'])
        return cls(folder, description, graph_def, weights_of(folder, description['weights']))

    @property
    def class_names(self) -> list[str]:
        """In the order of the probabilities."""
        return self.description['class_names']

    @property
    def network(self) -> str:
        return self.description['network']

    @property
    def img_size(self) -> int:
        """Pixels a side of the images that it takes."""
        return self.description['img_size']

    @property
    def figures(self) -> dict:
        """{'accuracy': {'value': ..., 'low': ..., 'high': ...}, ...}, on n_test test images."""
        return self.description['figures']

    @property
    def class_shares(self) -> list[int]:
        """The numbers of training images. The probabilities are for equal ones, as the batches
        had: course.prior.in_proportion gives those for others."""
        return list(self.description['class_shares'].values())

    @property
    def members(self) -> list['Trained_model']:
        """Itself, as one of one: see Ensemble."""
        return [self]

    @property
    def temperature(self) -> float | None:
        """Fitted to the validation images (course/sure/calibration.py); None in a folder that was
        written before there was any."""
        return self.description.get('calibration', {}).get('temperature')

    @cached_property
    def unlike(self) -> Unlike | None:
        """Which images are unlike all training images; None where the folder does not say.

        Raises ValueError where its file is missing or damaged.
        """
        entry = self.description.get('unlike')
        if not entry:
            return None
        features = np.frombuffer(read_part(self.folder, entry), np.float16)
        return Unlike(features.reshape(-1, entry['width']), entry['threshold'])

    def tested(self) -> pd.DataFrame:
        """The test images: path, label, and class_0, ...: the probabilities as the network gave
        them. Raises FileNotFoundError where the folder was written before this was kept."""
        file = self.folder / TESTED
        self.check_tested(TESTED)
        names = {f'class_{c}': float for c in range(len(self.class_names))}
        return pd.read_csv(file, dtype={'path': str, 'label': int, **names}, keep_default_na=False)

    def check_tested(self, name: str) -> None:
        """Raises FileNotFoundError where the file `name` of the test is missing or not of this
        model; of a folder that does not say which it is, a line is printed."""
        file, digests = self.folder / name, self.description.get('tested', {})
        if not file.is_file():
            raise FileNotFoundError(f'{file} is missing: run the notebook as far as section 6 '
                                    'again.')
        if name not in digests:
            print(f'{self.folder} is older, and does not say which {name} belongs to it: not '
                  'checked.')
        elif digest(file.read_bytes(), length=64) != digests[name]:
            raise FileNotFoundError(f'{file} is of another test than {DESCRIPTION}: run the '
                                    'notebook as far as section 6 again.')

    @property
    def first_pixel(self) -> float:
        """Where in the image the first place of a heat map is: see plots.heat_maps."""
        return ZOO[self.network].first_pixel if self.network in ZOO else 2

    def graph(self) -> tf.Graph:
        """A graph with all values in it, for float32.

        From 'images:0', uint8 (N, img_size, img_size, 3), RGB 0 .. 255, it computes
        'probabilities:0', float32 (N, classes), and 'heat_maps:0', float32 (N, h, w), the Grad-CAM
        of the most probable class; where the folder says which they are, also 'features:0',
        float32 (N, width). Nothing else has to be fed.
        """
        names = self.description['graph']
        outputs = [names[name] for name in ('probabilities', 'heat_maps', 'features')
                   if name in names]
        graph_def = fast(with_values(self._graph_def, self.weights),
                         [name.split(':')[0] for name in outputs])
        kind = next(node.attr['dtype'].type for node in graph_def.node
                    if node.name == names['images'].split(':')[0])
        size = self.img_size
        with tf.Graph().as_default() as graph:
            images = tf.placeholder(tf.uint8, (None, size, size, 3), IMAGES.split(':')[0])
            computed = tf.import_graph_def(graph_def, {names['images']: tf.cast(images, kind)},
                                           outputs, name='network')
            for tensor, name in zip(computed, (PROBABILITIES, HEAT_MAPS, FEATURES)):
                tf.identity(tensor, name.split(':')[0])
        return graph

    def session(self, precision: str = FLOAT32) -> tf.Session:
        """A session of `graph`: session.run('probabilities:0', {'images:0': images}).

        precision: see course.session.choose_precision. Probabilities differ from the notebook's by
        rounding: by less than 1e-4 in float32, by up to some hundredths in 16 bits.
        """
        return session_of(self.graph().as_graph_def(), precision)

    @cached_property
    def sentence(self) -> str:
        """What it is, in a line."""
        names, accuracy = self.class_names, self.figures['accuracy']['value']
        return (f'{self.folder} of {self.description["date"]}: {", ".join(names[:5])}'
                f'{", ..." if len(names) > 5 else ""}; {accuracy:.1%} of '
                f'{self.description["n_test"]} test images right')


def newest(model_folder: str | os.PathLike = 'model') -> Path:
    """The folder of the trained model in `model_folder` that was tested last, by its own date.

    Raises FileNotFoundError where there is none.
    """
    dates = {}
    for file in sorted(Path(model_folder).glob(f'*/{DESCRIPTION}')):
        try:
            dates[file.parent] = json.loads(file.read_text(encoding='utf-8'))['date']
        except (OSError, ValueError, KeyError, TypeError):
            continue                                # a damaged one is not the newest
    if not dates:
        raise FileNotFoundError(f'There is no trained model in {model_folder}: run the notebook as '
                                'far as section 6, which writes one, or name its folder.')
    return max(dates, key=lambda folder: str(dates[folder]))


def read_description(folder: Path) -> dict:
    """What model.json says. Raises as Trained_model.load."""
    file = folder / DESCRIPTION
    if not file.is_file():
        if not folder.is_dir():
            raise FileNotFoundError(f'There is no folder {folder}. Trained models here: '
                                    f'{names_beside(folder)}.')
        if any(folder.glob('*.ckpt.*')) or any(folder.glob('training*')):
            raise FileNotFoundError(f'The training in {folder} is not finished: run the notebook '
                                    'as far as section 6, where it is tested.')
        raise FileNotFoundError(f'{folder} is no trained model: it has no {DESCRIPTION}. Trained '
                                f'models here: {names_beside(folder)}.')
    try:
        description = json.loads(file.read_text(encoding='utf-8'))
        found = description['format']
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(damaged(file)) from error
    if found != FORMAT:
        raise ValueError(f'{file} is of format {found!r}, and this course reads format {FORMAT}: '
                         'use the version of the course that wrote it, or train again.')
    if not set(KEYS) <= set(description):
        raise ValueError(damaged(file))
    return description


def read_part(folder: Path, entry: dict) -> bytes:
    """A file that the description names, if it has the digest given there."""
    file = folder / Path(entry['file']).name
    data = file.read_bytes() if file.is_file() else None
    if data is None or digest(data, length=64) != entry['digest']:
        raise ValueError(damaged(file, data is None))
    return data


def read_graph(folder: Path, entry: dict) -> tf.GraphDef:
    graph_def = tf.GraphDef.FromString(read_part(folder, entry))
    check_harmless(graph_def)
    return graph_def


def weights_of(folder: Path, entry: dict) -> str:
    """The checkpoint of these digests: weights.ckpt, or what a training since has kept of it."""
    path = str(folder / WEIGHTS)
    for checkpoint in (path, before(path)):
        if digests(checkpoint) == entry['digests']:
            return checkpoint
    if digests(path) is None:
        raise ValueError(damaged(path, missing=True))
    raise ValueError(f'{path} is damaged, or of a training that came after {DESCRIPTION} was '
                     'written: run the notebook as far as section 6.')


def digests(checkpoint: str) -> dict | None:
    """{'.index': SHA-256, '.data-...': SHA-256} of a checkpoint; None where a file is missing."""
    if not all(os.path.isfile(checkpoint + part) for part in PARTS):
        return None
    found = {}
    for part in PARTS:
        total = hashlib.sha256()
        with open(checkpoint + part, 'rb') as file:
            while block := file.read(2**20):
                total.update(block)
        found[part] = total.hexdigest()
    return found


def damaged(file, missing=False) -> str:
    return (f'{file} is {"missing" if missing else "damaged"}: the model cannot be used. Copy its '
            'folder again, whole, or run the notebook as far as section 6.')


def names_beside(folder: Path) -> str:
    return ', '.join(str(file.parent) for file in sorted(folder.parent.glob(f'*/{DESCRIPTION}'))
                     ) or 'none'
