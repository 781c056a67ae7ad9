"""What one saved notebook says of its checks, and which lessons it is of."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from lstm_teach.exercises import EXERCISES

VERDICT = re.compile(r"^(\w+): (passed|not yet)", re.MULTILINE)
ASKED = re.compile(r"""\bcheck\s*\(\s*(?:name\s*=\s*)?["'](\w+)""")
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class Verdict(NamedTuple):
    """What one check said: the exercise, whether its answer passed, and the notebook that shows it."""

    exercise: str
    passed: bool
    notebook: Path


def read(notebook: Path) -> tuple[list[Verdict], set[str]]:
    """Return the verdicts of a notebook in order, and the exercises that its cells ask for."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what nbformat has fixed itself
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


def lessons_of(notebook: Path, asked: Iterable[str]) -> set[str]:
    """Return the lesson that a notebook's name begins with; else those of the exercises that it asks for."""
    known = {exercise.lesson for exercise in EXERCISES.values()}
    if (number := notebook.name[:2]) in known:
        return {number}
    return {EXERCISES[name].lesson for name in asked if name in EXERCISES}
