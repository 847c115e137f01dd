"""A trained network made fast for inference: variables become constants, BatchNorm is folded away.

In inference, BatchNorm multiplies each channel by one number and adds another. After a convolution,
the first is multiplied into its weights and the second becomes its bias. After a sum, as at the
beginning of a ResNet-v2 unit, both become a depthwise 1 x 1 convolution with a bias: in bfloat16,
oneDNN computes that and the ReLU in half the time of BatchNorm.

TensorFlow's own optimize_for_inference_lib.fold_batch_norms does only the first, in 20 seconds.
"""
from collections import Counter

import numpy as np

from course.compat import tf
from course.session import FLOAT32, session_config


def frozen_session(sess: tf.Session, inputs: list[tf.Tensor], outputs: list[tf.Tensor],
                   precision: str = FLOAT32) -> tf.Session:
    """A new session that computes `outputs` from `inputs` as `sess` does now, but faster.

    sess: holds the trained variables. More training there changes nothing in the new session.
    inputs: list of placeholders. outputs: list of tensors. Their names are the same in the new
        session: frozen.run(probabilities.name, {images.name: images}).
    precision: see `session_config`.

    Raises ValueError where `outputs` need a placeholder that is not among `inputs`, such as
    is_training.
    """
    return session_of(without_batch_norm(frozen_graph(sess, inputs, outputs),
                                         [tensor.op.name for tensor in outputs]), precision)


def session_of(graph_def: tf.GraphDef, precision: str = FLOAT32) -> tf.Session:
    """A session of a graph without variables, for inference; ensure_shapes changes the graph."""
    config = session_config(precision)
    config.inter_op_parallelism_threads = -1    # one layer at a time: two would share the cores
    ensure_shapes(graph_def)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name='')
    return tf.Session(graph=graph, config=config)


def frozen_graph(sess: tf.Session, inputs: list[tf.Tensor],
                 outputs: list[tf.Tensor]) -> tf.GraphDef:
    """What computes `outputs`, with constants for variables. Arguments, errors: frozen_session."""
    names = [tensor.op.name for tensor in outputs]
    graph_def = tf.graph_util.convert_variables_to_constants(sess, sess.graph_def, names)
    fed = {tensor.op.name for tensor in inputs}
    for node in graph_def.node:
        if node.op == 'Placeholder' and node.name not in fed:
            raise ValueError(
                f'{", ".join(names)} cannot be computed without the placeholder {node.name}. Add '
                'it to the inputs. If it is is_training: build the network a second time within '
                'tf.variable_scope(scope, reuse=True), with False instead, and use its outputs')
    return tf.graph_util.remove_training_nodes(graph_def, protected_nodes=names)


def without_batch_norm(graph_def: tf.GraphDef, outputs: list[str]) -> tf.GraphDef:
    """The graph with other nodes in place of BatchNorm in inference mode.

    graph_def: from frozen_graph; it is changed. outputs: names of the nodes that are to stay, with
    the same values.
    """
    nodes = {node.name: node for node in graph_def.node}
    uses = Counter(name for node in graph_def.node for name in node.input) + Counter(outputs)
    for node in list(nodes.values()):
        if is_inference_batch_norm(node, nodes):
            replace_batch_norm(node, nodes, uses, graph_def)
    return tf.graph_util.extract_sub_graph(graph_def, outputs)


def is_inference_batch_norm(node: tf.NodeDef, nodes: dict) -> bool:
    """Whether a node is BatchNorm with constant statistics. nodes: {name: node} of its graph."""
    return (node.op == 'FusedBatchNormV3' and not node.attr['is_training'].b
            and node.attr['data_format'].s == b'NHWC'
            and node.attr['T'].type == tf.float32.as_datatype_enum
            and all(name in nodes and nodes[name].op == 'Const' for name in node.input[1:5]))


def replace_batch_norm(node: tf.NodeDef, nodes: dict, uses: Counter,
                       graph_def: tf.GraphDef) -> None:
    """Turn BatchNorm into a BiasAdd of the same name, with its scale in the convolution before it.

    uses: how many nodes use the result of each node, by name.
    """
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


def scale_convolution(name: str, scale: np.ndarray, nodes: dict, uses: Counter) -> bool:
    """Multiply the weights of the convolution `name` by scale (channels,), if possible.

    False, and nothing done, where it is no convolution, or other nodes use its result or weights.
    """
    node = nodes.get(name)
    if node is None or node.op != 'Conv2D' or uses[name] > 1:
        return False
    weights = nodes[node.input[1]]
    if weights.op != 'Const' or uses[weights.name] > 1:
        return False
    weights.attr['value'].tensor.CopyFrom(tf.make_tensor_proto(value(weights) * scale))
    return True


def ensure_shapes(graph_def: tf.GraphDef) -> None:
    """Put an EnsureShape after each placeholder in graph_def.

    A placeholder may be fed any shape, so TensorFlow's graph rewriter ignores the one it has. But
    it fuses a convolution with a sum only where it knows that both summands have the same shape.
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


def value(constant: tf.NodeDef) -> np.ndarray:
    """The array in a node of constants."""
    return tf.make_ndarray(constant.attr['value'].tensor)


def add_constant(graph_def: tf.GraphDef, name: str, array: np.ndarray) -> str:
    """Add a float32 constant to graph_def. Returns its name."""
    node = graph_def.node.add(op='Const', name=name)
    node.attr['dtype'].type = tf.float32.as_datatype_enum
    node.attr['value'].tensor.CopyFrom(tf.make_tensor_proto(array, tf.float32))
    return name
