"""Name the exercises of a lesson that a page can run: those whose solutions pass with what a page has.

    python -m tools.pages.in_page notebooks/solutions/03_forget_gate.ipynb

A page has Python, NumPy and the course, without what of the course needs more.
"""

import json
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path

from live.exercises import run
from tools.live_python import LEFT_OUT

HAS = {"numpy", "lstm_teach", *sys.stdlib_module_names}
NOT_OF_THE_COURSE = tuple(f"lstm_teach.{name.removesuffix('.py')}" for name in LEFT_OUT)


class AsInAPage(MetaPathFinder):
    """Finds nothing itself, and lets nothing be found that a page has not."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Return None, or raise ModuleNotFoundError for what a page has not."""
        if name.partition(".")[0] not in HAS or name.startswith(NOT_OF_THE_COURSE):
            raise ModuleNotFoundError(f"a page has no {name}", name=name)
        return None


def passed(solutions: Path) -> list[str]:
    """Return the names of the exercises whose solutions pass, in a Python that has only what a page has."""
    sys.meta_path.insert(0, AsInAPage())
    code = [cell for cell in json.loads(solutions.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    setup, *rest = ("".join(cell["source"]) for cell in code)
    solved = [source for source, cell in zip(rest, code[1:], strict=True) if _is_solution(cell)]
    verdicts = [run(setup, solved[:k], answer)["verdict"] for k, answer in enumerate(solved)]
    return [verdict["name"] for verdict in verdicts if verdict and verdict["passed"]]


def _is_solution(cell: dict) -> bool:
    return "solution" in cell["metadata"].get("tags", ())


if __name__ == "__main__":
    print(json.dumps(passed(Path(sys.argv[1]))))
