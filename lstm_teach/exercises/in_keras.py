"""Lessons 09 to 11, in Keras: what a model does is checked, not how it is written.

Keras is imported inside the functions alone. Two models are compared with the same weights in the same order,
so that a right one gives the right one's outputs, however it was built.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.exercises.core import Case, Rng, function

HALF = 0.5


class Behaviour(NamedTuple):
    """What two equal models have in common, if their weights are the same."""

    number_of_weights: int
    outputs: Array
    outputs_of_shorter: Array


def _behaviour(model: Any, inputs: Array) -> Behaviour:
    """What a model answers to inputs, and to the same cut by a step, with weights known beforehand."""
    import keras

    if not isinstance(model, keras.Model):
        raise TypeError(f"expected a keras.Model, got {type(model).__name__}")
    model(inputs)  # a model without an Input gets its weights now
    rng = np.random.default_rng(0)
    model.set_weights([HALF * rng.standard_normal(weight.shape) for weight in model.get_weights()])
    return Behaviour(model.count_params(), np.array(model(inputs)), np.array(model(inputs[:, :-1])))


def _two_draws(rng: Rng) -> list[tuple[int, ...]]:
    """Five sizes, all different, and the same ones in another order: no size stays where it was."""
    sizes = 3 + rng.permutation(5)
    return [tuple(int(size) for size in np.roll(sizes, by)) for by in (0, 1)]


def _some_sequences(rng: Rng) -> list[Case]:
    return [
        {
            "features": features,
            "units": units,
            "classes": classes,
            "xs": rng.standard_normal((batch, time, features)).astype("float32"),
        }
        for features, units, classes, batch, time in _two_draws(rng)
    ]


def _on_sequences(model: Any, case: Case) -> Behaviour:
    return _behaviour(model, case["xs"])


def _model(features: int, *layers: Any) -> Any:
    import keras

    return keras.Sequential([keras.Input((None, features)), *layers])


def _classifier(features: int, units: int, classes: int) -> Any:
    from keras import layers

    return _model(features, layers.LSTM(units), layers.Dense(classes, activation="softmax"))


def _stack(features: int, units: int, classes: int) -> Any:
    from keras import layers

    return _model(features, layers.LSTM(units, return_sequences=True), layers.LSTM(classes))


def _some_texts(rng: Rng) -> list[Case]:
    cases = []
    for words, features, units, batch, time in _two_draws(rng):
        ids = rng.integers(1, words, (batch, time))
        ids[1, -1:] = ids[2, -2:] = 0
        cases.append({"words": words, "features": features, "units": units, "ids": ids})
    return cases


def _on_texts(model: Any, case: Case) -> Behaviour:
    return _behaviour(model, case["ids"])


def _reading(words: int, features: int, *above: Any, mask: bool = True) -> Any:
    import keras

    embedding = keras.layers.Embedding(words, features, mask_zero=mask)
    return keras.Sequential([keras.Input((None,), dtype="int32"), embedding, *above])


def _masked(words: int, features: int, units: int) -> Any:
    from keras import layers

    return _reading(words, features, layers.LSTM(units))


@function("09", "keras_classifier", _some_sequences, _classifier, _on_sequences)
@lru_cache(maxsize=4)
def _wrong_classifier(features: int, units: int, classes: int) -> dict[str, Any]:
    """A Keras model: sequences of any length, an LSTM of `units`, then `classes` probabilities."""
    from keras import layers

    def model(*made: Any, ends: str | None = "softmax") -> Any:
        return _model(features, *made, layers.Dense(classes, activation=ends))

    lstm, every = layers.LSTM(units), layers.LSTM(units, return_sequences=True)
    return {
        "Your outputs do not add up to 1: `softmax` makes probabilities of them.": model(lstm, ends=None),
        "`sigmoid` answers for each class alone; for one class out of several, `softmax`.": model(
            lstm, ends="sigmoid"
        ),
        "Your model answers after every step: the LSTM is to hand up its last output alone.": model(every),
        "That is a GRU; an LSTM is asked for.": model(layers.GRU(units)),
        "That is a SimpleRNN; an LSTM is asked for.": model(layers.SimpleRNN(units)),
        "Units and classes are exchanged.": _classifier(features, classes, units),
        "The layer that makes `classes` probabilities of the units is missing.": _model(features, lstm),
        "The mean over the steps is not the last output.": model(every, layers.GlobalAveragePooling1D()),
        "Your LSTM reads in both directions; one is asked for.": model(layers.Bidirectional(lstm)),
    }


@function("09", "keras_stack", _some_sequences, _stack, _on_sequences)
@lru_cache(maxsize=4)
def _wrong_stack(features: int, units: int, classes: int) -> dict[str, Any]:
    """A Keras model: an LSTM of `units`, above it one of `classes`; what the upper says at the end."""
    from keras import layers

    lower = layers.LSTM(units, return_sequences=True)
    upper = layers.LSTM(classes, return_sequences=True)
    last, dense = layers.LSTM(units), layers.Dense(classes)
    lower_gru = layers.GRU(units, return_sequences=True)
    return {
        "The upper layer hands up every step; its last output is asked for.": _model(features, lower, upper),
        "The order is exchanged: `units` below, `classes` above.": _stack(features, classes, units),
        "Both layers have `units` units; the upper one has `classes`.": _stack(features, units, units),
        "That is one layer; two are asked for.": _model(features, layers.LSTM(classes)),
        "A Dense layer is no LSTM: the upper one reads the sequence, too.": _model(features, last, dense),
        "RepeatVector gives the upper layer one output many times; it reads all outputs.": _model(
            features, last, layers.RepeatVector(4), layers.LSTM(classes)
        ),
        "These are GRUs; LSTMs are asked for.": _model(features, lower_gru, layers.GRU(classes)),
    }


@function("10", "keras_mask", _some_texts, _masked, _on_texts)
@lru_cache(maxsize=4)
def _wrong_reading(words: int, features: int, units: int) -> dict[str, Any]:
    """A Keras model: from ids (0 is padding) to the last state of an LSTM that skips the padding."""
    from keras import layers

    def model(*above: Any) -> Any:
        return _reading(words, features, *above)

    lstm, mean = layers.LSTM(units), layers.GlobalAveragePooling1D()
    every, last_first = (
        layers.LSTM(units, **{option: True}) for option in ("return_sequences", "go_backwards")
    )
    return {
        "The zeros are read as words: `mask_zero=True`.": _reading(words, features, lstm, mask=False),
        "The output at every step comes out; the last state is asked for.": model(every),
        "That is a GRU; an LSTM is asked for.": model(layers.GRU(units)),
        "`words` counts all ids, 0 included: the table needs no further row.": _masked(
            words + 1, features, units
        ),
        "Features and units are exchanged.": _masked(words, units, features),
        "A mean over the words is no LSTM.": model(mean, layers.Dense(units)),
        "Your LSTM begins with the last word: `go_backwards` is off by default.": model(last_first),
    }
