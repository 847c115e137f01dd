"""A pre-trained checkpoint into the variables it fits, with a report of what went where.

The course restored `tf.trainable_variables()` only. BatchNorm's moving_mean and moving_variance are
not trainable, so they stayed at 0 and 1 beside a trained gamma and beta. Hand in *model* variables,
moving statistics included: `[v for v in tf.global_variables() if 'resnet_v2_50' in v.name]`, made
before the optimizer adds its own, or `slim.get_model_variables('resnet_v2_50')`.
"""
from pathlib import Path

import pandas as pd
import tensorflow.compat.v1 as tf

from tf_model.packed import is_unpacked, unpack

RESTORED, MISSING, OTHER_SHAPE, UNUSED = (
    'restored', 'missing in the checkpoint', 'other shape in the checkpoint', 'unused')
LEAST_SHARE = 0.1       # of the variables; a checkpoint that fits fewer is of another network


def restore(sess, var_list, checkpoint, rename=None):
    """Restore what fits in name and shape; leave the other variables as they are.

    sess: the session whose variables are set (run the initializer first).
    var_list: the tf.Variables to restore.
    checkpoint: a V2 checkpoint ('x.ckpt', 'x.ckpt.index' or 'x.ckpt.data-00000-of-00001'), a V1
        single file, or a folder with a `checkpoint` file or with one checkpoint. Where there is a
        packed one beside it ('x.npz', see packed.py), 'x.ckpt' is made from that first.
    rename: {scope in the graph: scope in the checkpoint}, e.g. {'slim_resnet': 'resnet_v2_50'}.

    Returns a DataFrame, a row for each variable on either side: variable, in_checkpoint (name),
    shape, shape_in_checkpoint, status (the four constants above).
    Raises FileNotFoundError where there is no checkpoint; ValueError where the file is not one,
    is damaged, or fits fewer than a tenth of var_list.
    """
    path = checkpoint_path(checkpoint)
    shapes = shapes_in_checkpoint(path)
    table = compare(var_list, shapes, rename or {})
    fits = table[table.status == RESTORED]
    if len(fits) < max(1, LEAST_SHARE * len(var_list)):
        raise ValueError(refusal(path, table, len(var_list)))
    by_name = {v.op.name: v for v in var_list}
    try:
        tf.train.Saver({row.in_checkpoint: by_name[row.variable]
                        for row in fits.itertuples()}).restore(sess, path)
    except (tf.errors.OpError, ValueError) as error:
        raise ValueError(f'{path} is damaged: its list of variables can be read, their values '
                         f'cannot. {remedy(path)} ({first_line(error)})') from error
    return table


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


def compare(var_list, shapes, rename):
    """The table that `restore` returns, before anything is restored."""
    rows = []
    for v in var_list:
        name, shape = renamed(v.op.name, rename), v.shape.as_list()
        other = shapes.get(name)
        status = MISSING if other is None else RESTORED if other == shape else OTHER_SHAPE
        rows.append((v.op.name, name, shape, other, status))
    wanted = {row[1] for row in rows}
    rows += [(None, name, None, shapes[name], UNUSED) for name in sorted(shapes)
             if name not in wanted]
    return pd.DataFrame(rows, columns=['variable', 'in_checkpoint', 'shape',
                                       'shape_in_checkpoint', 'status'])


def renamed(name, rename):
    """The name in the checkpoint: the first scope in `rename` that `name` lies in is replaced."""
    for scope, scope_in_checkpoint in rename.items():
        if name == scope or name.startswith(scope.rstrip('/') + '/'):
            return scope_in_checkpoint.rstrip('/') + name[len(scope.rstrip('/')):]
    return name


def report(table, most=8):
    """The table in a few lines of plain words; at most `most` names a line."""
    wanted = table[table.status != UNUSED]
    lines = [f'restored {(table.status == RESTORED).sum()} of {len(wanted)} variables']
    for status, meaning in ((MISSING, 'left at their initial values, missing in the checkpoint'),
                            (OTHER_SHAPE, 'left at their initial values, other shape')):
        names = list(table.variable[table.status == status])
        if names:
            lines.append(f'{len(names)} {meaning}: ' + shortened(layers_of(names), most))
    unused = list(table.in_checkpoint[table.status == UNUSED])
    if unused:
        lines.append(f'{len(unused)} in the checkpoint were not asked for: '
                     + shortened(layers_of(unused), most))
    return '\n'.join(lines)


def layers_of(names):
    """Variables as their layers: 'a/conv1/weights', 'a/conv1/biases' -> 'a/conv1 (2)'."""
    counts = pd.Series(1, index=[n.rsplit('/', 1)[0] for n in names]).groupby(level=0, sort=False)
    return [f'{layer} ({n})' for layer, n in counts.sum().items()]


def shortened(items, most):
    rest = len(items) - most
    return ', '.join(items[:most]) + (f', and {rest} more' if rest > 0 else '')


def refusal(path, table, n_wanted):
    """What to tell the student when next to nothing fits."""
    n_fit = (table.status == RESTORED).sum()
    lines = [f'{path} fits {n_fit} of {n_wanted} variables: it is of another network, or its '
             'names differ.']
    for row in table[table.status == OTHER_SHAPE].head(3).itertuples():
        lines.append(f'  {row.variable} is {row.shape}, '
                     f'in the checkpoint {row.shape_in_checkpoint}')
    missing = table.in_checkpoint[table.status == MISSING].head(2)
    unused = table.in_checkpoint[table.status == UNUSED].head(2)
    if len(missing):
        lines.append(f'  looked for: {", ".join(missing)}')
    if len(unused):
        lines.append(f'  it holds:   {", ".join(unused)}')
    lines.append("Choose the checkpoint of this network, or say how its scope is called: "
                 "rename={'scope here': 'scope there'}.")
    return '\n'.join(lines)


def first_line(error):
    return str(error).splitlines()[0][:200]
