"""Lesson 03: what the forget gate is said to do, against formulas and the step of the book."""

import numpy as np
import pytest

from lstm_teach.cells import lstm_step


def test_a_gate_filters_and_a_sum_merges(lesson):
    ns = lesson("03")
    np.testing.assert_array_equal(ns["kept"], [2.0, 0.5, 0.0])


def test_forget_one_keeps_to_the_last_bit_and_zero_erases(lesson):
    ns = lesson("03")
    np.testing.assert_array_equal(ns["left"][1.0], ns["c_prev"])
    np.testing.assert_array_equal(ns["left"][0.0], np.zeros(3))


def test_the_gate_by_hand_is_that_of_the_step_and_of_the_trace(lesson):
    ns = lesson("03")
    trace, t, u = ns["trace"], ns["t"], ns["u"]
    step = lstm_step(trace.xs[:1, t], trace.h[:1, t - 1], trace.c[:1, t - 1], ns["p"])
    assert ns["by_hand"] == pytest.approx(float(step.f[0, u]), rel=1e-5)
    assert ns["by_hand"] == pytest.approx(float(trace.f[0, t, u]), rel=1e-5)


def test_the_readers_gates_are_soft_one_for_each_unit_and_word(lesson):
    ns = lesson("03")
    f = ns["reading"].f
    assert f.shape == (len(ns["reading"].words), ns["judge"].p.n)
    assert ((f > 0.1) & (f < 0.9)).mean() > 0.9
    assert f.std(axis=0).min() > 0
    assert f.std(axis=1).min() > 0


def test_h_alone_bridges_one_step_and_not_four(lesson):
    ns = lesson("03")
    right, chance = ns["right"], ns["task"].chance
    assert right[0] > 0.98
    assert right[1] > 0.95
    assert right[4:].max() < chance + 0.1


def test_what_fades_is_the_power_of_the_gate(lesson):
    ns = lesson("03")
    f = 1 / (1 + np.exp(-1.0))
    np.testing.assert_allclose(ns["fading"].c[0, :, 0], f ** np.arange(1, 11), rtol=1e-12)


def test_after_its_half_life_a_gate_has_left_a_half(lesson):
    for f, life in lesson("03")["half_lives"].items():
        assert f**life == pytest.approx(0.5)


def test_with_nothing_written_the_answer_lasts_as_long_as_c(lesson):
    ns = lesson("03")
    after = ns["after"]
    assert after[1.0] > after[0.93] > ns["task"].chance + 0.4
    assert max(after[0.73], after[0.0]) < ns["task"].chance + 0.05


def test_with_the_gate_open_old_words_pile_up_in_c(lesson):
    piled = lesson("03")["piled"]
    assert piled["forget gate f open"] > 5 * piled["as trained"] > 0
    assert piled["forget gate f closed"] < piled["as trained"]


def test_on_the_real_test_set_both_ends_cost_much_and_the_mean_little(lesson):
    accuracy = lesson("03")["accuracy"]
    trained = accuracy["as trained"]
    assert trained > 0.86  # a supervised LSTM of Dai and Le (2015) reached 86.5 %
    assert max(accuracy["forget gate f closed"], accuracy["forget gate f open"]) < trained - 0.15
    assert accuracy["forget gate f at its mean"] > trained - 0.02


def test_closed_and_open_change_places_between_the_test_set_and_the_shipped_reviews(lesson):
    ns = lesson("03")
    accuracy, shipped = ns["accuracy"], ns["shipped"]
    assert accuracy["forget gate f closed"] < accuracy["forget gate f open"]
    assert shipped["forget gate f closed"] > shipped["forget gate f open"]
