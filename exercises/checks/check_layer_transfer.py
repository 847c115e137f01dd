"""Checks of the exercise layer_transfer, one function for each task."""
import re

import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim

from exercises.checks.checking import Wrong, check, chosen, expect, numbers, returned
from tf_model.resnet_v2 import SCOPE, STAGES, resnet_v2_50

SMALL = [(f'block{nth}', 8, 1, 2) for nth in (1, 2, 3, 4)]
UNIT = 'unit_1/bottleneck_v2'
NAMES = ['resnet_v2_50/conv1/weights',
         *(f'resnet_v2_50/block{nth}/{UNIT}/{name}' for nth in (1, 2, 3, 4)
           for name in ('conv1/weights', 'preact/gamma', 'conv3/biases')),
         'resnet_v2_50/postnorm/beta', 'CLASS_1/logits/weights']


def a_freeze():
    """(block1, block2 or block3, the frozen stages, those that learn)."""
    nth = int(numbers().integers(1, 4))
    return f'block{nth}', STAGES[:nth + 1], STAGES[nth + 1:]


def stage_of(name):
    return name.split('/')[1]


@check
def expression(frozen_names):
    """frozen_names(freeze) -> a regular expression for re.match."""
    chosen_one, *_ = a_freeze()
    for freeze in dict.fromkeys([chosen_one, 'block1', 'block3', 'block4', 'conv1', 'postnorm']):
        frozen = STAGES[:STAGES.index(freeze) + 1]
        got = returned(f'the expression for {freeze!r}', frozen_names(freeze))
        expect('the expression is text', isinstance(got, str), True, [
            (False, "return the text of the expression, such as r'resnet_v2_50/...': re.match "
                    'comes later')])
        try:
            matched = {name for name in NAMES if re.match(got, name)}
        except re.error as error:
            raise Wrong(f'{got!r} is not a regular expression: {error}') from error
        wanted = {name for name in NAMES if name[:6] == 'resnet' and stage_of(name) in frozen}
        hints = mistakes(got, freeze, matched, wanted)
        expect(f'freeze = {freeze!r}: frozen variables that it misses', sorted(wanted - matched),
               [], hints)
        expect(f'freeze = {freeze!r}: other variables that it matches', sorted(matched - wanted),
               [], hints)


def mistakes(expression, freeze, matched, wanted):
    """Hints for an expression: pairs (whether that is the mistake, text)."""
    def when(true, text):
        return lambda got: true, text

    outside, before = expression, ''
    while outside != before:                    # without what is in parentheses
        outside, before = re.sub(r'\([^()]*\)', '', outside), outside
    missing, too_many = wanted - matched, matched - wanted
    return [
        when(not matched, 're.match begins at the first letter, and every name begins with '
                          'resnet_v2_50/. In an f-string, {...} holds the name of a stage'),
        when(len(matched) == len(NAMES), 'that matches every name'),
        when(too_many and all(name.endswith('conv1/weights') for name in too_many),
             'each unit has a conv1 of its own, in all blocks: let the expression begin with '
             'resnet_v2_50/'),
        when('|' in outside, 'a|b|c separates whole expressions: put the stages in parentheses, '
                             'resnet_v2_50/(conv1|block1)/'),
        when(freeze[:5] != 'block', f'freeze may be any of STAGES, {freeze} too: take the stages '
                                    'from that list'),
        when(NAMES[0] in missing, 'and conv1, below block1? A fixed block over a changing layer is '
                                  'fixed in name only: what it is fed keeps changing'),
        when(missing, f'{freeze} and every stage below it, STAGES[:STAGES.index(freeze) + 1], all '
                      'their variables'),
        when(too_many, f'what is above {freeze} must learn')]


@check
def what_moved(moved):
    """moved(before, after) -> the set of names whose values are not the same."""
    swapped, billionth, one, fallen, *same = numbers().permutation(list('abcdefgh')).tolist()
    before = {swapped: np.array([[0.5, 0.25]]), billionth: np.array(7.0), one: np.zeros(4),
              fallen: np.array([2.0, 1.0]), **{name: np.array([1.0, 2, 3]) for name in same}}
    after = {swapped: np.array([[0.25, 0.5]]), billionth: np.array(7.0 + 1e-9),
             one: np.array([0, 0, 1.0, 0]), fallen: np.array([1.5, 0.5]),
             **{name: np.array([1.0, 2, 3]) for name in same}}
    got = returned('the variables that moved', moved(before, after))
    try:
        got = set(got)
    except TypeError as error:                  # a number
        raise Wrong(f'moved returned {got!r}: return a set of names') from error
    expect('the variables that moved', got, {swapped, billionth, one, fallen}, [
        (set(same), 'these are the ones that stayed the same'),
        (lambda got: swapped not in got,
         f'two values of {swapped} changed places: its mean is the same, {swapped} is not. Compare '
         'number by number'),
        (lambda got: one not in got, 'one number is enough: np.any(x != y), not np.all'),
        (lambda got: fallen not in got, f'the values of {fallen} only fell, and that is a change '
                                        'too: compare with !=, or take np.abs of the difference'),
        (lambda got: billionth not in got, 'a billionth is a change too, and after thousands of '
                                           'steps a large one: compare with !=, not np.allclose')])


def why_moved(answer):
    chosen('why they moved', answer, 'b', [
        ('a', 'then the weights would have moved too, and none of them did'),
        ('c', 'they are not among tf.trainable_variables(): no gradient is computed for them'),
        ('d', 'restore ran before the values `before` were taken'),
        (lambda got: got not in ('a', 'b', 'c', 'd'), "choose one letter: 'a', 'b', 'c' or 'd'")])


@check
def judgement(verdict):
    """verdict(first, second) -> 'better', 'worse' or 'cannot tell', by McNemar's test."""
    rng = numbers()
    extra = int(rng.integers(0, 4))
    for only_second, only_first, wanted in (
            (9 + extra, 0, 'better'), (1, 12 + extra, 'worse'), (30 + extra, 12, 'better'),
            (26 + extra, 20, 'cannot tell'), (3 + extra, 4 + extra, 'cannot tell'),
            (0, 0, 'cannot tell')):
        first, second = on_the_same_images(rng, only_first, only_second)
        n, unpaired = len(first), 1.96 * np.sqrt(first.var() / 200 + second.var() / 200)
        difference = second.mean() - first.mean()
        b_c, bounds = only_second - only_first, 1.96 * np.sqrt(only_second + only_first)
        figures = (f'. b - c = {b_c}, the bounds are ±{bounds:.1f}: '
                   f'{"within" if abs(b_c) <= bounds else "outside"}, so {wanted!r}')
        got = returned('the verdict', verdict(first, second))
        hints = [
            (lambda got: got not in ('better', 'worse', 'cannot tell'),
             "return 'better', 'worse' or 'cannot tell'"),
            ({'better': 'worse', 'worse': 'better'}.get(wanted),
             'the other way round: the verdict is on the second, compared with the first'),
            (lambda got, wanted=wanted: wanted == 'cannot tell',
             'a difference as small as this comes about by chance too: compare b - c with '
             '1.96 √(b + c)'),
            (lambda got, d=difference, u=unpaired: abs(d) < u,
             'both answered the same images: count those on which they disagree, b and c. '
             'Two intervals of accuracies are too wide'),
            (lambda got: True, 'b - c lies outside ±1.96 √(b + c): that is more than chance')]
        expect(f'{n} images: {first.mean():.1%} right, then {second.mean():.1%}; {only_second} '
               f'right only then, {only_first} only before', got, wanted,
               [(mistake, hint + figures) for mistake, hint in hints])


def on_the_same_images(rng, only_first, only_second, n=200):
    """Two bool arrays (n,) that differ in so many images; of the rest most are right in both."""
    both = np.repeat([(True, False), (False, True), (True, True), (False, False)],
                     (only_first, only_second, 140, n - 140 - only_first - only_second), axis=0)
    first, second = rng.permutation(both).T
    return first, second


@check
def updates(updates_to_keep):
    """updates_to_keep(update_ops, freeze) -> those of the stages that learn."""
    freeze, frozen, learning = a_freeze()
    with tf.Graph().as_default():
        small_network(lambda stage, is_training: is_training)
        ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        kept = [getattr(op, 'name', op) for op in
                returned('the updates to keep', updates_to_keep(list(ops), freeze))]
    wanted = [op.name for op in ops if stage_of(op.name) in learning]
    expect(f'freeze = {freeze!r}: parts whose statistics still move',
           sorted({stage_of(name) for name in kept}), sorted({stage_of(n) for n in wanted}), [
               ([], 'none is left: what is above the frozen part learns, and its statistics must '
                    'follow, or the test uses those of the old weights'),
               (sorted({stage_of(op.name) for op in ops} & set(frozen)),
                'these are the ones to leave out: keep the others'),
               (lambda got: set(got) & set(frozen),
                'updates of the frozen part are still there: match op.name with '
                'frozen_names(freeze), and do not remove from a list while you loop over it: every '
                'second one is skipped'),
               (lambda got: True, 'what is above the frozen part keeps its updates, up to '
                                  'postnorm')])
    expect('the number of updates that are kept', len(kept), len(wanted), [
        (lambda got: True, 'each BatchNorm of the stages that learn has two: keep both, and '
                           "those of the units' own conv1 as well")])


@check
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


@check
def batch_norm_mode(mode):
    """Measured in a small network of the same stages: what moves, and what depends on the batch."""
    freeze, frozen, learning = a_freeze()
    rng = numbers()
    images = rng.uniform(-1, 1, (6, 32, 32, 3)).astype(np.float32)

    def asked(stage, is_training):
        try:
            got = returned(f'mode({stage!r}, is_training, {freeze!r})',
                           mode(stage, is_training, freeze))
        except TypeError as error:
            if 'not allowed' not in str(error):
                raise
            raise Wrong('is_training is a placeholder and has no value yet: return it as it is, or '
                        'a constant') from error
        if not isinstance(got, (bool, np.bool_, tf.Tensor)):
            raise Wrong(f'mode({stage!r}, is_training, {freeze!r}) is {got!r}: return False, or '
                        'is_training itself')
        return got

    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(0)
        fed, is_training, outputs = small_network(asked)
        updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        statistics = [v for v in tf.model_variables() if 'moving_' in v.name]
        sess.run(tf.global_variables_initializer())
        before = sess.run(statistics)
        for _ in range(3):
            sess.run([outputs['postnorm'], updates], {fed: images, is_training: True})
        after = sess.run(statistics)
        moved = {stage_of(v.op.name) for v, b, a in zip(statistics, before, after)
                 if np.any(a != b)}
        expect(f'freeze = {freeze!r}: parts whose statistics move in training', sorted(moved),
               sorted(learning), [
                   ([], 'all of them are in inference mode: what learns needs the statistics of '
                        'its batches, return is_training for it'),
                   (sorted({stage_of(v.op.name) for v in statistics} & set(frozen)),
                    'the other way round: the frozen stages are the ones in inference mode'),
                   (lambda got: set(got) & set(frozen),
                    'a frozen stage must be in inference mode whatever is_training says: return '
                    f'False for {freeze} and all that is below it'),
                   (lambda got: 'postnorm' not in got, 'postnorm comes after block4, and learns'),
                   (lambda got: True, f'what is above {freeze} learns: return is_training for '
                                      'it')])
        for stage, training, wanted in ((freeze, True, False), ('postnorm', True, True),
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
