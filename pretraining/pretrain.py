"""Make a checkpoint that ships with the course: draw the images, train, evaluate, pack.

    python -m pretraining.pretrain [--network mobilenet_v1_0.50_160]

The network is the notebook's, or the small one of exercise 4; the images are those of
drawing/source/source_task.py. If it is interrupted (a closed lid, a kill), the same command
resumes from the last saved state: batch k and the learning rate of step k are what they would have
been.
"""
import argparse
import csv
import io
import json
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
from course.checkpoints.read import restore_saved
from course.session import choose_precision, session_config, with_loss_scale
from course.whole_file import write_whole
from drawing.source.source_pool import PART, SIZE, pool
from drawing.source.source_task import CLASSES
from tf_model import zoo
from tf_model.classifier import HEAD, NETWORK, Classifier

BATCH = 64
WARM_UP = 500                   # steps until the largest learning rate of a round
DECAY = 1e-3                    # of the weights, times the learning rate
SAVE_EVERY = 300                # seconds
HELD_OUT = 2                    # parts of the pool


class Round(NamedTuple):
    """Part of the training, with a learning rate that rises and then falls to 0."""

    steps: int
    peak: float         # the largest learning rate
    stages: tuple       # pairs: up to this share of the steps, images of this many pixels a side


ROUNDS = (Round(15_800, 0.05, ((0.45, 48), (0.97, 64), (1.0, 96))),
          Round(7_000, 0.02, ((0.7, 64), (1.0, 96))))
SMALL = (Round(8_000, 0.05, ((0.6, 48), (1.0, 64))),)
#          network: parts of the pool, rounds
RECIPES = {NETWORK: (122, ROUNDS), 'mobilenet_v1_0.50_160': (24, SMALL)}


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
    """In each round: linearly up for WARM_UP steps, then along a cosine down to 0."""
    part, step = place(step, rounds)
    return part.peak * min(1, step / WARM_UP) * 0.5 * (1 + np.cos(np.pi * step / part.steps))


def random_view(image, size, may_flip, rng):
    """A random square of an image (S, S, 3), resized to size x size; perhaps mirrored, perhaps with
    its colour channels permuted."""
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


class ZooClassifier(Classifier):
    """A Classifier, but with any network of zoo.ZOO, and images of any size."""

    def __init__(self, network, n_classes):
        self.images = tf.placeholder(tf.uint8, (None, None, None, 3), 'images')
        self.labels = tf.placeholder(tf.int32, [None])
        self.is_training = tf.placeholder(tf.bool, [])
        self.rate = tf.placeholder(tf.float32, [])
        features, self.end_points = zoo.build(network, zoo.scale(network, self.images),
                                              self.is_training, batch_norm_decay=0.99)
        self.pooled = tf.reduce_mean(features, [1, 2])
        self.logits = slim.fully_connected(self.pooled, n_classes, activation_fn=None, scope=HEAD,
                                           weights_initializer=tf.zeros_initializer())
        self.loss = tf.losses.sparse_softmax_cross_entropy(self.labels, self.logits)
        self.trunk = slim.get_model_variables(zoo.find(network).scope)


def training_step(net):
    """(global step, one step of training): Nesterov momentum, decay of the weights, and BatchNorm's
    moving statistics."""
    step = tf.train.get_or_create_global_step()
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        momentum = with_loss_scale(
            tf.train.MomentumOptimizer(net.rate, 0.9, use_nesterov=True), choose_precision())
        descend = momentum.minimize(net.loss, step)
    with tf.control_dependencies([descend]):
        return step, tf.group([w.assign_sub(net.rate * DECAY * w, use_locking=True)
                               for w in tf.trainable_variables() if 'weights' in w.name])


def split(images, labels):
    """The pool as two pairs (images, labels): for training, and the first parts, held out."""
    cut = HELD_OUT * PART
    return (images[cut:], labels[cut:]), (images[:cut], labels[:cut])


def accuracy(sess, net, images, labels, size):
    """The share, 0 to 1, of images (N, SIZE, SIZE, 3) that are classified right at a size."""
    x = np.stack([cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)
                  for image in images])
    return net.accuracy(sess, x, labels)


class Log:
    """A CSV file with one row for each look at the training; rows after `step` are dropped.

    loss: mean since the row before, or since the state that the run resumed from. seconds: spent
    running, without what was lost between the last row and a stop.
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
        text = io.StringIO()
        writer = csv.DictWriter(text, self.COLUMNS, lineterminator='\n')
        writer.writeheader()
        writer.writerows(self.rows)
        write_whole(self.path, text.getvalue().encode())
        print('  '.join(f'{k} {v}' for k, v in self.rows[-1].items()), flush=True)


def train(folder, rounds, images, labels, stop_after=None, network=NETWORK):
    """Train all rounds, from the last state in folder if there is one.

    images, labels: the pool, see split. stop_after: seconds after which the state is saved and the
        function returns; None: never. network: a name in zoo.ZOO.

    Writes folder/log.csv and folder/state-*, and at the end folder/drawn_float32.ckpt. Returns
    whether the training is finished. Raises ValueError where folder holds a training with other
    rounds or another pool, FloatingPointError where the loss is not finite.
    """
    same_settings(folder / 'settings.json', {'rounds': rounds, 'images': len(labels),
                                            'network': network})
    steps = sum(part.steps for part in rounds)
    learn, held_out = split(images, labels)
    with tf.Graph().as_default(), ThreadPoolExecutor(1) as ahead, \
            tf.Session(config=session_config(choose_precision())) as sess:
        tf.set_random_seed(0)
        net = ZooClassifier(network, len(CLASSES))
        step_variable, update = training_step(net)
        saver = tf.train.Saver(max_to_keep=2, save_relative_paths=True)
        sess.run(tf.global_variables_initializer())
        states = tf.train.get_checkpoint_state(folder)
        if states:
            restore_saved(sess, saver, states.model_checkpoint_path)
            saver.recover_last_checkpoints(states.all_model_checkpoint_paths)
        step = int(sess.run(step_variable))
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
            _, loss = sess.run([update, net.loss], {net.images: x, net.labels: y,
                                                    net.is_training: True, net.rate: rate})
            if not np.isfinite(loss):
                raise FloatingPointError(f'The loss of step {step} is {loss}. The last state is '
                                         f'still in {folder}. Lower the learning rate in ROUNDS')
            step, now = step + 1, time.time()
            losses.append(loss)
            over = stop_after is not None and now - began > stop_after
            if step % 500 == 0 or step == steps:
                size = image_size(step, rounds)
                right = accuracy(sess, net, *held_out, size)
                log.add(step, step * BATCH, size, f'{rate:.2e}', f'{np.mean(losses):.4f}',
                        f'{right:.4f}', round(base + now - began))
                losses = []
            if now - saved > SAVE_EVERY or over or step == steps:
                saver.save(sess, str(folder / 'state'), step_variable, write_meta_graph=False)
                saved = time.time()
            if over:
                return False
        tf.train.Saver(net.trunk).save(sess, str(folder / 'drawn_float32.ckpt'),
                                       write_state=False, write_meta_graph=False)
        return True


def same_settings(path, settings):
    """Write a new training's settings. Raises ValueError where one with other settings is there."""
    text = json.dumps(settings)
    if not path.exists():
        path.write_text(text)
    elif path.read_text() != text:
        raise ValueError(f'{path.parent} holds a training with {path.read_text()}, not with '
                         f'{text}. Choose another --out, or delete it')


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='Pre-train a network on drawn images.')
    parser.add_argument('--network', choices=RECIPES, default=NETWORK)
    parser.add_argument('--out', type=Path, metavar='FOLDER', help='pool, states, log and '
                        'checkpoint (default: model/pretrain, or model/pretrain_NETWORK)')
    parser.add_argument('--parts', type=int, help=f'pool, in {PART} images '
                        f'(default: {RECIPES[NETWORK][0]}, fewer for a small network)')
    parser.add_argument('--stop-after', type=float, metavar='SECONDS',
                        help='save the state and stop; the same command resumes')
    args = parser.parse_args(argv)
    name = 'pretrain' if args.network == NETWORK else f'pretrain_{args.network}'
    parts, rounds = RECIPES[args.network]
    parts, out = args.parts or parts, args.out or ROOT / 'model' / name
    if parts <= HELD_OUT:
        parser.error(f'--parts must be more than {HELD_OUT}, which are held out')
    images, labels = pool(out / 'pool', parts, seed=0)
    if not train(out, rounds, images, labels, args.stop_after, args.network):
        print('stopped; the same command resumes from here')
        return 0
    packed = out / f'{args.network}_drawn.npz'
    pack(out / 'drawn_float32.ckpt', packed)
    print(f'packed, {packed.stat().st_size / 1e6:.1f} MB: {packed}. To use it, copy it to tf_ckpt/')
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
