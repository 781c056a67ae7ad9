"""The runs on flagged recall: what is planned, and what is recorded."""

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from itertools import product
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # such small matrices gain nothing from more

import numpy as np

from lstm_teach import data_dir
from lstm_teach.atomic import replacing
from lstm_teach.cells import GRUParams, LSTMParams, Params, RNNParams
from lstm_teach.fitting import fit
from lstm_teach.sentiment.json_shapes import (
    COUNT,
    FRACTION,
    LINE,
    NUMBER,
    WHOLE,
    Object,
    Several,
    or_none,
    read_json,
)
from lstm_teach.sequences import Batch, Task, task

FOLDER = data_dir() / "recall"
_RUN = Object(
    {
        "cell": LINE,
        "lag": COUNT,
        "rate": NUMBER,
        "seed": WHOLE,
        "accuracy": FRACTION,
        "solved_at": or_none(COUNT),
    }
)

SETTINGS: dict[str, Any] = {
    "task": "flagged_recall",
    "symbols": 4,
    "window": 10,
    "units": 32,
    "dtype": "float32",
    "batch_size": 64,
    "max_norm": 1.0,
    "updates": 3000,
    "target": 0.99,
    "patience": 2,
    "check_every": 50,
    "held_out": 500,
    "tested_on": 2000,
}
LAGS, SEEDS, RATE = (5, 10, 20, 50, 100), (0, 1, 2, 3, 4), 5e-3
OTHER_RATES, OTHER_LAGS = (1e-3, 1e-2), (20, 50)

Make = Callable[[int, int, np.random.Generator], Params]
CELLS: dict[str, Make] = {
    "RNN, orthogonal": lambda m, n, rng: RNNParams.random(m, n, rng, np.float32),
    "RNN, Glorot": lambda m, n, rng: RNNParams.random(m, n, rng, np.float32, recurrent="glorot"),
    "LSTM, forget bias 1": lambda m, n, rng: LSTMParams.random(m, n, rng, np.float32),
    "LSTM, forget bias 4": lambda m, n, rng: LSTMParams.random(m, n, rng, np.float32, forget_bias=4.0),
    "GRU, update bias 0": lambda m, n, rng: GRUParams.random(m, n, rng, np.float32),
    "GRU, update bias 2": lambda m, n, rng: GRUParams.random(m, n, rng, np.float32, update_bias=2.0),
}
FAR_LAGS = (50, 100)  # where the biases at the start decide


def chrono_lstm(m: int, n: int, rng: np.random.Generator) -> LSTMParams:
    """Return an LSTM that starts out with memories from 1 step to the longest sequence, 110 steps.

    b_f = ln U(1, T - 1) and b_i = -b_f (Tallec and Ollivier 2018, equation 16).
    """
    p = LSTMParams.random(m, n, rng, np.float32)
    p.b_f[:] = np.log(rng.uniform(1, SETTINGS["window"] + max(LAGS) - 1, n))
    p.b_i[:] = -p.b_f
    return p


def closed_lstm(m: int, n: int, rng: np.random.Generator) -> LSTMParams:
    """Return an LSTM whose forget gate starts out nearly open, and whose input gate nearly closed."""
    p = LSTMParams.random(m, n, rng, np.float32, forget_bias=4.0)
    p.b_i[:] = -4.0
    return p


# Other biases at the start: two that also close what writes, and two that keep as long as the other cell.
FAR_CELLS: dict[str, Make] = {
    "LSTM, chrono initialisation": chrono_lstm,
    "LSTM, forget bias 4, input bias -4": closed_lstm,
    "LSTM, forget bias 2": lambda m, n, rng: LSTMParams.random(m, n, rng, np.float32, forget_bias=2.0),
    "GRU, update bias 4": lambda m, n, rng: GRUParams.random(m, n, rng, np.float32, update_bias=4.0),
}
# With as many weights as an LSTM of 32 units has (4,864), or nearly, in place of as many units.
EQUAL_WEIGHTS: dict[str, Make] = {
    "RNN, orthogonal, 66 units": lambda m, _, rng: RNNParams.random(m, 66, rng, np.float32),
    "GRU, update bias 2, 37 units": lambda m, _, rng: GRUParams.random(
        m, 37, rng, np.float32, update_bias=2.0
    ),
}
ALL_CELLS = CELLS | FAR_CELLS | EQUAL_WEIGHTS


def planned() -> list[dict[str, Any]]:
    """Return every run, as the entries that name it: seed by seed, so that a part is a fair sample."""
    runs = [(s, RATE, lag, cell) for s, lag, cell in product(SEEDS, LAGS, CELLS)]
    runs += list(product(SEEDS, OTHER_RATES, OTHER_LAGS, CELLS))
    runs += [(s, RATE, lag, cell) for cell, s, lag in product(FAR_CELLS, SEEDS, FAR_LAGS)]
    runs += [(s, RATE, lag, cell) for s, lag, cell in product(SEEDS, LAGS, EQUAL_WEIGHTS)]
    return [{"cell": cell, "lag": lag, "rate": rate, "seed": seed} for seed, rate, lag, cell in runs]


def read_runs() -> list[dict[str, Any]]:
    """Return the runs that are recorded.

    Raises
    ------
    SystemExit
        if they were made with other settings.
    ValueError
        if the file is damaged; the message names it.
    """
    path = FOLDER / "accuracy.json"
    if not path.exists():
        return []
    record = read_json(path, Object({"settings": Object({}), "runs": Several(_RUN)}), "record of recall")
    if record["settings"] != SETTINGS:
        sys.exit(f"{path} was made with other settings: move it away to start anew")
    return record["runs"]


def run(cell: str, lag: int, rate: float, seed: int) -> dict[str, Any]:
    """Return one run, from fresh weights to the accuracy on sequences that no choice has seen."""
    s = SETTINGS
    recall = task(s["task"], lag=lag, symbols=s["symbols"], window=s["window"])
    rng = np.random.default_rng(seed)
    started = time.process_time()
    fitted = fit(
        ALL_CELLS[cell](recall.m, s["units"], rng),
        recall,
        rng,
        rate=rate,
        **{k: s[k] for k in ("updates", "batch_size", "max_norm", "target")},
        **{k: s[k] for k in ("patience", "check_every", "held_out")},
        progress=False,
    )
    return {
        "accuracy": fitted.score(unseen(recall, s["tested_on"])),
        "solved_at": fitted.solved_at,
        "updates": int(fitted.history.updates[-1]),
        "cpu_seconds": round(time.process_time() - started, 1),
        "held_out": [round(float(a), 3) for a in fitted.history.accuracy],
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
    }


def unseen(recall: Task, size: int) -> Batch:
    """Return sequences for the last test, from a seed that no training uses."""
    return recall.batch(size, np.random.default_rng(20_260_101))


def write_json(name: str, head: dict[str, Any], rows_name: str, rows: list[dict[str, Any]]) -> None:
    """Write JSON with one row per line, so that a difference shows the rows that differ."""
    lines = ",\n".join("  " + json.dumps(row) for row in rows)
    text = json.dumps(head, indent=1)[:-2] + f',\n "{rows_name}": [\n{lines}\n ]\n}}\n'
    with replacing(FOLDER / name) as file:
        file.write(text.encode())


def run_missing() -> None:
    """Run what is planned and not recorded, and record each run as soon as it ends."""
    runs = read_runs()
    done = {identity(r) for r in runs}
    plan = [p for p in planned() if identity(p) not in done]
    for k, entry in enumerate(plan, start=1):
        runs.append(entry | run(**entry))
        write_json("accuracy.json", {"settings": SETTINGS}, "runs", runs)
        r = runs[-1]
        print(f"{k}/{len(plan)}  {entry}  {r['accuracy']:.1%} after {r['updates']} updates", flush=True)


def identity(entry: dict[str, Any]) -> tuple[Any, ...]:
    """Return what tells one run from the others."""
    return entry["cell"], entry["lag"], entry["rate"], entry["seed"]
