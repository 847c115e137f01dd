"""Callbacks: what happens during training besides training itself.

Each says in one line what it did. A validation loss of NaN or infinity is never an improvement.
"""
import contextlib
import copy
import difflib
import math
import os
import uuid

from course.checkpoints import read, saving

HOOKS = ('on_session_begin', 'on_session_end', 'on_epoch_begin', 'on_epoch_end',
         'on_batch_begin', 'on_batch_end')
MIN_DELTA = 1e-4  # a val_loss must be lower than the best by more than this


class History:
    """Weighted means, since `reset`, of the values in record_names, for example ['loss']."""

    def __init__(self, record_names: list[str]):
        self.sums, self.weight = dict.fromkeys(record_names, 0.0), 0.0

    def reset(self) -> None:
        """Forget all values: call it at the beginning of an epoch."""
        self.sums, self.weight = dict.fromkeys(self.sums, 0.0), 0.0

    def push(self, values: dict, weight: float = 1) -> None:
        """Add one batch: a dict with a value for each record name, and its number of images.

        Raises KeyError if names are unknown or missing, ValueError if weight is not above 0.
        """
        if set(values) != set(self.sums):
            raise KeyError(f'push got {list(values)}: pass exactly {list(self.sums)}.')
        require(weight > 0, f'push got weight={weight}: pass the number of images, above 0.')
        for name in self.sums:
            self.sums[name] += float(weight) * float(values[name])
        self.weight += float(weight)

    def avg_value(self, name: str) -> float:
        """The mean of one value. KeyError: unknown name; ValueError: nothing was pushed."""
        if name not in self.sums:
            raise KeyError(f'avg_value got {name!r}: ask for one of {list(self.sums)}.')
        require(self.weight > 0, f'no mean of {name!r}: push a batch after reset first.')
        return self.sums[name] / self.weight


class Stateful:
    """A callback whose state can be kept and taken back: the attributes in `state_names`."""
    state_names = ()

    def get_state(self) -> dict:
        """What changes during training, as a dict that json.dump can write."""
        return copy.deepcopy({name: getattr(self, name) for name in self.state_names})

    def set_state(self, state: dict) -> None:
        """Resume from a dict made by `get_state`. KeyError if a name is missing in it."""
        if not set(self.state_names) <= set(state):
            raise KeyError(f'{type(self).__name__}.set_state got {list(state)}, but needs '
                           f'{self.state_names}: pass a dict made by its get_state().')
        for name in self.state_names:
            setattr(self, name, copy.deepcopy(state[name]))


class Patient(Stateful):
    """Counts in `wait` the epochs since val_loss was lower than `best` by more than min_delta."""

    def __init__(self, patience: int, min_delta: float):
        require(patience >= 0, f'patience={patience}: pass 0 or more epochs.')
        require(min_delta >= 0, f'min_delta={min_delta}: pass 0 or more.')
        self.patience, self.min_delta = patience, min_delta
        self.best, self.wait = math.inf, 0

    def count(self, val_loss):
        if improves(float(val_loss) + self.min_delta, self.best):
            self.best, self.wait = float(val_loss), 0
        else:
            self.wait += 1

    def is_over(self):
        """Whether patience is over: 0 and 1 both mean the first epoch without improvement."""
        return self.wait >= max(self.patience, 1)


class EarlyStopping(Patient):
    """Sets `.stop` to True when val_loss has not improved for `patience` epochs in a row.

    patience: 0 or more epochs. min_delta: 0 or more. Raises ValueError if one is out of range.
    The rules are those of Keras, except that a val_loss of NaN or infinity stops at once.
    """
    state_names = ('best', 'wait', 'stop')

    def __init__(self, patience: int, min_delta: float = MIN_DELTA):
        super().__init__(patience, min_delta)
        self.stop = False

    def set_state(self, state: dict) -> None:
        """Resume, also a training that had stopped, where there is more patience now."""
        super().set_state(state)
        self.stop = self.stop and self.is_over()
        if self.stop:
            print(f'It had stopped after {self.wait} epochs without improvement: more patience in '
                  'EarlyStopping, or another learning rate, is what it takes to train on.')

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        self.count(val_loss)
        if not math.isfinite(val_loss):
            self.stop, self.wait = True, math.inf       # no patience is long enough for that
            print(f'Epoch {nth_epoch}: training stops because val_loss is {val_loss}. Lower the '
                  'learning rate and look at the images; the last checkpoint stays.')
        elif self.is_over() and not self.stop:
            self.stop = True
            print(f'  training stops: no improvement in {self.wait} epochs, '
                  f'the lowest validation loss is {self.best:.3f}')


class ReduceLROnPlateau(Patient):
    """Multiplies `.lr` by `factor` when val_loss has not improved for `patience` epochs in a row.

    lr: the learning rate to begin with, above 0. factor: between 0 and 1, both excluded.
    patience: 0 or more epochs. min_lr: from 0 to lr; `.lr` never becomes lower. Raises ValueError
    for other values. The rules are those of Keras with a min_delta of 1e-4, except for NaN.
    """
    state_names = ('lr', 'best', 'wait')

    def __init__(self, lr: float, factor: float, patience: int, min_lr: float = 1e-10):
        super().__init__(patience, MIN_DELTA)
        require(0 < lr < math.inf, f'lr={lr}: pass a finite number above 0.')
        require(0 < factor < 1, f'factor={factor}: pass a number between 0 and 1.')
        require(0 <= min_lr <= lr, f'min_lr={min_lr}: pass a number from 0 to lr={lr}.')
        self.lr, self.factor, self.min_lr = lr, factor, min_lr

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        self.count(val_loss)
        lower = max(self.lr * self.factor, self.min_lr)
        if self.is_over():
            if lower < self.lr:
                print(f'  learning rate lowered from {self.lr:.3g} to {lower:.3g}: '
                      f'no improvement in {self.wait} epochs')
            self.lr, self.wait = lower, 0


class Model_checkpoint(Stateful):
    """Saves the weights to `.path` = model_name + '.ckpt' when val_loss is the lowest so far.

    model_name: folder and name of the files; a missing folder is made.
    save_best_only: False saves after every epoch, except when val_loss is NaN or infinite.
    `.best` is the lowest val_loss of all epochs saved (inf before any), `.epoch` the number of the
    one that is kept, `.run` tells this training from all others. They are saved too: another
    training's files are never taken for this one's, but kept under another name, not overwritten.
    A save that fails is printed, not raised.
    """
    state_names = ('best', 'epoch', 'run')

    def __init__(self, model_name: str, save_best_only: bool = True):
        require(os.path.basename(model_name), f'model_name={model_name!r}: add a file name.')
        self.path, self.save_best_only = f'{model_name}.ckpt', save_best_only
        self.best, self.epoch, self.run = math.inf, None, uuid.uuid4().hex[:12]

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        require(sess is not None and saver is not None, 'Model_checkpoint needs a session and '
                'a saver: call run_on_epoch_end(val_loss, nth_epoch, sess, saver).')
        with contextlib.suppress(OSError):
            self.recover()
        if not improves(float(val_loss), self.best if self.save_best_only else math.inf):
            return
        state = {**self.get_state(), 'epoch': nth_epoch, 'best': min(self.best, float(val_loss))}
        try:
            saving.set_aside(self.path, self.run)
            saving.save(sess, saver, self.path, state)
        except Exception as error:  # TensorFlow's errors and OSError have no narrower base class
            with contextlib.suppress(OSError):
                self.recover()
            print(f'Epoch {nth_epoch}: saving to {self.path} failed: {saving.reason(error)}. '
                  'Training continues, the last complete checkpoint stays. '
                  'Check the free space and the permissions of the folder.')
        else:
            self.set_state(state)
            if self.save_best_only:
                print('  saved: the lowest validation loss so far')

    def on_session_end(self, sess=None, saver=None):
        with contextlib.suppress(OSError):
            saving.mark_complete(self.path, self.run)

    def recover(self) -> None:
        """After an interrupted or failed save: keep the new checkpoint if it is complete.

        What this training has saved there counts, also where it is later than what is remembered.
        """
        saving.finish_interrupted_save(self.path)
        saved = saving.saved_state(self.path)
        if saved and saved.get('run') == self.run:
            self.set_state(saved)

    def restore(self, sess, saver) -> None:
        """Give the session the weights that are kept. Where none could be saved, it keeps its own.

        Raises RuntimeError if another training has overwritten them since.
        """
        self.recover()
        saved = saving.saved_state(self.path)
        if self.epoch is None:
            print('No checkpoint of this training was saved (see above): the weights stay those '
                  'that the session has now.')
        elif not saved or saved.get('run') != self.run:
            raise RuntimeError(f'{self.path} is not from this training any more: another notebook '
                               'has written there. Train again, in another model_folder.')
        else:
            read.restore_saved(sess, saver, self.path)
            why = f'the lowest loss: {self.best:.3f}' if self.save_best_only else 'the last saved'
            print(f'weights of epoch {self.epoch}, {why}')


class Epoch_history(Stateful):
    """Appends the means of each epoch to `.values`, {'train_loss': [...], ...}, and prints them.

    model_dict: its 'train_batch_log' and 'val_batch_log' hold the epoch's means of loss and acc,
    its 'reduce_lr' the learning rate.
    """
    state_names = ('values',)

    def __init__(self, model_dict: dict):
        self.model_dict = model_dict
        self.values = {'train_loss': [], 'val_loss': [], 'train_acc': [], 'val_acc': [], 'lr': []}

    def on_epoch_begin(self, nth_epoch=None, sess=None):
        self.model_dict['train_batch_log'].reset()
        self.model_dict['val_batch_log'].reset()

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        train, val = self.model_dict['train_batch_log'], self.model_dict['val_batch_log']
        new = {'train_loss': train.avg_value('loss'), 'val_loss': val.avg_value('loss'),
               'train_acc': train.avg_value('acc'), 'val_acc': val.avg_value('acc'),
               'lr': self.model_dict['reduce_lr'].lr}
        for name, value in new.items():
            self.values[name].append(value)
        print(f'epoch {nth_epoch}: train loss {new["train_loss"]:.3f}, accuracy '
              f'{new["train_acc"]:.1%}; validation loss {new["val_loss"]:.3f}, accuracy '
              f'{new["val_acc"]:.1%}', flush=True)


class Stop_at_nan:
    """Ends the training with FloatingPointError, naming the images, when a batch's loss is NaN or
    infinite. model_dict: its 'generators' tell which images these are."""

    def __init__(self, model_dict: dict):
        self.model_dict = model_dict

    def on_batch_end(self, loss, nth_batch=None, sess=None):
        if not math.isfinite(loss):
            self.model_dict['keep_state'].note(f'was stopped by a loss of {loss}')
            generators = self.model_dict['generators']
            rows = generators.batch_rows(generators.get_state()['next_batch'] - 1)
            raise FloatingPointError(
                f'batch {nth_batch} of the epoch: the loss is {loss}. Lower learning_rate and run '
                'all cells again; if it happens again, look at these images: '
                f'{", ".join(rows.path)}')


class Run_collected_functions:
    """Calls callbacks at the six moments of training that HOOKS names.

    callback_dict: a dict from hook to a list of objects with a method of the hook's name, and of
    functions; a hook may be left out. They are called in the list's order with the arguments of
    `run_` + hook as keywords; on_batch_end, say: loss, nth_batch, sess.
    Raises ValueError for an unknown hook, TypeError for an item that is neither of the two.
    """

    def __init__(self, callback_dict: dict):
        for hook, items in callback_dict.items():
            if hook not in HOOKS:
                closest = difflib.get_close_matches(str(hook), HOOKS, n=1, cutoff=0)[0]
                raise ValueError(f'unknown hook {hook!r}: did you mean {closest!r}? Use {HOOKS}.')
            for item in items:
                if isinstance(item, type) or not callable(getattr(item, hook, item)):
                    raise TypeError(f'{hook}: {item!r} is neither a function nor an object (not a '
                                    f'class) with a method {hook}. Pass one of these.')
        self.callback_dict = callback_dict

    def _run(self, hook, **arguments):
        for item in self.callback_dict.get(hook, []):
            getattr(item, hook, item)(**arguments)  # the object's method, or the function

    def run_on_session_begin(self, sess=None, saver=None):
        self._run('on_session_begin', sess=sess, saver=saver)

    def run_on_session_end(self, sess=None, saver=None):
        self._run('on_session_end', sess=sess, saver=saver)

    def run_on_epoch_begin(self, nth_epoch=None, sess=None):
        self._run('on_epoch_begin', nth_epoch=nth_epoch, sess=sess)

    def run_on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        self._run('on_epoch_end', val_loss=val_loss, nth_epoch=nth_epoch, sess=sess, saver=saver)

    def run_on_batch_begin(self, nth_batch=None, sess=None):
        self._run('on_batch_begin', nth_batch=nth_batch, sess=sess)

    def run_on_batch_end(self, loss, nth_batch=None, sess=None):
        self._run('on_batch_end', loss=loss, nth_batch=nth_batch, sess=sess)


def improves(val_loss: float, best: float) -> bool:
    return math.isfinite(val_loss) and val_loss < best


def require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)
