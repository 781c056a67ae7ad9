"""The baseline that a network must beat: which words and pairs of words occur, weighed by a linear model.

With `bayes`, the features are scaled as in the NBSVM of Wang and Manning (2012), with a logistic regression
in the machine's place, so that there is a probability.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_teach.reviews import Split
from lstm_teach.sentiment.evaluation import as_one_epoch
from lstm_teach.sentiment.job import Job
from lstm_teach.sentiment.kinds import LinearRecipe

_WORD = r"[^\W_]+(?:'[^\W_]+)*"  # letters and digits; apostrophes inside a word
_SMOOTHING = 1.0  # as if each word had been seen in one more review of either kind


@dataclass(frozen=True)
class Linear:
    """A fitted linear model that takes texts: a vectorizer, a ratio a feature, a logistic regression."""

    vectorizer: Any
    ratios: np.ndarray  # (features,)
    regression: Any

    def predict(self, texts: list[str]) -> np.ndarray:
        """Return the probability that each text is positive, (reviews,)."""
        if not texts:
            return np.zeros(0)
        features = self.vectorizer.transform(texts).multiply(self.ratios).tocsr()
        return self.regression.predict_proba(features)[:, 1]

    @property
    def parameters(self) -> int:
        """How many weights it has, with the bias."""
        return self.regression.coef_.size + 1


def fit(recipe: LinearRecipe, train: Split, seed: int = 0) -> Linear:
    """Return a linear model that has counted, scaled and fitted."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = CountVectorizer(
        binary=True,
        ngram_range=(1, recipe.longest),
        min_df=recipe.smallest,
        token_pattern=_WORD,
        preprocessor=_clean,
        dtype=np.float32,
    )
    try:
        counts = vectorizer.fit_transform(train.texts)
    except ValueError as error:  # no feature is left, or more reviews are asked for than there are
        why = f"no word occurs in so many of {len(train.texts)} reviews"
        raise ValueError(f"smallest: got {recipe.smallest}, expected a smaller number: {why}") from error
    ratios = log_count_ratios(counts, train.labels) if recipe.bayes else np.ones(counts.shape[1], np.float32)
    regression = LogisticRegression(
        C=recipe.strength, solver="liblinear", dual=True, random_state=seed, max_iter=1000
    )
    regression.fit(counts.multiply(ratios).tocsr(), train.labels)
    return Linear(vectorizer, ratios, regression)


def learn(recipe: LinearRecipe, job: Job) -> tuple[Linear, dict[str, Any]]:
    """Fit to the training reviews; return the model, and what a record says of its only epoch."""
    start, processor_start = time.perf_counter(), time.process_time()
    model = fit(recipe, job.training, job.seed)
    seconds = round(time.perf_counter() - start, 2)
    processor_seconds = time.process_time() - processor_start
    return model, as_one_epoch(
        model, model.parameters, job.training, job.validation, seconds, processor_seconds
    )


def log_count_ratios(counts: Any, labels: np.ndarray) -> np.ndarray:
    """Return the ratios r = log((p / |p|) / (q / |q|)) of Wang and Manning (2012).

    p and q are the smoothed counts in positive and negative reviews, |.| their sums.

    Parameters
    ----------
    counts : (reviews, features), 1 where a feature occurs
    labels : (reviews,)

    Returns
    -------
    float32 (features,), above 0 where a feature speaks for a positive review
    """
    p = _SMOOTHING + np.asarray(counts[labels == 1].sum(axis=0)).ravel()
    q = _SMOOTHING + np.asarray(counts[labels == 0].sum(axis=0)).ravel()
    return np.log((p / p.sum()) / (q / q.sum())).astype(np.float32)


def _clean(text: str) -> str:
    return text.lower().replace("<br />", " ").replace("’", "'")
