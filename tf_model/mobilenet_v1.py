"""MobileNet v1 (Howard et al. 2017, arXiv:1704.04861), without classifier.

tf_slim.nets does not have it. The names are those of the official checkpoints.
"""
import tensorflow.compat.v1 as tf
import tf_slim as slim

#           channels and stride of each pair of layers
PAIRS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2),
         (1024, 1)]


def defaults(batch_norm_decay: float) -> dict:
    """The arg_scope that it was trained with, without weight decay."""
    with slim.arg_scope([slim.conv2d, slim.separable_conv2d], activation_fn=tf.nn.relu6,
                        normalizer_fn=slim.batch_norm, padding='SAME',
                        normalizer_params={'decay': batch_norm_decay, 'epsilon': 0.001,
                                           'scale': True}) as scope:
        return scope


def mobilenet_v1(images: tf.Tensor, scope: str, width: float = 1.0) -> tuple[tf.Tensor, dict]:
    """A convolution, then 13 pairs: each channel by itself (depthwise, 3 x 3), then all of them at
    each place (pointwise, 1 x 1). Together they cost about a ninth of a 3 x 3 convolution.

    images: float32 (N, H, W, 3), -1 to 1. width: the share of the channels, such as 0.5.
    Returns (N, H / 32, W / 32, 1024 * width), and {layer: its output}.
    """
    end_points = {}
    with tf.variable_scope(scope):
        net = slim.conv2d(images, int(32 * width), 3, stride=2, scope='Conv2d_0')
        end_points['Conv2d_0'] = net
        for k, (depth, stride) in enumerate(PAIRS, 1):
            net = slim.separable_conv2d(net, None, 3, depth_multiplier=1, stride=stride,
                                        scope=f'Conv2d_{k}_depthwise')
            end_points[f'Conv2d_{k}_depthwise'] = net
            net = slim.conv2d(net, int(depth * width), 1, scope=f'Conv2d_{k}_pointwise')
            end_points[f'Conv2d_{k}_pointwise'] = net
    return net, end_points
