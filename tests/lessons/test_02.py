"""Lesson 02: what a nudge leaves, why, and what it makes hard."""

import numpy as np
import pytest

from lstm_teach.labs import gradient_lab


def test_a_nudge_of_the_first_input_is_a_millionth_or_less_after_fifty_steps(lesson):
    moved = lesson("02")["moved"]
    assert moved[50] < 1e-6 * moved[0]


def test_in_silence_an_orthogonal_rnn_keeps_exactly_all_and_on_noise_it_does_not(lesson):
    ns = lesson("02")
    np.testing.assert_allclose(ns["silent"], 1.0, rtol=1e-12)
    assert ns["noisy"][50] < 1e-5


def test_in_the_lab_s_silence_the_nudges_of_a_glorot_matrix_grow():
    lab = gradient_lab("defaults with input").set(strength=0.0, matrix="Glorot")
    for steps in (50, 100):
        assert "the RNN's gradient grew" in lab.set(steps=steps).status


def test_in_the_lab_growth_begins_above_a_gain_of_one_and_a_half_and_below_two():
    lab = gradient_lab("gain 3")
    for gain, grew in ((1.0, False), (1.5, False), (2.0, True)):
        assert ("the RNN's gradient grew" in lab.set(gain=gain).status) == grew, gain


def test_one_step_multiplies_by_the_weight_and_the_slope_of_tanh(lesson):
    h = np.tanh(3.0 * -0.3 + 0.5)
    assert lesson("02")["step_measured"] == pytest.approx(3.0 * (1 - h**2), rel=1e-4)


def test_twenty_factors_multiplied_backwards_are_what_a_nudge_does(lesson):
    for w, (by_steps, by_nudge) in lesson("02")["twenty"].items():
        assert by_steps == pytest.approx(by_nudge, rel=1e-4, abs=1e-11)
        assert by_steps < 1e-2 * w**20, "with input, w to the 20 is far from the truth"


def test_the_bound_is_met_in_silence_and_never_passed(lesson):
    ns = lesson("02")
    np.testing.assert_allclose(ns["limit"], 0.9 ** np.arange(51), rtol=1e-9)
    np.testing.assert_allclose(ns["reaches"]["in silence"], ns["limit"], rtol=1e-9)
    assert (ns["reaches"]["on noise"] <= ns["limit"] * (1 + 1e-9)).all()


def test_the_share_of_the_first_ten_steps_does_not_change_a_weight_and_the_whole_gradient_does(lesson):
    ns = lesson("02")
    assert np.abs(ns["early"]).max() < 1e-5 * np.abs(ns["whole"]).max()
    assert str(ns["after_early"]) == str(ns["weight"]) != str(ns["after_whole"])


def test_the_early_share_is_the_sum_of_the_first_ten_outer_products(lesson):
    ns = lesson("02")
    h, p = ns["trace"].h[0], ns["p"]
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


def test_the_plain_rnn_learns_lag_5_and_stays_near_chance_at_lag_50(lesson):
    learned = lesson("02")["learned"]
    unseen = {lag: f.task.batch(2000, np.random.default_rng(99)) for lag, f in learned.items()}
    assert learned[5].score(unseen[5]._replace(xs=unseen[5].xs.astype(np.float32))) > 0.95
    assert learned[50].score(unseen[50]._replace(xs=unseen[50].xs.astype(np.float32))) < 0.35


def test_the_records_say_what_the_lesson_says_of_them(lesson):
    solved = lesson("02")["solved"]
    lags = (5, 10, 20, 50, 100)
    by = {cell: dict(zip(lags, counts, strict=True)) for cell, counts in solved.items()}
    assert all(counts[5] == 5 for counts in by.values())
    assert by["RNN, orthogonal"][20] + by["RNN, Glorot"][20] == 2  # "2 of 10 runs"
    assert [by[cell][50] for cell in by] == [0, 0, 0, 5]
