"""Where the images of a dataset come from: each function puts them into an empty folder."""
import re
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from course.datasets.archives import BadArchive, DownloadError, unpack
from course.datasets.downloads import archive_from, download_folder
from course.images import enlarged

SIDE = 96                           # pixels that digits and faces are enlarged to
MAX_IMAGE = 100_000_000             # bytes of one file in an archive of images
CIFAR10 = ('airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck')
RECORD = 1 + 3 * 32 * 32            # bytes of one image in a binary file of CIFAR-10


def digits(folder: Path) -> None:
    """Handwritten digits of 8 x 8 pixels, as scikit-learn ships them, enlarged."""
    from sklearn.datasets import load_digits  # not above: importing it takes a second
    data = load_digits()
    write_images(folder, data.images / 16, data.target)


def faces(folder: Path) -> None:
    """Faces, and other pieces of photographs, of 25 x 25 pixels, as scikit-image ships them."""
    from skimage.data import lfw_subset
    write_images(folder, lfw_subset(), ['face'] * 100 + ['other'] * 100)


def write_images(folder, grey, classes):
    """Grey images (N, H, W) in 0 .. 1 as <class>/<nnnn>.png of SIDE x SIDE pixels."""
    for nth, (image, name) in enumerate(zip(enlarged(grey, SIDE), classes)):
        path = folder / str(name) / f'{nth:04}.png'
        path.parent.mkdir(exist_ok=True)
        # one channel, since all three are equal; cv2.imwrite fails where a path is not ASCII
        path.write_bytes(cv2.imencode('.png', image[..., 0])[1])


def downloaded(folder: Path, url: str, wanted: str, megabytes: float, sha256: str | None = None
               ) -> None:
    """The files of an archive of that size whose names match the pattern `wanted`; its group 1 is
    the name in `folder`."""
    with archive_from(url, download_folder(), sha256, megabytes) as archive:
        unpack(archive, folder, partial(renamed, wanted), MAX_IMAGE)


def cifar10(folder: Path, url: str, megabytes: float, sha256: str | None = None) -> None:
    """train/<class>/<nnnnn>.png and test/..., 32 x 32 pixels, from CIFAR-10's binary files.

    A record is a byte for the class and 3 x 32 x 32 for red, green and blue. The Python version of
    the set is pickled, and a pickle from a stranger may run anything.
    Raises BadArchive for a file of another length, or without any.
    """
    aside = folder.parent / 'binary'
    with archive_from(url, download_folder(), sha256, megabytes) as archive:
        unpack(archive, aside, partial(renamed, r'cifar-10-batches-bin/(\w+_batch\w*\.bin)'))
        for file in sorted(aside.glob('*.bin')):
            records = np.fromfile(file, np.uint8)
            if len(records) % RECORD or records[::RECORD].max(initial=0) >= len(CIFAR10):
                raise BadArchive(f'{archive}: {file.name} does not hold records of {RECORD} bytes')
            write_records(folder / file.name.split('_')[0].replace('data', 'train'), file.stem,
                          records.reshape(-1, RECORD))


def write_records(folder, prefix, records):
    """uint8 (N, RECORD) as <class>/<prefix>_<nnnnn>.png below `folder`."""
    for name in CIFAR10:
        (folder / name).mkdir(parents=True, exist_ok=True)
    images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)[..., ::-1]     # BGR
    for nth, (number, image) in enumerate(zip(records[:, 0], images)):
        path = folder / CIFAR10[number] / f'{prefix}_{nth:05}.png'
        path.write_bytes(cv2.imencode('.png', image)[1])


def from_kaggle(folder: Path, competition: str, archive: str, wanted: str,
                file: str | None = None) -> None:
    """As `downloaded`, from an archive that the user has fetched: Kaggle asks for a login.

    file: the one file of the competition that is needed, or None for all of them.
    """
    path = download_folder() / archive
    if not path.is_file():
        only = f' -f {file}' if file else ''
        raise DownloadError(
            'Kaggle asks for a login. Accept the rules at '
            f'https://www.kaggle.com/c/{competition}/rules, then:\n'
            '    pip install kaggle                # it needs a token: kaggle.com/docs/api\n'
            f'    kaggle competitions download -c {competition}{only} -p "{path.parent}"\n'
            f'    python data/get.py {folder.name}\n'
            f'The last line checks {path} and puts the images in place.')
    try:
        unpack(path, folder, partial(renamed, wanted), MAX_IMAGE)
    except BadArchive as error:
        raise DownloadError(f'{error}. Delete it and fetch it from Kaggle again') from error


def renamed(wanted, name):
    match = re.fullmatch(wanted, name)
    return match and match.group(1)
