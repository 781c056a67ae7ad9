"""Make the static site in `site/`: every lesson as a page with its outputs, its labs ready to go live.

    python -m tools.make_site             all lessons
    python -m tools.make_site 03 07       only these pages; the first page names all

Serve it from any web server: `python -m http.server --directory site`. Nothing is fetched from elsewhere.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

import nbformat

from tools.pages.executing import executed
from tools.pages.frame import Lesson, first_page, lesson_page

ROOT = Path(__file__).resolve().parent.parent


def lesson_of(path: Path) -> Lesson:
    """Return what the pages say of a lesson."""
    first = nbformat.read(path, as_version=4).cells[0].source
    minutes = re.search(r"You will see\*\* \(([^,)]+)", first)
    return Lesson(path.stem, first.splitlines()[0].removeprefix("# "), minutes[1] if minutes else "")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="numbers of lessons, such as 03; all if none is named")
    parser.add_argument("--to", type=Path, default=ROOT / "site", help="the folder to write to")
    options = parser.parse_args(arguments)
    sources = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    lessons = [lesson_of(path) for path in sources]
    if unknown := set(options.lessons) - {lesson.number for lesson in lessons}:
        print(f"make_site: no lesson {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    live = (ROOT / "live" / "page.js").exists()
    if not live:
        print("make_site: no Python for the pages yet: labs and exercises stay still")
    options.to.mkdir(exist_ok=True)
    shutil.copytree(ROOT / "live", options.to / "live", dirs_exist_ok=True)
    (options.to / "notebooks").mkdir(exist_ok=True)
    asked = [
        place
        for place, lesson in enumerate(lessons)
        if not options.lessons or lesson.number in options.lessons
    ]
    (options.to / "index.html").write_text(first_page(lessons, live), encoding="utf-8")
    for place, notebook in zip(asked, executed(sources[place] for place in asked), strict=True):
        page = options.to / f"{lessons[place].name}.html"
        page.write_text(lesson_page(notebook, lessons, place, live), encoding="utf-8")
        shutil.copy(sources[place], options.to / "notebooks")
        print(page.name, flush=True)
    print(f"python -m http.server --directory {options.to}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
