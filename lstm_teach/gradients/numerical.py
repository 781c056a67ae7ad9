"""The judge of every gradient written by hand: nudge each number and see what the loss does."""

from collections.abc import Callable

import numpy as np

from lstm_teach.arrays import Array


def numerical_gradient(f: Callable[[Array], float], x: Array, eps: float = 1e-6) -> Array:
    """df/dx by central differences, (f(x + eps) - f(x - eps)) / (2 eps), for each entry of `x` in turn.

    `f` takes an array like `x` and returns a number. `x` is not changed. The error is about
    eps² times the third derivative, plus rounding of about 1e-16 · |f| / eps.

    Raises
    ------
    ValueError
        if `x` is not a float64 array, in whose digits such small nudges would drown.
    """
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        came = f"{x.dtype} array" if isinstance(x, np.ndarray) else type(x).__name__
        raise ValueError(f"x: expected a float64 array, got {came}")
    nudged = x.copy()
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        nudged[index] = x[index] + eps
        above = f(nudged)
        nudged[index] = x[index] - eps
        below = f(nudged)
        nudged[index] = x[index]
        gradient[index] = (above - below) / (2.0 * eps)
    return gradient
