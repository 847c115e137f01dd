"""Do all workers train the same? Told before the first step, by digests."""
from collections.abc import Callable

import numpy as np

from course.checkpoints.digest import digest
from course.many.workers import Workers

DIGITS = 12             # of a digest, in hex: a float64 carries them as they are


class Different(Exception):
    """A worker has something else than worker 0."""


def check_same(gather: Callable, workers: Workers, facts: dict, hint: str = '') -> None:
    """Raises Different, in all workers, that names the workers that differ and in what.

    gather: values -> the table of all workers' values. facts: {what: its value here}.
    hint: what to look at.
    """
    names = sorted(facts)
    kinds = differing(gather([number_of(names)]))
    if kinds:
        raise Different(f'{named(kinds, workers)} another version of the course or of the notebook '
                        'than worker 0')
    table = gather([number_of(facts[name]) for name in names])
    other = differing(table)
    if other:
        columns = [k for k in range(len(names)) if (table[:, k] != table[0, k]).any()]
        here = ', '.join(f'{names[k]} = {facts[names[k]]!r:.60}' for k in columns)
        what = ' and '.join(names[k] for k in columns)
        raise Different(f'{named(other, workers)} not the same {what} as worker 0. Here, on worker '
                        f'{workers.task}: {here}. {hint}'.rstrip())


def number_of(fact) -> int:
    return int(digest(fact, length=DIGITS), 16)


def differing(table: np.ndarray) -> list[int]:
    """The workers whose row is not that of worker 0."""
    return np.flatnonzero((table != table[0]).any(axis=1)).tolist()


def named(tasks: list[int], workers: Workers) -> str:
    names = [workers.name(k) for k in tasks[:5]] + ['others'] * (len(tasks) > 5)
    return f'{", ".join(names)} {"has" if len(tasks) == 1 else "have"}'.capitalize()
