"""The tables of data/recall/README.md, made from the runs."""

import json
from itertools import product

import numpy as np

from experiments.recall_runs import CELLS, FOLDER, LAGS, OTHER_LAGS, OTHER_RATES, RATE, read_runs

BEGIN, END = "<!-- tables: begin (made by python -m experiments recall) -->\n", "<!-- tables: end -->\n"


def tables() -> str:
    """Return accuracy against lag, the same with other rates, and the small cells for the labs."""
    runs = read_runs()
    main = [r for r in runs if r["rate"] == RATE]
    rows = [[cell, *(_cell(main, cell=cell, lag=lag) for lag in LAGS)] for cell in CELLS]
    text = _markdown(["cell", *(f"lag {lag}" for lag in LAGS)], rows)

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
