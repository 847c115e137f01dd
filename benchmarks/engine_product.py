"""The ceiling: a product of two square matrices. No network can be faster."""
import numpy as np

from benchmarks.engine_common import Engine
from benchmarks.steps_jobs import TORCH
from course.cores import cores


def build(job):
    make = with_torch if job.engine == TORCH else with_tensorflow
    left, right = np.random.default_rng(0).normal(size=(2, job.size, job.size)).astype(np.float32)
    product = make(left, right, job.precision)

    def run(n):
        for _ in range(n):
            product()

    return Engine(run)


def with_torch(left, right, precision):
    import torch
    torch.set_num_threads(cores())
    left, right = (torch.from_numpy(x).to(getattr(torch, precision)) for x in (left, right))
    out = torch.empty_like(left)
    return lambda: torch.mm(left, right, out=out)


def with_tensorflow(left, right, precision):
    from course.compat import tf

    left, right = (tf.Variable(tf.cast(x, precision)) for x in (left, right))
    product, sess = tf.matmul(left, right), tf.Session()
    sess.run(tf.global_variables_initializer())
    return lambda: sess.run(product.op)         # the operation: no result is copied to Python
