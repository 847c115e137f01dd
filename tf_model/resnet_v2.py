"""ResNet-v2-50, written to be read in class.

He, Zhang, Ren, Sun: Identity Mappings in Deep Residual Networks (ECCV 2016). Names, shapes and
arithmetic are those of TF-Slim's resnet_v2_50: the official checkpoint fits, variable by variable.

"v2" means pre-activation: BatchNorm and ReLU come *before* each convolution, and nothing touches
the sum on its way from one unit to the next.
"""
import tensorflow.compat.v1 as tf
import tf_slim as slim

SCOPE = 'resnet_v2_50'
#         name     depth  units  stride of the block's last unit
BLOCKS = [('block1', 256, 3, 2),
          ('block2', 512, 4, 2),
          ('block3', 1024, 6, 2),
          ('block4', 2048, 3, 1)]
STAGES = ['conv1', 'block1', 'block2', 'block3', 'block4', 'postnorm']      # from input to output
ALONE = {'normalizer_fn': None, 'activation_fn': None}      # a convolution without BatchNorm, ReLU


def scale_images(images) -> tf.Tensor:
    """RGB values 0 .. 255 of any type -> float32 in [-1, 1], as the network was trained."""
    return tf.cast(images, tf.float32) / 127.5 - 1


def conv2d_same(x: tf.Tensor, depth: int, kernel: int, stride: int, **options) -> tf.Tensor:
    """A convolution with the same padding on every side; divides height and width by the stride.

    TensorFlow's own 'SAME' pads an even-sized image on the right and bottom only when stride > 1.
    """
    if stride == 1:
        return slim.conv2d(x, depth, kernel, padding='SAME', **options)
    pad = [kernel // 2, kernel // 2]
    x = tf.pad(x, [[0, 0], pad, pad, [0, 0]])
    return slim.conv2d(x, depth, kernel, stride=stride, padding='VALID', **options)


def bottleneck_v2(x: tf.Tensor, depth: int, stride: int) -> tf.Tensor:
    """One residual unit: 1 x 1 narrows to depth / 4, 3 x 3 works, 1 x 1 widens; plus shortcut."""
    with tf.variable_scope('bottleneck_v2'):
        preact = slim.batch_norm(x, activation_fn=tf.nn.relu, scope='preact')
        if x.shape[-1] != depth:                         # first unit of a block: depth changes
            shortcut = slim.conv2d(preact, depth, 1, stride, scope='shortcut', **ALONE)
        elif stride > 1:
            shortcut = slim.max_pool2d(x, 1, stride, padding='SAME', scope='shortcut')
        else:
            shortcut = x
        residual = slim.conv2d(preact, depth // 4, 1, scope='conv1')
        residual = conv2d_same(residual, depth // 4, 3, stride, scope='conv2')
        residual = slim.conv2d(residual, depth, 1, scope='conv3', **ALONE)
        return shortcut + residual


def layer_defaults(is_training, frozen: bool, batch_norm_decay: float) -> dict:
    """The arg_scope for the layers of a stage: convolution -> BatchNorm -> ReLU.

    In a frozen stage BatchNorm is in inference mode too. Otherwise it would still normalize by the
    batch, and UPDATE_OPS would still move its statistics.
    """
    with slim.arg_scope([slim.batch_norm], is_training=False if frozen else is_training,
                        decay=batch_norm_decay, epsilon=1e-5, scale=True, trainable=not frozen), \
            slim.arg_scope([slim.conv2d], weights_initializer=slim.variance_scaling_initializer(),
                           normalizer_fn=slim.batch_norm, trainable=not frozen) as defaults:
        return defaults


def frozen_stages(freeze: str | None) -> list[str]:
    """The stages that `freeze` keeps fixed: [] for None, ['conv1', 'block1'] for 'block1', ...

    Freezing starts at the input: a fixed block above a changing one would get different inputs all
    the time. 'all' freezes the whole network. Raises ValueError for any other name.
    """
    if not freeze:
        return []
    last = 'postnorm' if freeze == 'all' else freeze
    if last not in STAGES:
        raise ValueError(f'freeze = {freeze!r}: choose None, {", ".join(STAGES[:-1])} or all')
    return STAGES[:STAGES.index(last) + 1]


def resnet_v2_50(images: tf.Tensor, is_training, freeze: str | None = None,
                 batch_norm_decay: float = 0.9, blocks: list = BLOCKS) -> tuple[tf.Tensor, dict]:
    """The trunk (backbone) of ResNet-v2-50, without classifier.

    images: float32 (N, H, W, 3) from scale_images; H and W fixed or None, odd sizes welcome.
    is_training: whether BatchNorm uses the batch's statistics (True) or the moving ones (False):
        a bool, a bool placeholder, or one of them for each stage, as a dict.
    freeze: the last stage to keep as it is: None, 'conv1', 'block1' ... 'block4', or 'all'.
    batch_norm_decay: how much of a moving statistic survives a step. With 0.99 it takes some 500
        steps to forget the initial value; a short training wants 0.9.
    blocks: as BLOCKS, with the same names; fewer units or less depth make a smaller network.

    Returns (features, end_points): float32 (N, ceil(H / 32), ceil(W / 32), 2048) after postnorm,
    not below 0, and a dict from 'resnet_v2_50/conv1', '.../block1' ... '.../postnorm' to tensors.
    """
    frozen, end_points = frozen_stages(freeze), {}
    modes = is_training if isinstance(is_training, dict) else dict.fromkeys(STAGES, is_training)
    defaults = {s: layer_defaults(modes[s], s in frozen, batch_norm_decay) for s in STAGES}
    with tf.variable_scope(SCOPE):
        # conv1 has no BatchNorm or ReLU of its own: the unit that follows begins with both
        with slim.arg_scope(defaults['conv1']):
            net = conv2d_same(images, 64, 7, stride=2, scope='conv1', **ALONE)
        # no gradient passes through a frozen stage: nothing below it learns, so why compute any
        net = end_points[f'{SCOPE}/conv1'] = tf.stop_gradient(net) if 'conv1' in frozen else net
        net = slim.max_pool2d(net, 3, stride=2, padding='SAME', scope='pool1')
        for name, depth, units, last_stride in blocks:
            with slim.arg_scope(defaults[name]), tf.variable_scope(name):
                for unit in range(1, units + 1):
                    with tf.variable_scope(f'unit_{unit}'):
                        net = bottleneck_v2(net, depth, last_stride if unit == units else 1)
            net = end_points[f'{SCOPE}/{name}'] = tf.stop_gradient(net) if name in frozen else net
        # the last unit ends in a sum that is neither normalized nor rectified
        with slim.arg_scope(defaults['postnorm']):
            net = slim.batch_norm(net, activation_fn=tf.nn.relu, scope='postnorm')
        net = tf.stop_gradient(net) if 'postnorm' in frozen else net
    return net, {**end_points, f'{SCOPE}/postnorm': net}
