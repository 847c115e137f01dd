"""tf_model/zoo.py compared with tf_slim's whole networks, published numbers, official names."""
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim
from tf_slim.nets import inception, resnet_utils, resnet_v1, vgg

from tf_model import zoo
from tf_model.restore import RESTORED, restore

# tf_slim's whole networks, with their official defaults, for images of any size, and how the names
# above the trunk begin. For resnet_v2_50 see test_resnet_v2.py.
CLASSES = {'num_classes': 9, 'is_training': False}
ANY_SIZE = {**CLASSES, 'spatial_squeeze': False}
WHOLE = {
    'vgg_16': (vgg.vgg_16, vgg.vgg_arg_scope, ANY_SIZE, 'fc'),
    'vgg_19': (vgg.vgg_19, vgg.vgg_arg_scope, ANY_SIZE, 'fc'),
    'inception_v1': (inception.inception_v1, inception.inception_v1_arg_scope, ANY_SIZE, 'Logits'),
    'inception_v2': (inception.inception_v2, inception.inception_v2_arg_scope, ANY_SIZE, 'Logits'),
    'inception_v3': (inception.inception_v3, inception.inception_v3_arg_scope,
                     {**ANY_SIZE, 'create_aux_logits': False}, 'Logits'),
    'resnet_v1_50': (resnet_v1.resnet_v1_50, resnet_utils.resnet_arg_scope, CLASSES, 'logits')}
UNITS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}     # He et al., table 1

# Parameters of the trunk. With moving statistics: keras.io/api/applications, without the 2,049,000
# of a ResNet's classifier. Without them: torchvision's documentation, without the classifier.
# And from TF-Slim's own tests.
KERAS = {'inception_resnet_v2': 55_873_736 - 1_537_000,
         'mobilenet_v1_1.0_224': 4_253_864 - 1_025_000,
         'vgg_16': 14_714_688, 'vgg_19': 20_024_384, 'resnet_v2_50': 25_613_800 - 2_049_000,
         'resnet_v2_101': 44_675_560 - 2_049_000, 'resnet_v2_152': 60_380_648 - 2_049_000,
         'inception_v3': 21_802_784}
TORCHVISION = {'resnet_v1_50': 25_557_032 - 2_049_000, 'resnet_v1_101': 44_549_160 - 2_049_000,
               'resnet_v1_152': 60_192_808 - 2_049_000}
# timm's documentation, without the classifier; with a gamma in each BatchNorm, which TF-Slim lacks.
TIMM = {'inception_v4': 42_679_816 - 1_537_000}
TF_SLIM = {'inception_v1': 5_607_184, 'inception_v2': 10_173_112, 'inception_v3': 21_802_784}

# From code that reads the official checkpoints by these names; v1 keeps a misprint (0a).
PUBLISHED = {
    'vgg_16': {'vgg_16/conv5/conv5_3/weights': [3, 3, 512, 512],
               'vgg_16/conv1/conv1_1/biases': [64]},
    'resnet_v1_50': {'resnet_v1_50/block4/unit_3/bottleneck_v1/conv3/BatchNorm/moving_mean': [2048],
                     'resnet_v1_50/conv1/weights': [7, 7, 3, 64]},
    'inception_v1': {'InceptionV1/Mixed_5b/Branch_2/Conv2d_0a_3x3/weights': [3, 3, 32, 128],
                     'InceptionV1/Conv2d_1a_7x7/BatchNorm/moving_variance': [64]},
    'inception_v2': {'InceptionV2/Conv2d_1a_7x7/depthwise_weights': [7, 7, 3, 8]},
    'inception_v4': {'InceptionV4/Mixed_4a/Branch_1/Conv2d_0c_7x1/weights': [7, 1, 64, 64],
                     'InceptionV4/Mixed_6h/Branch_2/Conv2d_0e_1x7/weights': [1, 7, 224, 256],
                     'InceptionV4/Mixed_7d/Branch_2/Conv2d_0e_3x1/BatchNorm/beta': [256]},
    'inception_resnet_v2': {
        'InceptionResnetV2/Repeat/block35_10/Conv2d_1x1/biases': [320],
        'InceptionResnetV2/Repeat_1/block17_20/Branch_1/Conv2d_0c_7x1/weights': [7, 1, 160, 192],
        'InceptionResnetV2/Repeat_2/block8_9/Branch_0/Conv2d_1x1/BatchNorm/moving_mean': [192],
        'InceptionResnetV2/Block8/Branch_1/Conv2d_0b_1x3/weights': [1, 3, 192, 224]},
    'mobilenet_v1_1.0_224': {
        'MobilenetV1/Conv2d_0/weights': [3, 3, 3, 32],
        'MobilenetV1/Conv2d_13_depthwise/depthwise_weights': [3, 3, 1024, 1],
        'MobilenetV1/Conv2d_13_pointwise/BatchNorm/gamma': [1024]},
    'mobilenet_v1_0.25_128': {'MobilenetV1/Conv2d_1_pointwise/weights': [1, 1, 8, 16]},
    'inception_v3': {'InceptionV3/Mixed_7c/Branch_1/Conv2d_0c_3x1/weights': [3, 1, 384, 384],
                     'InceptionV3/Mixed_7c/Branch_1/Conv2d_0b_1x3/BatchNorm/beta': [384]}}


def shapes(variables):
    return {v.op.name: v.shape.as_list() for v in variables}


def whole_network(name, images):
    """The end points of tf_slim's whole network."""
    build, defaults, options, _ = WHOLE[name]
    with slim.arg_scope(defaults()):
        return build(images, **options)[1]


def session():
    """One that does not optimize its graph first: that takes longer than running it once."""
    config = tf.ConfigProto()
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    return tf.Session(config=config)


@pytest.fixture(scope='module', params=zoo.ZOO)
def network(request):
    """A network in a graph: its name, features, end points and session, initialized."""
    size = max(64, zoo.ZOO[request.param].smallest)
    with tf.Graph().as_default(), session() as sess:
        tf.set_random_seed(0)
        images = tf.constant(np.random.default_rng(0).uniform(0, 255, (1, size, size, 3)))
        features, end_points = zoo.build(request.param, zoo.scale(request.param, images), False)
        sess.run(tf.global_variables_initializer())
        yield request.param, features, end_points, sess


def test_the_names_are_those_of_tf_slim(network):
    name, *_ = network
    ours = shapes(slim.get_model_variables())
    assert PUBLISHED.get(name, {}).items() <= ours.items()
    if name in WHOLE:
        with tf.Graph().as_default():
            whole_network(name, tf.placeholder(tf.float32, (None, None, None, 3)))
            whole = shapes(slim.get_model_variables())
        above = f'{zoo.ZOO[name].scope}/{WHOLE[name][-1]}'
        assert ours == {variable: shape for variable, shape in whole.items()
                        if not variable.startswith(above)}
    if name.startswith('resnet'):
        units = {tuple(variable.split('/')[1:3]) for variable in ours if '/unit_' in variable}
        assert units == {(f'block{b}', f'unit_{u}') for b, n in enumerate(
            UNITS[int(name.split('_')[-1])], 1) for u in range(1, n + 1)}


def test_as_many_parameters_as_published(network):
    name, *_ = network
    n_all = sum(map(np.prod, shapes(slim.get_model_variables()).values()))
    n_trainable = sum(map(np.prod, shapes(tf.trainable_variables()).values()))
    assert KERAS.get(name, n_all) == n_all and TF_SLIM.get(name, n_all) == n_all
    assert TORCHVISION.get(name, n_trainable) == n_trainable
    n_gammas = sum(np.prod(shape) for v, shape in shapes(tf.trainable_variables()).items()
                   if v.endswith('BatchNorm/beta'))
    assert TIMM.get(name, n_trainable + n_gammas) == n_trainable + n_gammas
    assert name in {**KERAS, **TORCHVISION, **TF_SLIM, **TIMM} or name.startswith('mobilenet')


def test_saved_and_restored_under_the_official_names(network, tmp_path):
    *_, sess = network
    variables = slim.get_model_variables()
    values = sess.run(variables)
    tf.train.Saver(variables).save(sess, str(tmp_path / 'x.ckpt'), write_meta_graph=False)
    saved = tf.train.load_checkpoint(str(tmp_path / 'x.ckpt')).get_variable_to_shape_map()
    assert saved == shapes(variables)
    with session() as another:                          # in which no variable has a value
        assert set(restore(another, variables, tmp_path / 'x.ckpt').status) == {RESTORED}
        for restored, value in zip(another.run(variables), values):
            np.testing.assert_array_equal(restored, value)


def test_features_and_end_points(network):
    name, features, end_points, sess = network
    values = sess.run(features)
    depth = {'vgg_16': 512, 'vgg_19': 512, 'inception_v1': 1024, 'inception_v2': 1024,
             'inception_v4': 1536, 'inception_resnet_v2': 1536, 'mobilenet_v1_1.0_224': 1024,
             'mobilenet_v1_0.50_160': 512, 'mobilenet_v1_0.25_128': 256}.get(name, 2048)
    side = 1 if zoo.ZOO[name].smallest == 75 else 2
    assert values.shape == (1, side, side, depth)
    assert np.isfinite(values).all() and values.min() >= 0 and values.max() > 0
    scope = zoo.ZOO[name].scope
    assert list(end_points)[-1] == f'{scope}/{zoo.ZOO[name].features}'
    assert end_points[f'{scope}/{zoo.ZOO[name].features}'] is features
    layers = tuple(f'{stage}/' for stage in end_points)
    assert all(v.op.name.startswith(layers) for v in slim.get_model_variables())


@pytest.mark.parametrize('name, layer', [('vgg_16', 'vgg_16/pool5'), ('inception_v2', 'Mixed_5c')])
def test_features_equal_tf_slims(name, layer, tmp_path):
    """The trunk compared with tf_slim's whole network, with the same random weights."""
    images = np.random.default_rng(1).normal(size=(2, 64, 64, 3)).astype('float32')
    results = []
    for ours in (True, False):
        with tf.Graph().as_default(), session() as sess:
            fed = tf.placeholder(tf.float32, (None, None, None, 3))
            features = zoo.build(name, fed, False)[0] if ours else whole_network(name, fed)[layer]
            saver = tf.train.Saver([v for v in slim.get_model_variables()
                                    if '/fc' not in v.op.name and 'ogits' not in v.op.name])
            if ours:
                sess.run(tf.global_variables_initializer())
                saver.save(sess, str(tmp_path / 'x.ckpt'), write_meta_graph=False)
            else:
                saver.restore(sess, str(tmp_path / 'x.ckpt'))
            results.append(sess.run(features, {fed: images}))
    assert results[0].shape == results[1].shape and results[0].std() > 1e-3
    np.testing.assert_allclose(results[0], results[1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('name, freeze', [('vgg_16', None), ('vgg_16', 'all'),
                                          ('inception_v2', 'all')])
def test_trained_or_frozen(name, freeze):
    """Frozen: the same bits after some steps. Not frozen: every variable has moved."""
    rng = np.random.default_rng(0)
    with tf.Graph().as_default(), session() as sess:
        tf.set_random_seed(0)
        images = tf.placeholder(tf.uint8, (None, 64, 64, 3))
        is_training = tf.placeholder(tf.bool, [])
        features, _ = zoo.build(name, zoo.scale(name, images), is_training, freeze)
        trunk = slim.get_model_variables(zoo.ZOO[name].scope)
        pred = slim.fully_connected(tf.reduce_mean(features, [1, 2]), 2, activation_fn=None)
        loss = tf.losses.softmax_cross_entropy(tf.one_hot([0, 1, 0, 1], 2), pred)
        updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        with tf.control_dependencies(updates):
            train = tf.train.AdamOptimizer(1e-3).minimize(loss)
        sess.run(tf.global_variables_initializer())
        before = sess.run(trunk)
        for _ in range(3):
            x = rng.integers(0, 256, (4, 64, 64, 3))
            sess.run(train, {images: x, is_training: True})
        moved = [not np.array_equal(old, new) for old, new in zip(before, sess.run(trunk))]
    if freeze:
        assert not any(moved) and not updates and not set(trunk) & set(tf.trainable_variables())
        assert zoo.frozen_scopes(name, freeze) == [zoo.ZOO[name].scope]
    else:
        assert all(moved)


def test_batch_norm_that_is_not_frozen_follows_the_batches():
    with tf.Graph().as_default():
        is_training = tf.placeholder(tf.bool, [])
        zoo.build('inception_v1', tf.placeholder(tf.float32, (4, 64, 64, 3)), is_training)
        moving = {v for v in slim.get_model_variables() if 'moving_' in v.op.name}
        assert len(tf.get_collection(tf.GraphKeys.UPDATE_OPS)) == len(moving) == 114
        assert set(tf.trainable_variables()) == set(slim.get_model_variables()) - moving


def test_what_cannot_be_frozen_is_named():
    with pytest.raises(ValueError, match="freeze = 'block2': vgg_16 can be frozen as a whole"):
        zoo.build('vgg_16', tf.placeholder(tf.float32, (None, 64, 64, 3)), True, 'block2')
    assert zoo.frozen_scopes('resnet_v2_50', 'block1') == [
        'resnet_v2_50/conv1', 'resnet_v2_50/block1']
    assert zoo.frozen_scopes('vgg_16', None) == []
    for name in 'resnet_v2_50', 'vgg_16':
        with pytest.raises(ValueError, match="freeze = 'none'"):
            zoo.frozen_scopes(name, 'none')


def test_an_unknown_network_is_named():
    with pytest.raises(ValueError, match="network = 'vgg_17': choose one of vgg_16, vgg_19, "):
        zoo.build('vgg_17', None, False)
