"""What goes into a forward pass, checked and copied, so that a trace owns all that it was made from."""

from dataclasses import replace
from typing import TypeVar

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells.checks import floats
from lstm_teach.cells.clamps import Clamp, held_gates
from lstm_teach.cells.parameters import GRUParams, LSTMParams, Params, RNNParams

P = TypeVar("P", RNNParams, LSTMParams, GRUParams)


def parameters(p: Params, cell: type[P]) -> P:
    """Return `p` as it is, once it is known to be parameters of this cell.

    Raises
    ------
    ValueError
        for the parameters of another cell, and anything else.
    """
    if not isinstance(p, cell):
        raise ValueError(f"p: expected {cell.__name__}, got {type(p).__name__}")
    return p


def owned(
    cell: type[P],
    p: Params,
    xs: Array,
    states: dict[str, Array | None],
    clamp: Clamp | None = None,
    gates: tuple[str, ...] = (),
) -> tuple[P, Array, list[Array], dict[str, Array]]:
    """Return copies of the parameters, the sequence, the initial states and the held gates, all checked.

    `xs` is (batch, time, features). `states` holds h0 and c0, each (batch, units), or None for zeros. What
    the caller changes later in its own arrays does not reach the copies.

    Raises
    ------
    ValueError
        for parameters of another cell, shapes that do not fit them, an empty sequence, wrong dtypes, NaN, or
        an unknown gate in `clamp`.
    """
    p = parameters(p, cell)
    p = replace(
        p, W=p.W.copy(), U=p.U.copy(), b=p.b.copy()
    )  # checked anew, since a view may have changed them
    floats("xs", xs, ("batch", "time", p.m))
    batch, time, _ = xs.shape
    dtype = np.result_type(xs, p.dtype)
    initial = [
        np.zeros((batch, p.n), dtype) if state is None else floats(name, state, (batch, p.n)).astype(dtype)
        for name, state in states.items()
    ]
    time_first = np.array(xs.swapaxes(0, 1), order="C")  # a copy in the order in which the loops read it
    return p, time_first.swapaxes(0, 1), initial, held_gates(clamp, gates, (batch, time, p.n), dtype)
