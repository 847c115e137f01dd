"""The values of a checkpoint into variables that may be of another type."""
from course.checkpoints.read import readable
from course.compat import tf


def read_into(sess: tf.Session, variables: dict[str, tf.Variable], checkpoint: str
              ) -> dict[str, str]:
    """Give variables the values of a checkpoint, converted to their types.

    variables: {name in the checkpoint: variable of the same shape}.
    Returns {name in the checkpoint: type there} of those that had to be converted, e.g. 'float16'.
    Raises one of TensorFlow's errors, or ValueError, where the values cannot be read.
    """
    with readable(checkpoint) as path, sess.graph.as_default():
        there = tf.train.load_checkpoint(path).get_variable_to_dtype_map()
        values = tf.raw_ops.RestoreV2(
            prefix=path, tensor_names=list(variables), shape_and_slices=[''] * len(variables),
            dtypes=[there[name] for name in variables])
        sess.run([tf.assign(v, tf.cast(value, v.dtype.base_dtype)).op
                  for v, value in zip(variables.values(), values)])
    return {name: there[name].name for name, v in variables.items()
            if there[name] != v.dtype.base_dtype}
