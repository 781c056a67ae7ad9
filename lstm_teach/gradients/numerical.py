"""What a gradient is judged by, and what is done to one that is too long."""

import math
from collections.abc import Callable, Iterable
from numbers import Real

import numpy as np

from lstm_teach.arrays import Array, float_arrays, floats, number


def numerical_gradient(f: Callable[[Array], float], x: Array, eps: float = 1e-6) -> Array:
    """Return df/dx by central differences, (f(x + eps) - f(x - eps)) / (2 eps), for each entry of `x`.

    `f` takes an array like `x` and returns a number. `x` is not changed. The error is about
    eps² times the third derivative, plus rounding of about 1e-16 · |f| / eps.

    Raises
    ------
    ValueError
        if `x` is not a finite float64 array (in fewer digits, such small nudges drown); if `eps` is not above
        0, or so small that it moves no entry; if `f` returns anything but one finite number, or one with
        fewer digits than float64.
    """
    if type(x) is not np.ndarray or x.dtype != np.float64:
        came = f"{x.dtype} array" if type(x) is np.ndarray else type(x).__name__
        raise ValueError(f"x: expected a float64 array, got {came}")
    floats("x", x)
    eps = number("eps", eps, above=0)
    if not ((x - eps < x) & (x < x + eps)).all():
        raise ValueError(f"eps: expected a number that moves every entry of x, got {eps:g}, lost in rounding")
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        above, below = float(x[index]) + eps, float(x[index]) - eps
        # The nudges are rounded to the digits of x, so the distance is what it came out as, not 2 eps.
        gradient[index] = (_value(f, x, index, above) - _value(f, x, index, below)) / (above - below)
    return gradient


def _value(f: Callable[[Array], float], x: Array, index: tuple[int, ...], entry: float) -> float:
    """Return f of a copy of x with another entry, once it is known to be one finite number."""
    nudged = x.copy()
    nudged[index] = entry
    value = f(nudged)
    known = isinstance(value, Real | np.ndarray) and np.ndim(value) == 0
    dtype = np.asarray(value).dtype if known else np.dtype(object)
    if dtype.kind not in "fiu" or not np.isfinite(value):
        raise ValueError(f"f: expected a function that returns one finite number, got {value!r}")
    if dtype in (np.float16, np.float32):
        raise ValueError(f"f: expected a function that computes in float64, got {dtype}: small nudges drown")
    return float(value)


def clip_by_norm(gradients: Iterable[Array], max_norm: float) -> tuple[list[Array], float]:
    """Return the gradients, scaled together to a joint norm of at most `max_norm`, and their norm before.

    The direction is kept, the length is cut (Pascanu et al. 2013). The arrays come back in their order, in
    their dtypes, as new ones.

    Raises
    ------
    ValueError
        if `max_norm` is not above 0, `gradients` is not a list of float arrays, or one of them holds NaN or
        infinity: no scaling can repair that.
    """
    max_norm = number("max_norm", max_norm, above=0)
    arrays = float_arrays("gradients", gradients, finite=False)
    norm = _joint_norm(arrays)
    if not math.isfinite(norm):
        raise ValueError(
            "gradients: expected finite numbers, got NaN or infinity; the gradient has overflowed"
        )
    scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return [g * scale for g in arrays], norm


def _joint_norm(arrays: list[Array]) -> float:
    """Return the root of the sum of all squares; it is not finite if an entry is not, or if it overflows."""
    largest = float(np.max([np.abs(g).max(initial=0.0) for g in arrays], initial=0.0))
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    # In units of about the largest, no square over- or underflows; by a power of two, nothing is rounded.
    unit = math.ldexp(0.5, math.frexp(largest)[1])
    scaled = [g.astype(np.float64) / unit for g in arrays]
    return unit * math.sqrt(sum(float(np.vdot(g, g)) for g in scaled))
