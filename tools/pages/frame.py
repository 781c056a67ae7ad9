"""Whole pages: a lesson, and the first page, from the HTML of their parts."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import NamedTuple

from nbformat import NotebookNode

from lstm_teach.labs import LABS
from lstm_teach.labs.core import open_lab
from tools.pages.cells import LAB, html_of, page_of
from tools.pages.prose import Heading

TEMPLATES = Path(__file__).parent
FIRST_LAB = "gate_lab"
JUPYTERLAB = """<p>You may also open the lessons in <a href="lab/index.html">JupyterLab, in this
browser</a>. It has NumPy and matplotlib, and no Keras: one section of lessons 01, 06 and 07 does not
run, and lessons 08 to 16 stop where they import it.</p>
"""
LIVE = '<script type="module" src="live/page.js"></script>'


class Lesson(NamedTuple):
    """A lesson as the pages name it: "03_forget_gate", its title, and how long it takes, in words."""

    name: str
    title: str
    minutes: str

    @property
    def number(self) -> str:
        """As in "03"."""
        return self.name[:2]


def lesson_page(notebook: NotebookNode, lessons: Sequence[Lesson], place: int, live: bool) -> str:
    """Return the page of the lesson at this place; `lessons` are those that have a page.

    `live` says whether Python lies beside the pages.
    """
    lesson, parts, headings = lessons[place], [], []
    page = page_of(notebook, lesson.number, {other.name for other in lessons})
    for cell in notebook.cells:
        html, found = html_of(cell, page)
        parts.append(html)
        headings += found
    before = lessons[place - 1] if place else None
    after = lessons[place + 1] if place + 1 < len(lessons) else None
    return _filled(
        "lesson.html",
        live,
        title=escape(f"{lesson.number} {lesson.title}"),
        number=lesson.number,
        name=lesson.name,
        contents=_contents(headings),
        body="\n".join(parts),
        before=_to(before, "prev"),
        after=_to(after, "next"),
    )


def first_page(lessons: Sequence[Lesson], live: bool, jupyterlab: bool) -> str:
    """Return the first page: a lab in its first screen, and all lessons that have a page.

    `jupyterlab` says whether JupyterLab in the browser lies beside the pages.
    """
    screen = open_lab(LABS[FIRST_LAB])
    lab = LAB.format(lab=FIRST_LAB, preset=screen.preset, words=escape(screen.words), picture=screen.html)
    rows = "\n".join(
        f'<li value="{int(lesson.number)}"><a href="{lesson.name}.html">{escape(lesson.title)}</a>'
        f" <small>{lesson.minutes}</small></li>"
        for lesson in lessons
    )
    return _filled(
        "first.html",
        live,
        lab=lab,
        lessons=rows,
        begin=f"{lessons[0].name}.html",
        number=lessons[0].number,
        jupyterlab=JUPYTERLAB if jupyterlab else "",
    )


def _filled(template: str, live: bool, **parts: str) -> str:
    text, head, door = (
        (TEMPLATES / name).read_text(encoding="utf-8").strip()
        for name in (template, "head.html", "door.html")
    )
    head = Template(head).substitute(live=LIVE if live else "")
    return Template(text).substitute(parts, head=head, door=door if live else "")


def _contents(headings: Sequence[Heading]) -> str:
    return "\n".join(f'<li><a href="#{h.name}">{h.html}</a></li>' for h in headings if h.level == 2)


def _to(lesson: Lesson | None, which: str) -> str:
    if lesson is None:
        return "<span></span>"
    title = f'{lesson.number}<span class="title"> {escape(lesson.title)}</span>'
    return f'<a rel="{which}" href="{lesson.name}.html">{title}</a>'
