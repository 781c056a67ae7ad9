"""What gradient_lab measures: one run of one cell, forward and back. What the lab keeps is kept here alone.

A run is asked for by what it depends on, so moving one cell's control runs that cell alone, and looking
farther back within the same length runs none.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import GRUParams, LSTMParams, Params, RNNParams, RNNTrace, Trace, rnn_forward, run_cell
from lstm_teach.gradients import clip_by_norm, gradient_reach, run_back, spectral_bound
from lstm_teach.labs.recall import fitted
from lstm_teach.sequences import task

CELLS: dict[str, type[Params]] = {"RNN": RNNParams, "LSTM": LSTMParams, "GRU": GRUParams}
LENGTHS = (30, 51, 101, 201, 501)  # steps that are run; a lag is looked up in the shortest that holds it
SEEDS, MANY_STEPS = 3, 201  # beyond so many steps, one seed must do, or the picture would lag behind the hand
UNITS, FEATURES = 16, 4  # with noise as the input; on a task, as many as the trained cells have
GATE_THAT_KEEPS = {"LSTM": "f", "GRU": "z"}
EXACT, DIGITS = 10, 9  # after so many steps the states of an RNN are rounded to so many digits
MAX_NORM = 1.0  # where gradients are clipped


class Source(NamedTuple):
    """Where inputs and weights come from: a toy task or noise, and whether the cells are trained on it."""

    task: str | None = None
    trained: bool = False


class Key(NamedTuple):
    """All that a run depends on; `options` are those of the cell's `random`, as sorted pairs."""

    cell: str
    options: tuple[tuple[str, Any], ...]
    source: Source
    strength: float
    length: int
    seed: int


class Measured(NamedTuple):
    """What one run of `length` steps shows; lags count from the last step back, and lag 0 comes first.

    reach (lags,): the norm of ds_T/ds_t, s the joint state; NaN before the states would have overflowed
    vectors (m, lags): dL/dx_t, where the loss L is the mean of the last hidden state
    norm: the length of L's gradient with respect to all weights; infinite if it has overflowed
    peak: the largest |h|; keeps: the mean of the forget (update) gate, NaN for a plain RNN
    direct (lags,): what arrives along c (GRU: h) alone, the product of the forget (update) gates, best unit.
      No path through h counts, which moves gates and candidates, so it is at most 1; NaN for a plain RNN
    bound (lags,): ‖U‖ to the power of the lag, which a plain RNN's reach cannot pass; NaN for the others
    """

    reach: Array
    vectors: Array
    norm: float
    peak: float
    keeps: float
    direct: Array
    bound: Array


class Seeds(NamedTuple):
    """The runs of one cell, one for each seed; `middle` is the one whose reach is the middle one."""

    runs: list[Measured]
    middle: int

    @property
    def shown(self) -> Measured:
        """The run of the thick line."""
        return self.runs[self.middle]


def seeds(
    cell: str, options: tuple[tuple[str, object], ...], source: Source, strength: float, steps: int
) -> Seeds:
    """Return the runs of a cell that are long enough to look back so many steps."""
    length = next(length for length in LENGTHS if length > steps)
    many = SEEDS if length <= MANY_STEPS else 1
    runs = [measured(Key(cell, options, source, strength, length, seed)) for seed in range(many)]
    # Rounded, so that equal reaches stay in the order of the seeds on every machine. NaN, beyond all numbers,
    # comes last.
    order = np.argsort([float(f"{one.reach[steps]:.9g}") for one in runs], kind="stable")
    return Seeds(runs, int(order[len(order) // 2]))


@lru_cache(64)
def measured(key: Key) -> Measured:
    """Return what a run forward and back shows."""
    p, trace = _traced(key)
    kept = GATE_THAT_KEEPS.get(key.cell)
    gate = getattr(trace, kept)[0] if kept else np.full_like(trace.h[0], np.nan)  # (time, units)
    later = np.concatenate([gate[1:], np.ones_like(gate[:1])])
    bound = np.full(len(gate), np.nan)
    if isinstance(p, RNNParams):
        bound = spectral_bound(p, len(gate))
    with np.errstate(over="ignore", invalid="ignore"):
        reach = gradient_reach(trace, p)[0]
        dh = np.zeros_like(trace.h)
        dh[:, -1] = 1.0 / p.n
        grads = run_back(trace, p, dh)
        try:
            norm = clip_by_norm([grads.W, grads.U, grads.b], MAX_NORM)[1]
        except ValueError:  # there is no number left to clip
            norm = np.inf
    return Measured(
        _from_the_end(reach, key.length),
        np.stack([_from_the_end(feature, key.length) for feature in grads.xs[0].T]),
        norm,
        float(np.abs(trace.h).max()),
        float(gate.mean()),
        _from_the_end(later[::-1].cumprod(axis=0)[::-1].max(axis=1), key.length),
        _from_the_end(bound, key.length),
    )


def _traced(key: Key) -> tuple[Params, Trace]:
    p, xs = params(key), inputs(key)
    if isinstance(p, RNNParams) and p.activation == "tanh" and dict(key.options).get("gain", 1.0) > 1:
        return p, _steady(xs, p)
    with np.errstate(over="ignore", invalid="ignore"):
        trace = run_cell(xs, p)
        while not (finite := np.isfinite(trace.h).all(axis=(0, 2))).all():
            xs = xs[:, -int(finite.argmin()) :]  # without tanh, h may outgrow all numbers: a shorter run
            trace = run_cell(xs, p)
    return p, trace


def _steady(xs: Array, p: RNNParams) -> RNNTrace:
    """Return a trace that is the same on every machine, of states that are rounded every few steps.

    Processors differ in the last digit of tanh. With large weights the states are chaotic: within 150 steps
    such a difference grows until all digits differ.
    """
    h, parts = None, []
    for part in np.split(xs, range(EXACT, xs.shape[1], EXACT), axis=1):
        parts.append(rnn_forward(part, p, h))
        h = parts[-1].h[:, -1].round(DIGITS)
    a, states = (np.concatenate([getattr(part, name) for part in parts], axis=1) for name in ("a", "h"))
    return parts[0]._replace(a=a, h=states, xs=xs)


def params(key: Key) -> Params:
    """Return the trained weights, or those that the cell begins with, drawn from the seed."""
    if key.source.task is None:
        m, n = FEATURES, UNITS
    else:
        trained = fitted(key.cell, key.source.task)
        if key.source.trained:
            return trained.params
        m, n = trained.params.m, trained.params.n
    return CELLS[key.cell].random(m, n, np.random.default_rng(key.seed), **dict(key.options))


def inputs(key: Key) -> Array:
    """Return one sequence (1, length, m): unit noise or a sequence of the task, times the strength."""
    rng = np.random.default_rng([key.seed, 1])  # not the stream of the weights
    if key.source.task is None:
        xs = rng.standard_normal((1, key.length, FEATURES))
        xs = xs[:, ::-1]  # the last steps are the same at any length
    else:
        options = dict(fitted("LSTM", key.source.task).task.options)
        longer = {"lag": key.length - options["window"]} if "lag" in options else {"time": key.length}
        xs = task(key.source.task, **options | longer).batch(1, rng).xs
    return key.strength * xs


def _from_the_end(values: Array, length: int) -> Array:
    """`values` (time,) with the last first, and NaN for steps that were not run."""
    return np.concatenate([values[::-1], np.full(length - len(values), np.nan)])
