"""Checks of the exercise layer_transfer, one function for each task."""
import re

import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim

from exercises.checks.checking import chosen, expect, numbers, returned
from tf_model.resnet_v2 import SCOPE, STAGES, resnet_v2_50

SMALL = [(f'block{nth}', 8, 1, 2) for nth in (1, 2, 3, 4)]
FROZEN_STAGES = 'conv1', 'block1', 'block2'
UNIT = 'unit_1/bottleneck_v2'
NAMES = ['resnet_v2_50/conv1/weights', f'resnet_v2_50/block1/{UNIT}/conv1/weights',
         f'resnet_v2_50/block1/{UNIT}/preact/gamma', f'resnet_v2_50/block2/{UNIT}/conv3/biases',
         f'resnet_v2_50/block3/{UNIT}/conv1/weights', f'resnet_v2_50/block4/{UNIT}/conv2/weights',
         'resnet_v2_50/postnorm/beta', 'CLASS_1/logits/weights']


def expression(frozen):
    """A regular expression that matches, by re.match, the names of conv1, block1 and block2."""
    matched = [name for name in NAMES if re.match(frozen, name)]
    expect('which of eight variables are frozen', matched, NAMES[:4], [
        ([], 're.match begins at the first letter, and every name begins with resnet_v2_50/'),
        (lambda got: NAMES[4] in got, 'each unit has a conv1 of its own, in block3 and block4 too: '
                                      'let the expression begin with resnet_v2_50/'),
        (lambda got: got == NAMES[1:4],
         'and conv1, below block1? A fixed block over a changing layer is fixed in name only: what '
         'it is fed keeps changing'),
        (lambda got: NAMES[5] in got, 'block4 must learn: [12] is a single digit, 1 or 2'),
        (lambda got: NAMES[3] not in got, 'block2 must be frozen too')])


def what_moved(moved):
    """moved(before, after) -> the set of names whose values are not the same."""
    swapped, millionth, one, *same = numbers().permutation(list('abcdefgh')).tolist()
    before = {swapped: np.array([[0.5, 0.25]]), millionth: np.array(7.0), one: np.zeros(4),
              **{name: np.array([1.0, 2, 3]) for name in same}}
    after = {swapped: np.array([[0.25, 0.5]]), millionth: np.array(7.0 + 1e-6),
             one: np.array([0, 0, 1.0, 0]), **{name: np.array([1.0, 2, 3]) for name in same}}
    got = returned('the variables that moved', moved(before, after))
    expect('the variables that moved', set(got), {swapped, millionth, one}, [
        (set(same), 'these are the ones that stayed the same'),
        (lambda got: swapped not in got,
         f'two values of {swapped} changed places: its mean is the same, {swapped} is not. Compare '
         'number by number'),
        (lambda got: one not in got, 'one number is enough: np.any(x != y), not np.all'),
        (lambda got: millionth not in got, 'a millionth is a change too, and after thousands of '
                                           'steps a large one: compare with ==, not np.allclose')])


def why_moved(answer):
    chosen('why they moved', answer, 'b', [
        ('a', 'then the weights would have moved too, and none of them did'),
        ('c', 'they are not among tf.trainable_variables(): no gradient is computed for them'),
        ('d', 'restore ran before the values `before` were taken'),
        (lambda got: got not in ('a', 'b', 'c', 'd'), "choose one letter: 'a', 'b', 'c' or 'd'")])


def updates(updates_to_keep):
    """updates_to_keep(update_ops) -> those that do not belong to conv1, block1 and block2."""
    with tf.Graph().as_default():
        small_network(lambda stage, is_training: is_training)
        ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        kept = [op.name for op in returned('the updates to keep', updates_to_keep(ops))]
    wanted = [op.name for op in ops if op.name.split('/')[1] not in FROZEN_STAGES]
    expect('parts whose statistics still move', sorted({name.split('/')[1] for name in kept}),
           ['block3', 'block4', 'postnorm'], [
               ([], 'none is left: block3, block4 and postnorm learn, and their statistics must '
                    'follow, or the test uses those of the old weights'),
               (lambda got: 'block1' in got or 'block2' in got,
                'the frozen blocks are still there: op.name begins like the name of a variable')])
    expect('the number of updates that are kept', len(kept), len(wanted), [
        (lambda got: True, 'each BatchNorm of block3, block4 and postnorm has two: keep both, and '
                           "those of the units' own conv1 as well")])


def dependence(depends_on_batch):
    """depends_on_batch(output_of, images) -> greatest change of the first image's output."""
    unit = int(numbers().integers(1, 100))
    images = unit * np.arange(24.0).reshape(4, 2, 3)
    for what, output_of, wanted in (
            ('a layer that treats each image separately', lambda x: 2 * x, 0.0),
            ('a layer that subtracts the mean of the batch', lambda x: x - x.mean(0), 9.0 * unit),
            ('a layer that does so for some numbers', lambda x: x - [0, 0, 0.5] * x.mean(0),
             4.5 * unit)):
        got = returned(what, depends_on_batch(output_of, images))
        expect(what, round(float(got), 6), wanted, [
            (lambda got: got < 0, 'a difference may be negative: np.abs'),
            (lambda got: got > 9 * unit, 'the greatest difference, not their sum; and between two '
                                  'outputs for the first image, in the batch and alone'),
            (1.5 * unit, 'the greatest difference, not the mean of them: np.max'),
            (lambda got: True, 'compare output_of(images)[0] with output_of(images[:1])[0]')])


def batch_norm_mode(mode):
    """Measured in a small network of the same stages: what moves, and what depends on the batch."""
    rng = numbers()
    images = rng.uniform(-1, 1, (6, 32, 32, 3)).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(0)
        fed, is_training, outputs = small_network(
            lambda stage, training: returned(f'mode({stage!r}, ...)', mode(stage, training)))
        updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        statistics = [v for v in tf.model_variables() if 'moving_' in v.name]
        sess.run(tf.global_variables_initializer())
        before = sess.run(statistics)
        for _ in range(3):
            sess.run([outputs['postnorm'], updates], {fed: images, is_training: True})
        after = sess.run(statistics)
        moved = {v.op.name.split('/')[1] for v, b, a in zip(statistics, before, after)
                 if np.any(a != b)}
        expect('parts whose statistics move in training', sorted(moved),
               ['block3', 'block4', 'postnorm'], [
                   ([], 'all of them are in inference mode: what learns needs the statistics of '
                        'its batches, return is_training for it'),
                   (lambda got: 'block1' in got or 'block2' in got,
                    'a frozen stage must be in inference mode whatever is_training says: return '
                    'False for it'),
                   (['block3', 'block4'], 'postnorm comes after block4, and learns')])
        for stage, training, wanted in (('block2', True, False), ('postnorm', True, True),
                                        ('postnorm', False, False)):
            alone, among = (sess.run(outputs[stage], {fed: x, is_training: training})[0]
                            for x in (images[:1], images))
            depends = bool(np.abs(alone - among).max() > 1e-3)
            expect(f'is_training {training}: whether the output of {stage} depends on the other '
                   'images of the batch', depends, wanted, [
                       (lambda got, training=training: got and not training,
                        'True for what learns means training mode for ever: return is_training, '
                        'which is False in the test')])


def small_network(mode):
    """(images, is_training, {stage: output}) of the network with one narrow unit per block."""
    images = tf.placeholder(tf.float32, [None, 32, 32, 3])
    is_training = tf.placeholder(tf.bool, [])
    features, end_points = resnet_v2_50(
        images, {stage: mode(stage, is_training) for stage in STAGES}, blocks=SMALL)
    slim.fully_connected(tf.reduce_mean(features, [1, 2]), 2, scope='CLASS_1/logits')
    return images, is_training, {stage: end_points[f'{SCOPE}/{stage}'] for stage in STAGES}
