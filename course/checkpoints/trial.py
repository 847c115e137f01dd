"""Reading a checkpoint for a trial, in another process: a crafted one makes TensorFlow abort.

TensorFlow checks what is in a checkpoint's index with assertions that end the process, which in a
notebook is the kernel. Here they end a process that nobody misses.
"""
import faulthandler
import multiprocessing
import sys
import warnings

from course.checkpoints.read import readable
from course.compat import silent_stderr, tf

SECONDS = 120       # for reading it all; 300 MB take less than a second from a disk


def trouble_reading(checkpoint: str) -> str:
    """Why TensorFlow cannot read all variables of a checkpoint; '' if it can.

    checkpoint: as tf.train.Saver names it. Never raises, and never ends this process, whatever is
    in the file.
    """
    # Linux: a copy of this process, in milliseconds. Elsewhere a fork is not safe, and a new
    # process has to import TensorFlow.
    context = multiprocessing.get_context('fork' if sys.platform == 'linux' else 'spawn')
    said, saying = context.Pipe(duplex=False)
    process = context.Process(target=read_all, args=(checkpoint, saying), daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', DeprecationWarning)     # a fork with threads; it needs none
        process.start()
    saying.close()
    try:
        return said.recv() if said.poll(SECONDS) else f'reading it takes more than {SECONDS} s'
    except EOFError:
        process.join()
        return f'TensorFlow breaks off while it reads it (exit status {process.exitcode})'
    finally:
        process.kill()
        process.join()


def read_all(checkpoint, saying):
    """Say '' when each variable has been read, or why one cannot be."""
    faulthandler.disable()              # Jupyter's would show where it breaks off
    with silent_stderr():
        try:
            with readable(checkpoint) as path:
                reader = tf.train.load_checkpoint(path)
                for name in reader.get_variable_to_shape_map():
                    reader.get_tensor(name)
            saying.send('')
        except Exception as error:      # whatever it is, it is said
            saying.send(f'{type(error).__name__}: {str(error).splitlines()[0][:200]}')
