"""Which operations of a graph read or write files: a graph from elsewhere must have none."""
from tensorflow.python.framework import op_def_registry

from course.compat import tf

# what writes files, or runs Python, without being given the name of a file as a text
OTHERS = 'Debug', 'PyFunc', 'EagerPyFunc'


def touches_files(operation: str) -> bool:
    """Whether an operation, 'ReadFile' say, takes a text, by which files are named, or is one of
    OTHERS. TensorFlow calls some of these stateless. True too for one that it does not know."""
    definition = op_def_registry.get(operation)
    return definition is None or operation.startswith(OTHERS) or any(
        argument.type == tf.string.as_datatype_enum for argument in definition.input_arg)
