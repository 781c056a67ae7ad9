"""What may come in: shapes, dtypes and clamps, checked once before the arithmetic starts."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_teach.arrays import Array

Clamp = Mapping[str, float | Array]


def floats(name: str, value: Any, shape: tuple[str | int, ...]) -> Array:
    """`value` as it is, once it is known to be a finite float array of the given shape.

    `shape` mixes words, which fit any length from 1 up, and numbers, which must match:
    ("batch", "time", 3) takes any batch of sequences of 3 features.

    Raises
    ------
    ValueError
        that names the argument, says what came and what was expected.
    """
    expected = "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
    if not isinstance(value, np.ndarray):
        raise ValueError(f"{name}: expected a float array of shape {expected}, got {type(value).__name__}")
    if value.dtype not in (np.float64, np.float32):
        raise ValueError(
            f"{name}: expected float64 or float32, got {value.dtype} of shape {value.shape}; "
            f"convert it with {name}.astype(float)"
        )
    fits = value.ndim == len(shape) and all(
        got > 0 if isinstance(want, str) else got == want
        for got, want in zip(value.shape, shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name}: expected shape {expected}, got {value.shape}")
    if not np.isfinite(value).all():
        raise ValueError(
            f"{name}: expected finite numbers, got NaN or infinity in an array of shape {value.shape}"
        )
    return value


def state(name: str, value: Array | None, batch: int, n: int, dtype: np.dtype) -> Array:
    """An initial state (batch, units): the one given, or zeros."""
    if value is None:
        return np.zeros((batch, n), dtype)
    return floats(name, value, (batch, n)).astype(dtype, copy=False)


class Held:
    """One clamped gate: where it is held, and at which value, both broadcast to the shape of the gate."""

    def __init__(self, gate: str, value: float | Array, shape: tuple[int, ...], dtype: np.dtype) -> None:
        try:
            held = np.asarray(value, dtype)
            self.value = np.broadcast_to(held, shape)
        except (TypeError, ValueError):
            raise ValueError(
                f"clamp[{gate!r}]: expected a number or an array that broadcasts to {shape}, "
                f"got {type(value).__name__} of shape {np.shape(value)}"
            ) from None
        if np.isinf(held).any():
            raise ValueError(
                f"clamp[{gate!r}]: expected finite numbers (or NaN for 'computed'), got infinity"
            )
        self.where = ~np.isnan(self.value)

    def onto(self, computed: Array) -> Array:
        """`computed`, with the held entries put in place. A new array."""
        return np.where(self.where, self.value, computed)


def resolve(
    clamp: Clamp | None, gates: tuple[str, ...], shape: tuple[int, ...], dtype: np.dtype
) -> dict[str, Held]:
    """The clamped gates by name, each broadcast to `shape`: (batch, units), or (batch, time, units).

    Raises
    ------
    ValueError
        for an unknown gate, a value that does not broadcast, or infinity.
    """
    if clamp is None:
        return {}
    if not isinstance(clamp, Mapping):
        raise ValueError(f"clamp: expected a dict such as {{'{gates[0]}': 1.0}}, got {type(clamp).__name__}")
    for gate in clamp:
        if gate not in gates:
            raise ValueError(f"clamp: unknown gate {gate!r}, expected one of {', '.join(map(repr, gates))}")
    return {gate: Held(gate, value, shape, dtype) for gate, value in clamp.items()}
