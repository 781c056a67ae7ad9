"""A GRU and an LSTM on the same input, with gates held: traces, scores, reach, each computed once."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

import lstm_teach
from lstm_teach import fitting
from lstm_teach.cells import GRUParams, GRUTrace, LSTMTrace, gru_forward, lstm_forward
from lstm_teach.gradients import gradient_reach
from lstm_teach.labs.gate import reads as inputs
from lstm_teach.labs.gate.run import Held

Array = np.ndarray
Clamp = dict[str, Any]

CONSTANT, CANDIDATE = "a constant candidate", 0.762  # about tanh(1)
READS = [CONSTANT, *inputs.TASKS]
LEARNED, ADDS, TIED = WAYS = ["learned", "i = f = 1", "f = z, i = 1 − z"]
"""What the gates of the LSTM do: the third is the GRU's update gate in the place of two."""


class Look(NamedTuple):
    """All that a picture needs: what is read, what both cells do, what is held, and where one looks."""

    name: str
    reading: inputs.Reading
    p: GRUParams
    gru: GRUTrace
    learned: GRUTrace
    lstm: LSTMTrace
    held: Held
    way: str
    step: int
    unit: int

    @property
    def constant(self) -> bool:
        """Whether the candidates are held, and no question is asked."""
        return self.name == CONSTANT

    def now(self) -> dict[str, float]:
        """The numbers of the GRU's unit at the step, by name, and its h of the step before."""
        t, u = self.step - 1, self.unit
        now = {name: float(getattr(self.gru, name)[0, t, u]) for name in ("z", "r", "h_tilde", "h")}
        before = self.gru.h[0, t - 1, u] if t else self.gru.h0[0, u]
        x = {"x": float(self.gru.xs[0, t, 0])} if self.gru.xs.shape[2] == 1 else {}
        return now | {"h_prev": float(before)} | x

    def c(self) -> float:
        """The LSTM's c of the unit at the step."""
        return float(self.lstm.c[0, self.step - 1, self.unit])

    def reach(self) -> tuple[Array, Array, Array]:
        """The norm of ds_T/ds_t for each step t: GRU, GRU as learned, LSTM; each (time,)."""
        return (
            _reach(self.name, self.held),
            _reach(self.name, Held()),
            _lstm_reach(self.name, self.held, self.way),
        )

    def scores(self) -> tuple[float, float, float]:
        """The share of right answers on the fixed batch: GRU, GRU as learned, LSTM."""
        task = self.reading.weights
        return (
            _score(task, self.held),
            _score(task, Held()),
            _lstm_score(task, _of_lstm(self.held, self.way), self.way),
        )


def look_at(name: str, held: Held, way: str, step: int, unit: int) -> Look:
    """Let both cells read what has that name, with those gates held, and look at one unit at one step."""
    return Look(
        name, _reading(name), _params(_reading(name).weights), _gru(name, held), _gru(name, Held()),
        _lstm(name, held, way), held, way, step, unit,
    )  # fmt: skip


@lru_cache
def _reading(name: str) -> inputs.Reading:
    if name != CONSTANT:
        return inputs.reading(name, "")
    pulse = inputs.reading("one pulse", "")
    silence, steps = np.zeros_like(pulse.xs), pulse.xs.shape[1]
    return pulse._replace(
        xs=silence, inputs=["nothing"] * steps, signs=None, marked=np.arange(0), axis="step"
    )


@lru_cache
def _fitted(task: str) -> fitting.Fitted:
    return fitting.load_fitted(lstm_teach.data_dir() / "recall" / f"gru-{task}.npz")


def _params(task: str) -> GRUParams:
    p = _fitted(task).params
    assert isinstance(p, GRUParams)
    return p


@lru_cache(maxsize=64)
def _gru(name: str, held: Held) -> GRUTrace:
    reading = _reading(name)
    candidate = {"h_tilde": CANDIDATE} if name == CONSTANT else {}
    clamp = held.clamp(reading.xs.shape[1]) | candidate
    return gru_forward(reading.xs, _params(reading.weights), clamp=clamp)


@lru_cache(maxsize=64)
def _lstm(name: str, held: Held, way: str) -> LSTMTrace:
    reading = _reading(name)
    candidate = {"c_tilde": CANDIDATE} if name == CONSTANT else {}
    clamp = _gates(way, held.first, _gru(name, held).z) | candidate
    return lstm_forward(reading.xs, reading.p, clamp=clamp)


def _gates(way: str, first: int, z: Array) -> Clamp:
    """The LSTM's gates from step `first` on, where `z` (batch, time, units) are the GRU's."""
    if way == LEARNED:
        return {}
    inside = (np.arange(1, z.shape[1] + 1) >= first)[:, None]
    f, i = (1.0, 1.0) if way == ADDS else (z, 1 - z)
    return {"f": np.where(inside, f, np.nan), "i": np.where(inside, i, np.nan)}


def _of_lstm(held: Held, way: str) -> Held:
    """What of the GRU's held gates matters to the LSTM's score."""
    return {LEARNED: Held(), ADDS: Held((), held.first), TIED: held}[way]


@lru_cache(maxsize=256)
def _score(task: str, held: Held) -> float:
    batch = inputs.batch(task)
    return _fitted(task).score(batch, held.clamp(batch.xs.shape[1]))


@lru_cache(maxsize=256)
def _lstm_score(task: str, held: Held, way: str) -> float:
    batch = inputs.batch(task)
    z = (
        batch.xs
        if way != TIED
        else gru_forward(batch.xs, _params(task), clamp=held.clamp(batch.xs.shape[1])).z
    )
    return inputs.fitted(task).score(batch, _gates(way, held.first, z))


@lru_cache(maxsize=64)
def _reach(name: str, held: Held) -> Array:
    return gradient_reach(_gru(name, held), _params(_reading(name).weights))[0]


@lru_cache(maxsize=64)
def _lstm_reach(name: str, held: Held, way: str) -> Array:
    return gradient_reach(_lstm(name, held, way), _reading(name).p)[0]
