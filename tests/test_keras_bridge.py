"""The bridge must carry the weights of Keras layers over exactly: Keras' own outputs are the authority."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from lstm_teach.cells import GRUParams, LSTMParams, RNNParams, gru_forward, lstm_forward, rnn_forward
from lstm_teach.keras_bridge import params_from_keras, params_to_keras

BATCH, TIME, M, N = 3, 7, 4, 5

LAYERS = {
    "SimpleRNN": lambda **k: keras.layers.SimpleRNN(N, **k),
    "SimpleRNN relu": lambda **k: keras.layers.SimpleRNN(N, activation="relu", **k),
    "SimpleRNN linear": lambda **k: keras.layers.SimpleRNN(N, activation=None, **k),
    "LSTM": lambda **k: keras.layers.LSTM(N, **k),
    "GRU reset after": lambda **k: keras.layers.GRU(N, **k),
    "GRU reset before": lambda **k: keras.layers.GRU(N, reset_after=False, **k),
    "RNN of a cell": lambda **k: keras.layers.RNN(keras.layers.LSTMCell(N), **k),
}
FORWARD = {RNNParams: rnn_forward, LSTMParams: lstm_forward, GRUParams: gru_forward}


@pytest.fixture
def xs():
    return np.random.default_rng(1).standard_normal((BATCH, TIME, M)).astype(np.float32)


def shaken(layer, xs, seed=0):
    """The layer, built, with every weight (biases too, which Keras starts at 0) drawn at random."""
    layer(xs)
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(0, 0.5, w.shape).astype(w.dtype) for w in layer.get_weights()])
    return layer


def hidden(xs, p):
    return FORWARD[type(p)](xs, p).h


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
def test_numpy_cell_computes_what_the_layer_computes(kind, bias, xs):
    if kind == "RNN of a cell":
        layer = LAYERS[kind](return_sequences=True)
    else:
        layer = LAYERS[kind](return_sequences=True, use_bias=bias)
    p = params_from_keras(shaken(layer, xs))
    np.testing.assert_allclose(hidden(xs, p), keras.ops.convert_to_numpy(layer(xs)), atol=2e-6)


@pytest.mark.parametrize("kind", LAYERS)
def test_there_and_back_is_exact(kind, xs):
    layer, twin = shaken(LAYERS[kind](), xs), shaken(LAYERS[kind](), xs, seed=9)
    before = [w.copy() for w in layer.get_weights()]
    twin.set_weights(params_to_keras(params_from_keras(layer)))
    for ours, theirs in zip(twin.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_float64_stays_float64_where_the_backend_has_it(xs):
    layer = shaken(keras.layers.LSTM(N, dtype="float64"), xs.astype(np.float64))
    p = params_from_keras(layer)
    assert p.dtype == layer.get_weights()[0].dtype  # JAX makes it float32 unless told otherwise
    np.testing.assert_array_equal(p.W, layer.get_weights()[0])


def test_half_precision_becomes_float32_exactly(xs):
    layer = keras.layers.GRU(N, dtype="float16", recurrent_initializer="glorot_uniform")
    p = params_from_keras(shaken(layer, xs))
    assert p.dtype == np.float32
    np.testing.assert_array_equal(p.U.astype(np.float16), layer.get_weights()[1])


def test_parameters_do_not_follow_the_layer(xs):
    layer = shaken(keras.layers.LSTM(N), xs)
    p = params_from_keras(layer)
    W = p.W.copy()
    for variable in layer.trainable_variables:  # in place, as an optimizer does
        variable.assign(variable + 1.0)
    np.testing.assert_array_equal(p.W, W)


def test_bidirectional_gives_a_pair_whose_second_reads_from_the_end(xs):
    layer = shaken(keras.layers.Bidirectional(keras.layers.LSTM(N, return_sequences=True)), xs)
    forward, backward = params_from_keras(layer)
    both = np.concatenate([hidden(xs, forward), hidden(xs[:, ::-1], backward)[:, ::-1]], axis=-1)
    np.testing.assert_allclose(both, keras.ops.convert_to_numpy(layer(xs)), atol=2e-6)


def test_bidirectional_there_and_back_is_exact(xs):
    make = lambda: keras.layers.Bidirectional(keras.layers.GRU(N))  # noqa: E731
    layer, twin = shaken(make(), xs), shaken(make(), xs, seed=9)
    twin.set_weights(params_to_keras(params_from_keras(layer)))
    for ours, theirs in zip(twin.get_weights(), layer.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("layer", "names"),
    [
        (lambda: keras.layers.LSTM(N, activation="relu"), ["activation", "'relu'", "'tanh'"]),
        (
            lambda: keras.layers.LSTM(N, recurrent_activation="hard_sigmoid"),
            ["recurrent_activation", "hard_sigmoid"],
        ),
        (lambda: keras.layers.GRU(N, activation="softsign"), ["activation", "softsign"]),
        (lambda: keras.layers.GRU(N, recurrent_activation=None), ["recurrent_activation", "linear"]),
        (lambda: keras.layers.SimpleRNN(N, activation="elu"), ["activation", "elu", "relu"]),
        (lambda: keras.layers.SimpleRNN(N, activation="sigmoid"), ["activation", "sigmoid"]),
        (lambda: keras.layers.LSTM(N, go_backwards=True), ["go_backwards", "xs[:, ::-1]"]),
        (
            lambda: keras.layers.Bidirectional(keras.layers.LSTM(N, activation="relu")),
            ["activation", "'relu'"],
        ),
        (
            lambda: keras.layers.Bidirectional(
                keras.layers.LSTM(N, go_backwards=True), backward_layer=keras.layers.LSTM(N)
            ),
            ["go_backwards"],
        ),
        (lambda: keras.layers.Dense(N), ["layer", "Dense"]),
        (
            lambda: keras.layers.RNN([keras.layers.LSTMCell(N), keras.layers.LSTMCell(N)]),
            ["layer", "StackedRNNCells"],
        ),
        (lambda: keras.layers.RNN(OwnCell(N)), ["layer", "OwnCell"]),
    ],
)
def test_what_the_cells_cannot_compute_is_refused_by_name(layer, names, xs):
    layer = layer()
    layer(xs)
    with pytest.raises(ValueError) as refused:
        params_from_keras(layer)
    for name in names:
        assert name in str(refused.value)


class OwnCell(keras.layers.LSTMCell):
    """A cell that may compute anything."""


@pytest.mark.parametrize(
    "make", [keras.layers.LSTM, lambda n: keras.layers.Bidirectional(keras.layers.GRU(n))]
)
def test_an_unbuilt_layer_is_told_how_to_be_built(make):
    with pytest.raises(ValueError, match=r"not built.*build\(\(None, None, features\)\)"):
        params_from_keras(make(N))


@pytest.mark.parametrize("wrong", [None, [1.0], (), "LSTM"])
def test_back_from_something_else_is_refused(wrong):
    with pytest.raises(ValueError, match="p: expected RNNParams"):
        params_to_keras(wrong)


@pytest.mark.backends
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_all_of_this_holds_on(backend):
    if keras.backend.backend() == backend:
        pytest.skip("that is where these tests run already")
    pytest.importorskip(backend)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "not backends", __file__],
        env=os.environ | {"KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:]
