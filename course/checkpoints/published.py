"""The checkpoints that TF-Slim publishes: the networks they are of, and what these achieve.

No TensorFlow here, so that `python tf_ckpt/get.py` lists them at once. tf_model/zoo.py builds them.
"""
from typing import NamedTuple

from course import workplace

# The same bucket as http://download.tensorflow.org/models, the address that TF-Slim gives, but by
# https: the publisher gives no checksum for any of these files.
MODELS = 'https://storage.googleapis.com/download.tensorflow.org/models'
MINUS_ONE_TO_ONE, MINUS_MEAN = '[-1, 1]', 'minus the mean of ImageNet'


class Network(NamedTuple):
    """One of ZOO."""

    name: str           # in the Config cell, and of its checkpoint
    scope: str          # of all its variables
    features: str       # its last stage, whose output goes to the classifier
    size: int           # pixels a side of the images that it was measured with
    smallest: int       # pixels a side of the smallest images that it can take
    first_pixel: float  # the features at (i, j) are about the image around row first_pixel + 32 i,
                        # column first_pixel + 32 j: the centre of their receptive field
    scaling: str        # how its images were scaled when it was trained
    date: str           # of its checkpoint
    top1: float         # percent correct on ImageNet, one crop per image, from TF-Slim's README
    top5: float         # percent with the correct class among the first five

    @property
    def url(self) -> str:
        return f'{MODELS}/{self.name}_{self.date}.tar.gz'


UNIT, MEAN = MINUS_ONE_TO_ONE, MINUS_MEAN
# NASNet-A is not here. tf_slim.nets does not build it, and its variables have no scope in common
# (cell_0/..., conv0/...), by which the course finds what to restore, to freeze and to train.
ZOO = {row[0]: Network(*row) for row in [
    ('vgg_16',        'vgg_16',        'pool5',    224, 32, 15.5, MEAN, '2016_08_28', 71.5, 89.8),
    ('vgg_19',        'vgg_19',        'pool5',    224, 32, 15.5, MEAN, '2016_08_28', 71.1, 89.8),
    ('inception_v1',  'InceptionV1',   'Mixed_5c', 224, 1,  23,   UNIT, '2016_08_28', 69.8, 89.6),
    ('inception_v2',  'InceptionV2',   'Mixed_5c', 224, 1,  31,   UNIT, '2016_08_28', 73.9, 91.8),
    ('inception_v3',  'InceptionV3',   'Mixed_7c', 299, 75, 37,   UNIT, '2016_08_28', 78.0, 93.9),
    ('inception_v4',  'InceptionV4',   'Mixed_7d', 299, 75, 37,   UNIT, '2016_09_09', 80.2, 95.2),
    ('inception_resnet_v2', 'InceptionResnetV2', 'Conv2d_7b_1x1', 299, 75, 37, UNIT, '2016_08_30',
     80.4, 95.3),
    ('resnet_v1_50',  'resnet_v1_50',  'block4',   224, 1,  2,    MEAN, '2016_08_28', 75.2, 92.2),
    ('resnet_v1_101', 'resnet_v1_101', 'block4',   224, 1,  2,    MEAN, '2016_08_28', 76.4, 92.9),
    ('resnet_v1_152', 'resnet_v1_152', 'block4',   224, 1,  2,    MEAN, '2016_08_28', 76.8, 93.2),
    ('resnet_v2_50',  'resnet_v2_50',  'postnorm', 299, 1,  2,    UNIT, '2017_04_14', 75.6, 92.8),
    ('resnet_v2_101', 'resnet_v2_101', 'postnorm', 299, 1,  2,    UNIT, '2017_04_14', 77.0, 93.7),
    ('resnet_v2_152', 'resnet_v2_152', 'postnorm', 299, 1,  2,    UNIT, '2017_04_14', 77.8, 94.1),
    *((f'mobilenet_v1_{width}_{size}', 'MobilenetV1', 'Conv2d_13_pointwise', size, 1, 31, UNIT,
       '2017_06_14', top1, top5) for width, size, top1, top5 in [
           ('1.0', 224, 70.7, 89.5), ('0.50', 160, 59.9, 82.5), ('0.25', 128, 41.3, 66.2)]),
]}


def find(name: str) -> Network:
    """The network of that name. Raises ValueError where there is none."""
    if name not in ZOO:
        raise ValueError(f'network = {name!r}: choose one of {", ".join(ZOO)}')
    return ZOO[name]


def table() -> str:
    """ZOO for people, a line for each network, and whether its checkpoint is in tf_ckpt/."""
    lines = [f'{"name":22}{"top-1":>6}{"top-5":>7}{"pixels":>8}  images scaled to']
    for network in ZOO.values():
        here = '; is here' if is_here(network.name) else ''
        lines.append(f'{network.name:22}{network.top1:6}{network.top5:7}{network.size:8}  '
                     f'{network.scaling}{here}')
    return '\n'.join(lines)


def is_here(name: str) -> bool:
    """Whether tf_ckpt/ holds the official checkpoint of a network, in format V1 or V2."""
    return any((workplace() / 'tf_ckpt' / f'{name}.ckpt{ending}').exists()
               for ending in ('', '.index'))
