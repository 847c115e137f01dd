"""What time_to_accuracy.py does before a dataset's first run: `... race_prepare DATASET FOLDER`

Into the folder go all that the engines read (see race_common.py). It is a process of its own,
because course.compat sets environment variables, which no other engine is to inherit.
"""
import os
import sys
from pathlib import Path

import numpy as np

from benchmarks.race_common import FOLD, WEIGHTS
from benchmarks.training_cells import config
from course import ROOT
from course.checkpoints.find import unpacked_checkpoint
from course.checkpoints.packed import variables
from course.lists.check import read_lists
from course.lists.make import make_list


def prepare(dataset: str, folder: Path) -> None:
    """The lists are those of make_list, the weights those of the notebook's Config cell."""
    checkpoint = Path(unpacked_checkpoint(ROOT / config()['checkpoint']))
    np.savez(folder / WEIGHTS, **variables(checkpoint.with_suffix('.npz')))
    make_list(ROOT / 'data' / dataset, folder / 'data_list' / dataset / 'k_fold')
    for name in ('data', 'tf_ckpt'):
        (folder / name).symlink_to(ROOT / name)
    os.chdir(folder)                                    # lists name images from there
    for label, (train, val, _) in zip(*read_lists(dataset, FOLD)):
        for name, images in (('train', train), ('val', val)):
            place = folder / name / label
            place.mkdir(parents=True)
            for path in images.path:
                (place / Path(path).name).symlink_to(ROOT / path)


if __name__ == '__main__':
    prepare(sys.argv[1], Path(sys.argv[2]))
