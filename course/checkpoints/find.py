"""Which checkpoint a path means, unpacked if it is a packed one, and which variables it holds."""
from pathlib import Path

from course.checkpoints.packed import is_unpacked, unpack
from course.compat import tf


def find_checkpoint(place: str | Path) -> str | None:
    """The checkpoint at `place`; None where none is to be expected: '' or a folder without one.

    Raises FileNotFoundError and ValueError as checkpoint_path does.
    """
    if not place or (Path(place).is_dir() and not checkpoints_in(place)):
        return None
    return checkpoint_path(place)


def checkpoint_path(checkpoint: str | Path) -> str:
    """The name by which tf.train.Saver knows a checkpoint, from any name that people use for it.

    checkpoint: 'x.ckpt', 'x.ckpt.index', 'x.ckpt.data-00000-of-00001', 'x.npz' (packed: 'x.ckpt'),
        or a folder with one checkpoint, or with a file `checkpoint` that says which one is the
        latest.
    Raises FileNotFoundError where there is none, ValueError where a folder holds several.
    """
    path = Path(checkpoint)
    if path.is_dir():
        found = checkpoints_in(path)
        if not found:
            raise FileNotFoundError(f'{path} holds no checkpoint. Check `checkpoint` in the Config '
                                    'cell')
        if len(found) > 1:
            raise ValueError(f'{path} holds {len(found)} checkpoints; name one: '
                             + ', '.join(p.name for p in found))
        path = found[0]
    elif path.suffix == '.index' or '.data-' in path.name:
        path = path.with_suffix('')
    elif path.suffix == '.npz':
        path = path.with_suffix('.ckpt')
    if path.is_file() or Path(f'{path}.index').is_file() or packed_beside(path):
        return str(path)
    raise FileNotFoundError(f'No checkpoint at {checkpoint}: there is no {path}.index (V2), no '
                            f'file {path} (V1), and no {path.with_suffix(".npz")} (packed). '
                            'Check `checkpoint` in the Config cell')


def unpacked_checkpoint(checkpoint: str | Path) -> str:
    """checkpoint_path, and its files are there: a packed checkpoint is unpacked beside itself.

    That happens at first use, and again when the packed file has changed; it writes 94 MB for
    ResNet-v2-50. Raises as checkpoint_path; also ValueError where the packed file is damaged, and
    OSError where there is no room.
    """
    path = Path(checkpoint_path(checkpoint))
    packed = packed_beside(path)
    if packed and not is_unpacked(packed, path):
        unpack(packed, path)
    return str(path)


def checkpoints_in(folder: str | Path) -> list[Path]:
    """The checkpoints in a folder as Saver names them: V2 (x.ckpt.index ...), V1 (x.ckpt), packed
    (x.npz, as x.ckpt). Where it has a file `checkpoint`, only the latest by that file."""
    latest = tf.train.latest_checkpoint(str(folder))
    if latest:
        return [Path(latest)]
    v2 = [p.with_suffix('') for p in Path(folder).glob('*.index') if not p.stem.endswith('.tmp')]
    packed = [p.with_suffix('.ckpt') for p in Path(folder).glob('*.npz') if '.tmp' not in p.name]
    return sorted({*v2, *packed, *Path(folder).glob('*.ckpt')})


def packed_beside(path: Path) -> Path | None:
    """x.npz for x.ckpt, if there is one."""
    packed = path.with_suffix('.npz')
    return packed if path.suffix == '.ckpt' and packed.is_file() else None


def shapes_in_checkpoint(path: str) -> dict[str, list[int]]:
    """{variable name: [sizes]} of a V1 or V2 checkpoint. Raises ValueError where it is not one."""
    try:
        return tf.train.load_checkpoint(path).get_variable_to_shape_map()
    except (tf.errors.OpError, ValueError, RuntimeError) as error:
        raise ValueError(f'{path} is not a TensorFlow checkpoint, or part of it is missing or '
                         f'damaged. {remedy(path)} ({first_line(error)})') from error


def remedy(path: str) -> str:
    """What to do about a damaged checkpoint."""
    if packed_beside(Path(path)):
        return f'Delete {path}.* and run this again: it is unpacked once more.'
    return 'Get it again, whole.'


def first_line(error: Exception) -> str:
    """The first line of what an error says: TensorFlow adds a traceback of its own."""
    return str(error).splitlines()[0][:200]
