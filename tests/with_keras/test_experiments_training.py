"""The recipes of the experiments: teachers and ensembles train on the same reviews, and are told of."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from experiments import recipes, unlabelled  # noqa: E402
from experiments.ensemble import Ensemble, fitted, log_odds, of_several  # noqa: E402
from experiments.training import train  # noqa: E402
from lstm_teach import reviews, sentiment  # noqa: E402
from lstm_teach.sentiment import learning  # noqa: E402
from tests.small_trainings import TINY, own_folders, quiet  # noqa: E402, F401

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_folders")]  # nearly every test here trains
ALIKE = {"units": 64, "embedding": 64, "length": 40}  # as `course`
quiet_run = partial(quiet, train=train)


@pytest.mark.parametrize(
    ("name", "changes"),
    [("ensemble", {"members": ("bag_of_words", "course")}), ("course_unlabelled", TINY)],
)
def test_whom_a_run_asks_has_not_seen_its_validation_reviews_either(name, changes, monkeypatch):
    sample = reviews.load()
    monkeypatch.setattr(reviews, "load", lambda *_, **__: replace(sample, unlabelled=sample.test.texts[:40]))
    monkeypatch.setattr(keras.Model, "fit", lambda *_, **__: 1 / 0)  # far enough
    lines = []
    with pytest.raises(ZeroDivisionError):
        train(name, limit=100, say=lines.append, **{**changes, "validation": 0.4})
    assert [line for line in lines if "to validate with" in line] == [
        "sample: 60 reviews to train on, 40 to validate with (split: random)"
    ] * (3 if name == "ensemble" else 2)


def test_a_run_whose_teacher_or_members_have_changed_is_another_run(monkeypatch):
    settings = {"limit": 60, "validation": 0.2, "members": ("bag_of_words", "other")}
    known = recipes.RECIPES
    monkeypatch.setitem(known, "other", replace(known["bag_of_words"], name="other"))
    first, _ = quiet_run("ensemble", **settings)
    monkeypatch.setitem(known, "other", replace(known["bag_of_words"], name="other", pairs=False))
    second, lines = quiet_run("ensemble", **settings)
    assert not any("this run is finished" in line for line in lines[-3:])
    assert first.record["parameters"] > second.record["parameters"]
    assert second.record["uses"]["other"]["pairs"] is False


def test_a_teacher_is_asked_once_and_its_probabilities_are_the_labels_of_the_unlabelled(monkeypatch):
    sample = reviews.load()
    more = sample.test.texts[:40]
    monkeypatch.setattr(reviews, "load", lambda *_, **__: replace(sample, unlabelled=more))
    seen = []
    fit = learning.fit
    monkeypatch.setattr(learning, "fit", lambda *args: seen.append(args) or fit(*args))
    settings = {**TINY, "epochs": 1}
    run, lines = quiet_run("course_unlabelled", limit=60, **settings)
    assert "first bag_of_words:" in lines
    assert run.record["reviews"]["unlabelled"] == 40
    teacher = quiet_run("bag_of_words", limit=60, validation=settings["validation"])[0].classifier
    taught = teacher.predict(more)
    [(_, trained_on, *_)] = seen
    assert len(trained_on.rows) == 48 + 40  # 60 reviews, a fifth of them held back
    np.testing.assert_allclose(trained_on.labels[-40:], taught, rtol=1e-6)
    assert 0 < taught.min() < 0.5 < taught.max() < 1
    _, again = quiet_run("course_unlabelled", limit=60, **settings)
    assert "first bag_of_words:" not in again


def test_a_continued_network_begins_with_the_weights_of_its_predecessor(monkeypatch):
    sample = reviews.load()
    monkeypatch.setattr(reviews, "load", lambda *_, **__: replace(sample, unlabelled=sample.test.texts[:40]))
    settings = {"limit": 60, "validation": 0.2, "predecessor": "course", "teacher": None, **ALIKE}
    begun = []
    fit = unlabelled.learning.train
    monkeypatch.setattr(
        unlabelled.learning,
        "train",
        lambda ready, *rest: begun.append(ready.network.model.get_weights()) or fit(ready, *rest),
    )
    run, lines = quiet_run("course_taught", **settings)
    begins = begun[-1]
    assert "begins with the weights of course:" in lines
    predecessor = quiet_run("course", limit=60, validation=0.2)[0].classifier.model.get_weights()
    for got, expected in zip(begins, predecessor, strict=True):
        np.testing.assert_array_equal(got, expected)
    assert run.record["uses"]["course"]["units"] == 64
    with pytest.raises(ValueError, match="units: got 8, expected 64 as course, its predecessor"):
        train("course_taught", **{**settings, "units": 8})


def test_an_ensemble_averages_the_log_odds_of_its_members():
    members = ("bag_of_words", "course")
    run, lines = quiet_run("ensemble", limit=60, test=True, members=members)
    texts = reviews.load().test.texts[:9]
    p = [quiet_run(name, limit=60)[0].classifier.predict(texts) for name in members]
    odds = np.sqrt(np.prod([one / (1 - one) for one in p], axis=0))  # the geometric mean
    np.testing.assert_allclose(run.classifier.predict(texts), odds / (1 + odds), rtol=1e-4)
    assert run.record["backend"] == keras.backend.backend()
    assert run.record["settings"]["members"] == list(members)
    assert 0 <= run.record["test_accuracy"] <= 1
    assert lines[0] == str(sentiment.describe_device())


def test_no_weights_near_the_fitted_ones_find_the_validation_labels_less_surprising():
    rng = np.random.default_rng(0)
    labels = rng.integers(2, size=400)
    says = (2 * labels - 1)[:, None] * [0.5, 0.2] + rng.normal(size=(400, 2))  # log-odds: one knows more
    texts = [str(k) for k in range(400)]

    def member(column):
        return SimpleNamespace(predict=lambda some: 1 / (1 + np.exp(-says[[int(k) for k in some], column])))

    members = member(0), member(1)
    np.testing.assert_allclose(log_odds(members, texts[:9]), says[:9])
    weights = fitted(members, reviews.Split(texts, labels))

    def surprise(weights):
        """The loss of a logistic regression with an L2 penalty of C = 1."""
        return np.log1p(np.exp(-(2 * labels - 1) * (says @ weights))).sum() + weights @ weights / 2

    for nudge in rng.normal(scale=0.05, size=(50, 2)):
        assert surprise(weights + nudge) > surprise(weights)
    assert weights[0] > weights[1]
    p = 1 / (1 + np.exp(-says[:9] @ weights))
    np.testing.assert_allclose(Ensemble(members, weights).predict(texts[:9]), p)


def test_a_linear_model_of_runs_of_three_words_counts_one_two_and_three():
    run, _ = quiet_run("trigrams", limit=60)
    longest = {len(feature.split()) for feature in run.classifier.vectorizer.get_feature_names_out()}
    assert longest == {1, 2, 3}


def test_the_time_of_an_ensemble_is_that_of_its_members_their_reading_beforehand_too():
    members = [
        {"parameters": 5, "history": {"seconds": [2.0, 3.0], "processor_seconds": [4.0, 5.0]}},
        {
            "parameters": 7,
            "history": {"seconds": [10.0], "processor_seconds": [20.0]},
            "language_model": {"history": {"seconds": [100.0], "processor_seconds": [200.0]}},
        },
    ]
    split = reviews.Split(["good", "bad"], np.array([1, 0]))
    one = SimpleNamespace(predict=lambda texts: np.array([0.9 if text == "good" else 0.2 for text in texts]))
    found = of_several(Ensemble((one, one), np.full(2, 0.5)), members, split, split)
    assert found["parameters"] == 12
    assert found["history"]["seconds"] == [115.0]
    assert found["history"]["processor_seconds"] == [229.0]
    assert found["val_accuracy"] == 1


def test_every_kind_of_recipe_of_the_experiments_trains_to_its_end(monkeypatch):
    sample = reviews.load()
    monkeypatch.setattr(reviews, "load", lambda *_, **__: replace(sample, unlabelled=sample.test.texts[:41]))
    small = {"limit": 61, "validation": 0.2}
    network = {"epochs": 1, "units": 4, "embedding": 4, "vocabulary_size": 300, "batch_size": 16}
    for name, changes in (
        ("ensemble", {"members": ("bag_of_words", "course", "two_lstm_words")}),
        ("mixture", {"members": ("trigrams", "bag_of_words")}),
        ("course_unlabelled", {"teacher": "course", **network}),
        ("course_pretrained", network),
        ("course_taught", {"predecessor": "course", "teacher": "bag_of_words", **ALIKE}),
    ):
        run, _ = quiet_run(name, test=True, **small, **changes)
        assert 0 <= run.record["test_accuracy"] <= 1


def test_the_test_reviews_stay_shut_unless_they_are_asked_for():
    run, _ = quiet_run("bag_of_words", limit=60)
    assert run.record["test_accuracy"] is None
    assert run.record["reviews"]["test"] == 0


def test_a_member_that_is_no_recipe_is_named():
    with pytest.raises(ValueError, match="members: got 'nobody', expected some of course"):
        train("ensemble", members=("nobody", "course"))
