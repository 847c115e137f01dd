"""ResNet-v2-50, written to be read in class.

He, Zhang, Ren, Sun: Identity Mappings in Deep Residual Networks (ECCV 2016). Names, shapes and
arithmetic are those of TF-Slim's resnet_v2_50: the official checkpoint fits variable by variable.

"v2" means pre-activation: BatchNorm and ReLU come *before* each convolution, and nothing stands on
the way from one unit's sum to the next. The sum after the last unit is therefore neither normalised
nor rectified; `postnorm` does that, and features are taken after it.
"""
import tensorflow.compat.v1 as tf
import tf_slim as slim

SCOPE = 'resnet_v2_50'
#         name     depth  units  stride of the block's last unit
BLOCKS = [('block1', 256, 3, 2),
          ('block2', 512, 4, 2),
          ('block3', 1024, 6, 2),
          ('block4', 2048, 3, 1)]
STAGES = ['conv1'] + [name for name, *_ in BLOCKS] + ['postnorm']   # in the order of the data


def conv2d_same(x, depth, kernel, stride, scope):
    """A convolution padded alike on both sides, whatever the stride and the size of `x`.

    TensorFlow's own 'SAME' pads an even-sized image on the right and bottom only when stride > 1.
    """
    if stride == 1:
        return slim.conv2d(x, depth, kernel, padding='SAME', scope=scope)
    before = (kernel - 1) // 2
    after = kernel - 1 - before
    x = tf.pad(x, [[0, 0], [before, after], [before, after], [0, 0]])
    return slim.conv2d(x, depth, kernel, stride=stride, padding='VALID', scope=scope)


def bottleneck_v2(x, depth, stride):
    """One residual unit: 1 x 1 narrows to depth / 4, 3 x 3 works, 1 x 1 widens; plus shortcut."""
    with tf.variable_scope('bottleneck_v2'):
        preact = slim.batch_norm(x, activation_fn=tf.nn.relu, scope='preact')
        if x.shape[-1] == depth:
            shortcut = x if stride == 1 else slim.max_pool2d(x, 1, stride, scope='shortcut')
        else:                                            # first unit of a block: depth changes
            shortcut = slim.conv2d(preact, depth, 1, stride, activation_fn=None,
                                   normalizer_fn=None, scope='shortcut')
        residual = slim.conv2d(preact, depth // 4, 1, scope='conv1')
        residual = conv2d_same(residual, depth // 4, 3, stride, scope='conv2')
        residual = slim.conv2d(residual, depth, 1, activation_fn=None,
                               normalizer_fn=None, scope='conv3')
        return shortcut + residual


def block(x, name, depth, units, last_stride):
    """`units` residual units; the last one halves height and width where `last_stride` is 2."""
    with tf.variable_scope(name):
        for unit in range(1, units + 1):
            with tf.variable_scope(f'unit_{unit}'):
                x = bottleneck_v2(x, depth, stride=last_stride if unit == units else 1)
    return x


def layer_defaults(is_training, trainable, batch_norm_decay):
    """The arg_scope that holds for every layer of a stage: convolution -> BatchNorm -> ReLU.

    A frozen stage (`trainable=False`) has its BatchNorm in inference mode too: otherwise it would
    still normalise by the batch, and UPDATE_OPS would still move its statistics.
    """
    batch_norm = {'is_training': is_training if trainable else False, 'trainable': trainable,
                  'decay': batch_norm_decay, 'epsilon': 1e-5, 'scale': True}
    with slim.arg_scope([slim.batch_norm], **batch_norm), \
            slim.arg_scope([slim.max_pool2d], padding='SAME'), \
            slim.arg_scope([slim.conv2d], trainable=trainable,
                           weights_initializer=slim.variance_scaling_initializer(),
                           normalizer_fn=slim.batch_norm, normalizer_params=batch_norm) as defaults:
        return defaults


def frozen_stages(freeze):
    """The stages that `freeze` keeps fixed: [] for None, ['conv1', 'block1'] for 'block1', ...

    Freezing runs from the input upwards: a fixed block over a changing one would be fixed in name
    only, since what it is fed keeps changing. 'all' freezes the whole trunk.
    """
    if freeze in (None, '', 'none'):
        return []
    if freeze == 'all':
        return list(STAGES)
    if freeze not in STAGES:
        raise ValueError(f'freeze = {freeze!r}: choose None, {", ".join(STAGES[:-1])} or all')
    return STAGES[:STAGES.index(freeze) + 1]


def resnet_v2_50(images, is_training, freeze=None, batch_norm_decay=0.9):
    """The trunk of ResNet-v2-50, without classifier.

    images: float32 (N, H, W, 3), RGB in [-1, 1]; H and W fixed or None, odd sizes welcome.
    is_training: bool, or a bool placeholder: BatchNorm by the batch's statistics (True) or by the
        moving ones (False).
    freeze: the last stage to keep as it is: None, 'conv1', 'block1' ... 'block4', or 'all'.
    batch_norm_decay: how much of a moving statistic survives a step. The course's 0.99 needs some
        500 steps to forget its initial value; a short fine-tuning of new layers wants 0.9.

    Returns (features, end_points): float32 (N, ceil(H / 32), ceil(W / 32), 2048) after postnorm,
    not below 0, and a dict from 'resnet_v2_50/conv1', '.../block1' ... '.../postnorm' to tensors.
    Raises ValueError for an unknown `freeze`.
    """
    frozen = frozen_stages(freeze)
    end_points = {}

    def stage(name, layers, x):
        with slim.arg_scope(layer_defaults(is_training, name not in frozen, batch_norm_decay)):
            x = layers(x)
        if name in frozen:
            x = tf.stop_gradient(x)             # nothing below is to learn: skip its gradients
        end_points[f'{SCOPE}/{name}'] = x
        return x

    def root(x):
        with slim.arg_scope([slim.conv2d], activation_fn=None, normalizer_fn=None):
            return conv2d_same(x, 64, 7, stride=2, scope='conv1')

    with tf.variable_scope(SCOPE):
        net = stage('conv1', root, images)
        with slim.arg_scope([slim.max_pool2d], padding='SAME'):
            net = slim.max_pool2d(net, 3, stride=2, scope='pool1')
        for name, *sizes in BLOCKS:
            net = stage(name, lambda x, n=name, s=sizes: block(x, n, *s), net)
        net = stage('postnorm', lambda x: slim.batch_norm(x, activation_fn=tf.nn.relu,
                                                          scope='postnorm'), net)
    return net, end_points
