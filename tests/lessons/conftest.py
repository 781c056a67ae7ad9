"""A lesson as a program: its code, with the exercises solved, run in this process."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

SOLUTIONS = Path(__file__).resolve().parents[2] / "notebooks" / "solutions"
ran: dict[str, Mapping[str, Any]] = {}


@pytest.fixture
def lesson(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Mapping[str, Any]]:
    """`lesson("03")`: all names that the code of lesson 03 defines. It runs once for all its tests."""

    def run(number: str) -> Mapping[str, Any]:
        if number not in ran:
            (path,) = SOLUTIONS.glob(f"{number}_*.ipynb")
            monkeypatch.chdir(path.parent)
            names: dict[str, Any] = {"__name__": "lesson"}
            for cell in nbformat.read(path, as_version=4).cells:
                if cell.cell_type == "code":
                    exec(compile(cell.source, f"{path.name}, cell {cell.id}", "exec"), names)
            ran[number] = names
        return ran[number]

    return run
