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


def test_what_reading_first_brings_is_the_records(ns):
    smaller, unread, read = (np.mean(accuracies) for accuracies in ns["right"].values())
    assert read > max(smaller, unread) + 0.5  # in points
    course = [r["test_accuracy"] for r in ns["tested"] if (r["recipe"], r["changed"]) == ("course", {})]
    assert smaller == pytest.approx(100 * np.mean(course))
    records = [r for r in ns["tested"] if r["recipe"] == "course_pretrained"]
    assert {len(found) for found in ns["right"].values()} <= {1, 2, 3}
    assert read == pytest.approx(np.mean([100 * r["test_accuracy"] for r in records if not r["changed"]]))
    without = [r for r in records if r["changed"] == {"language_model": None}]
    assert unread == pytest.approx(np.mean([100 * r["test_accuracy"] for r in without]))
    for r in without:
        assert "language_model" not in r
        assert r["parameters"] == ns["read_first"][0]["parameters"]
    assert ns["read_first"][0]["settings"]["vocabulary_size"] == 20_000  # as the slide says
    assert 1 < ns["learned"]["perplexity"] < 20_000


def test_attention_is_a_weighted_mean_that_does_not_see_distance(ns):
    keys, d = ns["keys"], ns["d"]
    scores = np.exp(keys @ keys.T / np.sqrt(d))
    own = np.diag(scores) / scores.sum(axis=1)  # of each step, asked for by its own key
    lag = np.arange(len(own))
    assert own.mean() > 0.6
    assert abs(np.corrcoef(lag, own)[0, 1]) < 0.2


def test_gates_that_look_at_x_alone_make_c_a_sum(ns):
    np.testing.assert_allclose(np.array(ns["c"][1:]), ns["at_once"], rtol=1e-9, atol=1e-9)


def test_that_sum_is_an_lstm_whose_gates_do_not_read_h(ns):
    """With U = 0 the package's LSTM gives the c of the closed form."""
    rng = np.random.default_rng(0)
    full = LSTMParams.random(3, 4, rng)
    trace: LSTMTrace = lstm_forward(rng.standard_normal((1, 30, 3)), LSTMParams(full.W, 0 * full.U, full.b))
    F = np.cumprod(trace.f[0], axis=0)
    at_once = F * np.cumsum(trace.i[0] * trace.c_tilde[0] / F, axis=0)
    np.testing.assert_allclose(trace.c[0], at_once, rtol=1e-9)
