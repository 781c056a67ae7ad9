"""Measure what came after the LSTM, and what it is good for: python -m experiments successors

Toy tasks in NumPy, three seeds each, written to data/successors.json, which lesson 16 draws: an LSTM and a
minLSTM learn parity and flagged recall, an LSTM and a GRU count, an LSTM and attention learn associative
recall. About four minutes on one core. A run is written as soon as it ends, and none is run twice.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

import lstm_teach
from experiments.asked import (
    NOT_ASKED,
    VALUES,
    Asked,
    Draw,
    counting,
    last_only,
    pairs,
    parity,
    recall,
    right,
    up_to,
)
from experiments.minlstm import Attention, MinLSTM
from lstm_teach.arrays import Array
from lstm_teach.atomic import replacing
from lstm_teach.cells import GRUParams, LSTMParams, run_cell
from lstm_teach.fitting import Readout, adam_start, adam_step, cross_entropy
from lstm_teach.gradients import clip_by_norm, run_back
from lstm_teach.sentiment.json_shapes import Object, read_json

PATH = lstm_teach.data_dir() / "successors.json"
UNITS, RATE, SEEDS = 32, 5e-3, 3
SHOWN = 20  # the n of the aⁿbⁿ over which a counting unit is kept
NUMBERS = counting(np.arange(1, 100))(np.random.default_rng())  # aⁿbⁿ, each n once
Run = Callable[[int], Any]


def new_cell(kind: str, m: int, n: int, rng: np.random.Generator, open_gates: bool) -> Any:
    """Return a new cell; with `open_gates` its forget gate starts open and its input gate closed."""
    if kind == "attention":
        return Attention.random(m, n, rng)
    if kind == "minLSTM":
        return MinLSTM.random(m, n, rng, open_gates)
    if kind == "GRU":
        return GRUParams.random(m, n, rng, dtype=np.float32)  # half the time of float64
    p = LSTMParams.random(m, n, rng, dtype=np.float32, forget_bias=4.0 if open_gates else 1.0)
    closed = np.float32(4.0 * open_gates) * (np.arange(4 * n) < n)
    return LSTMParams(p.W, p.U, p.b - closed)


def states_and_back(cell: Any, xs: Array) -> tuple[Array, Callable[[Array], list[Array]]]:
    """Return h (batch, time, units), and from the loss's gradient by h those by the cell's weights."""
    if isinstance(cell, MinLSTM | Attention):
        return cell.states_and_back(xs)
    trace = run_cell(xs.astype(cell.W.dtype), cell)

    def back(dh: Array) -> list[Array]:
        grads = run_back(trace, cell, dh)
        return [grads.W, grads.U, grads.b]

    return trace.h, back


class Learned(NamedTuple):
    """A trained cell, and the layer that makes answers of its states."""

    cell: Any
    readout: Readout

    def right(self, batch: Asked) -> Array:
        """Return for each sequence whether no answer is wrong."""
        h, _ = states_and_back(self.cell, batch.xs)
        return right(self.readout(h), batch)


def learning(
    kind: str, draw: Draw, classes: int, seed: int, open_gates: bool = False, units: int = UNITS
) -> Iterator[Learned]:
    """Yield what a cell has learned after each update, without end."""
    rng = np.random.default_rng(seed)
    cell = new_cell(kind, draw(rng).xs.shape[-1], units, rng, open_gates)
    readout, make = Readout.random(units, classes, rng), type(cell)
    weights = [*cell.weights] if hasattr(cell, "weights") else [cell.W, cell.U, cell.b]
    weights = [*weights, readout.W, readout.b]
    adam = adam_start(weights)
    while True:
        xs, targets = draw(rng)
        h, back = states_and_back(cell, xs)
        asked = targets != NOT_ASKED
        _, d = cross_entropy(readout(h[asked]), targets[asked])
        dh = np.zeros_like(h)
        dh[asked] = d @ readout.W.T
        gradients, _ = clip_by_norm([*back(dh), h[asked].T @ d, d.sum(axis=0)], 1.0)
        weights, adam = adam_step(weights, gradients, adam, RATE)
        cell, readout = make(*weights[:-2]), Readout(*weights[-2:])
        yield Learned(cell, readout)


def after(steps: Iterator[Learned], updates: int) -> Learned:
    """Return what is learned after so many more updates."""
    return next(learned for update, learned in enumerate(steps, start=1) if update == updates)


def unseen(draw: Draw) -> Asked:
    """Return sequences that no training draws: the same ones for every cell."""
    return draw(np.random.default_rng(1000))


def on_parity(kind: str, updates: int) -> Run:
    """Return a run: trained on 16 bits, and asked once, after as many bits and more."""

    def run(seed: int) -> dict[int, float]:
        learned = after(learning(kind, parity(16), 2, seed), updates)
        tests = {length: last_only(unseen(parity(length, 500))) for length in (16, 32, 64, 128)}
        return {length: float(learned.right(batch).mean()) for length, batch in tests.items()}

    return run


def on_recall(kind: str, lag: int) -> Run:
    """Return a run: flagged recall with an open forget gate and a closed input gate."""

    def run(seed: int) -> float:
        learned = after(learning(kind, recall(lag), 4, seed, open_gates=True), 400)
        return float(learned.right(unseen(recall(lag, 500))).mean())

    return run


def on_counting(kind: str) -> Run:
    """Return a run: how far a cell counts, and the unit that follows the count best, in the end."""

    def run(seed: int) -> dict[str, Any]:
        learned = after(learning(kind, counting(), 2, seed), 1000)
        shown = counting(np.array([SHOWN]))(np.random.default_rng()).xs
        trace = run_cell(shown.astype(np.float32), learned.cell)
        states = getattr(trace, "c", trace.h)[0]
        count = np.r_[1 : SHOWN + 1, SHOWN - 1 : -1 : -1]
        follows = [abs(np.corrcoef(unit, count)[0, 1]) for unit in states.T]
        right_to = up_to(learned.right(NUMBERS))
        return {"right to": right_to, "unit": states[:, np.argmax(follows)].astype(float).round(3).tolist()}

    return run


def on_pairs(kind: str, count: int, looks: Sequence[int]) -> Run:
    """Return a run: associative recall, looked at after so many updates."""

    def run(seed: int) -> dict[int, float]:
        steps, done, found = learning(kind, pairs(count), VALUES, seed, open_gates=True, units=64), 0, {}
        for updates in looks:
            learned, done = after(steps, updates - done), updates
            found[updates] = float(learned.right(unseen(pairs(count, 500))).mean())
        return found

    return run


def runs() -> dict[str, Run]:
    """Return every run by its name, as a function of the seed."""
    made = {"parity, LSTM": on_parity("LSTM", 500), "parity, minLSTM": on_parity("minLSTM", 1500)}
    for kind in ("LSTM", "minLSTM"):
        made |= {f"recall at lag {lag}, {kind}": on_recall(kind, lag) for lag in (30, 100)}
    made |= {f"counting, {kind}": on_counting(kind) for kind in ("LSTM", "GRU")}
    for count in (2, 4, 8):
        made[f"{count} pairs, attention"] = on_pairs("attention", count, (50, 100, 200, 400))
    for count in (2, 4):
        made[f"{count} pairs, LSTM"] = on_pairs("LSTM", count, (50, 100, 200, 400, 1000, 2000))
    return made


def measured() -> dict[str, list[Any]]:
    """Return what data/successors.json holds, or nothing if it is not there."""
    return read_json(PATH, Object({}), "record of these tasks") if PATH.exists() else {}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is missing, each with `SEEDS` seeds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("begins", nargs="*", help="run only what has a name that begins like one of these")
    wanted = tuple(parser.parse_args(arguments).begins) or ("",)
    for begin in wanted:
        if not any(name.startswith(begin) for name in runs()):
            parser.error(f"begins: got {begin!r}, expected the beginning of one of: {'; '.join(runs())}")
    for seed in range(SEEDS):
        for name, run in runs().items():
            if not name.startswith(wanted) or len(measured().get(name, [])) > seed:
                continue
            result = run(seed)
            found = measured()  # read again: another process may have written meanwhile
            found.setdefault(name, []).append(result)
            print(f"{name}, seed {seed}: {result}", flush=True)
            with replacing(PATH) as file:
                file.write((json.dumps(found, indent=1) + "\n").encode())
