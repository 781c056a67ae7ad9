"""Exercises as a page runs them: the first cell of the lesson, earlier answers, then an answer."""

import json
import re
from pathlib import Path

import pytest

from live.exercises import LONGEST, run
from tests.marking import marks_of

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
SETUP = "import numpy as np\nfrom lstm_teach.cells import sigmoid\nfrom lstm_teach.exercises import check"
RIGHT = (
    "def forget_gate(x, h_prev, p):\n    return sigmoid(x @ p.W_f + h_prev @ p.U_f + p.b_f)\n"
    'check("forget_gate", forget_gate)'
)
WRONG = RIGHT.replace(" + p.b_f", "")


def texts(path, tag):
    """The first cell of a notebook, and the cells with this tag."""
    cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    tagged = [cell for cell in cells if tag in cell["metadata"].get("tags", ())]
    return "".join(cells[0]["source"]), ["".join(cell["source"]) for cell in tagged]


def marks(path):
    """The first cell of a lesson may import Keras; exercises that need it are not run here."""
    return [getattr(pytest.mark, name) for name in marks_of(texts(path, "exercise")[0])]


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=marks(path)) for path in LESSONS],
    ids=lambda path: path.stem,
)
def test_every_stub_is_not_yet_and_every_solution_passes_where_no_keras_is_needed(path):
    setup, stubs = texts(path, "exercise")
    _, solutions = texts(path.parent / "solutions" / path.name, "solution")
    for k, (stub, solution) in enumerate(zip(stubs, solutions, strict=True)):
        if re.search(r"\b(keras|layers)\.|sentiment\.", solution):
            continue
        before, after = (run(setup, solutions[:k], text) for text in (stub, solution))
        assert before["verdict"]["passed"] is False
        assert before["verdict"]["hint"]
        assert after["verdict"]["passed"] is True, after


def test_a_wrong_answer_gets_its_hint():
    verdict = run(SETUP, [], WRONG)["verdict"]
    assert (verdict["name"], verdict["passed"]) == ("forget_gate", False)
    assert "bias" in verdict["hint"]


def test_what_cannot_be_had_is_left_out_name_by_name():
    setup = f"from lstm_teach import no_such_room, counting\nimport no_such_library\n{SETUP}"
    assert run(setup, [], "counting.__name__")["shown"] == "'lstm_teach.counting'"
    assert run(setup, [], RIGHT)["verdict"]["passed"]


def test_an_earlier_answer_can_be_used_and_a_failing_one_does_no_harm():
    earlier = ["def twice(a):\n    return 2 * a\n1 / 0", "this is no Python", "import sys\nsys.exit()"]
    assert run(SETUP, earlier, "twice(21)") | {"picture": None} == {
        "printed": "",
        "shown": "42",
        "error": "",
        "picture": None,
        "verdict": None,
    }


def test_answers_do_not_see_each_others_names():
    run(SETUP, [], "mine = 1")
    assert "NameError" in run(SETUP, [], "mine")["error"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 1\nb = a / 0", "line 2: b = a / 0\nZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("def f():\n    return f()\nf()", "RecursionError"),
        ("return 1", "SyntaxError"),
        ("if True:\nprint(1)", "IndentationError"),
        ("\0", "null bytes"),
        ("class Bad(Exception):\n    def __str__(self):\n        1 / 0\nraise Bad", "Bad"),
        ("class Bad:\n    def __repr__(self):\n        raise ValueError('no')\nBad()", "ValueError: no"),
    ],
)
def test_an_error_is_told_with_its_line(text, told):
    found = run(SETUP, [], text)
    assert told in found["error"]
    assert found["verdict"] is None


def test_what_is_printed_comes_before_an_error_and_is_bounded():
    found = run(SETUP, [], "for k in range(100_000):\n    print(k)\nunknown")
    assert found["printed"].startswith("0\n1\n2\n")
    assert len(found["printed"]) == LONGEST
    assert "NameError" in found["error"]


def test_markup_is_never_more_than_text():
    text = "class Bad:\n    def _repr_html_(self):\n        return '<script>'\nBad()"
    found = run(SETUP, [], text)
    assert "<script>" not in json.dumps(found)


def test_a_chart_comes_back_as_a_picture_with_its_words():
    text = (
        "from lstm_teach.plotting import Axis, Line, chart\nsteps = np.arange(3)\n"
        "chart([Line(steps, steps, 0, 'a')], Axis('x', 0, 2), Axis('y', 0, 2), alt='It rises.')"
    )
    picture = run(SETUP, [], text)["picture"]
    assert picture["alt"] == "It rises."
    assert picture["svg"].startswith("<svg")
