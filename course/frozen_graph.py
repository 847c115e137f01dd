"""A trained network made fast for inference: its variables become constants, its BatchNorm goes.

In inference, BatchNorm multiplies each channel by a number and adds another. Behind a convolution
the first goes into its weights, the second becomes its bias. Behind a sum, as at the beginning of
a unit of ResNet v2, it becomes a 1 x 1 convolution of each channel by itself (depthwise): in
bfloat16, oneDNN computes that and the ReLU in half the time that it takes for BatchNorm.

TensorFlow's own optimize_for_inference_lib.fold_batch_norms does the first only, in 20 seconds.
"""
from collections import Counter

import numpy as np

from course.compat import tf
from course.session import FLOAT32, session_config


def frozen_session(sess, inputs, outputs, precision=FLOAT32):
    """A new session that computes `outputs` from `inputs`, as `sess` does now but faster.

    sess: holds the trained variables. Training it on changes nothing in the new session.
    inputs: list of placeholders. outputs: list of tensors. Their names are the same in the new
        session: frozen.run(probabilities.name, {images.name: images}).
    precision: see `session_config`.

    Raises ValueError where `outputs` need a placeholder that is not one of `inputs`: is_training.
    """
    config = session_config(precision)
    config.inter_op_parallelism_threads = -1    # layer by layer: two at once share the same cores
    graph_def = without_batch_norm(frozen_graph(sess, inputs, outputs),
                                   [tensor.op.name for tensor in outputs])
    ensure_shapes(graph_def)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name='')
    return tf.Session(graph=graph, config=config)


def frozen_graph(sess, inputs, outputs):
    """A tf.GraphDef of what computes `outputs`, variables as constants; else as frozen_session."""
    names = [tensor.op.name for tensor in outputs]
    graph_def = tf.graph_util.convert_variables_to_constants(sess, sess.graph_def, names)
    fed = {tensor.op.name for tensor in inputs}
    for node in graph_def.node:
        if node.op == 'Placeholder' and node.name not in fed:
            raise ValueError(
                f'{", ".join(names)} cannot be computed without the placeholder {node.name}. Put '
                'it among the inputs. If it is is_training: build the network with False instead, '
                'a second time within tf.variable_scope(scope, reuse=True), and use its outputs')
    return tf.graph_util.remove_training_nodes(graph_def, protected_nodes=names)


def without_batch_norm(graph_def, outputs):
    """The same tf.GraphDef with other nodes for BatchNorm in inference mode.

    graph_def: of frozen_graph; is changed. outputs: names of nodes that keep their values.
    """
    nodes = {node.name: node for node in graph_def.node}
    uses = Counter(name for node in graph_def.node for name in node.input) + Counter(outputs)
    for node in list(nodes.values()):
        if is_inference_batch_norm(node, nodes):
            replace_batch_norm(node, nodes, uses, graph_def)
    return tf.graph_util.extract_sub_graph(graph_def, outputs)


def is_inference_batch_norm(node, nodes):
    return (node.op == 'FusedBatchNormV3' and not node.attr['is_training'].b
            and node.attr['data_format'].s == b'NHWC'
            and node.attr['T'].type == tf.float32.as_datatype_enum
            and all(name in nodes and nodes[name].op == 'Const' for name in node.input[1:5]))


def replace_batch_norm(node, nodes, uses, graph_def):
    """Make of this node a BiasAdd of the same name, its scale a part of what stands before it."""
    gamma, beta, mean, variance = (value(nodes[name]) for name in node.input[1:5])
    scale = gamma / np.sqrt(variance + node.attr['epsilon'].f)
    before, kind = node.input[0], node.attr['T']
    if not scale_convolution(before, scale, nodes, uses):
        each_channel = graph_def.node.add(op='DepthwiseConv2dNative', name=f'{node.name}/scaled')
        each_channel.input.extend([before, add_constant(graph_def, f'{node.name}/scale',
                                                        scale.reshape(1, 1, -1, 1))])
        each_channel.attr['T'].CopyFrom(kind)
        each_channel.attr['strides'].list.i.extend([1, 1, 1, 1])
        each_channel.attr['padding'].s = b'SAME'
        before = each_channel.name
    shift = add_constant(graph_def, f'{node.name}/shift', beta - mean * scale)
    bias_add = tf.NodeDef(op='BiasAdd', name=node.name, input=[before, shift])
    bias_add.attr['T'].CopyFrom(kind)
    node.CopyFrom(bias_add)


def scale_convolution(name, scale, nodes, uses):
    """Multiply the weights of the convolution `name` by scale (channels,): whether that was done.

    Not if it is none, or somebody else uses its result or its weights.
    """
    node = nodes.get(name)
    if node is None or node.op != 'Conv2D' or uses[name] > 1:
        return False
    weights = nodes[node.input[1]]
    if weights.op != 'Const' or uses[weights.name] > 1:
        return False
    weights.attr['value'].tensor.CopyFrom(tf.make_tensor_proto(value(weights) * scale))
    return True


def ensure_shapes(graph_def):
    """Put an EnsureShape behind each placeholder in graph_def.

    What is fed may have any shape, so TensorFlow's rewriter forgets those of placeholders, and
    makes one of a convolution and a sum only where it knows that the summands' shapes are equal.
    """
    placeholders = [node for node in graph_def.node if node.op == 'Placeholder']
    ensured = {node.name: f'{node.name}/ensured' for node in placeholders}
    for node in graph_def.node:
        node.input[:] = [ensured.get(name, name) for name in node.input]
    for placeholder in placeholders:
        node = graph_def.node.add(op='EnsureShape', name=ensured[placeholder.name])
        node.input.append(placeholder.name)
        node.attr['T'].CopyFrom(placeholder.attr['dtype'])
        node.attr['shape'].CopyFrom(placeholder.attr['shape'])


def value(constant):
    """The array in a node of constants."""
    return tf.make_ndarray(constant.attr['value'].tensor)


def add_constant(graph_def, name, array):
    """Add a float32 constant to graph_def and return its name."""
    node = graph_def.node.add(op='Const', name=name)
    node.attr['dtype'].type = tf.float32.as_datatype_enum
    node.attr['value'].tensor.CopyFrom(tf.make_tensor_proto(array, tf.float32))
    return name
