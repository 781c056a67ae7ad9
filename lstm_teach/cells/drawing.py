"""The first weights of a cell, drawn as Keras draws them."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells.checks import generator, whole


def checked_draw(m: int, n: int, rng: np.random.Generator, dtype: Any) -> type:
    """Return the dtype of the weights, once sizes and generator are known to be what they must be."""
    whole("m", m)
    whole("n", n)
    generator(rng)
    for known in (np.float64, np.float32):
        if dtype is not None and np.dtype(known) == dtype:
            return known
    raise ValueError(f"dtype: expected float64 or float32, got {dtype!r}")


def glorot_uniform(rows: int, columns: int, rng: np.random.Generator) -> Array:
    """Return a matrix that is uniform in ±√(6 / (rows + columns)) (Glorot and Bengio 2010)."""
    limit = np.sqrt(6.0 / (rows + columns))
    return rng.uniform(-limit, limit, (rows, columns))


def orthogonal(rows: int, columns: int, rng: np.random.Generator) -> Array:
    """Return a random matrix with orthonormal rows: U Uᵀ = 1 (Saxe et al. 2014), rows <= columns."""
    q, r = np.linalg.qr(rng.standard_normal((columns, rows)))
    # QR leaves the signs open; fixing them makes the draw uniform over all such matrices.
    return (q * np.sign(np.diag(r))).T
