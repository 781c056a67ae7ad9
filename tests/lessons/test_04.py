"""Lesson 04: what the input gate and the candidate are said to do, against formulas and the step."""

import numpy as np
import pytest

from lstm_teach.cells import lstm_step


def test_with_the_input_gate_closed_from_the_start_c_stays_nothing(lesson):
    unwritten = lesson("04")["unwritten"]
    np.testing.assert_array_equal(unwritten.c, np.zeros_like(unwritten.c))
    assert unwritten.f.min() > 0.3  # though the forget gates are open


def test_gate_candidate_and_cell_state_by_hand_are_those_of_the_step(lesson):
    ns = lesson("04")
    trace, row, t, u = (ns[name] for name in ("trace", "row", "t", "u"))
    step = lstm_step(trace.xs[[row], t], trace.h[[row], t - 1], trace.c[[row], t - 1], ns["p"])
    for name, by_hand in (("i", "i_hand"), ("c_tilde", "c_tilde"), ("c", "c")):
        assert ns[by_hand] == pytest.approx(float(getattr(step, name)[0, u]), rel=1e-5), name


def test_the_candidate_alone_does_not_give_the_flag_away_and_the_input_gate_does(lesson):
    ns = lesson("04")
    i, c_tilde, c = (getattr(ns["trace"], name)[ns["row"], :, ns["u"]] for name in ("i", "c_tilde", "c"))
    assert ns["t"] + 1 == 4
    assert (np.abs(c_tilde) > 0.5).sum() > 10
    assert i.argmax() == ns["t"]
    assert i[ns["t"]] > 2 * np.sort(i)[-2]
    assert np.diff(c)[ns["t"] - 1] == pytest.approx(-0.5, abs=0.05)


def test_the_sign_of_what_is_written_is_the_candidates(lesson):
    ns = lesson("04")
    reading, wrote = ns["reading"], ns["wrote"]
    np.testing.assert_array_equal(np.sign(wrote), np.sign(reading.c_tilde[:, 16]))
    assert wrote[reading.words.index("slow")] < -0.1 < 0.1 < wrote[reading.words.index("excellent")]
    assert np.ptp(reading.i[:, 16]) < 0.2 * np.ptp(reading.c_tilde[:, 16])


def test_closed_at_the_flag_the_answer_is_a_guess(lesson):
    scores = lesson("04")["scores"]
    assert scores["as learned"] > 0.98
    assert scores["closed at the flag"] == pytest.approx(scores["by chance"], abs=0.05)
    assert scores["open at the flag"] > 0.85


def test_elsewhere_an_open_gate_does_more_harm_than_a_closed_one(lesson):
    scores = lesson("04")["scores"]
    assert scores["open at all other steps"] < scores["closed at all other steps"] - 0.05
    assert scores["closed at all other steps"] < scores["as learned"] - 0.2


def test_writing_is_not_tied_to_forgetting(lesson):
    for value in lesson("04")["correlation"].values():
        assert value > 0  # i = 1 - f would make it -1


def test_with_both_gates_open_c_leaves_any_bound_and_only_early_steps_cost_answers(lesson):
    added = lesson("04")["added"]
    assert all(largest > 10 for largest, _ in added.values())
    ns = lesson("04")
    held = {gate: np.where(ns["steps"] >= 12, 1.0, np.nan)[:, None] for gate in "fi"}
    unit = ns["cell"].trace(ns["trace"].xs, held).c[ns["row"], :, 2]
    assert unit[10] == pytest.approx(-0.4, abs=0.1)
    assert unit[29] == pytest.approx(-15, abs=0.7)
    scores = [added[first][1] for first in (1, 4, 8, 12)]
    assert scores == sorted(scores)
    assert scores[0] < 0.5
    assert scores[-1] > 0.95


def test_on_the_real_test_set_a_closed_gate_leaves_a_guess_and_the_mean_nearly_all(lesson):
    ns = lesson("04")
    accuracy = ns["accuracy"]
    assert accuracy["input gate i closed"] == 0.5  # half of the reviews are positive, and it calls all so
    assert accuracy["input gate i open"] < accuracy["as trained"] - 0.15
    assert accuracy["input gate i at its mean"] > accuracy["as trained"] - 0.02
