"""Fresh random examples for the checks.

Sizes that mean different things are always different, so that a wrong axis shows; biases are never zero, so
that a missing one does.
"""

from collections.abc import Callable

import numpy as np

from lstm_teach.cells import GRUParams, LSTMParams, RNNParams
from lstm_teach.exercises.core import Case, Cases

Array = np.ndarray
Rng = np.random.Generator


def four(draw: Callable[[Rng], Case]) -> Cases:
    """Four examples, each with sizes of its own."""
    return lambda rng: [draw(rng) for _ in range(4)]


def sizes(rng: Rng, many: int) -> list[int]:
    """`many` different sizes from 2 to 7: never 1, which would broadcast and hide a wrong axis."""
    return [int(size) for size in 2 + rng.permutation(6)[:many]]


def rnn_params(rng: Rng, m: int, n: int) -> RNNParams:
    """Weights of a plain RNN, biases included."""
    return RNNParams(_weights(rng, m, n), _weights(rng, n, n), rng.standard_normal(n))


def lstm_params(rng: Rng, m: int, n: int) -> LSTMParams:
    """Weights of an LSTM, biases included."""
    return LSTMParams(_weights(rng, m, 4 * n), _weights(rng, n, 4 * n), rng.standard_normal(4 * n))


def gru_params(rng: Rng, m: int, n: int) -> GRUParams:
    """Weights of a GRU as Keras makes it by default, both biases included."""
    return GRUParams(_weights(rng, m, 3 * n), _weights(rng, n, 3 * n), rng.standard_normal((2, 3 * n)))


def one_step(params: Callable[[Rng, int, int], object]) -> Cases:
    """Cases of (x, h_prev, p)."""

    def draw(rng: Rng) -> Case:
        batch, m, n = sizes(rng, 3)
        return {"x": rng.standard_normal((batch, m)), "h_prev": states(rng, batch, n), "p": params(rng, m, n)}

    return four(draw)


def sequence(params: Callable[[Rng, int, int], object]) -> Cases:
    """Cases of (xs, p)."""

    def draw(rng: Rng) -> Case:
        batch, time, m, n = sizes(rng, 4)
        return {"xs": rng.standard_normal((batch, time, m)), "p": params(rng, m, n)}

    return four(draw)


def states(rng: Rng, *shape: int) -> Array:
    """Hidden states, between -1 and 1."""
    return rng.uniform(-1.0, 1.0, shape)


def gates(rng: Rng, *shape: int) -> Array:
    """Gate values, strictly between 0 and 1."""
    return rng.uniform(0.1, 0.9, shape)


def _weights(rng: Rng, rows: int, columns: int) -> Array:
    return 0.6 * rng.standard_normal((rows, columns))
