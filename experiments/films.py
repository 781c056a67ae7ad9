"""The baseline that reads no word: each review gets the majority label of its film's training reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.recipes import FilmRecipe
from lstm_teach.reviews import Split
from lstm_teach.sentiment.evaluation import as_one_epoch
from lstm_teach.sentiment.job import Job


@dataclass(frozen=True)
class FilmOnly:
    """The fraction of positive training reviews of each film, and the film of each review.

    Attributes
    ----------
    positive : by the film's number
    films : by the review's text; other reviews are of a film that is not known
    """

    positive: dict[int, float]
    films: dict[str, int]

    def predict(self, texts: list[str]) -> np.ndarray:
        """Return the probability that each text is positive, (reviews,): 0.5 for a film that is not known."""
        films = (self.films.get(text, -1) for text in texts)
        return np.array([self.positive.get(film, 0.5) for film in films], dtype=np.float64)


def learn(recipe: FilmRecipe, job: Job) -> tuple[FilmOnly, dict[str, Any]]:
    """Count the labels of each film; return the classifier, and what a record says of its only epoch.

    Raises
    ------
    ValueError
        if the corpus does not name the films.
    """
    model = count(job.training, job.validation)
    return model, as_one_epoch(model, len(model.positive), job.training, job.validation, 0.0, 0.0)


def count(training: Split, validation: Split) -> FilmOnly:
    """Return the classifier for two parts of a corpus; only the labels of the first are counted."""
    if training.groups is None or validation.groups is None:
        raise ValueError("film_only: the corpus does not name the films, expected groups, as IMDB has them")
    films, film = np.unique(training.groups, return_inverse=True)
    positive = np.bincount(film, weights=training.labels) / np.bincount(film)
    both = zip([*training.texts, *validation.texts], [*training.groups, *validation.groups], strict=True)
    return FilmOnly(
        dict(zip(films.tolist(), positive.tolist(), strict=True)), {text: int(group) for text, group in both}
    )
