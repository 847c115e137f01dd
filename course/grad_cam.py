"""Where a network looked, at any layer of its graph: Grad-CAM by tf.gradients."""
import tensorflow.compat.v1 as tf


def grad_cam(scores: tf.Tensor, layer: tf.Tensor, of_class: tf.Tensor | int | None = None
             ) -> tf.Tensor:
    """What spoke for a class at each place of a feature map: float32 (N, h, w), built into the
    graph that is there; nothing of the network is built again, or cut.

    scores: (N, classes), before softmax. layer: (N, h, w, C), what `scores` are computed from;
        any end point, such as layers_dict['resnet_v2_50/block3'].
    of_class: the class that is asked for, a number for all images or (N,); None: for each image
        the one with the highest score.

    Each channel counts by the mean over all places of the gradient of the score. Places that speak
    against the class are below 0; the paper puts 0 there. At the last layer before a global average
    pool and a dense layer, it is the class-activation map divided by h * w.
    Selvaraju et al.: Grad-CAM (ICCV 2017).

    Raises ValueError where no gradient reaches `layer`: it is not below `scores`, or is frozen.
    """
    if of_class is None:
        of_class = tf.argmax(scores, axis=1)
    chosen = tf.one_hot(of_class, scores.shape[1])      # (N, classes), or (classes,) for all
    with tf.name_scope('grad_cam'):
        gradient, = tf.gradients(tf.reduce_sum(scores * chosen), layer)
        if gradient is None:
            raise ValueError(
                f'No gradient leads from {scores.name} back to {layer.name}. It lies below a frozen'
                ' part (take its last layer, or one above it), or the scores are not computed from '
                'it')
        importance = tf.reduce_mean(gradient, [1, 2], keepdims=True)        # of each channel
        return tf.reduce_sum(importance * layer, axis=3)
