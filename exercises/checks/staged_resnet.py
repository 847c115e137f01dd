"""The trunk of ResNet-v2-50 with a switch at each stage, for the exercise layer_transfer."""
import tensorflow.compat.v1 as tf
import tf_slim as slim

from tf_model.resnet_v2 import BLOCKS, SCOPE, block, conv2d_same, layer_defaults


def staged_resnet(images, is_training, mode, blocks=BLOCKS):
    """As tf_model.resnet_v2.resnet_v2_50, the same variables, nothing frozen but what you freeze.

    images: float32 (N, H, W, 3) in [-1, 1]. is_training: a bool placeholder.
    mode: mode(stage, is_training) -> is_training of the BatchNorm of that stage: is_training
        itself, or False. Stages are 'conv1', 'block1' ... 'block4', 'postnorm'.
    blocks: (name, depth, units, stride) of each block; fewer units make a smaller network.

    Returns {stage: its output}.
    """
    outputs = {}
    with tf.variable_scope(SCOPE):
        with slim.arg_scope(defaults('conv1', is_training, mode)), \
                slim.arg_scope([slim.conv2d], activation_fn=None, normalizer_fn=None):
            outputs['conv1'] = conv2d_same(images, 64, 7, stride=2, scope='conv1')
            x = slim.max_pool2d(outputs['conv1'], 3, stride=2, scope='pool1')
        for name, depth, units, stride in blocks:
            with slim.arg_scope(defaults(name, is_training, mode)):
                x = outputs[name] = block(x, name, depth, units, stride)
        with slim.arg_scope(defaults('postnorm', is_training, mode)):
            outputs['postnorm'] = slim.batch_norm(x, activation_fn=tf.nn.relu, scope='postnorm')
    return outputs


def defaults(stage, is_training, mode):
    return layer_defaults(mode(stage, is_training), trainable=True, batch_norm_decay=0.9)
