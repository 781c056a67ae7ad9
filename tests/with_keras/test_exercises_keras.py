"""An exercise may ask for a Keras layer: what it does is checked, and Keras is imported inside alone."""

import numpy as np
import pytest

from lstm_teach.exercises.core import function
from lstm_teach.exercises.judging import judge

LAST = "That layer hands up its last output alone: return_sequences=True."
GRU = "That is a GRU."


def some_size(rng):
    n = int(rng.integers(2, 6))
    return {"n": n, "xs": rng.standard_normal((2, 4, 3)).astype("float32")}


def right(n):
    import keras

    return keras.layers.LSTM(n, return_sequences=True)


def wrong(n):
    import keras

    return {LAST: keras.layers.LSTM(n), GRU: keras.layers.GRU(n, return_sequences=True)}


def shows(layer, case):
    ys = layer(case["xs"])
    return np.array(ys.shape), layer.count_params()


EXERCISE = function(
    "09", "lstm_layer", lambda rng: [some_size(rng)], right, shows, question="An LSTM of n units."
)(wrong)


def judged(answer, seed=0):
    return judge(EXERCISE, answer, np.random.default_rng(seed))


def test_a_layer_is_judged_by_what_it_does():
    for seed in range(5):
        assert judged(right, seed).passed
        for hint, answer in EXERCISE.mistakes:
            assert judged(answer, seed).hint == hint


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda n: ..., "Still to be written"),
        (lambda n: print(end=""), "returns nothing"),
        (lambda n: 3, "'int' object is not callable"),
        (lambda n, xs: right(n), r"Expected a function of (n), got a function of (n, xs)"),
    ],
)
def test_what_is_no_layer_is_told_so(answer, said):
    assert said in judged(answer).hint
