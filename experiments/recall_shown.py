"""The small cells of the labs: trained on four tasks, and measured with each gate held."""

from itertools import product
from typing import Any

import numpy as np

from experiments.recall_runs import CELLS, FOLDER, Make, unseen, write_json
from lstm_teach.cells import GRUParams, LSTMParams
from lstm_teach.fitting import Fitted, fit, load_fitted, save_fitted
from lstm_teach.sequences import task


def nearly_closed_lstm(m: int, n: int, rng: np.random.Generator) -> LSTMParams:
    """Return an LSTM that begins by keeping (forget bias 4) and writing little (input bias -3).

    What it then learns to let in stands out: its input gate opens at the flag, and c is still elsewhere.
    """
    p = LSTMParams.random(m, n, rng, np.float32, forget_bias=4.0)
    p.b_i[:] = -3.0
    return p


# For the labs: 8 units and 30 steps, so that every gate can be drawn; biases that start out keeping.
SHOWN_CELLS: dict[str, Make] = {
    "lstm": nearly_closed_lstm,
    "gru": lambda m, n, rng: GRUParams.random(m, n, rng, np.float32, update_bias=2.0),
    "rnn": CELLS["RNN, orthogonal"],
}
SHOWN_TASKS = {
    "pulse": {"lag": 20},
    "flagged_recall": {"lag": 20},
    "last_flagged": {"lag": 10, "window": 20, "flags": 3},
    "adding": {"time": 30},
}
# What a plain RNN of this size learns is shorter; on adding, 10 steps are the least there are.
EASIER = {
    ("rnn", "flagged_recall"): {"lag": 5},
    ("rnn", "last_flagged"): {"lag": 5, "window": 20, "flags": 3},
    ("rnn", "adding"): {"time": 10},
}
SHOWN_SETTINGS: dict[str, Any] = {"units": 8, "rate": 1e-2, "seed": 0, "updates": 3000, "tested_on": 2000}
CLAMPS = {
    "lstm": [{"i": 1.0}, {"f": 0.0}, {"f": 1.0}, {"o": 1.0}],
    "gru": [{"z": 0.0}, {"r": 0.0}, {"r": 1.0}],
    "rnn": [],  # it has no gate
}


def fit_shown(cell: str, name: str) -> Fitted:
    """Return a small cell for the labs, trained on a task."""
    s = SHOWN_SETTINGS
    toy = task(name, **EASIER.get((cell, name), SHOWN_TASKS[name]))
    rng = np.random.default_rng(s["seed"])
    p = SHOWN_CELLS[cell](toy.m, s["units"], rng)
    return fit(p, toy, rng, rate=s["rate"], updates=s["updates"])


def write_shown() -> None:
    """Train the cells of the labs that are not there yet; record how well each does, also when clamped."""
    rows = []
    for cell, name in product(SHOWN_CELLS, SHOWN_TASKS):
        path = FOLDER / f"{cell}-{name}.npz"
        if not path.exists():
            save_fitted(fit_shown(cell, name), path)
        rows.append({"file": path.name} | scores(load_fitted(path), cell))
    write_json("weights.json", {"settings": SHOWN_SETTINGS}, "weights", rows)


def scores(fitted: Fitted, cell: str) -> dict[str, Any]:
    """Return how well a small cell does, also with a gate held."""
    batch = unseen(fitted.task, SHOWN_SETTINGS["tested_on"])
    return {
        "cell": cell,
        "task": fitted.task.name,
        "options": dict(fitted.task.options),
        "chance": round(fitted.task.chance, 4),
        "score": fitted.score(batch),
        "solved_at": fitted.solved_at,
        "clamped": [{"clamp": clamp, "score": fitted.score(batch, clamp)} for clamp in CLAMPS[cell]],
    }
