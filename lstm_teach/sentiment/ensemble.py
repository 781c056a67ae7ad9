"""Classifiers asked together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_teach.reviews import Split
from lstm_teach.sentiment.evaluation import Classifier
from lstm_teach.sentiment.records import Record, of_one_epoch

_SURE = 1e-6  # so near to 0 or 1 and no nearer, lest one member alone decides


@dataclass(frozen=True)
class Ensemble:
    """Some classifiers, whose log-odds are averaged."""

    members: tuple[Classifier, ...]

    def predict(self, texts: list[str]) -> np.ndarray:
        """The probability that each text is positive, (reviews,)."""
        several = [np.clip(member.predict(texts), _SURE, 1 - _SURE) for member in self.members]
        log_odds = np.mean([np.log(p / (1 - p)) for p in several], axis=0)
        return 1 / (1 + np.exp(-log_odds))


def of_several(
    ensemble: Ensemble, members: Sequence[Record], training: Split, validation: Split
) -> dict[str, Any]:
    """What a record says of an ensemble: its parameters and seconds are those of its members together."""
    trainings = [one["history"] for one in members]
    trainings += [one["language_model"]["history"] for one in members if "language_model" in one]
    seconds, processor_seconds = (
        round(sum(sum(training[name]) for training in trainings), 2)
        for name in ("seconds", "processor_seconds")
    )
    parameters = sum(one["parameters"] for one in members)
    return of_one_epoch(ensemble, parameters, training, validation, seconds, processor_seconds)
