"""Lesson 07: what an LSTM learns, counted by shapes, by the formula and by Keras."""

import numpy as np
import pytest

from lstm_teach.labs import counting_lab


def formula(m, n, biases=1):
    return 4 * (n * m + n * n + biases * n)


def test_the_arrays_hold_what_the_formula_says(lesson):
    ns = lesson("07")
    assert sum(getattr(ns["p"], array).size for array in "WUb") == formula(3, 2) == 48


def test_a_longer_text_adds_no_parameter_in_ours_or_in_keras(lesson):
    ns = lesson("07")
    assert {time: trace.h.shape for time, trace in ns["traces"].items()} == {
        10: (1, 10, 2),
        1000: (1, 1000, 2),
    }
    assert ns["p"].count == formula(3, 2)
    assert ns["keras_at"] == {10: formula(64, 64), 1000: formula(64, 64)}


def test_twice_the_units_are_about_three_times_the_parameters_at_64_features(lesson):
    ns = lesson("07")
    small, large = ns["small"], ns["large"]
    assert (small.total, large.total) == (33_024, 98_816)
    assert (large.W / small.W, large.U / small.U, large.b / small.b) == (2, 4, 2)


def test_doubling_the_units_always_costs_between_twice_and_four_times(lesson):
    for m, factors in lesson("07")["growth"].items():
        assert all(2 < factor < 4 for factor in factors)
        assert factors == sorted(factors)
        at_m = formula(m, 2 * m) / formula(m, m)  # m is one of the n
        assert factors[int(np.log2(m))] == pytest.approx(at_m)


def test_keras_counts_as_the_formula_does_and_twice_in_both_directions(lesson):
    ns = lesson("07")
    for (m, n), count in ns["counted"].items():
        assert count == formula(m, n)
        assert ns["counted_both"][m, n] == 2 * count


def test_a_quarter_of_the_weights_is_enough_over_five_steps_and_not_over_twenty(lesson):
    right = lesson("07")["right"]
    assert right["RNN, orthogonal", 5] > 0.99
    assert right["RNN, orthogonal", 20] < 0.3 < 0.9 < right["LSTM, forget bias 1", 20]
    assert right["LSTM, forget bias 1", 50] < 0.3
    runs = [r for r in lesson("07")["runs"] if r["cell"] == "RNN, orthogonal" and r["lag"] == 20]
    assert not any(r["solved_at"] for r in runs if r["rate"] == 0.005)
    assert sum(r["accuracy"] > 0.9 for r in runs if r["rate"] == 0.001) == 2


def test_as_many_weights_as_the_lstm_do_not_help_the_rnn_and_a_bias_helps_the_lstm(lesson):
    ns = lesson("07")
    small, wide, lstm, open_lstm = ns["weights"].values()
    assert (small, wide, lstm) == (32 * 5 + 32**2 + 32, 66 * 5 + 66**2 + 66, formula(5, 32))
    assert open_lstm == lstm
    assert abs(wide / lstm - 1) < 0.03
    assert abs(small / lstm - 0.25) < 0.01
    wide = [r for r in ns["runs"] if r["cell"] == "RNN, orthogonal, 66 units"]
    assert {r["lag"] for r in wide if r["solved_at"] is not None} == {5}
    assert {r["rate"] for r in wide} == {0.005}
    assert ns["right"]["LSTM, forget bias 4", 50] > 0.99


def test_the_page_names_the_factors_that_the_lab_shows_and_its_race_has_one_winner():
    lab = counting_lab("LSTM(64)")
    assert "2.03 times as many" in lab.set(n=1).status
    assert "3.77 times as many" in lab.set(n=512).status
    assert 598_209 - 8_185 * 64 == 74_369
    lab = counting_lab("GRU, one bias").set(model=True)
    hits = [
        (kind, both)
        for kind in ("RNN", "LSTM", "GRU")
        for both in (False, True)
        if "598,209" in lab.set(kind=kind, both=both).status
    ]
    assert hits == [("LSTM", True)]


def test_the_model_has_the_published_598209_parameters(lesson):
    ns = lesson("07")
    assert ns["ours"] == [523_840, 66_048, 8_256, 65]
    assert ns["ours"] == [layer.count_params() for layer in ns["model"].layers]
    assert ns["model"].count_params() == sum(ns["ours"]) == 598_209


def test_a_second_bilstm_reads_what_the_first_hands_up(lesson):
    layers = lesson("07")["layers"]  # of Keras
    lower = layers.Bidirectional(layers.LSTM(64, return_sequences=True))
    upper = layers.Bidirectional(layers.LSTM(64))
    upper(lower(np.zeros((1, 2, 64), np.float32)))
    assert lesson("07")["second"] == upper.count_params() == 98_816


def test_a_second_bias_adds_n_to_each_block(lesson):
    blocks = {"RNN": 1, "LSTM": 4, "GRU": 3}
    for cell, (one, two) in lesson("07")["two_layouts"].items():
        assert two - one == blocks[cell] * 64
    assert lesson("07")["two_layouts"]["LSTM"] == (formula(64, 64), formula(64, 64, biases=2))
