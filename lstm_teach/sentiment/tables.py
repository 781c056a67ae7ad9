"""Tables of run records and of races, in Markdown."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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
            _spread(several, "val_accuracy", 100, 2, " %"),
            _spread(several, "test_accuracy", 100, 2, " %"),
            _spread(several, "test_auc", 1, 4),
            _spread(several, "test_loss", 1, 3),
            _spread(several, "calibration_error", 1, 3),
            "/".join(f"{n:g}" for n in sorted({round(_epochs(record), 1) for record in several})),
            _spread(several, "seconds_per_epoch", 1, 1),
            _spread([{"s": processor_seconds(record)} for record in several], "s", 1, 1),
            f"{on}, {first['backend']}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def race_table(race: Mapping[str, Any]) -> str:
    """Return what the race measured, as a Markdown table.

    Seconds are means ± standard deviations over the seeds, ratios those of means to the last recipe's.
    """
    lines = [
        "| recipe | seeds | validation accuracy | epochs | before training | processor seconds | ratio "
        "| seconds | ratio |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in race["runs"]:
        of_seeds = zip(*(seed["reached"] for seed in run["seeds"]), strict=True)
        for reached, each, last in zip(run["reached"], of_seeds, race["runs"][-1]["reached"], strict=True):
            cells = [run["recipe"], str(len(run["seeds"])), f"{100 * reached['accuracy']:.2f} %"]
            before = f"{run['beforehand']['processor_seconds']:.0f}"
            if reached["epochs"] is None:
                cells += ["never", before, *"––––"]
            else:
                cells += [f"{reached['epochs']:.2f}", before]
                for unit in ("processor_seconds", "seconds"):
                    ratio = f"{reached[unit] / last[unit]:.1f}" if last[unit] else "–"
                    if unit == "processor_seconds" and reached.get("ratio_interval"):
                        ratio += " ({:.1f} to {:.1f})".format(*reached["ratio_interval"])
                    cells += [_spread(each, unit, 1, 0), ratio]
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


def _spread(several: Sequence[Record], key: str, scale: float, digits: int, unit: str = "") -> str:
    values = [scale * value for value in _values(several, key)]
    if not values or not all(math.isfinite(value) for value in values):
        return "–"
    text = f"{statistics.fmean(values):.{digits}f}"
    return text + (f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else "") + unit
