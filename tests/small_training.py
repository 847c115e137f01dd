"""A small training with everything that the notebook's has, to be killed by test_resume.py."""
import json

import numpy as np
import pandas as pd
import tensorflow.compat.v1 as tf

from callbacks import EarlyStopping, Model_checkpoint, ReduceLROnPlateau
from course.checkpoints import resume
from course.checkpoints.resume import Lists, Training_state
from generator import data_generators

resume.EVERY_SECONDS = 0         # a state after each epoch, so that each kill meets one
EPOCHS, BATCHES, CLASSES = 20, 5, 2


def preprocess(df, num_class, aug=False):
    """Rows as 4 numbers each, noisy by the row's seed in training."""
    x = [np.random.default_rng(len(path) + (row_seed if aug else 0)).normal(
        label, 1.0, 4) for path, label, row_seed in zip(df.path, df.label,
                                                       df.get('seed', pd.Series([0] * len(df))))]
    return [np.float32(x)], np.eye(num_class)[df.label], list(df.path)


def frames():
    """Lists of 30 / 10 / 10 rows a class; the length of a path seeds its numbers."""
    def rows(label, first, n):
        return pd.DataFrame({'path': ['p' * (first + 100 * label + k) for k in range(n)],
                             'label': label})
    return [[rows(c, 1, 30), rows(c, 40, 10), rows(c, 60, 10)] for c in range(CLASSES)]


def train(folder, resume=True, epochs=EPOCHS, seed=0):
    """Train to the end, going on from what `folder` holds; the result is folder/result.json.

    Returns the number of the epoch after which it went on, 0 for a new training.
    """
    history = {'val_loss': [], 'lr': []}
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(seed)
        x, y = tf.placeholder(tf.float32, [None, 4]), tf.placeholder(tf.float32, [None, CLASSES])
        lr = tf.placeholder(tf.float32, [])
        hidden = tf.nn.relu(tf.matmul(x, tf.get_variable('w1', [4, 16])))
        loss = tf.losses.softmax_cross_entropy(y, tf.matmul(hidden, tf.get_variable('w2', [16, 2])))
        weights = tf.trainable_variables()
        saver = tf.train.Saver(weights)
        update = tf.train.AdamOptimizer(lr).minimize(loss)
        sess.run(tf.global_variables_initializer())
        reduce_lr = ReduceLROnPlateau(lr=0.05, factor=0.5, patience=1)
        stopping, best = EarlyStopping(patience=3), Model_checkpoint(f'{folder}/model')
        generators = data_generators(8, frames(), CLASSES, preprocess, seed=seed)
        state = Training_state(
            f'{folder}/model_last', best, {'reduce_lr': reduce_lr, 'earlystop': stopping,
                                           'history': Lists(history), 'generators': generators},
            {'seed': seed}, tf.train.Saver(tf.global_variables()))
        first = state.begin(sess, resume)
        with generators.start_train_threads():
            for epoch in range(first + 1, epochs + 1):
                if stopping.stop:
                    break
                for _ in range(BATCHES):
                    batch_x, batch_y = generators.train_queue.get()
                    sess.run(update, {x: batch_x[0], y: batch_y, lr: reduce_lr.lr})
                losses = [sess.run(loss, {x: vx[0], y: vy}) for vx, vy, _ in generators.iter_val()]
                val_loss = float(np.mean(losses))
                history['val_loss'].append(val_loss)
                history['lr'].append(reduce_lr.lr)
                for callback in (reduce_lr, stopping, best):
                    callback.on_epoch_end(val_loss, epoch, sess, saver)
                state.keep(epoch, sess)
        last = [w.tolist() for w in sess.run(weights)]
        best.restore(sess, saver)
        result = {'history': history, 'last': last, 'best': best.get_state(),
                  'stopped': stopping.stop,
                  'best_weights': [w.tolist() for w in sess.run(weights)]}
        with open(f'{folder}/result.json', 'w', encoding='utf-8') as file:
            json.dump(result, file)
        state.finished()
    return first
