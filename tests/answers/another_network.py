"""Answers to the exercise another_network."""

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
BACKWARDS = """
def rename_for(scope, names):
    before = next(name.split(f'{scope}/')[0] for name in names if f'{scope}/' in name)
    return {f'{before}{scope}': scope}
"""
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

WRONG_ANSWERS = [
    ('to_restore', TRAINABLE, ['check_to_restore'], 'moving statistics of BatchNorm are missing'),
    ('to_restore', OPTIMIZER_TOO, ['check_to_restore'], "the optimizer's variables"),
    ('to_restore', OTHER_SCOPE, ['check_to_restore'], "a scope ends with a '/'"),
    ('to_restore', NAMES, ['check_to_restore'], 'return the variables themselves'),
    ('n_numbers', DIMENSIONS, ['check_n_numbers'], 'num_elements()'),
    ('n_numbers', COUNTED, ['check_n_numbers'], 'the product of its shape'),
    ('scaled', ZERO_TO_ONE, ['check_scaled'], 'that is 0 to 1'),
    ('scaled', BLUE_FIRST, ['check_scaled'], 'in the wrong order'),
    ('scaled', ONE_FOR_ALL, ['check_scaled'], 'the other scaling'),
    ('mismatch', NO_ROOT, ['check_mismatch'], 'np.sqrt'),
    ('mismatch', WITH_SIGN, ['check_mismatch'], 'cancel out'),
    ('mismatch', NO_MEAN, ['check_mismatch'], 'average over the channels'),
    ('rename_for', BACKWARDS, ['check_rename_for'], 'the other way round'),
    ('classifier', SOFTMAX_TWICE, ['check_classifier'], 'softmax twice'),
    ('classifier', SWAPPED, ['check_classifier'], 'the loss first'),
    ('classifier', RELU, ['check_classifier'], 'has a ReLU')]
RIGHT_ANSWERS = {'classifier': NO_SCOPE}
