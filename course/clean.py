"""Remove what an earlier run has written, and nothing that somebody named by mistake."""
import os
import re
import shutil
from pathlib import Path

LIST = re.compile(r'(train|val|test)_.+_\d+\.csv')


def empty_folder(folder: str, below: str) -> None:
    """Make `folder`, without what was in it. It has to be inside a folder that is called `below`.

    Raises ValueError if it is not: nothing is removed then.
    """
    folder = place(folder, below)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def remove_lists(folder: str) -> None:
    """Make `folder`, which has to be inside data_list/, without the lists that were in it.

    A list is a file such as train_cat_0.csv; everything else stays.
    Raises ValueError if the folder is elsewhere: nothing is removed then.
    """
    folder = place(folder, 'data_list')
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if LIST.fullmatch(path.name) and path.is_file():
            path.unlink()


def place(folder: str, below: str) -> Path:
    """The folder itself, whatever links and `..` lead to it. Raises ValueError if not below."""
    path = Path(os.path.realpath(folder))
    if below not in path.parent.parts:
        raise ValueError(f'{str(folder)!r} is {path}, which is not in a folder called {below}: '
                         f'nothing was removed. Choose a folder such as {below}/mine')
    return path
