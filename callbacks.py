"""Callbacks: what happens during training besides training itself.

A validation loss that is NaN or infinite is never an improvement.
"""
import contextlib
import copy
import difflib
import glob
import json
import math
import os

from course.checkpoints import disk

HOOKS = ('on_session_begin', 'on_session_end', 'on_epoch_begin', 'on_epoch_end',
         'on_batch_begin', 'on_batch_end')
DATA_SUFFIX = '.data-00000-of-00001'
MIN_DELTA = 1e-4  # a val_loss must be lower than the best by more than this


def _require(condition, message):
    if not condition:
        raise ValueError(message)


def _is_improvement(val_loss, best, min_delta=0.0):
    return math.isfinite(val_loss) and float(val_loss) + min_delta < best


class _Stateful:
    state_names = ()  # the attributes that change during training

    def get_state(self):
        """Return what the callback remembers, as a dict that json.dump can write."""
        return copy.deepcopy({name: getattr(self, name) for name in self.state_names})

    def set_state(self, state):
        """Go on from a dict made by `get_state`. KeyError if a name is missing in it."""
        if not set(self.state_names) <= set(state):
            raise KeyError(f'{type(self).__name__}.set_state got {list(state)}, but needs '
                           f'{self.state_names}: pass a dict made by its get_state().')
        for name in self.state_names:
            setattr(self, name, copy.deepcopy(state[name]))


class History(_Stateful):
    """Weighted means, since `reset`, of the values in record_names, for example ['loss']."""
    state_names = ('sums', 'weight')

    def __init__(self, record_names):
        self.sums, self.weight = dict.fromkeys(record_names, 0.0), 0.0

    def reset(self):
        """Forget all values: call it at the beginning of an epoch."""
        self.sums, self.weight = dict.fromkeys(self.sums, 0.0), 0.0

    def push(self, values, weight=1):
        """Add one batch: a dict with a value for each record name, and its number of images.

        Raises KeyError if names are unknown or missing, ValueError if weight is not above 0.
        """
        if set(values) != set(self.sums):
            raise KeyError(f'push got {list(values)}: pass exactly {list(self.sums)}.')
        _require(weight > 0, f'push got weight={weight}: pass the number of images, above 0.')
        for name in self.sums:
            self.sums[name] += float(weight) * float(values[name])
        self.weight += float(weight)

    def avg_value(self, name):
        """Return the mean of one value. KeyError: unknown name, ValueError: nothing pushed."""
        if name not in self.sums:
            raise KeyError(f'avg_value got {name!r}: ask for one of {list(self.sums)}.')
        _require(self.weight > 0, f'no mean of {name!r}: push a batch after reset first.')
        return self.sums[name] / self.weight


class _Patient(_Stateful):
    def __init__(self, patience, min_delta):
        _require(patience >= 0, f'patience={patience}: pass 0 or more epochs.')
        _require(min_delta >= 0, f'min_delta={min_delta}: pass 0 or more.')
        self.patience, self.min_delta = patience, min_delta
        self.best, self.wait = math.inf, 0  # wait: epochs since the last improvement

    def _out_of_patience(self, val_loss):
        if _is_improvement(val_loss, self.best, self.min_delta):
            self.best, self.wait = float(val_loss), 0
        else:
            self.wait += 1
        return self.wait >= max(self.patience, 1)


class EarlyStopping(_Patient):
    """Sets `.stop` to True when val_loss has not improved for `patience` epochs in a row.

    patience: 0 or more epochs; 0 and 1 both stop at the first epoch without improvement.
    min_delta: 0 or more; val_loss must be lower than the best by more than this.
    Raises ValueError if one of them is out of range. The rules are those of Keras, except for a
    val_loss of NaN or infinity: training does not recover from it, so `.stop` is True at once.
    """
    state_names = ('best', 'wait', 'stop')

    def __init__(self, patience, min_delta=MIN_DELTA):
        super().__init__(patience, min_delta)
        self.stop = False

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        self.stop |= self._out_of_patience(val_loss) or not math.isfinite(val_loss)
        if not math.isfinite(val_loss):
            print(f'Epoch {nth_epoch}: training stops because val_loss is {val_loss}. Lower the '
                  'learning rate and look at the images; the best checkpoint stays.')


class ReduceLROnPlateau(_Patient):
    """Multiplies `.lr` by `factor` when val_loss has not improved for `patience` epochs in a row.

    lr: the learning rate to begin with, above 0. factor: between 0 and 1, both excluded.
    patience: 0 or more epochs; 0 and 1 both reduce at the first epoch without improvement.
    min_lr: from 0 to lr; `.lr` never becomes lower.
    Raises ValueError if one of them is out of range. The rules are those of Keras with a
    min_delta of 1e-4, except that NaN is no improvement even in the first epoch.
    """
    state_names = ('lr', 'best', 'wait')

    def __init__(self, lr, factor, patience, min_lr=1e-10):
        super().__init__(patience, MIN_DELTA)
        _require(0 < lr < math.inf, f'lr={lr}: pass a finite number above 0.')
        _require(0 < factor < 1, f'factor={factor}: pass a number between 0 and 1.')
        _require(0 <= min_lr <= lr, f'min_lr={min_lr}: pass a number from 0 to lr={lr}.')
        self.lr, self.factor, self.min_lr = lr, factor, min_lr

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        if self._out_of_patience(val_loss):
            self.lr = max(self.lr * self.factor, self.min_lr)
            self.wait = 0


def finish_interrupted_save(path):
    """Put in order what an interrupted save to the checkpoint `path` left; call before a restore.

    A save writes data, index and state under temporary names, in that order, then renames them in
    that order. So if the temporary data file is gone and others are there, the new checkpoint is
    complete, and they are renamed now. In all other cases the temporary files are deleted and the
    former checkpoint stays. Raises OSError if a file cannot be renamed or deleted.
    """
    data, *others = _parts(path)
    if not os.path.exists(data[0]):
        for temporary, name in others:
            if os.path.exists(temporary):
                os.replace(temporary, name)
    state, leftovers = others[-1][0], glob.glob(glob.escape(path) + '.tmp.*')
    leftovers += [state] * os.path.exists(state)
    # The data last: without it, the others would mean a complete save.
    for leftover in sorted(leftovers, key=lambda name: name.startswith(data[0])):
        os.remove(leftover)


def _parts(path):
    """(temporary name, name) of each file of the checkpoint `path`: data, index, state."""
    state = path.removesuffix('.ckpt') + '.state.json'
    return [(path + '.tmp' + DATA_SUFFIX, path + DATA_SUFFIX),
            (path + '.tmp.index', path + '.index'), (state + '.tmp', state)]


class Model_checkpoint(_Stateful):
    """Saves the weights to `.path` = model_name + '.ckpt' when val_loss is the lowest so far.

    model_name: folder and name of the files; a missing folder is made.
    save_best_only: False saves after every epoch, except when val_loss is NaN or infinite.
    `.best` is the lowest val_loss of a saved epoch (inf before the first), `.best_epoch` its
    number. With the saved epoch they go to model_name + '.state.json'; weights and state are
    replaced together. A failed save is printed, not raised.
    """
    state_names = ('best', 'best_epoch')

    def __init__(self, model_name, save_best_only=True):
        _require(os.path.basename(model_name), f'model_name={model_name!r}: add a file name.')
        self.path = f'{model_name}.ckpt'
        self.state_path = _parts(self.path)[-1][1]
        self.save_best_only = save_best_only
        self.best, self.best_epoch = math.inf, None

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        _require(sess is not None and saver is not None, 'Model_checkpoint needs a session and '
                 'a saver: call run_on_epoch_end(val_loss, nth_epoch, sess, saver).')
        improved = _is_improvement(val_loss, self.best)
        if not math.isfinite(val_loss) or (self.save_best_only and not improved):
            return
        state = {'best': float(val_loss), 'best_epoch': nth_epoch} if improved else self.get_state()
        try:
            self._save(sess, saver, {**state, 'epoch': nth_epoch})
            super().set_state(state)
        except Exception as error:  # TensorFlow's errors and OSError have no narrower base class
            with contextlib.suppress(OSError):
                self.set_state(self.get_state())    # clears up; what is complete after all, counts
            print(f'Epoch {nth_epoch}: saving to {self.path} failed: {disk.reason(error)}. '
                  'Training goes on, the last complete checkpoint stays. '
                  'Check the free space and the permissions of the folder.')

    def restore(self, sess, saver):
        """Give the session the weights of the best epoch so far (of the last one that was saved,
        where save_best_only is False).

        Raises RuntimeError if this training has saved none: a file of an earlier one is not used.
        """
        if self.best_epoch is None:
            raise RuntimeError(f'This training has saved no checkpoint {self.path}: see what it '
                               'printed.')
        self.set_state(self.get_state())            # after a save that was interrupted
        saver.restore(sess, self.path)

    def set_state(self, state):
        """Go on from a state, or from that of the saved checkpoint where this is better: it may
        have been saved just before the program died, after the state was taken. But where the
        training had saved nothing yet, what is on the disk is of an earlier one."""
        super().set_state(state)
        finish_interrupted_save(self.path)
        if self.best_epoch is not None and os.path.exists(self.state_path):
            with open(self.state_path, encoding='utf-8') as file:
                saved = json.load(file)
            if saved['best'] < self.best:
                super().set_state(saved)

    def _save(self, sess, saver, state):
        os.makedirs(os.path.dirname(self.path) or '.', exist_ok=True)
        finish_interrupted_save(self.path)
        # Without write_state the saver keeps no list of old checkpoints, so it deletes none.
        saver.save(sess, self.path + '.tmp', write_meta_graph=False, write_state=False)
        with open(self.state_path + '.tmp', 'w', encoding='utf-8') as file:
            json.dump(state, file)
        for temporary, _ in _parts(self.path):
            disk.flush(temporary)
        for temporary, name in _parts(self.path):   # finish_interrupted_save relies on this order
            os.replace(temporary, name)


class Run_collected_functions:
    """Calls callbacks at the six moments of training that HOOKS names.

    callback_dict: a dict from hook to a list of objects with a method of the hook's name, and of
    functions; a hook may be left out. They are called in the list's order with the arguments of
    `run_` + hook as keywords; on_batch_end, say: loss, nth_batch, sess.
    Raises ValueError for an unknown hook, TypeError for an item that is neither of the two.
    """

    def __init__(self, callback_dict):
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
