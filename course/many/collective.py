"""Sums over all workers, as operations of the graph."""
import itertools

import numpy as np

from course.compat import tf
from course.many.workers import Workers

PIECE = 4 * 2**20       # numbers in a message: one of all gradients takes three times as long
COLUMNS = 64            # of the table in which each worker has a row
FLOAT32, BFLOAT16 = 'float32', 'bfloat16'


class Collective:
    """The sums that one graph holds. All workers build the same ones, in the same order.

    wire: what gradients travel in. BFLOAT16 halves the bytes; it has the range of float32, and 8
        bits for the digits.
    """

    def __init__(self, workers: Workers, wire: str = FLOAT32):
        self.workers, self.wire, self._keys = workers, wire, itertools.count(1)
        # on the CPU, so that a machine with a GPU can work with one without
        with tf.name_scope('all_workers/'), tf.device('/cpu:0'):
            self._row = tf.placeholder(tf.float64, (len(workers.addresses), COLUMNS))
            self._table = self.total(self._row)

    def total(self, tensor: tf.Tensor) -> tf.Tensor:
        """The sum of this tensor over all workers. Each waits here until all have come."""
        with tf.device('/cpu:0'):
            return tf.raw_ops.CollectiveReduceV2(
                input=tensor, group_size=len(self.workers.addresses), group_key=1,
                instance_key=next(self._keys), ordering_token=[], merge_op='Add', final_op='Id')

    def totals(self, tensors: list[tf.Tensor]) -> list[tf.Tensor]:
        """The sum of each, all of one type, in a few large messages instead of many small ones."""
        sizes = [tensor.shape.num_elements() for tensor in tensors]
        with tf.device('/cpu:0'):
            flat = tf.concat([tf.reshape(tensor, [-1]) for tensor in tensors], 0)
            pieces = [self.total(flat[k:k + PIECE]) for k in range(0, sum(sizes), PIECE)]
            return [tf.reshape(part, tensor.shape)
                    for part, tensor in zip(tf.split(tf.concat(pieces, 0), sizes), tensors)]

    def sum_gradients(self, gradients: list[tf.Tensor]) -> list[tf.Tensor]:
        """The sum of each gradient, in float32, through `wire`."""
        sent = [tf.cast(gradient, self.wire) for gradient in gradients]
        return [tf.cast(total, tf.float32) for total in self.totals(sent)]

    def mean(self, variables: list[tf.Variable]) -> tf.Operation:
        """Sets float32 variables to their mean over the workers. Where all agree, to the same bits:
        the sum is in 64 bits, so n times a number divided by n is that number."""
        totals = self.totals([tf.cast(v, tf.float64) for v in variables]) if variables else []
        return tf.group(*[v.assign(tf.cast(total / len(self.workers.addresses), tf.float32))
                          for v, total in zip(variables, totals)])

    def gather(self, sess: tf.Session, values: list[float]) -> np.ndarray:
        """What each worker handed in, float64 (workers, len(values)), the same array for all.

        values: at most COLUMNS numbers; whole ones up to 2**53 arrive as they are.
        """
        rows = np.zeros(self._row.shape)
        rows[self.workers.task, :len(values)] = values
        return sess.run(self._table, {self._row: rows})[:, :len(values)]


class Summed:
    """An optimizer whose gradients are summed over all workers before they are applied.

    rows: int32 scalar, how many rows of the batch this worker has. batch_size: how many all have
        together. The loss is a mean over the rows, so a worker's counts for rows / batch_size.
    """

    def __init__(self, optimizer: tf.train.Optimizer, collective: Collective, rows: tf.Tensor,
                 batch_size: int):
        self.optimizer, self.collective = optimizer, collective
        self.part = tf.cast(rows, tf.float32) / batch_size

    def minimize(self, loss: tf.Tensor, global_step: tf.Variable | None = None) -> tf.Operation:
        """One step of all workers together."""
        pairs = [(tf.convert_to_tensor(gradient), variable) for gradient, variable
                 in self.optimizer.compute_gradients(loss * self.part) if gradient is not None]
        gradients, variables = zip(*pairs)
        return self.optimizer.apply_gradients(
            zip(self.collective.sum_gradients(gradients), variables), global_step)

    def means(self, tensors: list[tf.Tensor]) -> list[tf.Tensor]:
        """Of each scalar that is a mean over this worker's rows: the mean over all rows."""
        return tf.unstack(self.collective.total(self.part * tf.stack(tensors)))
