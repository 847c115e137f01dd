"""The resizing of course.images in graph ops, for a graph that takes images of any size.

OpenCV computes in whole numbers, these ops in float32: of the resized values (0 to 255), about one
in eight differs, by 1. All of them exist in ONNX and in TensorFlow Lite too.
"""
from course.compat import tf

REDUCTIONS = 2, 4, 8        # to which a JPEG decoder can reduce: course.images.REDUCED


def squared(images: tf.Tensor, size: int, reduce: bool) -> tf.Tensor:
    """Images as course.images.resized makes them: float32 (N, size, size, 3), whole numbers.

    images: uint8 (N, H, W, 3), RGB, 0 .. 255; of any size, the N of a batch all of the same.
    reduce: first make large ones smaller, as read_resized does while it decodes a JPEG.
    """
    if reduce:
        images = reduced(images, size)
    smaller_side = tf.cast(tf.reduce_min(tf.shape(images)[1:3]), tf.float32)
    times = tf.maximum(1, tf.cast(tf.round(smaller_side / size), tf.int32))
    images = tf.raw_ops.ResizeBilinear(
        images=tf.cast(images, tf.float32), size=tf.stack([times * size, times * size]),
        half_pixel_centers=True)        # as in OpenCV: pixels are areas, not points
    return tf.ensure_shape(block_means(tf.round(images), times, size, size), (None, size, size, 3))


def reduced(images: tf.Tensor, size: int) -> tf.Tensor:
    """Images at a half, a quarter or an eighth of their size, as long as no side has fewer than
    `size` pixels: the mean of each block. Of a grey JPEG the decoder makes the same; of colours,
    for which a JPEG has fewer pixels, it makes slightly sharper ones."""
    height, width = tf.unstack(tf.shape(images)[1:3])
    n = 1 + sum((k // 2) * tf.cast(tf.minimum(height, width) >= k * size, tf.int32)
                for k in REDUCTIONS)
    rows, columns = (height + n - 1) // n, (width + n - 1) // n
    for axis, side, blocks in (1, height, rows), (2, width, columns):    # the last block is whole
        images = tf.gather(images, tf.minimum(tf.range(blocks * n), side - 1), axis=axis)
    return block_means(images, n, rows, columns)


def block_means(images: tf.Tensor, n, rows, columns) -> tf.Tensor:
    """The mean of each block of n x n pixels, rounded: float32 (N, rows, columns, 3)."""
    lines = tf.reshape(tf.cast(images, tf.float32), tf.stack([-1, n, columns * n * 3]))
    pixels = tf.reshape(tf.reduce_mean(lines, axis=1), tf.stack([-1, n, 3]))
    return tf.round(tf.reshape(tf.reduce_mean(pixels, axis=1), tf.stack([-1, rows, columns, 3])))
