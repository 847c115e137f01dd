"""How long a training will take, said after a few steps of it."""
import math
import time

FIRST, LAST = 3, 13     # the steps that are timed: the first ones also prepare the graph
VALIDATION = 0.25       # of the time of a training step; 0.23 to 0.29, benchmarks/results/steps.csv


class Say_duration:
    """A callback: prints once, after LAST batches, about how long the training will take.

    model_dict: its 'generators' tell how many batches an epoch has, the `epoch` of its
    'keep_state' how many epochs are done. nb_epoch: how many there are to be. Saving and drawing
    are not counted. A training of fewer batches is over before it could be said.
    """

    def __init__(self, model_dict: dict, nb_epoch: int):
        self.model_dict, self.nb_epoch, self.done, self.times = model_dict, nb_epoch, 0, []

    def on_batch_end(self, loss, nth_batch=None, sess=None):
        self.done += 1
        now = time.monotonic()
        if FIRST < self.done <= LAST and nth_batch:     # before an epoch's first one: validation
            self.times.append(now - self.before)
        self.before = now
        if self.done == LAST and self.times:
            step = sum(self.times) / len(self.times)
            seconds = step * self.steps_to_come()
            print('This training takes about ' + (
                f'{seconds / 60:.0f} minutes' if seconds > 90 else f'{seconds:.0f} seconds')
                + f': {step:.2f} s a step.')

    def steps_to_come(self) -> float:
        """Training steps, those that are done in this epoch too, and the time of validation."""
        generators = self.model_dict['generators']
        n_train = max(1, generators.train_len // generators.batch_size)
        n_val = math.ceil(generators.val_len / generators.batch_size)
        n_epochs = self.nb_epoch - self.model_dict['keep_state'].epoch
        return n_epochs * (n_train + VALIDATION * n_val)
