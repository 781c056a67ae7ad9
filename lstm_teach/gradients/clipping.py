"""Clipping: when gradients explode, keep their direction and cut their length."""

from collections.abc import Iterable

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells.checks import number, plain_floats


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
    if not isinstance(gradients, Iterable):
        raise ValueError(f"gradients: expected a list of arrays, got {type(gradients).__name__}")
    arrays = list(gradients)
    for k, array in enumerate(arrays):
        plain_floats(f"gradients[{k}]", array)
    norm = float(np.sqrt(sum(float(np.vdot(g, g)) for g in arrays)))
    if not np.isfinite(norm):
        raise ValueError(
            "gradients: expected finite numbers, got NaN or infinity; the gradient has overflowed"
        )
    scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return [g * scale if scale < 1.0 else g for g in arrays], norm
