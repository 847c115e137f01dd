"""expect by hand: what is equal, what is said, which hint."""
import numpy as np
import pytest
from checking import Wrong, equal, expect


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
        'not yet: the answer\n  expected:  42\n  came out:  24\n  hint:      more\n')
    with pytest.raises(Wrong):                      # a hint for another kind of answer is no error
        expect('the answer', 'text', 42, [(lambda got: got < 42, 'more')])
    assert 'hint' not in capsys.readouterr().out
    with pytest.raises(Wrong):
        expect('much', np.zeros(5000), 1)
    assert len(capsys.readouterr().out) < 600
