"""A process with one engine in it; started by steps.py, which talks to it in lines of JSON.

It builds the engine, warms it up, reports what it has, and then answers each number of steps with
the seconds that they took.
"""
import importlib
import json
import os
import sys
import time

from benchmarks.engine_common import images
from benchmarks.steps_jobs import KERAS, ONNX, OPENVINO, OURS, PRODUCT, TORCH, Job

MODULES = {OURS: 'engine_static', KERAS: 'engine_keras', TORCH: 'engine_torch',
           ONNX: 'engine_runtimes', OPENVINO: 'engine_runtimes'}
WARM_UP = 3


def main():
    answers = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)                           # what libraries print is not an answer

    def answer(**values):
        print(json.dumps(values), file=answers, flush=True)

    job = Job(*json.loads(sys.argv[1]))
    try:
        name = 'engine_product' if job.task == PRODUCT else MODULES[job.engine]
        engine = importlib.import_module(f'benchmarks.{name}').build(job)
        engine.run(WARM_UP)
        predicted = engine.predict(images(job.size)).tolist() if engine.predict else None
        answer(seconds=seconds(engine, 2) / 2, parameters=engine.parameters, predicted=predicted)
    except Exception as error:              # whatever a library raises: it becomes a row
        answer(failed=f'{type(error).__name__}: {error}'.splitlines()[0])
        raise
    for line in sys.stdin:
        engine.run(1)                       # what another engine has pushed out of the caches
        answer(seconds=seconds(engine, int(line)))


def seconds(engine, steps):
    began = time.perf_counter()
    engine.run(steps)
    return time.perf_counter() - began


if __name__ == '__main__':
    main()
