"""Where students' notebooks lie: places, patterns of places, and folders of folders."""

from __future__ import annotations

import os
from collections.abc import Sequence
from glob import glob
from pathlib import Path

NOT_HANDED_IN = {"solutions", "__MACOSX"}


def notebooks_in(place: Path) -> list[Path]:
    """Return a notebook itself, or all of a folder, but not those of `solutions/` and of hidden folders."""
    if os.path.isfile(place):
        return [place]
    if not os.path.isdir(place):
        return []
    return sorted(
        path
        for path in place.rglob("*")
        if is_notebook(path) and path.is_file() and all(map(is_handed_in, path.relative_to(place).parts))
    )


def is_notebook(path: Path) -> bool:
    """Return whether a file is called like a notebook."""
    return path.suffix.lower() == ".ipynb"


def expanded(place: Path) -> list[Path]:
    """Return the places that a pattern names, since Windows does not expand it; else the place itself."""
    if os.path.exists(place) or not any(sign in str(place) for sign in "*?["):
        return [place]
    found = [Path(name) for name in sorted(glob(str(place)))]
    return [one for one in found if is_handed_in(one.name) and (one.is_dir() or is_notebook(one))] or [place]


def folders_of(place: Path, notebooks: Sequence[Path]) -> list[Path]:
    """Return the folders of a place in which all its notebooks lie, if there are several, else none."""
    found = {place / notebook.relative_to(place).parts[0] for notebook in notebooks if notebook != place}
    return sorted(found) if len(found) > 1 and not any(is_notebook(one) for one in found) else []


def is_handed_in(name: str) -> bool:
    """Return whether a folder or a file of this name may be a student's; a hidden one is a program's."""
    return name not in NOT_HANDED_IN and not name.startswith(".")


def short_name(place: Path) -> str:
    """Return the name of a folder, or of a notebook without its ending."""
    return (place.stem if is_notebook(place) else place.name) or str(place)


def within(notebook: Path, place: str) -> str:
    """Return the path of a notebook within a student's place, or its name where it is the place."""
    return str(notebook.relative_to(place)) if notebook != Path(place) else notebook.name
