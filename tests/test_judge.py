"""The judge, in a process without the student's code: what it gets is data, and sees the same."""
import os
import threading
from multiprocessing import Pipe
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pytest
from exercise_runner import SOURCE, only_solutions, verdict

from course.compat import tf
from course.grading.line import Line
from course.grading.values import Other, decode, encode
from exercises.checks import checking

NAMES = sorted(path.name for path in SOURCE.iterdir() if path.is_dir())
TIMES = int(os.environ.get('JUDGED', 1))        # 20 for the table in README


@pytest.fixture(autouse=True)
def empty_graph():
    """As in the judge's own process, whatever other tests have left in this one."""
    with tf.Graph().as_default():
        yield


@pytest.mark.parametrize('name', NAMES)
def test_solutions_pass_with_any_numbers(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checking, 'SEED', 0)
    exercise = only_solutions(name)
    for _ in range(TIMES):
        checking.new_numbers()
        for check in exercise.checks.values():
            passed, said = verdict(check, exercise.names)
            assert passed and 'ok: ' in said, (check.source, checking.SEED, said)


def there_and_back(value):
    return decode(encode(value, lambda part: None), lambda *parts: None)


@pytest.mark.parametrize('value', [
    None, True, 3, 0.1, 'é', [1, [2.5, 'a']], (1, None), {'a', 1}, {2: 'b', 'c': [1]},
    np.float32(2), np.int64(3), np.arange(6).reshape(2, 3), np.zeros((0, 3)), np.array(['a', 'bc']),
    np.array(1.5), np.array([True, False]), np.arange(12).reshape(3, 4).T,
    np.array([(1, 2), 'x'], object)])
def test_data_arrive_as_they_were(value):
    got = there_and_back(value)
    assert type(got) is type(value)
    if isinstance(value, np.ndarray):
        assert got.dtype == value.dtype
        np.testing.assert_array_equal(got, value)
    else:
        assert got == value


def test_tables_and_sequences():
    table = pd.DataFrame({'path': ['a', 'b'], 'label': [1, 0]}, index=[5, 2])
    pd.testing.assert_frame_equal(there_and_back(table), table)
    pd.testing.assert_series_equal(there_and_back(table.label), table.label)
    assert there_and_back(x for x in (1, 2)) == there_and_back(range(1, 3)) == [1, 2]
    assert there_and_back(Path('a') / 'b') == PurePosixPath('a/b')
    assert np.isnan(there_and_back(float('nan')))


class Right(str):
    """Equal to everything, in the process that it is in."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        return True


@pytest.mark.parametrize('value', [Right('x'), [Right('x')], object(), Right])
def test_of_an_object_nothing_arrives_but_how_it_looks(value):
    got = there_and_back(value)
    assert not checking.equal(got, 'b') and not checking.equal(got, ['b'])
    assert isinstance(there_and_back(object()), Other)


@pytest.mark.parametrize('coded', [
    ['array', '|O8', [1], 'AAAAAAAAAAA='], ['plain', {}], ['array', '<f8', [10 ** 9], ''],
    ['table', [['plain', 1]], ['plain', 1], ['plain', 1]], [], ['set', [['list', []]]], 'text'])
def test_what_was_not_encoded_is_refused(coded):
    with pytest.raises((ValueError, TypeError, KeyError)):
        decode(coded, lambda *parts: {}[parts])


def connected(function):
    """`function` of another thread, as a function of the line."""
    here, there = Pipe()
    line, other = Line(here), Line(there)
    other.own.append(function)
    threading.Thread(target=lambda: [other.answer(other.receive()) for _ in range(1)]).start()
    return lambda *arguments: line.call(0, arguments)


def test_a_graph_is_extended_elsewhere_and_run_here():
    def build(x):
        weights = tf.Variable(tf.ones([3, 2]), name='weights')
        return tf.matmul(x, weights), x.graph.get_operations()[0]

    with tf.Graph().as_default() as graph, tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None, 3], name='x')
        product, first = connected(build)(x)
        assert first is x.op and [v.op.name for v in tf.trainable_variables()] == ['weights']
        sess.run(tf.global_variables_initializer())
        assert sess.run(product, {x: [[1, 2, 3]]}).tolist() == [[6, 6]]
        assert graph.get_tensor_by_name('x:0') is x


@pytest.mark.parametrize('build', [
    lambda x: tf.io.write_file('x', 'text'), lambda x: tf.io.read_file('x'),
    lambda x: tf.print(x), lambda x: tf.py_func(lambda: 1.0, [], tf.float32),
    lambda x: tf.raw_ops.DebugIdentity(input=x, debug_urls=['file:///tmp/x'])])
def test_a_graph_that_touches_files_is_refused(build):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None], name='x')
        with pytest.raises(ValueError, match='has no place in this graph'):
            connected(build)(x)
        assert len(graph.get_operations()) == 1


def test_errors_arrive_as_what_they_are():
    class Own(ValueError):
        pass

    def fails(kind):
        raise {'own': Own('one'), 'key': KeyError('two'), 'tf': tf.errors.NotFoundError(
            None, None, 'three')}[kind]

    for kind, expected, text in (('own', ValueError, 'one'), ('key', RuntimeError, "KeyError: 'tw"),
                                 ('tf', tf.errors.NotFoundError, 'three')):
        with pytest.raises(expected, match=text):
            connected(fails)(kind)
