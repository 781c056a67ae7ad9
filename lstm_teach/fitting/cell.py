"""Whichever cell it is: forward, and back."""

from collections.abc import Callable, Mapping
from typing import Any

from lstm_teach.arrays import Array
from lstm_teach.cells import (
    Clamp,
    GRUParams,
    GRUTrace,
    LSTMParams,
    LSTMTrace,
    Params,
    RNNParams,
    RNNTrace,
    Trace,
    gru_forward,
    lstm_forward,
    rnn_forward,
)
from lstm_teach.gradients import GRUGrads, LSTMGrads, RNNGrads, gru_backward, lstm_backward, rnn_backward

CELLS: dict[str, type[RNNParams] | type[LSTMParams] | type[GRUParams]] = {
    "rnn": RNNParams,
    "lstm": LSTMParams,
    "gru": GRUParams,
}


_BACKWARD: dict[type, Callable[[Any, Any, Array], RNNGrads | LSTMGrads | GRUGrads]] = {
    RNNTrace: rnn_backward,
    LSTMTrace: lstm_backward,
    GRUTrace: gru_backward,
}


def cell_name(p: Params) -> str:
    """Return the name of the cell that the parameters belong to: "rnn", "lstm" or "gru".

    Raises
    ------
    ValueError
        if they belong to none.
    """
    for name, params in CELLS.items():
        if isinstance(p, params):
            return name
    raise ValueError(f"p: expected RNNParams, LSTMParams or GRUParams, got {type(p).__name__}")


def run_cell(xs: Array, p: Params, clamp: Clamp | None = None) -> Trace:
    """Return the trace of the cell that `p` belongs to, over `xs` (batch, time, features).

    Raises
    ------
    ValueError
        for what the forward pass refuses, and for a clamp on a plain RNN, which has no gates.
    """
    if isinstance(p, LSTMParams):
        return lstm_forward(xs, p, clamp=clamp)
    if isinstance(p, GRUParams):
        return gru_forward(xs, p, clamp=clamp)
    cell_name(p)
    if clamp:
        asked = ", ".join(map(repr, clamp)) if isinstance(clamp, Mapping) else repr(clamp)
        raise ValueError(f"clamp: a plain RNN has no gates to hold, got {asked}")
    return rnn_forward(xs, p)


def run_back(trace: Trace, p: Params, dh: Array) -> RNNGrads | LSTMGrads | GRUGrads:
    """Return the gradients of the cell that made `trace`, from `dh` (batch, time, units).

    Raises
    ------
    ValueError
        for what the backward pass refuses, and for `p` of another cell than `trace`.
    """
    backward = _BACKWARD.get(type(trace))
    if backward is None:
        raise ValueError(f"trace: expected RNNTrace, LSTMTrace or GRUTrace, got {type(trace).__name__}")
    return backward(trace, p, dh)
