"""The squashing functions, each with its slope written in terms of its output."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array


def sigmoid(a: Array) -> Array:
    """Return σ(a) = 1 / (1 + exp(-a)), between 0 and 1, element by element, for any shape.

    Written as (1 + tanh(a/2)) / 2: the same function, and it cannot overflow.
    """
    return 0.5 + 0.5 * np.tanh(0.5 * a)


class Activation(NamedTuple):
    """A function of the pre-activation a, and its derivative as a function of the output s = function(a)."""

    function: Callable[[Array], Array]
    slope: Callable[[Array], Array]


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation(np.tanh, lambda s: 1.0 - s * s),
    "relu": Activation(lambda a: np.maximum(a, 0.0), lambda s: (s > 0).astype(s.dtype)),
    "linear": Activation(lambda a: a, np.ones_like),
}
