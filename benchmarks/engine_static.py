"""Ours: the static graph of the notebook's section 3; for inference also course/frozen_graph.py."""
import numpy as np
import tf_slim as slim

from benchmarks.engine_common import CLASSES, Engine, images, labels, weights
from benchmarks.steps_jobs import FROZEN, HEAD, INFER
from course.compat import tf
from course.frozen_graph import frozen_graph, frozen_session
from course.session import session_config
from tf_model.classifier import Classifier


def build(job):
    return inference(job) if job.task == INFER else training(job)


def parameters():
    return sum(int(np.prod(v.shape)) for v in slim.get_model_variables())


def training(job):
    """Adam on softmax cross entropy. HEAD: the trunk is frozen, its BatchNorm in inference mode."""
    with tf.Graph().as_default():
        net = Classifier((job.size, job.size, 3), CLASSES, 'all' if job.task == HEAD else None)
        update = net.adam(job.precision)
        sess = tf.Session(config=session_config(job.precision))
        sess.run(tf.global_variables_initializer())
        feed = {net.images: images(job.size), net.labels: labels(), net.is_training: True,
                net.rate: 2e-4}
        count = parameters()

    def run(n):
        for _ in range(n):
            sess.run([update, net.loss], feed)

    return Engine(run, count)


def classifier(size):
    """Placeholder and probabilities of a network in inference mode, in the default graph."""
    net = Classifier((size, size, 3), CLASSES, is_training=False)
    return net.images, tf.nn.softmax(net.logits, name='probabilities')


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

    BatchNorm is left as it is: each engine has its own way to fold it.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        fed, probabilities = classifier(size)
        load_weights(sess)
        return frozen_graph(sess, [fed], [probabilities])


def forward_flops(size):
    """Operations of a forward pass, an image: two for each multiply-add of convolutions and head.
    """
    with tf.Graph().as_default() as graph:
        classifier(size)
        total = 0
        for op in graph.get_operations():
            if op.type in ('Conv2D', 'MatMul'):
                kernel = op.inputs[1].shape.as_list()
                places = op.outputs[0].shape.as_list()[1:3] if op.type == 'Conv2D' else [1]
                total += 2 * int(np.prod(kernel)) * int(np.prod(places))
        return total
