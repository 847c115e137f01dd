"""What stays of a training that has come to its end: its settings, how it went, where it ended.

A small file beside the folder that its state was in. The same training need not be done again.
"""
import json
import os
from pathlib import Path

from course.checkpoints import saving
from course.checkpoints.identity import differences, when_it_ends
from course.whole_file import write_whole


def record_of(folder: str) -> str:
    """The file for a training whose state is kept in `folder`."""
    return f'{folder}.json'


def keep(folder: str, state: dict, model_dict: dict) -> None:
    """Write down a training's last state (see Keep_state). Raises OSError."""
    record = {name: state[name] for name in ('epoch', 'settings', 'parts')}
    write_whole(Path(record_of(folder)),
                json.dumps({**record, **when_it_ends(model_dict)}).encode())


def same(folder: str, settings: dict, model_dict: dict, nb_epoch: int) -> dict | None:
    """The record of a training with these settings that has come to its end after nb_epoch epochs,
    or was stopped early; None where there is none, or its weights are not there any more."""
    try:
        with open(record_of(folder), encoding='utf-8') as file:
            record = json.load(file)
        epoch, parts = record['epoch'], record['parts']
        run, stopped = parts['checkpoint']['run'], parts.get('earlystop', {}).get('stop')
        other = differences(record['settings'], settings)
        planned = not differences(record, when_it_ends(model_dict))
        saved = saving.saved_state(model_dict['checkpoint'].path) or {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if other or saved.get('run') != run:
        return None
    if planned and (epoch == nb_epoch or stopped and epoch < nb_epoch):
        return record
    if epoch != nb_epoch:
        print(f'This training is complete after epoch {epoch}, and its last state was removed: for '
              f'nb_epoch = {nb_epoch} it begins from the start.')
    return None


def figures(folder: str, run: str) -> str:
    """The accuracy that a trained model's folder gives for this run, as ': 95.9%'; '' without."""
    try:
        with open(os.path.join(folder, 'model.json'), encoding='utf-8') as file:
            model = json.load(file)
        return f': {model["figures"]["accuracy"]["value"]:.1%}' if model['run'] == run else ''
    except (OSError, ValueError, KeyError, TypeError):
        return ''
