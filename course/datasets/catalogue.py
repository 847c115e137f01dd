"""The datasets that `python data/get.py NAME` puts in place, ready for data_list/make_list.py.

What is drawn here is completed where it is. Any other dataset appears whole or not at all: it is
put together aside, counted, and renamed. An interrupted download resumes.
"""
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import cv2

from course import workplace
from course.datasets.archives import BadArchive, DownloadError, unpack
from course.datasets.downloads import archive_from
from course.images import enlarged
from course.lists.layout import class_of, publisher_splits
from drawing.render import SETS, render

SIDE = 96                           # pixels that digits and faces are enlarged to
IMAGES = '.jpg', '.jpeg', '.png'


def downloads():
    """Where archives are, whole and in part."""
    return workplace() / 'data' / 'downloads'


class Dataset(NamedTuple):
    """What `python data/get.py` lists and puts in place."""

    counts: dict        # class -> number of its images, as the publisher has them
    origin: str         # where it comes from, in a few words
    fill: Callable | None   # puts the images into an empty folder; None where they are drawn


def digits(folder):
    """Handwritten digits of 8 x 8, as scikit-learn ships them, enlarged."""
    from sklearn.datasets import load_digits  # not above: importing it takes a second
    data = load_digits()
    write_images(folder, data.images / 16, data.target)


def faces(folder):
    """Faces, and other pieces of photographs, of 25 x 25, as scikit-image ships them, enlarged."""
    from skimage.data import lfw_subset
    write_images(folder, lfw_subset(), ['face'] * 100 + ['other'] * 100)


def write_images(folder, grey, classes):
    """Grey images (N, H, W) in 0 .. 1 as <class>/<nnnn>.png of SIDE x SIDE pixels."""
    for nth, (image, name) in enumerate(zip(enlarged(grey, SIDE), classes)):
        path = folder / str(name) / f'{nth:04}.png'
        path.parent.mkdir(exist_ok=True)
        # one channel, since all three are equal; cv2.imwrite stumbles over unusual letters
        path.write_bytes(cv2.imencode('.png', image[..., 0])[1])


def downloaded(folder, url, wanted, sha256=None):
    """The files of an archive whose names match `wanted`; its group 1 is the name in `folder`."""
    with archive_from(url, downloads(), sha256) as archive:
        unpack(archive, folder, partial(renamed, wanted))


def from_kaggle(folder, competition, archive, wanted, file=None):
    """As `downloaded`, from an archive that its user has fetched: Kaggle asks for a login.

    file: the one file of the competition that is needed, or None for all of them.
    """
    if not (downloads() / archive).is_file():
        where = os.path.relpath(downloads())
        one = f' -f {file}' if file else ''
        raise DownloadError(
            'Kaggle asks for a login. Accept the rules at '
            f'https://www.kaggle.com/c/{competition}/rules, then:\n'
            '    pip install kaggle                # it needs a token: kaggle.com/docs/api\n'
            f'    kaggle competitions download -c {competition}{one} -p {where}\n'
            f'    {command(folder)}\n'
            f'The last line checks {os.path.join(where, archive)} and puts the images in place.')
    try:
        unpack(downloads() / archive, folder, partial(renamed, wanted))
    except BadArchive as error:
        raise DownloadError(f'{error}. Delete it and fetch it from Kaggle again') from error


def renamed(wanted, name):
    match = re.fullmatch(wanted, name)
    return match and match.group(1)


SEEDLINGS = {'Black-grass': 263, 'Charlock': 390, 'Cleavers': 287, 'Common Chickweed': 611,
             'Common wheat': 221, 'Fat Hen': 475, 'Loose Silky-bent': 654, 'Maize': 221,
             'Scentless Mayweed': 516, 'Shepherds Purse': 231, 'Small-flowered Cranesbill': 496,
             'Sugar beet': 385}
# The checksums are those of their publishers: pytorch/tutorials, .jenkins/download_data.py;
# tensorflow/datasets, url_checksums/tf_flowers.txt. For cats_and_dogs_filtered there is none:
# Keras and Google's courses fetch it without. There https, the checksums inside the zip file and
# the number of images have to do.
DATASETS = {
    **{name: Dataset(images.counts, 'drawn here, in a minute or two', None)
       for name, images in SETS.items()},
    'digits': Dataset(dict(zip('0123456789', (178, 182, 177, 183, 181, 182, 181, 179, 174, 180))),
                      'comes with scikit-learn', digits),
    'faces': Dataset({'face': 100, 'other': 100}, 'comes with scikit-image', faces),
    'cats_and_dogs_filtered': Dataset(
        {'cats': 1500, 'dogs': 1500}, '69 MB; its publisher gives no checksum',
        partial(downloaded,
                url='https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip',
                wanted=r'cats_and_dogs_filtered/((?:train|validation)/\w+/[^.].*)')),
    'hymenoptera': Dataset(
        {'ants': 193, 'bees': 204}, '47 MB, with a checksum',
        partial(downloaded, url='https://download.pytorch.org/tutorial/hymenoptera_data.zip',
                wanted=r'hymenoptera_data/((?:train|val)/\w+/[^.].*)',
                sha256='fbc41b31d544714d18dd1230b1e2b455e1557766e13e67f9f5a7a23af7c02209')),
    'flower_photos': Dataset(
        {'daisy': 633, 'dandelion': 898, 'roses': 641, 'sunflowers': 699, 'tulips': 799},
        '229 MB, with a checksum; LICENSE.txt names the photographers',
        partial(downloaded, url='https://storage.googleapis.com/download.tensorflow.org/'
                'example_images/flower_photos.tgz',
                wanted=r'flower_photos/(LICENSE\.txt|\w+/[^.].*)',
                sha256='4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c')),
    'dogs_vs_cats': Dataset(
        {'cat': 12_500, 'dog': 12_500}, '570 MB from Kaggle, with a login',
        partial(from_kaggle, competition='dogs-vs-cats', archive='train.zip', file='train.zip',
                wanted=r'train/([^.].*)')),
    'plant_seedlings_photos': Dataset(
        SEEDLINGS, '1.8 GB from Kaggle, with a login',
        partial(from_kaggle, competition='plant-seedlings-classification',
                archive='plant-seedlings-classification.zip', wanted=r'train/([^/]+/[^.].*)'))}


def put_in_place(name):
    """Make data/<name>, unless it is there whole; returns what to tell. Raises DownloadError."""
    folder, dataset = workplace() / 'data' / name, DATASETS[name]
    if name in SETS:
        written, there = render(SETS[name], folder)
        said = (f'wrote {written} images to {folder}' if written
                else f'all {there} images are in {folder} already')
    else:
        if folder.exists():
            check(folder, dataset.counts, 'Move it away, or delete it to get it again')
        else:
            fill_aside(folder, dataset)
        said = f'{sum(dataset.counts.values()):,} images are in {os.path.relpath(folder)}'
    return f'{said}. The lists: python data_list/make_list.py data/{name}'


def fill_aside(folder, dataset):
    """Put a dataset together beside `folder`, count it, and rename it."""
    aside = folder.parent / f'.{folder.name}.part' / folder.name
    shutil.rmtree(aside.parent, ignore_errors=True)         # of a run that was killed
    try:
        aside.mkdir(parents=True)
        dataset.fill(aside)
        check(aside, dataset.counts, 'What came is not the set that it should be')
        os.replace(aside, folder)
    except OSError as error:
        raise DownloadError(f'{folder} cannot be written: {error.strerror or error}. Make room and '
                            'run the same command again') from error
    finally:
        shutil.rmtree(aside.parent, ignore_errors=True)


def check(folder, counts, remedy):
    """Raise DownloadError unless `folder` has as many images of each class as `counts` says."""
    found = count(folder)
    wrong = [f'{name} {found[name]} instead of {counts.get(name, 0)}'
             for name in sorted({*counts, *found}) if found[name] != counts.get(name, 0)]
    if wrong:
        raise DownloadError(f'{folder} has other images than it should have: {", ".join(wrong)}. '
                            f'{remedy}')


def count(folder):
    """A Counter of the images of each class, in all the folders of its publisher."""
    splits = publisher_splits(folder)
    return Counter(class_of(path.relative_to(folder).as_posix(), splits) or 'without a class'
                   for path in folder.rglob('*') if path.suffix.lower() in IMAGES)


def command(folder):
    return f'python data/get.py {folder.name}'


def table():
    lines = [f'{"name":24}{"images":>8}{"classes":>9}  from']
    for name, (counts, origin, _) in DATASETS.items():
        there = '; is in data/' if (workplace() / 'data' / name).exists() else ''
        lines.append(f'{name:24}{sum(counts.values()):8,}{len(counts):9}  {origin}{there}')
    return '\n'.join(lines)
