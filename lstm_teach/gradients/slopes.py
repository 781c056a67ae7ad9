"""The local derivatives of one step, for all steps at once: what BPTT and the reach are both made of.

All arrays are time first, (time, batch, units). A clamped entry has slope zero with respect to its own
pre-activation: it does not move.
"""

from typing import NamedTuple

import numpy as np

from lstm_teach.cells import GRUParams, GRUTrace, LSTMTrace
from lstm_teach.cells.checks import Array, Clamp, resolve
from lstm_teach.cells.steps import GRU_GATES, LSTM_GATES


class LSTMSlopes(NamedTuple):
    """How c_t moves with the pre-activations of i, f, c̃; how h_t moves with that of o; and h_t with c_t."""

    c_by_i: Array
    c_by_f: Array
    c_by_c_tilde: Array
    h_by_o: Array
    h_by_c: Array


class GRUSlopes(NamedTuple):
    """How h_t moves with the pre-activations of z and h̃, and that of h̃ with the pre-activation of r.

    The last is to be multiplied by what comes through U_h when r enters before it (`reset_after=False`).
    """

    h_by_z: Array
    h_by_h_tilde: Array
    h_tilde_by_r: Array


def lstm_slopes(trace: LSTMTrace) -> LSTMSlopes:
    """From c = f ⊙ c_prev + i ⊙ c̃ and h = o ⊙ tanh(c), by the product and the chain rule."""
    i, f, c_tilde, o, c = map(time_first, (trace.i, trace.f, trace.c_tilde, trace.o, trace.c))
    tanh_c = np.tanh(c)
    moving = _Moving(trace.clamp, LSTM_GATES, trace.i)
    return LSTMSlopes(
        c_by_i=c_tilde * moving("i", i * (1.0 - i)),
        c_by_f=before(c, trace.c0) * moving("f", f * (1.0 - f)),
        c_by_c_tilde=i * moving("c_tilde", 1.0 - c_tilde * c_tilde),
        h_by_o=tanh_c * moving("o", o * (1.0 - o)),
        h_by_c=o * (1.0 - tanh_c * tanh_c),
    )


def gru_slopes(trace: GRUTrace, p: GRUParams) -> GRUSlopes:
    """From h = z ⊙ h_prev + (1 - z) ⊙ h̃, by the product and the chain rule."""
    z, r, h_tilde, h = map(time_first, (trace.z, trace.r, trace.h_tilde, trace.h))
    h_prev = before(h, trace.h0)
    what_r_scales = h_prev @ p.U_h + p.b_recurrent[2 * p.n :] if p.reset_after else h_prev
    moving = _Moving(trace.clamp, GRU_GATES, trace.z)
    return GRUSlopes(
        h_by_z=(h_prev - h_tilde) * moving("z", z * (1.0 - z)),
        h_by_h_tilde=(1.0 - z) * moving("h_tilde", 1.0 - h_tilde * h_tilde),
        h_tilde_by_r=what_r_scales * moving("r", r * (1.0 - r)),
    )


class _Moving:
    """The slope of a gate where it is computed, and zero where it is clamped."""

    def __init__(self, clamp: Clamp | None, gates: tuple[str, ...], like: Array) -> None:
        self.held = resolve(clamp, gates, like.shape, like.dtype)

    def __call__(self, gate: str, slope: Array) -> Array:
        if gate not in self.held:
            return slope
        return np.where(time_first(self.held[gate].where), 0.0, slope).astype(slope.dtype, copy=False)


def before(states: Array, initial: Array) -> Array:
    """The state before each step: `states` (time, batch, units) one step later, with `initial` in front."""
    return np.concatenate([initial[None], states[:-1]])


def time_first(array: Array) -> Array:
    """(batch, time, …) to (time, batch, …) or back, as a view."""
    return array.swapaxes(0, 1)
