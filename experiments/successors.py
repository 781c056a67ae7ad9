"""Measure what came after the LSTM, and what it is good for: python -m experiments successors

Four questions, answered on toy tasks in NumPy and written to data/successors.json, which lesson 16 draws: an
LSTM and a minLSTM learn parity and flagged recall, an LSTM and a GRU count, and an LSTM and attention learn
associative recall. Some minutes on one core. A run is written as soon as it ends, and none is run twice.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import lstm_teach
from experiments.minlstm import Attention, MinLSTM
from lstm_teach.arrays import Array
from lstm_teach.atomic import replacing
from lstm_teach.cells import GRUParams, LSTMParams, run_cell
from lstm_teach.fitting import Readout, adam_start, adam_step, cross_entropy
from lstm_teach.gradients import clip_by_norm, run_back
from lstm_teach.sequences import flagged_recall

PATH = lstm_teach.data_dir() / "successors.json"
UNITS, BATCH, RATE, SEEDS = 32, 64, 5e-3, 3
KEYS, VALUES = 32, 8
NOT_ASKED = -1


class Asked(NamedTuple):
    """Sequences `xs` (batch, time, features); (batch, time) the right class of each step, or NOT_ASKED."""

    xs: Array
    classes: Array


Draw = Callable[[np.random.Generator], Asked]


def parity(length: int, size: int = BATCH) -> Draw:
    """Return a drawer of bits: at every step, is the number of ones so far odd?"""

    def draw(rng: np.random.Generator) -> Asked:
        bits = rng.integers(2, size=(size, length))
        return Asked(np.eye(2)[bits], bits.cumsum(axis=1) % 2)

    return draw


def recall(lag: int, size: int = BATCH) -> Draw:
    """Return a drawer of flagged recall, asked at the last step."""
    task = flagged_recall(lag=lag)

    def draw(rng: np.random.Generator) -> Asked:
        batch = task.batch(size, rng)
        classes = np.full(batch.xs.shape[:2], NOT_ASKED)
        classes[:, -1] = batch.targets
        return Asked(batch.xs, classes)

    return draw


def counting(numbers: Array | None = None, most: int = 30) -> Draw:
    """Return a drawer of aⁿbⁿ, n up to `most` or as given: after each b, does another b come, or the end?"""

    def draw(rng: np.random.Generator) -> Asked:
        n = rng.integers(1, most + 1, BATCH) if numbers is None else numbers
        step = np.arange(2 * n.max())
        is_a, is_b = step < n[:, None], (step >= n[:, None]) & (step < 2 * n[:, None])
        xs = np.stack([is_a, is_b], axis=-1).astype(float)
        return Asked(xs, np.where(is_b, step == 2 * n[:, None] - 1, NOT_ASKED).astype(int))

    return draw


def pairs(count: int, size: int = BATCH) -> Draw:
    """Return a drawer of associative recall: `count` pairs of key and value, then a key. Its value?"""

    def draw(rng: np.random.Generator) -> Asked:
        keys = rng.random((size, KEYS)).argsort(axis=1)[:, :count]
        values, asked = rng.integers(VALUES, size=(size, count)), rng.integers(count, size=size)
        xs = np.zeros((size, count + 1, KEYS + VALUES))
        rows = np.arange(size)
        xs[:, :-1] = np.concatenate([np.eye(KEYS)[keys], np.eye(VALUES)[values]], axis=-1)
        xs[:, -1, :KEYS] = np.eye(KEYS)[keys[rows, asked]]
        classes = np.full((size, count + 1), NOT_ASKED)
        classes[:, -1] = values[rows, asked]
        return Asked(xs, classes)

    return draw


def new_cell(kind: str, m: int, n: int, rng: np.random.Generator, open_gates: bool) -> Any:
    """Return a new cell; with `open_gates` its forget gate starts open and its input gate closed."""
    if kind == "attention":
        return Attention.random(m, n, rng)
    if kind == "minLSTM":
        return MinLSTM.random(m, n, rng, open_gates)
    if kind == "GRU":
        return GRUParams.random(m, n, rng)
    p = LSTMParams.random(m, n, rng, forget_bias=4.0 if open_gates else 1.0)
    return LSTMParams(p.W, p.U, p.b - 4.0 * open_gates * (np.arange(4 * n) < n))


def states_and_back(cell: Any, xs: Array) -> tuple[Array, Callable[[Array], list[Array]]]:
    """Return h (batch, time, units), and from the loss's gradient by h those by the cell's weights."""
    if isinstance(cell, MinLSTM | Attention):
        return cell.states_and_back(xs)
    trace = run_cell(xs, cell)

    def back(dh: Array) -> list[Array]:
        grads = run_back(trace, cell, dh)
        return [grads.W, grads.U, grads.b]

    return trace.h, back


def learn(
    kind: str, draw: Draw, classes: int, updates: int, seed: int, open_gates: bool = False, units: int = UNITS
) -> Callable[[Asked], float]:
    """Return how well a cell answers after `updates`: the fraction of sequences with no wrong answer."""
    rng = np.random.default_rng(seed)
    cell = new_cell(kind, draw(rng).xs.shape[-1], units, rng, open_gates)
    readout, make = Readout.random(units, classes, rng), type(cell)
    weights = [*cell.weights] if hasattr(cell, "weights") else [cell.W, cell.U, cell.b]
    weights = [*weights, readout.W, readout.b]
    adam = adam_start(weights)
    for _ in range(updates):
        xs, right = draw(rng)
        h, back = states_and_back(cell, xs)
        asked = right != NOT_ASKED
        _, d = cross_entropy(readout(h[asked]), right[asked])
        dh = np.zeros_like(h)
        dh[asked] = d @ readout.W.T
        gradients, _ = clip_by_norm([*back(dh), h[asked].T @ d, d.sum(axis=0)], 1.0)
        weights, adam = adam_step(weights, gradients, adam, RATE)
        cell, readout = make(*weights[:-2]), Readout(*weights[-2:])

    def right_on(batch: Asked) -> float:
        h, _ = states_and_back(cell, batch.xs)
        wrong = (readout(h).argmax(axis=-1) != batch.classes) & (batch.classes != NOT_ASKED)
        return float(np.mean(~wrong.any(axis=1)))

    return right_on


def runs() -> dict[str, Callable[[int], Any]]:
    """Return every run by its name, as a function of the seed."""
    unseen = np.random.default_rng(1000)

    def on_parity(kind: str, updates: int) -> Callable[[int], Any]:
        def run(seed: int) -> dict[int, float]:
            right = learn(kind, parity(16), 2, updates, seed)
            found = {}
            for length in (16, 32, 64, 128):
                batch = parity(length, 500)(unseen)
                last = np.full_like(batch.classes, NOT_ASKED)
                last[:, -1] = batch.classes[:, -1]
                found[length] = right(Asked(batch.xs, last))
            return found

        return run

    def on_counting(kind: str) -> Callable[[int], Any]:
        def run(seed: int) -> int:
            right = learn(kind, counting(), 2, 1000, seed)
            wrong = [n for n in range(1, 100) if right(counting(np.array([n]))(unseen)) < 1]
            return wrong[0] - 1 if wrong else 99

        return run

    def on_recall(kind: str, lag: int) -> Callable[[int], Any]:
        def run(seed: int) -> float:
            right = learn(kind, recall(lag), 4, 400, seed, open_gates=True)
            return right(recall(lag, 500)(unseen))

        return run

    def on_pairs(kind: str, count: int, updates: int) -> Callable[[int], Any]:
        def run(seed: int) -> float:
            right = learn(kind, pairs(count), VALUES, updates, seed, open_gates=True, units=64)
            return right(pairs(count, 500)(unseen))

        return run

    made = {"parity, LSTM": on_parity("LSTM", 500), "parity, minLSTM": on_parity("minLSTM", 1500)}
    for kind in ("LSTM", "minLSTM"):
        made |= {f"recall at lag {lag}, {kind}": on_recall(kind, lag) for lag in (30, 100)}
    made |= {f"counting, {kind}": on_counting(kind) for kind in ("LSTM", "GRU")}
    for count in (2, 4, 8, 16):
        made |= {f"{count} pairs, attention": on_pairs("attention", count, 400)}
        made |= {f"{count} pairs, LSTM": on_pairs("LSTM", count, 2000)}
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is missing, each with `SEEDS` seeds."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args(arguments)
    found = json.loads(PATH.read_text(encoding="utf-8")) if Path(PATH).exists() else {}
    for seed in range(SEEDS):
        for name, run in runs().items():
            if len(found.setdefault(name, [])) > seed:
                continue
            found[name].append(run(seed))
            print(f"{name}, seed {seed}: {found[name][-1]}", flush=True)
            with replacing(PATH) as file:
                file.write((json.dumps(found, indent=1) + "\n").encode())
