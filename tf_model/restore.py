"""A pre-trained checkpoint into the variables that it fits, and a report of what went where.

The course restored `tf.trainable_variables()` only. BatchNorm's moving_mean and moving_variance are
not trainable, so they stayed at 0 and 1 next to a trained gamma and beta. Pass *model* variables,
which include them: `slim.get_model_variables('resnet_v2_50')`.
"""
from collections import Counter

import pandas as pd
import tensorflow.compat.v1 as tf

from course.checkpoints.find import first_line, remedy, shapes_in_checkpoint, unpacked_checkpoint
from course.checkpoints.foreign import AVERAGE, advice
from course.checkpoints.values import read_into

RESTORED, MISSING, OTHER_SHAPE, UNUSED = (
    'restored', 'missing in the checkpoint', 'other shape in the checkpoint', 'unused')
LEAST_SHARE = 0.1       # of the variables; a checkpoint that fits fewer is of another network
MOST_NAMES = 8          # in a line of the report


def restore(sess: tf.Session, var_list: list, checkpoint: str, rename: dict | None = None,
            optional: list = ()) -> pd.DataFrame:
    """Restore what fits in name and shape; leave the other variables as they are.

    sess: the session whose variables are set. Run the initializer first.
    var_list: the tf.Variables to restore.
    checkpoint: 'x.ckpt', the name of one of its files, or a folder with one checkpoint. A packed
        one ('x.npz') is unpacked first. Values of another type (float16, say) are converted; where
        it holds only the moving average of a variable, that is taken.
    rename: {scope in the graph: scope in the checkpoint}, e.g. {'slim_resnet': 'resnet_v2_50'}.
    optional: tf.Variables to restore too if they fit: the head, where the checkpoint is your own.

    Returns a DataFrame with a row for each variable of either side: variable, in_checkpoint (its
    name there), shape, shape_in_checkpoint, status (one of the four constants above), and
    converted_from (the type there, where it is another one).
    Raises FileNotFoundError where there is no checkpoint; ValueError where the file is not one,
    is damaged, or fits fewer than a tenth of var_list. What it says then names the remedy.
    """
    if any(v.graph is not sess.graph for v in [*var_list, *optional]):
        raise ValueError('the session belongs to another graph than the variables: make it inside '
                         '`with graph.as_default():`')
    path = unpacked_checkpoint(checkpoint)
    shapes = shapes_in_checkpoint(path)
    names = {v.op.name for v in var_list}
    var_list = [*var_list, *(v for v in optional if v.op.name not in names
                             and shapes.get(v.op.name) == v.shape.as_list())]
    table = compare(var_list, shapes, rename or {})
    fits = table[table.status == RESTORED]
    if len(fits) < max(1, LEAST_SHARE * len(var_list)):
        raise ValueError(refusal(path, var_list, shapes, table))
    by_name = {v.op.name: v for v in var_list}
    try:
        converted = read_into(sess, {row.in_checkpoint: by_name[row.variable]
                                     for row in fits.itertuples()}, path)
    except (tf.errors.OpError, ValueError) as error:
        raise ValueError(f'{path} is damaged: the names of its variables can be read, their values '
                         f'cannot. {remedy(path)} ({first_line(error)})') from error
    table['converted_from'] = table.in_checkpoint.map(converted)
    return table


def compare(var_list: list, shapes: dict, rename: dict) -> pd.DataFrame:
    """The table of `restore`. shapes: {name: [sizes]} of the variables in the checkpoint."""
    rows = []
    for v in var_list:
        name, shape = renamed(v.op.name, rename), v.shape.as_list()
        name = name if name in shapes or name + AVERAGE not in shapes else name + AVERAGE
        there = shapes.get(name)
        status = MISSING if there is None else RESTORED if there == shape else OTHER_SHAPE
        rows.append((v.op.name, name, shape, there, status))
    wanted = {name for _, name, *_ in rows}
    rows += [(None, name, None, shapes[name], UNUSED) for name in sorted(shapes)
             if name not in wanted]
    return pd.DataFrame(rows, columns=['variable', 'in_checkpoint', 'shape',
                                       'shape_in_checkpoint', 'status'])


def renamed(name: str, rename: dict) -> str:
    """A variable's name in the checkpoint: the first scope of `rename` that it is in, replaced."""
    for scope, scope_there in rename.items():
        if f'{name}/'.startswith(f'{scope.rstrip("/")}/'):
            return scope_there.rstrip('/') + name[len(scope.rstrip('/')):]
    return name


def report(table: pd.DataFrame | None, frozen: list = ()) -> str:
    """The table of `restore` in a few lines, variables counted by layer: 'a/conv1 (2)'.

    table: None where nothing was restored. frozen: the scopes that training will not change; the
    report warns of variables in them that are still at random values.
    """
    if table is None:
        return ('No checkpoint is named: every weight starts at a random value. This run trains '
                'FROM SCRATCH, without transfer. Name one in the Config cell to fine-tune.'
                + ('\nCAREFUL: freeze keeps random values. Set freeze = None.' if frozen else ''))
    n_wanted = (table.status != UNUSED).sum()
    lines = [f'restored {(table.status == RESTORED).sum()} of {n_wanted} variables']
    lines += [f'{n} of them were converted from {there}'
              for there, n in table.converted_from.value_counts().items()]
    if n := table.in_checkpoint[table.status == RESTORED].str.endswith(AVERAGE).sum():
        lines.append(f'{n} of them are moving averages of weights (...{AVERAGE})')
    for status, column, meaning in (
            (MISSING, 'variable', 'left at their initial values, missing in the checkpoint'),
            (OTHER_SHAPE, 'variable', 'left at their initial values, other shape'),
            (UNUSED, 'in_checkpoint', 'in the checkpoint were not asked for')):
        names = table[column][table.status == status]
        layers = Counter(name.rsplit('/', 1)[0] for name in names)
        shown = [f'{layer} ({n})' for layer, n in layers.items()][:MOST_NAMES]
        if len(layers) > len(shown):
            shown.append(f'and {len(layers) - len(shown)} more')
        if shown:
            lines.append(f'{len(names)} {meaning}: {", ".join(shown)}')
    at_random = table.variable[table.status.isin([MISSING, OTHER_SHAPE])]
    at_random = [name for name in at_random if name.startswith(tuple(f'{s}/' for s in frozen))]
    if at_random:
        lines.append(f'CAREFUL: freeze keeps {len(at_random)} variables at random values, '
                     f'{at_random[0]} first. Freeze less.')
    return '\n'.join(lines)


def deepest_restored(table: pd.DataFrame, end_points: dict) -> str | None:
    """The last stage up to which every variable was restored; None if there is none.

    table: of `restore`. end_points: {stage: tensor} from input to output, as zoo.build returns it.
    """
    deepest = None
    for stage in end_points:
        in_stage = table.variable.str.startswith(f'{stage}/', na=False)
        if (table.status[in_stage] != RESTORED).any():
            break
        deepest = stage
    return deepest


def refusal(path: str, var_list: list, shapes: dict, table: pd.DataFrame) -> str:
    """What to tell the user when next to nothing fits."""
    n_fit, n_wanted = (table.status == RESTORED).sum(), (table.status != UNUSED).sum()
    lines = [f'{path} fits {n_fit} of {n_wanted} variables: it is of another network, or its names '
             'differ.']
    for v in table[table.status == OTHER_SHAPE].head(3).itertuples():
        lines.append(f'  {v.variable} is {v.shape}, in the checkpoint {v.shape_in_checkpoint}')
    for status, what in ((MISSING, 'looked for:'), (UNUSED, 'it holds:  ')):
        names = table.in_checkpoint[table.status == status].head(2)
        lines += [f'  {what} {", ".join(names)}'] if len(names) else []
    lines.append(advice({v.op.name: v.shape.as_list() for v in var_list}, shapes))
    return '\n'.join(lines)
