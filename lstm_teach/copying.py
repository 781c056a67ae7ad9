"""Bring the lessons to where a student works, and never overwrite what the student changed.

`python -m lstm_teach copy DIR` writes the notebooks, without solutions, and their pictures. Called again
after an update, it renews the files that are still as they were given, and leaves every other one alone. What
was given stands in `DIR/.lstm-teach.json`.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lstm_teach import shipped
from lstm_teach.atomic import replacing

GIVEN = ".lstm-teach.json"
PATTERNS = ("[0-9][0-9]_*.ipynb", "rise.css", "images/*.svg")


class Copied(NamedTuple):
    """What became of the files: their names, as they stand below the folder.

    Attributes
    ----------
    new : written where there was none
    renewed : replaced by a newer one, since the student had not changed it
    kept : left alone, since it differs from what was given, and there is another one now
    same : left alone, since nothing is to be done
    """

    new: tuple[str, ...]
    renewed: tuple[str, ...]
    kept: tuple[str, ...]
    same: tuple[str, ...]


def notebooks_dir() -> Path:
    """Return the folder of the student notebooks: that of the checkout, or the copy inside the wheel."""
    return shipped("notebooks")


def copy(folder: Path) -> Copied:
    """Copy the lessons into a folder, which is made if need be, and return what became of each file.

    A file of the student's is never overwritten: not one that was changed, nor one that was there before. A
    notebook that was deleted or renamed is written again. Each file is replaced at once, so that a copy that
    was interrupted leaves whole files, and can be called again.

    Raises
    ------
    OSError
        if the folder cannot be written to.
    """
    folder = Path(folder)
    given = _given(folder)
    became: dict[str, list[str]] = {name: [] for name in Copied._fields}
    for name, content in _lessons():
        path, digest = folder / name, hashlib.sha256(content).hexdigest()
        fate = _fate(path, digest, given.get(name))
        if fate in ("new", "renewed"):
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as file:
                file.write(content)
        if fate != "kept":
            given[name] = digest
        became[fate].append(name)
    with replacing(folder / GIVEN) as file:
        file.write(json.dumps(given, indent=1, sort_keys=True).encode())
    return Copied(*(tuple(became[name]) for name in Copied._fields))


def report(copied: Copied, folder: Path) -> str:
    """Return in words what a copy did: one sentence on all files, one line per file with a newer one."""
    new, renewed, same = len(copied.new), len(copied.renewed), len(copied.same)
    lines = [f"{folder}: {new} files new, {renewed} renewed, {same} left alone: nothing newer"]
    for name in copied.kept:
        lines.append(f"kept, since it differs from the new one: {name}; rename it and copy again to get that")
    return "\n".join(lines)


def _lessons() -> Iterator[tuple[str, bytes]]:
    source = notebooks_dir()
    for pattern in PATTERNS:
        for path in sorted(source.glob(pattern)):
            yield path.relative_to(source).as_posix(), path.read_bytes()


def _given(folder: Path) -> dict[str, str]:
    """What was given before. A list that cannot be read counts as none, so that every file is kept."""
    try:
        given = json.loads((folder / GIVEN).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError, RecursionError):
        return {}
    pairs = given.items() if isinstance(given, dict) else ()
    return {name: digest for name, digest in pairs if isinstance(digest, str)}


def _fate(path: Path, digest: str, given: str | None) -> str:
    if not path.exists() and not path.is_symlink():
        return "new"
    if path.is_symlink() or not path.is_file():
        return "kept"
    own = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest in (own, given):  # the student's own work, or ours, and there is no newer one
        return "same"
    return "renewed" if own == given else "kept"
