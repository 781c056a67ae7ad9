"""Clipping: when gradients explode, keep their direction and cut their length."""

from collections.abc import Sequence

import numpy as np

from lstm_teach.arrays import Array


def clip_by_norm(gradients: Sequence[Array], max_norm: float) -> tuple[list[Array], float]:
    """The gradients, scaled together so that their joint norm is at most `max_norm` (Pascanu et al. 2013).

    Returns the scaled arrays, in order, and the norm *before* clipping.

    Raises
    ------
    ValueError
        if `max_norm` is not above 0, or a gradient holds NaN or infinity: no scaling could mend that.
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm: expected a number above 0, got {max_norm!r}")
    norm = float(np.sqrt(sum(float(np.vdot(g, g)) for g in gradients)))
    if not np.isfinite(norm):
        raise ValueError(
            "gradients: expected finite numbers, got NaN or infinity; the gradient has overflowed"
        )
    scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return [g * scale if scale < 1.0 else g for g in gradients], norm
