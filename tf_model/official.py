"""An official checkpoint put into tf_ckpt/: downloaded, checked, renamed.

TF-Slim, which publishes them, gives no checksums. Instead the connection is encrypted, the archive
has a checksum inside, and the checkpoint must hold every variable of the network, in its shape.
"""
import os
import re
import shutil
from pathlib import Path, PurePosixPath

import tensorflow.compat.v1 as tf
import tf_slim as slim

from course import workplace
from course.checkpoints.find import shapes_in_checkpoint
from course.checkpoints.published import find, is_here
from course.datasets.archives import BadArchive, DownloadError, unpack
from course.datasets.downloads import archive_from, download_folder
from tf_model.restore import RESTORED, compare
from tf_model.zoo import build


def put_in_place(name: str) -> str:
    """Makes tf_ckpt/<name>.ckpt, unless it is there; returns what to tell the user.

    name: of a network of ZOO. Raises DownloadError.
    """
    target = workplace() / 'tf_ckpt' / f'{name}.ckpt'
    if not is_here(name):
        download(name, target)
    elif wrong := fault(target, name):
        raise DownloadError(f'{target} {wrong}. Delete it and run the same command again')
    return (f'tf_ckpt/{name}.ckpt is in place. In the Config cell: network = {name!r}, '
            f"checkpoint = 'tf_ckpt/{name}.ckpt', img_size up to {find(name).size}")


def download(name: str, target: Path) -> None:
    """Fetch a checkpoint: it appears at `target` whole and checked, or not at all.

    In format V1 it is that one file; in V2 it is two, of which the index comes last.
    """
    def only_the_checkpoint(member):            # some archives have the date in its name as well
        ending = re.fullmatch(rf'{re.escape(name)}(?:_{find(name).date})?\.ckpt'
                              r'(\.index|\.data-\d+-of-\d+)?', PurePosixPath(member).name)
        return ending and target.name + (ending[1] or '')

    aside = download_folder() / f'{name}.unpacked'
    shutil.rmtree(aside, ignore_errors=True)            # left by a run that was killed
    try:
        with archive_from(find(name).url, download_folder()) as archive:
            unpack(archive, aside, only_the_checkpoint)
            if wrong := fault(aside / target.name, name):
                raise BadArchive(f'{archive}: {target.name} {wrong}')
            for file in sorted(aside.iterdir()):        # .data before .index
                os.replace(file, target.with_name(file.name))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def fault(checkpoint: Path, name: str) -> str:
    """Why a file is not the checkpoint of a network, each variable in its shape; '' if it is."""
    if not (checkpoint.exists() or checkpoint.with_name(f'{checkpoint.name}.index').exists()):
        return 'is missing'
    try:
        shapes = shapes_in_checkpoint(str(checkpoint))
    except ValueError:
        return 'is not a TensorFlow checkpoint, or damaged'
    with tf.Graph().as_default():
        build(name, tf.placeholder(tf.float32, (None, None, None, 3)), is_training=False)
        variables = slim.get_model_variables(find(name).scope)
    table = compare(variables, shapes, {})
    wrong = table.variable[table.variable.notna() & (table.status != RESTORED)]
    return (f'is not a checkpoint of {name}: {len(wrong)} of its {len(variables)} variables are '
            f'missing or have another shape, {wrong.iloc[0]} first' if len(wrong) else '')
