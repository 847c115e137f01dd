"""A checkpoint and the state that belongs to it, saved together so that a crash costs neither.

The files are written under other names, flushed to the disk, and renamed: first the data, then the
index, then the state. Whatever interrupts that, `finish_interrupted_save` puts it in order.
"""
import glob
import json
import os
import shutil

from course.whole_file import flush

DATA, INDEX, STATE = SUFFIXES = '.data-00000-of-00001', '.index', '.state.json'


def save(sess, saver, path: str, state: dict) -> None:
    """Save the saver's variables and `state` (what json can write) as the checkpoint `path`.

    Raises OSError or one of TensorFlow's errors; the checkpoint before is whole then, or this one.
    """
    os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
    finish_interrupted_save(path)
    aside = f'{path}.tmp'
    # Without write_state the saver keeps no list of old checkpoints, so it deletes none.
    saver.save(sess, aside, write_meta_graph=False, write_state=False)
    with open(aside + STATE, 'w', encoding='utf-8') as file:
        json.dump(state, file)
    for suffix in SUFFIXES:
        flush(aside + suffix)
    for suffix in SUFFIXES:
        os.replace(aside + suffix, path + suffix)


def finish_interrupted_save(path: str) -> None:
    """Put in order what an interrupted `save` left; call it before a restore.

    Once the data have been renamed, the new checkpoint is complete: its other files are renamed
    too. Until then the former checkpoint stays, and what was written aside is deleted.
    Raises OSError if a file cannot be renamed or deleted.
    """
    aside = f'{path}.tmp'
    if not os.path.exists(aside + DATA):
        for suffix in (INDEX, STATE):
            if os.path.exists(aside + suffix):
                os.replace(aside + suffix, path + suffix)
    leftovers = sorted(glob.glob(f'{glob.escape(aside)}.*'))
    data = [name for name in leftovers if name.startswith(aside + DATA)]
    for name in [name for name in leftovers if name not in data] + data:
        os.remove(name)                 # the data last: without them the others look complete


def set_aside(path: str, run: str) -> None:
    """Rename the checkpoint `path` if it is not of this run: x.ckpt becomes x_before.ckpt.

    Says so. What had that name is replaced. A training that never came to its end is not kept: if
    there was a state to resume from, its weights lie beside that (see Keep_state).
    Raises OSError.
    """
    saved = saved_state(path)
    there = [suffix for suffix in SUFFIXES if os.path.exists(path + suffix)]
    if there and (saved is None or saved.get('run') != run and saved.get('complete')):
        for suffix in there:
            os.replace(path + suffix, before(path) + suffix)
        print(f'  the weights of the training before are kept as {before(path)}')


def before(path: str) -> str:
    """Where the weights of the training before this one are kept."""
    return path.removesuffix('.ckpt') + '_before.ckpt'


def mark_complete(path: str, run: str) -> None:
    """Write into the state of a checkpoint of this run that its training came to its end."""
    saved = saved_state(path)
    if saved and saved.get('run') == run:
        aside = f'{path}.tmp.complete'      # of a kill, finish_interrupted_save removes it
        with open(aside, 'w', encoding='utf-8') as file:
            json.dump({**saved, 'complete': True}, file)
        flush(aside)
        os.replace(aside, path + STATE)


def saved_state(path: str) -> dict | None:
    """The state beside the checkpoint `path`; None where there is no checkpoint."""
    if not os.path.exists(path + STATE):
        return None
    with open(path + STATE, encoding='utf-8') as file:
        return json.load(file)


def obstacle(folder: str, needed: int) -> str:
    """Why `needed` bytes cannot be written below `folder`; '' if they can, as far as is known."""
    there = os.path.abspath(folder)
    while not os.path.exists(there):
        there = os.path.dirname(there)
    if not os.path.isdir(there):
        return f'{there} is not a folder'
    free = shutil.disk_usage(there).free
    if not os.access(there, os.W_OK):
        return f'{there} cannot be written to'
    if free < needed:
        return f'{there} has {free / 1e6:.0f} MB free, up to {needed / 1e6:.0f} are needed'
    return ''


def reason(error: Exception) -> str:
    """Why a save failed, in one line. TensorFlow's errors bury it: '<file>; No space left'."""
    lines = str(error).splitlines() or ['']
    buried = [line for line in lines if '; ' in line and line == line.lstrip()]
    return f'{type(error).__name__}: {buried[0].rpartition("; ")[2] if buried else lines[0]}'
