"""What the checks said in saved notebooks: for handing in, and for a class at a glance.

`check` keeps nothing anywhere: its verdicts stand in the notebook once it is saved, so the notebook itself is
what a student hands in. A verdict in a file can be typed. An instructor who wants to be sure runs the
notebooks again.
"""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from lstm_teach.atomic import replacing
from lstm_teach.exercises import EXERCISES, names
from lstm_teach.handing_in.places import expanded, folders_of, is_handed_in, notebooks_in, short_name, within
from lstm_teach.handing_in.verdicts import Verdict, lessons_of, read

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


class Student(NamedTuple):
    """What lies in one place: the best verdict on each exercise, the lessons, and what cannot be read.

    Attributes
    ----------
    folders : the folders of the place, where all its notebooks lie in several of them
    """

    name: str
    verdicts: dict[str, Verdict]
    lessons: frozenset[str]
    trouble: tuple[str, ...]
    folders: tuple[str, ...] = ()


def students(places: Iterable[Path]) -> list[Student]:
    """Return one student per place, in order; a place that is named twice is one student.

    A pattern such as `class/*/` names all places that fit. Where one place alone is named, and its folders
    hold the same lesson, it is a class: one student per folder, also where a folder is empty.
    """
    different: dict[str, Path] = {}
    for place in (one for named in places for one in expanded(named)):
        different.setdefault(os.path.realpath(place), place)
    alone = len(different) == 1
    return [one for place in different.values() for one in (_class_in(place) if alone else [student(place)])]


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
    notebooks = notebooks_in(place)
    if not notebooks:
        trouble.append("no notebook here" if os.path.exists(place) else "there is no such place")
    for notebook in notebooks:
        try:
            said, asked = read(notebook)
        except ValueError as error:
            trouble.append(str(error))
            continue
        of = lessons_of(notebook, asked)
        if not of:
            trouble.append(f"{within(notebook, str(place))} asks for no exercise of this course")
        lessons |= of
        for verdict in said:
            if verdict.exercise not in best or (verdict.passed and not best[verdict.exercise].passed):
                best[verdict.exercise] = verdict
    folders = folders_of(place, notebooks)
    return Student(str(place), best, frozenset(lessons), tuple(trouble), tuple(f.name for f in folders))


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
        if one.folders:
            lines.append(f"    taken as one student, with the folders {', '.join(one.folders)}")
        for words, found in (("not yet", failed), ("missing", missing)):
            if found:
                lines.append(f"    {words}: {', '.join(found)}")
        for notebook in dict.fromkeys(one.verdicts[name].notebook for name in passed):
            from_here = [name for name in passed if one.verdicts[name].notebook == notebook]
            lines.append(f"    passed in {within(notebook, one.name)}: {', '.join(from_here)}")
        lines += [f"    {words}" for words in one.trouble]
    return "\n".join(map(_on_one_line, lines))


def _on_one_line(text: str) -> str:
    """Return a text in which a file's name can neither break the line nor command the terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def write_csv(students: Sequence[Student], path: str | os.PathLike[str]) -> None:
    """Write a table that Moodle and Canvas can import: 1 or 0 for each exercise, and the sum.

    A student is called by the folder's name, or by the whole path where two folders have the same name.
    """
    asked = expected(students)
    short = [short_name(Path(one.name)) for one in students]
    called = [name if short.count(name) == 1 else one.name for name, one in zip(short, students, strict=True)]
    points = [
        [int(exercise in one.verdicts and one.verdicts[exercise].passed) for exercise in asked]
        for one in students
    ]
    columns = [f"{EXERCISES[name].lesson} {name}" for name in asked]
    with replacing(path) as file:
        file.write(gradebook(columns, zip(called, points, strict=True)).encode())


def gradebook(columns: Sequence[str], points: Iterable[tuple[str, Sequence[float]]]) -> str:
    """Return the points of a class as CSV that Moodle and Canvas import: one row per student, the sum last.

    Canvas asks for the first four columns, finds a student by the login, and passes over "Final Points".
    Moodle asks which column is the user name, and which grade each other column is.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Student", "ID", "SIS Login ID", "Section", *columns, "Final Points"])
    for name, own in points:
        name = os.fsencode(name).decode("utf-8", errors="backslashreplace")  # whatever the locale
        safe = f"'{name}" if name.lstrip().startswith(FORMULA) else name
        writer.writerow([safe, "", safe, "", *own, sum(own)])
    return text.getvalue()


def _class_in(place: Path) -> list[Student]:
    """Return all students of a class, or the one of any other place."""
    folders = folders_of(place, notebooks_in(place))
    each = [student(folder) for folder in folders]
    lessons = [lesson for one in each for lesson in one.lessons]
    if len(set(lessons)) == len(lessons):
        return [student(place)]
    return [
        student(folder) for folder in sorted(place.iterdir()) if folder.is_dir() and is_handed_in(folder.name)
    ]
