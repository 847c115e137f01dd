"""Runtimes for inference only, on the frozen static graph: ONNX Runtime and OpenVINO."""
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.engine_common import Engine, images
from benchmarks.steps_jobs import BATCH, BFLOAT16, ONNX
from course.cores import cores


def build(job):
    onnx = job.engine == ONNX
    with ProcessPoolExecutor(1, get_context('spawn')) as apart:     # its memory goes with it
        model = apart.submit(onnx_model if onnx else frozen_model, job.size).result()
    predict = onnxruntime_of(model) if onnx else openvino_of(model, job)
    batch = images(job.size)

    def run(n):
        for _ in range(n):
            predict(batch)

    return Engine(run, predict=predict)


def frozen_model(size):
    """The frozen graph as bytes."""
    from benchmarks.engine_static import graph_for_others
    return graph_for_others(size).SerializeToString()


def onnx_model(size):
    """The frozen graph in ONNX, as bytes."""
    import tf2onnx.convert

    from benchmarks.engine_static import graph_for_others
    model, _ = tf2onnx.convert.from_graph_def(
        graph_for_others(size), input_names=['images:0'], output_names=['probabilities:0'],
        opset=18)
    return model.SerializeToString()


def onnxruntime_of(model):
    """float32 only: its CPU kernels for x86 have no bfloat16."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores()
    session = onnxruntime.InferenceSession(model, options,
                                           providers=['CPUExecutionProvider'])
    return lambda x: session.run(None, {'images:0': x})[0]


def openvino_of(model, job):
    import openvino
    core = openvino.Core()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / 'graph.pb'
        file.write_bytes(model)
        network = core.read_model(file)
    network.reshape([BATCH, job.size, job.size, 3])
    compiled = core.compile_model(network, 'CPU', {
        'PERFORMANCE_HINT': 'LATENCY', 'INFERENCE_NUM_THREADS': cores(),
        'INFERENCE_PRECISION_HINT': 'bf16' if job.precision == BFLOAT16 else 'f32'})
    request = compiled.create_infer_request()
    return lambda x: request.infer({0: x})[0].copy()
