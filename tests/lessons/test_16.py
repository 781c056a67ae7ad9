"""Lesson 16: what came before and after the LSTM, in numbers."""

import numpy as np
import pytest

from lstm_teach.cells import LSTMParams, LSTMTrace, lstm_forward


@pytest.fixture
def ns(lesson):
    return lesson("16")


def test_a_jordan_network_forgets_what_its_output_does_not_show(ns):
    assert ns["first"][0, 0] == ns["first"][1, 0]
    assert ns["differ"]["Jordan"] == 0
    assert ns["differ"]["Elman"] > 0.1


def test_the_improvements_are_the_records_own_differences(ns):
    base, runs = ns["base"], ns["runs"]
    assert base in runs
    accuracies = [100 * (run["val_accuracy"] - base["val_accuracy"]) for run in runs]
    assert set(ns["worth"].values()) <= set(accuracies)
    assert list(ns["worth"].values()) == sorted(ns["worth"].values())
    for run in runs:  # no other run is nearer to all of them
        further = sum(len(ns["difference"](other, run)) for other in runs)
        assert further >= sum(len(ns["difference"](other, base)) for other in runs)


def test_loop_and_scan_give_the_same_numbers_at_any_length(ns):
    rng = np.random.default_rng(0)
    for length in (1, 2, 3, 7, 64, 101):
        f, w = rng.uniform(0.5, 1.0, (length, 3)), rng.standard_normal((length, 3))
        np.testing.assert_allclose(ns["scan"](f, w), ns["loop"](f, w), atol=1e-12)


def test_a_scan_is_faster_over_many_steps(ns):
    assert ns["milliseconds"]["scan"][1] < ns["milliseconds"]["loop"][1]
    assert ns["milliseconds"]["scan"][-1] < ns["milliseconds"]["loop"][-1]


def test_that_recurrence_is_an_lstm_whose_gates_do_not_read_h(ns):
    """With U = 0 the package's LSTM gives the c of the scan."""
    rng = np.random.default_rng(0)
    full = LSTMParams.random(3, 4, rng)
    trace: LSTMTrace = lstm_forward(rng.standard_normal((1, 30, 3)), LSTMParams(full.W, 0 * full.U, full.b))
    np.testing.assert_allclose(trace.c[0], ns["scan"](trace.f[0], trace.i[0] * trace.c_tilde[0]), rtol=1e-9)


def test_a_minlstm_loses_parity_and_not_recall(ns):
    record = ns["record"]
    for kind in ("LSTM", "minLSTM"):
        assert min(record[f"recall at lag 100, {kind}"]) > 0.95
    assert min(seed["128"] for seed in record["parity, LSTM"]) > 0.95
    assert max(seed["16"] for seed in record["parity, minLSTM"]) < 0.6


def test_attention_holds_every_pair_and_the_lstm_fewer_the_more_there_are(ns):
    record = ns["record"]
    for count in (2, 4, 8):
        assert min(record[f"{count} pairs, attention"]) > 0.95
    two, four, eight = (np.mean(record[f"{count} pairs, LSTM"]) for count in (2, 4, 8))
    assert eight < four < two < 0.9
