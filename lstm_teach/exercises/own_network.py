"""Lesson 12: a Keras network that the lab can open. Keras is imported inside the functions alone."""

from functools import lru_cache
from typing import Any

import numpy as np

from lstm_teach.exercises.core import Case, Rng, function

_FEATURES, _UNITS = 24, 12
_SIZES = 31, 40  # of vocabularies; two, so that the networks below are made once each
_IDS = np.array([[3, 1, 7, 2, 20], [9, 9, 4, 0, 0], [5, 0, 0, 0, 0], [2, 8, 6, 4, 0]], dtype="int32")


def _sizes(rng: Rng) -> list[Case]:
    return [{"vocabulary_size": int(size)} for size in rng.permutation(_SIZES)]


def _network(
    size: int,
    features: int = _FEATURES,
    units: int = _UNITS,
    masked: bool = True,
    cell: str = "LSTM",
    activation: str = "sigmoid",
    answers: int = 1,
    **options: Any,
) -> Any:
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((None,), dtype="int32"),
            layers.Embedding(size, features, mask_zero=masked),
            getattr(layers, cell)(units, **options),
            layers.Dense(answers, activation=activation),
        ]
    )


def _longer(size: int, *more: Any, lower: bool = False) -> Any:
    """The right network, with more layers before its Dense, and its LSTM giving all its states if `lower`."""
    from keras import Input, Sequential, layers

    chain = [layers.Embedding(size, _FEATURES, mask_zero=True), layers.LSTM(_UNITS, return_sequences=lower)]
    return Sequential([Input((None,), dtype="int32"), *chain, *more, layers.Dense(1, activation="sigmoid")])


@lru_cache(maxsize=len(_SIZES))
def _right(vocabulary_size: int) -> Any:
    return _network(vocabulary_size)


def _shown(model: Any, case: Case) -> tuple[Any, ...]:
    if not hasattr(model, "count_params"):
        raise TypeError(f"expected a keras.Model, got {type(model).__name__}")
    return _behaviour(model)


@lru_cache(maxsize=64)
def _behaviour(model: Any) -> tuple[Any, ...]:
    """What a network answers to padded texts, with weights that are always the same, and how many it has."""
    from keras import ops

    model(_IDS)  # a network without an Input gets its weights now
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0.1, 0.5, w.shape) for w in model.get_weights()])
    answers = np.asarray(ops.convert_to_numpy(model(_IDS)), dtype=float)
    return np.array(answers.shape), model.count_params(), answers


@function("12", "own_network", _sizes, _right, _shown)
@lru_cache(maxsize=len(_SIZES))
def _wrong(vocabulary_size: int) -> dict[str, Any]:
    """A Keras model: a masked Embedding of 24 features, an LSTM of 12 units, a Dense with a sigmoid."""
    from keras import layers

    size, mean = vocabulary_size, layers.GlobalAveragePooling1D()

    def network(**changes: Any) -> Any:
        return _network(size, **changes)

    return {
        "Padding is read like a word: mask_zero=True.": network(masked=False),
        "The answer is no probability yet: give Dense activation='sigmoid'.": network(activation="linear"),
        "A probability lies between 0 and 1; relu and tanh do not: 'sigmoid'.": network(activation="relu"),
        "A tanh lies between -1 and 1; a probability needs 'sigmoid'.": network(activation="tanh"),
        "One probability is asked for: Dense(1, activation='sigmoid').": network(
            activation="softmax", answers=2
        ),
        "24 features for a word, 12 units for the LSTM: they are exchanged.": network(
            features=_UNITS, units=_FEATURES
        ),
        "That is a GRU; the lab opens an LSTM.": network(cell="GRU"),
        "That is a plain RNN; the lab opens an LSTM.": network(cell="SimpleRNN"),
        "Your LSTM gives its state at every word; leave return_sequences out.": network(
            return_sequences=True
        ),
        "Your LSTM reads from the last word to the first.": network(go_backwards=True),
        "Two LSTMs; the lab opens one.": _longer(size, layers.LSTM(_UNITS), lower=True),
        "A Dense too many before the answer.": _longer(size, layers.Dense(_UNITS, activation="relu")),
        "The mean of all states is taken; the lab needs the last one.": _longer(size, mean, lower=True),
        "A row too few: ids go up to vocabulary_size - 1, and 0 counts too.": _network(size - 1),
        "A row too many: the vocabulary's size counts padding already.": _network(size + 1),
    }
