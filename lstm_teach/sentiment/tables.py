"""Tables of run records, in Markdown."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence

from lstm_teach.sentiment.records import Record, plain, read_records, shipped_dir, what_run


def group(records: Iterable[Record]) -> list[list[Record]]:
    """Return records that differ in nothing but the seed together, ordered by their mean test accuracy."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[what_run(record)].append(record)
    return sorted(groups.values(), key=lambda several: -_mean(several, "test_accuracy", -1.0))


def named(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the runs by what a picture calls them, in their order: runs of one name differ in the seed.

    A name says the recipe, what was changed in it, and whether whole films were held back. A run
    that does not ship with the course is marked as "yours", so no setting that a reader changes hides it.
    """
    shipped = read_records(shipped_dir())
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        changed = [f"{key} {plain(value)}" for key, value in record["changed"].items()]
        split = ["split by film"] if record["split"] == "film" else []
        whose = [] if record in shipped else ["yours"]
        found[", ".join([record["recipe"], *changed, *split, *whose])].append(record)
    return dict(found)


def table(records: Iterable[Record]) -> str:
    """Return a Markdown table: a line for each group of seeds, with means and standard deviations."""
    lines = [
        "| recipe | changed | parameters | seeds | split | validation accuracy | test accuracy | test AUC "
        "| test loss | calibration error | epochs | seconds an epoch | of the processor | on |",
        "|---|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for several in group(records):
        first = several[0]
        changed = ", ".join(f"{key} = {plain(value)}" for key, value in first["changed"].items()) or "–"
        cores = first["hardware"]["cores"]
        on = first["hardware"]["accelerator"] or f"{cores} CPU core{'s' if cores > 1 else ''}"
        cells = [
            first["recipe"],
            changed,
            f"{first['parameters']:,}",
            ", ".join(str(record["seed"]) for record in several),
            first["split"],
            spread(several, "val_accuracy", 100, 2, " %"),
            spread(several, "test_accuracy", 100, 2, " %"),
            spread(several, "test_auc", 1, 4),
            spread(several, "test_loss", 1, 3),
            spread(several, "calibration_error", 1, 3),
            "/".join(f"{n:g}" for n in sorted({round(_epochs(record), 1) for record in several})),
            spread(several, "seconds_per_epoch", 1, 1),
            spread([{"s": processor_seconds(record)} for record in several], "s", 1, 1),
            f"{on}, {first['backend']}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def processor_seconds(record: Record) -> float | None:
    """Return the seconds of an epoch, all cores together; None in a record from before they were measured."""
    seconds = record["history"].get("processor_seconds")
    return statistics.fmean(seconds) if seconds else None


def _epochs(record: Record) -> float:
    """The epochs of a run, which a run that looks more often than once an epoch has in its history."""
    history = record["history"]
    return history["epochs"][-1] if "epochs" in history else len(history["val_loss"])


def _values(several: Sequence[Record], key: str) -> list[float]:
    return [record[key] for record in several if record[key] is not None]


def _mean(several: Sequence[Record], key: str, otherwise: float) -> float:
    values = _values(several, key)
    return statistics.fmean(values) if values else otherwise


def spread(several: Sequence[Record], key: str, scale: float, digits: int, unit: str = "") -> str:
    """Return the mean of a figure over several runs, times `scale`, with its standard deviation."""
    values = [scale * value for value in _values(several, key)]
    if not values or not all(math.isfinite(value) for value in values):
        return "–"
    text = f"{statistics.fmean(values):.{digits}f}"
    return text + (f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else "") + unit
