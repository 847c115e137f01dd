"""What tf-slim takes from TensorFlow is there: the first to tell when a new TensorFlow drops some.

CONTRIBUTING.md says what to do then.
"""
import ast
import importlib
from pathlib import Path

import tf_slim

FOLDER = Path(tf_slim.__file__).parent
# what the course calls of it, and all that is imported on the way to these
USED = ('arg_scope', 'avg_pool2d', 'batch_norm', 'conv2d', 'dropout', 'flatten', 'fully_connected',
        'get_model_variables', 'l2_regularizer', 'max_pool2d', 'repeat', 'separable_conv2d',
        'variance_scaling_initializer', 'xavier_initializer')


def missing(folder):
    """{'module.name': [file]} of what `from tensorflow... import name` would not find."""
    found = {}
    for file in folder.rglob('*.py'):
        for node in ast.walk(ast.parse(file.read_text(encoding='utf-8'))):
            if isinstance(node, ast.ImportFrom) and (node.module or '').startswith('tensorflow'):
                for name in node.names:
                    if not exists(node.module, name.name):
                        found.setdefault(f'{node.module}.{name.name}', []).append(file.name)
    return found


def exists(module, name):
    try:
        if hasattr(importlib.import_module(module), name):
            return True
        importlib.import_module(f'{module}.{name}')
    except ImportError:
        return False
    return True


def test_tensorflow_has_all_that_tf_slim_imports():
    assert missing(FOLDER) == {}


def test_tf_slim_has_all_that_the_course_calls():
    assert [name for name in USED if not hasattr(tf_slim, name)] == []


def test_a_name_that_is_gone_is_found(tmp_path):
    (tmp_path / 'new.py').write_text('from tensorflow.python.ops import math_ops, no_such_ops\n'
                                     'from tensorflow.no_such import one\nimport ast\n')
    assert missing(tmp_path) == {'tensorflow.python.ops.no_such_ops': ['new.py'],
                                 'tensorflow.no_such.one': ['new.py']}
