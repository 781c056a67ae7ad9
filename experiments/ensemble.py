"""Classifiers asked together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.recipes import EnsembleRecipe
from lstm_teach.cells import sigmoid
from lstm_teach.reviews import Split
from lstm_teach.sentiment.evaluation import Classifier, as_one_epoch
from lstm_teach.sentiment.job import Job
from lstm_teach.sentiment.records import Record

_SURE = 1e-6  # so near to 0 or 1 and no nearer, lest one member alone decides


@dataclass(frozen=True)
class Ensemble:
    """Some classifiers, and the weight of each one's log-odds in their sum, (members,)."""

    members: tuple[Classifier, ...]
    weights: np.ndarray

    def predict(self, texts: list[str]) -> np.ndarray:
        """Return the probability that each text is positive, (reviews,)."""
        return sigmoid(log_odds(self.members, texts) @ self.weights)


def log_odds(members: Sequence[Classifier], texts: list[str]) -> np.ndarray:
    """Return what each member says of each text, log(p / (1 - p)), (reviews, members)."""
    several = [np.clip(member.predict(texts), _SURE, 1 - _SURE) for member in members]
    return np.stack([np.log(p / (1 - p)) for p in several], axis=1)


def fitted(members: Sequence[Classifier], validation: Split) -> np.ndarray:
    """Return the weights (members,) with which the validation reviews' labels are the least surprising."""
    from sklearn.linear_model import LogisticRegression

    regression = LogisticRegression(fit_intercept=False)
    return regression.fit(log_odds(members, validation.texts), validation.labels).coef_[0]


def learn(recipe: EnsembleRecipe, job: Job) -> tuple[Ensemble, dict[str, Any]]:
    """Train each member by itself; return all together, and what a record says of them."""
    runs = []
    for name in recipe.members:
        job.say(f"first {name}:")
        runs.append(job.another(name))
    members = tuple(run.classifier for run in runs)
    if recipe.weighing == "validation":
        weights = fitted(members, job.validation)
        job.say(f"weights of the members' log-odds: {', '.join(f'{weight:.3f}' for weight in weights)}")
    else:
        weights = np.full(len(members), 1 / len(members))
    ensemble = Ensemble(members, weights)
    return ensemble, of_several(ensemble, [run.record for run in runs], job.training, job.validation)


def of_several(
    ensemble: Ensemble, members: Sequence[Record], training: Split, validation: Split
) -> dict[str, Any]:
    """Return what a record says of an ensemble: its parameters and seconds are its members' together."""
    trainings = [one["history"] for one in members]
    trainings += [one["language_model"]["history"] for one in members if "language_model" in one]
    seconds, processor_seconds = (
        round(sum(sum(training[name]) for training in trainings), 2)
        for name in ("seconds", "processor_seconds")
    )
    parameters = sum(one["parameters"] for one in members)
    return as_one_epoch(ensemble, parameters, training, validation, seconds, processor_seconds)
