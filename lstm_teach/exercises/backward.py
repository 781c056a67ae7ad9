"""Lesson 06, appendix: the LSTM's way back, one step of one weight matrix."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.exercises.core import function
from lstm_teach.exercises.draws import drawn, gates, normal


def _forget_weights(x: Array, c_prev: Array, f: Array, dc: Array) -> Array:
    return x.T @ (dc * c_prev * f * (1.0 - f))


@function(
    "06",
    "forget_weights",
    drawn(x=normal("batch m"), c_prev=normal("batch n", 2.0), f=gates("batch n"), dc=normal("batch n")),
    _forget_weights,
)
def _wrong_forget_weights(x: Array, c_prev: Array, f: Array, dc: Array) -> dict[str, Any]:
    """One step back: from x (batch, m), c_prev, f and dc (batch, units) to dL/dW_f (m, units)."""
    da_f = dc * c_prev * f * (1.0 - f)
    total = x.T @ da_f
    return {
        "c_prev is missing: f reaches the loss by f * c_prev.": x.T @ (dc * f * (1.0 - f)),
        "The slope of σ is missing: f (1 - f).": x.T @ (dc * c_prev),
        "The slope of σ is f (1 - f), and you have f alone.": x.T @ (dc * c_prev * f),
        "The slope of σ is f (1 - f), and you have 1 - f alone.": x.T @ (dc * c_prev * (1.0 - f)),
        "1 - f² is the slope of tanh. A gate is squashed by σ.": x.T @ (dc * c_prev * (1.0 - f**2)),
        "dc is left out: the gradient that arrives at c.": x.T @ (c_prev * f * (1.0 - f)),
        "That is dL/da_f, right so far. One more product leads to W_f: with x.": da_f,
        "That is dL/dc_prev, the highway. To W_f the gradient goes through the gate.": dc * f,
        "That is dL/db_f: add x, since a_f is x @ W_f and more.": da_f.sum(axis=0),
        "Yours is transposed: rows of W_f belong to x, columns to units.": total.T,
        "Add up the rows of the batch; do not take their mean.": total / len(x),
        "Those are the shares of the rows of the batch. Add them up.": np.einsum("bm,bn->bmn", x, da_f),
    }
