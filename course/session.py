"""How the session uses the machine."""
from pathlib import Path

import tensorflow
from tensorflow.core.protobuf import rewriter_config_pb2

from course.compat import tf

FLOAT32, BFLOAT16, FLOAT16 = 'float32', 'bfloat16', 'float16'


def choose_precision(mixed_precision='auto'):
    """What convolutions and products are computed in: 'float32', 'bfloat16' or 'float16'.

    mixed_precision: False for float32; 'auto' for 16 bits where the hardware has them: bfloat16 on
        a CPU with AVX512_BF16 or AMX, float16 on a GPU with tensor cores; True insists on them.

    Variables, sums and the loss stay float32: "mixed". Micikevicius et al.: Mixed Precision
    Training (ICLR 2018).
    Raises ValueError for True where there are no 16 bits, and for another value.
    """
    if mixed_precision not in (True, False, 'auto'):
        raise ValueError(f"mixed_precision = {mixed_precision!r}: choose 'auto', True or False")
    if not mixed_precision:
        return FLOAT32
    gpus = tf.config.list_physical_devices('GPU')
    if gpus and all(has_tensor_cores(gpu) for gpu in gpus):
        return FLOAT16
    if not gpus and cpu_has_bfloat16():
        return BFLOAT16
    if mixed_precision == 'auto':
        return FLOAT32
    raise ValueError('mixed_precision = True, but this ' + (
        'GPU has no tensor cores (compute capability 7.0 or more)' if gpus else
        'processor does not multiply bfloat16 (AVX512_BF16 or AMX)') + ": choose 'auto' or False")


def prepare_machine(mixed_precision='auto', deterministic=False) -> str:
    """The first call of a program: says in one line what it runs on, and returns the precision.

    deterministic: see `be_deterministic`.
    """
    if deterministic:
        be_deterministic()
    precision, gpus = choose_precision(mixed_precision), tf.config.list_physical_devices('GPU')
    device = f'{len(gpus)} GPU(s)' if gpus else 'the CPU'
    print(f'TensorFlow {tf.__version__} on {device}, computing in {precision}')
    return precision


def session_config(precision=FLOAT32):
    """A tf.ConfigProto that takes GPU memory as needed instead of all of it at once.

    precision: of `choose_precision`. TensorFlow rewrites the graph for it when it is first run;
        the graph itself, and what a checkpoint holds, stay float32.
    """
    config = tf.ConfigProto()
    config.gpu_options.allow_growth = True
    rewrites, on = config.graph_options.rewrite_options, rewriter_config_pb2.RewriterConfig.ON
    if precision == BFLOAT16:
        rewrites.auto_mixed_precision_onednn_bfloat16 = on
    elif precision == FLOAT16:
        rewrites.auto_mixed_precision = on
    return config


def with_loss_scale(optimizer, precision):
    """The optimizer for this precision.

    float16 has no numbers under 6e-8, where many gradients lie. So the loss is multiplied by a
    large number and the gradients divided by it; steps with infinite gradients are left out and
    the number made smaller. bfloat16 reaches as far down as float32: nothing to do.
    """
    if precision != FLOAT16:
        return optimizer
    return tf.train.experimental.MixedPrecisionLossScaleOptimizer(optimizer, 'dynamic')


def be_deterministic():
    """Same seed, same weights, bit for bit, on one machine: for every session of this process.

    No sum is left to the order in which threads happen to finish. Call it before a session is
    made, and seed the graph with tf.set_random_seed.
    """
    tensorflow.config.experimental.enable_op_determinism()     # not in compat.v1


def has_tensor_cores(gpu):
    """Whether the GPU multiplies float16 faster than float32."""
    details = tf.config.experimental.get_device_details(gpu)
    return details.get('compute_capability', (0, 0)) >= (7, 0)


def cpu_has_bfloat16():
    """Whether the processor multiplies bfloat16 itself (Linux; elsewhere False)."""
    info = Path('/proc/cpuinfo')
    flags = info.read_text() if info.exists() else ''
    return 'avx512_bf16' in flags or 'amx_bf16' in flags
