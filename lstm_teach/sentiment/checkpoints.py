"""A training's files: what it is, its vocabulary, and after every epoch all that it needs to go on exactly.

Weights, optimizer and the states of the dropout layers' random numbers are arrays of an `.npz` without
pickle; the rest is JSON in the same file, so that at no moment one is newer than the other.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from lstm_teach.atomic import replacing
from lstm_teach.reviews import cache_dir
from lstm_teach.reviews.cache import SETTING

_HOUR = 3600.0  # seconds; what is younger may still be being written


class Checkpoint(NamedTuple):
    """What was reached after some epochs.

    Attributes
    ----------
    state : JSON values: history, best accuracy, and the like
    arrays : groups of arrays in order: "variables", "optimizer", "best"
    """

    state: dict[str, Any]
    arrays: dict[str, list[np.ndarray]]

    @property
    def epochs(self) -> int:
        """How many epochs are done."""
        return len(self.state["history"]["loss"])


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong while a checkpoint's file is read or used into one message that names it.

    Raises
    ------
    ValueError
        which says that `--fresh` gets past the damage.
    """
    try:
        yield
    except Exception as error:  # zipfile, zlib, NumPy, json and Keras each have their own
        first = str(error).strip().partition("\n")[0][:200]
        raise ValueError(
            f"checkpoint: {path.parent.name}/{path.name} is damaged ({first}); start anew with --fresh"
        ) from error


@contextmanager
def usable(path: Path, setting: str | None = SETTING) -> Iterator[None]:
    """Turn what the operating system refuses into one sentence with the way out.

    Parameters
    ----------
    setting : the environment variable that names another folder; None: there is none

    Raises
    ------
    OSError
        which names the file and the setting.
    """
    try:
        yield
    except OSError as error:
        shown = str(path) if len(str(path)) <= 200 else f"{str(path)[:200]}..."
        way = f"; set {setting} to a folder with space that you may write to" if setting else ""
        raise OSError(f"{shown} cannot be used ({error.strerror or error}){way}") from error


def try_folder(folder: Path, setting: str | None = SETTING) -> None:
    """Make a folder if need be, and write and remove a file in it, so that no training ends in an error."""
    with usable(folder, setting):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass


def begin(name: str, facts: Mapping[str, Any], fresh: bool, say: Callable[[str], object]) -> Path:
    """Return the folder of a training with these facts; emptied, if it is to start anew.

    Other facts, another folder: unfinished trainings of the same name are told of.
    """
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    folder = cache_dir() / "checkpoints" / f"{name}-{digest[:8]}"
    if fresh:
        with usable(folder):
            _remove(folder)
    for line in differing(folder, facts):
        say(line)
    path = folder / "settings.json"
    if not path.exists():
        write_json(path, facts)
    with undamaged(path):
        if json.loads(path.read_text(encoding="utf-8")) != json.loads(json.dumps(facts)):
            raise ValueError("its settings are of another training")
    return folder


def _remove(folder: Path) -> None:
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)


def differing(folder: Path, facts: Mapping[str, Any]) -> list[str]:
    """Return a line for each interrupted training of the same name, saying in which facts it differs.

    One whose file is damaged gets a line that says so, and is in nobody's way.
    """
    lines = []
    for path in sorted(folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*/settings.json")):
        if path.parent == folder:
            continue
        try:
            if (path.parent / "record.json").exists():
                continue
            before, now = _flat(json.loads(path.read_text(encoding="utf-8"))), _flat(facts)
        except Exception:  # whatever it holds: RecursionError, TypeError, OSError
            lines.append(f"not resumed: checkpoint {path.parent.name} is damaged; its folder may be deleted")
            continue
        if not any(path.parent.rglob("checkpoint.npz")):
            continue  # it was refused, or stopped before it had learned anything
        keys = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
        said = ", ".join(f"{key} {before.get(key)!r}, now {now.get(key)!r}" for key in keys)
        said = said if len(said) <= 500 and said.isprintable() else f"{len(keys)} of them"
        lines.append(f"not resumed: checkpoint {path.parent.name} is of other settings ({said})")
    return lines


def _flat(facts: Mapping[str, Any]) -> dict[str, Any]:
    """All facts on one level, the settings of recipes that are made use of under "recipe.setting"."""
    flat = {**facts, **facts["settings"]}
    uses = flat.pop("uses", {})
    del flat["settings"]
    return flat | {f"{name}.{key}": value for name, used in uses.items() for key, value in used.items()}


def write_json(path: Path, value: Any, setting: str | None = SETTING) -> None:
    """Write JSON atomically; the folder is made if need be; `setting` as in `usable`."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    _write(path, lambda file: file.write(text.encode()), setting)


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Replace the folder's checkpoint by this one, at once."""
    arrays = {
        f"{group}/{i}": a for group, several in checkpoint.arrays.items() for i, a in enumerate(several)
    }
    state = np.array(json.dumps(checkpoint.state))
    _write(folder / "checkpoint.npz", lambda file: np.savez(file, allow_pickle=False, state=state, **arrays))


def read(folder: Path, most: float = math.inf) -> Checkpoint | None:
    """Return the folder's checkpoint, or None where there is none yet.

    Parameters
    ----------
    most : bytes that it may take, unpacked

    Raises
    ------
    ValueError
        if the file is damaged.
    """
    path = folder / "checkpoint.npz"
    for left in folder.glob(".checkpoint.npz.*"):  # half written by a process that was killed
        if time.time() - left.stat().st_mtime > _HOUR:
            left.unlink(missing_ok=True)
    if not path.exists():
        return None
    with undamaged(path), zipfile.ZipFile(path) as packed:
        if (size := sum(entry.file_size for entry in packed.infolist())) > most:
            raise ValueError(f"it takes {size:,} bytes, expected at most {most:,}")
    with undamaged(path), np.load(path, allow_pickle=False) as file:
        state = json.loads(str(file["state"]))
        if not state.get("history", {}).get("loss"):
            raise ValueError("it has no history")
        arrays: dict[str, list[np.ndarray]] = {}
        for key in file.files:  # in the order of writing
            if key != "state":
                arrays.setdefault(key.partition("/")[0], []).append(file[key])
    return Checkpoint(state, arrays)


def _write(path: Path, fill: Callable[[BinaryIO], object], setting: str | None = SETTING) -> None:
    with usable(path, setting):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            fill(file)
