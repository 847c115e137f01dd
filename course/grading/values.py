"""Values as data: what comes out of a student's process can be looked at, and runs nothing."""
import base64
import operator
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

NUMBERS_AND_TEXT = 'biufcUS'        # NumPy's kinds of types that are no Python objects
LONGEST = 400                       # characters of the text of what cannot be sent


class Other:
    """In place of a value that cannot be sent: equal to nothing else, shown as it was."""

    def __init__(self, text: str):
        self.text = text

    def __repr__(self):
        return self.text


def encode(value: Any, special: Callable[[Any], list | None]) -> list:
    """A value as what json can write: [kind, part, ...].

    Numbers, text, lists, tuples, sets, dicts, paths, arrays and tables come out of `decode` as they
    were; other sequences as lists; anything else as Other. special: is asked first about all that
    is not one of these, and returns [kind, part, ...] or None.
    """
    def each(values):
        return [encode(part, special) for part in values]

    if value is None or type(value) in (bool, int, float, str):
        return ['plain', value]
    if isinstance(value, np.generic):
        return ['scalar', encode(np.asarray(value), special)]
    if isinstance(value, np.ndarray):
        if value.dtype.kind in NUMBERS_AND_TEXT:
            numbers = base64.b64encode(value.tobytes()).decode()
            return ['array', value.dtype.str, value.shape, numbers]
        return ['objects', value.shape, each(value.ravel().tolist())]
    if isinstance(value, pd.DataFrame):
        columns = [value.iloc[:, i].to_numpy() for i in range(value.shape[1])]
        return ['table', each(columns), *each([list(value.columns), value.index.to_numpy()])]
    if isinstance(value, pd.Series):
        return ['series', *each([value.to_numpy(), value.index.to_numpy(), value.name])]
    if isinstance(value, dict):
        return ['dict', [each(pair) for pair in value.items()]]
    for kind, types in (('list', list), ('tuple', tuple), ('set', (set, frozenset))):
        if isinstance(value, types):
            return [kind, each(value)]
    if isinstance(value, Path):
        return ['path', value.as_posix()]
    found = special(value)
    if found:
        return found
    if hasattr(value, '__index__'):                     # a Dimension of TensorFlow
        return ['plain', operator.index(value)]
    if isinstance(value, Iterable):
        return ['list', each(value)]
    return ['other', repr(value)[:LONGEST]]


def decode(coded: list, special: Callable[..., Any]) -> Any:
    """The value that `encode` was given, of Python's, NumPy's and pandas' own types only.

    special(kind, part, ...): the value for a kind that is none of encode's.
    Raises an exception of any kind for what `encode` has not written.
    """
    def each(values):
        return [decode(part, special) for part in values]

    kind, *parts = coded
    if kind == 'plain' and (parts[0] is None or type(parts[0]) in (bool, int, float, str)):
        return parts[0]
    if kind == 'scalar':
        return decode(parts[0], special)[()]
    if kind == 'array':
        dtype = np.dtype(parts[0])
        if dtype.kind not in NUMBERS_AND_TEXT:
            raise ValueError(f'an array of {dtype}')
        return np.frombuffer(base64.b64decode(parts[2]), dtype).reshape(parts[1]).copy()
    if kind == 'objects':
        array = np.empty(len(parts[1]), object)
        array[:] = each(parts[1])
        return array.reshape(parts[0])
    if kind == 'table':
        columns, names, index = each(parts[0]), *each(parts[1:])
        table = pd.DataFrame(dict(enumerate(columns)), index=index, columns=range(len(columns)))
        table.columns = names
        return table
    if kind == 'series':
        values, index, name = each(parts)
        return pd.Series(values, index, name=name)
    if kind == 'dict':
        return dict(each(pair) for pair in parts[0])
    if kind in ('list', 'tuple', 'set'):
        return {'list': list, 'tuple': tuple, 'set': set}[kind](each(parts[0]))
    if kind == 'path':
        return PurePosixPath(str(parts[0]))
    if kind == 'other':
        return Other(str(parts[0])[:LONGEST])
    return special(kind, *parts)
