"""expect by hand: what is equal, what is said, which hint."""
import contextlib
import io

import numpy as np
import pandas as pd
import pytest
import tensorflow.compat.v1 as tf
from IPython.core.interactiveshell import InteractiveShell

from exercises.checks import checking
from exercises.checks.checking import Wrong, check, chosen, equal, expect, returned


@pytest.mark.parametrize('a, b, same', [
    (1 / 3, 0.33333334, True), (1, 1.1, False), ([1, 2], np.array([1.0, 2.0]), True),
    ([1, 2], [[1, 2]], False), ([1, 2], [1, 2, 3], False), (float('nan'), np.nan, True),
    ([(64, 25), (25,)], [(64, 25), (25,)], True), ([(64, 25), (25,)], [(64, 25), (26,)], False),
    ('b', 'b', True), ('b', 'a', False), ({1, 2}, {2, 1}, True), ({1}, {1, 2}, False),
    ('b', 1, False), (None, 0, False), (['a', 'b'], ['a', 'b'], True), (['a'], ['a', 'b'], False),
    (True, np.True_, True)])
def test_equal(a, b, same):
    assert equal(a, b) is same


def test_what_is_said(capsys):
    expect('the answer', 42, 42.0)
    assert capsys.readouterr().out == 'ok: the answer\n'
    with pytest.raises(Wrong, match='the answer'):
        expect('the answer', 24, 42, [(41, 'no'), (lambda got: got < 42, 'more'), (24, 'never')])
    assert capsys.readouterr().out == (
        'not yet: the answer\n  expected:  42\n  got:       24\n  hint:      more\n')
    with pytest.raises(Wrong):
        expect('the answer', None, 42, [(lambda got: True, 'other')])
    assert 'return' in capsys.readouterr().out
    expect('the answer', None, None)
    with pytest.raises(Wrong):
        expect('the answer', [42, 42], 42, [(41, 'no')])
    assert 'the shape is (2,), not ()' in capsys.readouterr().out
    with pytest.raises(Wrong):
        expect('the answer', float('nan'), 42)
    assert 'nan' in capsys.readouterr().out.split('hint:')[1]
    capsys.readouterr()
    with pytest.raises(Wrong):                      # a hint for another kind of answer is no error
        expect('the answer', 'text', 42, [(lambda got: got < 42, 'more')])
    assert 'hint' not in capsys.readouterr().out
    with pytest.raises(Wrong):
        expect('much', np.zeros(5000), 1)
    assert len(capsys.readouterr().out) < 600


def test_a_tensor_is_no_number(capsys):
    with tf.Graph().as_default(), pytest.raises(Wrong):
        expect('the answer', tf.constant(42.0), 42.0)
    assert 'Tensor' in capsys.readouterr().out


def test_what_a_function_returned(capsys):
    assert returned('the answer', 0) == 0
    with pytest.raises(Wrong, match='the answer'):
        returned('the answer', None)
    assert 'return' in capsys.readouterr().out


def test_several_values_that_belong_together(capsys):
    x, y = returned('both', (part for part in (1, 2)), 'x', 'y')
    assert (x, y) == (1, 2)
    table = pd.DataFrame({'a': [1], 'b': [2]})
    for answer in 3, 'ab', {'x': 1, 'y': 2}, table, (1, 2, 3), None, tf.Graph():
        with pytest.raises(Wrong):
            returned('both', answer, 'x', 'y')
        assert 'return' in capsys.readouterr().out


@pytest.mark.parametrize('answer', ['bd', 'b, d', 'D B', ['d', 'b'], ('B', 'D'), {'b', 'd'}])
def test_letters_may_be_written_in_any_way(answer):
    chosen('which', answer, 'bd', [])


def test_a_choice_is_not_given_away(capsys):
    chosen('why', 'b', 'b', [])
    assert capsys.readouterr().out == 'ok: why\n'
    with pytest.raises(Wrong):
        chosen('why', 'a', 'b', [('a', 'look again')])
    said = capsys.readouterr().out
    assert 'look again' in said and "'b'" not in said


def test_after_two_wrong_choices_nothing_more_is_explained(capsys):
    """The same choice again is no new one, and may be explained again."""
    hints = [(letter, f'not {letter}, because') for letter in 'acd']
    for letter, explained in (('a', True), ('a', True), ('c', True), ('d', False), ('a', True)):
        with pytest.raises(Wrong):
            chosen('a question', letter, 'b', hints)
        said = capsys.readouterr().out
        assert ('because' in said) is explained and ('no more hints' in said) is not explained
    chosen('a question', 'b', 'b', hints)


@pytest.mark.parametrize('wanted, answer, form', [
    ('b', 'bc', 'one letter'), ('b', 'c: it was trained on flowers', 'one letter'),
    ('b', None, 'one letter'), ('b', ['a', 'b'], 'one letter'), ('bd', 'b and d', 'in a list'),
    ('bd', 'e', 'in a list'), ('bd', 3, 'in a list')])
def test_an_answer_in_another_form_is_no_choice(capsys, wanted, answer, form):
    for _ in range(5):
        with pytest.raises(Wrong):
            chosen('a question of its own', answer, wanted, [])
        assert form in capsys.readouterr().out
    assert 'a question of its own' not in checking.CHOSEN


@pytest.mark.parametrize('given, said', [
    ('raise NotImplementedError', 'fill in the cell above'),
    ('return np.asarray(tf.placeholder(tf.float32))', 'return an array')])
def test_what_is_not_filled_in_or_a_tensor_is_said_in_a_sentence(given, said):
    answer = {'np': np, 'tf': tf}
    exec(f'def answer():\n    {given}', answer)
    with tf.Graph().as_default(), pytest.raises(Wrong, match=said):
        check(lambda function: expect('42', function(), 42))(answer['answer'])


@pytest.mark.parametrize('got, wanted', [((4, 3, 2), (4, 3)), (['a', 'b'], ['a', 'b', 'c'])])
def test_of_shapes_and_names_no_shape_is_said(capsys, got, wanted):
    with pytest.raises(Wrong):
        expect('it', got, wanted)
    assert 'the shape is' not in capsys.readouterr().out


def test_numbers_are_shown_as_a_student_writes_them(capsys):
    with pytest.raises(Wrong):
        expect('it', [np.float64(0.9554489712094383), np.int64(3)], [1, 2])
    assert 'got:       [0.955449, 3]' in capsys.readouterr().out


def test_a_notebook_shows_no_line_of_a_check():
    shell = InteractiveShell()
    with io.StringIO() as out, contextlib.redirect_stdout(out):
        shell.run_cell("from exercises.checks.checking import expect\nexpect('x', 1, 2)")
        said = out.getvalue()
    assert 'Wrong: x: see above' in said and 'raise Wrong' not in said
