"""Every notebook as nbmake executes it, once in a test process, whoever asks for it."""

import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
from nbmake.nb_run import NotebookRun

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "notebooks" / "solutions"
TIMEOUT = 300  # seconds for a cell
CLAIMS = "application/vnd.lstm-teach.claims+json"
# What stands below a solved lesson while it is executed: its claims are tested where its variables are.
ASK = """
import sys
sys.path.insert(0, {tests!r})
from lessons.claims import outcomes
display({{{mime!r}: outcomes({number!r}, globals())}}, raw=True)
"""


class Executed(NamedTuple):
    """An executed notebook, how it failed or None, its seconds, and what became of the claims of its lesson.

    `claims`: by the name of each test its outcome ("passed", "failed", "skipped") and what pytest says of it.
    """

    notebook: nbformat.NotebookNode
    error: str | None
    seconds: float
    claims: dict[str, tuple[str, str]]


@cache
def executed(path: Path) -> Executed:
    """Return a notebook of the course, executed in a kernel of its own with an empty cache and folder."""
    notebook = nbformat.read(path, as_version=4)
    if path.parent == SOLUTIONS:
        return _with_its_claims(path, notebook)
    return _run(path.name, notebook)


def solved(number: str) -> Executed:
    """Return the solved notebook of a lesson, executed, with the outcomes of `tests/lessons/test_NN.py`."""
    (path,) = SOLUTIONS.glob(f"{number}_*.ipynb")
    return executed(path)


def _with_its_claims(path: Path, notebook: nbformat.NotebookNode) -> Executed:
    ask = ASK.format(tests=str(ROOT / "tests"), mime=CLAIMS, number=path.stem[:2])
    notebook.cells.append(nbformat.v4.new_code_cell(ask))
    run = _run(path.name, notebook)
    asked = run.notebook.cells.pop()
    told: dict[str, Any] = {}
    for output in asked.outputs:
        told |= output.get("data", {}).get(CLAIMS, {})
    return run._replace(claims=told)


def _run(name: str, notebook: nbformat.NotebookNode) -> Executed:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSTM_TEACH_CACHE", f"{folder}/cache")  # no training is taken from an earlier one
        patch.delenv("LSTM_TEACH_RECORDS", raising=False)  # a record that is written goes into that cache
        nbformat.write(notebook, f"{folder}/{name}")  # beside it a lesson keeps what it trains
        result = NotebookRun(Path(folder, name), default_timeout=TIMEOUT).execute()
    error = result.error.trace if result.error else None
    return Executed(result.nb, error, time.monotonic() - began, {})
