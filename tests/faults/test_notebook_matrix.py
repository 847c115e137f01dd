"""A cell edited, the notebook run from there: what is trained and tested is what is written there.

The truth is the same notebook, run whole in an empty folder, where nothing was trained before.
"""
import itertools
import re
import sys

import pytest
from nbclient.exceptions import CellExecutionError
from notebook_kernel import CONFIG, Kernel, draw_images, epochs, folder_with_lists

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == 'win32', reason='signals')]
LISTS = 'read_lists(dataset, fold, data_root)'
HEAD = 'slim.fully_connected(features, num_class, '
BUILD = 'is_training, freeze)\n'
EDITS = {       # what is edited: {tag: (old, new)}
    'learning rate': {'parameters': ('learning_rate = 0.01', 'learning_rate = 0.002')},
    'fold': {'parameters': ('fold = 0 ', 'fold = 2 ')},
    'another checkpoint': {'parameters': ('mine.ckpt', 'other.ckpt')},
    'frozen (exercise 2)': {'parameters': ('freeze = None', "freeze = 'block2'")},
    'frozen and cached': {'parameters': ('freeze = None', "freeze = 'all'\ncache = 2\n#")},
    'no augmentation (exercise 4)': {
        'preprocess': ('\n\n\ndef pre', '\naugmentation = iaa.Identity()\n\n\ndef pre')},
    'blue for red': {'preprocess': ('for path in df.path])', 'for path in df.path])[..., ::-1]')},
    'learning rate of the callback': {'callbacks': (
        'cosine(learning_rate', 'cosine(learning_rate / 3')},
    'fewer images (exercise 3)': {'lists': (
        LISTS, LISTS + '\ndataframes = [[f[0][:4], *f[1:]] for f in dataframes]')},
    'fewer classes': {'lists': (LISTS, LISTS + '\nclass_names, dataframes = '
                                               'class_names[1:], dataframes[1:]\n'
                                               'for f in sum(dataframes, []): f.label -= 1')},
    'a label': {'lists': (LISTS, LISTS + '\nfor f in dataframes[0]: f.path.values[0], '
                                         'f.path.values[1] = f.path.values[1], f.path.values[0]')},
    'batches': {'generators': ('data_generators(batch_size', 'data_generators(6')},
    'another head': {'graph': (HEAD, 'slim.fully_connected(slim.fully_connected(features, 7), '
                                     'num_class, ')},
    'before the last norm (exercise 5)': {'graph': (
        BUILD, BUILD + "    conv_output = layers_dict['resnet_v2_50/block4']\n")},
    'scale': {'graph': ('zoo.scale(network, input_img)', 'tf.cast(input_img, tf.float32)')},
    'moving statistics forgotten': {'restore': (
        'v in network_variables if', 'v in main_graph.get_collection("trainable_variables") if')},
}
REFUSED = {     # what begins after the weights were restored, where these have been trained since
    'loop': {'loop': ('epochs = range(', 'n_batch *= 2\n    epochs = range(')},
    'name': {'train': ("_fold{fold}'", "_fold{fold}_mine'")},
}
ALONE = {       # what is edited and run alone, then section 5 or 6; and the word for it
    'fold = 2': {'parameters': ('fold = 0 ', 'fold = 2 ')},
    'preprocessing was': EDITS['blue for red'],
    'lists was': EDITS['fewer images (exercise 3)'],
}
NAN = """
make = new_training
def new_training(name, by_batch):
    def spoil(loss, nth_batch, sess):
        if len(model_dict['history'].values['lr']) == 1:
            with main_graph.as_default():
                sess.run([v.assign(v * np.nan) for v in tf.trainable_variables()])
    model_dict, manager = make(name, by_batch)
    manager.callback_dict['on_batch_end'].append(spoil)
    return model_dict, manager
"""


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
            for file in (kernel.folder / f'model/colours_fold{fold}').glob('weights.ckpt.[id]*'):
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


@pytest.fixture
def trained(used):
    used.run_edited({})
    return used


def same_training(found, expected):
    assert found.pop('as stored') and expected.pop('as stored')
    assert found.pop('run') != expected.pop('run')
    assert found == expected


@pytest.mark.parametrize('what', EDITS)
def test_an_edited_cell_is_trained_afresh(used, truth, what):
    used.run_edited({}, 'train')
    text = used.run_edited(EDITS[what])
    assert len(epochs(text)) == 3
    same_training(used.found(), truth(EDITS[what]))


@pytest.mark.parametrize('what', REFUSED)
def test_an_edit_after_the_weights_is_refused_until_they_are_restored(used, truth, what):
    used.run_edited({}, 'train')
    with pytest.raises(CellExecutionError, match='run section 4 again, then this cell'):
        used.run_edited(REFUSED[what])
    assert len(epochs(used.run('restore', 'measures'))) == 3
    same_training(used.found(), truth(REFUSED[what]))


@pytest.mark.parametrize('words', ALONE)
def test_an_edited_cell_that_runs_alone_is_named_before_training_and_test(trained, words):
    (tag, edit), = ALONE[words].items()
    trained.edit(tag, *edit)
    trained.run(tag)
    for cell in ('test', 'train', 'test'):
        with pytest.raises(CellExecutionError, match=words.replace('=', 'was 0, is') + '.* again, '
                           'and all below it|This training has not begun'):
            trained.run(cell)
    assert 'colours, fold 0, ' in trained.run('measures')       # of what was tested last


def test_images_or_a_graph_that_were_not_trained_are_not_tested(trained):
    trained.edit('lists', *EDITS['fewer classes']['lists'])
    trained.run('lists', 'generators')
    with pytest.raises(CellExecutionError, match='lists was .* all below it'):
        trained.run('test')
    with pytest.raises(CellExecutionError, match='lists was .*run section 4 again'):
        trained.run('train')
    with pytest.raises(CellExecutionError, match='This training has not begun'):
        trained.run('test')
    trained.run_edited({})
    trained.edit('graph', *EDITS['before the last norm (exercise 5)']['graph'])
    trained.run('graph', 'restore')
    with pytest.raises(CellExecutionError, match='The graph is not that of this training'):
        trained.run('test')


def test_section_5_again_says_that_it_came_to_its_end_and_more_epochs_are_added(trained):
    before = trained.found()
    text = trained.run('train', 'measures')
    assert 'This training came to its end after epoch 3, where it resumes' in text
    assert not epochs(text) and trained.found() == before
    trained.edit('parameters', 'nb_epoch = 3', 'nb_epoch = 5')
    trained.run('parameters')
    text = trained.run('train', 'measures')
    assert [line[:7] for line in epochs(text)] == ['epoch 4', 'epoch 5']
    assert re.search(r'followed a plan for \d+ batches. From here it follows one for \d+', text)
    assert trained.found()['history']['lr'][:3] == before['history']['lr']


def test_stopped_early_it_resumes_with_more_patience_only(used, truth):
    def patience(n):
        return {'callbacks': ('min_delta=1e-4, patience=nb_epoch', f'min_delta=5.0, patience={n}')}

    assert len(epochs(used.run_edited({**EDITS['learning rate'], **patience(1)}))) == 2
    text = used.run('train')
    assert 'It had stopped after 1 epochs without improvement' in text and not epochs(text)
    used.edit('callbacks', 'min_delta=5.0, patience=1', 'min_delta=5.0, patience=7')
    used.run('callbacks')
    assert [line[:7] for line in epochs(used.run('train', 'measures'))] == ['epoch 3']
    same_training(used.found(), truth({**EDITS['learning rate'], **patience(7)}))


def test_stopped_by_nan_it_says_so_and_resumes_before_that(used, truth):
    used.run_edited(EDITS['a label'], 'loop')
    used.say(NAN)
    with pytest.raises(CellExecutionError, match='the loss is nan. Lower learning_rate'):
        used.run('train')
    used.run('callbacks')
    text = used.run('train', 'measures')
    assert 'This training was stopped by a loss of nan after epoch 1, where it resumes' in text
    assert len(epochs(text)) == 2
    same_training(used.found(), truth(EDITS['a label']))


def test_section_6_twice_and_a_closed_session(trained, truth):
    before = trained.found()
    trained.edit('parameters', 'scratch_too = False', 'scratch_too = True')
    trained.run('parameters')
    for _ in range(2):
        assert len(epochs(trained.run('test', 'scratch'))) == 3
        assert trained.found() == before
    trained.run('close')
    with pytest.raises(CellExecutionError, match='closed Session'):
        trained.run('train')
    text = trained.run('parameters', 'measures')
    assert 'Trained already: ' in text and not epochs(text) and trained.found() == before
    same_training(before, truth({}))
