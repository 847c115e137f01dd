"""The checkpoint that a person means by a path, unpacked where it ships packed; what it holds."""
from pathlib import Path

from course.checkpoints.packed import is_unpacked, unpack
from course.compat import tf


def find_checkpoint(place):
    """The checkpoint at `place`, or None where there is none to expect: `place` is '' or a folder
    without a checkpoint. Raises as `checkpoint_path` where a named file is not there."""
    if not place or Path(place).is_dir() and not checkpoints_in(Path(place)):
        return None
    return checkpoint_path(place)


def checkpoints_in(folder):
    """Names of the V2 (x.ckpt.index ...), V1 (x.ckpt) and packed (x.npz, as x.ckpt) checkpoints in
    a folder; where it has a `checkpoint` file, only the one that this calls the latest."""
    latest = tf.train.latest_checkpoint(str(folder))
    if latest:
        return [Path(latest)]
    v2 = [p.with_suffix('') for p in folder.glob('*.index') if not p.stem.endswith('.tmp')]
    packed = [p.with_suffix('.ckpt') for p in folder.glob('*.npz') if '.tmp' not in p.name]
    return sorted({*v2, *packed, *folder.glob('*.ckpt')})


def checkpoint_path(checkpoint):
    """The name that tf.train.Saver wants, from whatever name a person gives.

    A packed checkpoint is unpacked on the way, at first use and when it is another one.
    Raises FileNotFoundError naming what was looked for, ValueError where a folder holds several or
    a packed file is damaged.
    """
    path = Path(checkpoint)
    if path.is_dir():
        found = checkpoints_in(path)
        if len(found) == 1:
            return checkpoint_path(found[0])
        if found:
            raise ValueError(f'{path} holds {len(found)} checkpoints; name one: '
                             + ', '.join(p.name for p in found))
    elif path.suffix == '.index' or '.data-' in path.name:
        path = path.with_suffix('')
    elif path.suffix == '.npz':
        path = path.with_suffix('.ckpt')
    packed = path.with_suffix('.npz') if path.suffix == '.ckpt' else None
    if packed and packed.is_file() and not is_unpacked(packed, path):
        unpack(packed, path)
    if path.is_file() or Path(f'{path}.index').is_file():
        return str(path)
    raise FileNotFoundError(f'No checkpoint at {checkpoint}: there is neither {path}.index (V2) '
                            f'nor a file {path} (V1), nor {packed or "x.npz"} (packed). Check '
                            '`checkpoint` in the Config cell.')


def shapes_in_checkpoint(path):
    """{variable name: [sizes]} of a V1 or V2 checkpoint. ValueError where it is not one."""
    try:
        return tf.train.load_checkpoint(path).get_variable_to_shape_map()
    except (tf.errors.OpError, ValueError, RuntimeError) as error:
        raise ValueError(f'{path} is not a TensorFlow checkpoint, or a part of it is missing or '
                         f'damaged. {remedy(path)} ({first_line(error)})') from error


def remedy(path):
    """What to do about a damaged checkpoint."""
    if Path(path).suffix == '.ckpt' and Path(path).with_suffix('.npz').is_file():
        return f'Delete {path}.*: it is unpacked again.'
    return 'Get it again, whole.'


def first_line(error):
    return str(error).splitlines()[0][:200]
