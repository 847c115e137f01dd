"""Other networks for the same lesson: `network = 'vgg_16'` in the Config cell.

Each has the variables of TF-Slim's official checkpoint under their official names. tf_slim.nets
builds most of them. resnet_v2_50, Inception v4, Inception-ResNet-v2 and MobileNet have a file of
their own in this folder; VGG's trunk is below.

`python tf_ckpt/get.py NAME` puts a checkpoint in place; course/checkpoints/published.py says what
is known of each network.
"""
import tensorflow.compat.v1 as tf
import tf_slim as slim
from tf_slim.nets import inception, resnet_utils, resnet_v1, resnet_v2, vgg

from course.checkpoints.published import MINUS_MEAN, MINUS_ONE_TO_ONE, ZOO, Network, find
from tf_model.inception_v4 import inception_resnet_v2, inception_v4
from tf_model.mobilenet_v1 import defaults, mobilenet_v1
from tf_model.resnet_v2 import frozen_stages, resnet_v2_50, scale_images

__all__ = ['IMAGENET_MEAN', 'MINUS_MEAN', 'MINUS_ONE_TO_ONE', 'ZOO', 'build', 'find',
           'frozen_scopes', 'scale']

IMAGENET_MEAN = 123.68, 116.78, 103.94      # red, green, blue, of 0 .. 255
#                 convolutions before each of the five poolings
VGG = {'vgg_16': (2, 2, 3, 3, 3),
       'vgg_19': (2, 2, 4, 4, 4)}
INCEPTION = {'inception_v1': inception.inception_v1_base,
             'inception_v2': inception.inception_v2_base,
             'inception_v3': inception.inception_v3_base,
             'inception_v4': inception_v4, 'inception_resnet_v2': inception_resnet_v2}
MOBILENET = {'mobilenet_v1_1.0_224': 1.0, 'mobilenet_v1_0.50_160': 0.5,     # share of the channels
             'mobilenet_v1_0.25_128': 0.25}
RESNET = {'resnet_v1_50': resnet_v1.resnet_v1_50, 'resnet_v1_101': resnet_v1.resnet_v1_101,
          'resnet_v1_152': resnet_v1.resnet_v1_152, 'resnet_v2_101': resnet_v2.resnet_v2_101,
          'resnet_v2_152': resnet_v2.resnet_v2_152}


def scale(name: str, images) -> tf.Tensor:
    """Images as the network was trained on them: RGB 0 .. 255, any type, to float32, same shape."""
    if find(name).scaling == MINUS_MEAN:
        return tf.cast(images, tf.float32) - IMAGENET_MEAN
    return scale_images(images)


def frozen_scopes(name: str, freeze: str | None) -> list[str]:
    """The scopes that `freeze` keeps as they are, e.g. ['resnet_v2_50/conv1'] or ['vgg_16'].

    resnet_v2_50 can be frozen up to a stage (see frozen_stages), the other networks as a whole
    ('all') or not at all (None). Raises ValueError for anything else.
    """
    scope = find(name).scope
    if name == 'resnet_v2_50':
        return [f'{scope}/{stage}' for stage in frozen_stages(freeze)]
    if freeze and freeze != 'all':
        raise ValueError(f"freeze = {freeze!r}: {name} can be frozen as a whole, 'all', or not at "
                         'all, None. Only resnet_v2_50 can be frozen in part')
    return [scope] if freeze else []


def build(name: str, images: tf.Tensor, is_training, freeze: str | None = None,
          batch_norm_decay: float = 0.9) -> tuple[tf.Tensor, dict]:
    """The trunk (backbone) of a network of ZOO, without classifier.

    images: float32 (N, H, W, 3), from `scale`. is_training: a bool or a bool placeholder; False in
    training too keeps BatchNorm in inference mode, with the restored moving statistics, while its
    gamma and beta learn. freeze: see frozen_scopes. batch_norm_decay: see resnet_v2_50.

    Returns (features, end_points): float32 (N, h, w, C), not below 0, h and w about H / 32 and
    W / 32, C = 512 for VGG, 1024 for Inception v1 and v2, 1536 for Inception v4 and its ResNet,
    1024, 512 or 256 for MobileNet, 2048 for the others; and a dict from '<scope>/<stage>' to
    tensors, from input to output. What is frozen is not trainable, and its BatchNorm is in
    inference mode, not in UPDATE_OPS.
    Raises ValueError for an unknown name, an unknown `freeze`, and images that are too small.
    """
    network, frozen = find(name), bool(frozen_scopes(name, freeze))
    check_size(network, images)
    if name == 'resnet_v2_50':
        return resnet_v2_50(images, is_training, freeze, batch_norm_decay)
    if frozen:
        is_training = False
    with slim.arg_scope(layer_defaults(name, batch_norm_decay)), \
            slim.arg_scope([slim.batch_norm], is_training=is_training), \
            slim.arg_scope([slim.conv2d, slim.separable_conv2d, slim.batch_norm],
                           trainable=not frozen):
        features, layers = trunk(network, images, is_training)
    if frozen:
        features = tf.stop_gradient(features)   # nothing below it learns: no gradients needed
    stages = {layer.removeprefix(f'{network.scope}/'): output for layer, output in layers.items()}
    end_points = {f'{network.scope}/{stage}': output for stage, output in stages.items()
                  if '/' not in stage}          # TF-Slim's ResNets also list each layer of a block
    return features, end_points | {f'{network.scope}/{network.features}': features}


def layer_defaults(name: str, batch_norm_decay: float) -> dict:
    """The arg_scope that TF-Slim trained the network with, without weight decay."""
    if name in VGG:
        return vgg.vgg_arg_scope(weight_decay=0.0)      # no BatchNorm
    if name in MOBILENET:
        return defaults(batch_norm_decay)
    of_family = inception.inception_v3_arg_scope if name in INCEPTION else (
        resnet_utils.resnet_arg_scope)
    return of_family(weight_decay=0.0, batch_norm_decay=batch_norm_decay)


def trunk(network: Network, images: tf.Tensor, is_training) -> tuple[tf.Tensor, dict]:
    """The network up to its last stage: its output, and {name of a layer: its output}."""
    if network.name in VGG:
        return vgg_trunk(images, network.scope, VGG[network.name])
    if network.name in INCEPTION:
        return INCEPTION[network.name](images, scope=network.scope)
    if network.name in MOBILENET:
        return mobilenet_v1(images, network.scope, MOBILENET[network.name])
    return RESNET[network.name](images, is_training=is_training, global_pool=False)


def vgg_trunk(images: tf.Tensor, scope: str, convolutions: tuple) -> tuple[tf.Tensor, dict]:
    """VGG up to its last pooling, without the dense layers: they take images of exactly 224 x 224
    pixels, and hold nine tenths of the weights."""
    net, end_points = images, {}
    with tf.variable_scope(scope):
        for nth, (repeats, depth) in enumerate(zip(convolutions, (64, 128, 256, 512, 512)), 1):
            net = slim.repeat(net, repeats, slim.conv2d, depth, 3, scope=f'conv{nth}')
            end_points[f'conv{nth}'] = net
            net = slim.max_pool2d(net, 2, scope=f'pool{nth}')
    return net, end_points


def check_size(network: Network, images: tf.Tensor) -> None:
    """Raises ValueError where the height or the width is too small; an unknown one is accepted."""
    sides = [side for side in images.shape.as_list()[1:3] if side]
    if sides and min(sides) < network.smallest:
        raise ValueError(f'{network.name} needs images of {network.smallest} pixels a side or '
                         f'more, not {min(sides)}: raise img_size in the Config cell')
