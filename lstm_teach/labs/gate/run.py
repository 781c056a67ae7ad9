"""The cell with its gates held: the trace, the score and the reach, each kept so that it is computed once."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lstm_teach.cells import LSTMTrace, lstm_forward
from lstm_teach.gradients import gradient_reach
from lstm_teach.labs.gate import reads

Array = np.ndarray


class Held(NamedTuple):
    """Gates and the values that they are held at, from step `first` to step `last`, None for the end."""

    gates: tuple[tuple[str, float], ...] = ()
    first: int = 1
    last: int | None = None

    def clamp(self, time: int) -> dict[str, Array]:
        """As `cells` wants it: (time, 1) for each gate, NaN where it is computed."""
        t = np.arange(1, time + 1)[:, None]
        inside = (t >= self.first) & (t <= (self.last or time))
        return {gate: np.where(inside, value, np.nan) for gate, value in self.gates}

    def at(self, step: int) -> dict[str, float]:
        """The gates that are held at this step."""
        inside = self.first <= step and (self.last is None or step <= self.last)
        return dict(self.gates) if inside else {}


class Run(NamedTuple):
    """What was read under which name, and what the cell did."""

    name: str
    text: str
    held: Held
    reading: reads.Reading
    trace: LSTMTrace

    @property
    def score(self) -> float:
        """The share of right answers on the fixed batch."""
        return _score(self.reading.weights, self.held)

    @property
    def answer(self) -> str:
        """What it says in the end, in words."""
        return self.reading.answer(self.trace.h[0, -1])

    def reach(self, of: str) -> Array:
        """The norm of ds_T/ds_t for each step t, (time,); `of` as in `gradient_reach`."""
        return _reach(self.name, self.text, self.held, of)


class Look(NamedTuple):
    """All that a picture needs: the run, the same as learned, which gates are held, and where one looks."""

    run: Run
    learned: Run
    held: Held
    step: int
    unit: int

    def now(self) -> dict[str, float]:
        """The numbers of the unit at the step, by name, and those of the step before."""
        trace, t, u = self.run.trace, self.step - 1, self.unit
        now = {name: float(getattr(trace, name)[0, t, u]) for name in ("i", "f", "o", "c_tilde", "c", "h")}
        before = (trace.h[0, t - 1, u], trace.c[0, t - 1, u]) if t else (trace.h0[0, u], trace.c0[0, u])
        x = {"x": float(trace.xs[0, t, 0])} if trace.xs.shape[2] == 1 else {}
        return now | {"h_prev": float(before[0]), "c_prev": float(before[1])} | x


@lru_cache(maxsize=64)
def run(name: str, text: str, held: Held) -> Run:
    """Read what has that name, with those gates held."""
    reading = reads.reading(name, text)
    clamp = held.clamp(reading.xs.shape[1])
    return Run(name, text, held, reading, lstm_forward(reading.xs, reading.p, clamp=clamp))


@lru_cache(maxsize=256)
def _score(weights: str, held: Held) -> float:
    return reads.score(weights, held.clamp)


@lru_cache(maxsize=64)
def _reach(name: str, text: str, held: Held, of: str) -> Array:
    done = run(name, text, held)
    return gradient_reach(done.trace, done.reading.p, of)[0]
