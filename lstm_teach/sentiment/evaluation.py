"""What a classifier's probabilities are worth on labelled reviews: the figures of a run record."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np

from lstm_teach.reviews import Corpus, Split, duplicates

CALIBRATION_BINS = 10
_TEST_FIGURES = ("test_accuracy", "test_loss", "test_auc", "confusion", "calibration_error")
_DUPLICATES = ("duplicates", "duplicates_of_unlabelled", "test_accuracy_without_duplicates")
_SMALLEST = 1e-7  # a probability of exactly 0 would cost infinite loss; Keras clips at the same value


class Classifier(Protocol):
    """Whatever gives the probability (reviews,) that each text is positive."""

    def predict(self, texts: list[str]) -> np.ndarray:
        """Return probabilities (reviews,) for texts."""


class Evaluation(NamedTuple):
    """Figures on one split.

    Attributes
    ----------
    accuracy : the fraction of reviews on the right side of 0.5
    loss : binary cross-entropy in nats, whatever loss the training used
    auc : area under the ROC curve, or None where all labels are the same
    confusion : counts of true and false negatives and positives, positive meaning a good review
    calibration_error : by how much the probabilities miss the frequencies; see `calibration_error`
    """

    accuracy: float
    loss: float
    auc: float | None
    confusion: dict[str, int]
    calibration_error: float


def evaluate(classifier: Classifier, split: Split) -> Evaluation:
    """Return the figures of a classifier on a split of a corpus."""
    return score(split.labels, classifier.predict(split.texts))


def score(labels: np.ndarray, probabilities: np.ndarray) -> Evaluation:
    """Return the figures for labels 0 or 1 (reviews,) and the probabilities of 1 (reviews,).

    Raises
    ------
    ValueError
        if the shapes differ, there is nothing to score, or a value lies outside 0 to 1.
    """
    from sklearn.metrics import log_loss, roc_auc_score

    labels, p = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    if labels.ndim != 1 or labels.shape != p.shape or not len(labels):
        raise ValueError(
            f"probabilities: got shape {p.shape} for labels {labels.shape}, expected equal (reviews,)"
        )
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(f"labels: got {np.unique(labels)[:5]}, expected 0 (negative) and 1 (positive)")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("probabilities: expected numbers from 0 to 1, got some outside, or NaN")
    said, true = p > 0.5, labels == 1
    return Evaluation(
        accuracy=float(np.mean(said == true)),
        loss=float(log_loss(labels, np.clip(p, _SMALLEST, 1 - _SMALLEST), labels=[0, 1])),
        auc=float(roc_auc_score(labels, p)) if true.any() and not true.all() else None,
        confusion={
            "true_negative": int(np.sum(~said & ~true)),
            "false_positive": int(np.sum(said & ~true)),
            "false_negative": int(np.sum(~said & true)),
            "true_positive": int(np.sum(said & true)),
        },
        calibration_error=calibration_error(labels, p),
    )


def calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = CALIBRATION_BINS) -> float:
    """Return the expected calibration error: how far probabilities are from frequencies, on average.

    The probabilities of the positive class are put in `bins` bins of equal width; in each, the mean
    probability is compared with the fraction of positive reviews, and the differences are weighted by the
    reviews in the bin (Naeini et al. 2015, there for the winning class).
    """
    p = np.asarray(probabilities, dtype=np.float64)
    which = np.minimum((p * bins).astype(int), bins - 1)
    claimed = np.bincount(which, weights=p, minlength=bins)
    seen = np.bincount(which, weights=np.asarray(labels, dtype=np.float64), minlength=bins)
    return float(np.abs(claimed - seen).sum() / len(p))


def figures_on_test(classifier: Classifier, data: Corpus, test: Split | None) -> dict[str, Any]:
    """Return what a record says of the test reviews; None for each figure where they are not read.

    Test reviews that stand letter for letter in the training half, and those that stand in the unlabelled
    texts, are counted, and the accuracy is given without them too.
    """
    if test is None:
        return dict.fromkeys((*_TEST_FIGURES, "calibration_bins", *_DUPLICATES))
    p = classifier.predict(test.texts)
    figures = [round(x, 6) if isinstance(x, float) else x for x in score(test.labels, p)]
    labelled, unlabelled = duplicates(data.train, test), _in_unlabelled(data, test)
    return {
        **dict(zip(_TEST_FIGURES, figures, strict=True)),
        "calibration_bins": CALIBRATION_BINS,
        "duplicates": len(labelled),
        "duplicates_of_unlabelled": len(np.setdiff1d(unlabelled, labelled)),
        "test_accuracy_without_duplicates": _accuracy_without(p, test, np.union1d(labelled, unlabelled)),
    }


def figures_on_validation(
    classifier: Classifier, data: Corpus, validation: Split, accuracy: float
) -> dict[str, Any]:
    """Return how many validation reviews stand in the unlabelled texts, and the accuracy without them."""
    known = _in_unlabelled(data, validation)
    without: float | None = accuracy
    if len(known):
        without = _accuracy_without(classifier.predict(validation.texts), validation, known)
    return {"validation_in_unlabelled": len(known), "val_accuracy_without_duplicates": without}


def _in_unlabelled(data: Corpus, split: Split) -> np.ndarray:
    """The places of the reviews that stand letter for letter in the unlabelled texts."""
    return duplicates(Split(data.unlabelled, np.zeros(len(data.unlabelled), np.int8)), split)


def _accuracy_without(p: np.ndarray, split: Split, left_out: np.ndarray) -> float | None:
    """The accuracy of probabilities on the other reviews of a split, or None where there are no others."""
    right = np.delete((p > 0.5) == (split.labels == 1), left_out)
    return round(float(right.mean()), 6) if len(right) else None


def as_one_epoch(
    model: Classifier,
    parameters: int,
    training: Split,
    validation: Split,
    seconds: float,
    processor_seconds: float,
) -> dict[str, Any]:
    """Return what a record says of a training that has no epochs: as if it had had one."""
    seen, held_back = evaluate(model, training), evaluate(model, validation)
    history = {
        "loss": seen.loss,
        "accuracy": seen.accuracy,
        "val_loss": held_back.loss,
        "val_accuracy": held_back.accuracy,
        "seconds": seconds,
        "processor_seconds": processor_seconds,
    }
    return {
        "parameters": parameters,
        "history": {name: [round(value, 6)] for name, value in history.items()},
        "best_epoch": 1,
        "resumed_after": [],
        "seconds_per_epoch": seconds,
        "seconds_preparing": 0.0,
        "val_accuracy": round(held_back.accuracy, 6),
    }
