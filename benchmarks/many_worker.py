"""One worker of benchmarks/many.py: steps of ResNet-v2-50, timed, and what they lead to."""
import argparse
import json
import resource
import time

import numpy as np

from course.compat import tf  # first
from course.images import read_resized
from course.lists.check import read_lists
from course.many.collective import Collective, Summed
from course.many.connection import Connection, leave
from course.many.share import take_share
from course.many.workers import checked
from generator import data_generators
from tf_model.classifier import Classifier
from tf_model.restore import restore

PIXELS, BATCH, STEPS, ROUNDS, RATE = 64, 16, 8, 4, 1e-4
CHECKPOINT = 'tf_ckpt/resnet_v2_50_drawn.ckpt'


class Not_summed:
    """In place of a Collective: each worker keeps its own gradients."""

    def sum_gradients(self, gradients):
        return gradients


def preprocess(df, num_class, aug=False):
    x = np.array([read_resized(path, PIXELS) for path in df.path])
    return [x], np.eye(num_class)[df.label], list(df.path)


def sent():
    """Bytes that this machine, or this network of its own, has sent over the loopback."""
    with open('/proc/self/net/dev', encoding='ascii') as file:
        line = next(line for line in file if line.strip().startswith('lo:'))
    return int(line.split(':')[1].split()[8])


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def build(workers):
    """The graph: a Classifier, one update for each wire, and the mean of moving statistics."""
    net = Classifier((PIXELS, PIXELS, 3), 2)
    exact, halved = Collective(workers), Collective(workers, 'bfloat16')
    halved._keys = exact._keys
    updates, variables, adam = {}, tf.trainable_variables(), tf.train.AdamOptimizer(net.rate)
    for wire, collective in ('none', Not_summed()), ('float32', exact), ('bfloat16', halved):
        summed = Summed(adam, collective, tf.shape(net.labels)[0], BATCH)
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            updates[wire] = summed.minimize(net.loss)
    average = exact.mean([v for v in net.trunk if '/moving_' in v.name])
    return net, exact, updates, average, variables


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--workers')
    parser.add_argument('--task', type=int)
    parser.add_argument('--out')
    options = parser.parse_args()
    workers = checked(options.workers.split(','), options.task, '--workers')
    n, rows = len(workers.addresses), []
    connection = Connection(workers, 600)
    connection.start(tf.ConfigProto())
    _, frames = read_lists('cat_dog', 0)
    generators = data_generators(BATCH, frames, 2, preprocess)
    val = [(x[0], y) for x, y, _ in generators.in_order(generators.val)]
    n_val = generators.val_len
    take_share(generators, workers)
    with generators.start_train_threads():
        batches = [generators.train_queue.get() for _ in range(STEPS)]
    with tf.Graph().as_default() as graph:
        tf.set_random_seed(0)
        net, exact, updates, average, variables = build(workers)
        init = tf.global_variables_initializer()
        sess = connection.session(graph)
    connection.wait_for_all()

    def begin():
        sess.run(init)
        restore(sess, net.trunk, CHECKPOINT)

    def step(wire, k, training):
        x, y = batches[k]
        sess.run(updates[wire], {net.images: x[0], net.labels: y.argmax(axis=1), net.rate: RATE,
                                 net.is_training: training})

    def lead(wire, training):
        """STEPS steps; the weights, and loss and accuracy on the validation images."""
        begin()
        for k in range(STEPS):
            step(wire, k, training)
        sess.run(average)
        losses, right = 0.0, 0
        for x, y in val:
            loss, logits = sess.run([net.loss, net.logits], {
                net.images: x, net.labels: y.argmax(axis=1), net.is_training: False})
            losses += loss * len(y)
            right += (logits.argmax(axis=1) == y.argmax(axis=1)).sum()
        weights = np.concatenate([v.ravel() for v in sess.run(net.trunk + variables)])
        if workers.is_first:
            np.save(f'{options.out}_{n}_{wire}_{training}.npy', weights)
        rows.append({'kind': 'result', 'workers': n, 'wire': wire, 'statistics': training,
                     'loss': float(losses / n_val), 'accuracy': float(right / n_val)})

    for wire, training in {1: [('float32', False), ('float32', True)],
                           2: [('float32', False), ('bfloat16', False), ('float32', True)],
                           4: [('float32', False)]}[n]:
        lead(wire, training)
    for nth in range(ROUNDS):
        for wire in updates if n > 1 else ['none']:
            exact.gather(sess, [0])
            sent_before, cpu_before, began = sent(), cpu(), time.perf_counter()
            step(wire, nth % STEPS, True)
            rows.append({'kind': 'step', 'workers': n, 'wire': wire, 'round': nth,
                         'seconds': time.perf_counter() - began, 'cpu': cpu() - cpu_before})
            exact.gather(sess, [0])
            rows[-1]['bytes'] = (sent() - sent_before) / n
    rows = [{**row, 'parameters': sum(v.shape.num_elements() for v in variables)} for row in rows]
    if workers.is_first:
        with open(f'{options.out}_{n}.json', 'w', encoding='utf-8') as file:
            json.dump(rows, file)
    exact.gather(sess, [0])
    time.sleep(1)
    leave(0)


if __name__ == '__main__':
    main()
