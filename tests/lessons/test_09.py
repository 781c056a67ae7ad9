"""Lesson 09: what a Keras layer takes, keeps and hands back."""

import numpy as np
import pytest

from lstm_teach.counting import count_lstm
from lstm_teach.exercises import EXERCISES
from lstm_teach.keras_bridge import params_from_keras


def test_our_cell_with_the_weights_of_the_layer_gives_its_numbers(lesson):
    ns = lesson("09")
    by_keras = np.array(ns["layer"](ns["xs"])[0])
    np.testing.assert_allclose(ns["fused"].h, by_keras, atol=1e-6)
    np.testing.assert_allclose(ns["h_now"], by_keras[:, -1], atol=1e-6)
    assert ns["difference"] < 1e-6


def test_a_layer_is_a_loop_around_a_cell(lesson):
    ns = lesson("09")
    np.testing.assert_allclose(np.array(ns["loop"](ns["xs"])), np.array(ns["ready"](ns["xs"])), atol=1e-6)


def test_the_rows_of_a_batch_do_not_meet(lesson):
    ns = lesson("09")
    assert ns["exchanged"]
    assert ns["moved"][0] > 0.01
    assert ns["moved"][1] == 0.0


def test_pieces_of_a_text_are_one_text_only_if_the_state_is_carried(lesson):
    ns = lesson("09")
    assert ns["lost"] > 100 * ns["carried"]
    assert ns["carried"] < 1e-6


def test_a_stack_is_refused_without_sequences_and_counts_the_units_below_as_features(lesson):
    ns = lesson("09")
    assert "expected ndim=3, found ndim=2" in ns["refusal"]
    assert ns["stacked"].shape == (2, 6)
    assert ns["upper"].count_params() == count_lstm(4, 6)


def test_the_last_output_of_both_directions_holds_one_step_of_the_backward_half(lesson):
    ns = lesson("09")
    np.testing.assert_allclose(ns["y_both"][:, -1, 4:], ns["one_step"], atol=1e-6)
    assert (ns["moves"](ns["minus_one"][:, 4:])[:-1] == 0).all()
    assert (ns["moves"](ns["wrapped"][:, 4:]) > 0).all()


def test_both_directions_are_what_the_exercise_builds_from_two_cells(lesson):
    ns = lesson("09")
    built = EXERCISES["bidirectional"].right(ns["xs"], *params_from_keras(ns["both"]))
    np.testing.assert_allclose(built, ns["y_both"], atol=1e-6)


def test_the_cell_of_ones_own_in_kerass_loop_gives_the_numbers_of_kerass_lstm(lesson):
    ns = lesson("09")
    loop = ns["layers"].RNN(ns["my_cell"](4), return_sequences=True)
    loop.build(ns["xs"].shape)
    loop.set_weights(ns["layer"].get_weights())
    np.testing.assert_allclose(np.array(loop(ns["xs"])), np.array(ns["layer"](ns["xs"])[0]), atol=1e-6)


def test_the_greatest_output_recalls_what_the_last_does_not(lesson):
    recalled = lesson("09")["recalled"]
    assert recalled["last"] < 0.4  # chance is 0.25
    assert recalled["max"] > 0.9


def test_more_units_are_more_weights_and_more_accuracy(lesson):
    ns = lesson("09")
    assert ns["weights"] == [count_lstm(8, n) for n in ns["units"]]
    assert ns["accuracy"] == sorted(ns["accuracy"])
    assert ns["accuracy"][-1] == pytest.approx(0.95, abs=0.06)  # 92 to 95 % when measured beforehand
