"""Write how long each lesson takes, as a talk and for study, into its head and into lesson 00's table.

    python -m tools.make_minutes            write
    python -m tools.make_minutes --check    write nothing; exit with 1 if a figure is stale

A talk takes what the instructor's notes add up to, "(2 min)" and so on. Study at home is an estimate:

    words / 90 + 1.5 · cells of code + 3 · exercises        (minutes, rounded to five)

Words are those of the prose that a student reads, notes and solutions apart. The three numbers are fitted to
the times that readers took for fourteen lessons with every exercise: tests/test_minutes.py holds them.

The two-hour path is part of five lessons. It leaves out the exercises, the reading list, and every section
that says so in the words of `SKIP`. Its minutes are estimated by the same formula.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import jupytext
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
WORDS_A_MINUTE, MINUTES_A_CELL, MINUTES_AN_EXERCISE = 90, 1.5, 3

TWO_HOURS = ("00", "01", "02", "06", "12")
SKIP = "*On the two-hour path, skip this section.*"
LEFT_OUT = ("Your turn", "Further reading", "Appendix")

NOTE = re.compile(r"^\((\d+) min\)")
TALK = re.compile(r"Talk: \d+ minutes")
HEAD = re.compile(
    r"(\*\*You will see\*\*) \(\d+ minutes(?: as a talk, about \d+ for study with the exercises)?, "
)
ROW = re.compile(r"^# (\| \[(\d\d)\]\(\w+\.ipynb\) \| [^|\n]+ \|)[^\n]*$", re.MULTILINE)


class Minutes(NamedTuple):
    """The minutes of a lesson; `two_hours` is None if the two-hour path leaves the lesson out."""

    talk: int
    study: int
    two_hours: int | None


def cells_of(source: str) -> list[NotebookNode]:
    """Return the cells of a lesson's source."""
    return list(jupytext.reads(source, fmt="py:percent").cells)


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def read(cells: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Return the cells that a student reads: neither notes nor solutions."""
    return [
        cell
        for cell in cells
        if cell.metadata.get("slideshow", {}).get("slide_type") != "notes" and "solution" not in tags(cell)
    ]


def on_the_path(cells: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield the cells that are read on the two-hour path."""
    skipped = False
    for cell in read(cells):
        heading = re.search(r"^#{1,2} (.+)$", cell.source, re.MULTILINE)
        if cell.cell_type == "markdown" and heading:
            skipped = SKIP in cell.source or heading[1].startswith(LEFT_OUT)
        if not skipped:
            yield cell


def words(cell: NotebookNode) -> int:
    """Return the number of words of a prose cell, without equations, addresses and HTML."""
    prose = re.sub(r"\$[^$]+\$|<[^>]+>|\]\([^)]*\)", " ", cell.source)
    return len(re.findall(r"\w[\w'’-]*", prose))


def estimate(prose: int, code: int, exercises: int) -> float:
    """Return the minutes of study for so many words, cells of code, and exercises among these cells."""
    return prose / WORDS_A_MINUTE + MINUTES_A_CELL * code + MINUTES_AN_EXERCISE * exercises


def study(cells: Iterable[NotebookNode]) -> float:
    """Return the estimated minutes of study for cells that a student reads."""
    cells = list(cells)
    code = [cell for cell in cells if cell.cell_type == "code"]
    prose = sum(words(cell) for cell in cells if cell.cell_type == "markdown")
    return estimate(prose, len(code), sum("exercise" in tags(cell) for cell in code))


def minutes(number: str, cells: list[NotebookNode]) -> Minutes:
    """Return the minutes of a lesson."""
    talk = sum(int(found[1]) for cell in cells if (found := NOTE.match(cell.source)))
    path = to_five(study(on_the_path(cells))) if number in TWO_HOURS else None
    return Minutes(talk, to_five(study(read(cells))), path)


def to_five(value: float) -> int:
    return 5 * round(value / 5)


def every_lesson(folder: Path) -> dict[str, Minutes]:
    """Return the minutes of all lessons by number."""
    sources = sorted(folder.glob("[0-9][0-9]_*.py"))
    return {
        path.stem[:2]: minutes(path.stem[:2], cells_of(path.read_text(encoding="utf-8"))) for path in sources
    }


def filled(source: str, own: Minutes, every: dict[str, Minutes]) -> str:
    """Return a lesson's source with its own minutes in its head, and those of all lessons in its table."""
    head = rf"\1 ({own.talk} minutes as a talk, about {own.study} for study with the exercises, "
    source = HEAD.sub(head, source, count=1)
    source = TALK.sub(f"Talk: {own.talk} minutes", source, count=1)
    return ROW.sub(lambda row: f"# {row[1]} {_row(every[row[2]])} |" if row[2] in every else row[0], source)


def _row(lesson: Minutes) -> str:
    two_hours = "" if lesson.two_hours is None else str(lesson.two_hours)
    return f"{lesson.talk} | {lesson.study} | {two_hours}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a figure is stale")
    parser.add_argument("--sources", type=Path, default=ROOT / "notebooks" / "src", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    every = every_lesson(options.sources)
    stale = 0
    for path in sorted(options.sources.glob("[0-9][0-9]_*.py")):
        before = path.read_text(encoding="utf-8")
        after = filled(before, every[path.stem[:2]], every)
        if after != before:
            stale += 1
            print(f"{'stale' if options.check else 'written'}: the minutes in {path.name}")
            if not options.check:
                path.write_text(after, encoding="utf-8")
    if options.check and stale:
        print("make_minutes: run `make notebooks` and commit what it writes")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
