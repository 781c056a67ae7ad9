"""Backpropagation through time for each cell (Rumelhart et al. 1986; Werbos 1990), written out by hand.

The recipe is the same three times. First, for all steps at once, the *slopes*: by how much the state moves
when a pre-activation moves. They need only the trace. Then one loop from the last step to the first that
carries dL/dh (and dL/dc) back: multiply by the slopes to get `da`, the gradient of the pre-activations, and
by Uᵀ to get the gradient of the state before. Last, all weights in one product each, since a weight is used
at every step and its gradient is the sum over the steps.

A clamped entry is a constant: its slope is zero, so no gradient flows through it.
"""

from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import GRUParams, GRUTrace, LSTMParams, LSTMTrace, RNNParams, RNNTrace
from lstm_teach.cells.activations import ACTIVATIONS
from lstm_teach.cells.checks import floats
from lstm_teach.gradients.slopes import before, gru_slopes, lstm_slopes, time_first


class RNNGrads(NamedTuple):
    """dL/d of each input of `rnn_forward`, each shaped like that input."""

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


class GRUGrads(NamedTuple):
    """dL/d of each input of `gru_forward`, each shaped like that input."""

    W: Array
    U: Array
    b: Array
    xs: Array
    h0: Array


def rnn_backward(trace: RNNTrace, p: RNNParams, dh: Array) -> RNNGrads:
    """The gradients of a loss whose gradient with respect to every h_t *from outside* is `dh`.

    `dh` is (batch, time, units): zero but at the last step if only the last state is read.

    Raises
    ------
    ValueError
        if `dh` is not shaped like `trace.h`, or `p` is not the parameters of the trace.
    """
    dh = _outside("dh", dh, trace.h, p.n)
    h = time_first(trace.h)
    da = ACTIVATIONS[p.activation].slope(h)  # (time, batch, n): slopes, turned into gradients in the loop
    carried = np.zeros_like(h[0])
    for dh_t, da_t in zip(dh[::-1], da[::-1], strict=True):
        da_t *= dh_t + carried
        carried = da_t @ p.U.T

    dW, dU, db, dxs = _through_weights(trace.xs, h, trace.h0, da, da, p.W)
    return RNNGrads(dW, dU, db, dxs, carried)


def lstm_backward(trace: LSTMTrace, p: LSTMParams, dh: Array, dc_last: Array | None = None) -> LSTMGrads:
    """The gradients of a loss that sees every h_t, and perhaps the final cell state.

    `dh` (batch, time, units) is dL/dh_t from outside; `dc_last` (batch, units) is dL/dc_T from outside.

    Raises
    ------
    ValueError
        if `dh` or `dc_last` does not fit the trace, or `p` is not the parameters of the trace.
    """
    dh = _outside("dh", dh, trace.h, p.n)
    batch, time, n = trace.h.shape
    slopes = lstm_slopes(trace)
    da = slopes.gates.reshape(time, batch, 4 * n)  # slopes, turned into gradients in the loop
    da_c, da_o = slopes.gates[:, :, :3], slopes.gates[:, :, 3]  # i, f and c̃ reach h through c; o does not
    f = time_first(trace.f)
    U_T = np.ascontiguousarray(p.U.T)

    dh_carried = np.zeros_like(f[0])
    dc_carried = np.zeros_like(f[0]) if dc_last is None else floats("dc_last", dc_last, (batch, n)).copy()
    backwards = (array[::-1] for array in (dh, slopes.h_by_c, f, da, da_c, da_o))
    for dh_t, h_by_c_t, f_t, da_t, da_c_t, da_o_t in zip(*backwards, strict=True):
        dh_carried += dh_t
        dc_carried += dh_carried * h_by_c_t
        da_c_t *= dc_carried[:, None]
        da_o_t *= dh_carried
        np.dot(da_t, U_T, out=dh_carried)  # through the gates, to h of the step before
        dc_carried *= f_t  # along the highway, to c of the step before: no matrix here

    dW, dU, db, dxs = _through_weights(trace.xs, time_first(trace.h), trace.h0, da, da, p.W)
    return LSTMGrads(dW, dU, db, dxs, dh_carried, dc_carried)


def gru_backward(trace: GRUTrace, p: GRUParams, dh: Array) -> GRUGrads:
    """The gradients of a loss whose gradient with respect to every h_t *from outside* is `dh`.

    Raises
    ------
    ValueError
        if `dh` (batch, time, units) does not fit the trace, or `p` is not the parameters of the trace.
    """
    dh = _outside("dh", dh, trace.h, p.n)
    gates = 2 * p.n  # the columns of z and r
    s = gru_slopes(trace, p)
    h, z, r = time_first(trace.h), time_first(trace.z), time_first(trace.r)
    U_T = np.ascontiguousarray(p.U.T)

    # da is the gradient of the pre-activations on the side of x; db of those on the side of h U.
    da = np.concatenate([s.h_by_z, np.zeros_like(z), s.h_by_h_tilde], axis=-1)
    da_z, da_r, da_h = np.split(da, 3, axis=-1)
    da_recurrent = np.empty_like(da) if p.reset_after else da
    carried = np.zeros_like(z[0])
    for t in reversed(range(len(da))):
        carried += dh[t]
        da_z[t] *= carried
        da_h[t] *= carried
        carried *= z[t]
        if p.reset_after:  # h̃ = tanh(x W_h + b_h + r ⊙ (h U_h + d_h)): r scales what comes out of U_h
            da_r[t] = da_h[t] * s.h_tilde_by_r[t]
            da_recurrent[t, :, :gates] = da[t, :, :gates]
            da_recurrent[t, :, gates:] = da_h[t] * r[t]
            carried += da_recurrent[t] @ U_T
        else:  # h̃ = tanh(x W_h + (r ⊙ h) U_h + b_h): r scales what goes into U_h
            through_U_h = da_h[t] @ U_T[gates:]
            da_r[t] = through_U_h * s.h_tilde_by_r[t]
            carried += through_U_h * r[t] + da[t, :, :gates] @ U_T[:gates]

    dW, dU, db, dxs = _through_weights(trace.xs, h, trace.h0, da, da_recurrent, p.W)
    if p.reset_after:
        db = np.stack([db, da_recurrent.sum(axis=(0, 1))])
    else:
        dU[:, gates:] = _summed_product(r * before(h, trace.h0), da_h)
    return GRUGrads(dW, dU, db, dxs, carried)


def _outside(name: str, gradient: Array, like: Array, n: int) -> Array:
    """`gradient`, time first, once it is known to be shaped like the states of the trace."""
    if like.shape[-1] != n:
        raise ValueError(
            f"p: expected the parameters of the trace, with {like.shape[-1]} units, got {n} units"
        )
    return time_first(floats(name, gradient, like.shape))


def _through_weights(
    xs: Array, h: Array, h0: Array, da: Array, da_recurrent: Array, W: Array
) -> tuple[Array, Array, Array, Array]:
    """dW, dU, db and dxs from the gradients of the pre-activations (time, batch, columns)."""
    dW = _summed_product(time_first(xs), da)
    dU = h0.T @ da_recurrent[0] + _summed_product(h[:-1], da_recurrent[1:])
    return dW, dU, da.sum(axis=(0, 1)), time_first(da @ W.T)


def _summed_product(left: Array, right: Array) -> Array:
    """Σ leftᵀ right over time and batch, in one product: (time, batch, k), (time, batch, l) -> (k, l)."""
    return left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1])
