"""What would go wrong in a training that resumes, said before its first epoch."""
import glob

from course.checkpoints import saving
from course.checkpoints.identity import one_spelling
from course.compat import tf


def check(folder: str, model_dict: dict, sess: tf.Session, saver: tf.train.Saver) -> None:
    """folder: of the training's state. model_dict, sess, saver: see Keep_state.

    Raises ValueError where the training would overwrite the checkpoint that it begins from, or
    would not save all that it trains. Prints what is no error: too little room, old states.
    """
    check_not_overwritten(model_dict['settings'].get('checkpoint'), model_dict['checkpoint'].path)
    variables = sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
    saved = {v.op.name for v in getattr(saver, '_var_list', None) or variables}
    lost = [v.op.name for v in sess.graph.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)
            if v.op.name not in saved]
    if lost:
        raise ValueError(f'{len(lost)} variables would be trained but not saved, {lost[0]} '
                         'first: make the saver after all of them.')
    everything = sum(v.dtype.size * v.shape.num_elements() for v in variables)
    obstacle = saving.obstacle(folder, 3 * everything)          # the state twice, and the best
    if obstacle:
        print(f'CAREFUL: {obstacle}. What cannot be saved is lost when this kernel ends.')
    aside = sorted(glob.glob(f'{glob.escape(folder)}.[0-9]*'))
    if len(aside) > 2:
        print(f'{len(aside)} interrupted trainings are kept, some 400 MB each. If you do not '
              f'need them, delete {", ".join(aside)}.')


def check_not_overwritten(begins_from: str | None, best: str) -> None:
    """begins_from: the checkpoint that is restored, '' or None for none. best: the one saved."""
    if begins_from and one_spelling(begins_from) in (
            one_spelling(best), one_spelling(saving.before(best))):
        raise ValueError(f'checkpoint = {begins_from!r} is where this training saves its own '
                         'weights. Copy its files to another name, or choose another '
                         'model_folder.')
