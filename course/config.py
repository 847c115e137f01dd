"""The Config cell of the notebook: each value checked by name, and what a resume compares."""
import os
from collections.abc import MutableMapping
from typing import Any

from course.checkpoints.digest import digest

# What may differ between a training and its resumption.
FREE = {'data_root', 'nb_epoch', 'mixed_precision', 'scratch_too', 'resume', 'model_folder'}
WHOLE, NUMBER, TEXT, SWITCH = 'a whole number', 'a number', 'a text in quotes', 'True or False'
KINDS = {WHOLE: int, NUMBER: (int, float), TEXT: str, SWITCH: bool}
#       name                kind    from, below (numbers); or values beside the kind
CONFIG = {
    'dataset': (TEXT,),
    'data_root': (TEXT, None),
    'fold': (WHOLE, 0, 1000),
    'img_size': (WHOLE, 8, 4096),
    'batch_size': (WHOLE, 1, 100_000),
    'checkpoint': (TEXT, None),
    'network': (TEXT,),
    'freeze': (TEXT, None),
    'cache': (WHOLE, 0, 1000),
    'batch_statistics': (SWITCH,),
    'nb_epoch': (WHOLE, 1, 1_000_000),
    'learning_rate': (NUMBER, 1e-12, 1000),
    'head_times': (NUMBER, 1e-6, 1e6),
    'seed': (WHOLE, 0, 2**31),
    'mixed_precision': (SWITCH, 'auto'),
    'scratch_too': (SWITCH,),
    'resume': (SWITCH,),
    'deterministic': (SWITCH,),
    'model_folder': (TEXT,)}


def checked_config(names: MutableMapping[str, Any]) -> dict:
    """The values of the Config cell, from the names that a notebook has defined.

    They are put into `names` too, a NumPy number as Python's own and a path as text: json can
    write these, and TensorFlow computes with a seed.
    Raises ValueError that names each value that is missing, of another type, or out of range.
    """
    wrong = [f'{name} {fault}' for name, allowed in CONFIG.items()
             if (fault := fault_of(names, name, *allowed))]
    if not wrong:
        wrong = contradictions(**{name: names[name] for name in CONFIG})
    if wrong:
        raise ValueError('In the Config cell, ' + '; '.join(wrong))
    config = {name: plain(names[name]) for name in CONFIG}
    names.update(config)
    return config


def contradictions(cache, freeze, batch_size, img_size, **_):
    """What is right by itself but not together: a list of sentences."""
    wrong = []
    if cache and not freeze:
        wrong.append('cache keeps the output of frozen layers, and freeze = None freezes none: set '
                     "freeze = 'all' or 'block2', for example, or cache = False")
    if batch_size == 1 and img_size <= 32:
        wrong.append('batch_size is 1 and img_size is 32 or less: BatchNorm would see a single '
                     'value and make it 0. Raise one of the two')
    return wrong


def plain(value):
    """A NumPy number as Python's own, a path as text; json can write these."""
    return os.fspath(value) if isinstance(value, os.PathLike) else getattr(
        value, 'item', lambda: value)()


def fault_of(names, name, kind, *allowed):
    """What is wrong with one value; '' where it is right."""
    if name not in names:
        return 'is missing'
    value = plain(names[name])
    if kind in (WHOLE, NUMBER):
        low, end = allowed
        wanted = f'{kind} from {low} to below {end}'
        right = isinstance(value, KINDS[kind]) and low <= value < end
    else:
        wanted = ' or '.join([kind, *map(repr, allowed)])
        right = isinstance(value, KINDS[kind]) or value in allowed
    return '' if right else f'is {value!r}; it must be {wanted}'


def settings_of(config: dict, **others: Any) -> dict:
    """What a resumed training must have in common with the one before, as json can write it.

    others: whatever else counts; lists stand for their digests (see course.checkpoints.digest).
    """
    return {**{name: value for name, value in config.items() if name not in FREE},
            **{name: digest(*value) if isinstance(value, list) else value
               for name, value in others.items()}}
