"""A whole sequence through each cell: the loop over the step, and the trace of all that happened.

This is the code to read after `steps`. `fast` computes the same traces in less time; tests hold them equal.

A trace has what happened at every step, each array (batch, time, units), and copies of what went in. Its
`clamp` has the held gates alone, each (batch, time, units), with NaN where an entry was computed. Nothing in
a trace can be written to, since the backward pass relies on it: `trace.h.copy()` gives an array to change.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells.inputs import Clamp, HeldGates, owned
from lstm_teach.cells.parameters import GRUParams, LSTMParams, RNNParams
from lstm_teach.cells.steps import GRU_GATES, LSTM_GATES, gru_step, lstm_step, rnn_step


class RNNTrace(NamedTuple):
    """A plain RNN over a sequence: a is the pre-activation."""

    a: Array
    h: Array
    xs: Array
    h0: Array
    p: RNNParams


class LSTMTrace(NamedTuple):
    """An LSTM over a sequence."""

    i: Array
    f: Array
    c_tilde: Array
    o: Array
    c: Array
    h: Array
    xs: Array
    h0: Array
    c0: Array
    clamp: HeldGates
    p: LSTMParams


class GRUTrace(NamedTuple):
    """A GRU over a sequence."""

    z: Array
    r: Array
    h_tilde: Array
    h: Array
    xs: Array
    h0: Array
    clamp: HeldGates
    p: GRUParams


Trace = RNNTrace | LSTMTrace | GRUTrace
T = TypeVar("T", RNNTrace, LSTMTrace, GRUTrace)


def rnn_forward_plain(xs: Array, p: RNNParams, h0: Array | None = None) -> RNNTrace:
    """Return the trace of a plain RNN over `xs`, made step by step; see `rnn_forward`."""
    p, xs, [h0], _ = owned(RNNParams, p, xs, {"h0": h0})
    h = h0
    steps = []
    for t in range(xs.shape[1]):
        step = rnn_step(xs[:, t], h, p)
        h = step.h
        steps.append(step)
    a, h_all = _over_time(steps)
    return read_only(RNNTrace(a, h_all, xs, h0, p))


def lstm_forward_plain(
    xs: Array, p: LSTMParams, h0: Array | None = None, c0: Array | None = None, clamp: Clamp | None = None
) -> LSTMTrace:
    """Return the trace of an LSTM over `xs`, made step by step; see `lstm_forward`."""
    p, xs, [h0, c0], held = owned(LSTMParams, p, xs, {"h0": h0, "c0": c0}, clamp, LSTM_GATES)
    h, c = h0, c0
    steps = []
    for t in range(xs.shape[1]):
        step = lstm_step(xs[:, t], h, c, p, _at(t, held))
        h, c = step.h, step.c
        steps.append(step)
    i, f, c_tilde, o, c_all, h_all = _over_time(steps)
    return read_only(LSTMTrace(i, f, c_tilde, o, c_all, h_all, xs, h0, c0, held, p))


def gru_forward_plain(
    xs: Array, p: GRUParams, h0: Array | None = None, clamp: Clamp | None = None
) -> GRUTrace:
    """Return the trace of a GRU over `xs`, made step by step; see `gru_forward`."""
    p, xs, [h0], held = owned(GRUParams, p, xs, {"h0": h0}, clamp, GRU_GATES)
    h = h0
    steps = []
    for t in range(xs.shape[1]):
        step = gru_step(xs[:, t], h, p, _at(t, held))
        h = step.h
        steps.append(step)
    z, r, h_tilde, h_all = _over_time(steps)
    return read_only(GRUTrace(z, r, h_tilde, h_all, xs, h0, held, p))


def read_only(trace: T) -> T:
    """Return the trace, once nobody can write to its arrays, nor to those of its parameters."""
    for array in (*trace, trace.p.W, trace.p.U, trace.p.b):
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    return trace


def _at(t: int, held: HeldGates) -> Clamp:
    """Return the clamp of one step, each value (batch, units)."""
    return {gate: values[:, t] for gate, values in held.items()}


def _over_time(steps: Sequence[tuple[Array, ...]]) -> Iterator[Array]:
    """Return each array of the steps with all its values, (batch, time, units)."""
    return (np.stack(arrays, axis=1) for arrays in zip(*steps, strict=True))
