"""Other networks for the same lesson: `network = 'vgg_16'` in the Config cell.

Each has the variables of TF-Slim's official checkpoint under their official names. They are built
by tf_slim.nets; resnet_v2_50 is the one of resnet_v2.py, VGG's trunk is below.

`python tf_ckpt/get.py NAME` puts a checkpoint in place.
"""
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import tensorflow.compat.v1 as tf
import tf_slim as slim
from tf_slim.nets import inception, resnet_utils, resnet_v1, resnet_v2, vgg

from tf_model.resnet_v2 import frozen_stages, resnet_v2_50

# The same bucket as http://download.tensorflow.org/models, which TF-Slim names, but by https: there
# is no checksum of the publisher's for any of these files.
MODELS = 'https://storage.googleapis.com/download.tensorflow.org/models'
MINUS_ONE_TO_ONE, MINUS_MEAN = '[-1, 1]', 'minus the mean of ImageNet'
IMAGENET_MEAN = 123.68, 116.78, 103.94      # red, green, blue, of 0 .. 255


class Network(NamedTuple):
    """One of ZOO."""

    name: str           # in the Config cell, and of its checkpoint
    scope: str          # that all its variables lie in
    build: Callable     # (images, is_training) -> features, {stage: tensor}
    defaults: Callable  # batch_norm_decay -> the arg_scope of its layers
    features: str       # its last stage: what comes out there goes to the classifier
    size: int           # pixels a side that it was measured with
    smallest: int       # pixels a side that it can take
    first_pixel: float  # row and column of an image that place (0, 0) of the features is about
    scaling: str        # what its images were when it was trained
    date: str           # of its checkpoint
    top1: float         # percent right on ImageNet, one crop each, as TF-Slim's README has it
    top5: float         # percent with the right class among the first five

    @property
    def url(self):
        return f'{MODELS}/{self.name}_{self.date}.tar.gz'


def vgg_trunk(images, is_training, scope, convolutions):
    """VGG up to its last pooling: without the dense layers, which want 224 x 224 pixels exactly and
    hold nine tenths of the weights."""
    net, end_points = images, {}
    with tf.variable_scope(scope):
        for nth, (repeats, depth) in enumerate(zip(convolutions, (64, 128, 256, 512, 512)), 1):
            net = slim.repeat(net, repeats, slim.conv2d, depth, 3, scope=f'conv{nth}')
            end_points[f'conv{nth}'] = net
            net = slim.max_pool2d(net, 2, scope=f'pool{nth}')
    return net, end_points


def resnet(images, is_training, build):
    return build(images, is_training=is_training, global_pool=False)


def inception_trunk(images, is_training, build, scope):
    return build(images, scope=scope)


def vgg_defaults(batch_norm_decay):
    return vgg.vgg_arg_scope(weight_decay=0.0)              # it has no BatchNorm


def resnet_defaults(batch_norm_decay):
    return resnet_utils.resnet_arg_scope(weight_decay=0.0, batch_norm_decay=batch_norm_decay)


def inception_defaults(batch_norm_decay):
    return inception.inception_v3_arg_scope(weight_decay=0.0, batch_norm_decay=batch_norm_decay)


def of_vgg(name, convolutions, *accuracy):
    return Network(name, name, partial(vgg_trunk, scope=name, convolutions=convolutions),
                   vgg_defaults, 'pool5', 224, 32, 15.5, MINUS_MEAN, '2016_08_28', *accuracy)


def of_resnet_v1(build, *accuracy):
    name = build.__name__
    return Network(name, name, partial(resnet, build=build), resnet_defaults,
                   'block4', 224, 1, 2, MINUS_MEAN, '2016_08_28', *accuracy)


def of_resnet_v2(build, *accuracy):
    name = build.__name__
    return Network(name, name, partial(resnet, build=build), resnet_defaults,
                   'postnorm', 299, 1, 2, MINUS_ONE_TO_ONE, '2017_04_14', *accuracy)


def of_inception(name, scope, build, features, size, smallest, first_pixel, *accuracy):
    return Network(name, scope, partial(inception_trunk, build=build, scope=scope),
                   inception_defaults, features, size, smallest, first_pixel, MINUS_ONE_TO_ONE,
                   '2016_08_28', *accuracy)


ZOO = {network.name: network for network in (
    of_vgg('vgg_16', (2, 2, 3, 3, 3), 71.5, 89.8),
    of_vgg('vgg_19', (2, 2, 4, 4, 4), 71.1, 89.8),
    of_inception('inception_v1', 'InceptionV1', inception.inception_v1_base, 'Mixed_5c', 224, 1,
                 23, 69.8, 89.6),
    of_inception('inception_v2', 'InceptionV2', inception.inception_v2_base, 'Mixed_5c', 224, 1,
                 31, 73.9, 91.8),
    of_inception('inception_v3', 'InceptionV3', inception.inception_v3_base, 'Mixed_7c', 299, 75,
                 37, 78.0, 93.9),
    of_resnet_v1(resnet_v1.resnet_v1_50, 75.2, 92.2),
    of_resnet_v1(resnet_v1.resnet_v1_101, 76.4, 92.9),
    of_resnet_v1(resnet_v1.resnet_v1_152, 76.8, 93.2),
    of_resnet_v2(resnet_v2_50, 75.6, 92.8),
    of_resnet_v2(resnet_v2.resnet_v2_101, 77.0, 93.7),
    of_resnet_v2(resnet_v2.resnet_v2_152, 77.8, 94.1))}


def find(name):
    """The Network of a name. Raises ValueError for another name."""
    if name not in ZOO:
        raise ValueError(f'network = {name!r}: choose one of {", ".join(ZOO)}')
    return ZOO[name]


def scale(name, images):
    """Images as the network was trained on them.

    images: RGB, 0 .. 255, any type, (N, H, W, 3). Returns float32 of the same shape.
    """
    images = tf.cast(images, tf.float32)
    if find(name).scaling == MINUS_ONE_TO_ONE:
        return images / 127.5 - 1
    return images - IMAGENET_MEAN


def frozen_scopes(name, freeze):
    """The scopes that `freeze` keeps as they are, e.g. ['resnet_v2_50/conv1'] or ['vgg_16'].

    resnet_v2_50 can be kept up to a stage (see frozen_stages), the others as a whole ('all') or not
    at all (None). Raises ValueError for anything else.
    """
    scope = find(name).scope
    if name == 'resnet_v2_50':
        return [f'{scope}/{stage}' for stage in frozen_stages(freeze)]
    if freeze in (None, '', 'none'):
        return []
    if freeze == 'all':
        return [scope]
    raise ValueError(f"freeze = {freeze!r}: {name} can be kept as a whole, 'all', or not at all, "
                     'None. Parts of a network can be kept in resnet_v2_50 only')


def build(name, images, is_training, freeze=None, batch_norm_decay=0.9):
    """The trunk of a network of ZOO, without classifier.

    images: float32 (N, H, W, 3), scaled as `scale` does it; is_training, freeze (see
    frozen_scopes), batch_norm_decay: as of resnet_v2_50.

    Returns (features, end_points): float32 (N, h, w, C), not below 0, h and w about H / 32 and
    W / 32, C = 512 for VGG, 1024 for Inception v1 and v2, 2048 for the others; and a dict from
    '<scope>/<stage>' to tensors, from the input upwards. What is frozen is not trainable, and its
    BatchNorm is in inference mode, out of UPDATE_OPS.
    Raises ValueError for an unknown name, an unknown `freeze`, and images that are too small.
    """
    network, frozen = find(name), frozen_scopes(name, freeze)
    check_size(network, images)
    if name == 'resnet_v2_50':
        return resnet_v2_50(images, is_training, freeze, batch_norm_decay)
    if frozen:
        is_training = False
    with slim.arg_scope(network.defaults(batch_norm_decay)), \
            slim.arg_scope([slim.batch_norm], is_training=is_training), \
            slim.arg_scope([slim.conv2d, slim.separable_conv2d, slim.batch_norm],
                           trainable=not frozen):
        features, inner = network.build(images, is_training)
    if frozen:
        features = tf.stop_gradient(features)       # nothing below is to learn: skip its gradients
    stages = {key.split('/', 1)[-1] if key.startswith(f'{network.scope}/') else key: tensor
              for key, tensor in inner.items()}
    end_points = {f'{network.scope}/{stage}': tensor for stage, tensor in stages.items()
                  if '/' not in stage}              # blocks, not each layer in them
    return features, end_points | {f'{network.scope}/{network.features}': features}


def check_size(network, images):
    sides = [side for side in images.shape.as_list()[1:3] if side]
    if sides and min(sides) < network.smallest:
        raise ValueError(f'{network.name} needs images of {network.smallest} pixels a side or '
                         f'more, not {min(sides)}: raise img_size in the Config cell')
