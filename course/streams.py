"""stdin, stdout and stderr of a program that was started without them."""
import os
import sys


def open_closed_streams() -> None:
    """Where a program was started without stdout or stderr (`2>&-`), they lead nowhere from now on.

    Otherwise sys.stderr is None, and the next file that is opened becomes number 2: what C++
    libraries complain about would be written into it, a checkpoint for example. What this program
    starts inherits them.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)    # takes the lowest number that is free
            os.set_inheritable(nowhere, True)
    for name in ('stdout', 'stderr'):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, 'w', encoding='utf-8'))     # for good
