"""Checks of the exercise another_network, one function for each task."""
import tempfile

import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim

from course.checkpoints.find import shapes_in_checkpoint
from exercises.checks.checking import Wrong, expect, numbers, returned, rounded, snapped
from tf_model import zoo
from tf_model.restore import RESTORED, compare

MEAN = np.array(zoo.IMAGENET_MEAN)


def choice(to_restore):
    """to_restore(scope) -> the variables of the trunk, in the current graph."""
    with tf.Graph().as_default():
        small_trunk('Net')
        small_trunk('Net2')
        scores = slim.fully_connected(tf.zeros([2, 4]), 3, scope='CLASS_1/logits')
        tf.train.AdamOptimizer().minimize(tf.reduce_sum(scores) + sum(
            tf.reduce_sum(v) for v in tf.trainable_variables()))
        variables = returned('the variables to restore', to_restore('Net'))
    expect('the list holds variables', any(isinstance(v, str) for v in variables), False, [
        (True, 'these are names: return the variables themselves, v and not v.op.name')])
    got = sorted(v.op.name for v in variables)
    wanted = sorted(['Net/conv/weights', *(f'Net/conv/BatchNorm/{kind}' for kind in (
        'beta', 'moving_mean', 'moving_variance'))])
    expect('the variables to restore for the scope Net', got, wanted, [
        (lambda got: any('Adam' in name for name in got),
         "the optimizer's variables are in the same scope: use model variables, "
         'slim.get_model_variables()'),
        (lambda got: not any('moving' in name for name in got),
         'the moving statistics of BatchNorm are missing: they are model variables, not trainable '
         'ones'),
        (lambda got: any('CLASS_1' in name for name in got),
         'the new classifier is in no checkpoint: it is for other classes'),
        (lambda got: any('Net2' in name for name in got),
         "Net2 also begins with Net: a scope ends with a '/'")])


def size(n_numbers):
    """n_numbers(variables) -> how many numbers they hold."""
    n = int(numbers().integers(5, 50))
    with tf.Graph().as_default():
        variables = [tf.get_variable(name, shape) for name, shape in
                     (('weights', [3, 3, 4, n]), ('biases', [n]), ('step', []))]
        try:
            got = int(returned('the number of numbers', n_numbers(variables)))
        except TypeError as error:
            raise Wrong(f'{error}\nv.shape holds Dimensions, which are no ordinary numbers: '
                        'v.shape.num_elements(), or np.prod(v.shape.as_list())') from error
        expect('the count for a convolution, its biases and a single number', got, 37 * n + 1, [
            (3, 'that counts the variables; each holds as many numbers as the product of its '
                'shape: v.shape.num_elements()'),
            (37 * n, 'a variable with the shape [] is one number'),
            (10 + 2 * n, 'take the product of the shape, not the sum')])


def scaling(scaled):
    """scaled(images, scaling) -> float images as a network was trained on them."""
    images = np.append([0, 255], numbers().integers(0, 256, 4)).astype(np.uint8)
    images = images.reshape(1, 1, 2, 3)
    x = images.astype(float)
    right = {zoo.MINUS_ONE_TO_ONE: x / 127.5 - 1, zoo.MINUS_MEAN: x - MEAN}
    with np.errstate(over='ignore'):
        for kind, wanted in right.items():
            got = np.asarray(returned('the scaled images', scaled(images, kind)))
            expect(f'{kind}: two pixels, red, green, blue', listed(got), listed(wanted), [
                (listed(x / 255), 'that is 0 to 1: middle grey should be 0, and black -1'),
                (listed(right[zoo.MINUS_ONE_TO_ONE]), 'that is the other scaling: the argument '
                                                      '`scaling` says which one to use'),
                (listed(right[zoo.MINUS_MEAN]), 'that is the other scaling: the argument `scaling` '
                                                'says which one to use'),
                (listed(x - MEAN[::-1]), 'the three means are in the wrong order: 123.68 is of '
                                         "red. (VGG came from Caffe, with blue first; TF-Slim's "
                                         'wants red first)'),
                (listed(wanted[..., ::-1]), "red and blue are swapped: TF-Slim's networks want red "
                                            'first'),
                (lambda got: np.min(got) >= 0, 'uint8 has no negative numbers: convert the '
                                               'images to float first')])


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
        (3 * wanted, 'take the mean over the channels, not the sum')])


def renaming(rename_for):
    """rename_for(scope, names) -> {scope in the graph: scope in the checkpoint}, tried out."""
    before = f'student_{numbers().integers(100)}/model'
    with tempfile.TemporaryDirectory() as folder:
        with tf.Graph().as_default(), tf.Session() as sess:
            small_trunk(f'{before}/Net')
            slim.fully_connected(tf.zeros([2, 4]), 9, scope=f'{before}/Logits')
            sess.run(tf.global_variables_initializer())
            path = tf.train.Saver(tf.model_variables()).save(sess, f'{folder}/x.ckpt')
        shapes = shapes_in_checkpoint(path)
        with tf.Graph().as_default():
            small_trunk('Net')
            rename = returned('the new names', rename_for('Net', sorted(shapes)))
            table = compare(tf.model_variables(), shapes, rename)
    expect('how many of 4 variables are found in a checkpoint with other names',
           int((table.status == RESTORED).sum()), 4, [
               (lambda got: rename == {f'{before}/Net': 'Net'},
                'the other way round: {scope in the graph: scope in the checkpoint}'),
               (lambda got: rename == {'Net': before},
                f'the scope in the checkpoint ends with the same word: {before}/Net'),
               (lambda got: True, f'you returned {rename}; names in the checkpoint are '
                                  + ', '.join(sorted(shapes)[-2:]))])


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


def softmax(scores):
    e = np.exp(scores - scores.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def cross_entropy(prob, y):
    return float(-np.mean(np.log(np.sum(prob * y, axis=1))))


def listed(values):
    return np.round(np.asarray(values, float).reshape(-1, 3), 3).tolist()
