"""How far a gradient reaches: how much the last state still moves when an early one is nudged.

ds_T/ds_t is a product of T - t Jacobians, one a step. Its spectral norm is the most by which a small nudge of
s_t, in the worst direction, can move s_T: near 0 it has vanished, far above 1 it has exploded.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_teach.arrays import Array, instance, whole
from lstm_teach.cells import LSTMTrace, Params, RNNParams, RNNTrace, Trace
from lstm_teach.gradients.backward import check_pass
from lstm_teach.gradients.steps import gru_back, lstm_back, rnn_back


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
    check_pass(trace, p)
    block = _block(trace, of)
    batch, time, n = trace.h.shape
    size = 2 * n if isinstance(trace, LSTMTrace) else n

    # Row k is the gradient of entry k of s_T by s_t: backpropagation from every entry of the state at once.
    rows = np.repeat(np.eye(size, dtype=trace.h.dtype)[None], batch, axis=0)  # (batch, size, size)
    back = _state_back(_for_rows(trace))
    # The rows are kept at size 1 and the logarithm of their size apart, so nothing over- or underflows.
    logarithm = np.zeros(batch)
    reach = np.empty((batch, time))
    # A reach of exactly 0 has the logarithm -inf, and stays 0; a very large one becomes infinity.
    with np.errstate(divide="ignore", over="ignore"):
        for t in reversed(range(time)):
            singular = np.linalg.svd(rows[:, block, block], compute_uv=False)  # the largest is the norm
            reach[:, t] = logarithm + np.log(singular[:, 0])
            if t:
                rows = back(t, rows)
                largest = np.abs(rows).max(axis=(1, 2))
                rows = rows / np.where(largest > 0, largest, 1.0)[:, None, None]
                logarithm += np.log(largest)
        return np.exp(reach)


def spectral_bound(p: RNNParams, steps: int) -> Array:
    """Return an upper bound on the reach of a plain RNN over `steps`, (steps,): ‖U‖₂ to the power of the lag.

    Each Jacobian is U times a diagonal of slopes, and the norm of a product is at most the product of the
    norms (Pascanu et al. 2013). The slopes of tanh, ReLU and the identity are at most 1. So the bound is
    known before any input is seen; it is 1 at the last step.
    """
    instance("p", p, RNNParams)
    lags = np.arange(whole("steps", steps), dtype=float)[::-1]
    with np.errstate(over="ignore"):
        return float(np.linalg.norm(p.U, 2)) ** lags


def _for_rows(trace: Trace) -> Trace:
    """Return the trace with an axis for rows in front of the units, so that one step takes many of them."""
    arrays: dict[str, Any] = {
        k: v[..., None, :] for k, v in trace._asdict().items() if isinstance(v, np.ndarray)
    }
    if not isinstance(trace, RNNTrace):
        arrays["clamp"] = {gate: held[..., None, :] for gate, held in trace.clamp.items()}
    return trace._replace(**arrays)


def _state_back(trace: Trace) -> Callable[[int, Array], Array]:
    """Return the function that turns the gradient by s_t, (batch, rows, size), into that by s_{t-1}."""
    if isinstance(trace, LSTMTrace):
        joint, n = lstm_back(trace), trace.p.n
        return lambda t, ds: np.concatenate(joint(t, ds[..., :n], ds[..., n:])[1:], axis=-1)
    back = rnn_back(trace) if isinstance(trace, RNNTrace) else gru_back(trace)
    return lambda t, ds: back(t, ds)[1]


def _block(trace: Trace, of: str) -> slice:
    """Return the rows and columns of the joint Jacobian that `of` means."""
    if of not in ("state", "h", "c"):
        raise ValueError(f"of: expected 'state', 'h' or 'c', got {of!r}")
    if of == "c" and not isinstance(trace, LSTMTrace):
        raise ValueError(f"of: expected 'state' or 'h' for a {type(trace).__name__}, which has no c; got 'c'")
    n = trace.p.n
    return {"state": slice(None), "h": slice(0, n), "c": slice(n, None)}[of]
