"""A network that reads texts: a Keras model with the vocabulary and the cut that it was trained with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from lstm_teach.sentiment.bag_of_words import log_count_ratios
from lstm_teach.sentiment.batches import POOL, drop_words, plan, rectangle
from lstm_teach.sentiment.kinds import NetworkRecipe
from lstm_teach.sentiment.models import build_model
from lstm_teach.sentiment.vectors import occurrences, word_vectors
from lstm_teach.vocabulary import SubwordVocabulary, WordVocabulary

PREDICTED_AT_ONCE = 256  # reviews; on two cores a larger batch is no faster


class Batches(keras.utils.PyDataset):
    """Encoded reviews as Keras wants them, each batch a pure function of its number, the seed and the epoch.

    Parameters
    ----------
    rows : ids of each review
    labels : (reviews,); None when predicting
    key : (seed, epoch) of a training, which shuffles and drops words; None when predicting, longest first
    devices : each gets an equal share of a batch; what is over is left out of a training batch, and filled up
        when predicting
    """

    def __init__(
        self,
        rows: Sequence[np.ndarray],
        recipe: NetworkRecipe,
        batch_size: int,
        labels: np.ndarray | None = None,
        key: tuple[int, int] | None = None,
        devices: int = 1,
    ) -> None:
        super().__init__()
        self.rows, self.recipe, self.labels = rows, recipe, labels
        self.batch_size, self.key, self.devices = batch_size, key, devices
        self.lengths = np.minimum([len(row) for row in rows], recipe.length or np.inf)
        jax = keras.backend.backend() == "jax"  # compiles every width anew
        self.step = (32 if recipe.length else 128) if jax else 1
        self.plan = self._drawn()

    def begin(self, epoch: int) -> None:
        """Draw the batches of another epoch of the same training."""
        if self.key and self.key[1] != epoch:
            self.key = self.key[0], epoch
            self.plan = self._drawn()

    def _drawn(self) -> list[np.ndarray]:
        begins = self.key is not None and self.key[1] == 0
        return plan(
            self.lengths,
            self.batch_size,
            np.random.default_rng(self.key) if self.key else None,
            pool=POOL if self.recipe.even_batches else 1,
            short_first=self.recipe.short_first if begins else 0.0,
            devices=self.devices,
        )

    def __len__(self) -> int:
        return len(self.plan)

    def __getitem__(self, number: int) -> tuple[np.ndarray, ...]:
        chosen = self.plan[number]
        ids = rectangle([self.rows[i] for i in chosen], self.recipe, self.step)
        if self.labels is None:
            return (ids,)
        if self.key and self.recipe.word_dropout:
            ids = drop_words(ids, self.recipe.word_dropout, np.random.default_rng((*self.key, number)))
        return ids, self.labels[chosen, None].astype(np.float32)  # (batch, time), (batch, 1)


@dataclass(frozen=True)
class Network:
    """A model that takes texts."""

    recipe: NetworkRecipe
    vocabulary: WordVocabulary | SubwordVocabulary
    model: Any  # keras.Model
    devices: int = 1

    def predict(self, texts: list[str]) -> np.ndarray:
        """Return the probability that each text is positive, (reviews,)."""
        return self.predict_ids(self.vocabulary.encode(texts))

    def predict_ids(self, rows: Sequence[np.ndarray]) -> np.ndarray:
        """Return the same for encoded texts."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        batches = Batches(rows, self.recipe, PREDICTED_AT_ONCE, devices=self.devices)
        found = self.model.predict(batches, verbose=0)[:, 0]
        probabilities = np.empty(len(rows), dtype=np.float32)
        probabilities[np.concatenate(batches.plan)] = found
        return probabilities


def new_model(recipe: NetworkRecipe, size: int, seed: int) -> keras.Model:
    """Return a recipe's network for a vocabulary of so many ids, its weights drawn at random."""
    keras.utils.set_random_seed(seed)
    model = build_model(replace(recipe, vocabulary_size=size))
    embedding_of(model).trainable = recipe.trainable_vectors
    return model


def begin_with_counts(
    model: keras.Model,
    recipe: NetworkRecipe,
    rows: Sequence[np.ndarray],
    labels: np.ndarray,
    unlabelled: Sequence[np.ndarray],
    seed: int,
) -> None:
    """Let the embedding begin with what can be counted before any training, as far as the recipe says so.

    Parameters
    ----------
    rows, labels : the reviews to train on, encoded, and their labels (reviews,)
    unlabelled : encoded reviews without labels, for word vectors only
    """
    table = embedding_of(model)
    vectors = table.get_weights()[0]  # (ids, embedding)
    if recipe.vectors:
        texts = [*rows, *unlabelled] if recipe.vectors == "unlabelled" else rows
        size, features = vectors.shape
        vectors = word_vectors(texts, size, features, seed, recipe.window, recipe.subsampling)
    if recipe.log_count_ratios:
        vectors[:, -1] = log_count_ratios(occurrences(rows, len(vectors)), labels)
    table.set_weights([vectors])


def embedding_of(model: keras.Model) -> keras.layers.Embedding:
    """Return the table of words that a network begins with."""
    return next(layer for layer in model.layers if isinstance(layer, keras.layers.Embedding))
