"""What the checks said in saved notebooks: for handing in, and for a class at a glance.

`check` keeps nothing anywhere: its verdicts stand in the notebook once it is saved, so the notebook itself is
what a student hands in. A verdict in a file can be typed. An instructor who wants to be sure runs the
notebooks again.
"""

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from lstm_teach.atomic import replacing
from lstm_teach.exercises import EXERCISES, names

VERDICT = re.compile(r"^(\w+): (passed|not yet)", re.MULTILINE)
ASKED = re.compile(r"""\bcheck\s*\(\s*(?:name\s*=\s*)?["'](\w+)""")
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
NOT_HANDED_IN = {"solutions", ".ipynb_checkpoints"}
FORMULA = ("=", "+", "-", "@")  # a table program would compute a cell that begins like this
EXTRA = frozenset(
    {
        "bidirectional",
        "candidate",
        "find_the_bug",
        "fused_gates",
        "input_gate",
        "keep_or_replace",
        "mask",
        "output_gate",
        "rows_to_carry",
        "seven_pads",
        "shared_weights",
        "shuffled_words",
        "squash",
        "stacked_lstm",
        "update_gate",
    }
)
"""The exercises that a lesson only names at its end. They count where a student has tried them."""


class Verdict(NamedTuple):
    """What one check said: the exercise, whether its answer passed, and the notebook that shows it."""

    exercise: str
    passed: bool
    notebook: Path


class Student(NamedTuple):
    """What lies in one place: the best verdict on each exercise, the lessons, and what cannot be read."""

    name: str
    verdicts: dict[str, Verdict]
    lessons: frozenset[str]
    trouble: tuple[str, ...]


def students(places: Iterable[Path]) -> list[Student]:
    """Return one student per place, in order; a place that is named twice is one student."""
    different: dict[str, Path] = {}
    for place in places:
        different.setdefault(os.path.realpath(place), place)
    return [student(place) for place in different.values()]


def student(place: Path) -> Student:
    """Return what a student's folder, or one notebook, holds. A notebook that cannot be read is named in it.

    Of several verdicts on one exercise the best counts, whichever file it stands in. Notebooks of an old
    format, in UTF-16 or with a byte order mark are read, too.
    """
    if place.name in ("", ".."):  # such as `.`, which names nobody
        place = place.resolve()
    best: dict[str, Verdict] = {}
    lessons: set[str] = set()
    trouble: list[str] = []
    notebooks = _notebooks_in(place)
    if not notebooks:
        trouble.append("no notebook here" if os.path.exists(place) else "there is no such place")
    for notebook in notebooks:
        try:
            said, asked = _read(notebook)
        except ValueError as error:
            trouble.append(str(error))
            continue
        of = _lessons_of(notebook, asked)
        if not of:
            trouble.append(f"{_within(notebook, str(place))} asks for no exercise of this course")
        lessons |= of
        for verdict in said:
            if verdict.exercise not in best or (verdict.passed and not best[verdict.exercise].passed):
                best[verdict.exercise] = verdict
    return Student(str(place), best, frozenset(lessons), tuple(trouble))


def expected(students: Iterable[Student]) -> tuple[str, ...]:
    """Return the exercises that each of these students should have solved, in the order of the lessons.

    These are all exercises of every lesson that at least one of them has handed in, and the further ones that
    somebody has tried.
    """
    students = list(students)
    lessons = {lesson for one in students for lesson in one.lessons}
    tried = {exercise for one in students for exercise in one.verdicts}
    return tuple(
        name for name in names() if name in tried or (EXERCISES[name].lesson in lessons and name not in EXTRA)
    )


def table(students: Sequence[Student]) -> str:
    """Return some lines per student: how many passed and in which file, what did not, what is missing."""
    asked, lines = expected(students), []
    for one in students:
        passed = [name for name in asked if name in one.verdicts and one.verdicts[name].passed]
        failed = [name for name in asked if name in one.verdicts and not one.verdicts[name].passed]
        missing = [name for name in asked if name not in one.verdicts]
        lines.append(f"{one.name}: {f'{len(passed)} of {len(asked)} passed' if asked else 'no exercises'}")
        for words, found in (("not yet", failed), ("missing", missing)):
            if found:
                lines.append(f"    {words}: {', '.join(found)}")
        for notebook in dict.fromkeys(one.verdicts[name].notebook for name in passed):
            from_here = [name for name in passed if one.verdicts[name].notebook == notebook]
            lines.append(f"    passed in {_within(notebook, one.name)}: {', '.join(from_here)}")
        lines += [f"    {words}" for words in one.trouble]
    return "\n".join(lines)


def write_csv(students: Sequence[Student], path: str | os.PathLike[str]) -> None:
    """Write a table that Moodle and Canvas can import: student, 1 or 0 for each exercise, and the sum.

    A student is called by the folder's name, or by the whole path where two folders have the same name.
    """
    asked = expected(students)
    short = [_called(Path(one.name)) for one in students]
    called = [name if short.count(name) == 1 else one.name for name, one in zip(short, students, strict=True)]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["student", *(f"{EXERCISES[name].lesson} {name}" for name in asked), "sum"])
    for name, one in zip(called, students, strict=True):
        points = [int(exercise in one.verdicts and one.verdicts[exercise].passed) for exercise in asked]
        safe = f"'{name}" if name.lstrip().startswith(FORMULA) else name
        writer.writerow([safe, *points, sum(points)])
    with replacing(path) as file:  # the name of a folder may hold bytes that are no UTF-8
        file.write(text.getvalue().encode("utf-8", errors="backslashreplace"))


def _read(notebook: Path) -> tuple[list[Verdict], set[str]]:
    """Return the verdicts of a notebook in order, and the exercises that its cells ask for."""
    try:
        cells = nbformat.reads(_text(notebook), as_version=4).cells
        code = [cell for cell in cells if cell.cell_type == "code" and ASKED.search(cell.source)]
        shown = [(cell.source, _words(output)) for cell in code for output in cell.outputs]
    except Exception as error:  # nbformat has a dozen kinds of errors
        words = " ".join(str(error).split())[:160]
        raise ValueError(f"notebook: {notebook} is not a notebook that can be read ({words})") from error
    said = [
        Verdict(match[1], match[2] == "passed", notebook)
        for source, words in shown
        for match in VERDICT.finditer(words)
        if match[1] in EXERCISES and match[1] in source
    ]
    return said, {name for cell in code for name in ASKED.findall(cell.source)}


def _words(output: Mapping[str, Any]) -> str:
    """Return what an output says: the value of a cell, or what it printed."""
    printed = output.get("text", "") if output.get("name") == "stdout" else ""
    return str(output.get("data", {}).get("text/plain", printed))


def _text(notebook: Path) -> str:
    raw = notebook.read_bytes()
    return raw.decode(BYTE_ORDER_MARKS.get(raw[:2], "utf-8-sig"))


def _notebooks_in(place: Path) -> list[Path]:
    """A notebook itself, or all notebooks of a folder, but not those of `solutions/` and of checkpoints."""
    if os.path.isfile(place):
        return [place]
    if not os.path.isdir(place):
        return []
    return sorted(
        path
        for path in place.rglob("*")
        if _is_notebook(path) and path.is_file() and not NOT_HANDED_IN & set(path.relative_to(place).parts)
    )


def _is_notebook(path: Path) -> bool:
    return path.suffix.lower() == ".ipynb"


def _called(place: Path) -> str:
    """Return the name of a folder, or of a notebook without its ending."""
    return (place.stem if _is_notebook(place) else place.name) or str(place)


def _lessons_of(notebook: Path, asked: Iterable[str]) -> set[str]:
    """The lesson that a notebook's name begins with; of a renamed one, those of the exercises it asks for."""
    known = {exercise.lesson for exercise in EXERCISES.values()}
    if (number := notebook.name[:2]) in known:
        return {number}
    return {EXERCISES[name].lesson for name in asked if name in EXERCISES}


def _within(notebook: Path, place: str) -> str:
    return str(notebook.relative_to(place)) if notebook != Path(place) else notebook.name
