"""A cell edited, the notebook run from there: what is trained and tested is what is written there.

The truth is the same notebook, run whole in an empty folder, where nothing was trained before.
"""
import itertools
import sys

import pytest
from nbclient.exceptions import CellExecutionError
from notebook_kernel import CONFIG, Kernel, draw_images, epochs, folder_with_lists

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == 'win32', reason='signals')]
LISTS = 'read_lists(dataset, fold, data_root)'
HEAD = 'slim.fully_connected(features, num_class, '
BUILD = 'freeze, batch_norm_decay)\n'
EDITS = {       # what is edited: {tag: (old, new)}
    'learning rate': {'parameters': ('learning_rate = 0.01', 'learning_rate = 0.002')},
    'fold': {'parameters': ('fold = 0 ', 'fold = 2 ')},
    'another checkpoint': {'parameters': ('mine.ckpt', 'other.ckpt')},
    'frozen (exercise 2)': {'parameters': ('freeze = None', "freeze = 'block2'")},
    'frozen and cached': {'parameters': ('freeze = None', "freeze = 'all'\ncache = 2\n#")},
    'no augmentation (exercise 4)': {
        'preprocess': ('\n\n\ndef pre', '\naugmentation = iaa.Identity()\n\n\ndef pre')},
    'more augmentation (exercise 4)': {'preprocess': ('(-12, 12)', '(-180, 180)')},
    'blue for red': {'preprocess': ('for path in df.path])', 'for path in df.path])[..., ::-1]')},
    'learning rate of the callback': {'callbacks': ('lr=learning_rate', 'lr=learning_rate / 3')},
    'fewer images (exercise 3)': {'lists': (
        LISTS, LISTS + '\ndataframes = [[f[0][:4], *f[1:]] for f in dataframes]')},
    'fewer classes': {'lists': (LISTS, LISTS + '\nclass_names, dataframes = '
                                               'class_names[1:], dataframes[1:]\n'
                                               'for f in sum(dataframes, []): f.label -= 1')},
    'a label': {'lists': (LISTS, LISTS + '\nfor f in dataframes[0]: f.path.values[0], '
                                         'f.path.values[1] = f.path.values[1], f.path.values[0]')},
    'batches': {'generators': ('data_generators(batch_size', 'data_generators(6')},
    'seed of the batches': {'generators': ('seed=seed', 'seed=5')},
    'another head': {'graph': (HEAD, 'slim.fully_connected(slim.fully_connected(features, 7), '
                                     'num_class, ')},
    'before the last norm (exercise 5)': {'graph': (
        BUILD, BUILD + "    conv_output = layers_dict['resnet_v2_50/block4']\n")},
    'optimizer': {'graph': ('tf.train.AdamOptimizer(lr)', 'tf.train.MomentumOptimizer(lr, 0.9)')},
    'scale': {'graph': ('zoo.scale(network, input_img)', 'tf.cast(input_img, tf.float32)')},
    'moving statistics forgotten': {'restore': (
        'v in network_variables if', 'v in main_graph.get_collection("trainable_variables") if')},
}
REFUSED = {     # what begins after the weights were restored, where these have been trained since
    'loop': {'loop': ('epochs = range(', 'n_batch *= 2\n    epochs = range(')},
    'name': {'train': ("_fold{fold}'", "_fold{fold}_mine'")},
}


@pytest.fixture(scope='module')
def folders(tmp_path_factory):
    """New folders with the lists, and the weights of a training on another fold."""
    base = tmp_path_factory.mktemp('matrix')
    draw_images(base / 'colours')
    numbers = itertools.count()

    def folder():
        new = folder_with_lists(base / str(next(numbers)), base / 'colours')
        for name in ('mine', 'other'):
            for file in base.glob(f'{name}.ckpt.*'):
                (new / file.name).write_bytes(file.read_bytes())
        return new

    with Kernel(folder()) as kernel:
        for fold, name in ((3, 'mine'), (4, 'other')):
            kernel.run_edited({'parameters': ('fold = 0 ', f'fold = {fold} ')}, 'train')
            for file in (kernel.folder / 'model').glob(f'colours_fold{fold}.ckpt.[id]*'):
                file.rename(base / f'{name}.ckpt{file.suffix}')
    return folder


@pytest.fixture(scope='module')
def config():
    return {**CONFIG, 'checkpoint': 'mine.ckpt'}


@pytest.fixture(scope='module')
def used(folders, config):
    """A kernel in which one thing after another is edited, run, and put back."""
    with Kernel(folders(), config) as kernel:
        kernel.run_edited({})
        yield kernel


@pytest.fixture(scope='module')
def truth(folders, config):
    """The same kernel each time, but nothing in it, and a new folder."""
    with Kernel(folders(), config) as kernel:
        def whole(edits):
            kernel.forget(folders())
            kernel.run_edited(edits)
            return kernel.found()
        yield whole


def same_training(found, expected):
    assert found.pop('as stored') and expected.pop('as stored')
    assert found.pop('run') != expected.pop('run')
    assert found == expected


@pytest.mark.parametrize('what', EDITS)
def test_an_edited_cell_is_trained_afresh(used, truth, what):
    used.run_edited({})
    text = used.run_edited(EDITS[what])
    assert len(epochs(text)) == 3
    same_training(used.found(), truth(EDITS[what]))


@pytest.mark.parametrize('what', REFUSED)
def test_an_edit_after_the_weights_is_refused_until_they_are_restored(used, truth, what):
    used.run_edited({})
    with pytest.raises(CellExecutionError, match='run section 4 again, then this cell'):
        used.run_edited(REFUSED[what])
    assert len(epochs(used.run('restore', 'measures'))) == 3
    same_training(used.found(), truth(REFUSED[what]))
