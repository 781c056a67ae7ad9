"""Sequences of different lengths as one rectangle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.vocabulary.base import PADDING, UNKNOWN


def pad(
    sequences: Sequence[Array | Sequence[int]],
    length: int | None = None,
    side: Literal["right", "left"] = "right",
    truncate: Literal["right", "left"] = "right",
) -> Array:
    """Return sequences of different lengths as one rectangle.

    Parameters
    ----------
    sequences : ids, each (length,), none of them `PADDING`; an empty one becomes one `UNKNOWN`, since a
        row of padding alone has nothing to read, and cuDNN refuses it when it is masked
    length : columns; None is the longest sequence
    side : where the padding goes
    truncate : which end of a longer sequence is cut off; "left" keeps the last words

    Returns
    -------
    int32 (len(sequences), length)
    """
    for name, value in (("side", side), ("truncate", truncate)):
        if value not in ("right", "left"):
            raise ValueError(f"{name}: got {value!r}, expected 'right' or 'left'")
    if length is not None and length < 1:
        raise ValueError(
            f"length: got {length}, expected 1 or more columns, or None for the longest sequence"
        )
    rows = [np.asarray(row) if len(row) else np.array([UNKNOWN]) for row in sequences]
    if not rows:
        return np.zeros((0, length or 0), dtype=np.int32)
    if length is not None:
        rows = [row[:length] if truncate == "right" else row[-length:] for row in rows]
    lengths = np.array([len(row) for row in rows])
    ids = np.concatenate(rows)
    if ids.dtype.kind not in "iu" or ids.min() <= PADDING:
        raise ValueError(
            f"sequences: expected integer ids above {PADDING}, got {ids.dtype}, least {ids.min()}"
        )
    filled = np.arange(length or lengths.max()) < lengths[:, None]
    padded = np.full(filled.shape, PADDING, dtype=np.int32)
    padded[filled if side == "right" else filled[:, ::-1]] = ids
    return padded
