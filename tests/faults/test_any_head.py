"""Any head is trained, saved, restored and explained, as students and the slides write them."""
import json
import sys

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from nbclient.exceptions import CellExecutionError
from notebook_kernel import Kernel, draw_images, epochs, folder_with_lists

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == 'win32', reason='signals')]
OWN = "slim.fully_connected(features, num_class, activation_fn=None, scope='logits')"
HEADS = {       # the line, and how many variables it has
    'slim, with a hidden layer': ('slim.fully_connected(slim.fully_connected(features, 7), '
                                  'num_class, activation_fn=None)', 4),
    'tf.get_variable': ("tf.matmul(features, tf.get_variable('w', [12, num_class])) + "
                        "tf.get_variable('b', [num_class])", 2),
    'tf.layers': ('tf.layers.dense(tf.layers.dense(features, 7, tf.nn.relu), num_class)', 4),
    'tf.layers, with BatchNorm': ('tf.layers.dense(tf.layers.batch_normalization(features, '
                                  'training=is_training), num_class)', 6),
    'a convolution': ('tf.reduce_max(slim.conv2d(conv_output, num_class, 2, activation_fn=None), '
                      '[1, 2])', 2),
}
MAPS = """
import json
print(json.dumps({'maps': np.array(testing['maps']).tolist(), 'of head': [v.op.name for v in
    network_variables if v.op.name.startswith('CLASS_1/')]}))
"""
# Zhou et al.: Learning Deep Features for Discriminative Localization (CVPR 2016)
CLASS_ACTIVATION = """
import json
weights, = [v for v in network_variables if v.op.name == 'CLASS_1/logits/weights']
cams = []
for x, _, _ in generators.get_test_data():
    features, scores_, w = sess.run([conv_output, pred, weights],
                                    {input_img: x[0], is_training: False})
    cams += [np.tensordot(f, w, 1)[..., s.argmax()].tolist() for f, s in zip(features, scores_)]
print(json.dumps(cams))
"""


@pytest.fixture(scope='module')
def kernel(tmp_path_factory):
    folder = tmp_path_factory.mktemp('heads')
    draw_images(folder / 'colours')
    with Kernel(folder_with_lists(folder / 'student', folder / 'colours')) as kernel:
        yield kernel


@pytest.mark.parametrize('name', HEADS)
def test_a_head_is_saved_restored_and_explained(kernel, name):
    head, n = HEADS[name]
    edit = {'graph': (OWN, head)}
    assert len(epochs(kernel.run_edited(edit, 'heat_maps'))) == 3
    found, maps = kernel.found(), json.loads(kernel.say(MAPS))
    saved = dict(tf.train.list_variables(str(kernel.folder / 'model/colours_fold0/weights.ckpt')))
    assert len(maps['of head']) == n and set(maps['of head']) < set(saved)
    assert not [variable for variable in saved if 'Adam' in variable]
    assert np.shape(maps['maps']) == (len(found['y']), 3, 3) and np.ptp(maps['maps']) > 0
    kernel.forget(kernel.folder)                                # as in a new kernel
    text = kernel.run_edited(edit, 'heat_maps')
    assert 'came to its end after epoch 3, where it resumes' in text and not epochs(text)
    assert kernel.found() == found and json.loads(kernel.say(MAPS)) == maps


def test_the_heat_map_of_the_courses_own_head_is_its_class_activation_map(kernel):
    kernel.run_edited({})
    maps = np.array(json.loads(kernel.say(MAPS))['maps'])
    places = maps[0].size                                       # the mean over them divides by it
    np.testing.assert_allclose(maps * places, json.loads(kernel.say(CLASS_ACTIVATION)), 1e-4, 1e-5)


def test_a_variable_that_would_not_be_saved_is_named_before_the_training(kernel):
    with pytest.raises(CellExecutionError, match='2 variables would be trained but not saved, '
                                                 'CLASS_1/logits/'):
        kernel.run_edited({'graph': ('Saver(network_variables)', 'Saver(slim.get_variables("res"))')
                           }, 'train')
