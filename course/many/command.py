"""`python train_on_many.py`: trains what the notebook trains, on several machines or GPUs."""
import argparse
import os
import sys
import threading
from pathlib import Path

from course import ROOT, workplace
from course.config import CONFIG, NUMBER, TEXT, WHOLE
from course.many import FAILED, INTERRUPTED, MISUSED, local
from course.many.workers import Workers, find

DESCRIPTION = """Train what the notebook trains on several machines, or several GPUs of one, by one
process each; batch_size is that of all together. The trained model is in model/, as after the
notebook. On each machine: the same course, the same data/ and data_list/, and a model/ that all
share. If a worker is lost, all end with status 75: start all again, and they resume.
Tried on Linux, without GPUs."""
WARNING = """PRIVATE NETWORKS ONLY: each worker listens on a port without a password and
without encryption, at all addresses of its machine. Whoever reaches that port can read and write
files and run programs as you."""
EXAMPLE = """
  python train_on_many.py --local 2                                         # two processes, here
  python train_on_many.py --workers host1:2222,host2:2222 --task 0          # on host1
  python train_on_many.py --workers host1:2222,host2:2222 --task 1          # on host2
  while python train_on_many.py ...; [ $? -eq 75 ]; do sleep 5; done        # again when one is lost
  srun python train_on_many.py                                              # Slurm says the rest"""


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status, or ends the process with it."""
    options, config = parsed(arguments)
    for stream in sys.stdout, sys.stderr:
        stream.reconfigure(errors='replace')
    try:
        if options.local:
            others = without_local(arguments or sys.argv[1:])
            return local.start(options.local, [sys.executable, str(ROOT / 'train_on_many.py'),
                                               *others, '--with-parent'])
        workers = find(options.workers, options.task, os.environ, options.port)
    except ValueError as error:
        print(error, file=sys.stderr)
        return MISUSED
    if options.with_parent:
        threading.Thread(target=local.end_with_parent, daemon=True).start()
    return work(workers, options, config)


def without_local(arguments):
    """The arguments for each worker. argparse takes --local=2 too, and shorter names."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument('--local')
    return parser.parse_known_args(arguments)[1]


def work(workers: Workers, options: argparse.Namespace, config: dict) -> int:
    """One worker, from here to the end of the process."""
    options.notebook = options.notebook.resolve()
    os.chdir(workplace())
    if not (workers.is_first and sys.stderr.isatty()):
        os.environ['TQDM_DISABLE'] = '1'        # progress bars, read when tqdm is imported

    from course import gpu  # TensorFlow takes seconds: not for --help
    from course.checkpoints.saving import reason
    from course.compat import tf
    from course.many.connection import LOST, Connection, leave, say
    from course.many.same import Different
    from course.many.training import train_here

    say(str(workers))
    connection = Connection(workers, options.patience)
    try:
        train_here(workers, connection, options.notebook, config, options.wire)
    except LOST as error:
        connection.end_for(error)
    except (Different, TimeoutError) as error:
        say(f'{error} All end.' if isinstance(error, Different) else str(error))
    except KeyboardInterrupt:
        leave(INTERRUPTED)
    except tf.errors.OpError as error:
        say(f'Worker {workers.task} ends: {gpu.reason(error.message)}')
    except Exception as error:
        say(f'Worker {workers.task} ends: {reason(error)}')
    leave(FAILED)


def parsed(arguments):
    """(options, {name: value} of the Config cell's values that are given)."""
    parser = argparse.ArgumentParser(
        prog='train_on_many.py', allow_abbrev=False, description=DESCRIPTION,
        epilog=f'{WARNING}\n{EXAMPLE}', formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--local', type=positive, metavar='N', help='start N workers here')
    parser.add_argument('--workers', metavar='HOST:PORT,...', help='all workers, the same list '
                        'everywhere; without it, TF_CONFIG or Slurm say who takes part')
    parser.add_argument('--task', type=int, help='which of them this one is: 0, 1, ...')
    parser.add_argument('--port', type=int, default=2222, help='under Slurm, of the first worker '
                        'on a node (2222)')
    parser.add_argument('--patience', type=seconds, default=300, metavar='SECONDS',
                        help='how long to wait for a worker that is late or silent (300)')
    parser.add_argument('--wire', choices=['float32', 'bfloat16'], default='float32',
                        help='what gradients travel in; bfloat16 halves the bytes')
    parser.add_argument('--notebook', type=Path, default=ROOT / 'tf_transfer_learning.ipynb',
                        help='the notebook whose cells are run, up to the figures of section 6')
    parser.add_argument('--with-parent', action='store_true', help=argparse.SUPPRESS)
    group = parser.add_argument_group('values of the Config cell', 'As in the notebook, unless '
                                      'they are given here.')
    for name in CONFIG:
        group.add_argument(f'--{name}', metavar='VALUE')
    options = parser.parse_args(arguments)
    return options, {name: value_of(text, *CONFIG[name]) for name in CONFIG
                     if (text := getattr(options, name)) is not None}


def value_of(text, kind, *allowed):
    """An option as the Config cell would have it. What it may be is checked with the cell."""
    for value in (None, True, False):
        if text == str(value):
            return value
    try:
        return text if kind == TEXT else int(text) if kind == WHOLE else (
            float(text) if kind == NUMBER else text)
    except ValueError:
        return text


def positive(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'{text!r} is not a whole number of at least 1')
    return int(text)


def seconds(text):
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 1 <= value < 1e7:
        raise argparse.ArgumentTypeError(f'{text!r} is not a number of seconds from 1')
    return value
