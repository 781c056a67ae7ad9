"""The builder of the notebooks, and the notebooks as they lie here. `make test` also executes them."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from tools import build_notebooks as builder

ROOT = Path(__file__).resolve().parent.parent

LESSON = """\
# %% [markdown] slideshow={"slide_type": "slide"}
# # Open the gate

# %%
x = 1

# %%
x = 1

# %% tags=["exercise"]
answer = ...

# %% tags=["solution"]
answer = 42

# %%
print("after")
"""


@pytest.fixture
def notebooks(tmp_path):
    """A folder with one lesson, built."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "01_gate.py").write_text(LESSON, encoding="utf-8")
    assert builder.main(["--notebooks", str(tmp_path)]) == 0
    return tmp_path


def build(notebooks, *options):
    return builder.main(["--notebooks", str(notebooks), *options])


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def run_by_a_student(path):
    """What JupyterLab saves after the cells have been run."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][1]["execution_count"] = 1
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_the_student_gets_the_stub_and_never_the_solution(notebooks):
    student = notebooks / "01_gate.ipynb"
    assert "answer = ..." in sources(student)
    assert "42" not in student.read_text(encoding="utf-8")


def test_the_solution_stands_in_the_place_of_the_stub(notebooks):
    student, solved = sources(notebooks / "01_gate.ipynb"), sources(notebooks / "solutions" / "01_gate.ipynb")
    place = student.index("answer = ...")
    assert solved[place] == "answer = 42"
    assert solved[:place] + solved[place + 1 :] == student[:place] + student[place + 1 :]


def test_pictures_are_found_from_both_folders(notebooks):
    source = notebooks / "src" / "01_gate.py"
    source.write_text(LESSON + "\n# %% [markdown]\n# ![A gate.](images/gate.svg)\n", encoding="utf-8")
    build(notebooks)
    assert sources(notebooks / "01_gate.ipynb")[-1] == "![A gate.](images/gate.svg)"
    assert sources(notebooks / "solutions" / "01_gate.ipynb")[-1] == "![A gate.](../images/gate.svg)"


def test_a_picture_with_long_code_is_marked_for_slides_and_a_short_one_is_not(notebooks):
    source = notebooks / "src" / "01_gate.py"
    long = "# %%\n" + "x = 1\n" * 6 + 'chart([], alt="A gate.")\n'
    source.write_text(LESSON + "\n" + long + '\n# %%\nchart([], alt="A gate.")\n', encoding="utf-8")
    build(notebooks)
    cells = nbformat.read(notebooks / "01_gate.ipynb", as_version=4).cells
    assert [cell.metadata.get("tags") for cell in cells[-2:]] == [["picture"], None]


NOTE = '\n# %% [markdown] slideshow={"slide_type": "notes"}\n# '


def test_an_instructors_note_is_folded_for_students(notebooks):
    source = notebooks / "src" / "01_gate.py"
    source.write_text(LESSON + NOTE + "(2 min) Ask the room.\n", encoding="utf-8")
    build(notebooks)
    folded = "<details><summary>For the instructor, 2 min</summary>\n\nAsk the room.\n\n</details>"
    assert sources(notebooks / "01_gate.ipynb")[-1] == folded


def test_a_note_without_its_minutes_is_refused(notebooks, capsys):
    source = notebooks / "src" / "01_gate.py"
    source.write_text(LESSON + NOTE + "Ask the room.\n", encoding="utf-8")
    assert build(notebooks) == 1
    assert "01_gate.py: a note begins with its minutes" in capsys.readouterr().err


def test_two_builds_give_the_same_bytes(notebooks):
    source = notebooks / "src" / "01_gate.py"
    assert builder.build(source, solved=False) == builder.build(source, solved=False)
    assert builder.build(source, solved=False) == (notebooks / "01_gate.ipynb").read_bytes()


def test_cell_ids_are_unique_and_survive_a_new_cell_elsewhere(notebooks):
    path, source = notebooks / "01_gate.ipynb", notebooks / "src" / "01_gate.py"
    before = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    assert len(set(before)) == len(before)
    source.write_text("# %%\nimport numpy\n\n" + LESSON, encoding="utf-8")
    build(notebooks)
    assert [cell.id for cell in nbformat.read(path, as_version=4).cells][1:] == before


def test_notebooks_hold_the_slides_settings_and_neither_outputs_nor_leftovers_of_the_conversion(notebooks):
    notebook = nbformat.read(notebooks / "01_gate.ipynb", as_version=4)
    assert notebook.cells[0].metadata == {"slideshow": {"slide_type": "slide"}}
    assert set(notebook.metadata) == {"kernelspec", "language_info", "lstm_teach"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"slideshow", "tags"}
        assert cell.cell_type == "markdown" or (cell.outputs == [] and cell.execution_count is None)


def test_check_is_silent_about_what_is_in_step(notebooks, capsys):
    capsys.readouterr()
    assert build(notebooks, "--check") == 0
    assert capsys.readouterr().out == ""


def test_check_names_stale_missing_and_orphan_notebooks_and_writes_nothing(notebooks, capsys):
    (notebooks / "src" / "01_gate.py").write_text(LESSON.replace("Open", "Close"), encoding="utf-8")
    (notebooks / "src" / "02_new.py").write_text("# %%\ny = 2\n", encoding="utf-8")
    (notebooks / "solutions" / "07_gone.ipynb").write_bytes((notebooks / "01_gate.ipynb").read_bytes())
    before = {path: path.read_bytes() for path in notebooks.rglob("*.ipynb")}
    capsys.readouterr()
    assert build(notebooks, "--check") == 1
    told = capsys.readouterr().out.replace("\\", "/")
    assert f"stale: {notebooks.name}/01_gate.ipynb" in told
    assert f"stale: {notebooks.name}/solutions/01_gate.ipynb" in told
    assert f"stale: {notebooks.name}/02_new.ipynb" in told
    assert f"orphan, its source is gone: {notebooks.name}/solutions/07_gone.ipynb" in told
    assert {path: path.read_bytes() for path in notebooks.rglob("*.ipynb")} == before


def test_check_looks_only_at_the_lessons_that_are_named_and_at_orphans(notebooks, capsys):
    (notebooks / "src" / "02_new.py").write_text("# %%\ny = 2\n", encoding="utf-8")
    assert build(notebooks, "--check", "notebooks/src/01_gate.py", "notebooks/solutions/01_gate.ipynb") == 0
    assert build(notebooks, "--check", "notebooks/02_new.ipynb") == 1
    (notebooks / "07_gone.ipynb").write_bytes((notebooks / "01_gate.ipynb").read_bytes())
    capsys.readouterr()
    assert build(notebooks, "--check", "notebooks/src/01_gate.py") == 1
    assert "07_gone.ipynb" in capsys.readouterr().out


def test_a_changed_byte_is_stale(notebooks):
    path = notebooks / "01_gate.ipynb"
    path.write_bytes(path.read_bytes() + b" ")
    assert build(notebooks, "--check") == 1


def test_building_removes_orphans(notebooks):
    (notebooks / "src" / "01_gate.py").unlink()
    assert build(notebooks) == 0
    assert not list(notebooks.rglob("*.ipynb"))


def test_a_students_work_is_overwritten_only_by_force(notebooks, capsys):
    path = notebooks / "01_gate.ipynb"
    run_by_a_student(path)
    answers = path.read_bytes()
    assert build(notebooks) == 1
    assert path.read_bytes() == answers
    assert "worked in, not overwritten" in capsys.readouterr().out
    assert build(notebooks, "--force") == 0
    assert build(notebooks, "--check") == 0


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ('# %% tags=["solution"]\nx = 1\n', "cell 1 is tagged solution, but follows no exercise"),
        ('# %% tags=["exercise"]\nx = ...\n', "cell 1 is tagged exercise, but no solution follows"),
    ],
)
def test_an_exercise_without_its_solution_is_refused_by_name(notebooks, capsys, cells, problem):
    (notebooks / "src" / "03_alone.py").write_text(cells, encoding="utf-8")
    assert build(notebooks) == 1
    assert f"03_alone.py: {problem}" in capsys.readouterr().err
    assert not (notebooks / "03_alone.ipynb").exists()


@pytest.mark.parametrize(
    "source", sorted((ROOT / "notebooks" / "src").glob("*.py")), ids=lambda path: path.stem
)
def test_no_solution_stands_in_a_students_notebook(source):
    """Neither as a cell nor in part: no line of code that only the solution has."""
    student = nbformat.read(ROOT / "notebooks" / f"{source.stem}.ipynb", as_version=4)
    code = "\n".join(cell.source for cell in student.cells if cell.cell_type == "code")
    lines = {line.strip() for line in code.splitlines()}
    solved = nbformat.read(ROOT / "notebooks" / "solutions" / f"{source.stem}.ipynb", as_version=4)
    answers = [cell for cell in solved.cells if "solution" in cell.metadata.get("tags", [])]
    assert answers
    for cell in answers:
        assert cell.source not in code
        assert not {line.strip() for line in cell.source.splitlines()} <= lines, cell.source


def test_every_notebook_says_at_its_head_who_wrote_it_and_when():
    for path in (builder.ROOT / "notebooks").glob("**/[0-9]*.ipynb"):
        assert re.search(r"\n\n\*[^*]+, edition of \d{4}-\d\d-\d\d\*$", sources(path)[0]), path.name
