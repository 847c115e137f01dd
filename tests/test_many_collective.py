"""Sums over workers, compared with NumPy's. See many_workers.py."""
import numpy as np
import pytest
from many_workers import addresses, only_linux, starter

from course.compat import tf
from course.many.collective import BFLOAT16, FLOAT32, Collective, Summed
from course.many.connection import Connection
from course.many.workers import Workers

pytestmark = only_linux
__all__ = ['starter']
N = 3
SHAPES = (3, 5), (7,), (), (2, 2, 2)


def handed_in(task):
    rng = np.random.default_rng(task)
    return [rng.normal(size=shape).astype('float32') for shape in SHAPES]


def compute(where, task, file):
    """Everything once, by worker `task` of `where`; what it has got is kept in the file."""
    workers = Workers(tuple(where), task, 'a test')
    connection = Connection(workers, 60)
    connection.start(tf.ConfigProto())
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(0)
        exact, halved = Collective(workers), Collective(workers, BFLOAT16)
        halved._keys = exact._keys                      # two of them in one graph
        values = [tf.constant(value) for value in handed_in(task)]
        wide = tf.reshape(tf.range(6 * 2**20, dtype=tf.float32), (2, -1)) * (task + 1)
        own = tf.get_variable('own', initializer=np.float32([task, 0.1]))
        # one step of gradient descent on rows task, task + N, ... of ten
        x = tf.constant(np.arange(10, dtype='float32')[task::N])
        w = tf.get_variable('w', initializer=np.float32(2))
        summed = Summed(tf.train.GradientDescentOptimizer(0.1), exact, tf.shape(x)[0], 10)
        loss = tf.reduce_mean(tf.square(w * x - 1))
        step = summed.minimize(loss)
        got = {'totals': exact.totals(values), 'exact': exact.sum_gradients(values),
               'halved': halved.sum_gradients(values), 'wide': exact.totals([wide])}
        loss_of_all, average = summed.means([loss]), exact.mean([own])
        sess = connection.session(graph)
        connection.wait_for_all()
        sess.run(tf.global_variables_initializer())
        result = {f'{name} {k}': value for name, values in sess.run(got).items()
                  for k, value in enumerate(values)}
        result['gathered'] = exact.gather(sess, [task, 2**53 - 1, 0.5])
        result['loss'], = sess.run(loss_of_all)
        sess.run([average, step])
        result['mean'], result['w'] = sess.run([own, w])
        np.savez(file, **result)


@pytest.fixture(scope='module')
def results(starter, tmp_path_factory):
    folder, where = tmp_path_factory.mktemp('results'), addresses(N)
    files = [str(folder / f'{task}.npz') for task in range(N)]
    processes = [starter.call(compute, where, task, file) for task, file in enumerate(files)]
    for process in processes:
        process.join(120)
    return [dict(np.load(file)) for file in files]


def test_all_get_the_same_bits(results):
    for name, value in results[0].items():
        assert all(np.array_equal(value, other[name]) for other in results), name


@pytest.mark.parametrize('name, tolerance', [('totals', 1e-6), ('exact', 1e-6), ('halved', 2e-2)])
def test_the_sum_of_each(results, name, tolerance):
    for k, shape in enumerate(SHAPES):
        expected = sum(handed_in(task)[k] for task in range(N))
        assert results[0][f'{name} {k}'].shape == shape
        np.testing.assert_allclose(results[0][f'{name} {k}'], expected, atol=tolerance)
    assert FLOAT32 == Collective.__init__.__defaults__[0]


def test_more_than_a_message_holds(results):
    np.testing.assert_allclose(results[0]['wide 0'].ravel(), 6 * np.arange(6 * 2**20), rtol=1e-6)


def test_gathered_numbers_arrive_as_they_are(results):
    assert results[0]['gathered'].tolist() == [[task, 2**53 - 1, 0.5] for task in range(N)]


def test_a_mean_over_unequal_shares_and_its_step(results):
    """The gradient of mean((w x - 1)^2) is mean(2 x (w x - 1))."""
    x = np.arange(10)
    assert results[0]['loss'] == pytest.approx(np.mean((2 * x - 1) ** 2))
    assert results[0]['w'] == pytest.approx(2 - 0.1 * np.mean(2 * x * (2 * x - 1)))


def test_means_of_variables_and_where_all_agree_the_same_bits(results):
    assert results[0]['mean'].tolist() == [1, np.float32(0.1)]
