"""Static graphs as data: sent to another process, extended there, and judged here."""
import base64

from tensorflow.python.framework import meta_graph

from course.compat import tf
from course.file_operations import touches_files


def written(graph: tf.Graph) -> str:
    """A graph with its collections, as text."""
    return base64.b64encode(tf.train.export_meta_graph(graph=graph).SerializeToString()).decode()


def extend(graph: tf.Graph, text: str) -> None:
    """Add to `graph` what the written graph `text` has and it has not, in the same places.

    Nodes of the same name are taken to be the same. Raises ValueError where an operation could
    read or write a file; an exception of any kind where the text was not made by `written`.
    """
    meta, own = tf.MetaGraphDef.FromString(base64.b64decode(text)), collections(graph)
    there = {operation.name for operation in graph.get_operations()}
    new = [node for node in meta.graph_def.node if node.name not in there]
    for node in (*new, *(part for function in meta.graph_def.library.function
                         for part in function.node_def)):
        if touches_files(node.op):
            raise ValueError(f'the operation {node.op} has no place in this graph')
    del meta.graph_def.node[:]
    meta.graph_def.node.extend(new)
    joints = {}
    for name in {name for node in new for name in node.input}:
        if name.startswith('^') and name[1:] in there:
            joints[name] = graph.get_operation_by_name(name[1:])
        elif name.partition(':')[0] in there:
            full = name if ':' in name else f'{name}:0'
            joints[full] = graph.get_tensor_by_name(full)
    for key, collection in meta.collection_def.items():
        values = getattr(collection, collection.WhichOneof('kind')).value
        added = [value for value in values if value not in own.get(key, [])]
        del values[:]
        values.extend(added)
    with graph.as_default():
        meta_graph.import_scoped_meta_graph(meta, input_map=joints)


def collections(graph):
    """{key: the members of a collection, as they are written}."""
    return {key: list(getattr(members, members.WhichOneof('kind')).value) for key, members in
            tf.train.export_meta_graph(graph=graph).collection_def.items()}


def name_of(value) -> list | None:
    """['tensor' or the like, its name] for a part of a graph; None for anything else."""
    if isinstance(value, tf.Variable):
        return ['variable', value.op.name]
    if isinstance(value, tf.Tensor):
        return ['tensor', value.name]
    if isinstance(value, tf.Operation):
        return ['operation', value.name]
    if isinstance(value, tf.Session):
        variables = value.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
        return ['session', written(value.graph),
                {v.op.name: a for v, a in zip(variables, value.run(variables))}]
    return None


def named(graph: tf.Graph, kind: str, name: str):
    """The part of `graph` that `name_of` has named. Raises KeyError or ValueError if none is."""
    if kind == 'tensor':
        return graph.get_tensor_by_name(name)
    if kind == 'operation':
        return graph.get_operation_by_name(name)
    if kind == 'variable':
        for key in graph.get_all_collection_keys():
            for member in graph.get_collection(key):
                if isinstance(member, tf.Variable) and member.op.name == name:
                    return member
    raise KeyError(f'the graph has no {kind} {name!r}')


def graph_of(values) -> tf.Graph | None:
    """The graph that a call with these arguments is about; None if it is about none."""
    for value in values:
        for part in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(part, (tf.Tensor, tf.Operation, tf.Variable)):
                return part.graph
    graph = tf.get_default_graph()
    return graph if graph.get_operations() else None
