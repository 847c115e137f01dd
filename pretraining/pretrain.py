"""Make the checkpoint that ships with the course: draw the images, train, evaluate, pack.

    python -m pretraining.pretrain

The network is the notebook's, the images are those of drawing/source/source_task.py. Interrupted
(a closed lid, a kill), the same command resumes from the last saved state: batch number k and the
learning rate of step k are what they would have been.
"""
import argparse
import csv
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim

from course import ROOT
from course.checkpoints.packed import pack
from course.session import choose_precision, session_config, with_loss_scale
from drawing.source.source_pool import PART, SIZE, pool
from drawing.source.source_task import CLASSES
from tf_model.resnet_v2 import SCOPE, resnet_v2_50

BATCH = 64
WARM_UP = 500                   # steps up to the largest learning rate of a round
DECAY = 1e-3                    # of the weights, times the learning rate
SAVE_EVERY = 300                            # seconds
HELD_OUT = 2                                # parts of the pool


class Round(NamedTuple):
    """Part of the training, with a learning rate that goes up, then down to 0."""

    steps: int          # how many
    peak: float         # the largest learning rate
    stages: tuple       # pairs: up to this share of the steps, this side of the images in pixels


ROUNDS = (Round(15_800, 0.05, ((0.45, 48), (0.97, 64), (1.0, 96))),
          Round(7_000, 0.02, ((0.7, 64), (1.0, 96))))


def place(step, rounds):
    """The round that a step of the training belongs to, and the step within that round."""
    for part in rounds[:-1]:
        if step < part.steps:
            return part, step
        step -= part.steps
    return rounds[-1], step


def image_size(step, rounds):
    """The side of the training images, in pixels: small and fast first, full size at the end."""
    part, step = place(step, rounds)
    return next(size for share, size in part.stages if step < share * part.steps or share == 1.0)


def learning_rate(step, rounds):
    """In each round up in a line for WARM_UP steps, then down to 0 along a cosine."""
    part, step = place(step, rounds)
    return part.peak * min(1, step / WARM_UP) * 0.5 * (1 + np.cos(np.pi * step / part.steps))


def random_view(image, size, may_flip, rng):
    """A random square of an image (S, S, 3), resized to size x size; perhaps mirrored, perhaps
    its colour channels exchanged."""
    side = int(rng.integers(int(0.65 * SIZE), SIZE + 1))
    top, left = rng.integers(0, SIZE - side + 1, 2)
    view = image[top:top + side, left:left + side]
    smoothly = cv2.INTER_AREA if side > size else cv2.INTER_LINEAR
    view = cv2.resize(view, (size, size), interpolation=smoothly)
    if may_flip and rng.random() < 0.5:
        view = view[:, ::-1]
    return view[..., rng.permutation(3)] if rng.random() < 0.2 else view


def batch(step, size, images, labels):
    """Batch number step: x uint8 (BATCH, size, size, 3), and labels y (BATCH,).

    A function of its arguments alone, so that a resumed run sees what it would have seen.
    """
    rng = np.random.default_rng([7, step])
    epoch, start = divmod(step * BATCH, len(labels) // BATCH * BATCH)
    rows = np.random.default_rng([8, epoch]).permutation(len(labels))[start:start + BATCH]
    x = np.stack([random_view(images[r], size, not CLASSES[labels[r]].startswith('letter'), rng)
                  for r in rows])
    return x, labels[rows]


class Network:
    """The static graph: x uint8 (N, H, W, 3), y int32 (N,), training bool, rate float32 -> logits
    (N, classes), loss, and update, which is one step of the training."""

    def __init__(self):
        self.x = tf.placeholder(tf.uint8, (None, None, None, 3))
        self.y = tf.placeholder(tf.int32, [None])
        self.training = tf.placeholder(tf.bool, [])
        self.rate = tf.placeholder(tf.float32, [])
        images = tf.cast(self.x, tf.float32) / 127.5 - 1
        features, _ = resnet_v2_50(images, self.training, batch_norm_decay=0.99)
        pooled = tf.reduce_mean(features, [1, 2])
        self.logits = slim.fully_connected(pooled, len(CLASSES), activation_fn=None,
                                           weights_initializer=tf.zeros_initializer(),
                                           scope='source')
        self.loss = tf.losses.sparse_softmax_cross_entropy(self.y, self.logits)
        self.model = slim.get_model_variables(SCOPE)
        self.step = tf.train.get_or_create_global_step()
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            momentum = with_loss_scale(
                tf.train.MomentumOptimizer(self.rate, 0.9, use_nesterov=True), choose_precision())
            descend = momentum.minimize(self.loss, self.step)
        with tf.control_dependencies([descend]):
            self.update = tf.group([w.assign_sub(self.rate * DECAY * w, use_locking=True)
                                    for w in tf.trainable_variables() if 'weights' in w.name])


def split(images, labels):
    """The pool as two pairs (images, labels): to learn from, and the first parts, held out."""
    cut = HELD_OUT * PART
    return (images[cut:], labels[cut:]), (images[:cut], labels[:cut])


def accuracy(sess, network, images, labels, size):
    """The share of images (N, SIZE, SIZE, 3) that are classified right at a size."""
    right = 0
    for k in range(0, len(labels), 100):
        x = np.stack([cv2.resize(p, (size, size), interpolation=cv2.INTER_AREA)
                      for p in images[k:k + 100]])
        logits = sess.run(network.logits, {network.x: x, network.training: False})
        right += (logits.argmax(1) == labels[k:k + 100]).sum()
    return right / len(labels)


class Log:
    """A CSV file with one row for each look at the training; rows after step are dropped.

    loss: mean since the row before, or since the state from which the run went on; seconds: of
    running, but for what was lost between the last row and a stop.
    """

    COLUMNS = ('step', 'images', 'size', 'rate', 'loss', 'held_out', 'seconds')

    def __init__(self, path, step):
        self.path, self.rows = path, []
        if path.exists():
            with open(path, newline='') as file:
                self.rows = [row for row in csv.DictReader(file) if int(row['step']) <= step]
        self.seconds = float(self.rows[-1]['seconds']) if self.rows else 0.0

    def add(self, *values):
        """Add a row, one value for each of COLUMNS, and print it."""
        self.rows.append(dict(zip(self.COLUMNS, values)))
        aside = self.path.with_suffix('.tmp')
        with open(aside, 'w', newline='') as file:
            writer = csv.DictWriter(file, self.COLUMNS)
            writer.writeheader()
            writer.writerows(self.rows)
        os.replace(aside, self.path)
        print('  '.join(f'{k} {v}' for k, v in self.rows[-1].items()), flush=True)


def train(folder, rounds, images, labels, stop_after=None):
    """Train all rounds to the end from the last state in folder, if there is one.

    images, labels: the pool, see split. stop_after: seconds, then the state is saved and the
    function returns (None: to the end). Writes folder/log.csv and folder/state-*, and at the end
    folder/drawn_float32.ckpt; returns whether it came to the end. Raises ValueError where folder
    holds a training of other rounds or pool, FloatingPointError where the loss is not finite.
    """
    same_settings(folder / 'settings.json', {'rounds': rounds, 'images': len(labels)})
    steps = sum(part.steps for part in rounds)
    learn, held_out = split(images, labels)
    with tf.Graph().as_default(), ThreadPoolExecutor(1) as ahead, \
            tf.Session(config=session_config(choose_precision())) as sess:
        tf.set_random_seed(0)
        network = Network()
        saver = tf.train.Saver(max_to_keep=2, save_relative_paths=True)
        sess.run(tf.global_variables_initializer())
        states = tf.train.get_checkpoint_state(folder)
        if states:
            saver.restore(sess, states.model_checkpoint_path)
            saver.recover_last_checkpoints(states.all_model_checkpoint_paths)
        step = int(sess.run(network.step))
        log = Log(folder / 'log.csv', step)
        began = saved = time.time()
        base, losses = log.seconds, []

        def make(k):
            return batch(k, image_size(k, rounds), *learn)

        following = ahead.submit(make, step)
        while step < steps:
            x, y = following.result()
            following = ahead.submit(make, step + 1)
            rate = learning_rate(step, rounds)
            _, loss = sess.run([network.update, network.loss],
                               {network.x: x, network.y: y, network.training: True,
                                network.rate: rate})
            if not np.isfinite(loss):
                raise FloatingPointError(f'The loss of step {step} is {loss}. The last state stays '
                                         f'in {folder}. Lower the learning rate in ROUNDS')
            step, now = step + 1, time.time()
            losses.append(loss)
            over = stop_after is not None and now - began > stop_after
            if step % 500 == 0 or step == steps:
                size = image_size(step, rounds)
                right = accuracy(sess, network, *held_out, size)
                log.add(step, step * BATCH, size, f'{rate:.2e}', f'{np.mean(losses):.4f}',
                        f'{right:.4f}', round(base + now - began))
                losses = []
            if now - saved > SAVE_EVERY or over or step == steps:
                saver.save(sess, str(folder / 'state'), network.step, write_meta_graph=False)
                saved = time.time()
            if over:
                return False
        tf.train.Saver(network.model).save(sess, str(folder / 'drawn_float32.ckpt'),
                                           write_state=False, write_meta_graph=False)
        return True


def same_settings(path, settings):
    """Write the settings of a new training; ValueError where one of other settings is there."""
    text = json.dumps(settings)
    if not path.exists():
        path.write_text(text)
    elif path.read_text() != text:
        raise ValueError(f'{path.parent} holds a training of {path.read_text()}, not of {text}: '
                         'choose another --out, or delete it')


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='Pre-train ResNet-v2-50 on drawn images.')
    parser.add_argument('--out', type=Path, default=ROOT / 'model' / 'pretrain', metavar='FOLDER',
                        help='pool, states, log and checkpoint (default: %(default)s)')
    parser.add_argument('--parts', type=int, default=122, help=f'pool, in {PART} images')
    parser.add_argument('--stop-after', type=float, metavar='SECONDS',
                        help='save the state and stop; the same command goes on later')
    args = parser.parse_args(argv)
    if args.parts <= HELD_OUT:
        parser.error(f'--parts must be above {HELD_OUT}: as many are held out')
    images, labels = pool(args.out / 'pool', args.parts, seed=0)
    if not train(args.out, ROUNDS, images, labels, args.stop_after):
        print('stopped; the same command goes on from here')
        return 0
    packed = args.out / 'resnet_v2_50_drawn.npz'
    pack(args.out / 'drawn_float32.ckpt', packed)
    print(f'packed, {packed.stat().st_size / 1e6:.1f} MB: {packed}. To use it, copy it to tf_ckpt/')
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
