"""Which learning rate? Raise it batch by batch, see where the loss falls and where it diverges.

Smith: Cyclical Learning Rates for Training Neural Networks (WACV 2017), section 3.3. The sweep is a
rough guide: a few dozen batches, each step from weights that the steps before have changed. It
narrows a choice among powers of ten down to one or two; validation images decide between those.
"""
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from course.compat import tf
from course.random_state import random_state, set_random_state

MEMORY = 0.8            # of the moving average that smooths a curve
DIVERGED = 2.0          # times the first loss, or that of guessing, whichever is higher
FALL = 0.1, 0.9         # the zone is between these shares of a curve's fall


class Sweep(NamedTuple):
    """rates: (n,), the rate of each batch. losses: one smoothed curve for each seed, as many values
    as batches until it diverged. zone: (lowest, highest) rate at which the loss of every seed was
    falling; None where there is no such rate."""

    rates: np.ndarray
    losses: list[np.ndarray]
    zone: tuple[float, float] | None


def sweep_rates(sess: tf.Session, generators, update: tf.Operation, loss: tf.Tensor,
                rate: tf.Tensor, feed: Callable, lowest: float = 1e-6,
                highest: float = 0.1, n_batches: int = 40, n_seeds: int = 3) -> Sweep:
    """Trains from the session's weights at rates that rise from `lowest` to `highest`.

    Afterwards all variables (weights, moving statistics, optimizer, global step), the random
    generators of Python and NumPy and the position of the generators are what they were. Training
    on from here gives the same weights, bit for bit, as without the sweep. It takes
    n_seeds * n_batches steps of training, or fewer where a curve diverges and ends.

    generators: a data_generators; seed s gets its batches s * n_batches, ..., augmented as in
        training. update, loss, rate: the step of training, its loss, and the placeholder of the
        learning rate. feed(x, y): what a step needs besides, as a feed_dict.

    Raises ValueError unless 0 < lowest < highest, n_batches >= 2 and n_seeds >= 1.
    """
    if not (0 < lowest < highest < math.inf and n_batches >= 2 and n_seeds >= 1):
        raise ValueError(f'lowest={lowest}, highest={highest}, n_batches={n_batches}, n_seeds='
                         f'{n_seeds}: pass 0 < lowest < highest, 2 batches and 1 seed or more')
    rates = np.geomspace(lowest, highest, n_batches)
    variables = sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
    before, at_random, losses = sess.run(variables), random_state(), []
    try:
        for seed in range(n_seeds):
            rows = pd.concat([generators.batch_rows(seed * n_batches + k)
                              for k in range(n_batches)], ignore_index=True)
            losses.append(one_curve(sess, generators, rows, rates, [update, loss], rate, feed))
            put_back(sess, variables, before)
    finally:
        put_back(sess, variables, before)
        set_random_state(at_random)
    return Sweep(rates, losses, zone_of(rates, losses))


def one_curve(sess, generators, rows, rates, fetches, rate, feed):
    """The smoothed loss at each rate, up to where it diverges."""
    smoothed, mean, most = [], 0.0, math.log(generators.num_class)      # the loss of guessing
    for k, (x, y, _) in enumerate(generators.in_order(rows, aug=True)):
        _, value = sess.run(fetches, {**feed(x, y), rate: rates[k]})
        mean = MEMORY * mean + (1 - MEMORY) * float(value)
        smoothed.append(mean / (1 - MEMORY ** (k + 1)))     # unbiased from the first value on
        most = max(most, smoothed[0])
        if not smoothed[-1] <= DIVERGED * most:             # NaN too
            break
    return np.array(smoothed)


def zone_of(rates: np.ndarray, losses: list[np.ndarray]) -> tuple[float, float] | None:
    """The rates at which every curve was between a tenth and nine tenths of its way down."""
    zones = []
    for curve in losses:
        if not math.isfinite(curve[0]):                     # nothing can be said of its fall
            return None
        lowest = int(np.nanargmin(curve))
        fallen = (curve[0] - curve[:lowest + 1]) / max(curve[0] - curve[lowest], 1e-12)
        zones.append([rates[np.flatnonzero(fallen < share)[-1]] for share in FALL]
                     if lowest else [math.inf, 0])
    low, high = max(low for low, _ in zones), min(high for _, high in zones)
    return (float(low), float(high)) if low < high else None


def put_back(sess, variables, values):
    """Give variables their values in one call, without another operation in the graph."""
    sess.run([v.initializer for v in variables],
             {v.initializer.inputs[1]: value for v, value in zip(variables, values)})
