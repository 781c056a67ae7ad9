"""A network that reads texts, and its Keras model: built, begun and compiled as its recipe says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from keras import ops

from lstm_teach.reviews.corpus import CLASS_NAMES
from lstm_teach.sentiment.batches import POOL, drop_words, equally_long, plan, rectangle
from lstm_teach.sentiment.kinds import NetworkRecipe
from lstm_teach.sentiment.models import build_model
from lstm_teach.sentiment.vectors import word_vectors
from lstm_teach.vocabulary import SubwordVocabulary, WordVocabulary

PREDICTED_AT_ONCE = 256  # reviews; on two cores a larger batch is no faster


class Batches(keras.utils.PyDataset):
    """Encoded reviews as Keras wants them, each batch a pure function of its number, the seed and the epoch.

    Parameters
    ----------
    rows : ids of each review
    labels : (reviews,); None when predicting
    key : (seed, epoch) of a training, which shuffles and drops words; None when predicting, longest first
    """

    def __init__(
        self,
        rows: Sequence[np.ndarray],
        recipe: NetworkRecipe,
        batch_size: int,
        labels: np.ndarray | None = None,
        key: tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        self.rows, self.recipe, self.labels = rows, recipe, labels
        self.batch_size, self.key = batch_size, key
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
    """A model that takes texts.

    Attributes
    ----------
    alone : each text is read without any padding, so that the texts beside it do not change its answer
    class_names : what a text is called whose probability is 0.5 or below, and above
    """

    recipe: NetworkRecipe
    vocabulary: WordVocabulary | SubwordVocabulary
    model: Any  # keras.Model
    alone: bool = False
    class_names: tuple[str, str] = CLASS_NAMES

    def predict(self, texts: list[str]) -> np.ndarray:
        """Return the probability that each text is positive, (reviews,)."""
        return self.predict_ids(self.vocabulary.encode(texts))

    def predict_ids(self, rows: Sequence[np.ndarray]) -> np.ndarray:
        """Return the same for encoded texts."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        batches = Batches(rows, self.recipe, PREDICTED_AT_ONCE)
        if self.alone:
            batches.step, batches.plan = 1, equally_long(batches.lengths, PREDICTED_AT_ONCE)
        found = self.model.predict(batches, verbose=0)[:, 0]
        probabilities = np.empty(len(rows), dtype=np.float32)
        probabilities[np.concatenate(batches.plan)] = found
        return probabilities


def new_model(recipe: NetworkRecipe, size: int, seed: int) -> keras.Model:
    """Return a recipe's network for a vocabulary of so many ids, its weights drawn at random."""
    keras.utils.set_random_seed(seed)
    return build_model(replace(recipe, vocabulary_size=size))


def begin_with_vectors(
    model: keras.Model, recipe: NetworkRecipe, texts: Sequence[np.ndarray], seed: int
) -> None:
    """Let the embedding begin with vectors of the words of encoded texts, if the recipe asks for them."""
    if recipe.vectors:
        table = embedding_of(model)
        size, features = table.get_weights()[0].shape
        table.set_weights([word_vectors(texts, size, features, seed, recipe.window, recipe.subsampling)])


def embedding_of(model: keras.Model) -> keras.layers.Embedding:
    """Return the table of words that a network begins with; ValueError if it has none."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Embedding):
            return layer
    raise ValueError("vectors: this network has no Embedding among its layers, which they could be put into")


@keras.saving.register_keras_serializable("lstm_teach")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Up in a straight line from a tenth of `peak` for a fraction of `steps`, then down to nothing."""

    def __init__(self, peak: float, steps: int, warm_up: float) -> None:
        self.peak, self.steps, self.warm_up = peak, steps, warm_up

    def __call__(self, step: Any) -> Any:
        """Return the learning rate at a step."""
        done = ops.cast(step, "float32") / self.steps
        rise, fall = 0.1 + 0.9 * done / self.warm_up, (1.0 - done) / (1.0 - self.warm_up)
        return self.peak * ops.maximum(ops.minimum(rise, fall), 0.0)

    def get_config(self) -> dict[str, Any]:
        """Return what makes an equal schedule."""
        return {"peak": self.peak, "steps": self.steps, "warm_up": self.warm_up}


@keras.saving.register_keras_serializable("lstm_teach")
def same_side(labels: Any, probabilities: Any) -> Any:
    """Return 1 where a probability and a label, which may be one too, lie on one side of 0.5; else 0."""
    return ops.cast(ops.equal(labels > 0.5, probabilities > 0.5), "float32")


def compile_model(model: keras.Model, recipe: NetworkRecipe, batches: int) -> None:
    """Give a model the optimizer and loss of its recipe, for epochs of so many batches."""
    rate: Any = recipe.learning_rate
    if recipe.schedule == "one_cycle":
        rate = OneCycle(recipe.learning_rate, recipe.epochs * batches, recipe.warm_up)
    optimizer = type(keras.optimizers.get(recipe.optimizer))(rate, global_clipnorm=recipe.clip_norm)
    optimizer.build(model.trainable_variables)  # so that a checkpoint has somewhere to go
    accuracy = keras.metrics.MeanMetricWrapper(same_side, name="accuracy")
    model.compile(optimizer, recipe.loss, metrics=[accuracy])  # jit_compile: JAX, not TensorFlow on a CPU
