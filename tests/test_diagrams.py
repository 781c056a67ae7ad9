"""The cell diagrams say the numbers of the step, and their paths are lit by what flows."""

import re

import numpy as np
import pytest

from lstm_teach.cells import GRUParams, LSTMParams, gru_step, lstm_step
from lstm_teach.diagrams import gru_cell, lstm_cell
from lstm_teach.plotting import compact


def lit(picture, start):
    """The strength of the lit path that starts so."""
    return float(re.search(rf'd="{start}[^>]*stroke-opacity="([\d.]+)"', picture.body)[1])


@pytest.fixture
def lstm():
    rng = np.random.default_rng(0)
    h_prev, c_prev = rng.normal(size=(2, 1, 3)) * 0.5
    step = lstm_step(rng.normal(size=(1, 2)), h_prev, c_prev, LSTMParams.random(2, 3, rng), clamp={"f": 1.0})
    now = {name: float(value[0, 1]) for name, value in step._asdict().items()}
    return now | {"h_prev": float(h_prev[0, 1]), "c_prev": float(c_prev[0, 1])}


def test_the_lstm_cell_keeps_and_writes_what_adds_up_to_c(lstm):
    marks = lstm_cell(lstm, "a cell").marks
    assert marks["kept"] == lstm["f"] * lstm["c_prev"]
    assert marks["kept"] + marks["written"] == pytest.approx(lstm["c"], abs=1e-15)


def test_every_number_of_the_lstm_step_is_in_the_picture(lstm):
    body = lstm_cell(lstm, "a cell").body
    for name, value in lstm.items():
        assert compact(value) in body, name


def test_a_path_is_as_bright_as_what_flows_along_it(lstm):
    picture = lstm_cell(lstm | {"f": 0.25, "i": 0.0, "c_prev": -0.5}, "a cell")
    assert lit(picture, "M116 196V62") == 0.25
    assert lit(picture, "M202 196") == 0.0
    assert lit(picture, "M14 62H116") == 0.5


def test_a_held_gate_is_marked_and_no_other(lstm):
    assert lstm_cell(lstm, "a cell").body.count(">held<") == 0
    assert lstm_cell(lstm, "a cell", held=["f", "o"]).body.count(">held<") == 2


def test_the_gru_cell_weighs_old_against_new():
    rng = np.random.default_rng(0)
    h_prev = rng.normal(size=(1, 3)) * 0.5
    step = gru_step(rng.normal(size=(1, 2)), h_prev, GRUParams.random(2, 3, rng))
    now = {name: float(value[0, 1]) for name, value in step._asdict().items()} | {
        "h_prev": float(h_prev[0, 1])
    }
    picture = gru_cell(now, "a cell")
    assert picture.marks["kept"] + picture.marks["taken"] == pytest.approx(now["h"], abs=1e-15)
    for name, value in now.items():
        assert compact(value) in picture.body, name


@pytest.mark.parametrize("draw", [lstm_cell, gru_cell])
def test_a_missing_number_is_named(draw):
    with pytest.raises(ValueError, match=r"now: expected .*; h not there"):
        draw(
            dict.fromkeys(["h_prev", "c_prev", "i", "f", "o", "c_tilde", "c", "z", "r", "h_tilde"], 0.5),
            "a cell",
        )
