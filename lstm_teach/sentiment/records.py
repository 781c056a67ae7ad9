"""Run records: one JSON file a run, those that ship with the course and a reader's own."""

from __future__ import annotations

import json
import math
import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import lstm_teach
from lstm_teach.reviews import cache_dir
from lstm_teach.sentiment.checkpoints import write_json

Record = dict[str, Any]
SPLITS = ("film", "group", "random")  # how the validation reviews were chosen


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def _is_fraction(value: object) -> bool:
    return _is_number(value) and 0 <= value <= 1  # type: ignore[operator]


def _is_amount(value: object) -> bool:
    return _is_number(value) and value >= 0  # type: ignore[operator]


def _is_count(value: object) -> bool:
    return _is_whole(value) and value >= 0  # type: ignore[operator]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _or_none(holds: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or holds(value)


def _is_history(value: object) -> bool:
    return isinstance(value, dict) and {"loss", "val_loss", "val_accuracy"} <= value.keys()


_HOLDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "recipe": (_is_text, "a text"),
    "settings": (_is_object, "an object"),
    "changed": (_is_object, "an object"),
    "corpus": (_is_text, "a text"),
    "corpus_checksum": (_is_text, "a text"),
    "limit": (_or_none(_is_count), "a whole number or null"),
    "split": (lambda value: value in SPLITS, f"one of {', '.join(SPLITS)}"),
    "seed": (_is_whole, "a whole number"),
    "backend": (_is_text, "a text"),
    "versions": (_is_object, "an object"),
    "hardware": (_is_object, "an object"),
    "parameters": (_is_count, "a whole number, 0 or more"),
    "reviews": (_is_object, "an object"),
    "history": (_is_history, "an object with loss, val_loss and val_accuracy"),
    "seconds_per_epoch": (_is_amount, "a number, 0 or more"),
    "best_epoch": (_is_count, "a whole number, 1 or more"),
    "val_accuracy": (_is_fraction, "a number from 0 to 1"),
    "test_accuracy": (_or_none(_is_fraction), "a number from 0 to 1 or null"),
    "test_loss": (_or_none(_is_amount), "a number, 0 or more, or null"),
    "test_auc": (_or_none(_is_fraction), "a number from 0 to 1 or null"),
    "confusion": (_or_none(_is_object), "an object or null"),
    "calibration_error": (_or_none(_is_fraction), "a number from 0 to 1 or null"),
    "duplicates": (_or_none(_is_count), "a whole number or null"),
}
REQUIRED = tuple(_HOLDS)


def check(record: object) -> None:
    """Check that a record has all that the tables and plots need, each of its type and in its range.

    Raises
    ------
    ValueError
        which names the first entry that is not so, says what came and what was expected.
    """
    if not isinstance(record, dict):
        raise ValueError(f"it is {type(record).__name__}, expected an object")
    if missing := [key for key in REQUIRED if key not in record]:
        raise ValueError(f"it has no {', '.join(missing)}")
    for key, (holds, expected) in _HOLDS.items():
        if not holds(record[key]):
            raise ValueError(f"{key}: got {str(record[key])[:60]}, expected {expected}")
    _check_history(record["history"])
    epochs = len(record["history"]["loss"])
    if not 1 <= record["best_epoch"] <= epochs:
        raise ValueError(f"best_epoch: got {record['best_epoch']}, expected from 1 to {epochs}")
    if not isinstance(record["hardware"].get("cores"), int) or "accelerator" not in record["hardware"]:
        raise ValueError(f"hardware: got {record['hardware']}, expected cores and accelerator with it")
    if not all(map(_is_count, record["reviews"].values())):
        raise ValueError(f"reviews: got {record['reviews']}, expected whole numbers")


def _check_history(history: dict[str, Any]) -> None:
    """One value an epoch; of the seconds there may be fewer, as where an older version went on."""
    for key, values in history.items():
        holds = _is_fraction if "accuracy" in key else _is_number
        if not isinstance(values, list) or not values or not all(map(holds, values)):
            expected = "fractions" if "accuracy" in key else "numbers"
            raise ValueError(f"history: got {key} {str(values)[:60]}, expected a list of {expected}")
    lengths = {key: len(history[key]) for key in ("loss", "val_loss", "val_accuracy")}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"history: got {lengths} values, expected one an epoch of each")


def shipped_dir() -> Path:
    """Return the folder of the records that ship with the course: `data/runs`."""
    return lstm_teach.data_dir() / "runs"


def own_dir() -> Path:
    """Return the folder of a reader's own records: LSTM_TEACH_RECORDS, else `records` in the cache."""
    named = os.environ.get("LSTM_TEACH_RECORDS")
    return Path(named).expanduser() if named else cache_dir() / "records"


def ablations_dir() -> Path:
    """Return the folder of the small runs that tell what each idea in `course` brings: `data/ablations`."""
    return lstm_teach.data_dir() / "ablations"


def run_name(
    recipe: str, changes: Mapping[str, Any], corpus: str, seed: int, backend: str, split: str = "random"
) -> str:
    """Return a file name that tells runs apart; a random split is not named, as in older records."""
    changed = [f"{key}_{plain(value)}" for key, value in sorted(changes.items())]
    named = [] if split == "random" else [split]
    return "-".join([recipe, *changed, corpus, *named, f"seed{seed}", backend])


def write_record(record: Record, folder: Path | None = None) -> Path:
    """Write a record into a folder (a reader's own, if None), atomically; an older one of its name gives way.

    Raises
    ------
    ValueError
        if the record is not complete, or if test figures would give way to a run without them.
    """
    try:
        check(record)
    except ValueError as error:
        raise ValueError(f"record: {error}") from error
    changes = record["changed"] | ({"limit": record["limit"]} if record["limit"] else {})
    facts = (record[key] for key in ("corpus", "seed", "backend", "split"))
    name = run_name(record["recipe"], changes, *facts)
    path = (folder or own_dir()) / f"{name}.json"
    if path.exists() and record["test_accuracy"] is None and _read(path)["test_accuracy"] is not None:
        raise ValueError(f"record: {name} was tested; a run that was not tested does not replace it")
    write_json(path, record)
    return path


def read_records(folder: Path | None = None) -> list[Record]:
    """Return all records of a folder by file name; if None, those that ship, and then the reader's own.

    A damaged one among the reader's own is left out with a warning that names it.

    Raises
    ------
    ValueError
        if a file of the folder, or one that ships, is no record; the message names it.
    """
    records = [_read(path) for path in _files(folder or shipped_dir())]
    for path in _files(own_dir()) if folder is None else ():
        try:
            records.append(_read(path))
        except ValueError as error:
            warnings.warn(f"{error}; it is left out", stacklevel=2)
    return records


def _files(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("*.json"))


def _read(path: Path) -> Record:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(record, dict):
            record.setdefault("split", "random")  # as all were before records said it
        check(record)
    except (ValueError, OSError, RecursionError) as error:
        raise ValueError(f"records: {path.name} is no run record ({error})") from error
    return record


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
        race = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
        for run in race["runs"]:
            if not {"recipe", "beforehand", "reached", "seeds"} <= run.keys():
                _refuse("a run")
    except (ValueError, TypeError, KeyError, AttributeError, OSError, RecursionError) as error:
        raise ValueError(f"race: {path.name} is no race ({error})") from error
    return race


def _refuse(what: str) -> None:
    raise ValueError(f"{what} is not what was expected")


def summary(record: Record) -> str:
    """Return what came of a run, in a line."""
    text = (
        f"best of {len(record['history']['loss'])} epochs: {record['best_epoch']}, "
        f"validation accuracy {record['val_accuracy']:.2%}"
    )
    if record["test_accuracy"] is None:
        return f"{text}; test reviews not touched"
    return (
        f"{text}; test accuracy {record['test_accuracy']:.2%} on {record['reviews']['test']:,} reviews "
        f"({record['duplicates']:,} of them also occur among the training reviews)"
    )


def plain(value: Any) -> str:
    """Return a setting's value as it stands in a file's name and in a table."""
    if isinstance(value, list | tuple):
        return "_".join(plain(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
