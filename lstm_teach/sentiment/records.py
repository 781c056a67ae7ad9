"""Run records: one JSON file a run, and the table that is made from them."""

from __future__ import annotations

import json
import math
import os
import platform
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import lstm_teach
from lstm_teach.reviews import Split
from lstm_teach.sentiment.checkpoints import write_json
from lstm_teach.sentiment.evaluation import Classifier, evaluate

REQUIRED = (
    *("recipe", "settings", "corpus", "corpus_checksum", "limit", "seed", "backend", "versions", "hardware"),
    *("changed", "parameters", "reviews", "history", "seconds_per_epoch", "best_epoch", "val_accuracy"),
    *("test_accuracy", "test_loss", "test_auc", "confusion", "calibration_error", "duplicates"),
)

Record = dict[str, Any]


def records_dir() -> Path:
    """Where records are written: the environment variable LSTM_TEACH_RUNS, else `data/runs`."""
    named = os.environ.get("LSTM_TEACH_RUNS")
    return Path(named).expanduser() if named else lstm_teach.data_dir() / "runs"


def ablations_dir() -> Path:
    """The folder of the small runs that tell what each idea in `course` brings: `data/ablations`."""
    return lstm_teach.data_dir() / "ablations"


def run_name(recipe: str, changes: Mapping[str, Any], corpus: str, seed: int, backend: str) -> str:
    """A file name that tells runs apart: recipe, what was changed in it, corpus, seed and backend."""
    changed = [f"{key}_{_plain(value)}" for key, value in sorted(changes.items())]
    return "-".join([recipe, *changed, corpus, f"seed{seed}", backend])


def write_record(record: Record) -> Path:
    """Write a record into `records_dir()`, atomically; an older one of the same name is replaced.

    Raises
    ------
    ValueError
        if one of `REQUIRED`'s keys is missing, or if test figures would give way to a run without them.
    """
    if missing := [key for key in REQUIRED if key not in record]:
        raise ValueError(f"record: got one without {', '.join(missing)}")
    changes = record["changed"] | ({"limit": record["limit"]} if record["limit"] else {})
    name = run_name(record["recipe"], changes, record["corpus"], record["seed"], record["backend"])
    path = records_dir() / f"{name}.json"
    older = json.loads(path.read_text(encoding="utf-8")) if path.exists() else record
    if record["test_accuracy"] is None and older["test_accuracy"] is not None:
        raise ValueError(f"record: {name} was tested; a run that was not tested does not replace it")
    write_json(path, record)
    return path


def read_records(folder: Path | None = None) -> list[Record]:
    """All records of a folder (`data/runs` of the course, if None), ordered by file name.

    Raises
    ------
    ValueError
        if a file is no record; the message names it.
    """
    records = []
    for path in sorted((folder or lstm_teach.data_dir() / "runs").glob("*.json")):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            if missing := [key for key in REQUIRED if key not in record]:
                raise ValueError(f"it has no {', '.join(missing)}")
        except (ValueError, TypeError) as error:
            raise ValueError(f"records: {path.name} is no run record ({error})") from error
        records.append(record)
    return records


def read_race(path: Path | None = None) -> dict[str, Any] | None:
    """What `benchmarks/time_to_accuracy.py` measured (`data/time_to_accuracy.json` of the course, if None).

    Returns
    -------
    the figures that `race_table` shows, or None where there is no such file
    """
    path = path or lstm_teach.data_dir() / "time_to_accuracy.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def of_one_epoch(
    model: Classifier,
    parameters: int,
    training: Split,
    validation: Split,
    seconds: float,
    processor_seconds: float,
) -> dict[str, Any]:
    """What a record says of a training that has no epochs: as if it had had one."""
    seen, held_back = evaluate(model, training), evaluate(model, validation)
    history = {
        "loss": seen.loss,
        "accuracy": seen.accuracy,
        "val_loss": held_back.loss,
        "val_accuracy": held_back.accuracy,
        "seconds": seconds,
        "processor_seconds": processor_seconds,
    }
    return {
        "parameters": parameters,
        "history": {name: [round(value, 6)] for name, value in history.items()},
        "best_epoch": 1,
        "resumed_after": [],
        "seconds_per_epoch": seconds,
        "seconds_preparing": 0.0,
        "val_accuracy": round(held_back.accuracy, 6),
    }


def versions(backend: str) -> dict[str, str]:
    """Versions of what the figures depend on."""
    used = ["numpy", "scikit-learn"]  # networks too: word vectors come from its SVD
    if backend != "scikit-learn":
        used += ["keras", "tokenizers", backend]
    found = {name: metadata.version(name) for name in used}
    return {"lstm_teach": lstm_teach.__version__, "python": platform.python_version(), **found}


def hardware(processor: str, cores: int, accelerator: str | None = None, devices: int = 1) -> dict[str, Any]:
    """What the run ran on, without names of hosts or paths."""
    memory = None
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)
    return {
        "system": platform.system(),
        "processor": processor,
        "cores": cores,
        "memory_gib": memory,
        "accelerator": accelerator,
        "devices": devices,
    }


def peak_memory_gib() -> float | None:
    """The most memory that this process has held, or None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**30, 2)


def group(records: Iterable[Record]) -> list[list[Record]]:
    """Records that differ in nothing but the seed, together; ordered by their mean test accuracy."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        key = [
            record[name]
            for name in ("recipe", "changed", "corpus", "corpus_checksum", "limit", "backend", "hardware")
        ]
        groups[json.dumps(key, sort_keys=True)].append(record)
    return sorted(groups.values(), key=lambda several: -_mean(several, "test_accuracy", -1.0))


def table(records: Iterable[Record]) -> str:
    """A Markdown table: a line for each group of seeds, the mean and, for several, the standard deviation."""
    lines = [
        "| recipe | changed | parameters | seeds | validation accuracy | test accuracy | test AUC "
        "| test loss | calibration error | epochs | seconds an epoch | of the processor | on |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for several in group(records):
        first = several[0]
        changed = ", ".join(f"{key} = {_plain(value)}" for key, value in first["changed"].items()) or "–"
        cores = first["hardware"]["cores"]
        on = first["hardware"]["accelerator"] or f"{cores} CPU core{'s' if cores > 1 else ''}"
        cells = [
            first["recipe"],
            changed,
            f"{first['parameters']:,}",
            ", ".join(str(record["seed"]) for record in several),
            _spread(several, "val_accuracy", 100, 2, " %"),
            _spread(several, "test_accuracy", 100, 2, " %"),
            _spread(several, "test_auc", 1, 4),
            _spread(several, "test_loss", 1, 3),
            _spread(several, "calibration_error", 1, 3),
            "/".join(str(n) for n in sorted({len(record["history"]["val_loss"]) for record in several})),
            _spread(several, "seconds_per_epoch", 1, 1),
            _spread([{"s": processor_seconds(record)} for record in several], "s", 1, 1),
            f"{on}, {first['backend']}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def race_table(race: Mapping[str, Any]) -> str:
    """What `benchmarks/time_to_accuracy.py` measured, as a Markdown table.

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
                    cells += [_spread(each, unit, 1, 0), ratio]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def summary(record: Record) -> str:
    """What came of a run, in a line."""
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


def processor_seconds(record: Record) -> float | None:
    """Of an epoch, all cores together; None in a record from before they were measured."""
    seconds = record["history"].get("processor_seconds")
    return statistics.fmean(seconds) if seconds else None


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "_".join(_plain(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


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
