"""Sequences of different lengths as one rectangle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np

from lstm_teach.arrays import Array, whole
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
    if length is not None:
        whole("length", length)
    rows = _rows(sequences)
    if not rows:
        return np.zeros((0, length or 0), dtype=np.int32)
    if length is not None:
        rows = [row[:length] if truncate == "right" else row[-length:] for row in rows]
    lengths = np.array([len(row) for row in rows])
    ids = np.concatenate(rows)
    if ids.dtype.kind not in "iu" or ids.min() <= PADDING:
        least = f", least {ids.min()}" if ids.dtype.kind in "iu" else ""
        raise ValueError(f"sequences: expected integer ids above {PADDING}, got {ids.dtype}{least}")
    filled = np.arange(length or lengths.max()) < lengths[:, None]
    padded = np.full(filled.shape, PADDING, dtype=np.int32)
    padded[filled if side == "right" else filled[:, ::-1]] = ids
    return padded


def _rows(sequences: Sequence[Array | Sequence[int]]) -> list[Array]:
    """Return the sequences as arrays (length,), an empty one as one unknown word."""
    if not isinstance(sequences, Iterable) or (isinstance(sequences, np.ndarray) and not sequences.ndim):
        raise ValueError(f"sequences: expected a list of ids, got {type(sequences).__name__}")
    rows = []
    for k, row in enumerate(sequences):
        ids = np.asarray(row)
        if ids.ndim != 1 or isinstance(row, np.ma.MaskedArray):  # it would lose its mask
            what = f"{type(row).__name__} of shape {ids.shape}"
            raise ValueError(f"sequences: expected ids of shape (length,), got {what} at row {k}")
        rows.append(ids if len(ids) else np.array([UNKNOWN]))
    return rows
