"""Two notebooks on one dataset and fold, with one folder for what they write."""
import json
import shutil
import sys
import time

import pytest
import tensorflow.compat.v1 as tf
from nbclient.exceptions import CellExecutionError, DeadKernelError
from notebook_kernel import Kernel, draw_images, epochs, folder_with_lists

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == 'win32', reason='signals')]
OTHER_RATE = {'parameters': ('learning_rate = 0.01', 'learning_rate = 0.002')}
# The training in a thread, so that the kernel can be asked something while it waits in epoch 2.
TRAIN_AND_WAIT = """
import threading
resume_module = __import__('course.checkpoints.resume', fromlist=['resume'])
resume_module.EVERY_SECONDS = 0
resume_module.lock.release_after_the_cell = lambda path: None   # as if this cell ran on
model_dict, callback_manager = new_training(f'{dataset}_fold{fold}', by_batch)
def wait(**arguments):
    if len(model_dict['history'].values['lr']) == 1:
        waiting.set()
        threading.Event().wait()

waiting = threading.Event()
callback_manager.callback_dict['on_batch_begin'].append(wait)
threading.Thread(target=train, args=(model_dict, callback_manager, *train_from),
                 daemon=True).start()
import os
print(waiting.wait(120), os.getpid())
"""


@pytest.fixture(scope='module')
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp('images') / 'colours'
    draw_images(folder)
    return folder


@pytest.fixture(scope='module')
def second(images, tmp_path_factory):
    """The kernel of the second notebook."""
    with Kernel(folder_with_lists(tmp_path_factory.mktemp('two'), images)) as kernel:
        yield kernel


def stored(path):
    reader = tf.train.load_checkpoint(str(path))
    return {name: reader.get_tensor(name).tolist() for name in reader.get_variable_to_shape_map()}


def run_of(path):
    return json.loads(path.with_name(f'{path.name}.state.json').read_text())['run']


def test_the_second_is_told_until_the_first_is_gone(second):
    model = second.folder / 'model'
    with pytest.raises(DeadKernelError), Kernel(second.folder) as first:
        first.run_edited({}, 'loop')
        waits, pid = first.say(TRAIN_AND_WAIT).split()[-2:]
        assert waits == 'True'
        second.run_edited({}, 'loop')
        with pytest.raises(CellExecutionError, match=rf'process {pid}\) has been training this'):
            second.run('train')
        with pytest.raises(CellExecutionError, match='This training has not begun'):
            second.run('test')
        first.say('import os, signal\nos.kill(os.getpid(), signal.SIGKILL)')
    while not (model / 'colours_fold0/training').is_dir():
        time.sleep(0.1)
    text = second.run('train', 'measures')
    assert 'This training was interrupted after epoch 1, where it resumes' in text
    assert len(epochs(text)) == 2 and second.found()['as stored']
    assert not list(model.glob('*/*.lock'))


def test_the_first_does_not_test_the_weights_of_the_second_and_neither_loses_any(second):
    model = second.folder / 'model/colours_fold0'
    shutil.rmtree(model)
    best, before = model / 'weights.ckpt', model / 'weights_before.ckpt'
    with Kernel(second.folder) as first:
        first.run_edited({})
        of_first, weights = first.found(), stored(best)
        text = second.run_edited(OTHER_RATE)
        assert 'came to its end after epoch 3 had other settings: learning_rate was 0.01' in text
        assert f'are kept as model/colours_fold0/{before.name}' in text and len(epochs(text)) == 3
        of_second = second.found()
        with pytest.raises(CellExecutionError, match='is not from this training any more: another'):
            first.run('test')
        first.run('close')                              # discards what is its own, nothing else
        assert run_of(before) == of_first['run'] and stored(before) == weights
        assert stored(model / 'training.1' / best.name) == weights
        assert (model / 'training.1/epoch_0003/weights.ckpt.index').is_file()
        assert run_of(best) == of_second['run'] and of_second['as stored']
        text = second.run('train', 'measures')
        assert 'came to its end after epoch 3' in text and second.found() == of_second


@pytest.mark.parametrize('name', ['weights.ckpt', 'weights.ckpt.index', 'weights_before.ckpt'])
def test_what_a_training_begins_from_is_not_overwritten(second, name):
    begins_from = f'model/colours_fold0/{name}'
    second.run_edited({'parameters': ("checkpoint = ''", f'checkpoint = {begins_from!r}')}, 'loop')
    before = {path: path.read_bytes() for path in (second.folder / 'model').glob('*/*.ckpt.*')}
    with pytest.raises(CellExecutionError, match='is where this training saves its own weights'):
        second.run('train')
    assert {path: path.read_bytes() for path in before} == before


def test_own_weights_under_another_name_bring_their_head_along(second):
    second.run_edited({}, 'measures')
    found = second.found()
    for file in (second.folder / 'model/colours_fold0').glob('weights.ckpt.*'):
        shutil.copy(file, second.folder / file.name.replace('weights', 'mine'))
    text = second.run_edited({'parameters': ("checkpoint = ''", "checkpoint = 'mine.ckpt'")},
                             'loop')
    n = int(second.say('print(len(var_list))'))
    assert f'restored {n + 2} of {n + 2} variables' in text
    prob = second.say('print([p for x, _, _ in generators.get_test_data() for p in sess.run('
                      'pred_softmax, {input_img: x[0], is_training: False}).tolist()])')
    assert json.loads(prob) == found['prob']
