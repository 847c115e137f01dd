"""Which checkpoint a path means, unpacked if it is a packed one, and which variables it holds."""
import re
from pathlib import Path

from course.checkpoints.foreign import CONSTANTS, what_is
from course.checkpoints.packed import is_unpacked, unpack
from course.checkpoints.read import readable
from course.checkpoints.trial import trouble_reading
from course.compat import tf
from course.lists.layout import natural_key

HINT = 'Check `checkpoint` in the Config cell'


def checkpoint_path(checkpoint: str | Path) -> str:
    """The name by which tf.train.Saver knows a checkpoint, from any name that people use for it.

    checkpoint: 'x.ckpt', the name of one of its files (.index, .data-..., .meta), 'x.npz' (packed:
        'x.ckpt'), or a folder: one with one checkpoint, one with a file `checkpoint` that says
        which is the latest (it counts by its name; the folder is the one given here), or a
        SavedModel.
    Raises FileNotFoundError where there is none; ValueError where a folder holds several, or where
    it is something else, and says what.
    """
    path = Path(checkpoint).expanduser()
    if path.name == 'checkpoint' and path.is_file():
        path = path.parent
    if path.is_dir():
        return str(only_checkpoint_in(path))
    if re.search(r'\.(index|meta|data-\d+-of-\d+)$', path.name):
        path = path.with_suffix('')
    elif path.suffix == '.npz' and not what_is(path):
        path = path.with_suffix('.ckpt')
    if Path(f'{path}.index').is_file() or packed_beside(path):
        return str(path)
    for file in (path, Path(checkpoint), path.with_suffix('.npz')):
        if kind := what_is(file):
            raise ValueError(f'{file} is {kind}')
    if path.is_file():
        return str(path)
    raise FileNotFoundError(f'No checkpoint at {checkpoint}: there is no {path}.index (V2), no '
                            f'file {path} (V1), and no {path.with_suffix(".npz")} (packed). {HINT}')


def only_checkpoint_in(folder: Path) -> Path:
    """The checkpoint that a folder stands for. Raises as checkpoint_path."""
    latest = latest_by_its_file(folder)
    if latest and is_checkpoint(latest):
        return latest
    found = checkpoints_in(folder)
    if len(found) == 1:
        return found[0]
    names_one = f' Its file `checkpoint` names {latest.name}, which is not there.' if latest else ''
    if found:
        raise ValueError(f'{folder} holds {len(found)} checkpoints; name one: '
                         f'{", ".join(p.name for p in found)}.{names_one}')
    if (folder / 'saved_model.pb').is_file():
        raise ValueError(f'{folder} is {CONSTANTS}')
    for file in sorted(folder.iterdir()):
        if kind := what_is(file):
            raise ValueError(f'{folder} holds no checkpoint. {file.name} is {kind}')
    below = [str(sub) for sub in sorted(folder.iterdir()) if sub.is_dir() and checkpoints_in(sub)]
    hint = f'There are some in {", ".join(below[:3])}' if below else HINT
    raise FileNotFoundError(f'{folder} holds no checkpoint.{names_one} {hint}')


def latest_by_its_file(folder: Path) -> Path | None:
    """Where the checkpoint that the folder's file `checkpoint` names would be in this folder.

    That file often holds a path of the machine that wrote it, or of the folder's former place.
    """
    try:
        state = tf.train.get_checkpoint_state(str(folder))
    except ValueError:                                  # not text
        state = None
    if not state or not state.model_checkpoint_path:
        return None
    named = Path(state.model_checkpoint_path)
    if folder.resolve() in named.resolve().parents and is_checkpoint(named):
        return named
    return folder / re.split(r'[/\\]', str(named))[-1]


def is_checkpoint(path: Path) -> bool:
    return path.is_file() or Path(f'{path}.index').is_file()


def checkpoints_in(folder: Path) -> list[Path]:
    """The checkpoints in a folder as Saver names them: V2 (x.ckpt.index ...), V1 (x.ckpt), packed
    (x.npz, as x.ckpt), those of a SavedModel (variables/variables)."""
    v2 = [p.with_suffix('') for p in folder.glob('*.index') if not p.stem.endswith('.tmp')]
    packed = [p.with_suffix('.ckpt') for p in folder.glob('*.npz')
              if '.tmp' not in p.name and not what_is(p)]
    v1 = [p for p in folder.glob('*.ckpt*')
          if re.search(r'\.ckpt(-\d+)?$', p.name) and p.is_file() and not what_is(p)]
    saved_model = folder / 'variables' / 'variables'
    return sorted({*v2, *packed, *v1}, key=lambda path: natural_key(path.name)) or (
        [saved_model] if is_checkpoint(saved_model) else [])


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


def packed_beside(path: Path) -> Path | None:
    """x.npz for x.ckpt, if there is one that the course has packed (or one that is damaged)."""
    packed = path.with_suffix('.npz')
    if path.suffix != '.ckpt' or not packed.is_file() or what_is(packed):
        return None
    return packed


def shapes_in_checkpoint(path: str) -> dict[str, list[int]]:
    """{variable name: [sizes]} of a V1 or V2 checkpoint. Raises ValueError where it is not one."""
    try:
        with readable(path) as name:
            # a crafted file would end this process; one of ours was unpacked here
            trouble = '' if packed_beside(Path(path)) else trouble_reading(name)
            if trouble:
                raise ValueError(trouble)
            return tf.train.load_checkpoint(name).get_variable_to_shape_map()
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
