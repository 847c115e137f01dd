"""Checks of the exercise tensorflow_basics, one function for each task."""
import os
import tempfile
from unittest.mock import patch

import numpy as np
import tensorflow.compat.v1 as tf

from exercises.checks.checking import Wrong, expect, returned

X = np.array([-1.0, -0.5, 0.25, 1.0, 2.0])
RAN_AWAY = (lambda got: not np.isfinite(got).all(),
            'it ran away: either it goes uphill, or the step is too large (do you use the learning '
            'rate that was passed in?)')
SHAPES = [(64, 25), (25,), (25, 25), (25,), (25, 25), (25,), (25, 10), (10,)]


def parabola(a, b, c, x=X):
    return a * x ** 2 + b * x + c


def gradient(gradient):
    """gradient(a, b, c, x, y) -> three derivatives, compared with central differences."""
    y, guess, step = parabola(6, -4, 1), np.array([1.0, 2, 3]), 1e-5

    def loss(guess):
        return np.mean((parabola(*guess) - y) ** 2)

    wanted = np.array([(loss(guess + step * e) - loss(guess - step * e)) / (2 * step)
                       for e in np.eye(3)])
    expect('the derivatives with respect to a, b and c at a = 1, b = 2, c = 3',
           gradient(*guess, X, y), wanted, [
        (wanted / 2, 'the square gives a factor of 2'),
        (wanted * len(X), 'that is the gradient of the sum of the squares; take the mean'),
        (wanted * len(X) / 2, 'the square gives a factor of 2; and take the mean, not the sum'),
        (-wanted, 'the sign is reversed: the error is the guess minus y'),
        (wanted[::-1], 'return them in the order a, b, c'),
        (lambda got: np.shape(got) != (3,), 'three numbers: take the mean over the points'),
        (lambda got: np.isclose(got[2], wanted[2]),
         'the last one is right. By the chain rule, multiply each error by x ** 2 for a, and by x '
         'for b')])


def descend(descend):
    """descend(x, y, n_steps, learning_rate) -> a, b, c, from 0, 0, 0."""
    y = parabola(6, -4, 1)
    one = one_step(y)
    expect('a, b, c after one step of 0.1', descend(X, y, 1, 0.1), one, [
        (-one, 'that is uphill: subtract the gradient'),
        (np.zeros(3), 'nothing has moved: replace the old values by the new ones'),
        (one / 0.1, 'multiply by the learning rate')])
    with np.errstate(over='ignore', invalid='ignore'):
        got = np.round(descend(X, y, 3000, 0.1), 3)
    expect('a, b, c after 3,000 steps', got, [6, -4, 1], [
        (np.round(one, 3), 'that is one step only'), RAN_AWAY])


def one_step(y):
    """a, b, c after one step of 0.1 from 0, 0, 0."""
    return 0.1 * 2 * np.array([np.mean(y * X ** 2), np.mean(y * X), np.mean(y)])


def with_optimizer(fit):
    """fit(x, y, n_steps, learning_rate) -> a, b, c by TensorFlow."""
    y, optimizer = parabola(6, -4, 1), tf.train.GradientDescentOptimizer
    with patch.object(optimizer, 'apply_gradients', autospec=True,
                      side_effect=optimizer.apply_gradients) as applied:
        one = fitted(fit, y, 1)
    expect('a, b, c after one step of 0.1', np.round(one, 4), np.round(one_step(y), 4), [
        ([0, 0, 0], 'nothing has moved: run the update in each step'),
        (np.round(one_step(y)[::-1], 4), 'return them in the order a, b, c'),
        (lambda got: np.allclose(np.abs(got), 0.1, atol=1e-3),
         'each of the three moved by just the learning rate, as Adam does: use '
         'tf.train.GradientDescentOptimizer'),
        (lambda got: True, 'start from 0, 0, 0, and pass the learning rate to '
                           'tf.train.GradientDescentOptimizer')])
    expect('tf.train.GradientDescentOptimizer computes the update', applied.called, True, [
        (False, 'the numbers are right, but here TensorFlow is to find the gradient: '
                'tf.train.GradientDescentOptimizer(learning_rate).minimize(loss)')])
    expect('a, b, c after 3,000 steps', np.round(fitted(fit, y, 3000), 2), [6, -4, 1], [
        (np.round(one, 2), 'that is one step only')])


def fitted(fit, y, n_steps):
    """a, b, c as numbers, or Wrong."""
    try:
        got = returned(f'a, b, c after {n_steps:,} step(s)', fit(X, y, n_steps, 0.1))
    except tf.errors.FailedPreconditionError as error:
        raise Wrong('a variable has no value yet: run tf.global_variables_initializer() '
                    'first') from error
    if any(isinstance(value, (tf.Tensor, tf.Variable)) for value in np.ravel(got)):
        raise Wrong('these are tensors: places in the plan, not numbers. sess.run gives numbers')
    return np.array(got, float)


def prepare(prepare):
    """prepare(x, y, n_train, seed) -> train_x, train_y, test_x, test_y."""
    y = np.repeat(np.arange(10), 20)
    x = np.random.default_rng(0).normal(y[:, None], 1, (200, 64))
    parts = returned('what prepare returns', prepare(x.copy(), y.copy(), 150, 0),
                     'train_x', 'train_y', 'test_x', 'test_y')
    expect('the number of rows of train_x, train_y, test_x, test_y',
           [len(part) for part in parts], [150, 150, 50, 50],
           [([150, 50, 150, 50], 'return train_x, train_y, test_x, test_y in this order')])
    train_x, train_y, test_x, test_y = map(np.asarray, parts)
    expect('the shape of train_y', train_y.shape, (150,), [
        ((150, 10), 'return class indices; loss_of makes them one-hot')])
    expect('how many of the ten digits are tested', len(set(test_y.tolist())), 10, [
        (lambda got: got < 10, 'the list is sorted, and the last rows hold only a few digits: '
                               'shuffle before you split')])
    everything = np.concatenate([train_x, test_x])
    number = (by_row(everything) @ by_row(x).T).argmax(axis=1)      # which row each one was
    expect('each image keeps its label', np.concatenate([train_y, test_y]), y[number], [
        (lambda got: len(set(got - y[number])) == 1, 'all labels are off by the same number: the '
                                                     'classes are counted from 0'),
        (lambda got: True, 'use the same order for images and labels')])
    again, other = (np.asarray(prepare(x.copy(), y.copy(), 150, seed)[1]) for seed in (0, 1))
    expect('the same seed gives the same order', bool((again == train_y).all()), True, [
        (False, 'use np.random.default_rng(seed) inside the function')])
    expect('another seed gives another order', bool((other != train_y).any()), True, [
        (False, 'the order does not depend on seed: np.random.default_rng(seed)')])
    expect('mean and standard deviation of all numbers in train_x',
           np.round([train_x.mean(), train_x.std()], 4), [0, 1], [
        (lambda got: np.allclose([everything.mean(), everything.std()], [0, 1]),
         'they are 0 and 1 over all images: the test images have leaked. Compute both from the '
         'training images'),
        (lambda got: np.allclose(got, np.round([x.mean(), x.std()], 4), atol=0.2),
         'subtract the mean, and divide by the standard deviation'),
        (lambda got: abs(got[0]) < 1e-3, 'the mean is right; divide by the standard deviation')])
    rows = x[number]
    wanted = (rows[150:] - rows[:150].mean()) / rows[:150].std()
    expect('the test images, standardised by the same two numbers', test_x, wanted, [
        ((rows[150:] - rows[150:].mean()) / rows[150:].std(),
         'the test images use their own mean and deviation; use those of the training images'),
        (lambda got: np.allclose(train_x.mean(axis=0), 0),
         'that is a mean for each of the 64 pixels; use one mean over all numbers here')])


def by_row(x):
    """Rows with mean 0 and length 1, whatever was subtracted from them or divided by."""
    x = x - x.mean(axis=1, keepdims=True)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def relu(x):
    return np.maximum(x, 0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def same(x):
    return x


def forward(values, x, hidden=relu, last=same):
    """NumPy's scores of the network with these weights and biases. hidden, last: activations."""
    for weights, biases in zip(values[:-2:2], values[1:-2:2]):
        x = hidden(x @ weights + biases)
    return last(x @ values[-2] + values[-1])


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def network(build):
    """build(x) -> scores, compared with NumPy's for the same variables."""
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(0)
        x = tf.placeholder(tf.float32, [None, 64])
        scores, variables = returned('the scores', build(x)), tf.trainable_variables()
        expect('the shapes of the variables', [tuple(v.shape.as_list()) for v in variables], SHAPES,
               [(SHAPES[:2] + SHAPES[-2:], 'that is one hidden layer; build three'),
                (SHAPES[:4] + SHAPES[-2:], 'these are two hidden layers; build three'),
                (SHAPES[::2], 'each layer also has a bias'),
                ([], 'there are no variables: tf.Variable makes one'),
                (lambda got: sorted(got) == sorted(SHAPES),
                 'they are all there; create them layer by layer, the matrix before its bias')])
        sess.run(tf.global_variables_initializer())
        begin = sess.run(variables)
        at_random = sum(len(np.unique(matrix)) > 1 for matrix in begin[::2])
        expect('the number of matrices that start at random', at_random, 4, [
            (0, 'all units of a layer would stay the same for ever: tf.truncated_normal')])
        rng = np.random.default_rng(0)
        values = [rng.normal(0, 0.2, v.shape).astype('float32') for v in begin]
        images = rng.normal(0, 1, (6, 64)).astype('float32')
        got = sess.run(scores, {x: images, **dict(zip(variables, values))})
    plain = forward(values, images)
    expect('the scores of six images', np.round(got, 2), np.round(plain, 2), [
        (np.round(softmax(plain), 2), 'these are probabilities: softmax belongs to the loss. '
                                      'Return the scores'),
        (np.round(forward(values, images, hidden=same), 2),
         'without a ReLU after each hidden layer, four layers are no more than one'),
        (np.round(forward(values, images, last=relu), 2),
         'no ReLU after the last layer: a score may be negative'),
        (np.round(forward(values, images, hidden=sigmoid), 2), 'that is a sigmoid, not a ReLU'),
        (np.round(forward(values, images, hidden=np.tanh), 2), 'that is a tanh, not a ReLU'),
        (lambda got: np.shape(got) != (6, 10), 'return ten scores for each of the six images')])


def loss_of(loss_of):
    """loss_of(scores, y) -> scalar tensor."""
    rng = np.random.default_rng(0)
    scores, y = rng.normal(0, 3, (8, 10)).astype('float32'), rng.integers(0, 10, 8)
    with tf.Graph().as_default(), tf.Session() as sess:
        try:
            tensor = returned('the loss', loss_of(tf.constant(scores), tf.constant(y, tf.int32)))
        except ValueError as error:
            raise Wrong(f'{error}\nsoftmax_cross_entropy expects one-hot labels, (N, 10): '
                        'tf.one_hot') from error
        got = sess.run(tensor)

    def loss(probabilities, shift=0):
        one_hot = y[:, None] + shift == np.arange(10)
        return -np.log(probabilities[one_hot])

    right = loss(softmax(scores))
    expect('the loss of eight images', got, right.mean(), [
        (loss(softmax(softmax(scores))).mean(),
         'that is softmax twice: softmax_cross_entropy expects scores, not probabilities'),
        (loss(softmax(scores), -1).sum() / 8, 'the labels are off by one: class 0 is the first'),
        (loss(softmax(scores), 1).sum() / 8, 'the labels are off by one: class 0 is the first'),
        (right.sum(), 'that is the sum over the images; take the mean'),
        (right, 'that is one number per image; take the mean'),
        (-right.mean(), 'the sign is reversed: take minus the logarithm')])


def reload(save, scores_of):
    """save(sess, path) and scores_of(path, build, x), with a network of one layer."""
    def build(x):
        return tf.matmul(x, tf.Variable(tf.truncated_normal([64, 10]))) + tf.Variable(tf.zeros(10))

    images = np.random.default_rng(0).normal(0, 1, (5, 64)).astype('float32')
    with tempfile.TemporaryDirectory() as folder, tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 64])
        scores = build(x)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            before = sess.run(scores, {x: images})
            path = os.path.join(folder, 'a.ckpt')
            with tf.Graph().as_default():       # as in a notebook: another graph is the default
                try:
                    save(sess, path)
                except ValueError as error:
                    raise Wrong(f'{error}\ntf.train.Saver() saves the variables of the default '
                                'graph, and this session has a graph of its own: '
                                'with sess.graph.as_default()') from error
            expect('the checkpoint exists', os.path.exists(f'{path}.index'), True,
                   [(False, 'tf.train.Saver().save(sess, path) writes it')])
            n_operations = len(graph.get_operations())
            try:
                after = returned('the scores', scores_of(path, build, images))
            except tf.errors.FailedPreconditionError as error:
                raise Wrong('a variable has no value: restore the checkpoint into the new '
                            'session') from error
            except ValueError as error:
                raise Wrong(f'{error}\nA Saver knows only the variables that exist when it is '
                            'created: build the network first') from error
            except tf.errors.NotFoundError as error:
                raise Wrong('the checkpoint has no variable of that name: in a graph that already '
                            'holds a network, the new variables are called Variable_2 and so on. '
                            'Build it in a new graph, tf.Graph()') from error
        expect('the number of operations added to the old graph',
               len(graph.get_operations()) - n_operations, 0,
               [(lambda got: got > 0, 'build it in a new graph: with tf.Graph().as_default()')])
        expect('the largest difference between the scores before and after',
               float(np.abs(np.asarray(after) - before).max()), 0.0,
               [(lambda got: got > 0.1, 'these are random weights: restore the checkpoint, and do '
                                        'not run the initializer afterwards')])
