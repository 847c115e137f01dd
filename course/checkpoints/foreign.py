"""What a file or a name is that comes from elsewhere, and what to do with it."""
import os
import zipfile
from collections import Counter
from pathlib import Path

AVERAGE = '/ExponentialMovingAverage'   # tf.train.ExponentialMovingAverage adds it to a name
OBJECT = '/.ATTRIBUTES/'                # in every name of a TensorFlow 2 checkpoint

INSTEAD = ('Take the checkpoint that TF-Slim publishes for your network: python tf_ckpt/get.py '
           'lists them.')
KERAS = ('a file of Keras: the layers of a Keras model have other names and another order than '
         f'those of TF-Slim. {INSTEAD}')
TORCH = f'a file of PyTorch. {INSTEAD}'
CONSTANTS = f'a model made for prediction only: it holds no variables. {INSTEAD}'
ARCHIVE = 'an archive. Unpack it, and name the checkpoint that is in it.'
GRAPH = ('the plan of a graph, without values. The checkpoint of the same name belongs to it, in '
         'a file .index and one or more .data-...: get these too.')
WEB_PAGE = 'a web page, not what was to be downloaded. Download it again.'
LFS = 'a note of Git LFS that stands for the file. Get the file with: git lfs pull'
NUMPY = f'a NumPy file, but not a checkpoint that this course has packed. {INSTEAD}'
OBJECTS = (
    'It is a checkpoint of TensorFlow 2 (tf.train.Checkpoint, Keras): its names are those of '
    "Python objects. If the network is TF-Slim's, load it there and save it by the names of its "
    "variables: tf.compat.v1.train.Saver({v.name.split(':')[0]: v for v in model.variables})"
    f".save(None, 'by_name.ckpt'). If it is another network: {INSTEAD}")

BY_ENDING = {'.h5': KERAS, '.hdf5': KERAS, '.keras': KERAS, '.pt': TORCH, '.pth': TORCH,
             '.safetensors': TORCH, '.pb': CONSTANTS, '.tflite': CONSTANTS, '.onnx': CONSTANTS,
             '.gz': ARCHIVE, '.tgz': ARCHIVE, '.tar': ARCHIVE, '.zip': ARCHIVE, '.meta': GRAPH}
BY_BEGINNING = {b'\x89HDF': KERAS, b'\x80\x02': TORCH, b'\x1f\x8b': ARCHIVE, b'<': WEB_PAGE,
                b'version https://git-lfs': LFS}


def what_is(file: str | Path) -> str:
    """A sentence from 'a ...' on about a file that is no checkpoint; '' where it may be one."""
    if not os.path.isfile(file):
        return ''
    with open(file, 'rb') as opened:
        beginning = opened.read(100).lstrip()
    for start, kind in BY_BEGINNING.items():
        if beginning.startswith(start):
            return kind
    if beginning.startswith(b'PK') and zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as opened:
            return what_is_zip(opened.namelist())
    return BY_ENDING.get(Path(file).suffix.lower(), '')


def what_is_zip(names: list[str]) -> str:
    """The same, by the names in a zip file; '' where it is a packed checkpoint."""
    if 'model.weights.h5' in names:
        return KERAS
    if any(name.endswith('data.pkl') for name in names):
        return TORCH
    if names and all(name.endswith('.npy') for name in names):
        return '' if 'sha256.npy' in names else NUMPY
    return ARCHIVE


def advice(wanted: dict[str, list], there: dict[str, list]) -> str:
    """What to do where next to no variable is found by its name.

    wanted, there: {name: shape} of the variables here and in the checkpoint.
    """
    if any(OBJECT in name for name in there):
        return OBJECTS
    scope, scope_there, n = likely_scopes(wanted, there)
    if n < max(1, len(wanted) / 10):        # names that end alike by chance
        return ('Choose the checkpoint of this network, or say what its scope is called there: '
                "restore(..., rename={'scope here': 'scope there'}).")
    return (f'{n} of them would fit by this: restore(..., rename={{{scope!r}: {scope_there!r}}}). '
            'Or choose the checkpoint of this network.')


def likely_scopes(wanted: dict[str, list], there: dict[str, list]) -> tuple[str, str, int]:
    """(scope here, scope there, n): n variables have equal shapes, and equal names below these
    scopes, more than below any other two. n is 0 where no names end alike."""
    by_end = {}
    for name, shape in there.items():
        by_end.setdefault((name.rpartition('/')[2], str(shape)), []).append(name.split('/'))
    scopes = Counter()
    for name, shape in wanted.items():
        here = name.split('/')
        ends = [(length_of_same_end(here, other), other)
                for other in by_end.get((here[-1], str(shape)), [])]
        longest = max((n for n, _ in ends), default=0)
        for other in [other for n, other in ends if n == longest]:
            n = min(longest, len(here) - 1, len(other) - 1)     # a scope is left on either side
            scopes['/'.join(here[:len(here) - n]), '/'.join(other[:len(other) - n])] += n > 0
    (best, n), = scopes.most_common(1) or [(('', ''), 0)]
    return *best, n


def length_of_same_end(one: list, other: list) -> int:
    """How many of the last parts are equal: 2 for ['a', 'b', 'c'] and ['x', 'b', 'c']."""
    return next((n for n, (a, b) in enumerate(zip(one[::-1], other[::-1])) if a != b),
                min(len(one), len(other)))
