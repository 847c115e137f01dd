"""Put an official checkpoint in place, as tf_ckpt/<name>.ckpt.

    python tf_ckpt/get.py           # lists what there is
    python tf_ckpt/get.py resnet_v2_50

An interrupted download goes on where it stopped when the command is run again. TF-Slim, which
publishes them, gives no checksums: instead the connection is encrypted, the archive has a checksum
inside, and each variable of the network has to be in the checkpoint, in its shape.
"""
import argparse
import os
import shutil
import sys
from functools import partial
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import compat  # noqa: E402, F401, I001  (before TensorFlow)
import tensorflow.compat.v1 as tf  # noqa: E402
import tf_slim as slim  # noqa: E402
from downloads import (  # noqa: E402
    BadArchive,
    DownloadError,
    archive_from,
    exit_status,
    unpack,
)
from tf_model.restore import RESTORED, compare, shapes_in_checkpoint  # noqa: E402
from tf_model.zoo import ZOO, build  # noqa: E402

CHECKPOINTS = ROOT / 'tf_ckpt'
DOWNLOADS = ROOT / 'data' / 'downloads'


def put_in_place(name):
    """Make tf_ckpt/<name>.ckpt, unless it is there. Raises DownloadError, with the reason."""
    target = CHECKPOINTS / f'{name}.ckpt'
    if target.exists():
        wrong = fault(target, name)
        if wrong:
            raise DownloadError(f'{target} {wrong}. Delete it and run the same command again')
        return
    aside = DOWNLOADS / f'{name}.unpacked'
    shutil.rmtree(aside, ignore_errors=True)            # of a run that was killed
    try:
        with archive_from(ZOO[name].url, DOWNLOADS) as archive:
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
    lines = [f'{"name":15}{"top-1":>6}{"top-5":>7}{"pixels":>8}  pictures scaled to']
    for network in ZOO.values():
        there = '; is here' if (CHECKPOINTS / f'{network.name}.ckpt').exists() else ''
        lines.append(f'{network.name:15}{network.top1:6}{network.top5:7}{network.size:8}  '
                     f'{network.scaling}{there}')
    return '\n'.join(lines)


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='Put an official checkpoint into tf_ckpt/; '
                                     'without NAME, list what there is.')
    parser.add_argument('name', nargs='?', choices=ZOO, metavar='NAME')
    name = parser.parse_args(argv).name
    if name is None:
        print(table())
        return 0
    status = exit_status(put_in_place, name)
    if status:
        return status
    print(f'tf_ckpt/{name}.ckpt is in place. In the Config cell: network = {name!r}, '
          f"checkpoint = 'tf_ckpt/{name}.ckpt', img_size up to {ZOO[name].size}")
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
