"""The figures of a record, compared with scikit-learn's."""

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from lstm_teach.reviews import Corpus, Split
from lstm_teach.sentiment.evaluation import (
    calibration_error,
    evaluate,
    figures_on_test,
    figures_on_validation,
    score,
)


def drawn(seed=0, count=5_000):
    rng = np.random.default_rng(seed)
    p = rng.beta(0.7, 0.9, count)
    return (rng.random(count) < p**1.5).astype(np.int8), p


class Parrot:
    """Whoever says what stands in the text."""

    def predict(self, texts):
        return np.array([float(text) for text in texts])


def test_every_figure_is_scikit_learns():
    labels, p = drawn()
    found = score(labels, p)
    said = (p > 0.5).astype(int)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(labels, said))
    assert found.auc == pytest.approx(metrics.roc_auc_score(labels, p))
    assert found.loss == pytest.approx(metrics.log_loss(labels, p))
    tn, fp, fn, tp = metrics.confusion_matrix(labels, said).ravel()
    assert found.confusion == {
        "true_negative": tn,
        "false_positive": fp,
        "false_negative": fn,
        "true_positive": tp,
    }


def test_the_calibration_error_is_the_weighted_gap_of_scikit_learns_calibration_curve():
    labels, p = drawn(1)
    positive, claimed = calibration_curve(labels, p, n_bins=10)
    counts = np.histogram(p, bins=np.linspace(0, 1, 11))[0]
    expected = np.sum(counts[counts > 0] * np.abs(positive - claimed)) / len(p)
    assert calibration_error(labels, p) == pytest.approx(expected)
    assert expected > 0.05  # these probabilities are too high, by construction


def test_honest_probabilities_have_almost_no_calibration_error_and_boasting_ones_much():
    rng = np.random.default_rng(2)
    p = rng.random(100_000)
    labels = (rng.random(100_000) < p).astype(int)
    assert calibration_error(labels, p) < 0.01
    assert calibration_error(labels, (p > 0.5).astype(float)) == pytest.approx(0.25, abs=0.01)


def test_certainty_that_is_wrong_costs_a_finite_loss():
    assert np.isfinite(score(np.array([0, 1]), np.array([1.0, 1.0])).loss)


def test_one_class_alone_has_no_auc():
    assert score(np.ones(3), np.array([0.2, 0.6, 0.9])).auc is None


def test_evaluate_asks_the_classifier_for_the_splits_texts():
    assert evaluate(Parrot(), Split(["0.9", "0.2", "0.4"], np.array([1, 0, 1]))).accuracy == pytest.approx(
        2 / 3
    )


def test_test_reviews_that_were_seen_before_are_counted_and_the_accuracy_stands_without_them_too():
    data = Corpus("imdb", Split(["0.9", "0.3"], np.array([1, 0])), Split([], np.array([])), ["0.8", "0.9"])
    test = Split(["0.9", "0.8", "0.7", "0.6", "0.1"], np.array([1, 1, 0, 1, 0]))
    found = figures_on_test(Parrot(), data, test)
    assert found["test_accuracy"] == pytest.approx(4 / 5)
    assert (found["duplicates"], found["duplicates_of_unlabelled"]) == (1, 1)  # "0.9" is in both
    assert found["test_accuracy_without_duplicates"] == pytest.approx(2 / 3, abs=1e-6)
    assert set(figures_on_test(Parrot(), data, None)) == set(found)
    assert set(figures_on_test(Parrot(), data, None).values()) == {None}


def test_where_all_reviews_were_seen_before_there_is_no_accuracy_without_them():
    seen = Split(["0.9", "0.1"], np.array([1, 0]))
    data = Corpus("mine", seen, Split([], np.array([])), seen.texts)
    assert figures_on_test(Parrot(), data, seen)["test_accuracy_without_duplicates"] is None
    assert figures_on_validation(Parrot(), data, seen, 1.0)["val_accuracy_without_duplicates"] is None


def test_validation_reviews_that_stand_in_the_unlabelled_texts_are_counted_and_left_out():
    data = Corpus("imdb", Split([], np.array([])), Split([], np.array([])), ["0.8"])
    validation = Split(["0.8", "0.7", "0.6"], np.array([1, 0, 1]))
    assert figures_on_validation(Parrot(), data, validation, 2 / 3) == {
        "validation_in_unlabelled": 1,
        "val_accuracy_without_duplicates": 0.5,
    }


@pytest.mark.parametrize(
    ("labels", "p", "message"),
    [
        ([0, 1], [0.5], "probabilities: got shape"),
        ([], [], "probabilities: got shape"),
        ([0, 2], [0.5, 0.5], "labels: got"),
        ([0, 1], [0.5, 1.5], "probabilities: expected numbers from 0 to 1"),
        ([0, 1], [0.5, np.nan], "probabilities: expected numbers from 0 to 1"),
    ],
)
def test_what_cannot_be_scored_is_named(labels, p, message):
    with pytest.raises(ValueError, match=message):
        score(np.array(labels), np.array(p))
