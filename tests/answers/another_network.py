"""Answers to the exercise another_network."""
from conftest import ROOT

SHIPPED = 'tf_ckpt/mobilenet_v1_0.50_160_drawn.ckpt'

TRAINABLE = """
def to_restore(scope):
    return [v for v in tf.trainable_variables() if v.op.name.startswith(f'{scope}/')]
"""
OPTIMIZER_TOO = """
def to_restore(scope):
    return [v for v in tf.global_variables() if v.op.name.startswith(f'{scope}/')]
"""
OTHER_SCOPE = """
def to_restore(scope):
    return slim.get_model_variables(scope)
"""
NAMES = """
def to_restore(scope):
    return [v.op.name for v in slim.get_model_variables() if v.op.name.startswith(f'{scope}/')]
"""
COUNTED = """
def n_numbers(variables):
    return len(variables)
"""
DIMENSIONS = """
def n_numbers(variables):
    return sum(np.prod(v.shape) for v in variables)
"""
ZERO_TO_ONE = """
def scaled(images, scaling):
    if scaling == '[-1, 1]':
        return images / 255
    return images - np.array([123.68, 116.78, 103.94])
"""
BLUE_FIRST = """
def scaled(images, scaling):
    if scaling == '[-1, 1]':
        return images / 127.5 - 1
    return images - np.array([103.94, 116.78, 123.68])
"""
ONE_FOR_ALL = """
def scaled(images, scaling):
    return images - np.array([123.68, 116.78, 103.94])
"""
NO_ROOT = """
def mismatch(batch_mean, moving_mean, moving_variance):
    return np.mean(np.abs(batch_mean - moving_mean) / moving_variance)
"""
WITH_SIGN = """
def mismatch(batch_mean, moving_mean, moving_variance):
    return np.mean((batch_mean - moving_mean) / np.sqrt(moving_variance))
"""
NO_MEAN = """
def mismatch(batch_mean, moving_mean, moving_variance):
    return np.abs(batch_mean - moving_mean) / np.sqrt(moving_variance)
"""
BY_PARTS = """
def rename_for(scope, names):
    for name in names:
        parts = name.split('/')
        if scope in parts:
            return {scope: '/'.join(parts[:parts.index(scope) + 1])}
"""
BACKWARDS = BY_PARTS.replace("{scope: '/'.join(parts[:parts.index(scope) + 1])}",
                             "{'/'.join(parts[:parts.index(scope) + 1]): scope}")
WITHOUT_THE_WORD = BY_PARTS.replace('parts.index(scope) + 1', 'parts.index(scope)')
SOFTMAX_TWICE = """
def classifier(features, y_true, num_class):
    mean = tf.reduce_mean(features, [1, 2])
    scores = slim.fully_connected(mean, num_class, activation_fn=None, scope='CLASS_1/logits')
    probabilities = tf.nn.softmax(scores)
    return tf.losses.softmax_cross_entropy(y_true, probabilities), probabilities
"""
RELU = """
def classifier(features, y_true, num_class):
    mean = tf.reduce_mean(features, [1, 2])
    scores = slim.fully_connected(mean, num_class, scope='CLASS_1/logits')
    return tf.losses.softmax_cross_entropy(y_true, scores), tf.nn.softmax(scores)
"""
SWAPPED = """
def classifier(features, y_true, num_class):
    scores = slim.fully_connected(tf.reduce_mean(features, [1, 2]), num_class, activation_fn=None)
    return tf.nn.softmax(scores), tf.losses.softmax_cross_entropy(y_true, scores)
"""
NO_SCOPE = """
def classifier(features, y_true, num_class):
    scores = slim.fully_connected(tf.reduce_mean(features, [1, 2]), num_class, activation_fn=None)
    return tf.losses.softmax_cross_entropy(y_true, scores), tf.nn.softmax(scores)
"""
SCOPED = """
def classifier(features, y_true, num_class):
    with tf.variable_scope('CLASS_1'):
        scores = slim.fully_connected(tf.reduce_mean(features, [1, 2]), num_class,
                                      activation_fn=None)
    return tf.losses.softmax_cross_entropy(y_true, scores), tf.nn.softmax(scores)
"""

BY_COLLECTION = """
def to_restore(scope):
    return tf.get_collection(tf.GraphKeys.MODEL_VARIABLES, scope + '/')
"""
SHAPES_ADDED = """
def n_numbers(variables):
    return sum(sum(v.shape.as_list()) for v in variables)
"""
PRODUCTS = """
def n_numbers(variables):
    return sum(int(np.prod(v.shape.as_list())) for v in variables)
"""
NO_SINGLE = """
def n_numbers(variables):
    return sum(v.shape.num_elements() for v in variables if v.shape.ndims)
"""
CHANNEL_BY_CHANNEL = """
def scaled(images, scaling):
    x = images.astype('float32')
    if scaling.startswith('minus'):
        for channel, mean in enumerate((123.68, 116.78, 103.94)):
            x[..., channel] -= mean
        return x
    return (x - 127.5) / 127.5
"""
NO_DIVISION = NO_ROOT.replace(' / moving_variance', '')
RATIO_OF_MEANS = """
def mismatch(batch_mean, moving_mean, moving_variance):
    return np.abs(batch_mean - moving_mean).mean() / np.sqrt(moving_variance).mean()
"""
OTHER_ORDER = """
def mismatch(batch_mean, moving_mean, moving_variance):
    return (abs(moving_mean - batch_mean) / moving_variance ** 0.5).sum() / len(batch_mean)
"""
ANY_ENDING = """
def rename_for(scope, names):
    first = next(name for name in names if f'{scope}/' in name)
    return {scope: first[:first.index(f'{scope}/')] + scope}
"""
FEATURES_FROM = """
def features_from(path, images):
    scope, scaling = zoo.ZOO[network].scope, zoo.ZOO[network].scaling
    graph = tf.Graph()
    with graph.as_default():
        fed = tf.constant(scaled(images, scaling), tf.float32)
        maps, end_points = zoo.build(network, fed, False)
        means = tf.reduce_mean(maps, axis=[1, 2])
        variables, start = to_restore(scope), tf.global_variables_initializer()
    with tf.Session(graph=graph) as sess, graph.as_default():
        sess.run(start)
        restore(sess, variables, path, rename=rename_for(scope, list(shapes_in_checkpoint(path))))
        return sess.run(means)
"""
NOT_SCALED = FEATURES_FROM.replace('scaled(images, scaling)', 'images')
STARTED_LAST = FEATURES_FROM.replace('return sess', 'sess.run(start)\n        return sess')
MAPS = FEATURES_FROM.replace('tf.reduce_mean(maps, axis=[1, 2])', 'maps')
WITHOUT_STATISTICS = FEATURES_FROM.replace('to_restore(scope)', 'tf.trainable_variables()')
NO_ADAM = """
def to_restore(scope):
    return [v for v in tf.global_variables(scope + '/') if 'Adam' not in v.name]
"""
A_GENERATOR = """
def to_restore(scope):
    return (v for v in slim.get_model_variables() if v.op.name.startswith(scope + '/'))
"""
A_LIST = """
def n_numbers(variables):
    return [v.shape.num_elements() for v in variables]
"""
A_TENSOR = """
def n_numbers(variables):
    return tf.add_n([tf.size(v) for v in variables])
"""
BY_LARGEST = ZERO_TO_ONE.replace('images / 255', 'images / images.max() * 2 - 1')
ZERO_TO_TWO = ZERO_TO_ONE.replace('255', '127.5')
UNSIGNED = """
def scaled(images, scaling):
    return images // 127 - np.uint8(1)
"""
TENSOR = """
def scaled(images, scaling):
    return tf.cast(images, tf.float32) / 127.5 - 1
"""
ANYWHERE = """
def rename_for(scope, names):
    name = next(name for name in names if f'/{scope}/' in f'/{name}')
    return {scope: name[:name.find(scope)] + scope}
"""
OTHER_CHECKPOINT = FEATURES_FROM.replace('variables, path, rename', 'variables, checkpoint, rename')
OTHER_CHECKPOINT = OTHER_CHECKPOINT.replace('shapes_in_checkpoint(path)',
                                            'shapes_in_checkpoint(checkpoint)').replace(
    'def features_from', f'checkpoint = {str(ROOT / SHIPPED)!r}\n\n\ndef features_from')
SCALED_TWICE = FEATURES_FROM.replace('scaled(images, scaling)',
                                     'scaled(scaled(images, scaling), scaling)')
LARGEST = FEATURES_FROM.replace('reduce_mean', 'reduce_max')
NO_BIAS = SCOPED.replace('activation_fn=None', 'activation_fn=None, biases_initializer=None')

WRONG_ANSWERS = [
    ('to_restore', TRAINABLE, ['check_to_restore'], 'moving statistics of BatchNorm are missing'),
    ('to_restore', OPTIMIZER_TOO, ['check_to_restore'], "the optimizer's variables"),
    ('to_restore', OTHER_SCOPE, ['check_to_restore'], "a scope ends with a '/'"),
    ('to_restore', NAMES, ['check_to_restore'], 'return the variables themselves'),
    ('to_restore', A_GENERATOR, ['check_to_restore'], 'return a list'),
    ('to_restore', NO_ADAM, ['check_to_restore'], "the optimizer's variables"),
    ('n_numbers', A_LIST, ['check_n_numbers'], 'return one number'),
    ('n_numbers', A_TENSOR, ['check_n_numbers'], 'return one number'),
    ('n_numbers', DIMENSIONS, ['check_n_numbers'], 'num_elements()'),
    ('n_numbers', SHAPES_ADDED, ['check_n_numbers'], 'not the sum'),
    ('n_numbers', NO_SINGLE, ['check_n_numbers'], 'is one number'),
    ('n_numbers', COUNTED, ['check_n_numbers'], 'the product of its shape'),
    ('scaled', ZERO_TO_ONE, ['check_scaled'], 'that is 0 to 1'),
    ('scaled', BLUE_FIRST, ['check_scaled'], 'in the wrong order'),
    ('scaled', ONE_FOR_ALL, ['check_scaled'], 'the other scaling'),
    ('scaled', BY_LARGEST, ['check_scaled'], 'whatever the images hold'),
    ('scaled', ZERO_TO_TWO, ['check_scaled'], 'that is 0 to 2: subtract 1'),
    ('scaled', UNSIGNED, ['check_scaled'], 'no negative numbers'),
    ('scaled', TENSOR, ['check_scaled'], 'return an array'),
    ('mismatch', NO_ROOT, ['check_mismatch'], 'np.sqrt'),
    ('mismatch', NO_DIVISION, ['check_mismatch'], 'divide by the standard deviation'),
    ('mismatch', WITH_SIGN, ['check_mismatch'], 'cancel out'),
    ('mismatch', RATIO_OF_MEANS, ['check_mismatch'], 'divide channel by channel'),
    ('mismatch', NO_MEAN, ['check_mismatch'], 'average over the channels'),
    ('rename_for', BACKWARDS, ['check_rename_for'], 'the other way round'),
    ('rename_for', WITHOUT_THE_WORD, ['check_rename_for'], 'ends with the same word'),
    ('rename_for', ANY_ENDING, ['check_rename_for'], 'only ends like Net'),
    ('rename_for', ANYWHERE, ['check_rename_for'], 'a whole part of names'),
    ('features_from', OTHER_CHECKPOINT, ['check_features_from'], 'use `path`'),
    ('features_from', SCALED_TWICE, ['check_features_from'], 'once only'),
    ('features_from', LARGEST, ['check_features_from'], 'not the maximum'),
    ('features_from', NOT_SCALED, ['check_features_from'], 'fed with 0 to 255'),
    ('features_from', STARTED_LAST, ['check_features_from'], 'these are random weights'),
    ('features_from', MAPS, ['check_features_from'], 'the mean over height and width'),
    ('features_from', WITHOUT_STATISTICS, ['check_features_from'], 'moving statistics'),
    ('classifier', SOFTMAX_TWICE, ['check_classifier'], 'softmax twice'),
    ('classifier', SWAPPED, ['check_classifier'], 'the loss first'),
    ('classifier', NO_SCOPE, ['check_classifier'], 'the scope is missing'),
    ('classifier', NO_BIAS, ['check_classifier'], 'also has a bias'),
    ('classifier', RELU, ['check_classifier'], 'has a ReLU')]
RIGHT_ANSWERS = [
    ('to_restore', BY_COLLECTION), ('n_numbers', PRODUCTS), ('scaled', CHANNEL_BY_CHANNEL),
    ('mismatch', OTHER_ORDER), ('rename_for', BY_PARTS), ('features_from', FEATURES_FROM),
    ('classifier', SCOPED)]
