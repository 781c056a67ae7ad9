"""Exercises in the pages: stub, wrong and right answers, an endless loop, the editor, answers that stay."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from lstm_teach.exercises import EXERCISES

ROOT = Path(__file__).resolve().parents[2]
LOADING = 90_000  # milliseconds until Python answers for the first time, on a busy machine
HOSTILE = '<img src=x onerror="document.title=1">'


class Answering:
    """One exercise of a page, as a reader works on it."""

    def __init__(self, page, name):
        self.page, self.root = page, page.locator(f".lstm-exercise[data-exercise={name}]")
        self.text = self.root.locator("textarea")
        self.output = self.root.locator("[data-part=output]")

    def press(self, button):
        self.root.get_by_role("button", name=button).click()

    def run(self, text=None):
        """Run the answer, or the one that is there, and return what is shown."""
        if text is not None:
            self.text.fill(text)
        self.press("Run and check")
        self.root.and_(self.page.locator("[data-running]")).wait_for(state="detached", timeout=LOADING)
        return self.output.inner_text()


@pytest.fixture(scope="module")
def solutions(site):
    """For each lesson of the site, its exercises with their solutions, in order."""
    found = {}
    for name in site.lessons:
        cells = nbformat.read(ROOT / "notebooks" / "solutions" / f"{name}.ipynb", as_version=4).cells
        solved = [cell.source for cell in cells if "solution" in cell.metadata.get("tags", ())]
        found[name] = {re.search(r'check\("(\w+)"', text)[1]: text for text in solved}
    return found


def wrong(name):
    """An answer that is no stub and is not right, as the text of a cell."""
    answer = "lambda *given: np.zeros(3)" if EXERCISES[name].takes.startswith("a function") else "-77"
    return f'import numpy as np\ncheck("{name}", {answer})'


@pytest.mark.smoke
def test_every_exercise_tells_stub_wrong_and_right_apart(opened, site, solutions):
    for lesson in site.lessons:
        page = opened(f"{lesson}.html")
        for name, solution in solutions[lesson].items():
            exercise = Answering(page, name)
            if exercise.root.get_attribute("data-where") == "notebook":
                assert "in the notebook" in exercise.output.inner_text()
                continue
            assert f"{name}: not yet" in exercise.run()
            assert f"{name}: not yet" in (told := exercise.run(wrong(name)))
            assert "Still to be written" not in told
            assert f"{name}: passed" in exercise.run(solution)
        page.context.close()  # each holds a Python


@pytest.fixture
def exercise(opened):
    """The first exercise of lesson 03."""
    return Answering(opened("03_forget_gate.html"), "forget_gate")


@pytest.mark.smoke
def test_what_an_answer_says_is_text_and_never_markup(exercise):
    assert HOSTILE in exercise.run(f"print({HOSTILE!r})")
    assert HOSTILE in exercise.run(f"raise ValueError({HOSTILE!r})")
    assert HOSTILE in exercise.run(f"class A:\n    def __repr__(self):\n        return {HOSTILE!r}\nA()")
    forged = f"type(check('half_life', 1))({HOSTILE!r}, False, {HOSTILE!r} + '`{HOSTILE}`')"
    assert HOSTILE in exercise.run(forged)
    assert exercise.output.locator("img").count() == 0
    assert exercise.page.title() != "1"


def test_an_endless_loop_is_stopped_and_the_next_answer_runs_while_labs_go_on(exercise, solutions):
    exercise.text.fill("while True:\n    pass")
    exercise.press("Run and check")
    exercise.page.get_by_role("button", name="Make this page live").click()
    exercise.page.locator(".lstm-lab[data-state=live]").first.wait_for(timeout=LOADING)
    exercise.press("Stop")
    exercise.output.get_by_text("Python was stopped.").wait_for()
    second = Answering(exercise.page, "half_life")  # the endless answer above it is left out
    assert "half_life: passed" in second.run(solutions["03_forget_gate"]["half_life"])
    assert "forget_gate: passed" in exercise.run(solutions["03_forget_gate"]["forget_gate"])


def test_the_editor_indents_and_everything_can_be_undone(exercise):
    keys, text = exercise.page.keyboard, exercise.text
    text.fill("")
    keys.type("def f(x):\nif x:  # why\nreturn 1\n")
    assert text.input_value() == "def f(x):\n    if x:  # why\n        return 1\n        "
    keys.press("Shift+Tab")
    assert text.input_value().endswith("return 1\n    ")
    keys.press("Control+a")
    keys.press("Tab")
    assert text.input_value().startswith("    def f(x):\n        if x")
    keys.press("Control+z")
    assert text.input_value().startswith("def f(x):\n    if x")
    keys.press("Control+a")
    keys.press("Shift+Tab")
    assert text.input_value().startswith("def f(x):\nif x")


def test_the_keyboard_leaves_the_editor_and_runs_the_answer(exercise):
    exercise.text.focus()
    exercise.page.keyboard.press("Escape")
    exercise.page.keyboard.press("Tab")
    assert exercise.page.evaluate("document.activeElement.textContent") == "Run and check"
    exercise.page.keyboard.press("Enter")
    exercise.output.locator(".not-yet").wait_for(timeout=LOADING)
    exercise.text.focus()
    exercise.page.keyboard.press("Control+Enter")
    exercise.root.and_(exercise.page.locator("[data-running]")).wait_for(state="detached", timeout=LOADING)


def test_answers_stay_in_the_browser_until_one_starts_over(exercise):
    page, stub = exercise.page, exercise.text.input_value()
    exercise.text.fill("mine = 1")
    page.reload()
    assert exercise.text.input_value() == "mine = 1"
    other = page.context.new_page()
    other.goto(page.url.replace("03_forget_gate", "05_output_gate"))
    assert "mine" not in other.locator("textarea").first.input_value()
    exercise.press("Start over")
    assert exercise.text.input_value() == stub
    page.reload()
    assert exercise.text.input_value() == stub


def test_answers_leave_as_the_lessons_notebook(exercise, tmp_path):
    exercise.text.fill("mine = 1")
    with exercise.page.expect_download() as loading:
        exercise.page.get_by_role("button", name="Download as a notebook").click()
    loading.value.save_as(tmp_path / "mine.ipynb")
    assert loading.value.suggested_filename == "03_forget_gate.ipynb"
    given = nbformat.read(ROOT / "notebooks" / "03_forget_gate.ipynb", as_version=4)
    mine = nbformat.read(tmp_path / "mine.ipynb", as_version=4)
    nbformat.validate(mine)
    changed = [
        (a.source, b.source) for a, b in zip(given.cells, mine.cells, strict=True) if a.source != b.source
    ]
    assert [new for _, new in changed] == ["mine = 1"]
    assert 'check("forget_gate"' in changed[0][0]


def test_damaged_answers_do_no_harm(exercise):
    for kept in ("no JSON", "null", "[1]", json.dumps({"forget_gate": 5})):
        exercise.page.evaluate("kept => localStorage.setItem('lstm-teach-answers-03', kept)", kept)
        exercise.page.reload()
        exercise.root.get_by_role("button", name="Start over").wait_for()
        assert "def forget_gate" in exercise.text.input_value()
