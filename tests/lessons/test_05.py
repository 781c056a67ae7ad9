"""Lesson 05: what the output gate is said to do, against formulas and the step of the book."""

import numpy as np
import pytest

from lstm_teach.cells import lstm_step


def test_gate_and_hidden_state_by_hand_are_those_of_the_step(lesson):
    ns = lesson("05")
    trace, row, t, u = (ns[name] for name in ("trace", "row", "t", "u"))
    step = lstm_step(trace.xs[[row], t], trace.h[[row], t - 1], trace.c[[row], t - 1], ns["p"])
    assert ns["o"] == pytest.approx(float(step.o[0, u]), rel=1e-5)
    assert ns["h"] == pytest.approx(float(step.h[0, u]), rel=1e-5)


def test_c_grows_by_the_candidate_at_each_step_and_h_stays_below_one(lesson):
    pile = lesson("05")["pile"]
    steps = np.arange(1, 21)
    np.testing.assert_allclose(pile.c[0, :, 0], steps * np.tanh(1.0), rtol=1e-12)
    np.testing.assert_allclose(pile.h, np.tanh(pile.c), rtol=1e-12)
    assert pile.h.max() < 1


def test_in_the_trained_reader_c_leaves_the_bounds_that_h_keeps(lesson):
    largest = lesson("05")["largest"]
    assert largest["c"] > 1 > largest["h"]


def test_a_closed_output_gate_leaves_c_alone_at_its_step_and_moves_it_from_the_next_on(lesson):
    ns = lesson("05")
    closed, trace = ns["closed"], ns["trace"]
    np.testing.assert_array_equal(closed.c[:, :12], trace.c[:, :12])
    np.testing.assert_array_equal(closed.h[:, 11], 0.0)
    assert (ns["moved"][12:] > 0.1).all()


def test_what_c_becomes_is_what_a_step_makes_of_an_h_of_zero(lesson):
    ns = lesson("05")
    closed, trace = ns["closed"], ns["trace"]
    step = lstm_step(trace.xs[:, 12], np.zeros_like(trace.h[:, 11]), trace.c[:, 11], ns["p"])
    np.testing.assert_allclose(closed.c[:, 12], step.c, rtol=1e-5, atol=1e-6)


def test_with_gates_and_candidate_played_back_the_output_gate_changes_nothing(lesson):
    np.testing.assert_array_equal(lesson("05")["control"], 0.0)
    assert lesson("05")["apart"]["c"].max() > 0.1


def test_h_returns_and_c_keeps_the_difference(lesson):
    apart = lesson("05")["apart"]
    assert apart["h"][11] > 4 * apart["h"][29]
    assert apart["c"][29] > apart["c"][12] > 0


def test_only_the_last_step_must_be_shown(lesson):
    ns = lesson("05")
    *others, last = ns["one_closed"]
    assert min(others) > 0.97
    assert last == pytest.approx(ns["task"].chance, abs=0.05)
    assert ns["blind"][20] > 0.97
    assert ns["blind"][29] < 0.5


def test_a_hidden_memory_is_not_an_empty_one(lesson):
    right, many = lesson("05")["right"], len(lesson("05")["longer"])
    assert right["closed"] == many / 2  # one verdict for all, and half of them are positive
    assert right["closed"] + 10 < right["closed but for the last word"] <= right["as trained"]
    closed, but_last = (
        lesson("05")["probabilities"](lesson("05")["review"], name)[-1] for name in [*right][1:]
    )
    assert abs(but_last - closed) > 0.1


def test_on_the_real_test_set_a_closed_gate_leaves_a_guess_and_the_mean_nearly_all(lesson):
    accuracy = lesson("05")["accuracy"]
    assert accuracy["output gate o closed"] == 0.5
    assert accuracy["output gate o open"] < accuracy["as trained"] - 0.15
    assert accuracy["output gate o at its mean"] > accuracy["as trained"] - 0.02
    assert round(accuracy["all three gates at their means"], 3) == 0.810
    size = lesson("05")["size"]
    assert size["output gate o open"] > 1.2 * size["as trained"]
