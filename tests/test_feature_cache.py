"""The cache of frozen outputs: it holds what the layers give, and never a stale output.

Interrupted fills and full disks: faults/test_cache_faults.py.
"""
import os

import cv2
import numpy as np
import pandas as pd
import pytest
import tensorflow.compat.v1 as tf

from course import feature_cache
from course.feature_cache import Feature_cache
from generator import data_generators

SIZE, BATCH, N_TRAIN, N_VAL = 8, 4, 10, 6       # of each of two classes


@pytest.fixture
def lists(tmp_path):
    """Two classes of small images in files."""
    rng, frames = np.random.default_rng(0), []
    for c in range(2):
        frames.append([])
        for split, n in (('train', N_TRAIN), ('val', N_VAL), ('test', 1)):
            paths = [str(tmp_path / f'{split}.{c}.{i}.png') for i in range(n)]
            for path in paths:
                cv2.imwrite(path, rng.integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8))
            frames[c].append(pd.DataFrame({'path': paths, 'label': c}))
    return frames


def preprocess(df, num_class, aug=False):
    """Augmented as a batch: noise on every row, from the seed of the first row."""
    x = np.array([cv2.imread(path) for path in df.path])
    if aug:
        rng = np.random.default_rng(int(df.seed.iloc[0]))
        x = (x + rng.integers(0, 99, x.shape)).astype(np.uint8)
    return [x], np.eye(num_class)[df.label], list(df.path)


class Network:
    """A frozen convolution, and a head that learns."""

    def __init__(self, scale=1.0, seed=0):
        self.graph = tf.Graph()
        with self.graph.as_default():
            tf.set_random_seed(seed)
            self.images = tf.placeholder(tf.uint8, (None, SIZE, SIZE, 3))
            kernel = tf.get_variable('kernel', (3, 3, 3, 5))
            x = tf.nn.conv2d(tf.cast(self.images, tf.float32) * scale, kernel, 2, 'SAME')
            self.output = tf.stop_gradient(tf.reduce_mean(tf.nn.relu(x), [1, 2]))
            self.y = tf.placeholder(tf.float32, (None, 2))
            logits = tf.matmul(self.output, tf.get_variable('head', (5, 2))) / 100
            loss = tf.losses.softmax_cross_entropy(self.y, logits)
            self.update = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
            self.sess = tf.Session()
            self.sess.run(tf.global_variables_initializer())

    def __call__(self, x):
        return self.sess.run(self.output, {self.images: x})


def make_cache(folder, lists, network=None, copies=1, precision='float32', **settings):
    network = network or Network()
    generators = data_generators(BATCH, lists, 2, preprocess)
    return Feature_cache(str(folder / 'cache'), network.sess, network.images, network.output,
                         generators, copies, precision, settings)


def stored(folder):
    return (folder / 'cache' / 'features.float16').read_bytes()


@pytest.mark.parametrize('in_memory', [0, 1000])
def test_it_holds_what_the_layers_give(tmp_path, lists, monkeypatch, in_memory):
    monkeypatch.setattr(feature_cache, 'IN_MEMORY', in_memory)
    network = Network()
    cache = make_cache(tmp_path, lists, network)
    assert cache.fill() == len(cache) == 2 * (N_TRAIN + N_VAL)
    for split in (0, 1):
        rows = pd.concat([frames[split] for frames in lists])[::-3]
        [features], y, files = cache.preprocess(rows, 2)
        [x], expected_y, expected_files = preprocess(rows, 2)
        np.testing.assert_allclose(features, network(x), rtol=1e-3)
        np.testing.assert_array_equal(y, expected_y)
        assert features.dtype == np.float32 and files == expected_files


def test_the_seed_of_a_row_chooses_one_of_the_copies(tmp_path, lists):
    network = Network()
    cache = make_cache(tmp_path, lists, network, copies=3)
    assert cache.fill() == len(cache) == 2 * (3 * N_TRAIN + N_VAL)
    rows = lists[0][0][:BATCH]                              # the first batch of each copy
    copies = [cache.preprocess(rows.assign(seed=seed), 2, aug=True)[0][0] for seed in range(6)]
    np.testing.assert_array_equal(copies[:3], copies[3:])
    np.testing.assert_allclose(copies[0], network(preprocess(rows, 2)[0][0]), rtol=1e-3)
    np.testing.assert_array_equal(copies[0], cache.preprocess(rows, 2)[0][0])
    for copy in (1, 2):
        augmented = preprocess(rows.assign(seed=copy * 2 * N_TRAIN), 2, aug=True)[0][0]
        np.testing.assert_allclose(copies[copy], network(augmented), rtol=1e-3)
    mixed = cache.preprocess(rows.assign(seed=[2, 0, 1, 2]), 2, aug=True)[0][0]
    np.testing.assert_array_equal(mixed, [copies[c][i] for i, c in enumerate([2, 0, 1, 2])])


def test_a_full_cache_is_not_computed_again(tmp_path, lists):
    make_cache(tmp_path, lists).fill()
    assert make_cache(tmp_path, lists).fill() == 0


@pytest.mark.parametrize('change, said', [
    ('weights', 'other layers and weights:'), ('layers', 'other layers and weights:'),
    ('an image', 'other images:'), ('the list', 'other images:'),
    ('precision', 'other precision:'), ('settings', 'other img_size:'),
    ('copies', 'other copies:'), ('TensorFlow', 'other TensorFlow:')])
def test_a_stale_cache_is_never_used(tmp_path, lists, monkeypatch, capsys, change, said):
    make_cache(tmp_path, lists, img_size=8).fill()
    stale, network, copies, precision, size = stored(tmp_path), Network(), 1, 'float32', 8
    if change == 'weights':
        network = Network(seed=1)
    elif change == 'layers':
        network = Network(scale=0.5)
    elif change == 'an image':
        path = lists[0][0].path[0]
        status = os.stat(path)
        cv2.imwrite(path, 255 - cv2.imread(path))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif change == 'the list':
        lists[0][0] = lists[0][0][::-1].reset_index(drop=True)
    elif change == 'precision':
        precision = 'bfloat16'
    elif change == 'settings':
        size = 9
    elif change == 'TensorFlow':
        monkeypatch.setattr(tf, '__version__', '1.15.0')
    else:
        copies = 2
    after = make_cache(tmp_path, lists, network, copies, precision, img_size=size)
    assert said in capsys.readouterr().out
    assert after.fill() == len(after)
    if change in ('weights', 'layers', 'an image', 'the list', 'copies'):
        assert stored(tmp_path) != stale


def test_a_change_of_the_head_does_not_make_it_stale(tmp_path, lists):
    network = Network()
    make_cache(tmp_path, lists, network).fill()
    network.sess.run(network.update, {network.output: np.ones((1, 5)), network.y: [[1, 0]]})
    assert make_cache(tmp_path, lists, network).fill() == 0


def test_a_head_learns_the_same_from_the_cache(tmp_path, lists):
    heads = []
    for cached in (False, True):
        network = Network()
        generators = data_generators(BATCH, lists, 2, lambda df, n, aug: preprocess(df, n))
        fed = network.images
        if cached:
            cache = make_cache(tmp_path, lists, network)
            cache.fill()
            generators = data_generators(BATCH, lists, 2, cache.preprocess, n_threads=0)
            fed = network.output
        with generators.start_train_threads():
            for _ in range(20):
                x, y = generators.train_queue.get()
                network.sess.run(network.update, {fed: x[0], network.y: y})
        heads.append(network.sess.run(network.graph.get_tensor_by_name('head:0')))
    assert np.abs(heads[0] - Network().sess.run('head:0')).max() > 0.01       # it has learned
    np.testing.assert_allclose(heads[1], heads[0], rtol=1e-2, atol=1e-4)


def test_errors_say_what_to_do(tmp_path, lists):
    with pytest.raises(ValueError, match='copies is 0; it must be 1 or more'):
        make_cache(tmp_path, lists, copies=0)
    cache = make_cache(tmp_path, lists)
    with pytest.raises(RuntimeError, match=r'0 of 32 outputs have been computed: run fill\(\)'):
        cache.preprocess(lists[0][0], 2)
    with pytest.raises(ValueError, match=r'values beyond 65504.*train\.|val\..*Set cache = False'):
        make_cache(tmp_path, lists, Network(scale=1e4)).fill()
    os.remove(lists[1][1].path[0])
    with pytest.raises(FileNotFoundError, match='val.1.0.png'):
        make_cache(tmp_path, lists)
