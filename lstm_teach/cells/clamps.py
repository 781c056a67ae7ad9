"""Holding a gate at a value in place of computing it: `clamp={"f": 1.0}`.

A value is a number, or an array that broadcasts to the shape of the gate. A NaN entry stays computed.
"""

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np

from lstm_teach.arrays import Array

Clamp = Mapping[str, float | Array]


def held_gates(
    clamp: Clamp | None, gates: tuple[str, ...], shape: tuple[int, ...], dtype: np.dtype
) -> dict[str, Array]:
    """Return the values of each clamped gate, copied and broadcast to `shape`; NaN where it stays computed.

    `shape` is (batch, units) for a step and (batch, time, units) for a sequence.

    Raises
    ------
    ValueError
        for an unknown gate, a value that is no number and does not broadcast, or infinity.
    """
    if clamp is None:
        return {}
    if not isinstance(clamp, Mapping):
        raise ValueError(f"clamp: expected a dict such as {{'{gates[0]}': 1.0}}, got {type(clamp).__name__}")
    for gate in clamp:
        if gate not in gates:
            raise ValueError(f"clamp: unknown gate {gate!r}, expected one of {', '.join(map(repr, gates))}")
    return {gate: _broadcast(gate, value, shape, dtype) for gate, value in clamp.items()}


def put_in_place(held: dict[str, Array], **computed: Array) -> list[Array]:
    """Return the computed gates in the order given, each with its held entries put in place."""
    return [
        np.where(np.isnan(held[name]), gate, held[name]) if name in held else gate
        for name, gate in computed.items()
    ]


def _broadcast(gate: str, value: Any, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    wrong = ValueError(
        f"clamp[{gate!r}]: expected a number or an array that broadcasts to {shape}, "
        f"got {type(value).__name__} of shape {np.shape(value)}"
    )
    if not isinstance(value, Real | list | tuple) and type(value) is not np.ndarray:
        raise wrong
    try:
        if np.asarray(value).dtype.kind not in "fiub":
            raise wrong
        held = np.array(value, dtype)
        whole = np.broadcast_to(held, shape)
    except (TypeError, ValueError):
        raise wrong from None
    if np.isinf(held).any():
        raise ValueError(f"clamp[{gate!r}]: expected finite numbers (or NaN for 'computed'), got infinity")
    return whole
