"""What steps.py measures: which engines, at which tasks, at which sizes."""
from typing import NamedTuple

TRAIN, HEAD, INFER, PRODUCT = 'training', 'training the head', 'inference', 'matrix product'
FLOAT32, BFLOAT16 = 'float32', 'bfloat16'
OURS, KERAS, TORCH, ONNX, OPENVINO = 'static graph', 'Keras', 'PyTorch', 'ONNX Runtime', 'OpenVINO'
FROZEN, JIT, COMPILE = 'frozen', 'jit_compile', 'torch.compile'
BATCH = 16

SIZES = [96, 160, 224]
TASKS = {'product': (PRODUCT, [2048, 4096]), 'train': (TRAIN, SIZES), 'head': (HEAD, SIZES),
         'infer': (INFER, SIZES)}
NEAR = {FLOAT32: 1e-3, BFLOAT16: 5e-2}              # how far a probability may be from ours
COMPILED, COMPILED_SIZE = [JIT, COMPILE], 160       # they take minutes to start
BOTH = [FLOAT32, BFLOAT16]
NETWORKS = [(OURS, '', BOTH), (KERAS, '', BOTH), (KERAS, JIT, BOTH),
            (TORCH, '', BOTH), (TORCH, COMPILE, BOTH)]
ENGINES = {PRODUCT: [('TensorFlow', '', BOTH), (TORCH, '', BOTH)],
           TRAIN: NETWORKS,
           HEAD: NETWORKS,
           INFER: [(OURS, FROZEN, BOTH), *NETWORKS, (ONNX, '', [FLOAT32]), (OPENVINO, '', BOTH)]}


class Job(NamedTuple):
    """One engine at one task."""

    task: str           # TRAIN, HEAD, INFER or PRODUCT
    size: int           # pixels a side; of a PRODUCT, rows and columns
    engine: str         # OURS, KERAS, ...
    precision: str      # FLOAT32 or BFLOAT16
    variant: str        # FROZEN, JIT, COMPILE or '': as it is


def jobs_of(task, size):
    """The jobs that are measured side by side."""
    return [Job(task, size, engine, precision, variant)
            for engine, variant, precisions in ENGINES[task] for precision in precisions
            if variant not in COMPILED or size == COMPILED_SIZE]


def label(engine, variant):
    return f'{engine}, {variant}' if variant else engine
