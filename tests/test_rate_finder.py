"""course/rate_finder.py: a sweep leaves no trace, stops where it diverges, shows a zone."""
import random

import numpy as np
import pandas as pd
import pytest
import tf_slim as slim

from course import plots
from course.compat import tf
from course.rate_finder import Sweep, sweep_rates, zone_of
from generator import data_generators


def preprocess(df, num_class, aug=False):
    """Four numbers for each row, around its label; noise, from everywhere, where it is augmented.
    """
    x = np.float32([np.random.default_rng(len(path)).normal(label, 1, 4)
                    for path, label in zip(df.path, df.label)])
    if aug:
        x = x + np.random.default_rng(df.seed.iloc[0]).normal(0, 0.1, x.shape)
        x = x + 0 * np.random.normal() + 0 * random.random()
    return [np.float32(x)], np.eye(num_class)[df.label], list(df.path)


class Training:
    """Logistic regression by Adam with a hidden layer, on two classes of 30 rows."""

    def __init__(self, sess, first_weight=None):
        def rows(label, first, n):
            return pd.DataFrame({'path': ['p' * (first + 100 * label + k) for k in range(n)],
                                 'label': label})
        self.sess = sess
        self.generators = data_generators(
            8, [[rows(c, 1, 30), rows(c, 40, 10), rows(c, 60, 10)] for c in (0, 1)], 2, preprocess)
        tf.set_random_seed(1)
        self.x, self.y = (tf.placeholder(tf.float32, [None, n]) for n in (4, 2))
        self.rate = tf.placeholder(tf.float32, [])
        hidden = slim.batch_norm(slim.fully_connected(self.x, 8), is_training=True)
        self.loss = tf.losses.softmax_cross_entropy(
            self.y, slim.fully_connected(hidden, 2, activation_fn=None))
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            self.update = tf.train.AdamOptimizer(self.rate).minimize(
                self.loss, tf.train.get_or_create_global_step())
        sess.run(tf.global_variables_initializer())

    def feed(self, x, y):
        return {self.x: x[0], self.y: y}

    def train(self, n_batches):
        """Some batches at a fixed rate; the values of all variables afterwards."""
        with self.generators.start_train_threads():
            for _ in range(n_batches):
                x, y = self.generators.train_queue.get()
                self.sess.run(self.update, {**self.feed(x, y), self.rate: 0.01})
        return self.sess.run(tf.global_variables())

    def sweep(self, **options):
        return sweep_rates(self.sess, self.generators, self.update, self.loss, self.rate, self.feed,
                           **options)


@pytest.fixture
def training():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield Training(sess)


@pytest.mark.parametrize('highest', [0.1, 1e30])        # the second ends in infinities and NaN
def test_training_continues_bit_for_bit_as_if_there_had_been_no_sweep(training, highest):
    first = training.train(3)
    with tf.Graph().as_default(), tf.Session() as sess:
        undisturbed = Training(sess)
        undisturbed.train(3)
        expected = undisturbed.train(4)
    n_operations = len(training.sess.graph.get_operations())
    state, at_random = training.generators.get_state(), (random.getstate(), np.random.get_state())
    training.sweep(highest=highest, n_batches=6, n_seeds=2)
    assert training.generators.get_state() == state and random.getstate() == at_random[0]
    for before, after in zip(at_random[1], np.random.get_state()):
        np.testing.assert_array_equal(before, after)
    assert len(training.sess.graph.get_operations()) == n_operations
    for before, after in zip(first, training.sess.run(tf.global_variables())):
        np.testing.assert_array_equal(before, after)
    for value, other in zip(training.train(4), expected, strict=True):
        np.testing.assert_array_equal(value, other)
    assert tf.train.get_global_step().eval(training.sess) == 7


def test_an_error_on_the_way_leaves_no_trace_either(training):
    before = training.sess.run(tf.global_variables())
    with pytest.raises(ValueError, match='shape'):
        sweep_rates(training.sess, training.generators, training.update, training.loss,
                    training.rate, lambda x, y: {training.x: x[0][:, :2], training.y: y})
    for value, other in zip(training.sess.run(tf.global_variables()), before):
        np.testing.assert_array_equal(value, other)


def test_the_losses_are_those_of_the_batches_at_rising_rates(training):
    """Against a loop by hand with the training's own batches; smoothed, as pandas does it."""
    sweep = training.sweep(lowest=1e-4, highest=1e-2, n_batches=5, n_seeds=2)
    np.testing.assert_allclose(sweep.rates, 10 ** np.linspace(-4, -2, 5))
    for seed, curve in enumerate(sweep.losses):
        training.sess.run(tf.global_variables_initializer())
        with tf.Graph().as_default(), tf.Session() as sess:
            again, losses = Training(sess), []
            again.generators.set_state({'next_batch': 5 * seed})
            with again.generators.start_train_threads():
                for rate in sweep.rates:
                    x, y = again.generators.train_queue.get()
                    losses.append(sess.run([again.loss, again.update],
                                           {**again.feed(x, y), again.rate: rate})[0])
        np.testing.assert_allclose(curve, pd.Series(losses).ewm(alpha=0.2).mean(), rtol=1e-4)


def test_a_curve_ends_where_it_diverges(training):
    sweep = training.sweep(lowest=1e-3, highest=1e30, n_batches=30, n_seeds=2)
    for curve in sweep.losses:
        assert len(curve) < 30 and np.isfinite(curve[:-1]).all()
        assert curve[:-1].max() <= 2 * max(curve[0], np.log(2)) and not (
            curve[-1] <= 2 * max(curve[0], np.log(2)))


def test_the_zone_is_where_every_curve_falls():
    """By hand: one falls from 1 to 0 between 1e-4 and 1e-2, the other between 1e-3 and 1e-1."""
    rates = 10.0 ** np.arange(-6, 1)
    early, late = np.array([1, 1, 0.95, 0.5, 0, 0.5, 3]), np.array([1, 1, 1, 0.95, 0.5, 0, 3])
    assert zone_of(rates, [early]) == pytest.approx((1e-4, 1e-3))
    assert zone_of(rates, [early, late]) is None            # 1e-3 alone is no zone
    wide = np.array([1, 0.9, 0.5, 0.4, 0.3, 0, 2])
    assert zone_of(rates, [early, wide]) == pytest.approx((1e-4, 1e-3))
    assert zone_of(rates, [early, np.linspace(1, 2, 7)]) is None        # it only rises
    assert zone_of(rates, [np.array([1, 0.8, 0, np.nan])]) == pytest.approx((1e-6, 1e-5))
    assert zone_of(rates, [early, np.array([np.nan])]) is None      # it was lost from the start


def test_the_figure_shows_each_seed_the_zone_and_the_rate_in_use():
    curves = [np.array([3.0, 2, 1, 5]), np.array([3.0, 1, 1])]
    fig = plots.learning_rates(Sweep(np.geomspace(1e-4, 0.1, 4), curves, (1e-3, 1e-2)), 2e-3)
    [ax] = fig.axes
    *thin, mean, in_use = ax.lines
    for line, curve in zip(thin, curves, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), curve)
        assert line.get_linewidth() < mean.get_linewidth()
    np.testing.assert_array_equal(mean.get_ydata(), [3, 1.5, 1])
    assert set(in_use.get_xdata()) == {2e-3} and len(ax.patches) == 1
    fig = plots.learning_rates(Sweep(np.geomspace(1e-4, 0.1, 4), curves, None), 2e-3)
    assert not fig.axes[0].patches and 'No rate' in fig.axes[0].get_title()


@pytest.mark.parametrize('wrong', [{'lowest': 0}, {'lowest': 1}, {'n_batches': 1}, {'n_seeds': 0}])
def test_arguments_out_of_range(training, wrong):
    with pytest.raises(ValueError, match=f'{next(iter(wrong))}={next(iter(wrong.values()))}'):
        training.sweep(**wrong)
