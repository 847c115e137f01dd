"""expect: what a check of an exercise is made of.

A check cell calls a function of check_<exercise>.py, which calls `expect` for everything it wants
to know. An answer that is not right stops the check with an exception; nbgrader then gives no
points for the cell.
"""
import numpy as np

LONGEST = 400       # characters that are shown of a value
NOTHING = 'the function gives nothing back: does it end with `return`?'


class Wrong(AssertionError):
    """An answer is not what it should be; what, why, and a hint have been printed."""

    def _render_traceback_(self):
        """What a notebook shows under the cell: no lines of the check, where the answer stands."""
        return [f'Wrong: {self}']


def expect(what, got, wanted, hints=()):
    """Prints `ok` if `got` is what is wanted; else what was expected, what came out, and a hint.

    Numbers and arrays are equal up to rounding, and have to have the same shape.
    hints: pairs (mistake, text) of likely mistakes, in the order in which they are tried. `mistake`
        is a value that `got` may be equal to, or a function of `got` that is true of it. If none
        fits, the hint is one that fits any task, if there is one.
    Raises Wrong.
    """
    if equal(got, wanted):
        print(f'ok: {what}')
        return
    hint = NOTHING if got is None else fitting(hints, got) or general_hint(got, wanted)
    not_yet(what, ('expected', shown(wanted)), ('came out', shown(got)), ('hint', hint))


def returned(what, got):
    """`got`, what a function returned, for a check that goes on with it. Raises Wrong if None."""
    if got is None:
        not_yet(what, ('came out', 'None'), ('hint', NOTHING))
    return got


def chosen(what, letters, wanted, hints):
    """For letters that the student has chosen: `expect`, without a word on which are right."""
    if letters == wanted:
        print(f'ok: {what}')
        return
    not_yet(what, ('you chose', shown(letters)), ('hint', fitting(hints, letters)))


def not_yet(what, *lines):
    """Prints the lines, (name, text), but for a hint that there is none of. Raises Wrong."""
    print(f'not yet: {what}')
    for name, text in lines:
        if text:
            print(f'  {name + ":":<10} {text}')
    raise Wrong(f'{what}: see above')


def fitting(hints, got):
    """The text of the first mistake that the answer is; None if it is none of them."""
    return next((text for mistake, text in hints if fits(mistake, got)), None)


def general_hint(got, wanted):
    """What can be said of a wrong answer without knowing the task; None if nothing."""
    try:
        got, wanted = np.asarray(got), np.asarray(wanted)
    except (NotImplementedError, ValueError):
        return None
    if got.shape != wanted.shape:
        return f'the shape is {got.shape}, not {wanted.shape}'
    if got.dtype.kind == 'f' and not np.isfinite(got).all():
        return 'numbers that are infinite or none (nan): they grew without end, or a division by 0'
    return None


def equal(a, b):
    """Whether two answers are the same, up to rounding and to list, tuple or array."""
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
    """Whether the answer is this mistake; one of another kind altogether is not."""
    if not callable(mistake):
        return equal(mistake, got)
    try:
        return bool(mistake(got))
    except Exception:       # the function was written for answers of the right kind
        return False


def shown(value):
    text = repr(value)
    text = text if '\n' not in text else '\n' + text
    return text if len(text) <= LONGEST else f'{text[:LONGEST]} ...'
