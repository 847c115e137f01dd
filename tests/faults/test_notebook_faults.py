"""The notebook in a kernel that is killed, interrupted, or trained into NaN: what is left and said.

The first test is of the notebook as it is, with the ResNet; the others need three layers.
"""
import signal
import sys

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from nbclient.exceptions import CellExecutionError, DeadKernelError
from notebook_kernel import CONFIG, Kernel, draw_images, epochs, folder_with_lists

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == 'win32', reason='signals')]
WHOLE = {**CONFIG, 'img_size': 48, 'nb_epoch': 2, 'learning_rate': 2e-4}
THREADS = """
import threading
print('threads:', sorted(t.name for t in threading.enumerate() if 'Monitor' not in type(t).__name__
                         and t.name not in threads_before))
"""
SEND = """
import os

def send(loss, nth_batch, sess):
    if len(training['history'].values['lr']) == 1 and not sent:
        sent.append(1)
        os.kill(os.getpid(), {})

sent, make = [], new_training
def new_training(name, by_batch):
    global training
    training, manager = make(name, by_batch)
    manager.callback_dict['on_batch_end'].append(send)
    return training, manager
"""
THREADS_BEFORE = 'import threading\nthreads_before = {t.name for t in threading.enumerate()}'


@pytest.fixture(scope='module')
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp('images') / 'colours'
    draw_images(folder)
    return folder


def weights(folder):
    reader = tf.train.load_checkpoint(str(folder / 'model/colours_fold0/weights.ckpt'))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def test_killed_and_run_again_it_ends_the_same(images, tmp_path):
    """Also: two runs with one seed end in the same weights, bit for bit."""
    whole, killed = (folder_with_lists(tmp_path / name, images) for name in ('whole', 'killed'))
    with pytest.raises(DeadKernelError), Kernel(killed, WHOLE, network='') as kernel:
        kernel.run_edited({}, 'loop')
        kernel.say(SEND.format(int(signal.SIGKILL)))
        kernel.run('train')
    with Kernel(killed, WHOLE, network='') as kernel:
        again = kernel.run_edited({}, 'train')
        kernel.forget(whole)
        text = kernel.run_edited({}, 'train')
    assert 'interrupted after epoch 1, where it resumes' in again
    assert len(epochs(text)) == 2 and epochs(again) == epochs(text)[1:]
    expected, found = weights(whole), weights(killed)
    assert found.keys() == expected.keys() and len(found) == 272
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name])


def test_killed_between_training_and_test_it_tests_what_was_trained(images, tmp_path):
    folder = folder_with_lists(tmp_path / 'student', images)
    with pytest.raises(DeadKernelError), Kernel(folder) as kernel:
        assert len(epochs(kernel.run_edited({}, 'train'))) == 3
        best = weights(folder)
        kernel.say('import os, signal\nos.kill(os.getpid(), signal.SIGKILL)')
    with Kernel(folder) as kernel:
        text = kernel.run_edited({}, 'measures')
        assert 'came to its end after epoch 3, where it resumes' in text and not epochs(text)
        assert 'Accuracy on 13 test images' in text and kernel.found()['as stored']
        kernel.run('close')
    assert not list((folder / 'model').glob('*/training'))
    for name, value in weights(folder).items():
        np.testing.assert_array_equal(value, best[name])


def test_ctrl_c_leaves_cells_that_work_and_no_thread(images, tmp_path):
    with Kernel(folder_with_lists(tmp_path / 'student', images),
                {**CONFIG, 'nb_epoch': 50}) as kernel:
        kernel.run_edited({}, 'loop')
        kernel.say(SEND.format(int(signal.SIGINT)) + THREADS_BEFORE)
        with pytest.raises(CellExecutionError, match='KeyboardInterrupt'):
            kernel.run('train')
        assert kernel.say(THREADS).strip() == 'threads: []'
        text = kernel.run('test', 'heat_maps')
        assert 'Accuracy on 13 test images' in text and 'weights of epoch 1' in text
        # The training cell once more: it resumes.
        kernel.say('nb_epoch = 2')
        text = kernel.run('train')
        assert 'interrupted after epoch 1, where it resumes' in text and len(epochs(text)) == 1
        # With other settings, in the same kernel: that would not be a new training ...
        kernel.edit('parameters', 'learning_rate = 0.01', 'learning_rate = 1.0')
        kernel.edit('parameters', 'nb_epoch = 50', 'nb_epoch = 2')
        kernel.run('parameters', 'generators')
        with pytest.raises(CellExecutionError, match='had other settings: learning_rate was 0.01, '
                                                     'is 1.0.*run section 4 again, then this'):
            kernel.run('train')
        # ... unless it begins from the weights of section 4.
        kernel.run('restore')
        assert len(epochs(kernel.run('train'))) == 2


def test_a_loss_of_nan_names_the_images_and_spares_the_best(images, tmp_path):
    with Kernel(folder_with_lists(tmp_path / 'student', images)) as kernel:
        kernel.run_edited({}, 'loop')
        kernel.say("""
def too_much(val_loss, nth_epoch, sess, saver):
    with main_graph.as_default():
        sess.run([v.assign(v * np.nan) for v in tf.trainable_variables()
                  if v.op.name.endswith('logits/biases')])

make = new_training
def new_training(name, by_batch):
    training, manager = make(name, by_batch)
    manager.callback_dict['on_epoch_end'].append(too_much)
    return training, manager
""")
        with pytest.raises(CellExecutionError) as caught:
            kernel.run('train')
        message = str(caught.value)
        assert 'batch 0 of the epoch: the loss is nan. Lower learning_rate' in message
        assert message.count('.png') >= 9
        text = kernel.run('test', 'measures')
        assert 'weights of epoch 1' in text and 'Accuracy on 13 test' in text
