"""A trained model as a file for others: SavedModel, ONNX or TensorFlow Lite.

`python -m course.export model/<name> --to onnx` writes it, checks it and only then gives it its
name. The heavy libraries that this needs are in requirements-export.txt.
"""
MOST_LOSS = 2.0         # points of accuracy that int8 may lose
