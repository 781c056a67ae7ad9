"""Lesson 06: the whole cell, its four cases, and what its gradient depends on."""

import re

import numpy as np
import pytest

from lstm_teach.labs import gate_lab, gradient_lab


def test_the_seven_steps_are_the_equations(lesson):
    ns = lesson("06")
    p, x, h, c, step = (ns[name] for name in ("p", "x", "h_old", "c_old", "step"))
    a = {k: x @ getattr(p, f"W_{k}") + h @ getattr(p, f"U_{k}") + getattr(p, f"b_{k}") for k in "ifco"}
    i, f, o = (1 / (1 + np.exp(-a[k])) for k in "ifo")
    new_c = f * c + i * np.tanh(a["c"])
    np.testing.assert_allclose(step.c, new_c, rtol=1e-12)
    np.testing.assert_allclose(step.h, o * np.tanh(new_c), rtol=1e-12)


def test_keep_is_bit_for_bit_and_the_other_cases_add_erase_and_overwrite(lesson):
    ns = lesson("06")
    c, candidate, after = ns["c_old"], ns["step"].c_tilde, {k: s.c for k, s in ns["after"].items()}
    assert after["keep"].tobytes() == c.tobytes()
    np.testing.assert_array_equal(after["add"], c + candidate)
    np.testing.assert_array_equal(after["erase"], 0.0)
    np.testing.assert_array_equal(after["overwrite"], candidate)


def test_in_the_lab_erasing_costs_the_most_right_answers_and_adding_the_fewest():
    right = {}
    for name, f, i in [("erase", 0, 0), ("overwrite", 0, 1), ("keep", 1, 0), ("add", 1, 1)]:
        position = ("closed", "open")
        status = gate_lab("add").set(f=position[f], i=position[i]).status
        right[name] = int(re.search(r"Right on (\d+) %", status)[1])
    assert sorted(right, key=right.__getitem__) == ["erase", "overwrite", "keep", "add"]
    assert right["erase"] < 30
    assert right["add"] > 95


def test_c_leaves_the_range_of_tanh_and_h_does_not(lesson):
    ns = lesson("06")
    assert ns["c_line"][-1] == pytest.approx(20 * 0.762)
    assert np.abs(ns["h_line"]).max() < 1


def test_four_dense_layers_side_by_side_are_the_fused_one(lesson):
    ns = lesson("06")
    np.testing.assert_allclose(ns["fused"], np.hstack(ns["apart"]), rtol=1e-12)
    assert ns["fused"].shape == (1, 4 * 3)


def test_keras_says_the_same_with_the_same_weights(lesson):
    assert lesson("06")["keras_difference"] < 1e-12


def test_along_c_the_gradient_is_the_product_of_the_forget_gates_when_other_paths_are_cut(lesson):
    for product, nudge in lesson("06")["along_c"].values():
        assert nudge == pytest.approx(product, rel=1e-4)


def test_an_lstm_can_vanish_along_c_and_with_an_open_forget_gate_it_does_not(lesson):
    along_c = lesson("06")["along_c"]
    assert along_c[1.0][0] < 1e-5
    assert along_c[4.0][0] > 0.1


def test_gates_and_not_names_decide_how_far_a_gradient_reaches(lesson):
    middle = {name: row[1] for name, row in lesson("06")["reaches"].items()}
    faded = "RNN, untrained", "LSTM, forget bias 1, untrained", "GRU, update bias 0, untrained"
    assert max(middle[name] for name in faded) < 0.1
    assert middle["LSTM, forget bias 4, untrained"] > 0.5
    assert middle["LSTM, trained"] > 0.5
    assert middle["GRU, trained"] > 0.5


def test_an_lstm_as_keras_makes_it_fades_more_slowly_than_the_plain_rnn(lesson):
    middle = {name: row[1] for name, row in lesson("06")["reaches"].items()}
    assert middle["RNN, untrained"] < middle["LSTM, forget bias 1, untrained"] < 0.1
    status = gradient_lab("defaults with input").status.replace(" · 10⁻⁷", "e-7")
    rnn, lstm = re.search(r"RNN (\S+), LSTM (\S+),", status).groups()
    assert 100 * float(rnn) < float(lstm) < 0.01


def test_training_keeps_the_gate_open_and_a_reach_above_one_is_not_the_product_of_the_gates(lesson):
    ns = lesson("06")
    assert ns["gates"]["LSTM, trained"] >= ns["gates"]["LSTM, forget bias 4, untrained"] > 0.95
    assert max(ns["direct"].values()) <= 1 < ns["reaches"]["LSTM, trained"][1]


def test_what_is_left_in_a_trained_rnn_differs_from_sequence_to_sequence_far_more_than_with_gates(lesson):
    spread = {name: row[2] / row[0] for name, row in lesson("06")["reaches"].items()}
    assert spread["RNN, trained at lag 5"] > 1e3 * max(spread["LSTM, trained"], spread["GRU, trained"])


def test_the_student_s_step_equals_keras(lesson):
    ns = lesson("06")
    xs = ns["sentences"]
    h = c = np.zeros((len(xs), 3))
    for t in range(xs.shape[1]):
        h, c = ns["my_lstm_step"](xs[:, t], h, c, ns["p"])
        np.testing.assert_allclose(h, ns["by_keras"][:, t], atol=1e-12)
