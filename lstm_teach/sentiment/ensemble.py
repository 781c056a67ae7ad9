"""Classifiers asked together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lstm_teach.sentiment.evaluation import Classifier

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
