"""One graph from images of any size to probabilities, and what writes it in each format."""
import importlib.util
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course.compat import silent_stderr, tf
from course.export.resizing import squared
from course.trained.folder import IMAGES, PROBABILITIES, Trained_model

OPSET = 18              # of ONNX: the newest that tf2onnx writes


class Format(NamedTuple):
    """title: for people. file: of the model, in its folder. needs: packages beyond the student's.
    example: Python that computes `probabilities` from `images`, run in the folder."""

    title: str
    file: str
    needs: tuple[str, ...]
    example: str


LITE = """from ai_edge_litert.interpreter import Interpreter
model = Interpreter('model.tflite')
first, last = model.get_input_details()[0]['index'], model.get_output_details()[0]['index']
model.resize_tensor_input(first, images.shape)      # again for each new size
model.allocate_tensors()
model.set_tensor(first, images)
model.invoke()
probabilities = model.get_tensor(last)"""
FORMATS = {
    'savedmodel': Format('SavedModel', 'saved_model.pb', (), """import tensorflow as tf
model = tf.saved_model.load('.').signatures['serving_default']
probabilities = model(images=tf.constant(images))['probabilities'].numpy()"""),
    'onnx': Format('ONNX', 'model.onnx', ('tf2onnx', 'onnxruntime'), """import onnxruntime
model = onnxruntime.InferenceSession('model.onnx', providers=['CPUExecutionProvider'])
probabilities = model.run(None, {model.get_inputs()[0].name: images})[0]"""),
    'tflite': Format('TensorFlow Lite', 'model.tflite', ('ai_edge_litert',), LITE),
    'tflite_int8': Format('TensorFlow Lite, int8', 'model.tflite', ('ai_edge_litert',), LITE)}


def missing(name: str) -> list[str]:
    """The packages that a format needs and that are not installed."""
    return [package for package in FORMATS[name].needs if importlib.util.find_spec(package) is None]


def any_size_graph(model: Trained_model, reduce: bool) -> tf.GraphDef:
    """From 'images:0', uint8 (N, H, W, 3) of any size, RGB 0 .. 255, to 'probabilities:0'.

    reduce: see course.export.resizing.squared.
    """
    inside, name = model.graph().as_graph_def(), PROBABILITIES.split(':')[0]
    with tf.Graph().as_default() as graph:
        images = tf.placeholder(tf.uint8, (None, None, None, 3), IMAGES.split(':')[0])
        square = tf.cast(squared(images, model.img_size, reduce), tf.uint8)
        found, = tf.import_graph_def(inside, {IMAGES: square}, [PROBABILITIES], name='model')
        tf.identity(found, name)
    return tf.graph_util.extract_sub_graph(graph.as_graph_def(), [name])


def write(name: str, graph_def: tf.GraphDef, folder: Path, class_names: list[str],
          representative: Iterator[np.ndarray]) -> None:
    """Write a graph of any_size_graph into an empty folder, in the format `name` of FORMATS.

    representative: uint8 images (1, H, W, 3), by which int8 chooses its ranges; the others do
    not look at them. Raises what the converters raise.
    """
    if name == 'onnx':
        write_onnx(graph_def, folder, class_names)
        return
    write_saved_model(graph_def, folder)
    if name != 'savedmodel':
        write_tflite(folder, representative if name == 'tflite_int8' else None)


def write_saved_model(graph_def: tf.GraphDef, folder: Path) -> None:
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        tf.import_graph_def(graph_def, name='')
        images, probabilities = map(graph.get_tensor_by_name, (IMAGES, PROBABILITIES))
        folder.rmdir()                              # TensorFlow wants to make it
        tf.saved_model.simple_save(sess, str(folder), {'images': images},
                                   {'probabilities': probabilities})


def write_onnx(graph_def: tf.GraphDef, folder: Path, class_names: list[str]) -> None:
    import tf2onnx.convert
    logging.getLogger('tf2onnx').setLevel(logging.ERROR)
    onnx, _ = tf2onnx.convert.from_graph_def(graph_def, input_names=[IMAGES],
                                             output_names=[PROBABILITIES], opset=OPSET)
    onnx.metadata_props.add(key='class_names', value=json.dumps(class_names, ensure_ascii=False))
    (folder / FORMATS['onnx'].file).write_bytes(onnx.SerializeToString())


def write_tflite(folder: Path, representative: Iterator[np.ndarray] | None) -> None:
    """Turn the SavedModel in a folder into a file for TensorFlow Lite; int8 if images are given."""
    import tensorflow  # after compat; the converter is not in tensorflow.compat.v1
    logging.getLogger('absl').setLevel(logging.ERROR)
    converter = tensorflow.lite.TFLiteConverter.from_saved_model(str(folder))
    if representative is not None:
        converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([image] for image in representative)
    with silent_stderr():
        lite = converter.convert()
    (folder / 'saved_model.pb').unlink()
    (folder / 'variables').rmdir()
    (folder / FORMATS['tflite'].file).write_bytes(lite)
