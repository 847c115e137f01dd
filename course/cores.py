"""How many threads and processes the course starts: COURSE_THREADS bounds them all."""
import os

VARIABLE = 'COURSE_THREADS'


def cores() -> int:
    """How many cores this process may use: those that the system allows it, and no more than the
    environment variable COURSE_THREADS says, where it is set.

    Raises ValueError where that is not a whole number of at least 1.
    """
    if hasattr(os, 'sched_getaffinity'):            # Linux
        allowed = len(os.sched_getaffinity(0))
    else:
        allowed = os.cpu_count() or 1
    bound = os.environ.get(VARIABLE)
    if not bound:
        return allowed
    if not bound.isdecimal() or int(bound) < 1:
        raise ValueError(f'{VARIABLE} is {bound!r}: set it to a whole number of at least 1, or '
                         'do not set it')
    return min(allowed, int(bound))


def bound_libraries() -> None:
    """TensorFlow and OpenMP start no more threads than COURSE_THREADS says, where it is set.

    They read their own variables once: call it before they are imported. A variable of theirs
    that is set already stays.
    """
    if os.environ.get(VARIABLE):
        for name in ('OMP_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'):
            os.environ.setdefault(name, str(cores()))
