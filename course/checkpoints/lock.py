"""A file that says which process is at work, so that another does not disturb it."""
import json
import os
import socket
import sys
import time

import psutil


def take(path: str) -> None:
    """Write this process into the file `path`, unless another one that is alive stands there.

    Raises RuntimeError that names it. A file of a process that is gone is taken over. In a
    notebook, it is released when the cell ends, also by Ctrl-C or an error.
    """
    me = {'host': socket.gethostname(), 'pid': os.getpid(),
          'began': psutil.Process().create_time(), 'since': time.strftime('%Y-%m-%d %H:%M')}
    os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
    while True:
        try:
            with open(path, 'x', encoding='utf-8') as file:
                json.dump(me, file)
            release_after_the_cell(path)
            return
        except FileExistsError:
            other = read(path)
            if other is None:           # it may be written at this moment
                time.sleep(0.2)
                other = read(path)
        if other and other['host'] != me['host']:
            raise RuntimeError(f'On {other["host"]}, process {other["pid"]} has been training this '
                               f'since {other["since"]}. If that is over, delete {path}.')
        if other and is_alive(other) and other['pid'] != me['pid']:
            raise RuntimeError(
                f'Another notebook (process {other["pid"]}) has been training this since '
                f'{other["since"]}. Shut that kernel down, or choose another model_folder.')
        remove(path)


def release(path: str) -> None:
    """Remove the file, if it is this process that stands there."""
    if (read(path) or {}).get('pid') == os.getpid():
        remove(path)


def release_after_the_cell(path: str) -> None:
    """In a notebook, when the cell that runs now has ended, however it did."""
    shell = 'IPython' in sys.modules and sys.modules['IPython'].get_ipython()
    if not shell:
        return

    def released():
        shell.events.unregister('post_execute', released)
        release(path)

    shell.events.register('post_execute', released)


def remove(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        pass


def read(path):
    """What the file says; None where there is none, or nothing that was written by `take`."""
    try:
        with open(path, encoding='utf-8') as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return None


def is_alive(other):
    """Whether that process runs; a number may have been given to another one since."""
    try:
        return abs(psutil.Process(other['pid']).create_time() - other['began']) < 1
    except psutil.NoSuchProcess:
        return False
