"""Lesson 06: the whole cell, its four cases, what its gradient depends on, and its way back."""

import re

import numpy as np
import pytest

from lstm_teach.cells import lstm_forward
from lstm_teach.gradients import lstm_backward
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
    c, candidate, after = ns["c_old"], ns["step"].c_tilde, ns["after"]
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


def test_in_the_lab_c_leaves_the_range_of_tanh_and_h_does_not():
    status = gate_lab("add").set(step=30).status
    c, h = re.search(r"c goes from \S+ to −(\S+); h \w+(?: to)? (\S+)\.", status).groups()
    assert 14 < float(c) < 16  # "about −15"
    assert abs(float(h.replace("−", "-"))) <= 1


def test_four_dense_layers_side_by_side_are_the_fused_one(lesson):
    ns = lesson("06")
    np.testing.assert_allclose(ns["fused"], np.hstack(ns["apart"]), rtol=1e-12)
    assert ns["fused"].shape == (1, 4 * 3)


def test_keras_says_the_same_with_the_same_weights(lesson):
    assert lesson("06")["keras_difference"] < 1e-12


def test_d_is_the_product_of_the_forget_gates_and_what_a_nudge_leaves_when_other_paths_are_cut(lesson):
    for product, nudge in lesson("06")["along_c"].values():
        assert nudge == pytest.approx(product, rel=1e-3, abs=1e-11)
        assert product <= 1


def test_d_vanishes_at_a_bias_of_1_and_a_bias_of_ln_t_keeps_about_a_third_over_t_steps(lesson):
    along_c = {key: product for key, (product, _) in lesson("06")["along_c"].items()}
    assert along_c[1.0, 25] < 1e-3
    assert along_c[4.0, 50] > 0.1 > along_c[4.0, 200]
    assert 0.15 < along_c[5.3, 200] < 0.5
    for steps in (50, 200):
        f = 1 / (1 + np.exp(-np.log(steps)))
        assert f**steps == pytest.approx(np.exp(-1), rel=0.02)


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


def test_d_is_never_above_1_and_the_trained_reach_is(lesson):
    ns = lesson("06")
    assert max(ns["direct"].values()) <= 1 < 10 < ns["reaches"]["LSTM, trained"][1]


def test_a_closed_input_gate_keeps_the_reach_near_d(lesson):
    ns = lesson("06")
    open_input, closed_input = (
        ns["reaches"][f"LSTM, {start}, untrained"][1] for start in ("forget bias 4", "4 and input bias −4")
    )
    assert closed_input < 1.5 * ns["direct"]["LSTM, 4 and input bias −4, untrained"]
    assert open_input > 3 * ns["direct"]["LSTM, forget bias 4, untrained"]


@pytest.mark.parametrize("cell", ["LSTM, trained", "LSTM, forget bias 4, untrained"])
def test_it_is_the_candidate_that_amplifies(lesson, cell):
    grown = {words: left for (of, words), left in lesson("06")["grown"].items() if of == cell}
    gates = [grown[f"without the {gate} gate"] for gate in ("forget", "input", "output")]
    assert grown["without the candidate"] < grown["all paths"] / 5
    assert grown["without the candidate"] < min(gates) / 3
    assert grown["only D"] <= 1 < grown["all paths"]


def test_with_all_four_held_at_their_own_values_only_the_product_of_the_forget_gates_is_left(lesson):
    ns = lesson("06")
    f = lstm_forward(ns["recall"], ns["trained"]["lstm"].params).f
    assert ns["grown"]["LSTM, trained", "only D"] == pytest.approx(
        np.median(f[:, 1:].prod(axis=1).max(axis=1)), rel=1e-4
    )


def test_training_opens_the_best_unit_while_the_mean_hardly_moves(lesson):
    ns = lesson("06")
    (before, d_before), (after, d_after) = ns["gates"]["before"], ns["gates"]["after"]
    assert ns["learned"].solved_at
    assert after.max() - before.max() > 0.1 > 3 * abs(after.mean() - before.mean())
    assert d_after > 100 * d_before


def test_the_length_of_the_gradient_grows_tenfold_while_the_cell_learns(lesson):
    norm = lesson("06")["learned"].history.norm
    assert norm.max() > 8 * norm.min()


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


def test_the_way_back_by_hand_is_that_of_the_package(lesson):
    assert lesson("06")["by_hand"] < 1e-12


def test_the_exercise_of_one_step_is_the_package_s_gradient_of_a_sequence_of_one_step(lesson):
    ns, rng = lesson("06"), np.random.default_rng(1)
    h0, c0, dh = rng.standard_normal((3, 4, 3))
    trace = lstm_forward(rng.standard_normal((4, 1, 2)), ns["p"], h0, c0)
    dc = dh * trace.o[:, 0] * (1 - np.tanh(trace.c[:, 0]) ** 2)
    ours = ns["forget_weights"](trace.xs[:, 0], c0, trace.f[:, 0], dc)
    np.testing.assert_allclose(ours, lstm_backward(trace, ns["p"], dh[:, None]).W[:, 3:6], rtol=1e-10)
