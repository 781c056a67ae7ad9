"""The tables of data/recall/README.md, made from the runs."""

import json
from collections.abc import Iterable
from itertools import product

import numpy as np

from experiments.recall_runs import (
    CELLS,
    EQUAL_WEIGHTS,
    FAR_CELLS,
    FAR_LAGS,
    FOLDER,
    LAGS,
    OTHER_LAGS,
    OTHER_RATES,
    RATE,
    read_runs,
)

BEGIN, END = "<!-- tables: begin (made by python -m experiments recall) -->\n", "<!-- tables: end -->\n"


def tables() -> str:
    """Return accuracy against lag, the same in fair comparisons and with other rates, and the labs' cells."""
    runs = read_runs()
    text = against_lag()
    text += "\nOther biases at the start, at the two lags where these decide:\n\n"
    told = ("LSTM, forget bias 4", "GRU, update bias 2", *FAR_CELLS)
    text += _against_lag(told, FAR_LAGS)
    text += "\nAs many weights as an LSTM of 32 units has (4,864), or nearly:\n\n"
    text += _against_lag(("LSTM, forget bias 4", *EQUAL_WEIGHTS), LAGS)

    rates = sorted((*OTHER_RATES, RATE))
    columns = list(product(OTHER_LAGS, rates))
    rows = [[c, *(_cell(runs, cell=c, lag=lag, rate=rate) for lag, rate in columns)] for c in CELLS]
    text += "\nThe same with other learning rates:\n\n"
    text += _markdown(["cell", *(f"lag {lag}, rate {rate:g}" for lag, rate in columns)], rows)

    weights = json.loads((FOLDER / "weights.json").read_text(encoding="utf-8"))["weights"]
    rows = []
    for w in weights:
        held = "; ".join(f"{_show(c['clamp'])}: {c['score']:.1%}" for c in w["clamped"]) or "has no gate"
        rows.append([f"`{w['file']}`", f"{w['chance']:.1%}", f"{w['score']:.1%}", held])
    text += "\nThe small cells for the labs:\n\n"
    return text + _markdown(["file", "chance", "score", "score with a gate held"], rows)


def against_lag() -> str:
    """Return the accuracy of cells of 32 units against lag, a Markdown table."""
    return _against_lag(CELLS, LAGS)


def _against_lag(cells: Iterable[str], lags: Iterable[int]) -> str:
    runs, lags = read_runs(), list(lags)
    rows = [[cell, *(_cell(runs, cell=cell, lag=lag, rate=RATE) for lag in lags)] for cell in cells]
    return _markdown(["cell", *(f"lag {lag}" for lag in lags)], rows)


def _cell(runs: list[dict], **wanted: float | str) -> str:
    """Return the mean accuracy of the runs that fit, and how many of them solved the task."""
    fitting = [r for r in runs if all(r[k] == v for k, v in wanted.items())]
    if not fitting:
        return "-"
    mean = np.mean([r["accuracy"] for r in fitting])
    return f"{mean:.1%} ({sum(r['solved_at'] is not None for r in fitting)}/{len(fitting)})"


def _show(clamp: dict[str, float]) -> str:
    return ", ".join(f"{gate} = {value:g}" for gate, value in clamp.items())


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def readme() -> str:
    """Return the README with the tables of today between its marks."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{tables()}\n{END}{rest.split(END)[1]}"
