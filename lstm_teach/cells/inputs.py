"""What goes into a cell, checked; for a whole sequence also copied, so that a trace owns it.

`clamp={"f": 1.0}` holds a gate at a value in place of computing it. A value is a number, or an array that
broadcasts to the shape of the gate. A NaN entry stays computed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from numbers import Real
from typing import Any, TypeVar

import numpy as np

from lstm_teach.arrays import Array, floats, in_dtype, instance
from lstm_teach.cells.parameters import GRUParams, LSTMParams, RNNParams

Clamp = Mapping[str, float | Array]
P = TypeVar("P", RNNParams, LSTMParams, GRUParams)


class HeldGates(Mapping[str, Array]):
    """The held gates of a trace by name, as a mapping that nobody can change: BPTT relies on it."""

    def __init__(self, values: Mapping[str, Array]) -> None:
        self._values = dict(values)

    def __getitem__(self, gate: str) -> Array:
        return self._values[gate]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)


def owned(
    cell: type[P],
    p: P,
    xs: Array,
    states: dict[str, Array | None],
    clamp: Clamp | None = None,
    gates: tuple[str, ...] = (),
) -> tuple[P, Array, list[Array], HeldGates]:
    """Return copies of the parameters, the sequence, the initial states and the held gates, all checked.

    `xs` is (batch, time, features). `states` holds h0 and c0, each (batch, units), or None for zeros. What
    the caller changes later in its own arrays does not reach the copies. `read_only` closes the copies, too.
    """
    p = instance("p", p, cell)
    p = replace(p, W=p.W.copy(), U=p.U.copy(), b=p.b.copy())  # checks anew: a view may have changed them
    floats("xs", xs, ("batch", "time", p.m))
    batch, time, _ = xs.shape
    dtype = np.result_type(xs, p.dtype)
    initial = [
        np.zeros((batch, p.n), dtype)
        if state is None
        else in_dtype(name, floats(name, state, (batch, p.n)), dtype)
        for name, state in states.items()
    ]
    time_first = np.array(xs.swapaxes(0, 1), order="C")  # a copy in the order in which the loops read it
    held = held_gates(clamp, gates, (batch, time, p.n), dtype)
    return p, time_first.swapaxes(0, 1), initial, HeldGates(held)


def held_gates(
    clamp: Clamp | None, gates: tuple[str, ...], shape: tuple[int, ...], dtype: np.dtype
) -> dict[str, Array]:
    """Return the values of each clamped gate, copied and broadcast to `shape`; NaN where it stays computed.

    `shape` is (batch, units) for a step and (batch, time, units) for a sequence.
    """
    if clamp is None:
        return {}
    if not isinstance(clamp, Mapping):
        raise ValueError(f"clamp: expected a dict such as {{'{gates[0]}': 1.0}}, got {type(clamp).__name__}")
    for gate in clamp:
        if gate not in gates:
            raise ValueError(f"clamp: unknown gate {gate!r}, expected one of {', '.join(map(repr, gates))}")
    return {gate: _held(gate, value, shape, dtype) for gate, value in clamp.items()}


def _held(gate: str, value: Any, shape: tuple[int, ...], dtype: np.dtype) -> Array:
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


def put_in_place(held: dict[str, Array], **computed: Array) -> list[Array]:
    """Return the computed gates in the order given, each with its held entries put in place."""
    return [
        np.where(np.isnan(held[name]), gate, held[name]) if name in held else gate
        for name, gate in computed.items()
    ]
