"""The local derivatives of one step, for all steps at once: what BPTT and the reach are both made of.

All arrays are time first, (time, batch, units). A clamped entry has slope zero with respect to its own
pre-activation: it does not move.
"""

from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import GRUParams, GRUTrace, LSTMTrace
from lstm_teach.cells.steps import LSTM_GATES


class LSTMSlopes(NamedTuple):
    """How the state of step t moves with each pre-activation, and with c_t.

    gates (time, batch, 4, units), in the order i, f, c, o: how c_t moves with the pre-activations of i, f
    and c̃, and how h_t moves with that of o. h_by_c: how h_t moves with c_t.
    """

    gates: Array
    h_by_c: Array


class GRUSlopes(NamedTuple):
    """How h_t moves with the pre-activations of z and h̃, and that of h̃ with the pre-activation of r.

    The last is to be multiplied by what comes through U_h when r enters before it (`reset_after=False`).
    """

    h_by_z: Array
    h_by_h_tilde: Array
    h_tilde_by_r: Array


def lstm_slopes(trace: LSTMTrace) -> LSTMSlopes:
    """Return the slopes of c = f ⊙ c_prev + i ⊙ c̃ and h = o ⊙ tanh(c), by the product and the chain rule.

    Worked out in place: on long sequences, making room for intermediates costs more than computing them.
    """
    i, f, c_tilde, o, c = map(time_first, (trace.i, trace.f, trace.c_tilde, trace.o, trace.c))
    time, batch, n = c.shape
    gates = np.empty((time, batch, 4, n), c.dtype)
    by_i, by_f, by_c_tilde, by_o = (gates[:, :, k] for k in range(4))
    tanh_c = np.tanh(c)

    for gate, slope in ((i, by_i), (f, by_f), (o, by_o)):
        np.subtract(1.0, gate, out=slope)
        slope *= gate  # σ' = σ (1 - σ)
    by_i *= c_tilde
    by_f[0] *= trace.c0
    by_f[1:] *= c[:-1]
    by_o *= tanh_c
    np.multiply(c_tilde, c_tilde, out=by_c_tilde)
    np.subtract(1.0, by_c_tilde, out=by_c_tilde)  # tanh' = 1 - tanh²
    by_c_tilde *= i
    for name, held in trace.clamp.items():
        np.copyto(gates[:, :, LSTM_GATES.index(name)], 0.0, where=~np.isnan(time_first(held)))

    h_by_c = np.multiply(tanh_c, tanh_c, out=tanh_c)
    np.subtract(1.0, h_by_c, out=h_by_c)
    h_by_c *= o
    return LSTMSlopes(gates, h_by_c)


def gru_slopes(trace: GRUTrace, p: GRUParams) -> GRUSlopes:
    """Return the slopes of h = z ⊙ h_prev + (1 - z) ⊙ h̃, by the product and the chain rule."""
    z, r, h_tilde, h = map(time_first, (trace.z, trace.r, trace.h_tilde, trace.h))
    h_prev = before(h, trace.h0)
    what_r_scales = h_prev @ p.U_h + p.b_recurrent[2 * p.n :] if p.reset_after else h_prev
    return GRUSlopes(
        h_by_z=(h_prev - h_tilde) * _moving(trace, "z", z * (1.0 - z)),
        h_by_h_tilde=(1.0 - z) * _moving(trace, "h_tilde", 1.0 - h_tilde * h_tilde),
        h_tilde_by_r=what_r_scales * _moving(trace, "r", r * (1.0 - r)),
    )


def _moving(trace: GRUTrace, gate: str, slope: Array) -> Array:
    """Return the slope of a gate where it is computed, and zero where it is held."""
    held = trace.clamp.get(gate)
    return slope if held is None else slope * np.isnan(time_first(held))


def before(states: Array, initial: Array) -> Array:
    """Return the state before each step: `states` (time, batch, units) one step later, `initial` in front."""
    return np.concatenate([initial[None], states[:-1]])


def time_first(array: Array) -> Array:
    """Return a view with the first two axes exchanged: (batch, time, …) to (time, batch, …) or back."""
    return array.swapaxes(0, 1)
