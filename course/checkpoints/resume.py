"""Training that resumes after the program was killed: what the next epoch depends on, in a folder.

What callbacks.Model_checkpoint keeps is for testing. This is the *last* state, with the
optimizer's slots, for training on. It has a folder of its own, which is removed at the end. A small
file stays: what was trained, and how it went. The same training is not done a second time.
"""
import contextlib
import glob
import json
import math
import os
import re
import shutil
import time

from course.checkpoints import beforehand, finished, lock, read, saving
from course.checkpoints.identity import (
    differences,
    digest_of_training,
    digest_of_weights,
    in_use,
    steps_trained,
)
from course.compat import tf
from course.random_state import random_state, set_random_state

WEIGHTS, STATE, ENDED = 'weights.ckpt', 'state.json', 'ended.txt'
EVERY_SECONDS = 30      # a state takes most of a second to keep; a small epoch, little more


class Keep_state:
    """A callback that keeps the state of a training in `folder`, and resumes from it.

    folder: for this training alone; made when the first epoch ends.
    model_dict: the training. What is kept is the state of everything in it that has get_state and
        set_state (what json can write), all variables, and the random generators. A state is for
        resuming with the same model_dict['settings'] only, a dict of numbers and strings, with the
        same graph, first batch and plan of the learning rate. model_dict['settings_now'], if it is
        there, is a function that returns the settings as they would be now: if they have changed
        since, nothing is trained or restored. model_dict['checkpoint'] is the Model_checkpoint.
    resume: False begins from the start.
    nb_epoch: how many epochs are wanted. A training that has come to its end after as many, or was
        stopped early, is not done again: its states come back, and the weights it keeps are there
        for `restore_kept`. None: it is.

    `.epoch` is the last complete epoch of this training, 0 before the first.

    Each state is written aside, flushed, and renamed as a whole: whatever kills the program, the
    newest `epoch_...` folder is complete. A save that fails is printed, not raised.

    TensorFlow does not tell where its own random operations (dropout) are: a network that has some
    resumes well, but not to the same weights bit for bit.
    """

    def __init__(self, folder: str, model_dict: dict, resume: bool = True,
                 nb_epoch: int | None = None):
        self.folder, self.model_dict, self.resume = folder, model_dict, resume
        self.nb_epoch = nb_epoch
        self.epoch, self._complete, self._settings = 0, False, None
        self._kept_epoch, self._kept_at = 0, -math.inf

    def on_session_begin(self, sess=None, saver=None):
        """Resume from the newest state, if there is one, and say so.

        Without `resume`, or where that state is of other settings, training begins from the start,
        and what is there is kept under another name.

        Raises RuntimeError where another process trains this, where the settings have changed, or
        where there is nothing to resume and this session's weights have been trained already;
        ValueError where the training would overwrite the checkpoint that it begins from, or would
        not save all that it trains.
        """
        self._check_unchanged()
        beforehand.check(self.folder, self.model_dict, sess, saver)
        with contextlib.suppress(OSError):
            lock.take(self._lock)
        try:
            self._begin(sess)
        except BaseException:
            self._release()
            raise

    def _begin(self, sess):
        with sess.graph.as_default():
            self._saver = tf.train.Saver()              # all variables, the optimizer's too
        steps, epoch, found = steps_trained(sess), self.last_epoch(), ''
        settings = {**self.model_dict['settings'], **in_use(self.model_dict, sess),
                    'weights to begin from': None if steps else digest_of_weights(sess)}
        if epoch:
            state = self._state(epoch)
            obstacle = self._obstacle(state['settings'], settings)
            if not obstacle:
                self._resume_from(epoch, state, sess)
                return
            found = f'A training that {self._ended(epoch)} after epoch {epoch} {obstacle}. '
        record = self.resume and self.nb_epoch and finished.same(
            self.folder, settings, self.model_dict, self.nb_epoch)
        if record:
            if epoch:
                print(f'{found}It is kept in {self._set_aside()}, until you delete it.')
            self._take_over(record)
            return
        if steps:
            raise RuntimeError(f'{found}The weights have been trained for {steps} steps: load the '
                               'ones to begin from first (run section 4 again, then this cell).')
        if epoch:
            print(f'{found}It is kept in {self._set_aside()}, until you delete it. This one begins '
                  'from the start.')
        self._settings = settings
        if 'generators' in self.model_dict:
            self.model_dict['generators'].set_state({'next_batch': 0})

    def restore_kept(self, sess, saver) -> None:
        """Give the session the weights that this training keeps (see Model_checkpoint).

        Raises RuntimeError where the training has not begun, where the settings, the batches or the
        graph have changed since, or where another training has overwritten its weights.
        """
        if self._settings is None:
            raise RuntimeError('This training has not begun: run section 5 first.')
        self._check_unchanged()
        other = differences(self._settings, {'graph': digest_of_training(sess.graph)})
        if other:
            raise RuntimeError(f'The graph is not that of this training any more: {other[0]}. Run '
                               'sections 4 and 5 again, then this cell.')
        self.model_dict['checkpoint'].restore(sess, saver)

    def _check_unchanged(self):
        other = differences(self.model_dict['settings'],
                            self.model_dict.get('settings_now', dict)())
        if other:
            raise RuntimeError(f'A cell above was edited: {"; ".join(other)}. Run that cell again, '
                               'and all below it.')

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        """Write the state, unless one was written less than EVERY_SECONDS ago."""
        self.epoch = nth_epoch
        if time.monotonic() - self._kept_at >= EVERY_SECONDS:
            self._keep(sess)

    def on_session_end(self, sess=None, saver=None):
        self._complete = True
        self._keep(sess)
        self.note('came to its end')
        self._release()

    def note(self, how: str) -> None:
        """Write down how the training ended, for the next one to say."""
        with contextlib.suppress(OSError), open(
                os.path.join(self._place(self.last_epoch()), ENDED), 'w', encoding='utf-8') as file:
            file.write(how)

    def discard(self) -> None:
        """Remove the folder of this training, if it has come to its end; keep how it went."""
        if not self._complete or not self._is_mine():
            return
        try:
            finished.keep(self.folder, self._state(self.last_epoch()), self.model_dict)
        except OSError as error:
            print(f'{finished.record_of(self.folder)} could not be written: {error.strerror}. '
                  f'{self.folder} stays instead.')
            return
        done = f'{self.folder}.done'                    # at once, then removed file by file
        try:
            if os.path.isdir(self.folder):
                shutil.rmtree(done, ignore_errors=True)
                os.rename(self.folder, done)
        except OSError as error:
            print(f'{self.folder} could not be removed: {error.strerror}. Delete it: this '
                  'training is complete.')
        shutil.rmtree(done, ignore_errors=True)

    def _take_over(self, record):
        """Put everything in the state in which the training of this record ended."""
        shutil.rmtree(f'{self.folder}.done', ignore_errors=True)    # of a kill within `discard`
        for name, part in self._parts().items():
            part.set_state(record['parts'][name])
        self.epoch = self._kept_epoch = record['epoch']
        self._settings = record['settings']
        right = finished.figures(os.path.dirname(self.folder), self.model_dict['checkpoint'].run)
        print(f'Trained already{right}, {self.epoch} epoch{"s" * (self.epoch > 1)}. '
              'To train from the start instead: resume = False.')

    def _is_mine(self):
        """Whether the newest state is of this training, not of another notebook's."""
        try:
            run = self._state(self.last_epoch())['parts']['checkpoint']['run']
        except OSError:
            return False
        return run == self.model_dict['checkpoint'].run

    def _state(self, epoch):
        with open(os.path.join(self._place(epoch), STATE), encoding='utf-8') as file:
            return json.load(file)

    def last_epoch(self) -> int:
        """The epoch after which the newest state was kept; 0 if there is none."""
        return max(self._epochs(), default=0)

    def _obstacle(self, before, now):
        """Why a state of the settings `before` is not resumed; '' if it is."""
        other = differences(before, now)
        if other:
            return f'had other settings: {"; ".join(other)}'
        return '' if self.resume else 'is not resumed'

    def _resume_from(self, epoch, state, sess):
        read.restore_saved(sess, self._saver, os.path.join(self._place(epoch), WEIGHTS))
        for name, part in self._parts().items():
            part.set_state(state['parts'][name])
        set_random_state(state['random'])
        self.epoch = self._kept_epoch = epoch
        self._settings = state['settings']
        print(f'This training {self._ended(epoch)} after epoch {epoch}, where it resumes. '
              'To begin from the start instead: resume = False.')

    def _ended(self, epoch):
        try:
            with open(os.path.join(self._place(epoch), ENDED), encoding='utf-8') as file:
                return file.read()
        except OSError:
            return 'was interrupted'

    def _parts(self):
        return {name: part for name, part in self.model_dict.items() if hasattr(part, 'get_state')}

    def _keep(self, sess):
        if self._kept_epoch == self.epoch:
            return
        try:
            self._save(sess)
            self._kept_epoch, self._kept_at = self.epoch, time.monotonic()
        except Exception as error:  # TensorFlow's errors and OSError have no narrower base class
            shutil.rmtree(self._aside, ignore_errors=True)
            print(f'Epoch {self.epoch}: the state could not be kept in {self.folder}: '
                  f'{saving.reason(error)}. Training continues; killed now, it would resume after '
                  f'epoch {self.last_epoch()}.')

    def _save(self, sess):
        shutil.rmtree(self._aside, ignore_errors=True)
        os.makedirs(self._aside)
        self._saver.save(sess, os.path.join(self._aside, WEIGHTS), write_meta_graph=False,
                         write_state=False)
        state = {'epoch': self.epoch, 'settings': self._settings,
                 'random': random_state(),
                 'parts': {name: part.get_state() for name, part in self._parts().items()}}
        with open(os.path.join(self._aside, STATE), 'w', encoding='utf-8') as file:
            json.dump(state, file)
        for name in os.listdir(self._aside):
            saving.flush(os.path.join(self._aside, name))
        older = [epoch for epoch in self._epochs() if epoch != self.epoch]
        shutil.rmtree(self._place(self.epoch), ignore_errors=True)
        os.rename(self._aside, self._place(self.epoch))
        for epoch in older:
            shutil.rmtree(self._place(epoch), ignore_errors=True)

    def _set_aside(self):
        """Copy the checkpoint into the folder, then rename that. Returns its new name."""
        kept = self.model_dict['checkpoint'].path
        saving.finish_interrupted_save(kept)
        for file in glob.glob(f'{glob.escape(kept)}.*'):
            shutil.copy2(file, self.folder)
        n = 1
        while os.path.exists(f'{self.folder}.{n}'):
            n += 1
        os.rename(self.folder, f'{self.folder}.{n}')
        return f'{self.folder}.{n}'

    def _release(self):
        with contextlib.suppress(OSError):
            lock.release(self._lock)

    @property
    def _lock(self):
        return f'{self.folder}.lock'

    @property
    def _aside(self):
        return os.path.join(self.folder, f'being_written_by_{os.getpid()}')

    def _place(self, epoch):
        return os.path.join(self.folder, f'epoch_{epoch:04d}')

    def _epochs(self):
        names = os.listdir(self.folder) if os.path.isdir(self.folder) else []
        return [int(name[6:]) for name in names if re.fullmatch(r'epoch_\d{4,}', name)]
