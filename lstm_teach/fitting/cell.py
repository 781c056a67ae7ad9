"""Whichever cell it is: forward, and back."""

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


def cell_name(p: Params) -> str:
    """The cell that the parameters belong to: "rnn", "lstm" or "gru".

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
    """The forward pass of the cell that `p` belongs to, over `xs` (batch, time, features).

    Raises
    ------
    ValueError
        for what the forward pass refuses, and for a clamp on a plain RNN, which has no gates.
    """
    if isinstance(p, LSTMParams):
        return lstm_forward(xs, p, clamp=clamp)
    if isinstance(p, GRUParams):
        return gru_forward(xs, p, clamp=clamp)
    if clamp:
        raise ValueError(f"clamp: a plain RNN has no gates to hold, got {', '.join(map(repr, clamp))}")
    return rnn_forward(xs, p)


def run_back(trace: Trace, p: Params, dh: Array) -> RNNGrads | LSTMGrads | GRUGrads:
    """The backward pass of the cell that ran `trace`, from `dh` (batch, time, units).

    Raises
    ------
    ValueError
        for what the backward pass refuses, and for `p` of another cell than `trace`.
    """
    if isinstance(p, LSTMParams) and isinstance(trace, LSTMTrace):
        return lstm_backward(trace, p, dh)
    if isinstance(p, GRUParams) and isinstance(trace, GRUTrace):
        return gru_backward(trace, p, dh)
    if isinstance(p, RNNParams) and isinstance(trace, RNNTrace):
        return rnn_backward(trace, p, dh)
    raise ValueError(f"p: expected the parameters of a {type(trace).__name__}, got {type(p).__name__}")
