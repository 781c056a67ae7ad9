"""Counts made with the labels, in the place of word vectors: an older `course`, which the race still runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import keras
import numpy as np

from lstm_teach.sentiment.bag_of_words import log_count_ratios
from lstm_teach.sentiment.kinds import NetworkRecipe
from lstm_teach.sentiment.network import embedding_of
from lstm_teach.sentiment.recipes import RECIPES
from lstm_teach.sentiment.settings import has, switch


@dataclass(frozen=True)
class CountedRecipe(NetworkRecipe):
    """A network whose embedding may begin with ratios of counts.

    Attributes
    ----------
    log_count_ratios : above 0 where a word speaks for a positive review (Wang and Manning 2012)
    """

    log_count_ratios: bool = has(
        False, switch("the embedding's last feature begins as each word's log-count ratio")
    )


COURSE = CountedRecipe(**{one.name: getattr(RECIPES["course"], one.name) for one in fields(NetworkRecipe)})


def begin_with_counts(model: keras.Model, rows: Sequence[np.ndarray], labels: np.ndarray) -> None:
    """Let the embedding's last feature begin as the log-count ratio of each word.

    Parameters
    ----------
    rows, labels : the reviews to train on, encoded, and their labels (reviews,)
    """
    table = embedding_of(model)
    vectors = table.get_weights()[0]  # (ids, embedding)
    vectors[:, -1] = log_count_ratios(occurrences(rows, len(vectors)), labels)
    table.set_weights([vectors])


def occurrences(rows: Sequence[np.ndarray], size: int) -> Any:
    """Return which words occur in which texts: a sparse float32 matrix (texts, size) of 1 and 0."""
    from scipy.sparse import csr_matrix

    words = [np.unique(row) for row in rows]
    ends = np.cumsum([0, *map(len, words)])
    ids = np.concatenate(words or [np.zeros(0, dtype=np.int32)])
    return csr_matrix((np.ones(len(ids), dtype=np.float32), ids, ends), shape=(len(rows), size))
