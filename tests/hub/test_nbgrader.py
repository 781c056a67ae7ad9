"""nbgrader itself makes an assignment of a lesson, grades what comes in, and writes table and feedback."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools.make_release import make

pytestmark = [pytest.mark.hub, pytest.mark.slow]

NAME = "03_forget_gate"
SOLUTIONS = Path(__file__).resolve().parents[2] / "notebooks" / "solutions"


def answers(notebook):
    return [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]


def solve(notebook):
    solved = nbformat.read(SOLUTIONS / f"{NAME}.ipynb", as_version=4).cells
    right = [cell.source for cell in solved if "solution" in cell.metadata.get("tags", [])]
    for cell, source in zip(answers(notebook), right, strict=True):
        cell.source = source


def type_a_verdict(notebook):
    """Nothing is solved, the graded cells say `pass`, and a verdict is typed into the output."""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = "pass"
    typed = nbformat.v4.new_output("stream", text="forget_gate: passed\n")
    answers(notebook)[0].outputs = [typed]


def never_end(notebook):
    solve(notebook)
    answers(notebook)[0].source = "while True: pass"


STUDENTS = {"ada": solve, "bob": type_a_verdict, "cem": never_end, "=dora": lambda notebook: None}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The folder of a class after grading: what nbgrader wrote."""
    folder = tmp_path_factory.mktemp("class")
    assert make(folder, ["03"]) == ([NAME], [])
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("c.ExecutePreprocessor.timeout = 30\n")

    def nbgrader(*arguments, status=0):
        here = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=folder,
            env=here,
            capture_output=True,
            text=True,
        )
        assert done.returncode == status, done.stderr[-3000:]

    nbgrader("generate_assignment", NAME)
    for student, work in STUDENTS.items():
        handed_in = folder / "submitted" / student / NAME
        shutil.copytree(folder / "release" / NAME, handed_in)
        notebook = nbformat.read(handed_in / f"{NAME}.ipynb", as_version=4)
        work(notebook)
        nbformat.write(notebook, handed_in / f"{NAME}.ipynb")
    nbgrader("autograde", NAME)
    nbgrader("generate_feedback", NAME)
    nbgrader("export", "--to", "class.csv")
    return folder


def test_what_students_get_has_the_stubs_and_no_solution(graded):
    released = nbformat.read(graded / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    assert [cell.source for cell in answers(released) if "..." not in cell.source] == []
    assert (graded / "release" / NAME / "images").is_dir()


def test_each_gets_the_points_of_what_runs_not_of_what_is_typed(graded):
    with (graded / "class.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["SIS Login ID"]: row for row in csv.DictReader(file)}
    assert {name: float(row["Final Points"]) for name, row in rows.items()} == {
        "ada": 3.0,
        "bob": 0.0,
        "cem": 2.0,
        "'=dora": 0.0,
    }
    assert all(float(row[NAME]) == float(row["Final Points"]) for row in rows.values())


def test_feedback_is_one_page_for_each_student_and_says_the_hint(graded):
    pages = {
        path.parts[-3]: path.read_text(encoding="utf-8") for path in graded.glob(f"feedback/*/{NAME}/*.html")
    }
    assert pages.keys() == STUDENTS.keys()
    assert len(list((graded / "feedback").rglob("*.html"))) == len(STUDENTS)
    assert all('src="images/' not in page for page in pages.values())  # pictures come inside the page
    assert "Still to be written" in pages["=dora"]
    assert f"{NAME} (Score: 3.0 / 3.0)" in pages["ada"]
