"""A line between two processes, over which each calls functions of the other.

What comes is data. The one at the other end can give a wrong value or none, and no more than that.
"""
import builtins
import json
from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from types import ModuleType
from typing import Any

from course.compat import tf
from course.grading import graphs
from course.grading.values import LONGEST, Other, decode, encode

LARGEST = 200_000_000               # bytes of a message


class Line:
    """One end. own: the functions that the other may call, by their number.

    ways: the module in which the other may name a function to call them through; None: it may not.
    """

    def __init__(self, connection: Connection, ways: ModuleType | None = None):
        self.connection, self.own, self.ways = connection, [], ways

    def send(self, message: dict) -> None:
        self.connection.send_bytes(json.dumps(message).encode())

    def receive(self) -> dict:
        return json.loads(self.connection.recv_bytes(LARGEST))

    def call(self, number: int, arguments: tuple, through: str = '') -> Any:
        """What the other's function returns, or raises."""
        graph = graphs.graph_of(arguments)
        self.send({'call': number, 'through': through, 'graph': graph and graphs.written(graph),
                   'arguments': encode(list(arguments), self.coded)})
        return self.result(graph)

    def result(self, graph: tf.Graph | None = None) -> Any:
        """Wait for it; what the other calls in the meantime is answered."""
        while True:
            message = self.receive()
            if 'call' in message:
                self.answer(message)
            elif 'error' in message:
                raise error_of(*message['error'])
            else:
                if graph and message['graph']:
                    graphs.extend(graph, message['graph'])
                return decode(message['value'], self.decoder(graph))

    def answer(self, message: dict) -> None:
        """Call one of `own` for the other, in a graph that is a copy of the other's."""
        def called():
            with tf.Graph().as_default() as graph:
                if message['graph']:
                    graphs.extend(graph, message['graph'])
                function = self.own[message['call']]
                arguments = decode(message['arguments'], self.decoder(graph))
                if self.ways and message['through']:
                    return getattr(self.ways, message['through'])(function, *arguments), graph
                return function(*arguments), graph
        self.reply(called)

    def reply(self, compute: Callable[[], tuple[Any, tf.Graph | None]]) -> None:
        """Send the value that compute() returns, with the graph that it is in, or its error."""
        try:
            value, graph = compute()
            message = {'value': encode(value, self.coded), 'graph': None}
            if graph and graph.get_operations():
                message['graph'] = graphs.written(graph)
        except Exception as error:                      # a student's function may raise anything
            message = {'error': [[kind.__name__ for kind in type(error).__mro__], str(error)]}
        self.send(message)

    def coded(self, value):
        if isinstance(value, Far):
            return None
        found = graphs.name_of(value)
        if found and found[0] == 'session':
            return ['session', found[1], encode(found[2], self.coded)]
        if not found and callable(value):
            self.own.append(value)
            return ['function', len(self.own) - 1]
        return found

    def decoder(self, graph):
        def special(kind, *parts):
            if kind == 'function':
                return Far(self, int(parts[0]))
            if kind == 'session':
                return session(parts[0], decode(parts[1], special))
            try:
                return graphs.named(graph or tf.Graph(), kind, *parts)
            except (KeyError, ValueError):              # a tensor of another graph
                return Other(f'<{kind} {str(parts)[:LONGEST]}>')
        return special


class Far:
    """A function of the other process, to be called like any other."""

    def __init__(self, line: Line, number: int):
        self.line, self.number = line, number

    def __call__(self, *arguments):
        return self.line.call(self.number, arguments)

    def through(self, way: Callable) -> Callable:
        """The same, called as way(function, *arguments) in the other process."""
        return lambda *arguments: self.line.call(self.number, arguments, way.__name__)


def session(text: str, values: dict) -> tf.Session:
    """A session with the graph and the values of another one."""
    graph = tf.Graph()
    graphs.extend(graph, text)
    sess = tf.Session(graph=graph)
    for variable in graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES):
        variable.load(values[variable.op.name], sess)
    return sess


def error_of(kinds: list[str], text: str) -> Exception:
    """The exception that was raised in the other process, or a RuntimeError that names it."""
    for kind in kinds:
        known = getattr(tf.errors, kind, None)
        if isinstance(known, type) and issubclass(known, tf.errors.OpError):
            return known(None, None, text)
        known = getattr(builtins, kind, None)
        if known in (TypeError, ValueError, NotImplementedError):
            return known(text)
    return RuntimeError(f'{kinds[0]}: {text}')


def serve(socket: str, ways: ModuleType, names: list[str], values: dict) -> None:
    """What a check cell does in a student's process: answer what the judge asks about `names`."""
    with Client(socket, 'AF_UNIX') as connection:
        serve_over(connection, ways, names, values)


def serve_over(connection: Connection, ways: ModuleType, names: list[str], values: dict) -> None:
    line = Line(connection, ways)
    line.reply(lambda: ([value_of(name, values) for name in names], None))
    while True:
        message = line.receive()
        if 'over' in message:
            return
        line.answer(message)


def value_of(name, values):
    if name not in values:
        raise NameError(f"name '{name}' is not defined")
    return values[name]
