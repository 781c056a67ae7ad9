"""Fresh random examples for the checks.

An argument is drawn from its axes: `normal("batch m")`. Sizes that mean different things always differ, so
that a wrong axis shows; each size changes from example to example, so that a number in its place shows;
biases are never zero, so that a missing one does.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import GRUParams, LSTMParams, RNNParams
from lstm_teach.exercises.core import Case, Cases, Rng

Sizes = dict[str, int]
Draw = Callable[[Rng, Sizes], Any]


def drawn(**arguments: Draw) -> Cases:
    """Return a maker of four examples, in which no size stays the same."""

    def examples(rng: Rng) -> list[Case]:
        numbers = 4 + rng.permutation(6)  # never 1, which would broadcast and hide a wrong axis
        sizes = [
            dict(zip(("batch", "time", "m", "n"), np.roll(numbers, k)[:4], strict=True)) for k in range(4)
        ]
        return [{name: draw(rng, own) for name, draw in arguments.items()} for own in sizes]

    return examples


def four(draw: Callable[[Rng], Case]) -> Cases:
    """Return a maker of four examples."""
    return lambda rng: [draw(rng) for _ in range(4)]


def each(draw: Callable[..., Case], *kinds: object) -> Cases:
    """Return a maker of one example of each kind, so that what tells answers apart always occurs."""
    return lambda rng: [draw(rng, kind) for kind in kinds]


def normal(axes: str, scale: float = 1.0) -> Draw:
    """Return a drawer of normal numbers, of shape "batch m" or "batch 4n"."""
    return lambda rng, sizes: scale * rng.standard_normal(_shape(axes, sizes))


def states(axes: str) -> Draw:
    """Return a drawer of hidden states, between -1 and 1."""
    return lambda rng, sizes: rng.uniform(-1.0, 1.0, _shape(axes, sizes))


def gates(axes: str) -> Draw:
    """Return a drawer of gate values, strictly between 0 and 1."""
    return lambda rng, sizes: rng.uniform(0.1, 0.9, _shape(axes, sizes))


def rnn(rng: Rng, sizes: Sizes) -> RNNParams:
    """Return weights of a plain RNN, biases included."""
    return RNNParams(*_weights("m n", "n n", "n", rng, sizes))


def lstm(rng: Rng, sizes: Sizes) -> LSTMParams:
    """Return weights of an LSTM, biases included."""
    return LSTMParams(*_weights("m 4n", "n 4n", "4n", rng, sizes))


def upper_lstm(rng: Rng, sizes: Sizes) -> LSTMParams:
    """Return weights of an LSTM that reads the n outputs of another one."""
    return lstm(rng, {**sizes, "m": sizes["n"]})


def gru(rng: Rng, sizes: Sizes) -> GRUParams:
    """Return weights of a GRU as Keras makes it by default, both biases included."""
    return GRUParams(*_weights("m 3n", "n 3n", "2 3n", rng, sizes))


def _weights(W: str, U: str, b: str, rng: Rng, sizes: Sizes) -> tuple[Array, Array, Array]:
    return normal(W, 0.6)(rng, sizes), normal(U, 0.6)(rng, sizes), normal(b)(rng, sizes)


def _shape(axes: str, sizes: Sizes) -> list[int]:
    """The axes as sizes: a number alone is one, and a number before a name multiplies."""
    return [
        int(axis) if axis.isdigit() else sizes[axis.lstrip("0123456789")] * int(axis.rstrip("batchimen") or 1)
        for axis in axes.split()
    ]
