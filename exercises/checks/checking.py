"""expect: what a check of an exercise is made of.

A check cell calls a function of check_<exercise>.py, which calls `expect` for everything it tests.
A wrong answer stops the check with an exception, and there are no points for the cell.

For the marks, the checks run in a process of their own (course/grading/judge.py). The functions
that they are given are then elsewhere: what goes in and comes out is data.
"""
import functools
import re
import secrets
from collections.abc import Callable

import numpy as np
import pandas as pd

LONGEST = 400       # characters of a value that are shown
NOTHING = 'got None: no `return` was reached, or what it returned was None'
SEED = 0            # of what the checks try a function with
HINTS = 2           # wrong choices of letters that get one
CHOSEN = {}         # {question: the wrong choices so far}
CHOICES = 'abcd'    # of every question


def numbers() -> np.random.Generator:
    """Random numbers to try a function with: a student's own always the same, to find mistakes;
    for the marks, others each time, so that nobody has the answers ready."""
    return np.random.default_rng(SEED)


def new_numbers() -> None:
    """From now on, `numbers` gives others."""
    global SEED
    SEED = secrets.randbits(64)


def through(way: Callable, function: Callable) -> Callable:
    """A function that is called as way(function, ...), in the process that `function` is in."""
    if hasattr(function, 'through'):
        return function.through(way)
    return functools.partial(way, function)


def snapped(got, wanted, within: float):
    """`rounded(wanted)` if `got` differs from it by no more than `within`, else `rounded(got)`."""
    got, wanted = np.asarray(got, float), np.asarray(wanted, float)
    if got.shape == wanted.shape and np.allclose(got, wanted, rtol=0, atol=within):
        got = wanted
    return rounded(got)


def rounded(values):
    """To three decimals, as a list. Always in float64: float32 rounds a tie to the other side."""
    return np.round(np.asarray(values, float), 3).tolist()


def check(function: Callable) -> Callable:
    """Decorator of a check: of a cell that is not filled in, it says so in one sentence."""
    @functools.wraps(function)
    def tried(*given):
        try:
            return function(*given)
        except NotImplementedError as error:
            if not str(error):                      # the one that nbgrader puts in
                raise Wrong('fill in the cell above first, and run it') from None
            if 'symbolic' in str(error):            # TensorFlow's, by np.asarray
                raise Wrong('this is a tensor, a place in the plan, and no numbers: return an '
                            'array') from error
            raise
    return tried


class Wrong(AssertionError):
    """An answer is wrong; what is wrong, why, and a hint have been printed."""

    def _render_traceback_(self):
        """What a notebook shows under the cell: no lines of the check, which hold the answer."""
        return [f'Wrong: {self}']


def expect(what, got, wanted, hints=()):
    """Prints `ok` if `got` equals `wanted`; else what was expected, what it got, and a hint.

    Numbers and arrays are equal up to rounding, and must have the same shape.
    hints: pairs (mistake, text) of likely mistakes, in the order in which they are tried. `mistake`
        is a value that `got` may be equal to, or a function of `got` that is true for it. If none
        fits, the hint is one that fits any task, if there is one.
    Raises Wrong.
    """
    if equal(got, wanted):
        print(f'ok: {what}')
        return
    hint = NOTHING if got is None else fitting(hints, got) or general_hint(got, wanted)
    not_yet(what, ('expected', shown(wanted)), ('got', shown(got)), ('hint', hint))


def returned(what, got, *parts):
    """`got`, what a function returned, for a check that needs it. Raises Wrong if it is None.

    parts: if given, the names of the values that have to be returned together; returns a list.
    """
    if got is None:
        not_yet(what, ('got', 'None'), ('hint', NOTHING))
    if not parts:
        return got
    try:
        values = [got] if isinstance(got, (str, dict, set, pd.DataFrame)) else list(got)
    except TypeError:                           # a number or a tensor
        values = [got]
    if len(values) != len(parts):
        not_yet(what, ('expected', f'{len(parts)} values: {", ".join(parts)}'),
                ('got', shown(got)), ('hint', f'end with `return {", ".join(parts)}`'))
    return values


def chosen(what, answer, wanted, hints):
    """`expect` for letters that the student has chosen, without saying which are right.

    After HINTS wrong choices it says no more than that: otherwise four tries would be an answer.
    An answer in another form is no choice, and is not counted.
    answer: 'b', or several: 'b, d' or ['b', 'd'], lower or upper case. wanted: the letters in
    order, 'bd'. The hints are given the answer in the same form.
    """
    letters = letters_of(answer)
    if not letters or (len(wanted) == 1 and len(letters) > 1):
        not_yet(what, ('you chose', shown(answer)), ('hint', (
            "choose one letter: 'a', 'b', 'c' or 'd'" if len(wanted) == 1 else
            "give the letters in a list, for instance ['a', 'b']")))
    if letters == wanted:
        print(f'ok: {what}')
        return
    wrong = CHOSEN.setdefault(what, [])
    if letters not in wrong:
        wrong.append(letters)
    if letters in wrong[HINTS:]:
        hint = f'that is wrong choice number {len(wrong)}: no more hints. Look at the figures again'
    else:
        hint = fitting(hints, letters)
    not_yet(what, ('you chose', shown(answer)), ('hint', hint))


def letters_of(answer):
    """The letters that were chosen, in order, 'bd'; '' if the answer has another form."""
    if isinstance(answer, str):
        answer = answer.strip().lower()
        together = re.fullmatch(f'[{CHOICES}]+', answer)
        answer = list(answer) if together else re.split(r'\s*,\s*|\s+', answer)
    if not isinstance(answer, (list, tuple, set, np.ndarray)):
        return ''
    letters = {str(part).strip().lower() for part in answer}
    return ''.join(sorted(letters)) if letters <= set(CHOICES) else ''


def not_yet(what, *lines):
    """Prints the lines, (name, text), skipping an empty hint. Raises Wrong."""
    print(f'not yet: {what}')
    for name, text in lines:
        if text:
            print(f'  {name + ":":<10} {text}')
    raise Wrong(f'{what}: see above')


def fitting(hints, got):
    """The text of the first mistake that fits the answer; None if none does."""
    return next((text for mistake, text in hints if fits(mistake, got)), None)


def general_hint(got, wanted):
    """What can be said about a wrong answer without knowing the task; None if nothing."""
    is_shape = isinstance(wanted, tuple)
    try:
        got, wanted = np.asarray(got), np.asarray(wanted)
    except (NotImplementedError, ValueError):
        return None
    if any(array.dtype.kind not in 'biufc' for array in (got, wanted)):     # names, say
        return None
    if got.shape != wanted.shape and not is_shape:
        return f'the shape is {got.shape}, not {wanted.shape}'
    if got.dtype.kind == 'f' and not np.isfinite(got).all():
        return ('some numbers are infinite or not a number (nan): they grew without limit, or '
                'something was divided by 0')
    return None


def equal(a, b):
    """Whether two answers are the same, up to rounding, and as a list, a tuple or an array."""
    try:
        numbers = np.asarray(a), np.asarray(b)
    except NotImplementedError:                 # a tensor
        return False
    except ValueError:                          # lists of lists of several lengths
        return bool(a == b)
    try:
        if all(array.dtype.kind in 'biufc' for array in numbers):
            return numbers[0].shape == numbers[1].shape and bool(
                np.allclose(*numbers, rtol=1e-5, atol=1e-8, equal_nan=True))
        return bool(np.all(a == b))
    except (TypeError, ValueError):             # nothing that can be compared
        return False


def fits(mistake, got):
    """Whether the answer is this mistake; an answer of another kind altogether is not."""
    if not callable(mistake):
        return equal(mistake, got)
    try:
        return bool(mistake(got))
    except Exception:       # the function was written for answers of the right kind
        return False


def shown(value):
    text = repr(plain(value))
    text = text if '\n' not in text else '\n' + text
    return text if len(text) <= LONGEST else f'{text[:LONGEST]} ...'


def plain(value):
    """Numbers rounded to six digits, as Python's own, also in lists and small arrays."""
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.size <= LONGEST):
        value = value.tolist()
    if type(value) in (list, tuple, set):
        return type(value)(map(plain, value))
    if type(value) is dict:
        return {plain(key): plain(part) for key, part in value.items()}
    return float(f'{value:.6g}') if type(value) is float else value
