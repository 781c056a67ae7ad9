"""A trained cell that reads an example with gates held, and where one looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import Clamp, GRUTrace, LSTMParams, LSTMTrace, run_cell
from lstm_teach.labs.cell.inputs import Example, Trained

NEAR = 0.05  # a gate so close to 0 or 1 counts as closed or open where a case is named
LEARNED, SLIDER = "learned", "slider"
VALUES = {"open": 1.0, "closed": 0.0, "keep old": 1.0, "take new": 0.0}
"""The value at which a position of a control holds its gate. A learned gate is not held, and a slider has a
value of its own."""


class Held(NamedTuple):
    """Gates and the values that they are held at, from step `first` to step `last`, None for the end."""

    gates: tuple[tuple[str, float], ...] = ()
    first: int = 1
    last: int | None = None

    def clamp(self, xs: Array) -> Clamp:
        """Return what a cell takes that reads `xs`: (time, 1) for each gate, NaN where it is computed."""
        steps = np.arange(1, xs.shape[1] + 1)[:, None]
        inside = (steps >= self.first) & (steps <= (self.last or len(steps)))
        return {gate: np.where(inside, value, np.nan) for gate, value in self.gates}

    def at(self, step: int) -> dict[str, float]:
        """Return the gates that are held at this step."""
        inside = self.first <= step and (self.last is None or step <= self.last)
        return dict(self.gates) if inside else {}


def hold(
    positions: Mapping[str, str], sliders: Mapping[str, float], first: int, last: int | None = None
) -> Held:
    """Return the gates that are not learned, each at the value of its position or of its slider."""
    moved = {gate: position for gate, position in positions.items() if position != LEARNED}
    return Held(tuple((gate, VALUES.get(at, sliders[gate])) for gate, at in moved.items()), first, last)


class Tied(NamedTuple):
    """An LSTM's gates tied to those of a GRU that reads the same: f = z and i = 1 − z.

    `held` are the gates of the GRU, from whose first step on the LSTM's are tied; `candidate` is what the
    GRU's is held at, if it is.
    """

    gru: Trained
    held: Held
    candidate: float | None = None

    def clamp(self, xs: Array) -> Clamp:
        """Return what the LSTM takes: (batch, time, units) for f and i, NaN where they are computed."""
        gru = _run(self.gru, xs, self.held, self.candidate)
        assert isinstance(gru, GRUTrace)
        inside = (np.arange(1, xs.shape[1] + 1) >= self.held.first)[:, None]
        return {"f": np.where(inside, gru.z, np.nan), "i": np.where(inside, 1 - gru.z, np.nan)}


@dataclass(frozen=True, eq=False)
class CellRun:
    """What a cell did with an example."""

    cell: Trained
    example: Example
    trace: LSTMTrace | GRUTrace

    def all_units(self, name: str) -> Array:
        """Return a gate or a state of all units, (time, units)."""
        return getattr(self.trace, name)[0]

    def line(self, name: str, unit: int) -> Array:
        """Return a gate or a state of one unit, (time,)."""
        return self.all_units(name)[:, unit]


def read(cell: Trained, example: Example, held: Held | Tied) -> CellRun:
    """Let the cell read the example with these gates held, and the candidate where the example holds it."""
    return CellRun(cell, example, _run(cell, example.xs, held, example.candidate))


def _run(cell: Trained, xs: Array, held: Held | Tied, candidate: float | None) -> LSTMTrace | GRUTrace:
    clamp = dict(held.clamp(xs))
    if candidate is not None:
        clamp["c_tilde" if isinstance(cell.p, LSTMParams) else "h_tilde"] = candidate
    trace = run_cell(xs, cell.p, clamp)
    assert isinstance(trace, LSTMTrace | GRUTrace)
    return trace


class Look(NamedTuple):
    """A run with gates held, the same run with none held, and the step and the unit that one looks at."""

    run: CellRun
    learned: CellRun
    held: Held
    step: int
    unit: int

    def line(self, name: str) -> Array:
        """Return a gate or a state of the unit, (time,)."""
        return self.run.line(name, self.unit)

    def now(self) -> dict[str, float]:
        """Return the numbers of the unit at the step by name, with the states before it; x if it is one."""
        trace, t = self.run.trace, self.step - 1
        now = {name: float(self.line(name)[t]) for name in trace._fields[: trace._fields.index("xs")]}
        now["h_prev"] = float(self.line("h")[t - 1] if t else trace.h0[0, self.unit])
        if isinstance(trace, LSTMTrace):
            now["c_prev"] = float(self.line("c")[t - 1] if t else trace.c0[0, self.unit])
        if trace.xs.shape[2] == 1:
            now["x"] = float(trace.xs[0, t, 0])
        return now
