"""The networks, as small Keras models; they run on TensorFlow, JAX and PyTorch alike.

Every model takes ids (batch, time), 0 for padding, and gives the probability (batch, 1) of a positive review.
No layer but those of `reader` uses a mask: Keras' fast cuDNN kernels take none on JAX and PyTorch. Where
padding must not count, as in `course`, the model leaves it out, so that a review's probability is the same in
every batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from lstm_teach.sentiment.kinds import NetworkRecipe
from lstm_teach.sentiment.own_network import build_own
from lstm_teach.vocabulary import PADDING

CELLS = {"lstm": layers.LSTM, "gru": layers.GRU, "simple_rnn": layers.SimpleRNN}


def build_model(recipe: NetworkRecipe) -> keras.Model:
    """Return the network of a recipe, with fresh weights, ready for `fit`'s compile.

    Raises
    ------
    ValueError
        if the recipe is not a network's, or names a network that is not known here.
    """
    if not isinstance(recipe, NetworkRecipe):
        raise ValueError(f"recipe: {getattr(recipe, 'name', recipe)!r} is no network's")
    if recipe.is_own:
        return build_own(recipe.network, recipe.vocabulary_size)
    length = recipe.length if recipe.fixed_length else None
    try:
        build = _BUILDERS[recipe.network]
    except KeyError:
        known = ", ".join(_BUILDERS)
        raise ValueError(f"network: got {recipe.network!r}, expected one of {known}") from None
    return build(recipe.vocabulary_size, length, **recipe.model)


def bilstm_subword(size: int, length: int | None, *, embedding: int, units: int, hidden: int) -> keras.Model:
    """Return one BiLSTM that reads both directions whole, also the padding at the end, as published."""
    return keras.Sequential(
        [
            keras.Input((length,), dtype="int32"),
            layers.Embedding(size, embedding),  # (batch, time, embedding)
            layers.Bidirectional(layers.LSTM(units)),  # (batch, 2 units)
            layers.Dense(hidden, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="bilstm_subword",
    )


@keras.saving.register_keras_serializable("lstm_teach")
class TwoLayers(keras.Model):
    """Two recurrent layers, written as a class: layers are made in `__init__` and called in `call`."""

    def __init__(
        self, cell: str, size: int, embedding: int, units: int, dropout: float, unroll: bool
    ) -> None:
        super().__init__(name="two_lstm_words")
        self.embedding = layers.Embedding(size, embedding)
        self.first = CELLS[cell](units, dropout=dropout, unroll=unroll, return_sequences=True)
        self.second = CELLS[cell](units, dropout=dropout, unroll=unroll)
        self.readout = layers.Dense(1, activation="sigmoid")

    def call(self, ids: Any, training: bool = False) -> Any:
        """Return probabilities (batch, 1) for ids (batch, time)."""
        x = self.embedding(ids)  # (batch, time, embedding)
        x = self.first(x, training=training)  # (batch, time, units)
        x = self.second(x, training=training)  # (batch, units)
        return self.readout(x)


def two_lstm_words(
    size: int,
    length: int | None,
    *,
    cell: str,
    style: str,
    embedding: int,
    units: int,
    dropout: float,
    unroll: bool,
) -> keras.Model:
    """Return the same network in one of Keras' two styles; the published one unrolls its loop: no cuDNN."""
    if style == "subclassed":
        model = TwoLayers(cell, size, embedding, units, dropout, unroll)
        model(ops.zeros((1, length or 1), dtype="int32"))  # a first call makes the weights
        return model
    return keras.Sequential(
        [
            keras.Input((length,), dtype="int32"),
            layers.Embedding(size, embedding),
            CELLS[cell](units, dropout=dropout, unroll=unroll, return_sequences=True),
            CELLS[cell](units, dropout=dropout, unroll=unroll),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="two_lstm_words",
    )


def deep_128_64(
    size: int, length: int | None, *, sizes: Sequence[int], embedding: int, dropout: float
) -> keras.Model:
    """Return a network with one LSTM layer for each size, and dropout before and after each layer."""
    stack = [
        keras.Input((length,), dtype="int32"),
        layers.Embedding(size, embedding),
        layers.Dropout(dropout),
    ]
    for depth, units in enumerate(sizes, start=1):
        stack += [layers.LSTM(units, return_sequences=depth < len(sizes)), layers.Dropout(dropout)]
    return keras.Sequential([*stack, layers.Dense(1, activation="sigmoid")], name="deep_128_64")


@keras.saving.register_keras_serializable("lstm_teach")
class ReverseWords(layers.Layer):
    """Each review from its last word to its first, its padding still at the right: (batch, time) of ids."""

    def call(self, ids: Any) -> Any:
        """Take word length - 1 - t at step t, and where there is no word, the padding that is there."""
        steps = ops.arange(ops.shape(ids)[1], dtype="int32")[None, :]  # (1, time)
        lengths = ops.sum(ops.cast(ids != PADDING, "int32"), axis=1, keepdims=True)  # (batch, 1)
        return ops.take_along_axis(ids, ops.where(steps < lengths, lengths - 1 - steps, steps), axis=1)


@keras.saving.register_keras_serializable("lstm_teach")
class PoolWords(layers.Layer):
    """The greatest and the mean value of every unit over the words of a review, the padding left out."""

    def call(self, h: Any, ids: Any) -> Any:
        """Return (batch, 2 units) for states `h` (batch, time, units) and their ids (batch, time)."""
        words = (ids != PADDING)[..., None]  # (batch, time, 1)
        greatest = ops.max(ops.where(words, h, -2.0), axis=1)  # an LSTM's h lies above -1
        mean = ops.sum(ops.where(words, h, 0.0), axis=1) / ops.sum(ops.cast(words, h.dtype), axis=1)
        return ops.concatenate([greatest, mean], axis=-1)


@keras.saving.register_keras_serializable("lstm_teach")
class LastWord(layers.Layer):
    """The state after the last word of a review, the padding at its right left out."""

    def call(self, h: Any, ids: Any) -> Any:
        """Return (batch, units) for states `h` (batch, time, units) and their ids (batch, time)."""
        last = ops.maximum(ops.sum(ops.cast(ids != PADDING, "int32"), axis=1) - 1, 0)  # (batch,)
        return ops.take_along_axis(h, last[:, None, None], axis=1)[:, 0]


POOLINGS: dict[str, type[layers.Layer]] = {"max_mean": PoolWords, "last": LastWord}


def course(
    size: int,
    length: int | None,
    *,
    embedding: int,
    units: int,
    embedding_dropout: float,
    dropout: float,
    directions: int,
    depth: int,
    pooling: str,
    readout: float,
) -> keras.Model:
    """Return two LSTMs, one for each direction; pooling reads every state, not the last alone.

    A `Bidirectional` layer without a mask would begin its backward reading with padding. Reversing the words
    only keeps the padding at the right for both, where no state that is pooled has seen it. With `directions`
    1 there is no backward reading, and with `depth` 2 each reading is by two layers. The readout begins with
    `readout` times Glorot's weights: of pooled states, the larger ones calm the first steps, in which all
    probabilities rise and fall together.
    """
    ids = keras.Input((length,), dtype="int32")
    table = layers.Embedding(size, embedding)
    pooled = []
    for name in ("forward", "backward")[:directions]:
        order = ids if name == "forward" else ReverseWords()(ids)
        h = layers.SpatialDropout1D(embedding_dropout)(table(order))
        for level in range(depth):
            h = layers.LSTM(units, return_sequences=True, name=f"{name}{level or ''}")(h)
        pooled.append(POOLINGS[pooling]()(h, order))  # from (batch, time, units)
    x = layers.Concatenate()(pooled) if directions == 2 else pooled[0]
    x = layers.Dropout(dropout)(x)  # (batch, 4 units)
    weights = keras.initializers.VarianceScaling(readout**2, mode="fan_avg", distribution="uniform")
    probability = layers.Dense(1, activation="sigmoid", kernel_initializer=weights)(x)
    return keras.Model(ids, probability, name="course")


def reader(
    size: int, length: int | None, *, embedding: int, units: int, embedding_dropout: float, dropout: float
) -> keras.Model:
    """Return one LSTM, whose state after the last word answers: `lstm_teach.reader` takes it apart.

    The mask keeps the padding, which is at the right, out of that state.
    """
    return keras.Sequential(
        [
            keras.Input((length,), dtype="int32"),
            layers.Embedding(size, embedding, mask_zero=True),  # (batch, time, embedding)
            layers.SpatialDropout1D(embedding_dropout),
            layers.LSTM(units),  # (batch, units)
            layers.Dropout(dropout),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="reader",
    )


_BUILDERS = {
    builder.__name__: builder for builder in (bilstm_subword, two_lstm_words, deep_128_64, course, reader)
}
