"""The datasets that `python data/get.py NAME` puts in place, ready for data_list/make_list.py."""
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from course import workplace
from course.datasets.sources import CIFAR10, cifar10, digits, downloaded, faces, from_kaggle
from drawing.render import SETS


class Dataset(NamedTuple):
    """What `python data/get.py` lists and puts in place."""

    counts: dict[str, int]      # class -> how many images of it the publisher has
    origin: str                 # where it comes from, in a few words
    fill: Callable[[Path], None] | None     # puts them into an empty folder; None: they are drawn


SEEDLINGS = {'Black-grass': 263, 'Charlock': 390, 'Cleavers': 287, 'Common Chickweed': 611,
             'Common wheat': 221, 'Fat Hen': 475, 'Loose Silky-bent': 654, 'Maize': 221,
             'Scentless Mayweed': 516, 'Shepherds Purse': 231, 'Small-flowered Cranesbill': 496,
             'Sugar beet': 385}
# The checksums are those of their publishers: pytorch/tutorials, .jenkins/download_data.py;
# tensorflow/datasets, url_checksums/tf_flowers.txt, cifar10.txt. For cats_and_dogs_filtered there
# is none: Keras and Google's courses fetch it without. There https, the checksums inside the zip
# file and the number of images have to do.
DATASETS = {
    **{name: Dataset(images.counts, 'drawn here, in a minute or two', None)
       for name, images in SETS.items()},
    'digits': Dataset(dict(zip('0123456789', (178, 182, 177, 183, 181, 182, 181, 179, 174, 180))),
                      'comes with scikit-learn', digits),
    'faces': Dataset({'face': 100, 'other': 100}, 'comes with scikit-image', faces),
    'cifar10': Dataset(
        dict.fromkeys(CIFAR10, 6000), '170 MB, with a checksum',
        partial(cifar10, megabytes=170,
                url='https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
                sha256='c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd')),
    'cats_and_dogs_filtered': Dataset(
        {'cats': 1500, 'dogs': 1500}, '69 MB; its publisher gives no checksum',
        partial(downloaded, megabytes=69,
                url='https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip',
                wanted=r'cats_and_dogs_filtered/((?:train|validation)/\w+/[^.].*)')),
    'hymenoptera': Dataset(
        {'ants': 193, 'bees': 204}, '47 MB, with a checksum',
        partial(downloaded, megabytes=47,
                url='https://download.pytorch.org/tutorial/hymenoptera_data.zip',
                wanted=r'hymenoptera_data/((?:train|val)/\w+/[^.].*)',
                sha256='fbc41b31d544714d18dd1230b1e2b455e1557766e13e67f9f5a7a23af7c02209')),
    'flower_photos': Dataset(
        {'daisy': 633, 'dandelion': 898, 'roses': 641, 'sunflowers': 699, 'tulips': 799},
        '229 MB, with a checksum; LICENSE.txt names the photographers',
        partial(downloaded, megabytes=229, url='https://storage.googleapis.com/download.tensorflow.org/'
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


def table() -> str:
    """All datasets, one a line: images, classes, origin, and whether it is there."""
    lines = [f'{"name":24}{"images":>8}{"classes":>9}  from']
    for name, (counts, origin, _) in DATASETS.items():
        there = '; is in data/' if (workplace() / 'data' / name).exists() else ''
        lines.append(f'{name:24}{sum(counts.values()):8,}{len(counts):9}  {origin}{there}')
    return '\n'.join(lines)
