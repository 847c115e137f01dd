"""The official checkpoints of zoo.py's networks: fetched, checked, put in place.

TF-Slim, which publishes them, gives no checksums. Instead the connection is encrypted, the archive
has a checksum inside, and each variable of the network has to be in the checkpoint, in its shape.
"""
import os
import shutil
from functools import partial
from pathlib import PurePosixPath

import tensorflow.compat.v1 as tf
import tf_slim as slim

from course import workplace
from course.checkpoints.find import shapes_in_checkpoint
from course.datasets.archives import BadArchive, DownloadError, unpack
from course.datasets.downloads import archive_from, download_folder
from tf_model.restore import RESTORED, compare
from tf_model.zoo import ZOO, build


def put_in_place(name):
    """Make tf_ckpt/<name>.ckpt, unless it is there; returns what to tell. Raises DownloadError."""
    target = workplace() / 'tf_ckpt' / f'{name}.ckpt'
    if not target.exists():
        download(name, target)
    elif wrong := fault(target, name):
        raise DownloadError(f'{target} {wrong}. Delete it and run the same command again')
    return (f'tf_ckpt/{name}.ckpt is in place. In the Config cell: network = {name!r}, '
            f"checkpoint = 'tf_ckpt/{name}.ckpt', img_size up to {ZOO[name].size}")


def download(name, target):
    aside = download_folder() / f'{name}.unpacked'
    shutil.rmtree(aside, ignore_errors=True)            # of a run that was killed
    try:
        with archive_from(ZOO[name].url, download_folder()) as archive:
            unpack(archive, aside, partial(only, target.name))
            wrong = fault(aside / target.name, name)
            if wrong:
                raise BadArchive(f'{archive}: {target.name} {wrong}')
            os.replace(aside / target.name, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def only(wanted, name):
    return wanted if PurePosixPath(name).name == wanted else None


def fault(checkpoint, name):
    """Why a file is not a checkpoint of the network, with each variable in its shape; or ''."""
    if not checkpoint.exists():
        return 'is missing'
    try:
        shapes = shapes_in_checkpoint(str(checkpoint))
    except ValueError:
        return 'is not a TensorFlow checkpoint, or damaged'
    with tf.Graph().as_default():
        build(name, tf.placeholder(tf.float32, (None, None, None, 3)), is_training=False)
        variables = slim.get_model_variables(ZOO[name].scope)
    table = compare(variables, shapes, {})
    lacking = table.variable[table.variable.notna() & (table.status != RESTORED)]
    return (f'is not of {name}: {len(lacking)} of its {len(variables)} variables are missing or of '
            f'another shape, {lacking.iloc[0]} first' if len(lacking) else '')


def table():
    lines = [f'{"name":15}{"top-1":>6}{"top-5":>7}{"pixels":>8}  images scaled to']
    for network in ZOO.values():
        there = '; is here' if (workplace() / 'tf_ckpt' / f'{network.name}.ckpt').exists() else ''
        lines.append(f'{network.name:15}{network.top1:6}{network.top5:7}{network.size:8}  '
                     f'{network.scaling}{there}')
    return '\n'.join(lines)
