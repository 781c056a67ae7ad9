"""nbgitpuller itself brings an update of the lessons to a student who has changed some."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools.student_branch import ROOT, git, update

pytestmark = [pytest.mark.hub, pytest.mark.slow]
FORGET, INPUT, OUTPUT, GRU = (
    f"{name}.ipynb" for name in ("03_forget_gate", "04_input_gate", "05_output_gate", "08_gru")
)


@pytest.fixture
def course(tmp_path):
    """A repository with some lessons, and its branch for students."""
    folder = tmp_path / "course"
    shutil.copytree(
        ROOT / "notebooks", folder / "notebooks", ignore=lambda where, names: {"src"} & set(names)
    )
    git("init", "--quiet", "--initial-branch=main", root=folder)
    git("config", "user.email", "course@example.org", root=folder)
    git("config", "user.name", "course", root=folder)
    commit(folder, "lessons")
    assert update("student", root=folder)
    return folder


def commit(folder, words):
    git("add", "--all", root=folder)
    git("commit", "--quiet", "--message", words, root=folder)


def pull(course, own):
    done = subprocess.run(
        [sys.executable, "-m", "nbgitpuller.pull", f"file://{course}", "student", str(own)],
        capture_output=True,
        text=True,
        cwd=own.parent,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def answer(path, words):
    """Save a notebook as JupyterLab does after a student has answered and run it."""
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.execution_count = number + 1
    exercises = [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]
    exercises[0].source = words
    exercises[0].outputs = [nbformat.v4.new_output("stream", text="forget_gate: passed\n")]
    nbformat.write(notebook, path)


def change_the_title(path):
    """An update of ours: another title, and one more cell at the end."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source = notebook.cells[0].source.replace("# ", "# New: ", 1)
    notebook.cells.append(nbformat.v4.new_markdown_cell("One more thing.", id="one-more"))
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def test_the_branch_holds_lessons_and_pictures_alone_and_grows_only_with_them(course):
    names = git("ls-tree", "-r", "--name-only", "student", root=course).splitlines()
    assert FORGET in names
    assert "rise.css" in names
    assert any(name.startswith("images/") for name in names)
    assert not [name for name in names if name.startswith(("solutions", "src", "notebooks", "lstm_teach"))]
    (course / "README.md").write_text("Nothing about lessons.", encoding="utf-8")
    commit(course, "a readme")
    assert update("student", root=course) is None


def test_an_update_keeps_answers_and_brings_what_is_new(course, tmp_path):
    own = tmp_path / "own"
    pull(course, own)
    answer(own / FORGET, "my = 'answer'")
    (own / INPUT).rename(own / "mine.ipynb")
    (own / OUTPUT).unlink()
    (own / "notes.ipynb").write_text("of my own", encoding="utf-8")
    for name in (FORGET, INPUT, OUTPUT, GRU):
        change_the_title(course / "notebooks" / name)
    (course / "notebooks" / "notes.ipynb").write_text("of the course", encoding="utf-8")
    commit(course, "an update")
    assert update("student", root=course)
    pull(course, own)

    changed = nbformat.read(own / FORGET, as_version=4)
    nbformat.validate(changed)
    assert "my = 'answer'" in [cell.source for cell in changed.cells]
    assert (own / "mine.ipynb").is_file()
    assert "New: " in nbformat.read(own / GRU, as_version=4).cells[0].source
    assert "New: " in nbformat.read(own / OUTPUT, as_version=4).cells[0].source  # deleted: it comes back
    kept = [path.read_text(encoding="utf-8") for path in own.glob("notes_*.ipynb")]
    assert kept == ["of my own"]  # under another name
    assert (own / "notes.ipynb").read_text(encoding="utf-8") == "of the course"


def test_a_lesson_that_is_taken_out_stays_with_whom_it_has_been_answered(course, tmp_path):
    own = tmp_path / "own"
    pull(course, own)
    answer(own / FORGET, "my = 'answer'")
    for name in (FORGET, GRU):
        (course / "notebooks" / name).unlink()
    commit(course, "two lessons fewer")
    assert update("student", root=course)
    pull(course, own)
    assert "my = 'answer'" in [cell.source for cell in nbformat.read(own / FORGET, as_version=4).cells]
    assert not Path(own / GRU).exists()
    assert json.loads((own / FORGET).read_text(encoding="utf-8"))
