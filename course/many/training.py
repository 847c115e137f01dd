"""One worker's part: the notebook's cells are run, with these changes and no others.

- The session talks to this worker's server, and the optimizer sums gradients over all workers.
- The generators make this worker's share of a batch, and validate on its share of the images.
- The losses that are printed and that callbacks decide by are those of all workers together, so
  all decide the same. Only worker 0 writes, and it alone tests at the end. Callbacks that you have
  added run on every worker.
"""
import contextlib
import functools
import os
from pathlib import Path

from course.checkpoints.digest import digest
from course.checkpoints.identity import digest_of_weights, in_use
from course.checkpoints.resume import Keep_state
from course.compat import tf
from course.live_plot import Live_plot
from course.many.cells import Worker_cells
from course.many.collective import Collective, Summed
from course.many.connection import Connection, leave, say
from course.many.same import check_same
from course.many.share import take_share
from course.many.workers import Workers
from course.session import BFLOAT16, session_config


def train_here(workers: Workers, connection: Connection, notebook: Path, config: dict,
               wire: str) -> None:
    """Train, test if this is worker 0, and end the process. Raises what a cell raises,
    same.Different where the workers differ, TimeoutError where one does not come.

    notebook: the main notebook, or a copy of it with other cells. config: in place of values of its
    Config cell. wire: see Collective.
    """
    with contextlib.ExitStack() as silence:
        if not workers.is_first:
            silence.enter_context(contextlib.redirect_stdout(silence.enter_context(
                open(os.devnull, 'w', encoding='utf-8'))))
        cells = Worker_cells(notebook, config)
        names = cells.run_until('packages')
        if names['cache']:
            raise ValueError('cache trains a head in seconds, and one machine does that: train it '
                             'in the notebook, or say --cache False')
        connection.start(server_config(names['precision']))
        gather, everything = prepare(cells, names, workers, connection, wire)
        connection.wait_for_all()
        print(f'A batch of {names["batch_size"]} images is split among {len(workers.addresses)} '
              'workers. It is assumed that the loss is a mean over images, that all see one '
              f'{names["model_folder"]}/, and that an image may be augmented by its own seed, not '
              "its batch's.")

        model_dict, manager = names['new_training'](
            '{dataset}_fold{fold}'.format(**names['settings']), names['by_batch'])
        model_dict['generators'] = names['generators']
        check_same(gather, workers, {
            **names['settings'], **in_use(model_dict, names['sess']),
            'weights to begin from': digest_of_weights(names['sess'])})
        begin_together(model_dict, manager, workers, names, gather)
        names['train'](model_dict, manager, *names['train_from'])
        gather([0])
        with contextlib.suppress(tf.errors.OpError):    # all are done: one may have left already
            gather([0])
        if workers.is_first:
            test(cells, names, model_dict, everything)
    say(f'Worker {workers.task} is done.')
    leave(0)


def server_config(precision):
    """What a session on a server needs besides: a server refuses the convolutions in bfloat16 that
    TensorFlow fuses with what follows them, and computes them one by one."""
    config = session_config(precision)
    if precision == BFLOAT16:
        rewrites = config.graph_options.rewrite_options
        rewrites.remapping = rewrites.OFF
    return config


def prepare(cells, names, workers, connection, wire):
    """Run the cells up to the loop, with the changes. Returns `gather`, and all validation rows."""
    made = {}

    def with_sums(optimizer, precision, usual=names['with_loss_scale']):
        with tf.control_dependencies(None):     # the cell makes the update wait for BatchNorm's
            made['collective'] = Collective(workers, wire)
        made['optimizer'] = Summed(usual(optimizer, precision), made['collective'],
                                   tf.shape(names['y_true'])[0], names['batch_size'])
        return made['optimizer']

    names['with_loss_scale'] = with_sums
    cells.run_until('generators')
    everything, own_settings = names['generators'].val, names['settings_now']
    take_share(names['generators'], workers)
    names['settings_now'] = lambda: {**own_settings(), 'workers': len(workers.addresses),
                                     'gradients sent in': wire}
    names['settings'] = names['settings_now']()

    cells.run_until('graph')
    collective, of_share = made['collective'], [names['loss'], names['accuracy']]
    names['sess'].close()
    sess = names['sess'] = connection.session(names['main_graph'])
    with names['main_graph'].as_default():
        names['loss'], names['accuracy'] = made['optimizer'].means(of_share)
        average = collective.mean([v for v in names['network_variables'] if '/moving_' in v.name])
    cells.run_until('loop')
    gather = functools.partial(collective.gather, sess)
    names['evaluate'] = of_all_workers(names, of_share, lambda: sess.run(average), gather)
    return gather, everything


def of_all_workers(names, of_share, average_statistics, gather):
    """The notebook's `evaluate`: run on this worker's images, summed over all workers."""
    own = names['evaluate']

    @functools.wraps(own)
    def evaluate(batches, input_img, log):
        average_statistics()                    # each has moved its own
        of_all = names['loss'], names['accuracy']
        names['loss'], names['accuracy'] = of_share
        try:
            if names['generators'].val_len:     # there may be fewer images than workers
                own(batches, input_img, log)
        finally:
            names['loss'], names['accuracy'] = of_all
        log.weight, *sums = gather([log.weight, *log.sums.values()]).sum(axis=0).tolist()
        log.sums = dict(zip(log.sums, sums))
        return log.avg_value('loss'), log.avg_value('acc')

    return evaluate


def begin_together(model_dict, manager, workers, names, gather):
    """Where a training begins: worker 0 looks for a state to resume from, the others after it, and
    all compare what they have. Of the callbacks that write, the others keep none."""
    def wait(sess, saver):
        gather([0])

    def compare(sess, saver):
        values = sess.run(sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES))
        check_same(gather, workers, {
            'epoch': model_dict['keep_state'].epoch,
            'variables': digest(*(value.tobytes() for value in values)),
            **{name: part.get_state() for name, part in model_dict.items()
               if hasattr(part, 'get_state') and name != 'checkpoint'}},
            'Is model_folder in a place that all workers share?')

    usual, hooks = model_dict['keep_state'], manager.callback_dict
    order = [usual, wait]
    if not workers.is_first:
        model_dict['keep_state'] = Follow_state(usual.folder, model_dict, usual.resume,
                                                usual.nb_epoch)
        order = [wait, model_dict['keep_state']]
    writing = () if workers.is_first else (usual, model_dict['checkpoint'])
    for hook, items in hooks.items():
        hooks[hook] = [item for item in items
                       if item not in writing and not isinstance(item, Live_plot)]
    others = [item for item in hooks['on_session_begin'] if item is not usual]
    hooks['on_session_begin'] = [*order, compare, *others]
    if not workers.is_first:
        hooks['on_epoch_end'].append(model_dict['keep_state'])


def test(cells, names, model_dict, everything):
    """Test the weights that are kept, and write the trained model: needs no other worker."""
    names['sess'].close()
    names['sess'] = tf.Session(graph=names['main_graph'], config=session_config(names['precision']))
    names['generators'].val, names['generators'].val_len = everything, len(everything)
    names['model_dict'] = model_dict
    cells.run_until('measures')
    model_dict['keep_state'].discard()


class Follow_state(Keep_state):
    """Keep_state of a worker that is not the first: it resumes from what worker 0 has kept."""

    def on_session_begin(self, sess=None, saver=None):
        self._check_unchanged()
        self._begin(sess)

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        self.epoch = nth_epoch

    def note(self, how: str) -> None:
        pass

    def _set_aside(self):
        raise RuntimeError(f'{self.folder} is not what worker 0 sees there: model_folder must be '
                           'in a place that all workers share')
