"""An exported model, run by its own runtime: `python -m course.export.runtime FOLDER QUESTION`.

A process of its own, as whoever gets the folder will have: nothing of the course computes here,
it only reads the images. QUESTION is a folder with images.json; answers.npz is written into it.
"""
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from course.cores import cores
from course.images import read_image, resized

BATCH = 32


def load(folder: str | os.PathLike) -> Callable[[np.ndarray], np.ndarray]:
    """A function from images, uint8 (N, H, W, 3), RGB, to probabilities, float32 (N, classes)."""
    folder = Path(folder)
    if (folder / 'model.onnx').exists():
        return with_onnxruntime(folder / 'model.onnx')
    if (folder / 'model.tflite').exists():
        return with_litert(folder / 'model.tflite')
    return with_tensorflow(folder)


def with_onnxruntime(file):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores()
    session = onnxruntime.InferenceSession(file, options, providers=['CPUExecutionProvider'])
    name = session.get_inputs()[0].name
    return lambda images: session.run(None, {name: images})[0]


def with_litert(file):
    from ai_edge_litert.interpreter import Interpreter
    model = Interpreter(str(file), num_threads=cores())
    first, last = model.get_input_details()[0]['index'], model.get_output_details()[0]['index']

    def predict(images):
        model.resize_tensor_input(first, images.shape)
        model.allocate_tensors()
        model.set_tensor(first, images)
        model.invoke()
        return model.get_tensor(last).copy()

    return predict


def with_tensorflow(folder):
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    import tensorflow as tf  # without compat: as others have it
    model = tf.saved_model.load(str(folder)).signatures['serving_default']
    return lambda images: model(images=tf.constant(images))['probabilities'].numpy()


def main() -> None:
    """images.json: {'paths': [...], 'white': of read_image, 'size': pixels a side}.

    answers.npz: 'whole', (N, classes), of images as they are in their files; 'square', of the same
    after course.images has read and resized them.
    """
    predict, place = load(sys.argv[1]), Path(sys.argv[2])
    question = json.loads((place / 'images.json').read_text(encoding='utf-8'))
    paths, white, size = (question[key] for key in ('paths', 'white', 'size'))
    whole = [predict(read_image(path, white=white)[None]) for path in paths]
    square = [predict(np.stack([resized(read_image(path, least=size, white=white), size)
                                for path in paths[i:i + BATCH]]))
              for i in range(0, len(paths), BATCH)]
    np.savez(place / 'answers.npz', whole=np.concatenate(whole), square=np.concatenate(square))


if __name__ == '__main__':
    main()
