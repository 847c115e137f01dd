"""The graph that predicts, cut out of the one that trains, whatever network and head it has.

It is stored without values (320 kB for ResNet-v2-50), which are in the checkpoint beside it. What
the code in the notebook was need not be known to use it.
"""
from graphlib import TopologicalSorter

import numpy as np
from tensorflow.python.framework import op_def_registry

from course.checkpoints.read import readable
from course.compat import tf
from course.file_operations import touches_files
from course.frozen_graph import value, without_batch_norm

VARIABLES = 'VariableV2', 'Variable', 'VarHandleOp'
RANDOM = 'Random', 'Stateless', 'TruncatedNormal', 'Multinomial'


def predicting_graph(graph: tf.Graph, images: tf.Tensor, outputs: list[tf.Tensor],
                     given: dict) -> tf.GraphDef:
    """What computes `outputs` from the placeholder `images`; its variables have no values.

    given: {placeholder: its value when the network predicts}, is_training for example. Of each
    tf.cond that depends on one of them, the branch that is taken is left.
    Raises ValueError where more placeholders are needed, or something that is not in the graph.
    """
    names = [tensor.op.name for tensor in outputs]
    graph_def = tf.graph_util.extract_sub_graph(graph.as_graph_def(), names)
    given = {tensor.op.name: given[tensor] for tensor in given}
    for node in graph_def.node:
        if node.op == 'Placeholder' and node.name in given:
            become_constant(node, given[node.name], node.attr['dtype'].type)
        elif node.op == 'PlaceholderWithDefault':
            become_identity(node, node.input[0], node.attr['dtype'])
    take_branches(graph_def)
    graph_def = tf.graph_util.extract_sub_graph(graph_def, names)
    needed = [node.name for node in graph_def.node
              if node.op == 'Placeholder' and node.name != images.op.name]
    if needed:
        raise ValueError(f'to predict, the graph needs the placeholder {needed[0]}: add its value '
                         f'to those that are given, {list(given)}')
    check_harmless(graph_def)
    for node in graph_def.node:
        node.device = ''
        for note in '_class', '_output_shapes':     # of the graph that it was cut out of
            node.attr.pop(note, None)
    return graph_def


def take_branches(graph_def: tf.GraphDef) -> None:
    """Leave of each tf.cond with a constant condition the branch that is taken.

    A tf.cond is: Switch, which hands a value on to one of two branches, and Merge, which takes the
    result of the one that has any. Control inputs are dropped: they order what changes variables.
    """
    truth, instead, dead = {}, {}, set()        # dead: nodes as '^a', outputs as 'a' and 'a:1'
    for node in in_order(graph_def):
        inputs = [instead.get(name, name) for name in node.input]
        node.input[:] = [name for name in inputs if name[0] != '^']
        condition = next((truth[name] for name in node.input[1:2] if name in truth), None)
        if node.op in ('Merge', 'RefMerge'):
            alive = [name for name in node.input if not is_dead(name, dead)]
            if len(alive) == 1:
                become_identity(node, alive[0], node.attr['T'])
            elif not alive:
                dead.add(f'^{node.name}')
        elif any(is_dead(name, dead) for name in inputs):
            dead.add(f'^{node.name}')
        elif node.op in ('Switch', 'RefSwitch') and condition is not None:
            ends = node.name, f'{node.name}:1'
            dead.add(ends[not condition])
            instead[ends[condition]] = node.input[0]
        elif node.op == 'Const' and node.attr['dtype'].type == tf.bool.as_datatype_enum:
            truth[node.name] = bool(np.all(value(node)))
        elif node.op in ('Identity', 'LogicalNot') and node.input[0] in truth:
            truth[node.name] = truth[node.input[0]] != (node.op == 'LogicalNot')


def in_order(graph_def):
    """The nodes, each after its inputs (but for what a loop hands to its next iteration)."""
    nodes = {node.name: node for node in graph_def.node}
    inputs = {node.name: [name.lstrip('^').split(':')[0] for name in node.input
                          if node.op not in ('NextIteration', 'RefNextIteration')]
              for node in graph_def.node}
    return [nodes[name] for name in TopologicalSorter(inputs).static_order()]


def is_dead(name, dead):
    """Whether an input, 'a', 'a:1' or '^a', has no value: it is of a branch that is not taken."""
    return name in dead or f'^{name.lstrip("^").split(":")[0]}' in dead


def become_constant(node, array, kind):
    name = node.name
    node.Clear()
    node.name, node.op = name, 'Const'
    node.attr['dtype'].type = kind
    node.attr['value'].tensor.CopyFrom(tf.make_tensor_proto(array, tf.as_dtype(kind)))


def become_identity(node, source, kind):
    identity = tf.NodeDef(op='Identity', name=node.name, input=[source])
    identity.attr['T'].CopyFrom(kind)
    node.CopyFrom(identity)


def check_harmless(graph_def: tf.GraphDef) -> None:
    """Raises ValueError where the graph does more than compute: Python, files, other machines.

    A folder from elsewhere could do harm by that; and it would not work in another kernel.
    """
    functions = graph_def.library.function
    own = {function.signature.name for function in functions}
    for node in (*graph_def.node, *(node for function in functions for node in function.node_def)):
        if node.op not in own and (touches_files(node.op) or is_stateful(node.op)):
            raise ValueError(f'the graph holds {node.name}, a {node.op}: it must compute, and '
                             'nothing else')


def is_stateful(operation):
    """Whether it does more than compute, other than by holding a variable or drawing numbers."""
    return op_def_registry.get(operation).is_stateful and not operation.startswith(
        RANDOM) and operation not in (*VARIABLES, 'ReadVariableOp')


def with_values(graph_def: tf.GraphDef, checkpoint: str) -> tf.GraphDef:
    """A copy of the graph with the values of a checkpoint in place of its variables.

    Raises ValueError where the checkpoint lacks one, or a variable is used in a way that a constant
    cannot be (a lookup of rows, say).
    """
    whole = tf.GraphDef()
    whole.CopyFrom(graph_def)
    handles = {node.name for node in whole.node if node.op == 'VarHandleOp'}
    with readable(checkpoint) as path:
        reader = tf.train.load_checkpoint(path)
        for node in whole.node:
            if node.op in VARIABLES:
                name = node.attr['shared_name'].s.decode() or node.name
                if not reader.has_tensor(name):
                    raise ValueError(f'{checkpoint} has no values for the variable {name}')
                become_constant(node, reader.get_tensor(name), node.attr['dtype'].type)
            elif node.op == 'ReadVariableOp':
                become_identity(node, node.input[0], node.attr['dtype'])
            elif handles.intersection(node.input):
                raise ValueError(f'{node.name} uses a variable by {node.op}, which is not supported'
                                 ': use tf.get_variable without use_resource')
    return whole


def fast(graph_def: tf.GraphDef, outputs: list[str]) -> tf.GraphDef:
    """The graph without what only training needs, and with BatchNorm folded into convolutions.

    graph_def: from with_values; it is changed. outputs: names of nodes, which stay.
    """
    graph_def = tf.graph_util.remove_training_nodes(graph_def, protected_nodes=outputs)
    norms = {node.name for node in graph_def.node if node.op.startswith('FusedBatchNorm')}
    statistics = {name for node in graph_def.node for name in node.input
                  if ':' in name and name.split(':')[0] in norms}
    # A head with BatchNorm: its gradient, for the heat map, needs more of it than the result.
    return graph_def if statistics else without_batch_norm(graph_def, outputs)
