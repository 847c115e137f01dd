"""A small training with all that the notebook has, for faults/test_killed_training.py to kill."""
import json
import os

import numpy as np
import pandas as pd
import tensorflow.compat.v1 as tf

from callbacks import (
    EarlyStopping,
    Epoch_history,
    History,
    Model_checkpoint,
    ReduceLROnPlateau,
)
from course.checkpoints import resume
from course.checkpoints.resume import Keep_state
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
    """Train to the end, resuming from what `folder` holds; the result is folder/result.json.

    Returns the number of the epoch after which it resumed, 0 for a new training.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(seed)
        x, y = tf.placeholder(tf.float32, [None, 4]), tf.placeholder(tf.float32, [None, CLASSES])
        lr = tf.placeholder(tf.float32, [])
        hidden = tf.nn.relu(tf.matmul(x, tf.get_variable('w1', [4, 16])))
        loss = tf.losses.softmax_cross_entropy(y, tf.matmul(hidden, tf.get_variable('w2', [16, 2])))
        weights = tf.trainable_variables()
        saver = tf.train.Saver(weights)
        step = tf.train.get_or_create_global_step()
        update = tf.train.AdamOptimizer(lr).minimize(loss, step)
        sess.run(tf.global_variables_initializer())
        model_dict = {
            'reduce_lr': ReduceLROnPlateau(lr=0.05, factor=0.5, patience=1),
            'earlystop': EarlyStopping(patience=3),
            'checkpoint': Model_checkpoint(f'{folder}/model'),
            'train_batch_log': History(['loss', 'acc']), 'val_batch_log': History(['loss', 'acc']),
            'generators': data_generators(8, frames(), CLASSES, preprocess, seed=seed),
            'settings': {'seed': seed}}
        history, generators = Epoch_history(model_dict), model_dict['generators']
        model_dict['history'] = history
        state = Keep_state(f'{folder}/training', model_dict, resume, epochs)
        state.on_session_begin(sess, saver)
        first = state.epoch
        already = first and not os.path.isdir(f'{folder}/training')
        with generators.start_train_threads():
            for epoch in range(first + 1, epochs + 1):
                if model_dict['earlystop'].stop:
                    break
                history.on_epoch_begin(epoch, sess)
                for _ in range(BATCHES):
                    batch_x, batch_y = generators.train_queue.get()
                    _, now = sess.run([update, loss], {x: batch_x[0], y: batch_y,
                                                       lr: model_dict['reduce_lr'].lr})
                    model_dict['train_batch_log'].push({'loss': now, 'acc': 0})
                for vx, vy, _ in generators.iter_val():
                    now = sess.run(loss, {x: vx[0], y: vy})
                    model_dict['val_batch_log'].push({'loss': now, 'acc': 0})
                val_loss = model_dict['val_batch_log'].avg_value('loss')
                for callback in (history, model_dict['reduce_lr'], model_dict['earlystop'],
                                 model_dict['checkpoint'], state):
                    callback.on_epoch_end(val_loss, epoch, sess, saver)
        model_dict['checkpoint'].on_session_end(sess, saver)
        state.on_session_end(sess, saver)
        last = [w.tolist() for w in sess.run(weights)]
        if already:                     # nothing was trained, and the first weights are still there
            with open(f'{folder}/result.json', encoding='utf-8') as file:
                last = json.load(file)['last']
        model_dict['checkpoint'].restore(sess, saver)
        result = {'history': history.values, 'last': last,
                  'best': {**model_dict['checkpoint'].get_state(), 'run': None},
                  'stopped': model_dict['earlystop'].stop,
                  'best_weights': [w.tolist() for w in sess.run(weights)]}
        with open(f'{folder}/result.json', 'w', encoding='utf-8') as file:
            json.dump(result, file)
        state.discard()
    return first
