"""Lesson 08: a GRU keeps or replaces, against closed forms, an LSTM, Keras, and the records."""

import re

import numpy as np
import pytest

from lstm_teach import data_dir


def test_z_1_keeps_the_old_state_and_z_0_takes_the_candidate(lesson):
    ns = lesson("08")
    np.testing.assert_array_equal(ns["keep"].h, ns["h"])
    np.testing.assert_array_equal(ns["take"].h, ns["take"].h_tilde)


def test_an_lstm_with_its_gates_tied_has_the_grus_state_as_its_cell_state(lesson):
    ns = lesson("08")
    np.testing.assert_array_equal(ns["tied"].c, ns["gru"].h)
    assert np.abs(ns["tied"].h - ns["gru"].h).max() > 0.1


def test_an_lstm_adds_up_and_a_gru_approaches_its_candidate(lesson):
    ns = lesson("08")
    assert ns["c_20"] == pytest.approx(20 * 0.762)
    for z, h in ns["h_20"].items():
        assert h == pytest.approx(0.762 * (1 - z**20))  # a geometric series


def test_only_both_gates_together_erase(lesson):
    ns = lesson("08")
    assert ns["left"][1.0, 0.0] == ns["left"][1.0, 1.0] == 1
    assert ns["left"][0.0, 0.0] == 0
    assert ns["left"][0.0, 1.0] > 0.01
    np.testing.assert_array_equal(ns["held"].h, np.broadcast_to(ns["one"][:, None], (1, 50, 2)))


def test_keras_counts_a_gru_as_the_formulas_do(lesson):
    for (m, n), (ours, ours_before, after, before) in lesson("08")["counted"].items():
        assert ours == after == 3 * (n * m + n * n + 2 * n)
        assert ours_before == before == 3 * (n * m + n * n + n)


def test_step_fused_and_keras_give_the_same_numbers(lesson):
    ns = lesson("08")
    assert np.abs(ns["same"].b[1]).max() > 0.01, "the second bias must be there to be seen"
    np.testing.assert_allclose(ns["stepwise"], ns["in_keras"], atol=1e-6)
    np.testing.assert_allclose(ns["fused"], ns["in_keras"], atol=1e-6)


def test_both_cells_learn_with_biases_that_keep(lesson):
    for updates, accuracy, _ in lesson("08")["live"].values():
        assert updates <= 1000
        assert accuracy >= 0.99


def test_the_rate_decides_who_wins_as_the_published_table_says(lesson):
    table = (data_dir() / "recall" / "README.md").read_text(encoding="utf-8").split("other learning rates")[1]
    solved = lesson("08")["solved"]
    for cell in {cell for cell, _ in solved}:
        row = re.search(rf"^\| {cell} \|(.+)$", table, re.MULTILINE)[1]
        at_lag_20 = [int(k) for k in re.findall(r"\((\d)/5\)", row)[:3]]
        assert [solved[cell, rate] for rate in (0.001, 0.005, 0.01)] == at_lag_20
    assert solved["LSTM, forget bias 1", 0.001] > solved["GRU, update bias 0", 0.001]
    assert solved["LSTM, forget bias 1", 0.01] < solved["GRU, update bias 0", 0.01]


def test_with_biases_that_keep_the_gru_needs_about_six_tenths_of_the_updates(lesson):
    names = lesson("08")
    for rate in (0.001, 0.005, 0.01):
        gru, lstm = (
            np.mean([r["solved_at"] for r in names["runs"] if (r["cell"], r["lag"], r["rate"]) == asked])
            for asked in (("GRU, update bias 2", 20, rate), ("LSTM, forget bias 4", 20, rate))
        )
        assert 0.5 < gru / lstm < 0.7


def test_at_equal_half_lives_the_gru_solves_more_and_a_closed_input_gate_makes_the_lstm_as_good(lesson):
    ns = lesson("08")
    assert ns["half_life"] == {2.0: pytest.approx(5.5, abs=0.1), 4.0: pytest.approx(38.2, abs=0.1)}
    solved = {key: [at for at in found if at is not None] for key, found in ns["matched"].items()}
    assert {len(found) for found in ns["matched"].values()} == {5}
    gru, lstm = (
        [solved[f"{cell} {bias}", lag] for bias in (2, 4) for lag in (50, 100)]
        for cell in ("GRU, update bias", "LSTM, forget bias")
    )
    assert all(len(one) >= len(other) for one, other in zip(gru, lstm, strict=True))
    assert sum(map(len, gru)) > sum(map(len, lstm))
    assert all(
        np.mean(one) < np.mean(other) for one, other in zip(gru[::2], lstm[::2], strict=True)
    )  # lag 50
    closed = [solved["LSTM, forget bias 4, input bias -4", lag] for lag in (50, 100)]
    assert [len(found) for found in closed] == [5, 5]
    assert max(map(max, closed)) <= 300
