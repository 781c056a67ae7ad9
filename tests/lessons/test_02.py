"""Lesson 02: what a nudge leaves, why, how a network learns, and what a long memory needs."""

import numpy as np
import pytest

from lstm_teach.cells import RNNParams, rnn_forward
from lstm_teach.fitting import Readout, loss_and_gradients
from lstm_teach.labs import gradient_lab
from lstm_teach.sequences import Batch


def test_a_nudge_of_the_first_input_is_a_millionth_or_less_after_fifty_steps(lesson):
    moved = lesson("02")["moved"]
    assert moved[50] < 1e-6 * moved[0]


def test_in_silence_an_orthogonal_rnn_keeps_exactly_all_and_on_noise_it_does_not(lesson):
    reaches = lesson("02")["reaches"]
    np.testing.assert_allclose(reaches["‖U‖ = 1, in silence"][1], 1.0, rtol=1e-12)
    assert reaches["‖U‖ = 1, on noise"][1][50] < 1e-5


def test_in_the_lab_s_silence_the_nudges_of_a_glorot_matrix_grow():
    lab = gradient_lab("defaults with input").set(strength=0.0, matrix="Glorot")
    for steps in (50, 100):
        assert "the RNN's gradient grew" in lab.set(steps=steps).status


def test_in_the_lab_growth_begins_above_a_gain_of_one_and_a_half_and_below_two():
    lab = gradient_lab("gain 3")
    for gain, grew in ((1.0, False), (1.5, False), (2.0, True)):
        assert ("the RNN's gradient grew" in lab.set(gain=gain).status) == grew, gain


def test_twenty_factors_multiplied_backwards_are_what_a_nudge_does(lesson):
    for w, (by_steps, by_nudge) in lesson("02")["twenty"].items():
        assert by_steps == pytest.approx(by_nudge, rel=1e-4, abs=1e-11)
        assert by_steps < 1e-2 * w**20, "with input, w to the 20 is far from the truth"


def test_the_bound_is_met_in_silence_and_never_passed(lesson):
    ns = lesson("02")
    np.testing.assert_allclose(ns["limit"], 0.9 ** np.arange(51), rtol=1e-9)
    np.testing.assert_allclose(ns["reaches"]["‖U‖ = 0.9, in silence"][1], ns["limit"], rtol=1e-9)
    assert (ns["reaches"]["‖U‖ = 0.9, on noise"][1] <= ns["limit"] * (1 + 1e-9)).all()


def test_the_share_of_the_first_ten_steps_does_not_change_a_weight_and_the_whole_gradient_does(lesson):
    ns = lesson("02")
    assert np.abs(ns["early"]).max() < 1e-5 * np.abs(ns["whole"]).max()
    assert str(ns["after_early"]) == str(ns["weight"]) != str(ns["after_whole"])


def test_the_early_share_is_the_sum_of_the_first_ten_outer_products(lesson):
    ns = lesson("02")
    p = ns["p"]
    h = rnn_forward(ns["xs"], p).h[0]
    carried, share = np.full(16, 1 / 16), np.zeros((16, 16))
    for t in reversed(range(51)):
        da = carried * (1 - h[t] ** 2)
        if 0 < t < 10:
            share += np.outer(h[t - 1], da)
        carried = da @ p.U.T
    np.testing.assert_allclose(ns["early"], share, atol=1e-15)


def test_with_gain_3_every_seed_explodes_while_its_states_stay_below_1(lesson):
    runs = lesson("02")["exploding"]
    assert len(runs) == 5
    for peak, reach, length, cut, cosine in runs:
        assert peak < 1 < 100 < reach
        assert length > 1
        assert cut == pytest.approx(1.0)
        assert cosine == pytest.approx(1.0)
    assert max(length for _, _, length, _, _ in runs) > 1e4  # "up to tens of thousands long"


def test_the_update_in_the_open_starts_near_a_guess_and_lowers_the_loss(lesson):
    ns = lesson("02")
    assert ns["loss"] == pytest.approx(np.log(4), abs=0.1)
    assert ns["loss_after"] < ns["loss"]


def test_the_gradient_in_the_open_is_that_of_the_training_loop(lesson):
    ns, rate = lesson("02"), lesson("02")["rate"]
    moved, gradient = ns["q_after"], ns["gradient"]
    before = RNNParams(*(getattr(moved, k) + rate * getattr(gradient, k) for k in "WUb"))
    readout: Readout = ns["readout"]
    loss, gradients = loss_and_gradients(before, readout, Batch(ns["data"], ns["targets"]), "class")
    assert loss == pytest.approx(ns["loss"], rel=1e-9)
    for ours, theirs in zip((gradient.W, gradient.U, gradient.b), gradients, strict=False):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-12)


def test_the_plain_rnn_learns_lag_5_and_stays_near_chance_at_lag_50(lesson):
    learned = lesson("02")["learned"]
    right = {}
    for name, fitted in learned.items():
        unseen = fitted.task.batch(2000, np.random.default_rng(99))
        right[name] = fitted.score(unseen._replace(xs=unseen.xs.astype(np.float32)))
    assert right["lag 5"] > 0.95
    assert right["lag 50"] < 0.35


def test_the_records_say_what_the_lesson_says_of_them(lesson):
    solved = lesson("02")["solved"]
    cells = {cell for cell, _ in solved}
    assert all(solved[cell, 5] == 5 for cell in cells if (cell, 5) in solved)
    at_50 = {cell: solved[cell, 50] for cell in cells}
    assert {cell for cell, count in at_50.items() if count == 0} == {
        *("RNN, orthogonal", "RNN, Glorot", "LSTM, forget bias 1")
    }
    assert at_50["LSTM, forget bias 4"] == 5
    assert solved["LSTM, forget bias 4", 100] == 1  # "that alone fails"
    assert solved["LSTM, forget bias 4, input bias -4", 100] == 5
    assert solved["LSTM, chrono initialisation", 100] == 5


def test_the_time_scales_are_those_of_the_sigmoid():
    for bias, steps in ((1.0, 4), (4.0, 56), (5.3, 200)):
        f = 1 / (1 + np.exp(-bias))
        assert 1 / (1 - f) == pytest.approx(steps, rel=0.08)
        assert f ** (1 / (1 - f)) == pytest.approx(1 / 3, abs=0.06)


def test_at_lag_200_an_open_forget_gate_learns_only_with_a_closed_input_gate(lesson):
    accuracy = {name: run.history.accuracy[-1] for name, run in lesson("02")["far"].items()}
    assert accuracy["input bias -5.3"] > 0.95
    assert accuracy["input bias 0"] < 0.35
