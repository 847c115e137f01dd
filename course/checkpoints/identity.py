"""What makes a training this one and no other: what it begins from, and what it computes."""
import os
import re

from course.checkpoints.digest import digest
from course.checkpoints.find import checkpoint_path
from course.compat import tf
from course.preprocessing import checked


def steps_trained(sess) -> int:
    """How often the session has updated its weights; 0 where the graph does not count that."""
    counter = tf.train.get_global_step(sess.graph)
    try:
        return 0 if counter is None else int(sess.run(counter))
    except tf.errors.FailedPreconditionError as error:
        raise RuntimeError('The variables have no values yet: run section 4 first, which '
                           'initializes and restores them.') from error


def digest_of_weights(sess) -> str:
    """Stands for the values of all that the network consists of."""
    variables = {v.op.name: v for key in (tf.GraphKeys.TRAINABLE_VARIABLES,
                                          tf.GraphKeys.MODEL_VARIABLES)
                 for v in sess.graph.get_collection(key)}
    values = sess.run([variables[name] for name in sorted(variables)])
    return digest(*sorted(variables), *(value.tobytes() for value in values))


def in_use(model_dict: dict, sess) -> dict:
    """What a training depends on besides its settings: a cell may have changed it in passing."""
    using = {'graph': digest_of_training(sess.graph), 'by_batch': model_dict.get('by_batch')}
    if 'generators' in model_dict:
        generators = model_dict['generators']
        rows = generators.batch_rows(0)
        x, y, _ = checked(generators.preprocess, rows, generators.num_class, aug=False)
        using['first batch'] = digest(rows, y.tobytes(), *(part.tobytes() for part in x))
    if 'reduce_lr' in model_dict:
        rate = model_dict['reduce_lr']
        changing = set(getattr(rate, 'get_state', dict)()) - {'lr'}     # where it begins counts
        using['plan of the learning rate'] = type(rate).__name__ + str(
            {name: value for name, value in vars(rate).items()
             if name not in changing and name[0] != '_' and not callable(value)})
    if 'checkpoint' in model_dict:
        using['epoch that is kept'] = ('the one with the lowest validation loss'
                                       if model_dict['checkpoint'].save_best_only else 'the last')
    return using


def when_it_ends(model_dict: dict) -> dict:
    """What decides, besides the number of epochs, when a training comes to its end."""
    stop, rate = model_dict.get('earlystop'), model_dict.get('reduce_lr')
    return {'planned batches': getattr(rate, 'n_batches', None), **({} if stop is None else {
        'EarlyStopping': f'{stop.patience} epochs without {stop.min_delta} less'})}


def differences(before: dict, now: dict) -> list[str]:
    """What has another value now, or is new. What is None now is not known, and not compared."""
    return [f'{name} was {before.get(name)!r}, is {value!r}' for name, value in now.items()
            if value is not None and before.get(name) != value]


def one_spelling(checkpoint: str) -> str:
    """One spelling of a checkpoint's name, for all that people use."""
    if os.path.isdir(checkpoint):
        checkpoint = checkpoint_path(checkpoint)
    name = re.sub(r'(\.index|\.data-\d+-of-\d+)$', '', os.path.realpath(checkpoint))
    return name.removesuffix('.ckpt').removesuffix('.npz')


def digest_of_training(graph) -> str:
    """Stands for all that one step of training computes, and for nothing else in the graph."""
    steps = [op.name for op in graph.get_collection(tf.GraphKeys.TRAIN_OP)]
    part = tf.graph_util.extract_sub_graph(graph.as_graph_def(), steps)
    return digest(part.SerializeToString(deterministic=True))
