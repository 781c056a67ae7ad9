"""Backpropagation through time for each cell (Rumelhart et al. 1986; Werbos 1990): one loop, last step first.

Write dv for dL/dv, the gradient of the loss by v. h_t reaches the loss in two ways: it is read from outside,
which gives the argument `dh`, and it goes into the next step, which hands back dh_next. dh_t is their sum.
Every a is a pre-activation: i = σ(a_i), h̃ = tanh(a_h), and so on.

    RNN     da = dh_t ⊙ φ'(a)

    LSTM    do = dh_t ⊙ tanh(c)                           da_o = do ⊙ o ⊙ (1 - o)
            dc = dc_next + dh_t ⊙ o ⊙ (1 - tanh²(c))
            di = dc ⊙ c̃                                   da_i = di ⊙ i ⊙ (1 - i)
            df = dc ⊙ c_prev                              da_f = df ⊙ f ⊙ (1 - f)
            dc̃ = dc ⊙ i                                   da_c = dc̃ ⊙ (1 - c̃²)
            dc_prev = dc ⊙ f                              the highway: no matrix in it

    GRU     dz = dh_t ⊙ (h_prev - h̃)                      da_z = dz ⊙ z ⊙ (1 - z)
            dh̃ = dh_t ⊙ (1 - z)                           da_h = dh̃ ⊙ (1 - h̃²)
            dr = da_h ⊙ (h_prev U_h + d_h)                da_r = dr ⊙ r ⊙ (1 - r)
            dh_prev = dh_t ⊙ z + da_z U_zᵀ + da_r U_rᵀ + (da_h ⊙ r) U_hᵀ

Then, with the da of all gates side by side, as the weights are stored:

    dW = Σ_t x_tᵀ da_t    dU = Σ_t h_prevᵀ da_t    db = Σ_t da_t    dx_t = da_t Wᵀ    dh_prev = da_t Uᵀ

A weight is used at every step, so its gradient is the sum over the steps. A GRU's U_h stands behind the reset
gate, so there da_h ⊙ r takes the place of da_h; its code also has the variant in which r comes first. A held
gate is a constant: its da is zero.
`fast` computes the same gradients in less time; tests hold them equal.
"""

from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import GRUParams, GRUTrace, LSTMParams, LSTMTrace, RNNParams, RNNTrace
from lstm_teach.cells.activations import ACTIVATIONS
from lstm_teach.cells.steps import GRU_GATES, LSTM_GATES
from lstm_teach.gradients.checks import check_pass, outside_gradient


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


def rnn_backward_plain(trace: RNNTrace, p: RNNParams, dh: Array) -> RNNGrads:
    """Return the gradients of a plain RNN, made step by step; see `rnn_backward`."""
    check_pass(trace, p, RNNTrace)
    outside_gradient("dh", dh, trace.h)
    slope = ACTIVATIONS[p.activation].slope
    dW, dU, db, dxs = _zeros(trace)

    dh_next = np.zeros_like(trace.h0)
    for t in reversed(range(trace.h.shape[1])):
        h_prev = trace.h[:, t - 1] if t else trace.h0
        dh_t = dh[:, t] + dh_next
        da = dh_t * slope(trace.h[:, t])
        dW += trace.xs[:, t].T @ da
        dU += h_prev.T @ da
        db += da.sum(axis=0)
        dxs[:, t] = da @ p.W.T
        dh_next = da @ p.U.T
    return RNNGrads(dW, dU, db, dxs, dh_next)


def lstm_backward_plain(
    trace: LSTMTrace, p: LSTMParams, dh: Array, dc_last: Array | None = None
) -> LSTMGrads:
    """Return the gradients of an LSTM, made step by step; see `lstm_backward`."""
    check_pass(trace, p, LSTMTrace)
    outside_gradient("dh", dh, trace.h)
    dW, dU, db, dxs = _zeros(trace)
    computed = _computed(trace, LSTM_GATES)

    dh_next = np.zeros_like(trace.h0)
    dc_next = np.zeros_like(trace.c0) if dc_last is None else outside_gradient("dc_last", dc_last, trace.c0)
    for t in reversed(range(trace.h.shape[1])):
        i, f, c_tilde, o, c = (array[:, t] for array in trace[:5])
        h_prev, c_prev = (trace.h[:, t - 1], trace.c[:, t - 1]) if t else (trace.h0, trace.c0)

        dh_t = dh[:, t] + dh_next
        do = dh_t * np.tanh(c)
        dc = dc_next + dh_t * o * (1.0 - np.tanh(c) ** 2)
        di = dc * c_tilde
        df = dc * c_prev
        dc_tilde = dc * i

        da_i = di * i * (1.0 - i)
        da_f = df * f * (1.0 - f)
        da_c = dc_tilde * (1.0 - c_tilde**2)
        da_o = do * o * (1.0 - o)
        da = np.concatenate([da_i, da_f, da_c, da_o], axis=1) * computed[:, t]

        dW += trace.xs[:, t].T @ da
        dU += h_prev.T @ da
        db += da.sum(axis=0)
        dxs[:, t] = da @ p.W.T
        dh_prev = da @ p.U.T
        dc_prev = dc * f
        dh_next, dc_next = dh_prev, dc_prev
    return LSTMGrads(dW, dU, db, dxs, dh_next, dc_next)


def gru_backward_plain(trace: GRUTrace, p: GRUParams, dh: Array) -> GRUGrads:
    """Return the gradients of a GRU, made step by step; see `gru_backward`."""
    check_pass(trace, p, GRUTrace)
    outside_gradient("dh", dh, trace.h)
    dW, dU, db, dxs = _zeros(trace)
    computed_z, computed_r, computed_h = np.split(_computed(trace, GRU_GATES), 3, axis=-1)
    dU_z, dU_r, dU_h = np.split(dU, 3, axis=1)  # views

    dh_next = np.zeros_like(trace.h0)
    for t in reversed(range(trace.h.shape[1])):
        z, r, h_tilde = (array[:, t] for array in trace[:3])
        h_prev = trace.h[:, t - 1] if t else trace.h0

        dh_t = dh[:, t] + dh_next
        dz = dh_t * (h_prev - h_tilde)
        dh_tilde = dh_t * (1.0 - z)
        da_z = dz * z * (1.0 - z) * computed_z[:, t]
        da_h = dh_tilde * (1.0 - h_tilde**2) * computed_h[:, t]
        if p.reset_after:  # h̃ = tanh(x W_h + b_h + r ⊙ v), v = h_prev U_h + d_h
            dv = da_h * r
            dr = da_h * (h_prev @ p.U_h + p.b_recurrent[2 * p.n :])
            dU_h += h_prev.T @ dv
            dh_by_candidate = dv @ p.U_h.T
        else:  # h̃ = tanh(x W_h + b_h + v U_h), v = r ⊙ h_prev
            dv = da_h @ p.U_h.T
            dr = dv * h_prev
            dU_h += (r * h_prev).T @ da_h
            dh_by_candidate = dv * r
        da_r = dr * r * (1.0 - r) * computed_r[:, t]

        da = np.concatenate([da_z, da_r, da_h], axis=1)
        dW += trace.xs[:, t].T @ da
        dU_z += h_prev.T @ da_z
        dU_r += h_prev.T @ da_r
        dxs[:, t] = da @ p.W.T
        if p.reset_after:  # one bias for x W, and one for h U
            db += np.stack([da.sum(axis=0), np.concatenate([da_z, da_r, dv], axis=1).sum(axis=0)])
        else:
            db += da.sum(axis=0)
        dh_next = dh_t * z + da_z @ p.U_z.T + da_r @ p.U_r.T + dh_by_candidate
    return GRUGrads(dW, dU, db, dxs, dh_next)


def _zeros(trace: RNNTrace | LSTMTrace | GRUTrace) -> list[Array]:
    """Return zeros in the shapes of W, U, b and xs, in the dtype of the trace: where the sums begin."""
    return [np.zeros(a.shape, trace.h.dtype) for a in (trace.p.W, trace.p.U, trace.p.b, trace.xs)]


def _computed(trace: LSTMTrace | GRUTrace, gates: tuple[str, ...]) -> Array:
    """Return 1 where a gate was computed and 0 where it was held, (batch, time, all gates side by side)."""
    everywhere = np.full(trace.h.shape, np.nan)
    return np.concatenate([np.isnan(trace.clamp.get(gate, everywhere)) for gate in gates], axis=-1)
