"""The exercises in Keras of lessons 09 to 11: judged by what a model does, however it is written."""

import keras
import numpy as np
import pytest
from keras import layers

from lstm_teach.exercises import check

pytestmark = pytest.mark.slow  # each test builds some twenty networks


def checked(name, answer):
    return check(name, answer, rng=np.random.default_rng(1))


def functional(features, units, classes):
    xs = keras.Input((None, features))
    return keras.Model(xs, layers.Dense(classes, activation="softmax")(layers.LSTM(units)(xs)))


def without_an_input(features, units, classes):
    return keras.Sequential([layers.LSTM(units), layers.Dense(classes), layers.Softmax()])


def stack(features, units, classes):
    return keras.Sequential([layers.LSTM(units, return_sequences=True), layers.LSTM(classes)])


def mask_by_hand(words, features, units):
    ids = keras.Input((None,))
    x = layers.Embedding(words, features)(ids)
    return keras.Model(ids, layers.LSTM(units)(x, mask=keras.ops.not_equal(ids, 0)))


def with_logits(task):
    binary = keras.losses.BinaryCrossentropy(from_logits=True)
    numbered = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    one_hot = keras.losses.CategoricalCrossentropy()
    pairs = [("linear", binary), (None, numbered), (layers.Softmax(), one_hot), ("linear", "mse")]
    tasks = ["yes or no", "one class, as its number", "one class, one-hot", "an amount, by squared error"]
    return dict(zip(tasks, pairs, strict=True))[task]


def trained_on_logits(units):
    model = keras.Sequential([layers.Embedding(50, 4, mask_zero=True), layers.LSTM(units), layers.Dense(1)])
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    return model


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("keras_classifier", functional),
        ("keras_classifier", without_an_input),
        ("keras_stack", stack),
        ("keras_mask", mask_by_hand),
        ("own_cell", lambda units: layers.LSTMCell(units)),
        ("pair_loss", with_logits),
        ("find_the_bug", trained_on_logits),
    ],
)
def test_a_right_answer_passes_however_it_is_written(name, answer):
    assert checked(name, answer).passed, checked(name, answer)


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        (
            "keras_classifier",
            lambda features, units, classes: [layers.LSTM(units)],
            "a keras.Model, got list",
        ),
        (
            "keras_stack",
            lambda features, units, classes: keras.Sequential([layers.LSTM(units), layers.LSTM(classes)]),
            "the recurrent layer below needs `return_sequences=True`",
        ),
        (
            "keras_mask",
            lambda words, features, units: keras.Sequential([keras.Input((None,)), layers.LSTM(units)]),
            "an Embedding makes them",
        ),
        ("own_cell", lambda units: layers.LSTM(units), "expected weights W"),
        ("pair_loss", lambda task: "mse", "two things, the activation and the loss"),
        ("pair_loss", lambda task: ("softmax", "categorical_crossentropy"), "."),
        ("find_the_bug", lambda units: keras.Sequential([layers.LSTM(units)]), "a model that is compiled"),
    ],
)
def test_what_cannot_be_right_is_told_why(name, answer, said):
    result = checked(name, answer)
    assert not result.passed
    assert said in result.hint
