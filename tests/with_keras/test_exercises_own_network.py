"""The exercise of lesson 12 that makes a network: judged by what the network does, however it is written."""

import keras
import numpy as np
import pytest
from keras import layers

from lstm_teach.exercises import EXERCISES, check

pytestmark = pytest.mark.slow  # each test builds some thirty networks


def checked(answer, seed=0):
    return check("own_network", answer, rng=np.random.default_rng(seed))


def without_an_input(vocabulary_size):
    model = keras.Sequential()
    model.add(layers.Embedding(vocabulary_size, 24, mask_zero=True))
    model.add(layers.Dropout(0.5))
    model.add(layers.LSTM(12))
    model.add(layers.Dense(1, "sigmoid"))
    return model


def functional(vocabulary_size):
    ids = keras.Input((None,))
    x = layers.LSTM(12)(layers.Embedding(vocabulary_size, 24, mask_zero=True)(ids))
    return keras.Model(ids, layers.Dense(1, activation="sigmoid")(x))


@pytest.mark.parametrize("answer", [without_an_input, functional])
def test_a_network_passes_however_it_is_written(answer):
    for seed in range(3):
        assert checked(answer, seed).passed, checked(answer, seed)


def test_each_mistake_has_its_own_hint():
    for hint, answer in EXERCISES["own_network"].mistakes:
        assert checked(answer).hint == hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda vocabulary_size: ..., "Still to be written"),
        (lambda vocabulary_size: [layers.LSTM(12)], "expected a keras.Model, got list"),
        (lambda vocabulary_size: functional(100), "."),
        (lambda vocabulary_size: keras.Sequential([layers.LSTM(12)]), "."),
    ],
)
def test_what_is_no_such_network_is_not_passed(answer, said):
    result = checked(answer)
    assert not result.passed
    assert said in result.hint
