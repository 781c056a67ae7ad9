"""The race of `python -m experiments race`: when it looks, what it counts, and what it makes of it."""

from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("keras")

import keras

from experiments import race as race_of_recipes
from experiments.counts import COURSE, begin_with_counts
from experiments.result_race import race_table
from lstm_teach.sentiment import RECIPES
from lstm_teach.sentiment.kinds import settings_of


@pytest.fixture
def race(monkeypatch):
    time = SimpleNamespace(now=0.0)
    monkeypatch.setattr(race_of_recipes, "clocks", lambda: np.array([time.now, 2 * time.now]))
    return SimpleNamespace(module=race_of_recipes, time=time)


def train(race, batch, look, accuracies, start=10.0):
    """Looks at a training whose batches and looks take so long, the first batch after 5 seconds."""
    truth = np.arange(100) < 50
    answers = iter(accuracies)

    def predict_ids(rows):
        race.time.now += look
        wrong = 100 - round(100 * next(answers))
        return np.where(np.arange(100) < wrong, ~truth, truth).astype(float)

    race.time.now = start + 5.0
    network = SimpleNamespace(predict_ids=predict_ids)
    looks = race.module.Looks(network, [None] * 100, truth.astype(int), np.array([start, 2 * start]))
    looks.set_model(SimpleNamespace(stop_training=False))
    for number in range(1_000):
        race.time.now += batch
        looks.on_train_batch_end(number)
        if looks.model.stop_training:
            break
    return looks


def test_a_look_comes_when_five_percent_more_seconds_have_gone_by_and_costs_none(race):
    accuracies = [0.5] * 40 + [0.9]
    looks = train(race, batch=0.25, look=7.0, accuracies=accuracies)
    batches, seconds, by_the_clock, found = (np.array(column) for column in zip(*looks.seen, strict=True))
    np.testing.assert_allclose(seconds, 5.0 + 0.25 * batches)  # no look among them
    np.testing.assert_allclose(by_the_clock, 2 * seconds)
    np.testing.assert_array_equal(found, accuracies)
    late = np.diff(seconds) - 0.05 * seconds[:-1]
    assert late.min() >= 0
    assert late.max() < 0.25  # at the very next batch


def test_no_batch_follows_the_look_that_finds_the_last_target_reached(race):
    assert train(race, 1.0, 1.0, [0.5, 0.83, 0.84, 0.85, 0.5]).batches == 4
    assert [look[3] for look in train(race, 1.0, 1.0, [0.5, 0.85, 0.5]).seen] == [0.5, 0.85]


def test_several_seeds_are_told_by_their_means_and_what_one_never_reached_is_never(race):
    def run(seed, seconds):
        reached = [{"accuracy": 0.83, "epochs": 0.5, "processor_seconds": 10.0 + seed, "seconds": 11.0}]
        reached += [{"accuracy": 0.84, "epochs": 1.0, "processor_seconds": seconds, "seconds": 30.0}]
        return {
            "seed": seed,
            "beforehand": {"processor_seconds": 2.0 * seed, "seconds": 3.0},
            "reached": reached,
        }

    runs = [run(1, 20.0), run(2, None), run(3, 30.0)]
    found = race.module.together(runs)
    assert found["seeds"] == runs
    assert found["beforehand"] == {"processor_seconds": 4.0, "seconds": 3.0}
    assert found["reached"] == [
        {"accuracy": 0.83, "epochs": 0.5, "processor_seconds": 12.0, "seconds": 11.0},
        {"accuracy": 0.84, "epochs": 1.0, "processor_seconds": None, "seconds": 30.0},
    ]


def test_a_ratio_has_an_interval_over_the_seeds_where_all_of_several_arrived(race):
    theirs, ours = [40.0, 44.0, 36.0], [10.0, 11.0, 9.0]
    low, high = race.module.ratio_interval(theirs, ours)
    assert 3.2 < low < 4.0 < high < 4.9
    assert race.module.ratio_interval([40.0], ours) is None
    assert race.module.ratio_interval([40.0, None], ours) is None

    def run(seconds):
        one = [{"accuracy": 0.83, "processor_seconds": s, "epochs": 1.0, "seconds": s} for s in seconds]
        mean = one[0] | {"processor_seconds": sum(seconds) / 3}
        before = {"processor_seconds": 1.0, "seconds": 1.0}
        seeds = [{"reached": [each]} for each in one]
        return {"recipe": "course", "beforehand": before, "reached": [mean], "seeds": seeds}

    first, last = race.module.with_intervals([run(theirs), run(ours)])
    assert first["reached"][0]["ratio_interval"] == (low, high)
    assert last["reached"][0]["ratio_interval"] is None
    assert f"| 4.0 ({low:.1f} to {high:.1f}) |" in race_table({"runs": [first, last]})


def test_counts_begin_the_last_feature_of_each_word_as_its_log_count_ratio():
    rows, labels = [np.array([2, 3, 3]), np.array([2]), np.array([3, 4])], np.array([1, 1, 0])
    table = keras.layers.Embedding(5, 2)
    model = keras.Sequential([keras.Input((None,), dtype="int32"), table])
    before = table.get_weights()[0]
    begin_with_counts(model, rows, labels)
    found = table.get_weights()[0]
    # smoothed counts of five ids, two of them unused: 8 in positive reviews, 7 in negative ones
    ratios = np.log(np.array([1, 1, 3, 2, 1]) / 8 / (np.array([1, 1, 1, 2, 2]) / 7))
    np.testing.assert_allclose(found[:, -1], ratios, rtol=1e-5)
    np.testing.assert_array_equal(found[:, 0], before[:, 0])


def test_the_course_with_counts_differs_from_the_course_in_this_setting_alone():
    assert settings_of(COURSE) == {**settings_of(RECIPES["course"]), "log_count_ratios": False}


def test_a_seed_that_cannot_be_is_named_before_any_race():
    with pytest.raises(ValueError, match="seed: got -1, expected a whole number from 0"):
        race_of_recipes.main(["--seeds", "1", "-1"])
