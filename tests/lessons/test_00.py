"""Lesson 00: what it says of the reader, of what is needed beforehand, and of the other lessons."""

import json
import re
from pathlib import Path

import jupytext
import numpy as np
import pytest

from lstm_teach import data_dir, doctor
from lstm_teach.cells import lstm_step
from lstm_teach.exercises import check

SOURCES = {
    path.stem[:2]: path for path in (Path(__file__).resolve().parents[2] / "notebooks" / "src").glob("*.py")
}


@pytest.fixture(scope="module")
def rows():
    """The rows of the two tables, by lesson: its file, and what stands behind the question."""
    prose = "\n".join(cell.source for cell in jupytext.read(SOURCES["00"], fmt="py:percent").cells)
    found = re.findall(r"^\| \[(\d\d)\]\((\S+)\.ipynb\) \|[^|]+\|(.*)\|$", prose, re.MULTILINE)
    return {number: (stem, figures.split("|")) for number, stem, figures in found}


def test_the_table_names_every_lesson(rows):
    assert {number: stem for number, (stem, _) in rows.items()} == {
        number: path.stem for number, path in SOURCES.items()
    }


def test_the_two_hour_path_is_five_lessons_and_their_minutes_are_about_two_hours(rows):
    path = {number: figures[-1].strip() for number, (_, figures) in rows.items() if figures[-1].strip()}
    assert list(path) == ["00", "01", "02", "06", "12"]
    assert sum(map(int, path.values())) == pytest.approx(120, abs=20)


def test_a_key_word_moves_the_verdict_and_a_function_word_hardly_does(lesson):
    names = lesson("00")
    lost = dict(zip(names["words"], names["verdict"] - names["without"], strict=True))
    first, second = sorted(lost, key=lost.get, reverse=True)[:2]
    assert {first, second} == {"excellent", "definitely"}
    assert min(lost[first], lost[second]) > 10 * abs(lost["the"])
    recorded = json.loads((data_dir() / "gates" / "reader.json").read_text(encoding="utf-8"))["sentence"]
    assert names["without"] == pytest.approx(recorded["without"], abs=1e-4)


def test_not_bad_is_taken_for_blame(lesson):
    r = lesson("00")["r"]
    assert r.read("The film is not bad.").probability[-1] < r.read("The film is bad.").probability[-1] < 0.5


def test_with_the_forget_gate_at_0_the_verdict_is_that_of_a_cell_whose_c_is_wiped_at_every_step(lesson):
    names = lesson("00")
    r, h = names["r"], np.zeros((1, 32), np.float32)
    [ids] = r.vocabulary.encode([names["sentence"]])
    for x in r.embedding[ids]:
        h = lstm_step(x[None], h, np.zeros_like(h), r.p).h
    assert names["forgetful"].probability[-1] == pytest.approx(r.probability(h)[0], abs=1e-5)


def test_the_measured_slope_is_that_of_the_chain_rule(lesson):
    assert lesson("00")["measured"] == pytest.approx(lesson("00")["by_rule"], rel=1e-7)


def test_the_check_that_is_shown_says_that_tanh_is_no_sigmoid():
    shown = check("sigmoid", np.tanh)
    assert not shown.passed
    assert "That is tanh" in shown.hint


def test_the_doctor_finds_that_the_course_can_run(lesson):
    assert doctor.can_run(lesson("00")["findings"])
