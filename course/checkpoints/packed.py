"""A checkpoint small enough for git, 8 bits a weight, and back to an ordinary checkpoint.

A packed checkpoint is a NumPy .npz. A weight tensor (..., outputs) is stored as int8 under
'<name>:int8', with a float32 scale for each output channel under '<name>:scale'; every other
variable (BatchNorm's four vectors, biases, the few weights of a depthwise convolution and the
like) is stored as it is, under its name. 'sha256' covers all of them: a zip file's own checksums do
not cover the names.
"""
import os
from pathlib import Path

import numpy as np

from course.checkpoints.digest import digest
from course.checkpoints.read import readable
from course.compat import tf

ENDINGS = ('.data-00000-of-00001', '.index')


def pack(checkpoint: str | Path, packed: str | Path) -> None:
    """Write the variables of a checkpoint (a name that tf.train.Saver takes) to packed, x.npz.

    Raises ValueError where a variable holds NaN or infinity, and where unpacking x.npz would
    overwrite the checkpoint with its rounded values.
    """
    if Path(packed).with_suffix('.ckpt') == Path(checkpoint):
        raise ValueError(f'{packed} would be unpacked over {checkpoint}: choose another name')
    with readable(checkpoint) as path:
        reader = tf.train.load_checkpoint(path)
        values = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    arrays = {}
    for name, value in sorted(values.items()):
        if not np.isfinite(value).all():
            raise ValueError(f'{checkpoint}: {name} holds NaN or infinity. Train again')
        if name.endswith('/weights'):
            arrays[f'{name}:int8'], arrays[f'{name}:scale'] = rounded(value)
        else:
            arrays[name] = value.astype(np.float32)
    aside = Path(f'{packed}.tmp.npz')
    np.savez_compressed(aside, sha256=checksum(arrays), **arrays)
    os.replace(aside, packed)


def rounded(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights (..., outputs) as int8 (..., outputs) and float32 scale (outputs,): their product."""
    scale = np.abs(weights).reshape(-1, weights.shape[-1]).max(0) / 127
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    return np.round(weights / scale).astype(np.int8), scale


def checksum(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """SHA-256 (32 bytes, uint8) of the names and values in a dict of arrays."""
    hex_digits = digest(*(name.encode() + arrays[name].tobytes() for name in sorted(arrays)),
                        length=64)
    return np.frombuffer(bytes.fromhex(hex_digits), np.uint8)


def variables(packed: str | Path) -> dict[str, np.ndarray]:
    """{name: float32 array} of a packed checkpoint. Raises ValueError where the file is damaged."""
    try:
        with np.load(packed) as file:
            arrays = {name: file[name] for name in file.files}
        if not np.array_equal(arrays.pop('sha256'), checksum(arrays)):
            raise ValueError('checksum mismatch')
        names = {name.split(':')[0] for name in arrays}
        return {name: arrays[name] if name in arrays
                else arrays[f'{name}:int8'] * arrays[f'{name}:scale'] for name in sorted(names)}
    except (FileNotFoundError, PermissionError):
        raise
    except Exception as error:      # a damaged zip file raises almost anything
        raise ValueError(f'{packed} is damaged or cut off ({error}). Get it again: '
                         f'git checkout -- {packed}') from error


def unpack(packed: str | Path, checkpoint: str | Path) -> None:
    """Write a packed checkpoint as an ordinary one, checkpoint.index and .data-00000-of-00001.

    The files appear whole or not at all, with the modification time of the packed one (see
    is_unpacked). Raises ValueError where packed is damaged, OSError where they cannot be written.
    """
    values, stamp = variables(packed), os.stat(packed).st_mtime_ns
    aside = f'{checkpoint}.{os.getpid()}.tmp'       # two notebooks may do this at once
    with tf.Graph().as_default(), \
            tf.Session(config=tf.ConfigProto(device_count={'GPU': 0})) as sess:
        feeds = {tf.placeholder(tf.float32, v.shape): v for v in values.values()}
        save = tf.raw_ops.SaveV2(prefix=aside, tensor_names=list(values),
                                 shape_and_slices=[''] * len(values), tensors=list(feeds))
        try:
            sess.run(save, feeds)
        except tf.errors.OpError as error:
            raise OSError(f'{packed} cannot be unpacked to {checkpoint}: {error.message}. Free '
                          'some space, or copy the project to a folder that you may write to'
                          ) from error
    for ending in ENDINGS:
        os.utime(aside + ending, ns=(stamp, stamp))
        os.replace(aside + ending, f'{checkpoint}{ending}')


def is_unpacked(packed: str | Path, checkpoint: str | Path) -> bool:
    """Whether the checkpoint's files are there and were made from this packed file."""
    files = [Path(f'{checkpoint}{ending}') for ending in ENDINGS]
    stamp = os.stat(packed).st_mtime_ns
    return all(file.is_file() and file.stat().st_mtime_ns == stamp for file in files)
