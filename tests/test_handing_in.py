"""Handing in: what saved notebooks say of their checks."""

import json
from copy import deepcopy

import nbformat
import pytest
from nbclient import NotebookClient

from lstm_teach import __main__ as command_line
from lstm_teach.handing_in import Verdict, verdicts

PASSED = 'from lstm_teach.exercises import check\ncheck("half_life", 0.5**0.1)'
STUB = 'from lstm_teach.exercises import check\ncheck("count_lstm", ...)'


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    """A class of two: one has run a notebook with two checks, the other has opened hers and saved it."""
    folder = tmp_path_factory.mktemp("class")
    cells = [
        nbformat.v4.new_code_cell(PASSED),
        nbformat.v4.new_code_cell(STUB),
        nbformat.v4.new_code_cell("1 + 1"),
    ]
    for name in ("ada", "ben"):
        (folder / name).mkdir()
        notebook = nbformat.v4.new_notebook(cells=deepcopy(cells))
        if name == "ada":
            NotebookClient(notebook, timeout=60).execute()
        nbformat.write(notebook, folder / name / "03_forget_gate.ipynb")
    return folder


def test_the_verdicts_are_those_that_the_notebook_shows(class_folder):
    assert verdicts(class_folder / "ada" / "03_forget_gate.ipynb") == [
        Verdict("half_life", True),
        Verdict("count_lstm", False),
    ]
    assert verdicts(class_folder / "ben" / "03_forget_gate.ipynb") == []


def test_a_class_is_a_line_a_student(class_folder, capsys):
    assert command_line.main(["results", str(class_folder / "ada"), str(class_folder / "ben")]) == 0
    one, two = capsys.readouterr().out.splitlines()
    assert one.endswith("ada: 1 of 2 passed; not yet: count_lstm")
    assert two.endswith("ben: 0 of 0 passed")


@pytest.mark.parametrize("content", ["no json", json.dumps({"cells": None}), json.dumps([])])
def test_what_is_no_notebook_is_refused_by_name(tmp_path, content, capsys):
    path = tmp_path / "03.ipynb"
    path.write_text(content, encoding="utf-8")
    assert command_line.main(["results", str(path)]) == 1
    assert f"{path} is not a notebook" in capsys.readouterr().err


def test_a_place_without_notebooks_is_refused(tmp_path, capsys):
    assert command_line.main(["results", str(tmp_path / "nobody")]) == 1
    assert "expected a notebook or a folder with notebooks" in capsys.readouterr().err
