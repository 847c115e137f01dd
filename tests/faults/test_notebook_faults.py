"""The notebook in a real kernel that is killed, interrupted, or trained into NaN."""
import signal
import sys

import nbformat
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from course.lists.make import make_list
from course.notebooks import MAIN, place_of
from drawing.render import SETS, render

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == 'win32', reason='signals')]
SMALL = {'img_size': 48, 'batch_size': 8, 'nb_epoch': 3, 'checkpoint': '', 'data_root': None,
         'learning_rate': 2e-4,
         'scratch_too': False, 'deterministic': True}
THREADS = """
import threading
print('threads:', sorted(t.name for t in threading.enumerate() if 'Monitor' not in type(t).__name__
                         and t.name not in threads_before))
"""
SEND = """
def send(loss, nth_batch, sess):
    if len(training['history'].values['lr']) == 1 and not sent:
        sent.append(1)
        os.kill(os.getpid(), {})

sent, make = [], new_training
def new_training(name):
    global training
    training, manager = make(name)
    manager.callback_dict['on_batch_end'].append(send)
    return training, manager
"""
THREADS_BEFORE = 'import threading\nthreads_before = {t.name for t in threading.enumerate()}'


@pytest.fixture(scope='module')
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp('images') / 'cat_dog'
    render(SETS['cat_dog'], folder, 15)
    return folder


class Run:
    """The notebook in a kernel of its own, in a folder with lists; cells run one by one."""

    def __init__(self, folder, images, monkeypatch, **parameters):
        monkeypatch.delenv('MPLBACKEND', raising=False)
        lists = folder / 'data_list/cat_dog/k_fold'
        if not lists.exists():
            make_list(images, lists)
        self.folder = folder
        notebook = load_notebook_node(str(MAIN))
        for cell in notebook.cells:
            if cell.cell_type == 'code':
                cell.outputs = []
        self.notebook = parameterize_notebook(notebook, {**SMALL, **parameters})
        self.client = NotebookClient(self.notebook, timeout=300,
                                     resources={'metadata': {'path': str(folder)}})
        self.training = place_of(self.notebook, 'train')

    def cells(self, first, end):
        for i in range(first, end):
            self.client.execute_cell(self.notebook.cells[i], i)

    def extra(self, code):
        """What a cell of this code prints, run now."""
        self.notebook.cells.append(nbformat.v4.new_code_cell(code))
        self.client.execute_cell(self.notebook.cells[-1], len(self.notebook.cells) - 1)
        return printed(self.notebook.cells[-1:])

    def train(self, signal_number=None):
        """The training cell. With a signal: the kernel gets it in a batch of epoch 2."""
        if signal_number:
            self.extra(SEND.format(int(signal_number)))
        self.cells(self.training, self.training + 1)

    def text(self):
        return printed(self.notebook.cells)


def printed(cells):
    return ''.join(output.text for cell in cells for output in cell.get('outputs', [])
                   if output.output_type == 'stream')


def epochs(text):
    return [line for line in text.splitlines() if line.startswith('epoch ')]


def values(folder):
    reader = tf.train.load_checkpoint(str(folder / 'model/cat_dog_fold0.ckpt'))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


@pytest.fixture(scope='module')
def uninterrupted(images, tmp_path_factory):
    """What was printed and the best weights, of a run that nobody disturbed."""
    with pytest.MonkeyPatch.context() as patch:
        run = Run(tmp_path_factory.mktemp('whole'), images, patch)
        with run.client.setup_kernel():
            run.cells(0, run.training + 1)
        return run.text(), values(run.folder)


def test_killed_and_run_again_it_ends_the_same(uninterrupted, images, tmp_path, monkeypatch):
    """Also: two runs with one seed end in the same weights, bit for bit."""
    run = Run(tmp_path, images, monkeypatch)
    with pytest.raises(DeadKernelError), run.client.setup_kernel():
        run.cells(0, run.training)
        run.train(signal.SIGKILL)
    again = Run(tmp_path, images, monkeypatch)
    with pytest.raises(DeadKernelError), again.client.setup_kernel():
        again.cells(0, again.training + 1)
        assert 'interrupted after epoch 1, where it resumes' in again.text()
        again.extra('import signal\nos.kill(os.getpid(), signal.SIGKILL)')     # before the test
    last = Run(tmp_path, images, monkeypatch)
    with last.client.setup_kernel():
        last.cells(0, len(last.notebook.cells))
    assert 'came to its end after epoch 3, where it resumes' in last.text()
    assert not epochs(last.text())
    assert 'Accuracy on 6 test images' in last.text()
    assert not list((tmp_path / 'model').glob('*_last*'))
    text, weights = uninterrupted
    assert len(epochs(text)) == 3
    assert epochs(again.text()) == epochs(text)[1:]
    found = values(tmp_path)
    assert found.keys() == weights.keys() and len(found) == 272
    for name in weights:
        np.testing.assert_array_equal(found[name], weights[name])


def test_ctrl_c_leaves_cells_that_work_and_no_thread(images, tmp_path, monkeypatch):
    run = Run(tmp_path, images, monkeypatch, nb_epoch=50, deterministic=False)
    with run.client.setup_kernel():
        run.cells(0, run.training)
        run.extra(THREADS_BEFORE)
        with pytest.raises(CellExecutionError, match='KeyboardInterrupt'):
            run.train(signal.SIGINT)
        assert run.extra(THREADS).strip() == 'threads: []'
        run.cells(run.training + 1, place_of(run.notebook, 'scratch'))
        assert 'Accuracy on 6 test images' in run.text()
        assert 'weights of epoch' in run.text()
        # The training cell once more: it resumes.
        run.extra('nb_epoch = 2')
        run.train()
        assert 'interrupted after epoch 1, where it resumes' in run.text()
        # With other settings, in the same kernel: that would not be a new training ...
        run.extra('settings["learning_rate"] = 1.0')
        with pytest.raises(CellExecutionError, match='run section 4 again, then this cell'):
            run.train()
        assert 'had other settings: learning_rate was 0.0002, is 1.0' in run.text()
        # ... unless it begins from the weights of section 4.
        restoring = place_of(run.notebook, 'restore')
        run.cells(restoring, restoring + 1)
        run.train()
        assert run.text().count('epoch 1: train loss') == 2


def test_a_loss_of_nan_names_the_images_and_spares_the_best(images, tmp_path, monkeypatch):
    run = Run(tmp_path, images, monkeypatch, nb_epoch=5, deterministic=False)
    with run.client.setup_kernel():
        run.cells(0, run.training)
        run.extra("""
def too_much(val_loss, nth_epoch, sess, saver):
    with main_graph.as_default():
        sess.run([v.assign(v * np.nan) for v in tf.trainable_variables()
                  if v.op.name.endswith('logits/biases')])

make = new_training
def new_training(name):
    training, manager = make(name)
    manager.callback_dict['on_epoch_end'].append(too_much)
    return training, manager
""")
        with pytest.raises(CellExecutionError) as caught:
            run.train()
        message = str(caught.value)
        assert 'batch 0 of the epoch: the loss is nan. Lower learning_rate' in message
        assert message.count('.jpg') >= 8
        run.cells(run.training + 1, place_of(run.notebook, 'measures') + 1)
        assert 'weights of epoch 1' in run.text() and 'Accuracy on 6 test' in run.text()
