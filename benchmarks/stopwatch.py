"""The notebook's training, timed from inside: run in a kernel, as a student would, with a stopwatch
among its callbacks.

The stopwatch times the batches of each epoch and its validation; before each epoch it times as many
bare steps, `sess.run` on one batch of images that stays in memory.
"""
import pandas as pd

from course.notebooks import main_notebook_run

COLUMNS = ['bare_training', 'training', 'bare_validation', 'validation', 'epoch']
CELL = """
import time

from course import images

if not KEEP:
    images.memory.most = 0
    images.memory.forget()


generators.val = pd.concat([generators.val] * VALIDATIONS)       # see timed_run
generators.val_len = len(generators.val)


class Stopwatch:
    # Called like any callback; writes a row an epoch, in seconds an image.

    def __init__(self):
        self.rows, self.n_batch = [], max(1, generators.train_len // batch_size)
        x, y, _ = preprocess_data(generators.batch_rows(0), num_class, aug=True)
        self.feed = {input_img: x[0], y_true: y, lr: 0.0}

    def seconds_of(self, fetches, training, images):
        # The last batch may be short, as in a validation.
        began = time.perf_counter()
        for first in range(0, images, batch_size):
            n = min(batch_size, images - first)
            feed = {input_img: self.feed[input_img][:n], y_true: self.feed[y_true][:n], lr: 0.0}
            sess.run(fetches, {**feed, is_training: training})
        return (time.perf_counter() - began) / images

    def on_epoch_begin(self, **arguments):
        self.bare = self.seconds_of([update, loss, accuracy], by_batch, self.n_batch * batch_size)
        self.bare_val = self.seconds_of([loss, accuracy], False, generators.val_len)
        self.began = time.perf_counter()

    def on_batch_end(self, **arguments):
        self.last_batch = time.perf_counter()

    def on_epoch_end(self, **arguments):
        validation = time.perf_counter() - self.last_batch
        self.rows.append({'bare_training': self.bare,
                          'training': (self.last_batch - self.began) / self.n_batch / batch_size,
                          'bare_validation': self.bare_val,
                          'validation': validation / generators.val_len})
        pd.DataFrame(self.rows).to_csv('stopwatch.csv', index=False)


stopwatch, without_stopwatch = Stopwatch(), new_training


def new_training(model_name, by_batch):
    model_dict, callback_manager = without_stopwatch(model_name, by_batch)
    callback_manager.callback_dict['on_epoch_begin'].append(stopwatch)
    callback_manager.callback_dict['on_batch_end'].append(stopwatch)
    callback_manager.callback_dict['on_epoch_end'].insert(0, stopwatch)
    return model_dict, callback_manager
"""


def timed_run(parameters, keep=True, validations=1):
    """Run the notebook with these parameters in a folder of its own.

    keep: images stay in memory (course/images.py); False: each is read every time.
    validations: each validation image is evaluated this many times, as if there were more of them.
    Returns (rows, right): a DataFrame with COLUMNS, a row an epoch, in seconds an image; and for
    each test image whether it was classified right.
    """
    cell = f'KEEP, VALIDATIONS = {keep}, {validations}\n{CELL}'
    with main_notebook_run({'scratch_too': False, **parameters}, cell, 'train') as folder:
        rows = pd.read_csv(folder / 'stopwatch.csv')
        tested = pd.read_csv(next(folder.glob('model/*/test.csv')))
    return rows.assign(epoch=range(1, len(rows) + 1)), tested.y_true == tested.y_pred
