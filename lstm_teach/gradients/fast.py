"""Backpropagation through time, arranged to run fast: the gradients of `backward`, in less time.

First, for all steps at once, the *slopes*: by how much the state moves when a pre-activation moves. They need
the trace alone. Then one loop from the last step to the first, with little work in it: multiply by the slopes
to get da, and by Uᵀ to get what is handed back. Last, one product for each weight, which sums over the steps.
"""

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import GRUParams, GRUTrace, LSTMParams, LSTMTrace, RNNParams, RNNTrace
from lstm_teach.cells.activations import ACTIVATIONS
from lstm_teach.gradients.backward import GRUGrads, LSTMGrads, RNNGrads
from lstm_teach.gradients.checks import check_pass, outside_gradient
from lstm_teach.gradients.slopes import before, gru_slopes, lstm_slopes, time_first


def rnn_backward(trace: RNNTrace, p: RNNParams, dh: Array) -> RNNGrads:
    """Return the gradients of a loss whose gradient with respect to every h_t *from outside* is `dh`.

    `dh` is (batch, time, units): zero but at the last step if only the last state is read. `p` must be the
    parameters that made the trace.

    Raises
    ------
    ValueError
        if `trace`, `p` and `dh` do not belong together: cell, shape, dtype, activation or weights.
    """
    check_pass(trace, p, RNNTrace)
    dh = time_first(outside_gradient("dh", dh, trace.h))
    h = time_first(trace.h)
    da = ACTIVATIONS[p.activation].slope(h)  # each slope is needed once: its place becomes that of da
    U_T = np.ascontiguousarray(p.U.T)

    dh_next = np.zeros_like(trace.h0)
    for dh_t, da_t in zip(dh[::-1], da[::-1], strict=True):
        da_t *= dh_t + dh_next
        dh_next = np.dot(da_t, U_T)

    dW, dU, db, dxs = _through_weights(trace.xs, h, trace.h0, da, da, p.W)
    return RNNGrads(dW, dU, db, dxs, dh_next)


def lstm_backward(trace: LSTMTrace, p: LSTMParams, dh: Array, dc_last: Array | None = None) -> LSTMGrads:
    """Return the gradients of a loss that sees every h_t, and perhaps the final cell state.

    `dh` (batch, time, units) is dL/dh_t from outside; `dc_last` (batch, units) is dL/dc_T from outside. `p`
    must be the parameters that made the trace.

    Raises
    ------
    ValueError
        if `trace`, `p`, `dh` and `dc_last` do not belong together: cell, shape, dtype or weights.
    """
    check_pass(trace, p, LSTMTrace)
    dh = time_first(outside_gradient("dh", dh, trace.h))
    batch, time, n = trace.h.shape
    slopes = lstm_slopes(trace)
    da = slopes.gates.reshape(time, batch, 4 * n)  # each slope is needed once: its place becomes that of da
    da_c, da_o = slopes.gates[:, :, :3], slopes.gates[:, :, 3]  # i, f and c̃ reach h through c; o does not
    f = time_first(trace.f)
    U_T = np.ascontiguousarray(p.U.T)

    dh_next = np.zeros_like(trace.h0)
    dc_next = np.zeros_like(trace.c0) if dc_last is None else outside_gradient("dc_last", dc_last, trace.c0)
    backwards = (array[::-1] for array in (dh, slopes.h_by_c, f, da, da_c, da_o))
    for dh_t, h_by_c_t, f_t, da_t, da_c_t, da_o_t in zip(*backwards, strict=True):
        dh_all = dh_t + dh_next
        dc_all = dc_next + dh_all * h_by_c_t
        da_c_t *= dc_all[:, None]
        da_o_t *= dh_all
        dh_next = np.dot(da_t, U_T)  # through the gates, to h of the step before
        dc_next = dc_all * f_t  # along the highway, to c of the step before: no matrix here

    dW, dU, db, dxs = _through_weights(trace.xs, time_first(trace.h), trace.h0, da, da, p.W)
    return LSTMGrads(dW, dU, db, dxs, dh_next, dc_next)


def gru_backward(trace: GRUTrace, p: GRUParams, dh: Array) -> GRUGrads:
    """Return the gradients of a loss whose gradient with respect to every h_t *from outside* is `dh`.

    `dh` is (batch, time, units). `p` must be the parameters that made the trace.

    Raises
    ------
    ValueError
        if `trace`, `p` and `dh` do not belong together: cell, shape, dtype, `reset_after` or weights.
    """
    check_pass(trace, p, GRUTrace)
    dh = time_first(outside_gradient("dh", dh, trace.h))
    gates = 2 * p.n  # the columns of z and r
    slopes = gru_slopes(trace, p)
    h, z, r = time_first(trace.h), time_first(trace.z), time_first(trace.r)
    U_T = np.ascontiguousarray(p.U.T)

    da = np.empty((*z.shape[:2], 3 * p.n), z.dtype)
    da_z, da_r, da_h = np.split(da, 3, axis=-1)
    da_recurrent = np.empty_like(da) if p.reset_after else da  # on the side of h U
    dh_next = np.zeros_like(trace.h0)
    for t in reversed(range(len(da))):
        dh_t = dh[t] + dh_next
        np.multiply(dh_t, slopes.h_by_z[t], out=da_z[t])
        np.multiply(dh_t, slopes.h_by_h_tilde[t], out=da_h[t])
        if p.reset_after:  # h̃ = tanh(x W_h + b_h + r ⊙ (h U_h + d_h)): r scales what comes out of U_h
            np.multiply(da_h[t], slopes.h_tilde_by_r[t], out=da_r[t])
            da_recurrent[t, :, :gates] = da[t, :, :gates]
            np.multiply(da_h[t], r[t], out=da_recurrent[t, :, gates:])
            dh_next = dh_t * z[t] + da_recurrent[t] @ U_T
        else:  # h̃ = tanh(x W_h + (r ⊙ h) U_h + b_h): r scales what goes into U_h
            through_U_h = da_h[t] @ U_T[gates:]
            np.multiply(through_U_h, slopes.h_tilde_by_r[t], out=da_r[t])
            dh_next = dh_t * z[t] + through_U_h * r[t] + da[t, :, :gates] @ U_T[:gates]

    dW, dU, db, dxs = _through_weights(trace.xs, h, trace.h0, da, da_recurrent, p.W)
    if p.reset_after:
        db = np.stack([db, da_recurrent.sum(axis=(0, 1))])
    else:
        dU[:, gates:] = _summed_product(r * before(h, trace.h0), da_h)
    return GRUGrads(dW, dU, db, dxs, dh_next)


def _through_weights(
    xs: Array, h: Array, h0: Array, da: Array, da_recurrent: Array, W: Array
) -> tuple[Array, Array, Array, Array]:
    """Return dW, dU, db and dxs from the gradients of the pre-activations (time, batch, columns)."""
    dW = _summed_product(time_first(xs), da)
    dU = h0.T @ da_recurrent[0] + _summed_product(h[:-1], da_recurrent[1:])
    return dW, dU, da.sum(axis=(0, 1)), time_first(da @ W.T)


def _summed_product(left: Array, right: Array) -> Array:
    """Return Σ leftᵀ right over time and batch, (k, l), from (time, batch, k) and (time, batch, l)."""
    return left.reshape(-1, left.shape[-1]).T @ right.reshape(-1, right.shape[-1])
