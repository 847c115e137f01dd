"""lessons/experiments/three_flags.py: which layers are kept, which learn, what they are fed."""
import numpy as np
import pandas as pd
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim

from lessons.experiments import three_flags
from lessons.experiments.three_flags import DATASETS, WAYS, Flags, network


def test_no_image_is_learned_from_and_tested_on():
    (x, y), (x_test, y_test) = three_flags.draw('digits', seed=1)
    n_learn, n_test, size, *_ = DATASETS['digits']
    assert x.shape == (10 * n_learn, size, size, 3) and len(y_test) == 10 * n_test
    assert set(np.bincount(y)) == {n_learn} and set(np.bincount(y_test)) == {n_test}
    assert not {image.tobytes() for image in x} & {image.tobytes() for image in x_test}
    assert not np.array_equal(x, three_flags.draw('digits', seed=2)[0][0])


def test_a_dataset_that_is_not_there_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(three_flags, 'ROOT', tmp_path)
    with pytest.raises(FileNotFoundError, match='python data/get.py ants_bees'):
        three_flags.draw('ants_bees', seed=0)


@pytest.mark.parametrize('keep, depth', [('block4', 2048), ('block3', 1024)])
def test_frozen_layers_do_not_learn_and_dropped_ones_are_not_computed(keep, depth):
    with tf.Graph().as_default() as graph:
        images = tf.placeholder(tf.uint8, (None, 32, 32, 3))
        logits, pooled = network(images, tf.placeholder(tf.bool, []), Flags(), 7, keep)
        assert logits.shape.as_list() == [None, 7] and pooled.shape.as_list() == [None, depth]
        assert {v.op.name for v in tf.trainable_variables()} == {
            'new/hidden/weights', 'new/hidden/biases', 'new/logits/weights', 'new/logits/biases'}
        needed = tf.graph_util.extract_sub_graph(graph.as_graph_def(), [logits.op.name]).node
        block4 = [node for node in needed if '/block4/unit_2' in node.name]
        assert bool(block4) == (keep == 'block4')


def test_not_frozen_everything_learns_and_not_scaled_the_pixels_stay_as_they_are():
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        images = tf.placeholder(tf.uint8, (None, 32, 32, 3))
        network(images, tf.placeholder(tf.bool, []), Flags(freeze=False, scaled=False), 2)
        moving = [v for v in slim.get_model_variables() if 'moving_' in v.op.name]
        assert len(tf.trainable_variables()) == len(slim.get_model_variables()) - len(moving)
        assert len(tf.get_collection(tf.GraphKeys.UPDATE_OPS)) == len(moving) > 90
        [first] = [op for op in graph.get_operations() if op.name == 'resnet_v2_50/conv1/Conv2D']
        white = sess.run(first.inputs[0], {images: np.full((1, 32, 32, 3), 255, np.uint8)})
    assert white.max() == 255


def test_the_rows_of_the_file_are_of_todays_ways():
    rows = pd.read_csv(three_flags.RESULTS)
    assert list(rows.columns) == three_flags.COLUMNS
    assert not rows.duplicated(three_flags.KEY).any() and rows.accuracy.between(0, 1).all()
    for dataset, some in rows.groupby('dataset'):
        n_learn, _, size, batch, epochs = DATASETS[dataset]
        classes = 10 if dataset == 'digits' else 2
        assert set(some.images) == {classes * n_learn} and set(some['size']) == {size}
        assert set(some.batch) == {batch} and set(some.epochs) == {epochs}
        flags = some[['freeze', 'weights', 'scaled']].itertuples(index=False, name=None)
        assert {Flags(*each) for each in flags} == set(WAYS.values())
