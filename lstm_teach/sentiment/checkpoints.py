"""A training's state on disk after every epoch: one file, from which the run goes on exactly.

Weights, optimizer and the states of the dropout layers' random numbers are arrays of an `.npz` without
pickle; the rest is JSON in the same file, so that at no moment one is newer than the other.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lstm_teach.atomic import replacing
from lstm_teach.reviews import cache_dir

_HOUR = 3600.0  # seconds; what is younger may still be being written


class Checkpoint(NamedTuple):
    """What was reached after some epochs.

    Attributes
    ----------
    state : JSON values: history, best epoch, and the like
    arrays : groups of arrays in order, such as "variables", "optimizer", "best"
    """

    state: dict[str, Any]
    arrays: dict[str, list[np.ndarray]]


def folder_of(name: str, settings: Mapping[str, Any]) -> Path:
    """The folder of a run with these settings: other settings, another folder."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
    return cache_dir() / "checkpoints" / f"{name}-{digest[:8]}"


def differing(folder: Path, settings: Mapping[str, Any]) -> list[str]:
    """One line for each unfinished run of the same name but other settings, saying in what they differ."""
    lines = []
    for path in sorted(folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*/settings.json")):
        if path.parent == folder or (path.parent / "record.json").exists():
            continue
        other = json.loads(path.read_text(encoding="utf-8"))
        before, now = _flat(other), _flat(settings)
        keys = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
        said = ", ".join(f"{key} {before.get(key)!r}, now {now.get(key)!r}" for key in keys)
        lines.append(f"not resumed: checkpoint {path.parent.name} is of other settings ({said})")
    return lines


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """All settings on one level, those of other recipes that are made use of under "recipe.setting"."""
    flat = {**settings, **settings["settings"]}
    uses = flat.pop("uses", {})
    del flat["settings"]
    return flat | {f"{name}.{key}": value for name, used in uses.items() for key, value in used.items()}


def write_json(path: Path, value: Any) -> None:
    """Write JSON atomically; the folder is made if need be."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    _write(path, lambda file: file.write(text.encode()))


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Replace the folder's checkpoint by this one, at once."""
    arrays = {
        f"{group}/{i}": a for group, several in checkpoint.arrays.items() for i, a in enumerate(several)
    }
    state = np.array(json.dumps(checkpoint.state))
    _write(folder / "checkpoint.npz", lambda file: np.savez(file, allow_pickle=False, state=state, **arrays))


def load(folder: Path) -> Checkpoint | None:
    """The folder's checkpoint, or None where there is none yet.

    Raises
    ------
    ValueError
        if the file is damaged, which `--fresh` gets past.
    """
    path = folder / "checkpoint.npz"
    for left in folder.glob(".checkpoint.npz.*"):  # half written by a process that was killed
        if time.time() - left.stat().st_mtime > _HOUR:
            left.unlink(missing_ok=True)
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            state = json.loads(str(file["state"]))
            arrays: dict[str, list[np.ndarray]] = {}
            for key in file.files:  # in the order of writing
                if key != "state":
                    arrays.setdefault(key.partition("/")[0], []).append(file[key])
    except Exception as error:  # zipfile, zlib, NumPy and json each have their own
        raise ValueError(
            f"checkpoint: {path.parent.name} is damaged ({error}); start anew with --fresh"
        ) from error
    return Checkpoint(state, arrays)


def _write(path: Path, fill: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        fill(file)
