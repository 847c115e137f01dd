"""A trained model's folder in a second: a small network with any head, and random weights."""
import cv2
import numpy as np
import pandas as pd
import tensorflow.compat.v1 as tf
import tf_slim as slim

from callbacks import Epoch_history, Model_checkpoint
from course.images import read_resized
from course.trained import write_model
from generator import data_generators
from tf_model.resnet_v2 import scale_images

CLASSES, SIZE, N_TEST = ['blue', 'green', 'red'], 16, 10


def test_images():
    """uint8 (N, SIZE, SIZE, 3) and N labels: noise with more of one colour."""
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 120, (N_TEST, SIZE, SIZE, 3)), np.arange(N_TEST) % 3
    x[np.arange(N_TEST), :, :, 2 - y] += 100
    return x.astype(np.uint8), y


test_images.__test__ = False        # not a test


def preprocess(df, num_class, aug=False):
    return ([np.array([read_resized(path, SIZE) for path in df.path])],
            np.eye(num_class)[df.label], list(df.path))


def make_model(folder, head, preprocess=preprocess, given=None):
    """Write a model into a new folder. head(features, is_training) -> logits.

    Returns (folder, what its graph says of the test images: {'prob': ..., 'maps': ...}).
    """
    folder.mkdir(parents=True)
    x, y = test_images()
    frames = [[pd.DataFrame({'path': [f'{folder.parent}/{split}{c}{i}.bmp' for i in range(n)],
                             'label': c})
               for split, n in (('train', 4 + c), ('val', 2))] for c in range(len(CLASSES))]
    for path in (path for parts in frames for frame in parts for path in frame.path):
        cv2.imwrite(path, x[sum(map(ord, path)) % N_TEST, ..., ::-1] ^ 7)
    files = [str(folder.parent / f'{i}.png') for i in range(N_TEST)]
    for path, image in zip(files, x):
        cv2.imwrite(path, image[..., ::-1])
    for c, parts in enumerate(frames):
        parts.append(pd.DataFrame({'path': [files[i] for i in np.flatnonzero(y == c)], 'label': c}))
    order = np.argsort(y, kind='stable')                # as the lists of the classes follow
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(0)
        images = tf.placeholder(tf.uint8, (None, SIZE, SIZE, 3), 'input_img')
        is_training = tf.placeholder(tf.bool, [], 'is_training')
        net = slim.conv2d(scale_images(images), 12, 3, stride=4, scope='conv',
                          normalizer_fn=slim.batch_norm,
                          normalizer_params={'is_training': is_training, 'scale': True})
        with tf.variable_scope('CLASS_1'):
            pred = head(tf.reduce_mean(net, [1, 2]), is_training)
        prob, features = tf.nn.softmax(3 * pred), tf.reduce_mean(net, [1, 2])
        gradient, = tf.gradients(tf.reduce_max(pred, axis=1), net)
        maps = tf.reduce_sum(tf.reduce_mean(gradient, [1, 2], keepdims=True) * net, axis=3)
        variables = tf.global_variables()
        sess.run(tf.global_variables_initializer())
        for v in variables:                             # statistics that are not 0 and 1
            if 'moving_' in v.name:
                sess.run(v.assign(tf.random_uniform(v.shape, 0.1, 0.5, seed=1)))
        found = dict(zip(('prob', 'maps', 'features'), sess.run(
            [prob, maps, features], {images: x[order], is_training: False})))
        checkpoint = Model_checkpoint(str(folder / 'weights'))
        checkpoint.on_epoch_end(0.5, 1, sess, tf.train.Saver(variables))
        model_dict = {
            'checkpoint': checkpoint, 'generators': data_generators(3, frames, 3, preprocess),
            'settings': {'dataset': 'colours', 'fold': 0, 'img_size': SIZE, 'checkpoint': '',
                         'network': 'resnet_v2_50', 'precision': 'float32'},
            'testing': {'y_true': y[order], 'prob': found['prob'],
                        'features': found['features'],
                        'files': [files[i] for i in order]}}
        model_dict['history'] = Epoch_history(model_dict)
        write_model(model_dict, CLASSES, preprocess, images, [prob, maps],
                    {is_training: False} if given is None else given)
    return folder, {name: value[np.argsort(order)] for name, value in found.items()}
