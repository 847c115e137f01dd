"""Keras 3 on TensorFlow: keras.applications.ResNet50V2 and a dense layer, `fit` and `predict`.

Its network differs from TF-Slim's in how pool1 pads, and in BatchNorm's epsilon (1.001e-5): the
number of parameters is the same, the probabilities are not compared.
"""
from functools import lru_cache

import keras
import numpy as np

from benchmarks.engine_common import CLASSES, Engine, images, labels
from benchmarks.steps_jobs import BATCH, BFLOAT16, HEAD, INFER, JIT


def build(job):
    if job.precision == BFLOAT16:
        keras.mixed_precision.set_global_policy('mixed_bfloat16')
    shape = (job.size, job.size, 3)
    trunk = keras.applications.ResNet50V2(weights=None, include_top=False, pooling='avg',
                                          input_shape=shape)
    trunk.trainable = job.task != HEAD          # frozen: BatchNorm in inference mode too
    model = keras.Sequential([
        keras.Input(shape, dtype='uint8'),
        keras.layers.Rescaling(1 / 127.5, -1),
        trunk,
        keras.layers.Dense(CLASSES, 'softmax', dtype='float32')])
    model.compile(keras.optimizers.Adam(2e-4), 'sparse_categorical_crossentropy',
                  jit_compile=job.variant == JIT)

    @lru_cache(2)
    def arrays(n):
        return np.tile(images(job.size), (n, 1, 1, 1)), np.tile(labels(), n)

    def run(n):
        x, y = arrays(n)
        if job.task == INFER:
            model.predict(x, batch_size=BATCH, verbose=0)
        else:
            model.fit(x, y, batch_size=BATCH, verbose=0)

    return Engine(run, model.count_params())
