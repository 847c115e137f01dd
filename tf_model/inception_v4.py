"""Inception v4 and Inception-ResNet-v2 (Szegedy et al. 2016, arXiv:1602.07261), without classifier.

tf_slim.nets stops at Inception v3. The names are those of the official checkpoints.

A module is a list of branches whose outputs are concatenated, and a branch a text of layers from
input to output. A layer is its name, which ends with the kernel (rows x columns), and, of a
convolution, the number of its channels: 'Conv2d_0b_1x7:224'. '/2' is stride 2, '/1' stride 1, both
without padding at the borders; elsewhere the stride is 1 and the size stays. 'a+b' is two layers
of the same input, concatenated.
"""
import re
from functools import reduce

import tensorflow.compat.v1 as tf
import tf_slim as slim

REDUCE_A = ['Conv2d_1a_3x3:384/2', 'Conv2d_0a_1x1:{} Conv2d_0b_3x3:{} Conv2d_1a_3x3:{}/2',
            'MaxPool_1a_3x3/2']
V4_A = ['Conv2d_0a_1x1:96', 'Conv2d_0a_1x1:64 Conv2d_0b_3x3:96',
        'Conv2d_0a_1x1:64 Conv2d_0b_3x3:96 Conv2d_0c_3x3:96', 'AvgPool_0a_3x3 Conv2d_0b_1x1:96']
V4_B = ['Conv2d_0a_1x1:384', 'Conv2d_0a_1x1:192 Conv2d_0b_1x7:224 Conv2d_0c_7x1:256',
        'Conv2d_0a_1x1:192 Conv2d_0b_7x1:192 Conv2d_0c_1x7:224 Conv2d_0d_7x1:224 '
        'Conv2d_0e_1x7:256', 'AvgPool_0a_3x3 Conv2d_0b_1x1:128']
V4_C = ['Conv2d_0a_1x1:256', 'Conv2d_0a_1x1:384 Conv2d_0b_1x3:256+Conv2d_0c_3x1:256',
        'Conv2d_0a_1x1:384 Conv2d_0b_3x1:448 Conv2d_0c_1x3:512 Conv2d_0d_1x3:256+Conv2d_0e_3x1:256',
        'AvgPool_0a_3x3 Conv2d_0b_1x1:256']
# stage -> a text: a layer of its own; a list: a module
V4 = {'Conv2d_1a_3x3': 'Conv2d_1a_3x3:32/2', 'Conv2d_2a_3x3': 'Conv2d_2a_3x3:32/1',
      'Conv2d_2b_3x3': 'Conv2d_2b_3x3:64',
      'Mixed_3a': ['MaxPool_0a_3x3/2', 'Conv2d_0a_3x3:96/2'],
      'Mixed_4a': ['Conv2d_0a_1x1:64 Conv2d_1a_3x3:96/1',
                   'Conv2d_0a_1x1:64 Conv2d_0b_1x7:64 Conv2d_0c_7x1:64 Conv2d_1a_3x3:96/1'],
      'Mixed_5a': ['Conv2d_1a_3x3:192/2', 'MaxPool_1a_3x3/2'],
      **{f'Mixed_5{letter}': V4_A for letter in 'bcde'},
      'Mixed_6a': [branch.format(192, 224, 256) for branch in REDUCE_A],
      **{f'Mixed_6{letter}': V4_B for letter in 'bcdefgh'},
      'Mixed_7a': ['Conv2d_0a_1x1:192 Conv2d_1a_3x3:192/2',
                   'Conv2d_0a_1x1:256 Conv2d_0b_1x7:256 Conv2d_0c_7x1:320 Conv2d_1a_3x3:320/2',
                   'MaxPool_1a_3x3/2'],
      **{f'Mixed_7{letter}': V4_C for letter in 'bcd'}}

BLOCK_35 = ['Conv2d_1x1:32', 'Conv2d_0a_1x1:32 Conv2d_0b_3x3:32',
            'Conv2d_0a_1x1:32 Conv2d_0b_3x3:48 Conv2d_0c_3x3:64']
BLOCK_17 = ['Conv2d_1x1:192', 'Conv2d_0a_1x1:128 Conv2d_0b_1x7:160 Conv2d_0c_7x1:192']
BLOCK_8 = ['Conv2d_1x1:192', 'Conv2d_0a_1x1:192 Conv2d_0b_1x3:224 Conv2d_0c_3x1:256']
# ... a tuple: residual modules: (how many, their name, branches, the share that the sum adds)
RESNET_V2 = {'Conv2d_1a_3x3': 'Conv2d_1a_3x3:32/2', 'Conv2d_2a_3x3': 'Conv2d_2a_3x3:32/1',
             'Conv2d_2b_3x3': 'Conv2d_2b_3x3:64', 'MaxPool_3a_3x3': 'MaxPool_3a_3x3/2',
             'Conv2d_3b_1x1': 'Conv2d_3b_1x1:80/1', 'Conv2d_4a_3x3': 'Conv2d_4a_3x3:192/1',
             'MaxPool_5a_3x3': 'MaxPool_5a_3x3/2',
             'Mixed_5b': ['Conv2d_1x1:96', 'Conv2d_0a_1x1:48 Conv2d_0b_5x5:64',
                          'Conv2d_0a_1x1:64 Conv2d_0b_3x3:96 Conv2d_0c_3x3:96',
                          'AvgPool_0a_3x3 Conv2d_0b_1x1:64'],
             'Repeat': (10, 'block35', BLOCK_35, 0.17),
             'Mixed_6a': [branch.format(256, 256, 384) for branch in REDUCE_A],
             'Repeat_1': (20, 'block17', BLOCK_17, 0.10),
             'Mixed_7a': ['Conv2d_0a_1x1:256 Conv2d_1a_3x3:384/2',
                          'Conv2d_0a_1x1:256 Conv2d_1a_3x3:288/2',
                          'Conv2d_0a_1x1:256 Conv2d_0b_3x3:288 Conv2d_1a_3x3:320/2',
                          'MaxPool_1a_3x3/2'],
             'Repeat_2': (9, 'block8', BLOCK_8, 0.20),
             'Block8': (1, None, BLOCK_8, 1.0),
             'Conv2d_7b_1x1': 'Conv2d_7b_1x1:1536'}


def inception_v4(images: tf.Tensor, scope: str) -> tuple[tf.Tensor, dict]:
    """images: float32 (N, H, W, 3), -1 to 1. Returns (N, h, w, 1536), and {stage: its output}."""
    return stages(V4, images, scope)


def inception_resnet_v2(images: tf.Tensor, scope: str) -> tuple[tf.Tensor, dict]:
    """images: float32 (N, H, W, 3), -1 to 1. Returns (N, h, w, 1536), and {stage: its output}."""
    return stages(RESNET_V2, images, scope)


def stages(table, net, scope):
    """The stages of a table, one after the other: the last output, and {stage: its output}."""
    end_points = {}
    with tf.variable_scope(scope):
        for stage, what in table.items():
            if isinstance(what, str):
                net = layer(net, what)
            elif isinstance(what, list):
                net = module(net, stage, what)
            else:
                net = residuals(net, stage, *what)
            end_points[stage] = net
    return net, end_points


def layer(net, text):
    """A layer; or several of one input, joined by +, concatenated."""
    outputs = []
    for one in text.split('+'):
        name, *kernel, depth, stride = re.fullmatch(
            r'(\w+_(\d)x(\d))(?::(\d+))?(?:/(\d))?', one).groups()
        options = {'kernel_size': [int(side) for side in kernel], 'stride': int(stride or 1),
                   'padding': 'VALID' if stride else 'SAME', 'scope': name}
        if depth:
            outputs.append(slim.conv2d(net, int(depth), **options))
        else:
            pool = slim.max_pool2d if name.startswith('Max') else slim.avg_pool2d
            outputs.append(pool(net, **options))
    return tf.concat(outputs, axis=3)


def module(net, scope, branches):
    """The branches of `net`, concatenated."""
    with tf.variable_scope(scope):
        outputs = []
        for k, branch in enumerate(branches):
            with tf.variable_scope(f'Branch_{k}'):
                outputs.append(reduce(layer, branch.split(), net))
        return tf.concat(outputs, axis=3)


def residuals(net, scope, n, name, branches, share):
    """n modules in a row. Each adds `share` of a correction to its input, then rectifies the sum;
    the very last of the network, which has no `name`, does not."""
    for k in range(1, n + 1):
        place = f'{scope}/{name}_{k}' if name else scope
        mixed = module(net, place, branches)
        net = net + share * slim.conv2d(mixed, net.shape[3].value, 1, activation_fn=None,
                                        normalizer_fn=None, scope=f'{place}/Conv2d_1x1')
        net = tf.nn.relu(net) if name else net
    return net
