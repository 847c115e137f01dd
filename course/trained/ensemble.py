"""The networks of several folds as one model: their mean probability.

Its folder, written by `python -m course.folds`, holds no network, but the names of theirs.
"""
import json
import os
from functools import cached_property
from pathlib import Path

import numpy as np

from course.trained.folder import Trained_model

FOLDS = 'folds.json'


class Ensemble:
    """What Trained_model is, of several networks with the same classes. Make it with `load`.

    Its networks have been tested one by one, each on the images of its fold. The mean has not:
    every image was among the training images of most of them.
    """

    def __init__(self, folder: Path, members: list[Trained_model]):
        self.folder, self.members = folder, members
        first = members[0]
        self.class_names, self.img_size = first.class_names, first.img_size
        self.first_pixel, self.network = first.first_pixel, first.network

    @classmethod
    def load(cls, folder: str | os.PathLike) -> 'Ensemble':
        """The networks that folds.json names.

        Raises ValueError and FileNotFoundError where one is missing, damaged, or another one than
        the one that was reported.
        """
        folder = Path(folder)
        try:
            entries = json.loads((folder / FOLDS).read_text(encoding='utf-8'))['folds']
            named = [(folder / entry['folder'], entry['run']) for entry in entries]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f'{folder / FOLDS} is damaged: run python -m course.folds again, which'
                             ' does not train again what is complete.') from error
        if not named:
            raise FileNotFoundError(f'No fold of {folder} is complete yet.')
        members = [Trained_model.load(Path(os.path.normpath(place))) for place, _ in named]
        for member, (_, run) in zip(members, named):
            if member.description['run'] != run:
                raise ValueError(f'{member.folder} was trained again since {folder} was written: '
                                 'run python -m course.folds again.')
            if (member.class_names, member.img_size) != (members[0].class_names,
                                                         members[0].img_size):
                raise ValueError(f'{member.folder} has other classes or another image size than '
                                 f'{members[0].folder}.')
        return cls(folder, members)

    @property
    def class_shares(self) -> list[int]:
        """The numbers of training images, over all networks."""
        return np.sum([member.class_shares for member in self.members], axis=0).tolist()

    @cached_property
    def sentence(self) -> str:
        """What it is, in a line."""
        values = [member.figures['accuracy']['value'] for member in self.members]
        names = self.class_names
        return (f'{self.folder}, the mean of {len(values)} networks: {", ".join(names[:5])}'
                f'{", ..." if len(names) > 5 else ""}; each by itself {min(values):.1%} to '
                f'{max(values):.1%} of its test images right')


def load(folder: str | os.PathLike) -> Trained_model | Ensemble:
    """The model of a folder, of one network or of several folds. Raises as their `load`."""
    kind = Ensemble if Path(folder, FOLDS).is_file() else Trained_model
    return kind.load(folder)
