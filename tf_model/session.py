"""How the session uses the machine."""
from pathlib import Path

import tensorflow
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import rewriter_config_pb2


def session_config(bfloat16=False):
    """A tf.ConfigProto that takes GPU memory as needed instead of all of it at once.

    bfloat16: let oneDNN compute convolutions and products in bfloat16; variables stay float32.
    """
    config = tf.ConfigProto()
    config.gpu_options.allow_growth = True
    if bfloat16:
        rewrites = config.graph_options.rewrite_options
        rewrites.auto_mixed_precision_onednn_bfloat16 = rewriter_config_pb2.RewriterConfig.ON
    return config


def be_deterministic():
    """Same seed, same weights, bit for bit, on one machine: for every session of this process.

    No sum is left to the order in which threads happen to finish. Call it before a session is
    made, and seed the graph with tf.set_random_seed.
    """
    tensorflow.config.experimental.enable_op_determinism()     # not in compat.v1


def cpu_has_bfloat16():
    """Whether the processor multiplies bfloat16 itself (Linux; elsewhere False)."""
    info = Path('/proc/cpuinfo')
    flags = info.read_text() if info.exists() else ''
    return 'avx512_bf16' in flags or 'amx_bf16' in flags
