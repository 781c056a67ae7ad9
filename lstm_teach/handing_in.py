"""What the checks said in saved notebooks: for handing in, and for a class at a glance.

Needs the standard library. `check` keeps nothing anywhere: its verdicts stand in the notebook once it is
saved, so the notebook itself is what is handed in. An instructor who wants to be sure runs it again.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

VERDICT = re.compile(r"(\w+): (passed|not yet)")


class Verdict(NamedTuple):
    """What one check said: the exercise, and whether its answer passed."""

    exercise: str
    passed: bool


def verdicts(notebook: Path) -> list[Verdict]:
    """The verdicts of all checks that a saved notebook shows, in order; none where it was not run.

    Raises
    ------
    ValueError
        if the file is no notebook.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        said = ["".join(text) for text in _texts(cells)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"notebook: {notebook} is not a notebook that can be read: {error}") from error
    found = [VERDICT.match(text) for text in said]
    return [Verdict(match[1], match[2] == "passed") for match in found if match]


def _texts(cells: list[dict]) -> Iterable[str | list[str]]:
    """The plain text of every result of a cell that calls `check`."""
    for cell in cells:
        if "check(" in "".join(cell["source"]):
            for output in cell.get("outputs", []):
                if "data" in output:
                    yield output["data"].get("text/plain", "")


def notebooks_in(place: Path) -> list[Path]:
    """A notebook itself, or all notebooks of a folder, but not those of `solutions/` and of checkpoints.

    Raises
    ------
    ValueError
        if there is no such place, or no notebook in it.
    """
    if place.is_file():
        return [place]
    found = sorted(
        path
        for path in place.rglob("*.ipynb")
        if not {"solutions", ".ipynb_checkpoints"} & set(path.relative_to(place).parts)
    )
    if not found:
        raise ValueError(f"place: expected a notebook or a folder with notebooks, got {place}")
    return found


def table(places: Iterable[Path]) -> str:
    """A line for each place (a student's folder, or a notebook): how many passed, and what did not yet."""
    lines = []
    for place in places:
        said = {v.exercise: v.passed for notebook in notebooks_in(place) for v in verdicts(notebook)}
        missing = [exercise for exercise, passed in said.items() if not passed]
        line = f"{place}: {len(said) - len(missing)} of {len(said)} passed"
        lines.append(line + (f"; not yet: {', '.join(missing)}" if missing else ""))
    return "\n".join(lines)
