"""Clipping: when gradients explode, keep their direction and cut their length."""

from collections.abc import Iterable

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells.checks import number


def clip_by_norm(gradients: Iterable[Array], max_norm: float) -> tuple[list[Array], float]:
    """Return the gradients, scaled together to a joint norm of at most `max_norm`, and their norm before.

    The method is that of Pascanu et al. (2013). The arrays come back in their order, in their dtypes.

    Raises
    ------
    ValueError
        if `max_norm` is not above 0, `gradients` is not a list of float arrays, or one of them holds NaN or
        infinity: no scaling can repair that.
    """
    max_norm = number("max_norm", max_norm, above=0)
    if isinstance(gradients, np.ndarray):
        raise ValueError("gradients: expected a list of arrays, got one array; put it into a list")
    arrays = list(gradients)
    for k, array in enumerate(arrays):
        if type(array) is not np.ndarray or array.dtype not in (np.float64, np.float32):
            kind = array.dtype if type(array) is np.ndarray else type(array).__name__
            raise ValueError(f"gradients[{k}]: expected a float64 or float32 array, got {kind}")
    norm = float(np.sqrt(sum(float(np.vdot(g, g)) for g in arrays)))
    if not np.isfinite(norm):
        raise ValueError(
            "gradients: expected finite numbers, got NaN or infinity; the gradient has overflowed"
        )
    scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return [g * scale if scale < 1.0 else g for g in arrays], norm
