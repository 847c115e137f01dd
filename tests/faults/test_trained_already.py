"""The whole notebook again, in a new kernel: nothing is trained, and every figure is as before."""
import re
import shutil
import sys

import numpy as np
import pytest
from notebook_kernel import CONFIG, Kernel, draw_images, epochs, folder_with_lists

from course.trained import Trained_model
from course.trained.folder import IMAGES, PROBABILITIES

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == 'win32', reason='signals')]
SCRATCH = "print(answers['from scratch'], scratch_dict['history'].values)"
SAVE_IMAGES = """
np.save('images.npy', np.concatenate([x[0] for x, *_ in generators.get_test_data()]))
"""


@pytest.fixture(scope='module')
def kernel(tmp_path_factory):
    """With weights to begin from, so that the training from scratch is made too."""
    base = tmp_path_factory.mktemp('already')
    draw_images(base / 'colours')
    folder = folder_with_lists(base / 'student', base / 'colours')
    config = {**CONFIG, 'checkpoint': 'mine.ckpt', 'scratch_too': True}
    with Kernel(folder, config) as kernel:
        kernel.run_edited({'parameters': ("'mine.ckpt'", "''"),
                           'train': ("_fold{fold}'", "_fold{fold}_mine'")}, 'train')
        for file in (folder / 'model/colours_fold0_mine').glob('weights.ckpt.*'):
            shutil.copy(file, folder / file.name.replace('weights', 'mine'))
        shutil.rmtree(folder / 'model')
        yield kernel


def test_nothing_is_trained_and_everything_is_found(kernel):
    kernel.forget(kernel.folder)
    text = kernel.run_edited({}, 'scratch')
    assert len(epochs(text)) == 6 and 'Trained already' not in text
    found, scratch = kernel.found(), kernel.say(SCRATCH)
    kernel.say(SAVE_IMAGES)
    kernel.run('your_image', 'close')
    assert not list(kernel.folder.glob('model/*/training'))

    kernel.forget(kernel.folder)
    text = kernel.run_edited({}, 'scratch')
    right = re.search(r'Accuracy on 13 test images: ([\d.]+%)', text)[1]
    assert not epochs(text)
    assert re.findall(r'Trained already(.*?)\.? To train', text) == [
        f': {right}, 3 epochs', ', 3 epochs']
    assert kernel.found() == found and kernel.say(SCRATCH) == scratch
    kernel.run('your_image', 'close')

    images = np.load(kernel.folder / 'images.npy')          # and here, in another process
    with Trained_model.load(kernel.folder / 'model/colours_fold0').session() as sess:
        prob = sess.run(PROBABILITIES, {IMAGES: images})
    np.testing.assert_allclose(prob, found['prob'], atol=1e-4)


def test_resume_false_trains_from_the_start_and_keeps_the_weights_before(kernel):
    kernel.forget(kernel.folder)
    text = kernel.run_edited({'parameters': ('resume = True', 'resume = False')}, 'measures')
    assert len(epochs(text)) == 3
    assert 'are kept as model/colours_fold0/weights_before.ckpt' in text


def test_a_model_that_cannot_be_used_again_stops_nothing(kernel):
    """Pixels that preprocess_data changes further: sections 6 to 8 run, and section 7 says why."""
    edit = {'preprocess': ('for path in df.path])', 'for path in df.path])[..., ::-1]')}
    kernel.forget(kernel.folder)
    text = kernel.run_edited(edit, 'close')
    assert 'Accuracy on 13 test images' in text
    assert 'was trained on pixels that preprocess_data had changed further' in text
