"""Lesson 15: baselines first, an LSTM that hardly beats them, drift, and two ways to fool oneself."""

import numpy as np
import pytest


@pytest.fixture
def ns(lesson):
    return lesson("15")


def test_the_scale_knows_nothing_but_the_past(ns):
    past = ns["celsius"][: int(0.7 * len(ns["celsius"]))]
    assert (ns["jfk"].mean, ns["jfk"].spread) == (past.mean(), past.std())


def test_each_window_is_followed_by_its_target_and_the_three_parts_by_each_other(ns):
    data, series = ns["jfk"], ns["celsius"]
    for k in (0, 100, len(data.windows) - 1):
        np.testing.assert_allclose(data.mean + data.spread * data.windows[k], series[k : k + 48], atol=1e-9)
        assert data.mean + data.spread * data.targets[k] == pytest.approx(series[k + 48])
    parts = [np.flatnonzero(part) for part in (data.past, data.validation, data.test)]
    np.testing.assert_array_equal(np.concatenate(parts), np.arange(len(data.windows)))


def test_an_hour_ahead_persistence_is_hard_to_beat_and_yesterday_is_no_guess(ns):
    error = ns["one_hour"]
    assert 0.8 < error["persistence"] < 0.95
    assert 0.9 < error["linear"] / error["persistence"] < 1
    assert error["seasonal persistence"] > 4


def test_the_lstm_that_says_the_change_beats_the_linear_model_by_hundredths_of_a_degree(ns):
    error = ns["one_hour"]
    assert -0.01 < error["linear"] - error["LSTM, change"] < 0.05
    assert error["LSTM, change"] < error["LSTM"] < error["persistence"]


def test_every_error_grows_with_the_distance_and_the_two_kinds_of_persistence_agree_after_a_day(ns):
    error = ns["by_hour"]
    for name, by_hour in error.items():
        if name != "seasonal persistence":
            assert by_hour[-1] > 4 > 1 > by_hour[0], name
            assert 3 < by_hour[9] < 5, name
    assert error["persistence"][-1] == pytest.approx(error["seasonal persistence"][-1])


def test_running_free_reads_its_own_forecasts(ns):
    window = np.arange(48.0)[None]
    made = ns["run_free"](lambda w: w[:, -1] + 1, window, 3)
    np.testing.assert_array_equal(made, [[48, 49, 50]])


def test_beyond_its_range_the_linear_model_wins_outright_and_the_lstm_cannot_follow(ns):
    error = {name: np.sqrt(np.mean(e**2)) for name, e in ns["co2_errors"].items()}
    assert error["linear"] < error["persistence"] < min(error["LSTM"], error["LSTM, change"])
    assert ns["co2_errors"]["LSTM"][0] > 5 * ns["co2_errors"]["linear"][0]
    data = ns["loa"]
    assert data.targets[data.past].max() < data.targets[data.test].min()


def test_above_the_past_the_answer_of_the_lstm_bends_and_that_of_the_linear_model_does_not(ns):
    level, answers = ns["level"], ns["answers"]
    inside, above = level == 335, level == 390
    assert abs(answers["LSTM"] - level)[inside] < 3 < 10 < (level - answers["LSTM"])[above]
    assert abs(answers["linear"] - level)[above] < 3


def test_a_random_split_flatters_what_looks_things_up_and_not_the_linear_model(ns):
    leak = ns["leak"]
    assert leak["looked up, at random"] < 0.7
    assert leak["looked up, by time"] > 1.1
    assert leak["linear, at random"] == pytest.approx(leak["linear, by time"], abs=0.05)
