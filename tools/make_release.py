"""Make a folder for nbgrader: the lessons as assignments, and a configuration that grades them.

    python -m tools.make_release graded            every lesson that has exercises
    python -m tools.make_release graded 03 06      some of them

    cd graded && nbgrader generate_assignment 03_forget_gate     then release, collect, autograde and export

An exercise of a lesson is a cell for an answer. After it comes a locked cell, worth one point, that calls
`check` again: nbgrader puts its own copy of that cell in place of a student's before it grades, so a typed
verdict counts for nothing. What the hint says stands in the feedback.
"""

import argparse
import ast
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
PICTURE = re.compile(r"\]\((images/[^)]+)\)")
GRADED = """from lstm_teach.exercises import check as graded

result = graded({name!r}, {answer})
assert result.passed, result.hint"""


def asked(source: str) -> tuple[str, str]:
    """Return the exercise that a cell's last `check` asks for, and the expression that is handed in."""
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check"
    ]
    name, answer = calls[-1].args
    return ast.literal_eval(name), ast.unparse(answer)


def nbgrader(grade_id: str, **what: Any) -> dict[str, Any]:
    """Return the metadata of a cell that nbgrader knows by this id."""
    usual = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    return {**usual, "grade_id": grade_id, **what}


def assignment(notebook: NotebookNode) -> NotebookNode:
    """Return a lesson whose exercises nbgrader grades, one point for each."""
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if "exercise" not in cell.metadata.get("tags", []):
            continue
        name, answer = asked(cell.source)
        cell.metadata["nbgrader"] = nbgrader(f"answer-{name}", solution=True)
        graded = nbformat.v4.new_code_cell(GRADED.format(name=name, answer=answer), id=f"graded-{name}")
        graded.metadata["nbgrader"] = nbgrader(f"graded-{name}", grade=True, locked=True, points=1)
        graded.metadata["slideshow"] = {"slide_type": "skip"}
        cells.append(graded)
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


def make(folder: Path, lessons: Sequence[str] = (), overwrite: bool = False) -> tuple[list[str], list[str]]:
    """Write the course folder for nbgrader; return the names of its assignments, and of those that were kept.

    A configuration that is there stays, and so do the gradebook and what students have handed in. An
    assignment that differs from what would be written is kept: an instructor may have changed it.

    Raises
    ------
    ValueError
        for a lesson that has no exercises.
    """
    notebooks = {path: nbformat.read(path, as_version=4) for path in (ROOT / "notebooks").glob("*.ipynb")}
    found = {path.stem[:2]: path for path in sorted(notebooks) if has_exercises(notebooks[path])}
    wanted = [lesson.zfill(2) for lesson in lessons] or list(found)
    if missing := sorted(set(wanted) - set(found)):
        raise ValueError(f"lessons: got {', '.join(missing)}, expected numbers of lessons with exercises")
    made, kept = [], []
    for lesson in sorted(wanted):
        path = found[lesson]
        target = folder / "source" / path.stem / path.name
        text = nbformat.writes(assignment(notebooks[path]))
        if target.exists() and target.read_text(encoding="utf-8") != text and not overwrite:
            kept.append(path.stem)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        for picture in sorted(set(PICTURE.findall(path.read_text(encoding="utf-8")))):
            (target.parent / picture).parent.mkdir(exist_ok=True)
            shutil.copy(path.parent / picture, target.parent / picture)
        made.append(path.stem)
    if not (folder / "nbgrader_config.py").exists():
        shutil.copy(ROOT / "deploy" / "nbgrader_config.py", folder)
    return made, kept


def has_exercises(notebook: NotebookNode) -> bool:
    """Return whether a lesson has exercises in it."""
    return any("exercise" in cell.metadata.get("tags", []) for cell in notebook.cells)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("lessons", nargs="*", help="such as 03; all if none is named")
    parser.add_argument("--overwrite", action="store_true", help="replace assignments that were changed, too")
    options = parser.parse_args(arguments)
    try:
        made, kept = make(options.folder, options.lessons, options.overwrite)
    except (ValueError, OSError) as error:
        print(f"make_release: {error}", file=sys.stderr)
        return 1
    for name in kept:
        print(f"kept, since it differs from the course's: {name} (--overwrite replaces it)")
    print(f"{options.folder}: {len(made)} assignments, {', '.join(made)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
