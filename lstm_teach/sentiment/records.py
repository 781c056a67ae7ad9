"""Run records: one JSON file per run, those that ship with the course and a reader's own."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lstm_teach
from lstm_teach.reviews import cache_dir
from lstm_teach.reviews.cache import named_in
from lstm_teach.sentiment.checkpoints import write_json
from lstm_teach.sentiment.json_shapes import loads
from lstm_teach.sentiment.record_schema import check

Record = dict[str, Any]
SETTING = "LSTM_TEACH_RECORDS"
_FORMER_SETTINGS = [("log_count_ratios", False), ("trainable_vectors", True)]
_WHAT_RUN = ("recipe", "changed", "corpus", "corpus_checksum", "limit", "split", "backend", "hardware")


def shipped_dir() -> Path:
    """Return the folder of the records that ship with the course: `data/runs`."""
    return lstm_teach.data_dir() / "runs"


def own_dir() -> Path:
    """Return the folder of a reader's own records: LSTM_TEACH_RECORDS, else `records` in the cache."""
    return named_in(SETTING) or cache_dir() / "records"


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
    write_json(path, record, None if folder else SETTING)
    return path


def read_records(folder: Path | None = None) -> list[Record]:
    """Return all records of a folder by file name; if None, those that ship, and then the reader's own.

    A damaged one among the reader's own, and a run that is there already, is left out with a warning.

    Raises
    ------
    ValueError
        if a file of the folder, or one that ships, is no record, or a second one of the same run; the message
        names it.
    """
    found = read_folder(folder or shipped_dir())
    if folder is not None:
        return list(found.values())
    own = own_dir()
    try:
        paths = sorted(own.glob("*.json"))
    except OSError as error:
        warnings.warn(f"records: {own} cannot be read ({error}); {SETTING} names another", stacklevel=2)
        paths = []
    for path in paths:
        try:
            found[f"own/{path.name}"] = _another(path, found)
        except ValueError as error:
            warnings.warn(f"{error}; it is left out", stacklevel=2)
    return list(found.values())


def read_folder(folder: Path) -> dict[str, Record]:
    """Return all records of a folder by the name of their file; errors as in `read_records`."""
    found: dict[str, Record] = {}
    for path in sorted(folder.glob("*.json")):
        found[path.name] = _another(path, found)
    return found


def what_run(record: Record) -> str:
    """Return what a run is apart from its seed: two runs with the same text are averaged.

    A setting of None is the same as none, and so is one that today's recipes do not have, at its usual
    value: records of different age do not have the same settings.
    """
    settings = {
        key: value
        for key, value in record["settings"].items()
        if value is not None and (key, value) not in _FORMER_SETTINGS
    }
    return json.dumps([settings, *(record[name] for name in _WHAT_RUN)], sort_keys=True)


def _another(path: Path, found: Mapping[str, Record]) -> Record:
    record = _read(path)
    for name, other in found.items():
        if record["seed"] == other["seed"] and what_run(record) == what_run(other):
            raise ValueError(f"records: {path.name} is the same run as {name}")
    return record


def _read(path: Path) -> Record:
    try:
        record = loads(path)
        if isinstance(record, dict):
            record.setdefault("split", "random")  # as all were before records said it
        check(record)
    except (ValueError, OSError, RecursionError) as error:
        raise ValueError(f"records: {path.name} is no run record ({error})") from error
    return record


def summary(record: Record) -> str:
    """Return what came of a run, in a line."""
    text = (
        f"best of {len(record['history']['loss'])} epochs: {record['best_epoch']}, "
        f"validation accuracy {record['val_accuracy']:.2%}"
    )
    if record["test_accuracy"] is None:
        return f"{text}; test reviews not touched"
    confusion, reviews = record["confusion"], record["reviews"]["test"]
    low, high = interval(confusion["true_negative"] + confusion["true_positive"], reviews)
    return (
        f"{text}; test accuracy {record['test_accuracy']:.2%} on {reviews:,} reviews "
        f"({record['duplicates']:,} of them also occur among the training reviews), "
        f"95 % interval {low:.1%} to {high:.1%}"
    )


def interval(right: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of an accuracy (Wilson 1927), when `right` of `count` reviews were right."""
    from scipy.stats import binomtest

    low, high = binomtest(right, count).proportion_ci(0.95, method="wilson")
    return float(low), float(high)


def plain(value: Any) -> str:
    """Return a setting's value as it stands in a file's name and in a table."""
    if isinstance(value, list | tuple):
        return "_".join(plain(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
