"""Handing in: what saved notebooks say of their checks, also those that real students send."""

import csv
import json
import os
import re
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from lstm_teach import __main__ as command_line
from lstm_teach.exercises import names
from lstm_teach.handing_in import EXTRA, expected, gradebook, student, students, table, write_csv

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
PASSED = 'from lstm_teach.exercises import check\ncheck("half_life", 0.5**0.1)'
STUB = 'from lstm_teach.exercises import check\ncheck("forget_gate", ...)'
LESSON = "03_forget_gate.ipynb"  # asks for forget_gate, half_life and what_is_left


@pytest.fixture(scope="module")
def executed():
    """A notebook with two checks as JupyterLab saves it: the first passed, the second is the stub."""
    cells = [nbformat.v4.new_code_cell(source) for source in (PASSED, STUB, "1 + 1")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=60).execute()
    return notebook


@pytest.fixture
def ada(executed, tmp_path):
    """A student's folder with that notebook."""
    folder = tmp_path / "ada"
    folder.mkdir()
    nbformat.write(executed, folder / LESSON)
    return folder


def without_outputs(notebook):
    fresh = deepcopy(notebook)
    for cell in fresh.cells:
        cell.outputs = []
    return fresh


def test_the_verdicts_are_those_that_the_notebook_shows(ada, executed, tmp_path):
    said = [(verdict.exercise, verdict.passed) for verdict in student(ada / LESSON).verdicts.values()]
    assert said == [("half_life", True), ("forget_gate", False)]
    nbformat.write(without_outputs(executed), tmp_path / LESSON)
    assert student(tmp_path / LESSON).verdicts == {}


def test_the_extra_exercises_are_those_that_no_lesson_asks_in_a_cell():
    asked = set()
    for path in NOTEBOOKS.glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                asked |= set(re.findall(r'check\("(\w+)"', cell.source))
    assert set(names()) - asked == EXTRA


def test_a_verdict_that_is_not_there_counts_as_missing(ada, capsys):
    assert command_line.main(["results", str(ada)]) == 0
    first, *more = capsys.readouterr().out.splitlines()
    assert first == f"{ada}: 1 of 3 passed"
    assert [line.strip() for line in more] == [
        "not yet: forget_gate",
        "missing: what_is_left",
        f"passed in {LESSON}: half_life",
    ]


def test_deleting_the_cells_that_fail_gains_nothing(ada):
    notebook = nbformat.read(ada / LESSON, as_version=4)
    notebook.cells = notebook.cells[:1]
    nbformat.write(notebook, ada / LESSON)
    assert table([student(ada)]).startswith(f"{ada}: 1 of 3 passed")


def test_a_lesson_that_one_student_hands_in_is_expected_of_all(ada, tmp_path):
    ben = tmp_path / "ben"
    ben.mkdir()
    both = [student(ada), student(ben)]
    assert expected(both) == ("forget_gate", "half_life", "what_is_left")
    assert f"{ben}: 0 of 3 passed" in table(both)
    assert "no notebook here" in table(both)


def test_an_extra_exercise_counts_where_somebody_tried_it(executed, tmp_path):
    cell = nbformat.v4.new_code_cell(
        'check("fused_gates", f)', outputs=[nbformat.v4.new_output("execute_result", {"text/plain": ""})]
    )
    cell.outputs[0].data["text/plain"] = "fused_gates: passed"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "06_lstm_cell.ipynb")
    assert "fused_gates" in expected([student(tmp_path)])


def test_a_stale_copy_does_not_undo_a_pass_and_the_table_says_where_the_pass_stands(ada, executed):
    stale = deepcopy(executed)
    for output in stale.cells[0].outputs:
        output.data["text/plain"] = "half_life: not yet. Try again."
    nbformat.write(stale, ada / "zz 03 copy (2).ipynb")
    said = table([student(ada)])
    assert "1 of 3 passed" in said
    assert f"passed in {LESSON}: half_life" in said


def test_a_verdict_in_a_cell_that_does_not_ask_for_it_is_no_verdict(ada):
    notebook = nbformat.read(ada / LESSON, as_version=4)
    notebook.cells[0].source = 'print("check(")'
    nbformat.write(notebook, ada / LESSON)
    assert "half_life" not in student(ada).verdicts


def test_a_renamed_notebook_is_known_by_its_exercises(ada):
    (ada / LESSON).rename(ada / "my homework.ipynb")
    assert student(ada).lessons == {"03"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_a_byte_order_mark_and_utf_16_are_read(ada, encoding):
    text = (ada / LESSON).read_text(encoding="utf-8")
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    (ada / LESSON).write_bytes((mark + text).encode(encoding))
    assert list(student(ada / LESSON).verdicts) == ["half_life", "forget_gate"]


def test_a_notebook_of_the_old_format_is_read(ada):
    output = {"output_type": "pyout", "prompt_number": 1, "metadata": {}, "text": ["half_life: passed"]}
    cell = {"cell_type": "code", "language": "python", "collapsed": False, "metadata": {}, "input": [PASSED]}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "x"}}
    old["worksheets"] = [{"cells": [cell | {"outputs": [output]}], "metadata": {}}]
    (ada / LESSON).write_text(json.dumps(old), encoding="utf-8")
    assert [(v.exercise, v.passed) for v in student(ada / LESSON).verdicts.values()] == [("half_life", True)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        b'{"cells": null}',
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b"\x00" * 100,
        b'{"nbformat": 99}',
    ],
)
def test_an_unreadable_notebook_costs_one_line_and_never_the_table(ada, content, capsys):
    (ada / "00_start_here.ipynb").write_bytes(content)
    assert command_line.main(["results", str(ada)]) == 1
    out = capsys.readouterr().out
    assert out.count("00_start_here.ipynb is not a notebook that can be read") == 1
    assert f"{ada}: 1 of 3 passed" in out


@pytest.mark.parametrize(("place", "words"), [("nobody", "no such place"), ("empty", "no notebook here")])
def test_a_place_without_notebooks_costs_one_line(ada, tmp_path, place, words, capsys):
    (tmp_path / "empty").mkdir()
    assert command_line.main(["results", str(tmp_path / place), str(ada)]) == 1
    out = capsys.readouterr().out
    assert words in out
    assert f"{ada}: 1 of 3 passed" in out


def test_the_csv_has_a_row_per_student_and_a_column_per_exercise(ada, tmp_path):
    for name in ("Zoe", "=2+2", "absent"):
        (tmp_path / name).mkdir()
    nbformat.write(nbformat.read(ada / LESSON, as_version=4), tmp_path / "Zoe" / LESSON)
    places = [ada, *(tmp_path / name for name in ("Zoe", "=2+2", "absent"))]
    path = tmp_path / "class.csv"
    assert command_line.main(["results", *map(str, places), "--csv", str(path)]) == 1  # some have no notebook
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[4:] == ["03 forget_gate", "03 half_life", "03 what_is_left", "Final Points"]
    assert rows[0] == ["ada", "", "ada", "", "0", "1", "0", "1"]
    assert [row[0] for row in rows[1:]] == ["Zoe", "'=2+2", "absent"]
    assert rows[-1][4:] == ["0", "0", "0", "0"]


def test_the_csv_is_what_canvas_and_moodle_take():
    """As Canvas' gradebook_importer.rb and Moodle's grade/import/csv/classes/load_data.php read a table."""
    text = gradebook(["03_forget_gate", "06_lstm_cell"], [("ada", [2.0, 1.0]), ("bob", [0.0, 0.5])])
    header, *rows = csv.reader(text.splitlines())
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert re.search(r"SIS\s+Login\s+ID", header[2])
    assert "Section" in header[3]
    grades = [name for name in header[4:] if not re.search("(Current|Final) (Score|Points|Grade)", name)]
    assert grades == ["03_forget_gate", "06_lstm_cell"]  # Canvas makes an assignment of every other column
    # Moodle stops at a row whose user it does not know, and at a grade that is no number up to 100.
    assert [row[2] for row in rows] == ["ada", "bob"]
    assert all(0 <= float(grade) <= 100 for row in rows for grade in row[4:])


def test_two_students_of_one_name_are_told_apart_in_the_csv(ada, tmp_path):
    other = tmp_path / "group b" / "ada"
    other.mkdir(parents=True)
    write_csv([student(ada), student(other)], tmp_path / "class.csv")
    rows = (tmp_path / "class.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len({row.split(",")[0] for row in rows}) == 2


def test_a_csv_that_cannot_be_written_is_named_and_the_table_is_printed(ada, tmp_path, capsys):
    path = tmp_path / "no folder" / "class.csv"
    assert command_line.main(["results", str(ada), "--csv", str(path)]) == 1
    said = capsys.readouterr()
    assert f"--csv {path} cannot be written" in said.err
    assert "1 of 3 passed" in said.out


@pytest.mark.parametrize("place", [".", "", "x" * 5_000])
def test_a_csv_that_is_a_folder_or_has_an_endless_name_is_one_sentence(ada, monkeypatch, capsys, place):
    monkeypatch.chdir(ada)
    assert command_line.main(["results", str(ada), "--csv", place]) == 1
    said = capsys.readouterr().err
    assert re.fullmatch(r"results: --csv \S+ cannot be written \(.+\)\n", said)
    assert len(said) < 400


WAYS = [
    'print(check("half_life", 0.5**0.1))',
    'check ("half_life", 0.5**0.1)',
    'check(\n    "half_life",\n    0.5**0.1)',
    'check(name="half_life", answer=0.5**0.1)',
    'print("here:"); print(check("half_life", 0.5**0.1)); print("done")',
]


@pytest.fixture(scope="module")
def in_every_way():
    """A cell for each way to write a check, all executed in one kernel, by what they say."""
    cells = {way: nbformat.v4.new_code_cell("from lstm_teach.exercises import check\n" + way) for way in WAYS}
    NotebookClient(nbformat.v4.new_notebook(cells=list(cells.values())), timeout=60).execute()
    return cells


@pytest.mark.parametrize("source", WAYS)
def test_a_check_may_be_printed_or_written_in_another_way(in_every_way, tmp_path, source):
    notebook = nbformat.v4.new_notebook(cells=[in_every_way[source]])
    nbformat.write(notebook, tmp_path / "homework.IPYNB")
    [verdict] = student(tmp_path).verdicts.values()
    assert (verdict.exercise, verdict.passed) == ("half_life", True)
    assert student(tmp_path).lessons == {"03"}


def test_a_student_has_the_name_of_the_folder_and_counts_once(executed, tmp_path, monkeypatch):
    for name in ("jane.doe", "jane.roe", " =1+1"):
        (tmp_path / name).mkdir()
        nbformat.write(executed, tmp_path / name / LESSON)
    nbformat.write(executed, tmp_path / "ben.smith.ipynb")
    monkeypatch.chdir(tmp_path / "jane.doe")
    places = [".", "../jane.doe", "../jane.doe/", "../jane.roe", "../ =1+1", "../ben.smith.ipynb"]
    write_csv(students(map(Path, places)), tmp_path / "class.csv")
    rows = (tmp_path / "class.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["jane.doe", "jane.roe", "' =1+1", "ben.smith"]


def test_a_folder_s_name_is_written_as_utf_8_whatever_the_locale(executed, tmp_path):
    place = Path(os.fsdecode(os.fsencode(tmp_path) + "/zoé 映画".encode()))  # as this locale reads it
    place.mkdir()
    nbformat.write(executed, place / LESSON)
    write_csv([student(place)], tmp_path / "class.csv")
    assert "zoé 映画,,zoé 映画,,0,1,0,1" in (tmp_path / "class.csv").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="here all names are Unicode")
def test_a_folder_whose_name_is_no_utf_8_is_written_as_escapes(executed, tmp_path):
    place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    place.mkdir()
    nbformat.write(executed, place / LESSON)
    write_csv([student(place)], tmp_path / "class.csv")
    assert r"caf\xe9,,caf\xe9,,0,1,0,1" in (tmp_path / "class.csv").read_text(encoding="utf-8")


def test_a_notebook_of_another_course_is_named(ada, tmp_path, capsys):
    other = tmp_path / "other"
    other.mkdir()
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), other / "maths.ipynb"
    )
    assert command_line.main(["results", str(other)]) == 1
    said = capsys.readouterr().out
    assert "maths.ipynb asks for no exercise of this course" in said
    assert "0 of 0" not in said


def test_an_empty_name_is_not_taken_for_the_folder_at_hand(ada, monkeypatch, capsys):
    monkeypatch.chdir(ada)
    with pytest.raises(SystemExit):
        command_line.main(["results", ""])
    assert "got an empty name, expected a folder" in capsys.readouterr().err


def test_a_place_with_an_endless_name_costs_one_line(ada, capsys):
    assert command_line.main(["results", "x" * 5_000, str(ada)]) == 1
    out = capsys.readouterr().out
    assert "there is no such place" in out
    assert f"{ada}: 1 of 3 passed" in out


@pytest.mark.parametrize(
    "damage",
    [
        {"outputs": None},
        {"outputs": [None]},
        {"outputs": ["half_life: passed"]},
        {"outputs": [{"output_type": "display_data", "metadata": {}, "data": []}]},
        {"source": None},
        {"source": [1, 2]},
        {"cell_type": 3},
        {"execution_count": 10**400},
    ],
)
def test_a_cell_of_another_shape_costs_its_notebook_one_line(damage, ada, executed, capsys):
    spoilt = json.loads(nbformat.writes(executed))
    spoilt["cells"][0] |= damage
    (ada / "06_lstm_cell.ipynb").write_text(json.dumps(spoilt))
    command_line.main(["results", str(ada)])
    said = capsys.readouterr().out
    assert re.match(rf"{re.escape(str(ada))}: 1 of \d+ passed\n", said)
    assert said.count("06_lstm_cell.ipynb is not a notebook that can be read") <= 1


def test_a_verdict_on_another_stream_or_in_another_cell_is_none_and_a_list_of_lines_is_one(ada, executed):
    def of(output):
        changed = json.loads(nbformat.writes(executed))
        changed["cells"] = [changed["cells"][0] | {"outputs": [output]}]
        (ada / LESSON).write_text(json.dumps(changed))
        return list(student(ada).verdicts)

    stream = {"output_type": "stream", "text": ["half_life: ", "passed\n"]}
    assert of(stream | {"name": "stdout"}) == ["half_life"]
    assert of(stream | {"name": "stderr"}) == []
    assert of({"output_type": "error", "ename": "", "evalue": "half_life: passed", "traceback": []}) == []


def test_what_nbformat_fixes_itself_is_no_warning_for_the_instructor(ada, executed, recwarn):
    without_ids = json.loads(nbformat.writes(executed))
    for cell in without_ids["cells"]:
        del cell["id"]
    (ada / LESSON).write_text(json.dumps(without_ids))
    assert list(student(ada).verdicts) == ["half_life", "forget_gate"]
    assert not recwarn.list


@pytest.mark.skipif(sys.platform == "win32", reason="here no name has such signs")
def test_no_name_breaks_a_line_or_commands_the_terminal(executed, tmp_path):
    place = tmp_path / "ada\n    passed in all: everything\x1b[2J"
    place.mkdir()
    nbformat.write(executed, place / f"03\r{LESSON}")
    said = table([student(place)])
    assert r"ada\n    passed in all: everything\x1b[2J: 1 of 3 passed" in said
    assert rf"passed in 03\r{LESSON}: half_life" in said
    assert not {"\r", "\x1b"} & set(said)


# --- a class


@pytest.fixture
def a_class(executed, tmp_path):
    """A folder of three students: two handed in the same lesson, one nothing; and what archives leave."""
    for name in ("ada", "ben"):
        (tmp_path / "class" / name / "notebooks").mkdir(parents=True)
        nbformat.write(executed, tmp_path / "class" / name / "notebooks" / LESSON)
    (tmp_path / "class" / "zoe").mkdir()
    for name in ("__MACOSX/ada", ".git", "solutions"):
        (tmp_path / "class" / name).mkdir(parents=True)
        nbformat.write(executed, tmp_path / "class" / name / LESSON)
    (tmp_path / "class" / "ben" / f"._{LESSON}").write_bytes(b"\0\5\x16\7")
    (tmp_path / "class" / "grades.csv").write_text("student,points")
    return tmp_path / "class"


@pytest.mark.parametrize("named", ["", "*", "[ab]*|zoe", "*/"])
def test_a_class_is_one_student_per_folder_named_as_it_is_or_by_a_pattern_that_no_shell_expands(
    a_class, named, capsys
):
    places = [str(a_class / one) + "/" * one.endswith("/") for one in named.split("|")]
    assert command_line.main(["results", *places, "--csv", str(a_class / "points.csv")]) == 1  # zoe has none
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if not line.startswith(" ")] == [
        f"{a_class / 'ada'}: 1 of 3 passed",
        f"{a_class / 'ben'}: 1 of 3 passed",
        f"{a_class / 'zoe'}: 0 of 3 passed",
    ]
    assert "taken as one student" not in said
    rows = (a_class / "points.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["ada", "ben", "zoe"]


def test_a_class_may_be_the_folder_at_hand(a_class, monkeypatch):
    monkeypatch.chdir(a_class)
    assert [one.name for one in students([Path(".")])] == ["ada", "ben", "zoe"]


def test_folders_of_different_lessons_are_one_student_and_the_table_says_so(executed, ada):
    (ada / "03_forget_gate").mkdir()
    (ada / LESSON).rename(ada / "03_forget_gate" / LESSON)
    (ada / "06_lstm_cell").mkdir()
    nbformat.write(without_outputs(executed), ada / "06_lstm_cell" / "06_lstm_cell.ipynb")
    [one] = students([ada])
    assert one.lessons == {"03", "06"}
    assert "    taken as one student, with the folders 03_forget_gate, 06_lstm_cell\n" in table([one])


def test_each_of_several_places_is_one_student_whatever_folders_it_holds(a_class, ada):
    both = students([a_class, ada])
    assert [one.name for one in both] == [str(a_class), str(ada)]
    assert "    taken as one student, with the folders ada, ben\n" in table(both)


def test_older_copies_in_a_folder_of_a_student_are_that_student_s(ada, executed):
    for folder in ("old", "older"):
        (ada / folder).mkdir()
        nbformat.write(executed, ada / folder / LESSON)
    assert [one.name for one in students([ada])] == [str(ada)]


def test_a_pattern_of_notebooks_is_one_student_per_notebook(executed, tmp_path):
    for name in ("ada", "ben"):
        nbformat.write(executed, tmp_path / f"{name}.ipynb")
    (tmp_path / "notes.txt").write_text("")
    assert [Path(one.name).stem for one in students([tmp_path / "*"])] == ["ada", "ben"]


@pytest.mark.parametrize("place", ["nobody*", "[", "[a-", "**", "?" * 300])
def test_a_pattern_that_names_nothing_costs_one_line(place, ada, tmp_path, capsys):
    assert command_line.main(["results", str(tmp_path / "none" / place), str(ada)]) == 1
    said = capsys.readouterr().out
    assert "there is no such place" in said
    assert f"{ada}: 1 of 3 passed" in said


def test_a_folder_whose_name_has_the_signs_of_a_pattern_is_that_folder(executed, tmp_path):
    place = tmp_path / "ada [group 1]"
    place.mkdir()
    nbformat.write(executed, place / LESSON)
    assert [one.name for one in students([place])] == [str(place)]
