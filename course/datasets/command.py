"""What `data/get.py` and `tf_ckpt/get.py` have in common: NAME, or a table of all names."""
import argparse
import sys
from collections.abc import Callable, Iterable

from course.datasets.archives import DownloadError


def get(description: str, names: Iterable[str], table: Callable[[], str],
        put_in_place: Callable[[str], str], argv: list[str] | None = None) -> int:
    """Runs a command that puts one of `names` in place; returns its exit status.

    table() -> what to print without a name; put_in_place(name) -> what to print when it is done.
    0; 1 where it fails, with the reason on stderr; 130 where it is interrupted.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('name', nargs='?', choices=names, metavar='NAME')
    name = parser.parse_args(argv).name
    try:
        print(put_in_place(name) if name else table())
    except (DownloadError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print('\nStopped. Run the same command again: it resumes.', file=sys.stderr)
        return 130
    return 0
