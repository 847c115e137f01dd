"""Checks of the exercise another_network, one function for each task."""
import tempfile

import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim

from course.checkpoints.find import shapes_in_checkpoint
from exercises.checks.checking import (
    Wrong,
    check,
    expect,
    not_yet,
    numbers,
    returned,
    rounded,
    snapped,
)
from exercises.checks.features import alike, drawn, network_with, restored_features
from tf_model import zoo
from tf_model.restore import RESTORED, compare, restore

MEAN, NETWORK = np.array(zoo.IMAGENET_MEAN), 'mobilenet_v1_0.50_160'


@check
def choice(to_restore):
    """to_restore(scope) -> the variables of the trunk, in the current graph."""
    word = f'Net{numbers().integers(100, 1000)}'
    with tf.Graph().as_default():
        small_trunk(word)
        small_trunk(f'{word}b')
        scores = slim.fully_connected(tf.zeros([2, 4]), 3, scope='CLASS_1/logits')
        tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(scores) + sum(
            tf.reduce_sum(v) for v in tf.trainable_variables()))
        variables = returned('the variables to restore', to_restore(word))
    expect('it is a list', isinstance(variables, (list, tuple)), True, [
        (False, 'return a list, [v for v in ...]: a generator, (v for v in ...), is empty after '
                'the first use')])
    expect('the list holds variables', any(isinstance(v, str) for v in variables), False, [
        (True, 'these are names: return the variables themselves, v and not v.op.name')])
    got = sorted(v.op.name for v in variables)
    wanted = sorted([f'{word}/conv/weights', *(f'{word}/conv/BatchNorm/{kind}' for kind in (
        'beta', 'moving_mean', 'moving_variance'))])
    expect(f'the variables to restore for the scope {word}', got, wanted, [
        ([], f'none: the names begin with {word}/'),
        (lambda got: any('Momentum' in name for name in got),
         "the optimizer's variables are in the same scope: use model variables, "
         'slim.get_model_variables()'),
        (lambda got: not any('moving' in name for name in got),
         'the moving statistics of BatchNorm are missing: they are model variables, not trainable '
         'ones'),
        (lambda got: any('CLASS_1' in name for name in got),
         'the new classifier is in no checkpoint: it is for other classes'),
        (lambda got: any(f'{word}b' in name for name in got),
         f"{word}b also begins with {word}: a scope ends with a '/'")])


@check
def size(n_numbers):
    """n_numbers(variables) -> how many numbers they hold."""
    n = int(numbers().integers(5, 50))
    with tf.Graph().as_default():
        variables = [tf.get_variable(name, shape) for name, shape in
                     (('weights', [3, 3, 4, n]), ('biases', [n]), ('step', []))]
        try:
            got = returned('the number of numbers', n_numbers(variables))
            if isinstance(got, tf.Tensor) or np.ndim(got):
                not_yet('the number of numbers', ('got', repr(got)[:200]),
                        ('hint', 'return one number: sum(...)'))
            got = int(got)
        except TypeError as error:
            raise Wrong(f'{error}\nv.shape holds Dimensions, which are no ordinary numbers: '
                        'v.shape.num_elements(), or np.prod(v.shape.as_list())') from error
        expect('the count for a convolution, its biases and a single number', got, 37 * n + 1, [
            (3, 'that counts the variables; each holds as many numbers as the product of its '
                'shape: v.shape.num_elements()'),
            (37 * n, 'a variable with the shape [] is one number'),
            (10 + 2 * n, 'take the product of the shape, not the sum')])


@check
def scaling(scaled):
    """scaled(images, scaling) -> float images as a network was trained on them."""
    images = numbers().integers(20, 236, (1, 1, 2, 3)).astype(np.uint8)     # no black, no white
    x = images.astype(float)
    right = {zoo.MINUS_ONE_TO_ONE: x / 127.5 - 1, zoo.MINUS_MEAN: x - MEAN}
    with np.errstate(over='ignore'):
        for kind, wanted in right.items():
            got = np.asarray(returned('the scaled images', scaled(images, kind)))
            expect('the scaled images are numbers', got.dtype.kind in 'biuf', True, [
                (False, 'return an array of numbers')])
            expect(f'{kind}: two pixels, red, green, blue', listed(got), listed(wanted), [
                (listed(x / 255), 'that is 0 to 1: middle grey should be 0, and black -1'),
                (lambda got: any(np.allclose(got, listed(wrong), atol=2e-3) for wrong in (
                    x / x.max(), 2 * x / x.max() - 1, scaled_by_range(x))),
                 '255 is white whatever the images hold: divide by 127.5'),
                (listed(x / 127.5), 'that is 0 to 2: subtract 1'),
                (listed(right[zoo.MINUS_ONE_TO_ONE]), 'that is the other scaling: the argument '
                                                      '`scaling` says which one to use'),
                (listed(right[zoo.MINUS_MEAN]), 'that is the other scaling: the argument `scaling` '
                                                'says which one to use'),
                (listed(x - MEAN[::-1]), 'the three means are in the wrong order: 123.68 is of '
                                         "red. (VGG came from Caffe, with blue first; TF-Slim's "
                                         'wants red first)'),
                (listed(wanted[..., ::-1]), "red and blue are swapped: TF-Slim's networks want red "
                                            'first'),
                (lambda _, got=got: got.dtype.kind == 'u', 'uint8 has no negative numbers: convert '
                                                           'the images to float first')])


@check
def fitting(mismatch):
    """mismatch(batch_mean, moving_mean, moving_variance) -> how far apart, in deviations."""
    rng = numbers()
    mean, variance = rng.normal(0, 3, 3), rng.uniform(2, 16, 3)
    apart, deviation = rng.permutation([1, 1, -1]) * rng.uniform(1, 3, 3), np.sqrt(variance)
    wanted = np.mean(np.abs(apart) / deviation)
    got = returned('the mismatch of three channels', mismatch(mean + apart, mean, variance))
    expect('the shape of the mismatch', np.shape(got), (), [
        ((3,), 'average over the channels: np.mean')])
    expect('the mismatch of three channels', float(got), wanted, [
        (np.mean(np.abs(apart) / variance),
         'the variance is the square of the standard deviation: np.sqrt'),
        (np.mean(np.abs(apart)), 'divide by the standard deviation; otherwise channels with large '
                                 'numbers decide'),
        (lambda got: np.isclose(abs(got), abs(np.mean(apart / deviation))),
         'positive and negative differences cancel out: np.abs'),
        (3 * wanted, 'take the mean over the channels, not the sum'),
        (np.mean(np.abs(apart)) / np.mean(deviation),
         'divide channel by channel, then take the mean: in a ratio of two means, those with large '
         'numbers decide')])


@check
def renaming(rename_for):
    """rename_for(scope, names) -> {scope in the graph: scope in the checkpoint}, tried out."""
    for before in (f'student_{numbers().integers(100)}/model/', '', 'a/', 'Networks/'):
        with tempfile.TemporaryDirectory() as folder:
            with tf.Graph().as_default(), tf.Session() as sess:
                small_trunk(f'{before}Net')
                small_trunk(f'{before}AnotherNet')
                slim.fully_connected(tf.zeros([2, 4]), 9, scope=f'{before}Logits')
                sess.run(tf.global_variables_initializer())
                path = tf.train.Saver(tf.model_variables()).save(sess, f'{folder}/x.ckpt')
            shapes = shapes_in_checkpoint(path)
        try:
            rename = returned('the new names', rename_for('Net', sorted(shapes)))
        except (StopIteration, RuntimeError) as error:      # from elsewhere, the second
            raise Wrong(f'{error}\nNo name was found among {", ".join(sorted(shapes)[-4:])}'
                        ) from error
        expect('it is a dict', isinstance(rename, dict), True, [
            (False, '{scope in the graph: scope in the checkpoint}')])
        with tf.Graph().as_default():
            small_trunk('Net')
            table = compare(tf.model_variables(), shapes, rename)
        found = table[table.status == RESTORED].in_checkpoint.str.startswith(f'{before}Net/').sum()
        expect(f'how many of 4 variables are found in a checkpoint where Net is {before}Net',
               int(found), 4, [
                   (lambda _, was=before, new=rename: new == {f'{was}Net': 'Net'},
                    'the other way round: {scope in the graph: scope in the checkpoint}'),
                   (lambda _, was=before, new=rename: new == {'Net': was.rstrip('/')},
                    f'the scope in the checkpoint ends with the same word: {before}Net'),
                   (lambda _, was=before: was == 'Networks/',
                    'Net is also a part of the word Networks: look for a whole part of names such '
                    'as Networks/Net/conv/weights, name.split("/")'),
                   (lambda _, new=rename: 'AnotherNet' in str(new),
                    "AnotherNet only ends like Net: a scope begins after a '/', or where the name "
                    'begins'),
                   (lambda _: True, f'you returned {rename}; names in the checkpoint are '
                                    + ', '.join(sorted(shapes)[-2:]))])


@check
def features(features_from):
    """features_from(path, images) -> those of the shipped checkpoint, under other names."""
    images = numbers().integers(0, 256, (3, 8, 8, 3)).astype(np.uint8).repeat(8, 1).repeat(8, 2)
    scope, there = zoo.find(NETWORK).scope, f'student_{numbers().integers(100)}/model'
    with tempfile.TemporaryDirectory() as folder:
        with tf.Graph().as_default(), tf.Session() as sess:
            with tf.variable_scope(there):
                maps, _ = zoo.build(NETWORK, tf.constant(images / 127.5 - 1, tf.float32),
                                    is_training=False)
            restore(sess, tf.model_variables(), drawn(NETWORK), {f'{there}/{scope}': scope})
            saver = tf.train.Saver(tf.model_variables())
            path = saver.save(sess, f'{folder}/x.ckpt')
            sess.run([v.assign(v + 0.1) for v in tf.model_variables() if 'beta' in v.op.name])
            altered = saver.save(sess, f'{folder}/altered.ckpt')
            wanted = sess.run(tf.reduce_mean(maps, [1, 2]))
        restored_features(lambda: features_from(path, images), images, NETWORK,
                          '`scaled` with known.scaling')
        got = np.asarray(features_from(altered, images))
    expect('the features of a checkpoint with other numbers', alike(got, wanted), True, [
        (lambda _: alike(got, network_with(NETWORK)(images / 127.5 - 1)[0]),
         'these are the features of another checkpoint: use `path`'),
        (lambda _: True, 'is everything restored from `path`?')])


@check
def head(classifier):
    """classifier(features, y_true, num_class) -> (loss, probabilities)."""
    rng = numbers()
    maps, y = rng.normal(0, 2, (6, 3, 3, 4)).astype(np.float32), np.eye(5)[[0, 1, 2, 3, 4, 0]]
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(0)
        loss, probabilities = returned('what classifier returns', classifier(
            tf.constant(maps), tf.constant(y, tf.float32), 5), 'loss', 'probabilities')
        expect('the dimensions of the loss and of the probabilities',
               [loss.shape.ndims, probabilities.shape.ndims], [0, 2], [
                   ([2, 0], 'return the loss first, then the probabilities'),
                   ([0, 4], 'take the mean of the features over height and width first, [1, 2]')])
        sess.run(tf.global_variables_initializer())
        # the layer's own variables, whatever they are called
        weights = [v for v in tf.trainable_variables() if v.shape.ndims == 2]
        expect('the shapes of the weight matrices, features by classes',
               [v.shape.as_list() for v in weights], [[4, 5]], [
                   (lambda got: True, 'build one dense layer, on the mean of the features over '
                                      'height and width')])
        names = sorted(v.op.name for v in tf.trainable_variables())
        expect('the variables in other scopes than CLASS_1',
               [name for name in names if not name.startswith('CLASS_1/')], [], [
                   (lambda got: True, "the scope is missing: scope='CLASS_1/logits'")])
        expect('the shapes of the biases',
               [v.shape.as_list() for v in tf.trainable_variables() if v.shape.ndims == 1], [[5]], [
                   ([], 'the dense layer also has a bias, one number for each class')])
        sess.run(weights[0].assign(3 * rng.normal(0, 1, (4, 5)).astype(np.float32)))
        got_loss, got_prob, matrix = sess.run([loss, probabilities, weights[0]])
    scores = maps.mean((1, 2)) @ matrix
    prob = softmax(scores)
    expect('the probabilities of the first image', snapped(got_prob[0], prob[0], 1e-4),
           rounded(prob[0]), [
               (rounded(softmax(np.maximum(scores, 0))[0]),
                "slim's dense layer has a ReLU unless you pass activation_fn=None: no class could "
                'get a score below 0'),
               (rounded(softmax(prob)[0]), 'softmax twice: all probabilities are nearly the same'),
               (rounded(scores[0]), 'these are the scores: apply tf.nn.softmax')])
    right = cross_entropy(prob, y)
    expect('the loss', snapped(got_loss, right, 1e-4), rounded(right), [
        (lambda got: abs(got - cross_entropy(softmax(prob), y)) < 0.002,
         'softmax twice: tf.losses.softmax_cross_entropy expects scores and applies softmax '
         'itself. With probabilities it learns too, but slowly, and never gets close to 0'),
        (lambda got: abs(got - cross_entropy(softmax(np.maximum(scores, 0)), y)) < 0.002,
         "slim's dense layer has a ReLU unless you pass activation_fn=None")])


def small_trunk(scope):
    """One convolution with BatchNorm: weights, beta, moving_mean, moving_variance."""
    return slim.conv2d(tf.zeros([1, 4, 4, 3]), 4, 3, normalizer_fn=slim.batch_norm,
                       scope=f'{scope}/conv')


def scaled_by_range(x):
    """The darkest value becomes -1, the lightest 1."""
    return 2 * (x - x.min()) / (x.max() - x.min()) - 1


def softmax(scores):
    e = np.exp(scores - scores.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def cross_entropy(prob, y):
    return float(-np.mean(np.log(np.sum(prob * y, axis=1))))


def listed(values):
    return np.round(np.asarray(values, float).reshape(-1, 3), 3).tolist()
