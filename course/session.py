"""How the session uses the machine: precision, GPU memory, determinism."""
from pathlib import Path

from course import gpu
from course.compat import tf

FLOAT32, BFLOAT16, FLOAT16 = 'float32', 'bfloat16', 'float16'


def choose_precision(mixed_precision: bool | str = 'auto') -> str:
    """What convolutions and matrix products are computed in: 'float32', 'bfloat16' or 'float16'.

    mixed_precision: False for float32; 'auto' for 16 bits where the hardware is faster with them:
        bfloat16 on a CPU with AVX512_BF16 or AMX, float16 on a GPU with tensor cores; True for 16
        bits or an error.

    Variables, sums and the loss stay float32, hence "mixed". Micikevicius et al.: Mixed Precision
    Training (ICLR 2018).
    Raises ValueError for True without such hardware, and for any other value.
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
    lacking = ('GPU has no tensor cores (compute capability 7.0 or more)' if gpus else
               'processor does not multiply bfloat16 (AVX512_BF16 or AMX)')
    raise ValueError(f"mixed_precision = True, but this {lacking}: choose 'auto' or False")


def prepare_machine(mixed_precision: bool | str = 'auto', deterministic: bool = False) -> str:
    """The first call of a program: says in one line what it runs on, and returns the precision.

    Another line says which of several graphics cards was chosen, or why there is a card that
    TensorFlow does not use, and what to do. deterministic: see `be_deterministic`.
    Raises RuntimeError, in words, where a GPU was found that cannot compute.
    """
    if deterministic:
        be_deterministic()
    chosen = gpu.choose_card()              # before TensorFlow looks for cards
    precision, gpus = choose_precision(mixed_precision), tf.config.list_physical_devices('GPU')
    device = f'{len(gpus)} GPU(s)' if gpus else 'the CPU'
    print(f'TensorFlow {tf.__version__} on {device}, computing in {precision}')
    remark = chosen if gpus else gpu.why_none()
    if remark:
        print(remark)
    obstacle = gpu.obstacle(session_config()) if gpus else ''
    if obstacle:
        raise RuntimeError(obstacle)
    return precision


def session_config(precision: str = FLOAT32) -> tf.ConfigProto:
    """A tf.ConfigProto that takes GPU memory as needed instead of all of it at once.

    precision: from `choose_precision`. TensorFlow rewrites the graph for it at the first run; the
        graph itself and the checkpoints stay float32.
    """
    config = tf.ConfigProto()
    config.gpu_options.allow_growth = True
    rewrites = config.graph_options.rewrite_options
    if precision == BFLOAT16:
        rewrites.auto_mixed_precision_onednn_bfloat16 = rewrites.ON
    elif precision == FLOAT16:
        rewrites.auto_mixed_precision = rewrites.ON
    return config


def with_loss_scale(optimizer: tf.train.Optimizer, precision: str) -> tf.train.Optimizer:
    """The optimizer for this precision.

    float16 has no positive numbers below 6e-8, and many gradients are smaller. So the loss is
    multiplied by a large number and the gradients are divided by it. Where that makes gradients
    infinite, the step is skipped and the number reduced. bfloat16 has the range of float32 and
    needs none of this.
    """
    if precision != FLOAT16:
        return optimizer
    return tf.train.experimental.MixedPrecisionLossScaleOptimizer(optimizer, 'dynamic')


def be_deterministic() -> None:
    """From now on the same seed gives the same weights, bit for bit, on the same machine.

    The order of summation no longer depends on which thread finishes first. Call it before a
    session is made, and seed the graph with tf.set_random_seed.
    """
    import tensorflow  # after compat; this is not in tensorflow.compat.v1
    tensorflow.config.experimental.enable_op_determinism()


def has_tensor_cores(gpu) -> bool:
    """Whether the GPU multiplies float16 faster than float32."""
    details = tf.config.experimental.get_device_details(gpu)
    return details.get('compute_capability', (0, 0)) >= (7, 0)


def cpu_has_bfloat16() -> bool:
    """Whether the processor itself multiplies bfloat16 (known on Linux only; elsewhere False)."""
    info = Path('/proc/cpuinfo')
    flags = info.read_text() if info.exists() else ''
    return 'avx512_bf16' in flags or 'amx_bf16' in flags
