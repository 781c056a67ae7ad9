"""How far a gradient reaches: how much the last state still moves when an early one is nudged.

ds_T/ds_t is a product of T - t Jacobians, one a step. Its spectral norm is the most by which a small nudge of
s_t, in the worst direction, can move s_T: near 0 it has vanished, far above 1 it has exploded.
"""

from collections.abc import Callable

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import (
    GRUParams,
    GRUTrace,
    LSTMParams,
    LSTMTrace,
    Params,
    RNNParams,
    RNNTrace,
    Trace,
)
from lstm_teach.cells.activations import ACTIVATIONS
from lstm_teach.gradients.checks import check_parameters, check_pass
from lstm_teach.gradients.slopes import gru_slopes, lstm_slopes, time_first

# The Jacobian ds_t/ds_{t-1} of one step t, for a batch: rows are the old state, columns the new.
StepJacobian = Callable[[int], Array]


def gradient_reach(trace: Trace, p: Params, of: str = "state") -> Array:
    """Return the spectral norm of ds_T/ds_t for every t, (batch, time); 1 at the last step.

    The state s is h for an RNN and a GRU, and h and c together for an LSTM. `of="h"` or `of="c"` takes the
    block dh_T/dh_t or dc_T/dc_t of it; note that dh_T/dh_t alone hides what travels along c.
    Numbers too large for a float come out as infinity.

    Raises
    ------
    ValueError
        for an unknown `of`, "c" for a cell without a cell state, or `p` that did not make `trace`.
    """
    check_parameters(trace, p)
    block = _block(trace, p, of)
    jacobian, size = _step_jacobian(trace)
    batch, time, _ = trace.h.shape

    product = np.broadcast_to(np.eye(size, dtype=trace.h.dtype), (batch, size, size))
    # The product is kept at size 1 and the logarithm of its size apart, so nothing over- or underflows.
    logarithm = np.zeros(batch)
    reach = np.empty((batch, time))
    for t in reversed(range(time)):
        reach[:, t] = logarithm + _log(_spectral_norm(product[:, block, block]))
        if t:
            product = jacobian(t) @ product
            largest = np.abs(product).max(axis=(1, 2))
            product = product / np.where(largest > 0, largest, 1.0)[:, None, None]
            logarithm += _log(largest)
    with np.errstate(over="ignore"):
        return np.exp(reach)


def spectral_bound(trace: RNNTrace, p: RNNParams, *, slopes: str = "measured") -> Array:
    """Return an upper bound on the reach of a plain RNN, (batch, time): Π of ‖U‖₂ · max φ'(a_s) over s > t.

    Each Jacobian is U times a diagonal of slopes, and the norm of a product is at most the product of the
    norms (Pascanu et al. 2013). `slopes="largest"` takes 1, the largest slope of tanh, ReLU and the
    identity, for each: ‖U‖₂ to the power of the lag, known before any input is seen.

    Raises
    ------
    ValueError
        for an unknown value of `slopes`, anything but a plain RNN, or `p` that did not make `trace`.
    """
    if slopes not in ("measured", "largest"):
        raise ValueError(f"slopes: expected 'measured' or 'largest', got {slopes!r}")
    check_pass(trace, p, RNNTrace)
    slope = ACTIVATIONS[p.activation].slope(trace.h).max(axis=-1)  # (batch, time)
    if slopes == "largest":
        slope = np.ones_like(slope)
    factor = _log(float(np.linalg.norm(p.U, 2)) * slope[:, 1:].astype(float))
    later = np.cumsum(factor[:, ::-1], axis=1)[:, ::-1]
    with np.errstate(over="ignore"):
        return np.exp(np.concatenate([later, np.zeros((len(later), 1))], axis=1))


def _step_jacobian(trace: Trace) -> tuple[StepJacobian, int]:
    """Return the Jacobian of one step, and the length of the state."""
    if isinstance(trace, RNNTrace):
        return _rnn_jacobian(trace, trace.p), trace.p.n
    if isinstance(trace, LSTMTrace):
        return _lstm_jacobian(trace, trace.p), 2 * trace.p.n
    return _gru_jacobian(trace, trace.p), trace.p.n


def _rnn_jacobian(trace: RNNTrace, p: RNNParams) -> StepJacobian:
    slope = ACTIVATIONS[p.activation].slope(time_first(trace.h))
    return lambda t: p.U * slope[t][:, None, :]


def _lstm_jacobian(trace: LSTMTrace, p: LSTMParams) -> StepJacobian:
    slopes, f = lstm_slopes(trace), time_first(trace.f)
    highway = np.eye(p.n, dtype=f.dtype)

    def jacobian(t: int) -> Array:
        by_i, by_f, by_c_tilde, by_o = slopes.gates[t].swapaxes(0, 1)[:, :, None, :]
        h_by_c = slopes.h_by_c[t][:, None, :]
        c_from_h = p.U_i * by_i + p.U_f * by_f + p.U_c * by_c_tilde
        c_from_c = highway * f[t][:, None, :]  # a diagonal of forget gates: no U in it
        h_from_h = c_from_h * h_by_c + p.U_o * by_o
        h_from_c = c_from_c * h_by_c
        return np.block([[h_from_h, c_from_h], [h_from_c, c_from_c]])  # rows from (h, c), columns to (h, c)

    return jacobian


def _gru_jacobian(trace: GRUTrace, p: GRUParams) -> StepJacobian:
    slopes = gru_slopes(trace, p)
    every = (
        slopes.h_by_z,
        slopes.h_by_h_tilde,
        slopes.h_tilde_by_r,
        time_first(trace.z),
        time_first(trace.r),
    )
    identity = np.eye(p.n, dtype=trace.h.dtype)

    def jacobian(t: int) -> Array:
        h_by_z, h_by_h_tilde, h_tilde_by_r, z, r = (array[t][:, None, :] for array in every)
        if p.reset_after:
            candidate = p.U_h * r + p.U_r * h_tilde_by_r
        else:
            candidate = (identity * r + p.U_r * h_tilde_by_r) @ p.U_h
        return identity * z + p.U_z * h_by_z + candidate * h_by_h_tilde

    return jacobian


def _block(trace: Trace, p: Params, of: str) -> slice:
    """Return the rows and columns of the joint Jacobian that `of` means."""
    if of not in ("state", "h", "c"):
        raise ValueError(f"of: expected 'state', 'h' or 'c', got {of!r}")
    if of == "c" and not isinstance(trace, LSTMTrace):
        raise ValueError(f"of: expected 'state' or 'h' for a {type(trace).__name__}, which has no c; got 'c'")
    return {"state": slice(None), "h": slice(0, p.n), "c": slice(p.n, None)}[of]


def _spectral_norm(matrices: Array) -> Array:
    """Return the largest singular value of each of (batch, k, k)."""
    return np.linalg.norm(matrices, 2, axis=(1, 2))


def _log(x: Array | float) -> Array:
    """Return the logarithm, with log 0 = -inf and no warning: a reach of exactly 0 stays 0."""
    with np.errstate(divide="ignore"):
        return np.log(x)
