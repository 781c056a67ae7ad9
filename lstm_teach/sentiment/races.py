"""What the race measured: how long each recipe takes to some accuracies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lstm_teach
from lstm_teach.sentiment.json_shapes import (
    AMOUNT,
    FRACTION,
    LINE,
    WHOLE,
    Kind,
    Object,
    Several,
    check_shape,
    loads,
    or_none,
)
from lstm_teach.sentiment.settings import is_finite

_INTERVAL = Kind(
    lambda value: isinstance(value, list) and len(value) == 2 and all(map(is_finite, value)), "two numbers"
)
_TOOK = ("epochs", "processor_seconds", "seconds")  # null where a goal was never reached
_REACHED = Several(
    Object(
        {"accuracy": FRACTION, **dict.fromkeys(_TOOK, or_none(AMOUNT))},
        {"ratio_interval": or_none(_INTERVAL)},
    )
)
_SECONDS = Object({"processor_seconds": AMOUNT, "seconds": AMOUNT})
_LOOKS = Object({"processor_seconds": Several(AMOUNT), "accuracy": Several(FRACTION)})
_SEEDS = Several(Object({"reached": _REACHED, "looks": _LOOKS}))
_RUN = Object({"recipe": LINE, "beforehand": _SECONDS, "reached": _REACHED, "seeds": _SEEDS})
RACE = Object({"seeds": Several(WHOLE), "spacing": FRACTION, "runs": Several(_RUN)})


def read_race(path: Path | None = None) -> dict[str, Any] | None:
    """Return what the race measured (`data/time_to_accuracy.json` of the course, if None).

    Returns
    -------
    the figures that `race_table` shows, or None where there is no such file

    Raises
    ------
    ValueError
        if the file is no race; the message names it.
    """
    path = path or lstm_teach.data_dir() / "time_to_accuracy.json"
    if not path.exists():
        return None
    try:
        race: dict[str, Any] = loads(path)
        _check(race)
    except (ValueError, OSError, RecursionError) as error:
        raise ValueError(f"race: {path.name} is no race ({error})") from error
    return race


def _check(race: Any) -> None:
    """Check the shape of a race, and that all its runs and seeds have the same goals."""
    check_shape(race, RACE)
    goals = [goal["accuracy"] for goal in race["runs"][-1]["reached"]]
    for run in race["runs"]:
        for one in (run, *run["seeds"]):
            _check_goals(one["reached"], goals, run["recipe"])
        for looks in (seed["looks"] for seed in run["seeds"]):
            if len(looks["accuracy"]) != len(looks["processor_seconds"]):
                raise ValueError(f"{run['recipe']}: its looks have not as many accuracies as seconds")


def _check_goals(reached: list[dict[str, Any]], goals: list[float], recipe: str) -> None:
    found = [goal["accuracy"] for goal in reached]
    if found != goals:
        raise ValueError(f"{recipe}: got the goals {found}, expected {goals}, as of the others")
    for goal in reached:
        if len({goal[key] is None for key in _TOOK}) > 1:
            raise ValueError(f"{recipe}: got {goal}, expected {', '.join(_TOOK)}, or null for all three")
