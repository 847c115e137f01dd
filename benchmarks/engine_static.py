"""Ours: the static graph of the notebook's section 3; for inference also frozen_graph.py."""
import numpy as np
import tensorflow.compat.v1 as tf
import tf_slim as slim
from engine_common import CLASSES, Engine, images, labels, weights
from steps_jobs import FROZEN, HEAD, INFER

from course.frozen_graph import frozen_graph, frozen_session
from course.session import session_config
from tf_model.resnet_v2 import resnet_v2_50


def build(job):
    return inference(job) if job.task == INFER else training(job)


def network(size, is_training, freeze=None):
    """Placeholder uint8 (N, size, size, 3) and scores (N, CLASSES), in the default graph."""
    fed = tf.placeholder(tf.uint8, (None, size, size, 3), 'images')
    features, _ = resnet_v2_50(tf.cast(fed, tf.float32) / 127.5 - 1, is_training, freeze)
    with tf.variable_scope('CLASS_1'):
        return fed, slim.fully_connected(tf.reduce_mean(features, [1, 2]), CLASSES,
                                            activation_fn=None, scope='logits')


def parameters():
    return sum(int(np.prod(v.shape)) for v in slim.get_model_variables())


def training(job):
    """Adam on softmax cross entropy. HEAD: the trunk frozen, its BatchNorm in inference mode."""
    with tf.Graph().as_default():
        is_training = tf.placeholder(tf.bool, [])
        fed, scores = network(job.size, is_training, 'all' if job.task == HEAD else None)
        y_true = tf.placeholder(tf.float32, (None, CLASSES))
        loss = tf.losses.softmax_cross_entropy(y_true, scores)
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            update = tf.train.AdamOptimizer(2e-4).minimize(loss)
        sess = tf.Session(config=session_config(job.precision))
        sess.run(tf.global_variables_initializer())
        feed = {fed: images(job.size), y_true: np.eye(CLASSES)[labels()], is_training: True}
        count = parameters()

    def run(n):
        for _ in range(n):
            sess.run([update, loss], feed)

    return Engine(run, count)


def classifier(size):
    """Placeholder and probabilities of a network in inference mode, in the default graph."""
    fed, scores = network(size, is_training=False)
    return fed, tf.nn.softmax(scores, name='probabilities')


def inference(job):
    with tf.Graph().as_default():
        fed, probabilities = classifier(job.size)
        count, sess = parameters(), tf.Session(config=session_config(job.precision))
        load_weights(sess)
        if job.variant == FROZEN:
            sess = frozen_session(sess, [fed], [probabilities], job.precision)
    batch = images(job.size)

    def predict(x):
        return sess.run(probabilities.name, {fed.name: x})

    def run(n):
        for _ in range(n):
            predict(batch)

    return Engine(run, count, predict)


def load_weights(sess):
    values, variables = weights(), tf.global_variables()
    # fed, since constants would stay in memory
    sess.run([v.initializer for v in variables],
             {v.initializer.inputs[1]: values[v.op.name] for v in variables})


def graph_for_others(size):
    """A tf.GraphDef with variables as constants, from 'images:0' to 'probabilities:0'.

    BatchNorm is as it was: each engine has its own way with it.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        fed, probabilities = classifier(size)
        load_weights(sess)
        return frozen_graph(sess, [fed], [probabilities])


def forward_flops(size):
    """Operations for one image forwards: two for each multiply-add of convolutions and head."""
    with tf.Graph().as_default() as graph:
        network(size, is_training=False)
        total = 0
        for op in graph.get_operations():
            if op.type in ('Conv2D', 'MatMul'):
                kernel = op.inputs[1].shape.as_list()
                places = op.outputs[0].shape.as_list()[1:3] if op.type == 'Conv2D' else [1]
                total += 2 * int(np.prod(kernel)) * int(np.prod(places))
        return total
