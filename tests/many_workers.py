"""Trainings by several workers on this machine, with a network of three layers."""
import json
import multiprocessing
import os
import signal
import sys
import time

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from notebook_kernel import CONFIG, THREE_LAYERS, draw_images, folder_with_lists

from course.compat import tf
from course.many.command import main
from course.many.local import free_ports
from course.notebooks import MAIN, cell_with_tag, place_of

BATCHES_OWN = 'is_training=False if still else is_training'
STILL = THREE_LAYERS.replace(BATCHES_OWN, 'is_training=False')  # BatchNorm in inference mode
IMPORTED = ['many_workers', 'course.many.training', 'course.baselines', 'course.plots',
            'course.prior', 'course.covering', 'course.trained', 'callbacks', 'generator',
            'imgaug.augmenters', 'tf_model.zoo', 'tf_model.restore', 'sklearn.linear_model',
            'scipy.stats']
only_linux = pytest.mark.skipif(sys.platform != 'linux', reason='tried on Linux only')


def make_folder(folder, network=STILL, **config):
    """A student's folder: lists, images, and the notebook's tagged cells with a small network."""
    images = folder.parent / CONFIG['dataset']
    if not images.exists():
        draw_images(images)
    folder.mkdir()
    folder_with_lists(folder, images)
    notebook = nbformat.read(MAIN, 4)
    cell_with_tag(notebook, 'parameters').source += ''.join(
        f'\n{name} = {value!r}' for name, value in {**CONFIG, **config}.items())
    notebook.cells.insert(place_of(notebook, 'graph'), nbformat.v4.new_code_cell(
        network, metadata={'tags': ['small']}))
    notebook.cells = [cell for cell in notebook.cells
                      if cell.cell_type == 'code' and 'tags' in cell.metadata]
    nbformat.write(notebook, folder / 'small.ipynb')
    return folder


def addresses(n):
    return [f'127.0.0.1:{port}' for port in free_ports(n)]


def work(folder, arguments, output):
    """In a process of its own: the command, in this folder."""
    os.chdir(folder)
    with open(output, 'w') as file:
        for stream in 1, 2:
            os.dup2(file.fileno(), stream)
    os._exit(main(arguments))


class Starter:
    """Starts workers quickly: what they import is imported once."""

    def __init__(self):
        self.processes = multiprocessing.get_context('forkserver')
        self.processes.set_forkserver_preload(IMPORTED)

    def start(self, folder, where, task, *arguments):
        """Worker `task` of those at the addresses `where`."""
        output = folder / f'printed_{task}.txt'
        output.write_text('')
        return Worker(self.call(work, str(folder), [
            '--workers', ','.join(where), '--task', str(task), '--notebook', 'small.ipynb',
            *arguments], str(output)), output)

    def call(self, target, *arguments):
        """target(*arguments) in a process of its own."""
        process = self.processes.Process(target=target, daemon=True, args=arguments)
        process.start()
        return process

    def run(self, folder, n, *arguments):
        """n workers, started together, from beginning to end."""
        where = addresses(n)
        workers = [self.start(folder, where, task, *arguments) for task in range(n)]
        return [worker.ended() for worker in workers]


class Worker:
    """A started worker. When it has ended: `status`, and what it has printed."""

    def __init__(self, process, output):
        self.process, self._output = process, output

    @property
    def printed(self):
        return self._output.read_text()

    @property
    def status(self):
        return self.process.exitcode

    def ended(self, seconds=600):
        """Itself, when it has ended. Hangs are for the test to see, not to wait for."""
        began = time.monotonic()
        self.process.join(seconds)
        self.took = time.monotonic() - began
        assert self.status is not None, f'still running after {seconds} s:\n{self.printed}'
        return self

    def has_printed(self, text, seconds=600):
        """Wait until this text is there."""
        end = time.monotonic() + seconds
        while text not in self.printed:
            assert self.process.is_alive() and time.monotonic() < end, self.printed
            time.sleep(0.01)

    def send(self, name):
        os.kill(self.process.pid, getattr(signal, name))


@pytest.fixture(scope='module')
def starter():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('PYTHONPATH', str(ROOT / 'tests'))         # where this module is
        patch.setenv('COURSE_THREADS', '1')
        patch.setenv('MPLBACKEND', 'Agg')
        patch.setenv('TQDM_DISABLE', '1')                       # read when it is imported
        yield Starter()


def trained(folder, name='colours_fold0'):
    """What a training has left: its history, and its best weights {name: array}."""
    state = json.loads((folder / 'model' / name / 'training.json').read_text())
    reader = tf.train.load_checkpoint(str(folder / 'model' / name / 'weights.ckpt'))
    return (state['parts']['history']['values'],
            {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()})


def distance(some, others):
    """Between two sets of weights: norm of the difference over the norm of the first."""
    assert some.keys() == others.keys()
    flat, other = (np.concatenate([weights[name].ravel() for name in sorted(weights)])
                   for weights in (some, others))
    return float(np.linalg.norm(flat - other) / np.linalg.norm(flat))
