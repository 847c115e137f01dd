"""Training that goes on after the program was killed: what the next epoch depends on, in a folder.

The best checkpoint (callbacks.Model_checkpoint) is for testing; this is the *last* state, with the
optimizer's slots, for going on. It lives under a name of its own and is removed at the end.
"""
import glob
import hashlib
import json
import math
import os
import random
import re
import shutil
import time

import numpy as np

from callbacks import finish_interrupted_save
from course.checkpoints import disk

WEIGHTS, STATE = 'weights.ckpt', 'state.json'
EVERY_SECONDS = 30      # a state is kept: it takes most of a second, a small epoch only some more


class Training_state:
    """Keeps the state after an epoch in `folder`, and gives it back.

    folder: for this training alone; made when the first epoch ends.
    best: the training's Model_checkpoint. Its files are copied when the folder is set aside.
    parts: {name: another object with get_state and set_state}; states are what json can write.
    settings: dict of numbers and strings. A state is for going on with the same settings only.
    saver: a tf.train.Saver of *all* variables, the optimizer's too.

    Each epoch is written aside, flushed, and renamed as a whole: whatever kills the program, the
    newest `epoch_...` folder is complete. A save that fails is printed, not raised.

    TensorFlow keeps the place of its own random operations (dropout) to itself: a network that has
    some goes on well, but not to the same weights bit for bit.
    """

    def __init__(self, folder, best, parts, settings, saver):
        self.folder, self.best, self.settings, self.saver = folder, best, settings, saver
        self.parts = {'checkpoint': best, **parts}
        self._kept_epoch, self._kept_at = 0, -math.inf

    def keep(self, nth_epoch, sess, at_once=False):
        """Write the state after epoch nth_epoch, and remove the one before.

        Not where one was written less than EVERY_SECONDS ago, unless `at_once`.
        """
        waits = time.monotonic() - self._kept_at < EVERY_SECONDS and not at_once
        if waits or self._kept_epoch == nth_epoch:
            return
        try:
            self._save(nth_epoch, sess)
            self._kept_epoch, self._kept_at = nth_epoch, time.monotonic()
        except Exception as error:  # TensorFlow's errors and OSError have no narrower base class
            shutil.rmtree(self._aside, ignore_errors=True)
            print(f'Epoch {nth_epoch}: the state for going on could not be kept in {self.folder}: '
                  f'{disk.reason(error)}. Training goes on; killed now, it would go on from '
                  f'epoch {self.last_epoch()}.')

    def finished(self):
        """The training is complete, there is nothing to go on with: remove the folder."""
        done = f'{self.folder}.done'                    # at once, then removed file by file
        try:
            if os.path.isdir(self.folder):
                shutil.rmtree(done, ignore_errors=True)
                os.rename(self.folder, done)
        except OSError as error:
            print(f'{self.folder} could not be removed: {error.strerror}. Delete it: this '
                  'training is complete.')
        shutil.rmtree(done, ignore_errors=True)

    def begin(self, sess, resume=True):
        """Go on from the newest state, if there is one. Returns the number of its epoch, or 0.

        Without `resume`, or where that state is of other settings, the training begins anew, and
        what is there is kept under another name. Prints which of all that it was.
        """
        epoch = self.last_epoch()
        if not epoch:
            return 0
        with open(os.path.join(self._place(epoch), STATE), encoding='utf-8') as file:
            state = json.load(file)
        other = [f'{name} was {state["settings"].get(name)!r}, is {value!r}' for name, value
                 in self.settings.items() if state['settings'].get(name) != value]
        if other or not resume:
            reason = f'had other settings: {"; ".join(other)}' if other else 'is not gone on with'
            print(f'A training that was interrupted after epoch {epoch} {reason}. It is kept in '
                  f'{self._set_aside()}, until you delete it. This one begins anew.')
            return 0
        self.saver.restore(sess, os.path.join(self._place(epoch), WEIGHTS))
        for name, part in self.parts.items():
            part.set_state(state['parts'][name])
        set_random_state(state['random'])
        self._kept_epoch = epoch
        print(f'This training was interrupted: it goes on after epoch {epoch}. '
              'To begin anew instead: resume = False.')
        return epoch

    def last_epoch(self):
        """The number of the epoch after which the newest state was kept; 0 if there is none."""
        return max(self._epochs(), default=0)

    def _set_aside(self):
        """Copy the best checkpoint into the folder, then rename it. Returns its new name."""
        finish_interrupted_save(self.best.path)
        for file in glob.glob(glob.escape(self.best.path) + '.*') + [self.best.state_path]:
            if os.path.exists(file):
                shutil.copy2(file, self.folder)
        n = 1
        while os.path.exists(f'{self.folder}.{n}'):
            n += 1
        os.rename(self.folder, f'{self.folder}.{n}')
        return f'{self.folder}.{n}'

    def _save(self, nth_epoch, sess):
        shutil.rmtree(self._aside, ignore_errors=True)
        os.makedirs(self._aside)
        self.saver.save(sess, os.path.join(self._aside, WEIGHTS), write_meta_graph=False,
                        write_state=False)
        state = {'epoch': nth_epoch, 'settings': self.settings, 'random': random_state(),
                 'parts': {name: part.get_state() for name, part in self.parts.items()}}
        with open(os.path.join(self._aside, STATE), 'w', encoding='utf-8') as file:
            json.dump(state, file)
        for name in os.listdir(self._aside):
            disk.flush(os.path.join(self._aside, name))
        older = [epoch for epoch in self._epochs() if epoch != nth_epoch]
        shutil.rmtree(self._place(nth_epoch), ignore_errors=True)
        os.rename(self._aside, self._place(nth_epoch))
        for epoch in older:
            shutil.rmtree(self._place(epoch), ignore_errors=True)

    @property
    def _aside(self):
        return os.path.join(self.folder, f'being_written_by_{os.getpid()}')

    def _place(self, epoch):
        return os.path.join(self.folder, f'epoch_{epoch:04d}')

    def _epochs(self):
        names = os.listdir(self.folder) if os.path.isdir(self.folder) else []
        return [int(name[6:]) for name in names if re.fullmatch(r'epoch_\d{4,}', name)]


class Lists:
    """A dict of lists (the history of a training) as a part: filled in place."""

    def __init__(self, lists):
        self.lists = lists

    def get_state(self):
        return {name: [float(v) for v in values] for name, values in self.lists.items()}

    def set_state(self, state):
        for name, values in self.lists.items():
            values[:] = state[name]


def digest(*things):
    """8 hex digits that stand for things as settings: bytes, or whatever str makes a text of.

    Addresses in the memory, which some objects print, do not count.
    """
    total = hashlib.sha256()
    for thing in things:
        text = re.sub(' at 0x[0-9a-fA-F]+', '', str(thing))
        total.update(thing if isinstance(thing, bytes) else f'{text}\0'.encode())
    return total.hexdigest()[:8]


def random_state():
    """The state of Python's and NumPy's global generators, as json can write it."""
    kind, keys, *rest = np.random.get_state()
    return {'python': random.getstate(), 'numpy': [kind, keys.tolist(), *rest]}


def set_random_state(state):
    version, numbers, gauss = state['python']
    random.setstate((version, tuple(numbers), gauss))
    np.random.set_state(tuple(state['numpy']))
