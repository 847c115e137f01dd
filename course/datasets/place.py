"""A dataset put into data/<name>: drawn images are completed there, any other set is put together
in a temporary folder, counted, and renamed, so that it appears whole or not at all."""
import os
import shutil
from collections import Counter
from pathlib import Path

from course import workplace
from course.datasets.archives import DownloadError
from course.datasets.catalogue import DATASETS, Dataset
from course.lists.layout import class_of
from course.lists.splits import publisher_splits
from drawing.render import SETS, render

IMAGES = '.jpg', '.jpeg', '.png'


def put_in_place(name: str) -> str:
    """Makes data/<name> complete; returns what to tell the user.

    Raises DownloadError, and OSError where drawn images cannot be written.
    """
    folder, dataset = workplace() / 'data' / name, DATASETS[name]
    if name in SETS:
        written, total = render(SETS[name], folder)
        done = (f'Drew {written} of {total} images in {folder}' if written
                else f'All {total} images are already in {folder}')
    else:
        if folder.exists():
            check(folder, dataset.counts, 'Move it away, or delete it to get it again')
        else:
            fill_whole(folder, dataset)
        done = f'{sum(dataset.counts.values()):,} images are in {folder}'
    return f'{done}. To make their lists: python data_list/make_list.py data/{name}'


def fill_whole(folder: Path, dataset: Dataset) -> None:
    """Puts a dataset together beside `folder`, counts it, and renames it to `folder`."""
    temporary = folder.parent / f'.{folder.name}.part' / folder.name
    shutil.rmtree(temporary.parent, ignore_errors=True)     # left by a run that was killed
    try:
        temporary.mkdir(parents=True)
        dataset.fill(temporary)
        check(temporary, dataset.counts, 'The publisher may have changed the set')
        os.replace(temporary, folder)
    except OSError as error:
        raise DownloadError(f'{folder} cannot be written: {error.strerror or error}. Make room and '
                            'run the same command again') from error
    finally:
        shutil.rmtree(temporary.parent, ignore_errors=True)


def check(folder: Path, counts: dict[str, int], remedy: str) -> None:
    """Raises DownloadError unless `folder` has as many images of each class as `counts` says."""
    try:
        found = count_images(folder)
    except ValueError as error:         # folders that contradict each other
        raise DownloadError(f'{error} {remedy}') from error
    wrong = [f'{name} {found[name]} instead of {counts.get(name, 0)}'
             for name in sorted({*counts, *found}) if found[name] != counts.get(name, 0)]
    if wrong:
        raise DownloadError(f'{folder} does not hold the images that it should: '
                            f'{", ".join(wrong)}. {remedy}')


def count_images(folder: Path) -> Counter:
    """How many images of each class there are, the publisher's train, val and test together."""
    splits = publisher_splits(folder)
    return Counter(class_of(path.relative_to(folder).as_posix(), splits) or 'without a class'
                   for path in folder.rglob('*') if path.suffix.lower() in IMAGES)
