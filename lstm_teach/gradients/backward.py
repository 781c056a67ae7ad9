"""Backpropagation through time: one loop that goes back from the last step with `steps`, then the weights.

A weight is used at every step, so its gradient is the sum over the steps:

    dW = Σ_t x_tᵀ da_t    dU = Σ_t h_prevᵀ da_t    db = Σ_t da_t    dx_t = da_t Wᵀ

A GRU's U_h stands behind the reset gate, so there da_h ⊙ r takes the place of da_h.

Every function takes `dh` (batch, time, units), dL/dh_t *from outside*: zero but at the last step if only the
last state is read. `p` must be the parameters that made the trace. A ValueError says what does not belong
together: cell, shape, dtype, activation, `reset_after` or weights.
"""

from typing import Any, NamedTuple

import numpy as np

from lstm_teach.arrays import Array, floats, instance
from lstm_teach.cells import GRUParams, GRUTrace, LSTMParams, LSTMTrace, Params, RNNParams, RNNTrace, Trace
from lstm_teach.cells.inputs import HeldGates
from lstm_teach.cells.parameters import difference
from lstm_teach.gradients.steps import before, gru_back, lstm_back, rnn_back, time_first


class Grads(NamedTuple):
    """dL/d of each input of `rnn_forward` or `gru_forward`, each shaped like that input."""

    W: Array
    U: Array
    b: Array
    xs: Array
    h0: Array


class LSTMGrads(NamedTuple):
    """dL/d of each input of `lstm_forward`, each shaped like that input."""

    W: Array
    U: Array
    b: Array
    xs: Array
    h0: Array
    c0: Array


def rnn_backward(trace: RNNTrace, p: RNNParams, dh: Array) -> Grads:
    """Return the gradients of a loss that sees every h_t of a plain RNN."""
    check_pass(trace, p, RNNTrace)
    outside_gradient("dh", dh, trace.h)
    back, da = rnn_back(trace), _room(trace)
    dh_next = np.zeros_like(trace.h0)
    for t in reversed(range(len(da))):
        da[t], dh_next = back(t, dh[:, t] + dh_next)
    return Grads(*_through_weights(trace, da, da), dh_next)


def lstm_backward_plain(
    trace: LSTMTrace, p: LSTMParams, dh: Array, dc_last: Array | None = None
) -> LSTMGrads:
    """Return what `lstm_backward` returns, in lines that read as the equations; tests hold the two equal."""
    check_pass(trace, p, LSTMTrace)
    outside_gradient("dh", dh, trace.h)
    back, da = lstm_back(trace), _room(trace)
    dh_next = np.zeros_like(trace.h0)
    dc_next = np.zeros_like(trace.c0) if dc_last is None else outside_gradient("dc_last", dc_last, trace.c0)
    for t in reversed(range(len(da))):
        da[t], dh_next, dc_next = back(t, dh[:, t] + dh_next, dc_next)
    return LSTMGrads(*_through_weights(trace, da, da), dh_next, dc_next)


def lstm_backward(trace: LSTMTrace, p: LSTMParams, dh: Array, dc_last: Array | None = None) -> LSTMGrads:
    """Return the gradients of a loss that sees every h_t of an LSTM, and perhaps the final cell state.

    `dc_last` (batch, units) is dL/dc_T from outside. This form is arranged to run fast: what a step
    multiplies dc and dh by depends on the trace alone, so `_slopes` works it out for all steps at once.
    """
    check_pass(trace, p, LSTMTrace)
    dh = time_first(outside_gradient("dh", dh, trace.h))
    time, batch, n = dh.shape
    slopes, h_by_c = _slopes(trace)
    da = slopes.reshape(time, batch, 4 * n)  # each slope is needed once: its place becomes that of da
    da_ifc, da_o = slopes[:, :, :3], slopes[:, :, 3]  # i, f and c̃ reach h through c; o does not
    f = time_first(trace.f)
    U_T = np.ascontiguousarray(p.U.T)

    dh_next = np.zeros_like(trace.h0)
    dc_next = np.zeros_like(trace.c0) if dc_last is None else outside_gradient("dc_last", dc_last, trace.c0)
    backwards = (array[::-1] for array in (dh, h_by_c, f, da, da_ifc, da_o))
    for dh_t, h_by_c_t, f_t, da_t, da_ifc_t, da_o_t in zip(*backwards, strict=True):
        dh_all = dh_t + dh_next
        dc = dc_next + dh_all * h_by_c_t
        da_ifc_t *= dc[:, None]
        da_o_t *= dh_all
        dh_next = np.dot(da_t, U_T)
        dc_next = dc * f_t
    return LSTMGrads(*_through_weights(trace, da, da), dh_next, dc_next)


def gru_backward(trace: GRUTrace, p: GRUParams, dh: Array) -> Grads:
    """Return the gradients of a loss that sees every h_t of a GRU."""
    check_pass(trace, p, GRUTrace)
    outside_gradient("dh", dh, trace.h)
    back, da = gru_back(trace), _room(trace)
    dh_next = np.zeros_like(trace.h0)
    for t in reversed(range(len(da))):
        da[t], dh_next = back(t, dh[:, t] + dh_next)

    candidate, r = slice(2 * p.n, None), time_first(trace.r)
    if not p.reset_after:
        dW, dU, db, dxs = _through_weights(trace, da, da)
        dU[:, candidate] = _summed_product(r * before(time_first(trace.h), trace.h0), da[..., candidate])
        return Grads(dW, dU, db, dxs, dh_next)
    da_recurrent = da.copy()  # on the side of h U, which has a bias of its own
    da_recurrent[..., candidate] *= r
    dW, dU, db, dxs = _through_weights(trace, da, da_recurrent)
    return Grads(dW, dU, np.stack([db, da_recurrent.sum(axis=(0, 1))]), dxs, dh_next)


def run_back(trace: Trace, p: Params, dh: Array) -> Grads | LSTMGrads:
    """Return the gradients of the cell that made `trace`, whichever it is."""
    instance("trace", trace, Trace)
    backward: Any = {RNNTrace: rnn_backward, LSTMTrace: lstm_backward, GRUTrace: gru_backward}[type(trace)]
    return backward(trace, p, dh)


def check_pass(trace: Trace, p: Params, of: Any = Trace) -> None:
    """Raise a ValueError unless `trace` is of the type `of`, its parts fit each other, and `p` made it."""
    instance("trace", trace, of)
    made_by = instance("trace.p", trace.p, Params)
    floats("trace.xs", trace.xs, ("batch", "time", made_by.m), finite=False)
    batch, time, _ = trace.xs.shape
    for name, part in zip(trace._fields, trace, strict=True):
        if name == "clamp":
            instance("trace.clamp", part, HeldGates)
        elif name not in ("p", "xs"):
            shape = (batch, made_by.n) if name in ("h0", "c0") else (batch, time, made_by.n)
            floats(f"trace.{name}", part, shape, finite=False)
    if type(p) is not type(made_by):
        raise ValueError(f"p: expected the parameters of a {type(trace).__name__}, got {type(p).__name__}")
    if differs := difference(made_by, p):
        wanted, got = differs
        raise ValueError(f"p: expected the parameters of the trace, with {wanted}, got {got}")
    if made_by.dtype != p.dtype:
        raise ValueError(f"p: expected the parameters of the trace, in {made_by.dtype}, got {p.dtype}")
    for name in ("W", "U", "b"):
        if not np.array_equal(getattr(made_by, name), getattr(p, name)):
            raise ValueError(
                f"p: expected the parameters of the trace, got another {name}; "
                "after a change of the weights, run the forward pass again"
            )


def outside_gradient(name: str, gradient: Array, like: Array) -> Array:
    """Return `gradient`, once it has the shape and the dtype of `like`, an array of the trace."""
    floats(name, gradient, like.shape)
    if gradient.dtype != like.dtype:
        raise ValueError(f"{name}: expected {like.dtype}, as the trace has, got {gradient.dtype}")
    return gradient


def _slopes(trace: LSTMTrace) -> tuple[Array, Array]:
    """Return how c_t moves with the pre-activations of i, f and c̃, and h_t with that of o; and h_t with c_t.

    The shapes are (time, batch, 4, units) and (time, batch, units). All is worked out in place: on long
    sequences, making room for intermediates costs more than computing them.
    """
    i, f, c_tilde, o, c = map(time_first, trace[:5])
    time, batch, n = c.shape
    slopes = np.empty((time, batch, 4, n), c.dtype)
    by_i, by_f, by_c_tilde, by_o = (slopes[:, :, k] for k in range(4))
    tanh_c = np.tanh(c)

    for gate, by_gate in ((i, by_i), (f, by_f), (o, by_o)):
        np.subtract(1.0, gate, out=by_gate)
        by_gate *= gate  # σ' = σ (1 - σ)
    by_i *= c_tilde
    by_f[0] *= trace.c0
    by_f[1:] *= c[:-1]
    by_o *= tanh_c
    np.multiply(c_tilde, c_tilde, out=by_c_tilde)
    np.subtract(1.0, by_c_tilde, out=by_c_tilde)  # tanh' = 1 - tanh²
    by_c_tilde *= i
    for name, held in trace.clamp.items():
        slopes[:, :, trace._fields.index(name)][~np.isnan(time_first(held))] = 0.0

    h_by_c = np.multiply(tanh_c, tanh_c, out=tanh_c)
    np.subtract(1.0, h_by_c, out=h_by_c)
    h_by_c *= o
    return slopes, h_by_c


def _through_weights(trace: Trace, da: Array, da_recurrent: Array) -> tuple[Array, Array, Array, Array]:
    """Return dW, dU, db and dxs from da (time, batch, columns), on the side of x W and of h U."""
    h = time_first(trace.h)
    dW = _summed_product(time_first(trace.xs), da)
    dU = trace.h0.T @ da_recurrent[0] + _summed_product(h[:-1], da_recurrent[1:])
    return dW, dU, da.sum(axis=(0, 1)), time_first(da @ trace.p.W.T)


def _summed_product(left: Array, right: Array) -> Array:
    """Return Σ leftᵀ right over time and batch, (k, l), from (time, batch, k) and (time, batch, l)."""
    return left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1])


def _room(trace: Trace) -> Array:
    """Return room for the da of all steps, (time, batch, columns), as `_through_weights` sums it."""
    batch, time, _ = trace.h.shape
    return np.empty((time, batch, trace.p.W.shape[1]), trace.h.dtype)
