"""How the session uses the machine."""
import tensorflow.compat.v1 as tf


def session_config():
    """A tf.ConfigProto that takes GPU memory as needed instead of all of it at once."""
    config = tf.ConfigProto()
    config.gpu_options.allow_growth = True
    return config
