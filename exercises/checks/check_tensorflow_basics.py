"""Checks of the exercise tensorflow_basics, one function for each task."""
import os
import tempfile

import numpy as np
import tensorflow.compat.v1 as tf

from exercises.checks.checking import (
    Wrong,
    check,
    expect,
    numbers,
    returned,
    rounded,
    snapped,
    through,
)

X = np.array([-1.0, -0.5, 0.25, 1.0, 2.0])
RAN_AWAY = (lambda got: not np.isfinite(got).all(),
            'it ran away: either it goes uphill, or the step is too large (do you use the learning '
            'rate that was passed in?)')
SHAPES = [(64, 25), (25,), (25, 25), (25,), (25, 25), (25,), (25, 10), (10,)]


def parabola(a, b, c, x=X):
    return a * x ** 2 + b * x + c


@check
def gradient(gradient):
    """gradient(a, b, c, x, y) -> three derivatives, compared with central differences."""
    y, guess, step = parabola(6, -4, 1), numbers().integers(-9, 9, 3).astype(float), 1e-5

    def loss(guess):
        return np.mean((parabola(*guess) - y) ** 2)

    wanted = np.array([(loss(guess + step * e) - loss(guess - step * e)) / (2 * step)
                       for e in np.eye(3)])
    expect('the derivatives with respect to a, b and c at a = {:g}, b = {:g}, c = {:g}'.format(
        *guess), gradient(*guess, X, y), wanted, [
        (wanted / 2, 'the square gives a factor of 2'),
        (wanted * len(X), 'that is the gradient of the sum of the squares; take the mean'),
        (wanted * len(X) / 2, 'the square gives a factor of 2; and take the mean, not the sum'),
        (-wanted, 'the sign is reversed: the error is the guess minus y'),
        (wanted[::-1], 'return them in the order a, b, c'),
        (lambda got: len(X) in np.shape(got), 'three numbers: take the mean over the points'),
        (lambda got: np.shape(got) != (3,), 'return three numbers, the derivatives with respect to '
                                            'a, b and c'),
        (lambda got: np.isclose(got[2], wanted[2]),
         'the last one is right. By the chain rule, multiply each error by x ** 2 for a, and by x '
         'for b')])


@check
def descend(descend):
    """descend(x, y, n_steps, learning_rate) -> a, b, c, from 0, 0, 0."""
    true = target()
    y = parabola(*true)
    one = one_step(y)
    expect('a, b, c after one step of 0.1', descend(X, y, 1, 0.1), one, [
        (-one, 'that is uphill: subtract the gradient'),
        (one_by_one(y), 'compute all three slopes first, then change a, b and c'),
        (np.zeros(3), 'nothing has moved: replace the old values by the new ones'),
        (one / 0.1, 'multiply by the learning rate')])
    with np.errstate(over='ignore', invalid='ignore'):
        got = np.round(descend(X, y, 3000, 0.1), 3)
    expect('a, b, c after 3,000 steps', got, true, [
        (np.round(one, 3), 'that is one step only'), RAN_AWAY])


def target():
    """The a, b, c to be found: whole numbers, none of them 0."""
    rng = numbers()
    return (rng.integers(1, 9, 3) * rng.choice([-1, 1], 3)).tolist()


def one_step(y):
    """a, b, c after one step of 0.1 from 0, 0, 0."""
    return 0.1 * 2 * np.array([np.mean(y * X ** 2), np.mean(y * X), np.mean(y)])


def one_by_one(y):
    """a, b, c after such a step if each is changed before the slope of the next is computed."""
    guess = np.zeros(3)
    for nth, factor in enumerate((X ** 2, X, 1)):
        guess[nth] -= 0.1 * 2 * np.mean((parabola(*guess) - y) * factor)
    return guess


@check
def plan(plan):
    """plan(x, y, learning_rate) -> (update, [a, b, c]), in the current graph; run here."""
    true = target()
    y, rate = parabola(*true), float(numbers().choice([0.05, 0.1]))
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        tf.no_op()              # a graph that holds something goes to the student's process
        try:
            made = plan(X, y, rate)
        except (TypeError, ValueError) as error:
            if 'int32' not in str(error):
                raise Wrong(str(error)) from error
            raise Wrong(f'{error}\nIs a variable a whole number? tf.Variable(0) is one, and cannot '
                        'hold 6.5: tf.Variable(0.0)') from error
        update, variables = returned('what plan returns', made, 'update', '[a, b, c]')
        expect('the update is an operation or a tensor of the graph',
               isinstance(update, (tf.Operation, tf.Tensor)), True, [
                   (False, 'return the optimizer.minimize(loss) itself; it is run later. If it is '
                           'in another graph: add to the current one')])
        expect('the update is in the current graph', update.graph is graph, True, [
            (False, 'the update is in another graph: add to the current one')])
        expect('a, b, c are three variables', len(list(variables)), 3)
        kinds = sorted(op.type for op in graph.get_operations() if 'Apply' in op.type)
        expect('what applies the gradients', [kind.replace('Resource', '') for kind in kinds],
               ['ApplyGradientDescent'] * 3, [
                   ([], 'nothing does: tf.train.GradientDescentOptimizer(learning_rate)'
                        '.minimize(loss) adds it to the graph'),
                   (lambda got: any('Adam' in kind or 'Momentum' in kind for kind in got),
                    'that is another optimizer: use tf.train.GradientDescentOptimizer'),
                   (lambda got: len(got) < 3, 'each of the three must be a tf.Variable, and part '
                                              'of the loss')])
        sess.run(tf.global_variables_initializer())
        expect('a, b, c at the beginning', sess.run(list(variables)), [0, 0, 0])
        sess.run(update)
        one, wanted = sess.run(list(variables)), one_step(y) * rate / 0.1
        expect(f'a, b, c after one step of {rate:g}', snapped(one, wanted, 1e-3), rounded(wanted), [
            ([0, 0, 0], 'nothing has moved: return what minimize(loss) returns'),
            (rounded(wanted[::-1]), 'return them in the order a, b, c'),
            (rounded(wanted * len(X)), 'that is the sum of the squares: tf.reduce_mean'),
            (lambda _: True, 'is the loss the mean of (ax² + bx + c - y)², and is the learning '
                             'rate the one that was passed in?')])
        for _ in range(3000):
            sess.run(update)
        expect('a, b, c after 3,001 steps', np.round(sess.run(list(variables)), 2), true)


def counting(carry_out, start, other, step, n_steps):
    """carry_out with a plan that counts and doubles, made in the process that carry_out is in."""
    with tf.Graph().as_default():
        counted, doubled = tf.Variable(start), tf.Variable(other)
        update = tf.group(counted.assign_add(step), doubled.assign(2 * doubled))
        return carry_out(update, [counted, doubled], n_steps)


@check
def carry_out(carry_out):
    """carry_out(update, variables, n_steps) -> the values, of a plan that only counts."""
    rng, n_steps = numbers(), 7
    start, other, step = rng.integers(2, 50, 3).astype(float).tolist()
    wanted = [start + n_steps * step, other * 2 ** n_steps]
    try:
        got = returned('the values', through(counting, carry_out)(start, other, step, n_steps))
    except tf.errors.FailedPreconditionError as error:
        raise Wrong('a variable has no value yet: run tf.global_variables_initializer() first. '
                    'And another session has values of its own: read in the session that ran the '
                    'updates') from error
    try:
        got = np.array(got, float).tolist()
    except (TypeError, ValueError, NotImplementedError) as error:
        raise Wrong('these are tensors: places in the plan, not numbers. sess.run gives '
                    'numbers') from error
    expect(f'{start:g} + {n_steps} times {step:g}, and {other:g} doubled {n_steps} times', got,
           wanted, [
        ([start, other], 'nothing has moved: run the update, and initialise only once, before the '
                         'loop. Another session has values of its own: read in the session that '
                         'ran the updates'),
        ([start + step, 2 * other], 'that is one step: run the update n_steps times, and '
                                    'initialise only once, before the loop'),
        (lambda got: got[0] < wanted[0], 'too few steps'), (lambda got: True, 'too many steps')])


@check
def prepare(prepare):
    """prepare(x, y, n_train, seed) -> train_x, train_y, test_x, test_y."""
    y = np.repeat(np.arange(10), 20)
    rng = numbers()
    x, (seed, another) = rng.normal(y[:, None], 1, (200, 64)), rng.choice(1000, 2, replace=False)
    seed, another = int(seed), int(another)
    parts = returned('what prepare returns', prepare(x.copy(), y.copy(), 150, seed),
                     'train_x', 'train_y', 'test_x', 'test_y')
    expect('the number of rows of train_x, train_y, test_x, test_y',
           [len(part) for part in parts], [150, 150, 50, 50],
           [([150, 50, 150, 50], 'return train_x, train_y, test_x, test_y in this order')])
    train_x, train_y, test_x, test_y = map(np.asarray, parts)
    expect('the shape of train_y', train_y.shape, (150,), [
        ((150, 10), 'return class indices; loss_of makes them one-hot')])
    everything = np.concatenate([train_x, test_x])
    number = (by_row(everything) @ by_row(x).T).argmax(axis=1)      # which row each one was
    expect('each image keeps its label', np.concatenate([train_y, test_y]), y[number], [
        (lambda got: len(set(got - y[number])) == 1, 'all labels are off by the same number: the '
                                                     'classes are counted from 0'),
        (lambda got: True, 'use the same order for images and labels')])
    expect('most of the ten digits are tested', len(set(test_y.tolist())) > 6, True, [
        (False, 'the list is sorted, and the last rows hold only a few digits: '
                'shuffle before you split')])
    again, other = (np.asarray(prepare(x.copy(), y.copy(), 150, s)[1]) for s in (seed, another))
    expect('the same seed gives the same order', bool((again == train_y).all()), True, [
        (False, 'use np.random.default_rng(seed) inside the function')])
    expect('another seed gives another order', bool((other != train_y).any()), True, [
        (False, 'the order does not depend on seed: np.random.default_rng(seed)')])
    expect('mean and standard deviation of all numbers in train_x',
           snapped([train_x.mean(), train_x.std()], [0, 1], 1e-3), [0, 1], [
        (lambda got: np.allclose([everything.mean(), everything.std()], [0, 1]),
         'they are 0 and 1 over all images: the test images have leaked. Compute both from the '
         'training images'),
        (lambda got: np.allclose(got, np.round([x.mean(), x.std()], 4), atol=0.2),
         'subtract the mean, and divide by the standard deviation'),
        (lambda got: abs(got[0]) < 1e-3, 'the mean is right; divide by the standard deviation')])
    rows = x[number]
    wanted = (rows[150:] - rows[:150].mean()) / rows[:150].std()
    by_themselves = (rows[150:] - rows[150:].mean()) / rows[150:].std()
    expect('the test images, standardised by the same two numbers', snapped(test_x, wanted, 1e-3),
           rounded(wanted), [
        (lambda _: np.allclose(test_x, by_themselves, atol=1e-3),
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


@check
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
        rng = numbers()
        values = [rng.normal(0, 0.2, v.shape).astype('float32') for v in begin]
        images = rng.normal(0, 1, (6, 64)).astype('float32')
        got = sess.run(scores, {x: images, **dict(zip(variables, values))})
    plain = forward(values, images)
    expect('the scores of six images', snapped(got, plain, 1e-3), rounded(plain), [
        (rounded(softmax(plain)), 'these are probabilities: softmax belongs to the loss. '
                                      'Return the scores'),
        (rounded(forward(values, images, hidden=same)),
         'without a ReLU after each hidden layer, four layers are no more than one'),
        (rounded(forward(values, images, last=relu)),
         'no ReLU after the last layer: a score may be negative'),
        (rounded(forward(values, images, hidden=sigmoid)), 'that is a sigmoid, not a ReLU'),
        (rounded(forward(values, images, hidden=np.tanh)), 'that is a tanh, not a ReLU'),
        (lambda got: np.shape(got) != (6, 10), 'return ten scores for each of the six images')])


@check
def by_hand(build):
    """As `network`; and each matrix starts with a standard deviation of sqrt(2 / inputs)."""
    network(build)
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(0)
        build(tf.placeholder(tf.float32, [None, 64]))
        sess.run(tf.global_variables_initializer())
        matrices = sess.run([v for v in tf.trainable_variables() if v.shape.ndims == 2])
    for nth, matrix in enumerate(matrices):
        wanted = np.sqrt(2 / len(matrix))       # truncated_normal gives 0.88 of it
        got = matrix.std() if not 0.7 < matrix.std() / wanted < 1.3 else wanted
        expect(f'the standard deviation that matrix {nth + 1} of 4 starts with, about',
               round(float(got), 2), round(float(wanted), 2), [
                   (lambda got: True, 'this matrix starts with a standard deviation of '
                                      f'{got:.2g}: stddev=np.sqrt(2 / number of inputs)')])


@check
def loss_of(loss_of):
    """loss_of(scores, y) -> scalar tensor."""
    rng = numbers()
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
    swapped = -np.sum(scores * np.log(softmax(np.eye(10)[y])), axis=1).mean()
    expect('the loss of eight images', got, right.mean(), [
        (loss(softmax(softmax(scores))).mean(),
         'that is softmax twice: softmax_cross_entropy expects scores, not probabilities'),
        (loss(softmax(scores), -1).sum() / 8, 'the labels are off by one: class 0 is the first'),
        (loss(softmax(scores), 1).sum() / 8, 'the labels are off by one: class 0 is the first'),
        (right.sum(), 'that is the sum over the images; take the mean'),
        (right.mean() / 10, 'that is a tenth: take the mean over the images, not over the classes'),
        (swapped, 'the arguments are swapped: softmax_cross_entropy(one-hot labels, scores)'),
        (right, 'that is one number per image; take the mean'),
        (-right.mean(), 'the sign is reversed: take minus the logarithm')])


@check
def reload(save, scores_of):
    """save(sess, path) and scores_of(path, build, x), with a network of one layer."""
    def build(x):
        return tf.matmul(x, tf.Variable(tf.truncated_normal([64, 10]))) + tf.Variable(tf.zeros(10))

    images = numbers().normal(0, 1, (5, 64)).astype('float32')
    with tempfile.TemporaryDirectory() as folder, tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 64])
        scores = build(x)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            before, values = sess.run(scores, {x: images}), values_of(sess)
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
               snapped(np.abs(np.asarray(after) - before).max(), 0, 1e-5), 0.0,
               [(lambda _: np.allclose(after, softmax(before), atol=1e-4),
                 'these are probabilities: return the scores'),
                (lambda got: got > 0.1, 'these are random weights: restore the checkpoint, and do '
                                        'not run the initializer afterwards')])
        stored = tf.train.load_checkpoint(path)
        expect('the numbers in the checkpoint are those of the session', all(
            np.array_equal(stored.get_tensor(name), value) for name, value in values.items()), True)
        other = other_checkpoint(os.path.join(folder, 'b.ckpt'), build)
        wanted = images @ other['Variable'] + other['Variable_1']
        expect('the scores of another saved network', snapped(
            scores_of(os.path.join(folder, 'b.ckpt'), build, images), wanted, 1e-3),
            rounded(wanted))


def other_checkpoint(path, build):
    """Save a network with new weights. Returns them by their names."""
    with tf.Graph().as_default(), tf.Session() as sess:
        build(tf.placeholder(tf.float32, [None, 64]))
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, path)
        return values_of(sess)


def values_of(sess):
    variables = sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
    return dict(zip([v.op.name for v in variables], sess.run(variables)))
