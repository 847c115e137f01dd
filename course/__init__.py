"""The machinery of the course: everything that a student uses and need not read."""
import os
from pathlib import Path

from course.streams import open_closed_streams

ROOT = Path(os.path.abspath(__file__)).parent.parent    # the course as it is installed
HOME = Path.home() / 'transfer_learning'                # where the course cannot be written to


def workplace() -> Path:
    """The folder that holds data/, data_list/, tf_ckpt/ and model/ for the person at the keyboard.

    That is the copy of the course that the working directory lies in; elsewhere, the course that
    is installed. Where that one is read-only, it is ~/transfer_learning, which is made now, with
    links to all that the course ships.
    """
    here = Path.cwd()
    own = next((place for place in (here, *here.parents) if (place / 'data_list').is_dir()), ROOT)
    if os.access(own, os.W_OK):
        return own
    for folder in ('data', 'data_list', 'tf_ckpt'):
        (HOME / folder).mkdir(parents=True, exist_ok=True)
        for shipped in (own / folder).glob('*'):
            link = HOME / folder / shipped.name
            if link.is_symlink() and not link.exists():
                link.unlink()                           # to where the course was before
            if not link.exists():
                link.symlink_to(shipped)
    print(f'{own} is read-only: what you make goes to {HOME}')
    return HOME


open_closed_streams()       # first of all: later, a file may have taken their place
