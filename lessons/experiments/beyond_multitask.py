"""Multitask learning: one trunk, two heads. A task with few labels, and one with many."""
import numpy as np
import tensorflow.compat.v1 as tf

from lessons.experiments import beyond_digits as digits

METHODS = 'single task', 'multitask', digits.NO_NETWORK
RECIPE = {'steps': 400, 'rate': 2e-3}
# labelled images of each class of task A (None: all), and what task B is
SETTINGS = {'few labels, same digits: odd or even': {'per_class': 3, 'task_b': 'parity'},
            'few labels, related task': {'per_class': 3, 'task_b': 'digits'},
            'few labels, unrelated task': {'per_class': 3, 'task_b': 'shuffled'},
            'many labels, related task': {'per_class': None, 'task_b': 'digits'}}
FIRST_SEED = 8          # odd or even was added after seeds 0 to 7 had been looked at
TASK_A, TASK_B = (0, 1, 2, 3, 4), (5, 6, 7, 8, 9)


def two_tasks(weight_b):
    """Placeholders, the logits of task A and the training step: two heads on one trunk."""
    x_a, y_a = digits.inputs()
    x_b, y_b = digits.inputs()
    logits_a = digits.head(digits.trunk(x_a), 5, 'head_a')
    logits_b = digits.head(digits.trunk(x_b, reuse=True), 5, 'head_b')
    loss = (tf.losses.sparse_softmax_cross_entropy(y_a, logits_a)
            + weight_b * tf.losses.sparse_softmax_cross_entropy(y_b, logits_b))
    return (x_a, y_a, x_b, y_b), logits_a, tf.train.AdamOptimizer(RECIPE['rate']).minimize(loss)


def data_of(setting, seed):
    """The training images of both tasks: ((x, y) of task A, (x, y) of task B)."""
    kind = SETTINGS[setting]['task_b']
    rng, (x, y) = np.random.default_rng(seed), digits.images('learn')
    a = digits.of_classes(x, y, TASK_A)
    a = digits.some_of_each(*a, SETTINGS[setting]['per_class'], rng)
    if kind == 'parity':
        x_b, y_b = digits.of_classes(x, y, TASK_A)
        return a, (x_b, y_b % 2)
    x_b, y_b = digits.of_classes(x, y, TASK_B)
    return a, (x_b, rng.permutation(y_b) if kind == 'shuffled' else y_b)


def run(setting, method, seed, steps=RECIPE['steps'], part='test'):
    """Accuracy on task A. For a single task the graph is the same, and task B has weight 0."""
    a, b = data_of(setting, seed)
    choose, (x_test, y_test) = (digits.of_classes(*digits.images(p), TASK_A)
                                for p in ('choose', part))
    if method == digits.NO_NETWORK:
        return digits.no_network(a, choose, (x_test, y_test))
    with tf.Graph().as_default(), digits.session() as sess:
        tf.set_random_seed(seed)
        places, logits, step = two_tasks(1.0 if method == 'multitask' else 0.0)
        sess.run(tf.global_variables_initializer())
        batches_a = digits.batches(np.random.default_rng([seed, 1]), *a)
        batches_b = digits.batches(np.random.default_rng([seed, 2]), *b)
        for _ in range(steps):
            sess.run(step, dict(zip(places, next(batches_a) + next(batches_b))))
        return digits.accuracy(sess, logits, places[0], x_test, y_test)
