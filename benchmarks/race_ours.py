"""Ours, for time_to_accuracy.py: the notebook's own cells, run as a program.

Config cell, packages, callbacks, graph, loop: nothing is copied, and nothing set but the dataset,
the fold, the seed and where the weights go. Each epoch is reported when its validation is over,
before the callbacks save anything.
"""
from benchmarks.race_common import Job, job, report
from benchmarks.training_cells import run_cell, training_cells


class Report:
    """A callback among the notebook's own."""

    def __init__(self, model_dict):
        self.model_dict = model_dict

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        images = self.model_dict['generators'].val_len
        share = self.model_dict['val_batch_log'].avg_value('acc')
        report(nth_epoch, round(share * images), images)


def settings(job: Job) -> dict:
    """What differs from the Config cell."""
    return {'dataset': job.dataset, 'fold': job.fold, 'img_size': job.size, 'seed': job.seed,
            **({'nb_epoch': job.epochs} if job.epochs else {})}


def main():
    names = {}
    for tag, code in training_cells():
        run_cell(code, tag, names)
        if tag == 'parameters':
            names.update(settings(job()))
        if tag == 'callbacks':
            names['new_training'] = reporting(names['new_training'])


def reporting(new_training):
    """The notebook's function, with one more callback."""
    def wrapped(model_name, by_batch):
        model_dict, manager = new_training(model_name, by_batch)
        manager.callback_dict['on_epoch_end'].insert(0, Report(model_dict))
        return model_dict, manager
    return wrapped


if __name__ == '__main__':
    main()
