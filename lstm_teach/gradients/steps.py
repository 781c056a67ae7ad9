"""One step of each cell, backwards: what the gradient of the state becomes on its way to the step before.

This is the code to read first. Write dv for dL/dv, the gradient of the loss by v. h_t reaches the loss in two
ways: it is read from outside, and it goes into the next step, which hands back its dh_prev. dh is their sum.
Every a is a pre-activation: i = σ(a_i), h̃ = tanh(a_h), and so on (Rumelhart et al. 1986; Werbos 1990).

    RNN     da = dh ⊙ φ'(a)                            dh_prev = da Uᵀ

    LSTM    dc = dc_next + dh ⊙ o ⊙ (1 - tanh²(c))
            da_i = dc ⊙ c̃ ⊙ i ⊙ (1 - i)                da_f = dc ⊙ c_prev ⊙ f ⊙ (1 - f)
            da_c = dc ⊙ i ⊙ (1 - c̃²)                   da_o = dh ⊙ tanh(c) ⊙ o ⊙ (1 - o)
            dh_prev = da Uᵀ                            all da side by side, as the weights are stored
            dc_prev = dc ⊙ f                           the highway: no matrix in it

    GRU     da_z = dh ⊙ (h_prev - h̃) ⊙ z ⊙ (1 - z)     da_h = dh ⊙ (1 - z) ⊙ (1 - h̃²)
            da_r = da_h ⊙ (h_prev U_h + d_h) ⊙ r ⊙ (1 - r)
            dh_prev = dh ⊙ z + da_z U_zᵀ + da_r U_rᵀ + (da_h ⊙ r) U_hᵀ

The GRU's code also has the variant in which r comes before U_h. A held gate is a constant: its da is zero.

What stands to the right of the first ⊙ is a *slope*: the trace alone decides it. So each function works out
the slopes of all steps at once, and returns a function that takes the number of a step and dh (batch, units).
"""

from collections.abc import Callable

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import ACTIVATIONS, GRUTrace, LSTMTrace, RNNTrace


def rnn_back(trace: RNNTrace) -> Callable[[int, Array], tuple[Array, Array]]:
    """Return the function that turns (t, dh) into da and dh_prev."""
    slope = ACTIVATIONS[trace.p.activation].slope(time_first(trace.h))
    U_T = np.ascontiguousarray(trace.p.U.T)

    def back(t: int, dh: Array) -> tuple[Array, Array]:
        da = dh * slope[t]
        return da, da @ U_T

    return back


def lstm_back(trace: LSTMTrace) -> Callable[[int, Array, Array], tuple[Array, Array, Array]]:
    """Return the function that turns (t, dh, dc_next) into da (batch, 4 units), dh_prev and dc_prev."""
    i, f, c_tilde, o, c = map(time_first, trace[:5])
    c_prev = before(c, trace.c0)
    c_slope = o * (1.0 - np.tanh(c) ** 2)
    i_slope = c_tilde * i * (1.0 - i) * _computed(trace, "i")
    f_slope = c_prev * f * (1.0 - f) * _computed(trace, "f")
    c_tilde_slope = i * (1.0 - c_tilde**2) * _computed(trace, "c_tilde")
    o_slope = np.tanh(c) * o * (1.0 - o) * _computed(trace, "o")
    U_T = np.ascontiguousarray(trace.p.U.T)

    def back(t: int, dh: Array, dc_next: Array) -> tuple[Array, Array, Array]:
        dc = dc_next + dh * c_slope[t]
        da = np.concatenate(
            [dc * i_slope[t], dc * f_slope[t], dc * c_tilde_slope[t], dh * o_slope[t]], axis=-1
        )
        dh_prev = da @ U_T
        dc_prev = dc * f[t]
        return da, dh_prev, dc_prev

    return back


def gru_back(trace: GRUTrace) -> Callable[[int, Array], tuple[Array, Array]]:
    """Return the function that turns (t, dh) into da (batch, 3 units) and dh_prev."""
    p = trace.p
    z, r, h_tilde, h = map(time_first, trace[:4])
    h_prev = before(h, trace.h0)
    z_slope = (h_prev - h_tilde) * z * (1.0 - z) * _computed(trace, "z")
    h_slope = (1.0 - z) * (1.0 - h_tilde**2) * _computed(trace, "h_tilde")
    scaled_by_r = h_prev @ p.U_h + p.b_recurrent[2 * p.n :] if p.reset_after else h_prev
    r_slope = scaled_by_r * r * (1.0 - r) * _computed(trace, "r")
    U_zr_T, U_h_T = np.ascontiguousarray(p.U[:, : 2 * p.n].T), np.ascontiguousarray(p.U_h.T)

    def back(t: int, dh: Array) -> tuple[Array, Array]:
        da_z = dh * z_slope[t]
        da_h = dh * h_slope[t]
        if p.reset_after:  # h̃ = tanh(x W_h + b_h + r ⊙ (h_prev U_h + d_h))
            da_r = da_h * r_slope[t]
            dh_by_candidate = (da_h * r[t]) @ U_h_T
        else:  # h̃ = tanh(x W_h + b_h + (r ⊙ h_prev) U_h)
            through_U_h = da_h @ U_h_T
            da_r = through_U_h * r_slope[t]
            dh_by_candidate = through_U_h * r[t]
        da = np.concatenate([da_z, da_r, da_h], axis=-1)
        dh_prev = dh * z[t] + da[..., : 2 * p.n] @ U_zr_T + dh_by_candidate
        return da, dh_prev

    return back


def time_first(array: Array) -> Array:
    """Return a view with the first two axes exchanged: (batch, time, …) to (time, batch, …) or back."""
    return array.swapaxes(0, 1)


def before(states: Array, initial: Array) -> Array:
    """Return the state before each step: `states` (time, batch, units) one step later, `initial` in front."""
    return np.concatenate([initial[None], states[:-1]])


def _computed(trace: LSTMTrace | GRUTrace, gate: str) -> Array | bool:
    """Return where a gate was computed, and not held: True, or (time, batch, units) of them."""
    return np.isnan(time_first(trace.clamp[gate])) if gate in trace.clamp else True
