"""expect: one line where an answer is right; what was expected, what came, and a hint where not."""
import numpy as np


class Wrong(AssertionError):
    """An answer that is not the expected one."""


def expect(what, got, wanted, hints=()):
    """Print `ok: what` if got equals wanted (floats: nearly), otherwise explain and raise Wrong.

    hints: pairs (mistake, text). The first is shown whose mistake equals `got` or, where it is a
        function, is true of it.
    """
    if same(got, wanted):
        print(f'ok: {what}')
        return
    print(f'{what}\n  expected: {wanted}\n  came out: {got}')
    for mistake, text in hints:
        if fits(mistake, got):
            print(f'  hint: {text}')
            break
    raise Wrong(what)


def fits(mistake, got):
    if not callable(mistake):
        return same(got, mistake)
    try:
        return bool(mistake(got))
    except Exception:                   # asked of something that it was not made for
        return False


def same(got, wanted):
    if isinstance(wanted, (float, np.ndarray, np.floating)):
        try:
            return np.shape(got) == np.shape(wanted) and bool(np.allclose(got, wanted))
        except (TypeError, ValueError):
            return False
    return type(got) is type(wanted) and bool(got == wanted)
