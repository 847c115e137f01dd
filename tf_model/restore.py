"""A pre-trained checkpoint into the variables it fits, with a report of what went where.

The course restored `tf.trainable_variables()` only. BatchNorm's moving_mean and moving_variance are
not trainable, so they stayed at 0 and 1 beside a trained gamma and beta. Hand in *model* variables,
moving statistics included: `[v for v in tf.global_variables() if 'resnet_v2_50' in v.name]`, made
before the optimizer adds its own, or `slim.get_model_variables('resnet_v2_50')`.
"""
import pandas as pd
import tensorflow.compat.v1 as tf

from course.checkpoints.find import checkpoint_path, first_line, remedy, shapes_in_checkpoint

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
