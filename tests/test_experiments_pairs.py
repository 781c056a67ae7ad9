"""Rows of the table of ideas are compared review by review, and the race's ratios have intervals."""

import numpy as np
import pytest

from experiments import ablations
from experiments.pairs import compared, packed, unpacked
from experiments.result_ideas import paired
from lstm_teach.sentiment import recipe
from lstm_teach.sentiment.recipes import changes_of
from lstm_teach.sentiment.records import read_records
from tests.small_trainings import TINY, own_folders  # noqa: F401


def test_what_was_right_is_packed_and_unpacked():
    right = np.random.default_rng(0).random(2_503) < 0.9
    np.testing.assert_array_equal(unpacked(packed(right), 2_503), right)
    with pytest.raises(ValueError, match="right: got 2504 bits, expected those of 100 reviews"):
        unpacked(packed(right), 100)


def test_the_interval_of_one_seed_has_mcnemars_variance():
    lost, won, n = 30, 50, 1_000
    first = np.r_[np.ones(lost), np.zeros(won), np.ones(n - lost - won)]
    second = np.r_[np.zeros(lost), np.ones(won), np.ones(n - lost - won)]
    found = compared([first], [second])
    assert (found.lost, found.won) == (lost, won)
    assert found.points == pytest.approx(2.0)
    error = np.sqrt(lost + won - (won - lost) ** 2 / n) / n
    assert found.high - found.low == pytest.approx(100 * 2 * 1.96 * error)


def test_networks_of_other_reviews_are_not_compared():
    with pytest.raises(ValueError, match="second: got shape"):
        compared([np.ones(4)], [np.ones(5)])


def test_every_row_is_a_setting_of_course_and_the_first_changes_nothing():
    rows = [changes_of(recipe("course", **ablations.SMALL | changed)) for _, changed in ablations.IDEAS]
    assert ablations.IDEAS[0][1] == {}
    assert len(rows) == 13
    assert all(row not in rows[:k] for k, row in enumerate(rows))


@pytest.mark.slow
@pytest.mark.usefixtures("own_folders")
def test_a_row_is_measured_and_shown_against_the_first(tmp_path, monkeypatch):
    pytest.importorskip("keras")
    monkeypatch.setattr(ablations, "ideas_dir", lambda: tmp_path)
    small = {key: value for key, value in TINY.items() if key not in ablations.SMALL} | {"epochs": 1}
    monkeypatch.setattr("experiments.result_ideas.SMALL", ablations.SMALL | small)
    for changed in ({}, {"directions": 1}):
        changes = ablations.SMALL | small | changed
        ablations.measure(changes, 1, "sample", limit=100, say=lambda line: None)
    records = read_records(tmp_path)
    table = paired(records)[1].splitlines()
    assert len(table) == 4
    [base, other] = [
        next(one for one in records if ("directions" in one["changed"]) is k) for k in (False, True)
    ]
    points = 100 * (other["val_accuracy"] - base["val_accuracy"])
    assert f"| {points:+.2f} (" in table[3]
    assert "| how the states become an answer | directions 1 | 1 |" in table[3]
