"""The main notebook in a kernel of its own, cell by cell, with a network of three layers."""
import json
import shutil

import cv2
import nbformat
import numpy as np
from nbclient import NotebookClient

from course.lists.make import make_list
from course.notebooks import MAIN, cell_with_tag, place_of

CONFIG = {'dataset': 'colours', 'data_root': None, 'img_size': 24, 'batch_size': 9, 'nb_epoch': 3,
          'checkpoint': '', 'learning_rate': 1e-2, 'scratch_too': False, 'deterministic': True,
          'mixed_precision': False}
# In place of the ResNet: its names, its stages as far as they are here, and BatchNorm after each.
THREE_LAYERS = """
def three_layers(name, images, is_training, freeze=None, batch_norm_decay=0.9):
    net, layers, frozen = images, {}, zoo.frozen_scopes(name, freeze)
    with tf.variable_scope('resnet_v2_50'):
        for stage, norm in ('conv1', 'norm1'), ('block2', 'norm2'), ('block4', 'postnorm'):
            still = f'resnet_v2_50/{stage}' in frozen
            net = layers[f'resnet_v2_50/{stage}'] = slim.conv2d(
                net, 12, 3, stride=2, activation_fn=None, trainable=not still, scope=stage)
            net = slim.batch_norm(net, scale=True, decay=batch_norm_decay, trainable=not still,
                                  is_training=False if still else is_training,
                                  activation_fn=tf.nn.relu, scope=norm)
            net = layers[f'resnet_v2_50/{norm}'] = tf.stop_gradient(net) if still else net
    return net, layers

zoo.build = three_layers
plots.training_curves = lambda values: f'{len(values["lr"])} epochs'    # drawing takes longest
"""
FOUND = """
import json
stored = tf.train.load_checkpoint(model_dict['checkpoint'].path)
print(json.dumps({
    'history': model_dict['history'].values, 'run': model_dict['checkpoint'].run,
    'classes': class_names, 'y': y_test.tolist(), 'prob': prob.tolist(), 'seen': len(model_dict[
        'generators'].batch_rows(0)),
    'as stored': all(np.array_equal(value, stored.get_tensor(name)) for name, value in
                     sess.run({v.op.name: v for v in network_variables}).items())}))
"""


def draw_images(folder, n_each=25):
    """Three classes of noise with more of one colour, not so much that nothing is mistaken."""
    rng = np.random.default_rng(0)
    for c, name in enumerate(['blue', 'green', 'red']):
        (folder / name).mkdir(parents=True)
        for i in range(n_each):
            image = rng.integers(0, 200, (30, 30, 3))
            image[..., c] += rng.integers(0, 30)
            cv2.imwrite(str(folder / name / f'{i}.png'), image.astype(np.uint8))


class Kernel:
    """`with Kernel(folder) as kernel:` the notebook's cells that have a tag, run in `folder`.

    folder: with data_list/. config: in place of values of the Config cell. network: code that
    replaces zoo.build; '' keeps the ResNet. everything: the cells without a tag too.
    """

    def __init__(self, folder, config=CONFIG, network=THREE_LAYERS, everything=False):
        self.folder, self.stale = folder, 'parameters'
        notebook = nbformat.read(MAIN, 4)
        cell_with_tag(notebook, 'parameters').source += ''.join(
            f'\n{name} = {value!r}' for name, value in config.items())
        small = nbformat.v4.new_code_cell(network, metadata={'tags': ['small']})
        notebook.cells.insert(place_of(notebook, 'graph'), small)
        notebook.cells = [cell for cell in notebook.cells if cell.cell_type == 'code'
                          and (everything or 'tags' in cell.metadata)]
        self.notebook, self.sources = notebook, [cell.source for cell in notebook.cells]
        self.client = NotebookClient(notebook, timeout=300,
                                     resources={'metadata': {'path': str(folder)}})

    def __enter__(self):
        self._open = self.client.setup_kernel()
        self._open.__enter__()
        return self

    def __exit__(self, *exception):
        self._open.__exit__(*exception)

    def edit(self, tag, old, new):
        """Replace text in a cell, which must be there."""
        cell = cell_with_tag(self.notebook, tag)
        assert old in cell.source, f'{tag} has no {old}'
        cell.source = cell.source.replace(old, new)
        self.stale = self._first(self.stale, tag)

    def run(self, first, last=None):
        """Run the cells from one tag to another (without it: that cell alone). What they print."""
        places = range(place_of(self.notebook, first), place_of(self.notebook, last or first) + 1)
        return ''.join(self._execute(i) for i in places)

    def run_edited(self, edits, last='measures'):
        """Edit {tag: (old, new)} the notebook as it was, run it as far as `last`, from the first
        cell on that is not as it was when it was last run. What is printed."""
        for cell, source in zip(self.notebook.cells, self.sources):
            cell.source = source
        for tag, change in edits.items():
            self.edit(tag, *change)
        first, self.stale = self.stale, 'parameters'    # unless all goes well
        text = self.run(first, last)
        self.stale = self._first(last, *edits)
        return text

    def forget(self, folder):
        """As in a new kernel in another folder, without the time that the imports take."""
        self.say(f'%reset -f\nimport os; os.chdir({str(folder)!r})')
        self.stale = 'parameters'

    def say(self, code):
        """What a cell of this code prints, run now."""
        n = len(self.sources)
        self.notebook.cells[n:] = [nbformat.v4.new_code_cell(code)]
        return self._execute(n)

    def found(self):
        """After the cell `measures`: what was trained and tested."""
        return json.loads(self.say(FOUND))

    def _first(self, *tags):
        return min(tags, key=lambda tag: place_of(self.notebook, tag))

    def _execute(self, i):
        cell = self.notebook.cells[i]
        cell.outputs = []
        self.client.execute_cell(cell, i)
        return printed(cell)


def printed(cell):
    return ''.join(output.text for output in cell.outputs if output.output_type == 'stream')


def epochs(text):
    """The lines that a training prints after its epochs."""
    return [line for line in text.splitlines() if line.startswith('epoch ')]


def folder_with_lists(folder, images):
    """A student's folder: the lists of `images`, as the dataset of the folder's name."""
    lists = folder / 'data_list' / images.name / 'k_fold'
    known = images.parent / f'{images.name}_lists'
    if not known.exists():
        make_list(images, known)
    shutil.copytree(known, lists)
    return folder
