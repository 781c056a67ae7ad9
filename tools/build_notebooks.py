"""Build the notebooks from `notebooks/src/NN_name.py`, the only place where lessons are edited.

    python -m tools.build_notebooks             build all
    python -m tools.build_notebooks --check     write nothing; name what is stale or has no source

Each source (jupytext's percent format) gives two notebooks of its name. The one in `notebooks/` is for
students and has the stubs of the exercises. In the one in `notebooks/solutions/`, each cell tagged `solution`
replaces its stub. The same source always gives the same bytes.
"""

import argparse
import hashlib
import os
import re
import sys
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
import yaml
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
    # As a deck, a lesson runs its cells by itself when it is opened (labextension/README.md).
    "lstm_teach": {"run_in_slides": True},
}
PICTURE_LINES = 6


class SourceError(ValueError):
    """A lesson's source that cannot be built; the message names the file and the cell."""


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def pick(cells: list[NotebookNode], solved: bool, name: str) -> list[NotebookNode]:
    """Return the cells of one of the two notebooks, which has either an exercise's stub or its solution."""
    kept: list[NotebookNode] = []
    for position, cell in enumerate(cells):
        before = tags(cells[position - 1]) if position else []
        after = tags(cells[position + 1]) if position + 1 < len(cells) else []
        if "solution" in tags(cell) and "exercise" not in before:
            raise SourceError(f"{name}: cell {position + 1} is tagged solution, but follows no exercise")
        if "exercise" in tags(cell) and "solution" not in after:
            raise SourceError(f"{name}: cell {position + 1} is tagged exercise, but no solution follows")
        if ("exercise" if solved else "solution") not in tags(cell):
            kept.append(cell)
    return kept


def is_long_picture(cell: NotebookNode) -> bool:
    """Return whether a cell draws a picture with so much code that slides show the picture alone."""
    lines = [line for line in cell.source.splitlines() if line.strip()]
    return cell.cell_type == "code" and "alt=" in cell.source and len(lines) > PICTURE_LINES


def folded(note: str, name: str) -> str:
    """Return an instructor's note as students see it, folded; the speaker's view unfolds it."""
    found = re.fullmatch(r"\((\d+) min\) (.+)", note, re.DOTALL)
    if not found:
        raise SourceError(f"{name}: a note begins with its minutes, as in (2 min), got {note[:40]!r}")
    minutes, words = found.groups()
    return f"<details><summary>For the instructor, {minutes} min</summary>\n\n{words}\n\n</details>"


def edition() -> str:
    """Return who wrote the course and when, as CITATION.cff says it, for the head of each notebook."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    authors = ", ".join(author["name"] for author in citation["authors"])
    return f"*{authors}, edition of {citation['date-released']:%Y-%m-%d}*"


def build(source: Path, solved: bool) -> bytes:
    """Return the notebook of one source, as the bytes of its file."""
    lesson = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    cells = pick(lesson.cells, solved, source.name)
    for cell in cells:
        if is_long_picture(cell) and "picture" not in tags(cell):
            cell.metadata["tags"] = [*tags(cell), "picture"]
        if cell.metadata.get("slideshow", {}).get("slide_type") == "notes":
            cell.source = folded(cell.source, source.name)
        if solved:  # one folder deeper than the pictures
            cell.source = cell.source.replace("](images/", "](../images/")
    alike: Counter[str] = Counter()
    for cell in cells:
        # From the text alone, so that a new cell changes no other's id; alike cells are numbered.
        text = f"{cell.cell_type}\n{cell.source}"
        cell.id = hashlib.sha256(f"{text}\n{alike[text]}".encode()).hexdigest()[:8]
        alike[text] += 1
    if cells[0].cell_type == "markdown":
        cells[0].source += f"\n\n{edition()}"
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    nbformat.validate(notebook)
    return (nbformat.writes(notebook, version=4) + "\n").encode()


def targets(notebooks: Path, lessons: set[str]) -> dict[Path, bytes]:
    """Return the notebooks of these lessons, or of all if none is given, with the bytes they should have."""
    built = {}
    for source in sorted((notebooks / "src").glob("*.py")):
        if not lessons or source.stem in lessons:
            built[notebooks / f"{source.stem}.ipynb"] = build(source, solved=False)
            built[notebooks / "solutions" / f"{source.stem}.ipynb"] = build(source, solved=True)
    return built


def orphans(notebooks: Path) -> list[Path]:
    """Return the notebooks whose source is gone."""
    present = [*notebooks.glob("*.ipynb"), *(notebooks / "solutions").glob("*.ipynb")]
    return sorted(path for path in present if not (notebooks / "src" / f"{path.stem}.py").exists())


def worked_in(path: Path) -> bool:
    """Return whether a notebook has been run since it was built, so that it may hold a student's answers."""
    if not path.exists():
        return False
    cells = nbformat.read(path, as_version=4).cells
    return any(cell.get("execution_count") or cell.get("outputs") for cell in cells)


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the notebooks from notebooks/src.")
    parser.add_argument(
        "files", nargs="*", type=Path, help="sources or notebooks of lessons; all if none is named"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything is stale")
    parser.add_argument("--force", action="store_true", help="overwrite notebooks that have been worked in")
    parser.add_argument("--notebooks", type=Path, default=ROOT / "notebooks", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        wanted = targets(options.notebooks, {path.stem for path in options.files})
    except SourceError as error:
        print(f"build_notebooks: {error}", file=sys.stderr)
        return 1
    stale = [path for path, content in wanted.items() if not path.exists() or path.read_bytes() != content]
    orphaned = orphans(options.notebooks)
    kept = [path for path in [*stale, *orphaned] if worked_in(path) and not options.force]
    for path in [*stale, *orphaned]:
        name = path.relative_to(options.notebooks.parent)
        if path in kept:
            print(f"worked in, not overwritten: {name}")
        elif path in orphaned:
            print(
                f"{'orphan, its source is gone' if options.check else 'removed, its source is gone'}: {name}"
            )
        else:
            print(f"{'stale' if options.check else 'built'}: {name}")
        if not options.check and path not in kept:
            path.unlink() if path in orphaned else write(path, wanted[path])
    if kept:
        print("build_notebooks: save your answers under another name, then run it with --force")
    elif options.check and (stale or orphaned):
        print("build_notebooks: run `make notebooks` and commit what it writes")
    return 1 if kept or (options.check and (stale or orphaned)) else 0


if __name__ == "__main__":
    sys.exit(main())
