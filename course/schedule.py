"""A learning rate that follows a plan instead of the validation loss."""
import math


class Warm_up_and_cosine:
    """A callback in place of ReduceLROnPlateau: `.lr` rises for a while, then falls to 0.

    lr: the highest rate, above 0. n_batches: of the whole training, 1 or more. warm_up: the share
    of them, from 0 to below 1, in which the rate rises, in equal steps; then it falls along half a
    cosine. Put it into callback_dict's 'on_batch_begin'. Goyal et al.: Accurate, Large Minibatch
    SGD (2017); Loshchilov and Hutter: SGDR (ICLR 2017).

    The plan is for all epochs: with more of them, the rate is another from the first batch on. A
    training that resumes with more epochs changes to their plan there. Raises ValueError for
    arguments out of range.
    """

    def __init__(self, lr: float, n_batches: int, warm_up: float = 0.1):
        if not (0 < lr < math.inf and n_batches >= 1 and 0 <= warm_up < 1):
            raise ValueError(f'lr={lr}, n_batches={n_batches}, warm_up={warm_up}: pass a rate '
                             'above 0, 1 batch or more, and a share from 0 to below 1.')
        self.highest, self.n_batches, self.warm_up, self.done = lr, n_batches, warm_up, 0
        self._followed = n_batches

    @property
    def lr(self) -> float:
        """The rate of the batch that began last; before the first, that of the first."""
        now, rising = max(self.done, 1), self.warm_up * self.n_batches
        if now <= rising:
            return self.highest * now / rising
        fallen = (now - 1 - rising) / (self.n_batches - rising)
        return self.highest * (1 + math.cos(math.pi * min(max(fallen, 0), 1))) / 2

    def on_batch_begin(self, nth_batch=None, sess=None):
        self.done += 1
        if self._followed != self.n_batches:
            print(f'The learning rate followed a plan for {self._followed} batches. From here it '
                  f'follows one for {self.n_batches}, and continues at {self.lr:.3g}.')
            self._followed = self.n_batches

    def get_state(self) -> dict:
        """How many batches have begun, and of how many, as json can write it."""
        return {'done': self.done, 'n_batches': self.n_batches}

    def set_state(self, state: dict) -> None:
        """Resume from a dict made by `get_state`. If this plan has another length, the next batch
        says so."""
        self.done, self._followed = state['done'], state['n_batches']
