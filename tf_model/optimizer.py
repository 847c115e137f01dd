"""Adam with a learning rate of its own for some scopes: a new head has farther to go."""
import tensorflow.compat.v1 as tf


class Adam(tf.train.Optimizer):
    """tf.train.AdamOptimizer, except that the variables of some scopes learn faster or slower.

    learning_rate: a number or a scalar tensor. times: {scope: factor above 0}, {'CLASS_1': 10} for
    instance; a variable learns at the rate times the factor of the first scope that it is in, and
    at the rate itself where it is in none. (Multiplying its gradient would change nothing: Adam
    divides by the gradient's size.)

    Gradients are computed once for all. Raises ValueError for a factor of 0 or less.
    """

    def __init__(self, learning_rate: float | tf.Tensor, times: dict[str, float] | None = None):
        super().__init__(use_locking=False, name='Adam')
        self.learning_rate, self.times = learning_rate, times or {}
        for scope, factor in self.times.items():
            if not factor > 0:
                raise ValueError(f'{scope} at {factor} times the rate: pass a factor above 0')

    def minimize(self, *arguments, **options) -> tf.Operation:
        """As tf.train.Optimizer's; of the control dependencies around it, each operation that it
        adds gets one instead of all: 100 of them for each of 1,500 are what makes a first run slow.
        Not for use inside tf.cond or tf.while_loop.
        """
        after = tf.no_op()                      # has all of them
        with tf.control_dependencies(None), tf.control_dependencies([after]):
            return super().minimize(*arguments, **options)

    def factor_of(self, variable: tf.Variable) -> float:
        """How many times the learning rate a variable learns at."""
        return next((factor for scope, factor in self.times.items()
                     if variable.op.name.startswith(f'{scope.rstrip("/")}/')), 1)

    def apply_gradients(self, grads_and_vars: list, global_step: tf.Variable | None = None,
                        name: str | None = None) -> tf.Operation:
        """One step of Adam for each factor, from gradients that were computed together."""
        groups = {}
        for gradient, variable in grads_and_vars:
            groups.setdefault(self.factor_of(variable), []).append((gradient, variable))
        *first, last = [(tf.train.AdamOptimizer(
            self.learning_rate if factor == 1 else factor * self.learning_rate), pairs)
            for factor, pairs in groups.items() if any(g is not None for g, _ in pairs)]
        steps = [optimizer.apply_gradients(pairs) for optimizer, pairs in first]
        with tf.control_dependencies(steps):
            return last[0].apply_gradients(last[1], global_step, name)
