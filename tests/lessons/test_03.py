"""Lesson 03: what the forget gate is said to do, against formulas and the step of the book."""

import numpy as np
import pytest

from lstm_teach.cells import lstm_step
from lstm_teach.labs import gate_lab


def test_a_gate_filters_and_a_sum_merges(lesson):
    ns = lesson("03")
    np.testing.assert_array_equal(ns["kept"], [2.0, 0.5, 0.0])


def test_forget_one_keeps_to_the_last_bit_and_zero_erases(lesson):
    ns = lesson("03")
    np.testing.assert_array_equal(ns["left"][1.0], ns["c_prev"])
    np.testing.assert_array_equal(ns["left"][0.0], np.zeros(3))


def test_the_gate_by_hand_is_that_of_the_step_and_of_the_trace(lesson):
    ns = lesson("03")
    trace, row, t, u = (ns[name] for name in ("trace", "sequence", "t", "u"))
    step = lstm_step(trace.xs[[row], t], trace.h[[row], t - 1], trace.c[[row], t - 1], ns["p"])
    assert ns["by_hand"] == pytest.approx(float(step.f[0, u]), rel=1e-5)
    assert ns["by_hand"] == pytest.approx(float(trace.f[row, t, u]), rel=1e-5)
    assert ns["p"].b_f[u] > 4 * max(abs(ns["from_x"]), abs(ns["from_h"]))  # the bias alone nearly opens it


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
    half_lives = lesson("03")["half_lives"]
    for f, life in half_lives.items():
        assert f**life == pytest.approx(0.5)
    assert half_lives[0.73] - half_lives[0.5] == pytest.approx(1, abs=0.3)
    assert half_lives[0.98] - half_lives[0.9] == pytest.approx(28, abs=0.5)


def test_the_lab_and_the_lesson_take_the_same_score_on_the_same_sequences(lesson):
    ns, lab = lesson("03"), gate_lab("write once, close, wait")
    assert f"Right on {ns['after'][1.0]:.0%} of {len(ns['batch'].xs)}".replace("%", " %") in lab.status


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


def test_closed_the_reader_jumps_at_excellent_and_loses_most_of_it_one_word_later(lesson):
    judge, review = lesson("03")["judge"], lesson("03")["review"]
    reading = judge.read(review, {"f": 0.0})
    at = reading.words.index("excellent")
    before, there, after = reading.probability[at - 1 : at + 2]
    assert there - before > 0.2
    assert there - after > 0.5 * (there - before)
