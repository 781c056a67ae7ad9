"""Write pages into a folder: the first page, and lessons, each with its notebook beside it."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import nbformat

from tools.pages.executing import executed
from tools.pages.frame import Lesson, first_page, lesson_page


def write_pages(site: Path, sources: Sequence[Path], numbers: Sequence[str], live: bool) -> None:
    """Write the first page and the pages of the lessons with these numbers.

    `live` says whether Python lies beside them. They lead to each other, and to the pages of other lessons
    that the folder has already.
    """
    there = [path for path in sources if path.name[:2] in numbers or (site / f"{path.stem}.html").exists()]
    lessons = [lesson_of(path) for path in there]
    (site / "index.html").write_text(first_page(lessons, live, (site / "lab").is_dir()), encoding="utf-8")
    (site / "notebooks").mkdir(exist_ok=True)
    places = [place for place, lesson in enumerate(lessons) if lesson.number in numbers]
    for place, notebook in zip(places, executed([there[place] for place in places]), strict=True):
        page = site / f"{lessons[place].name}.html"
        page.write_text(lesson_page(notebook, lessons, place, live), encoding="utf-8")
        shutil.copy(there[place], site / "notebooks")
        print(page.name, flush=True)


def lesson_of(path: Path) -> Lesson:
    """Return what the pages say of a lesson."""
    first = nbformat.read(path, as_version=4).cells[0].source
    title = first.splitlines()[0].removeprefix("# ")
    study = re.search(r"about (\d+) for study", first)
    return Lesson(path.stem, title, f"about {study[1]} minutes" if study else "")
