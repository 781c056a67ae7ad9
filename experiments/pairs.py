"""Two networks compared on the same reviews, one by one: what McNemar's test looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_TWO_SIDED = 1.96  # standard deviations that hold 95 % of a normal distribution


class Difference(NamedTuple):
    """How two networks differ on the same reviews.

    Attributes
    ----------
    points : of accuracy, the second network's less the first's
    low, high : its 95 % interval
    lost, won : reviews, summed over the seeds, that only the first, and only the second, is right on
    """

    points: float
    low: float
    high: float
    lost: int
    won: int


def packed(right: np.ndarray) -> str:
    """Return booleans (reviews,) as text, four to a letter."""
    return np.packbits(right).tobytes().hex()


def unpacked(text: str, count: int) -> np.ndarray:
    """Return the booleans (count,) of such a text.

    Raises
    ------
    ValueError
        if there are not as many.
    """
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(text), np.uint8))
    if len(bits) != -(-count // 8) * 8:
        raise ValueError(f"right: got {len(bits)} bits, expected those of {count} reviews")
    return bits[:count].astype(bool)


def compared(first: Sequence[np.ndarray], second: Sequence[np.ndarray]) -> Difference:
    """Return how two networks differ, each given as booleans (reviews,) of right answers, one array a seed.

    The interval is over reviews: of each, the mean difference over the seeds. With one seed its variance is
    that of McNemar's test, (lost + won - (won - lost)² / reviews) / reviews².

    Raises
    ------
    ValueError
        if the networks have not the same seeds and reviews.
    """
    a, b = (np.asarray(several, dtype=np.int8) for several in (first, second))  # (seeds, reviews)
    if a.ndim != 2 or a.shape != b.shape:
        raise ValueError(f"second: got shape {b.shape}, expected that of the first, {a.shape}")
    differences = (b - a).mean(axis=0)
    points = 100 * float(differences.mean())
    error = 100 * float(differences.std() / np.sqrt(a.shape[1]))
    lost, won = int(np.sum(a > b)), int(np.sum(b > a))
    return Difference(points, points - _TWO_SIDED * error, points + _TWO_SIDED * error, lost, won)
