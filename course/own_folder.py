"""A folder of one's own where the course is shared and read-only: `python -m course.own_folder`

It makes ~/transfer_learning with the notebooks, and links to the images, lists and checkpoints.
`python -m course.own_folder ARGUMENTS` then becomes `python ARGUMENTS`: a hub starts servers so.
"""
import os
import shutil
import sys
from pathlib import Path

from course import ROOT, workplace

NOTEBOOKS = '*.ipynb', 'lessons/*.ipynb'


def make_own_folder() -> Path:
    """The folder, ~/transfer_learning unless the course can be written to. What is in it stays."""
    os.chdir(Path.home())
    place = workplace()
    if place != ROOT:
        for notebook in (path for pattern in NOTEBOOKS for path in ROOT.glob(pattern)):
            own = place / notebook.relative_to(ROOT)
            if not own.exists():
                own.parent.mkdir(exist_ok=True)
                shutil.copyfile(notebook, own)      # not its permissions, which are read-only
    return place


if __name__ == '__main__':
    make_own_folder()
    if sys.argv[1:]:
        os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
