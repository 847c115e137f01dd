"""What would go wrong at the end is said before the first epoch; what cannot be saved is tested."""
import os
import pwd
import sys
import tempfile
from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError
from notebook_kernel import Kernel, draw_images, epochs, folder_with_lists

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == 'win32', reason='users')]


@pytest.fixture(scope='module')
def kernel():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)                         # for other users too, unlike pytest's own
        draw_images(folder / 'colours')
        with Kernel(folder_with_lists(folder / 'student', folder / 'colours')) as kernel:
            yield kernel


@pytest.mark.parametrize('old, new, words', [
    ('img_size = 24', "img_size = '24'", "img_size is '24'; it must be a whole number"),
    ('nb_epoch = 3', 'nb_epoch = 0', 'nb_epoch is 0; it must be a whole number from 1'),
    ('learning_rate = 0.01', 'learning_rate = None', 'learning_rate is None; it must be a number'),
    ('batch_size = 9', 'batch_size = 1', 'batch_size is 1 and img_size is 32 or less: BatchNorm')])
def test_a_value_of_the_config_cell_is_named_under_it(kernel, old, new, words):
    kernel.edit('parameters', old, new)
    kernel.run('parameters')
    with pytest.raises(CellExecutionError, match=f'In the Config cell, {words}'):
        kernel.run('packages')
    kernel.edit('parameters', new, old)


@pytest.mark.parametrize('new', [
    '[x / 255]', '[x - np.array([123.68, 116.78, 103.94])]', "[x.astype('float32') / 127.5 - 1]"])
def test_images_that_the_placeholder_would_truncate_are_refused(kernel, new):
    """As whole numbers they would be black, or wrap around."""
    with pytest.raises(CellExecutionError, match='must be whole numbers from 0 to 255. Leave the '
                                                 'scaling to the graph'):
        kernel.run_edited({'preprocess': ('return [x]', f'return {new}')}, 'train')


def test_a_batch_larger_than_the_set_is_said(kernel):
    text = kernel.run_edited({'parameters': ('batch_size = 9', 'batch_size = 100')}, 'generators')
    assert 'batch_size is 100 and there are 47 training images: a batch will hold some of' in text


def check_tested_without_a_save(kernel, text):
    assert text.index('What cannot be saved is lost when this kernel ends') < text.index('epoch 1:')
    assert len(epochs(text)) == 3
    assert 'No checkpoint of this training was saved (see above): the weights stay those' in text
    assert 'Accuracy on 13 test images' in text
    of_section_6 = kernel.say('print(sess.run(tf.train.get_global_step(main_graph)))')
    assert int(of_section_6) == 3 * (47 // 9)                   # the last weights


def test_no_room(kernel):
    kernel.run_edited({}, 'loop')
    kernel.say("""
import shutil, types
disk_usage, shutil.disk_usage = shutil.disk_usage, lambda _: types.SimpleNamespace(free=1000)""")
    text = kernel.run('train', 'measures')
    kernel.say('shutil.disk_usage = disk_usage')
    assert 'MB free' in text and len(epochs(text)) == 3
    assert 'weights of epoch' in text                           # there was room after all


def test_a_file_where_the_folder_should_be(kernel):
    (kernel.folder / 'a_file').write_text('')
    text = kernel.run_edited({'parameters': ("model_folder = 'model'", "model_folder = 'a_file'")})
    assert 'a_file is not a folder' in text and 'a_file/colours_fold0/test.csv could not' in text
    check_tested_without_a_save(kernel, text)


@pytest.mark.skipif(os.name != 'posix' or os.getuid() != 0, reason='needs other users')
def test_a_folder_without_write_permission(kernel):
    """The kernel becomes a user who is bound by it."""
    kernel.run_edited({})                                       # imports all that is needed
    (kernel.folder / 'locked').mkdir(mode=0o555)
    kernel.edit('parameters', "model_folder = 'model'", "model_folder = 'locked'")
    kernel.run('parameters', 'loop')
    nobody = pwd.getpwnam('nobody').pw_uid
    kernel.say(f'import os\nos.setresuid({nobody}, {nobody}, 0)')
    text = kernel.run('train', 'measures')
    kernel.say('os.setresuid(0, 0, 0)')
    assert 'locked cannot be written to' in text
    assert 'locked/colours_fold0/test.csv could not be written' in text
    check_tested_without_a_save(kernel, text)
    assert not list((kernel.folder / 'locked').iterdir())
