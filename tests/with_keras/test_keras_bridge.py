"""The bridge must carry the weights of Keras layers over exactly: Keras' own outputs are the authority."""

import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from lstm_teach.cells import GRUParams, LSTMParams, RNNParams, gru_forward, lstm_forward, rnn_forward
from lstm_teach.keras_bridge import params_from_keras, params_to_keras, states_from_keras

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
        (lambda: TwiceTheInput(N), ["layer", "TwiceTheInput", "subclass"]),
        (lambda: SkipsTheLoop(N), ["layer", "SkipsTheLoop"]),
        (lambda: keras.layers.Bidirectional(TwiceTheInput(N)), ["layer", "TwiceTheInput"]),
        (lambda: OwnBidirectional(keras.layers.LSTM(N)), ["layer", "OwnBidirectional"]),
        (
            lambda: keras.layers.Bidirectional(
                keras.layers.LSTM(N), backward_layer=TwiceTheInput(N, go_backwards=True)
            ),
            ["layer", "TwiceTheInput"],
        ),
        (lambda: with_another_call(keras.layers.LSTM(N)), ["layer", "call of its own"]),
        (lambda: with_ones(keras.layers.LSTM(N)), ["layer", "get_initial_state of its own"]),
        (lambda: with_ones_in_the_cell(keras.layers.LSTM(N)), ["layer", "get_initial_state of its own"]),
        (
            lambda: with_ones_in_the_cell(keras.layers.Bidirectional(keras.layers.LSTM(N)).forward_layer),
            ["layer", "get_initial_state of its own"],
        ),
        (lambda: with_another_carry(keras.layers.LSTM(N)), ["_compute_carry_and_output_fused of its own"]),
        (lambda: keras.layers.LSTM(N, activation=tanh), ["activation", "'tanh' of test_keras_bridge"]),
        (
            lambda: keras.layers.GRU(N, recurrent_activation=lambda a: keras.ops.sigmoid(2 * a)),
            ["recurrent_activation", "lambda"],
        ),
        (
            lambda: keras.layers.SimpleRNN(N, activation=keras.layers.ReLU(max_value=1.0)),
            ["activation", "ReLU"],
        ),
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


@keras.saving.register_keras_serializable()
class TwiceTheInput(keras.layers.LSTM):
    """A layer that computes something else with the same weights."""

    def call(self, sequences, initial_state=None, mask=None, training=False):
        return super().call(2 * sequences, initial_state, mask, training)


class SkipsTheLoop(keras.layers.GRU):
    """The same, further down."""

    def inner_loop(self, sequences, initial_state, mask, training=False):
        return super().inner_loop(0 * sequences, initial_state, mask, training)


class OwnBidirectional(keras.layers.Bidirectional):
    """A wrapper that may compute anything."""


def with_another_call(layer):
    call = layer.call
    layer.call = lambda sequences, **options: call(2 * sequences, **options)
    return layer


def with_ones(part):
    """The layer or cell starts from other states than zeros."""
    start = part.get_initial_state
    part.get_initial_state = lambda batch_size: [state + 1.0 for state in start(batch_size)]
    return part


def with_ones_in_the_cell(layer):
    with_ones(layer.cell)
    return layer


def with_another_carry(layer):
    carry = layer.cell._compute_carry_and_output_fused
    layer.cell._compute_carry_and_output_fused = lambda z, c: carry(z, 2 * c)
    return layer


def with_an_array(layer, role):
    """A weight of the layer's cell gives way to an array, which `set_weights` does not reach."""
    layer.build((None, None, M))
    setattr(layer.cell, role, np.array(getattr(layer.cell, role)))
    return layer


def tanh(a):
    """Not the hyperbolic tangent, in spite of its name."""
    return keras.ops.tanh(a) / 2


def test_keras_has_some_functions_under_two_names(xs):
    for layer in (
        keras.layers.LSTM(N, activation=keras.ops.tanh, recurrent_activation=keras.ops.sigmoid),
        keras.layers.GRU(N, activation=keras.activations.tanh, recurrent_activation=keras.ops.sigmoid),
        keras.layers.SimpleRNN(N, activation=keras.ops.relu),
        keras.layers.SimpleRNN(N, activation=keras.activations.linear),
    ):
        p = params_from_keras(shaken(layer, xs))
        np.testing.assert_allclose(hidden(xs, p)[:, -1], keras.ops.convert_to_numpy(layer(xs)), atol=2e-6)


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


# --- padding


def a_mask(rng, batch, time):
    """Padding at the right, at the left, anywhere, everywhere in one row, or none."""
    lengths = rng.integers(1, time + 1, (batch, 1))
    right = np.arange(time) < lengths
    return [right, right[:, ::-1].copy(), rng.random((batch, time)) < 0.6, right & (lengths > 2), None][
        rng.integers(5)
    ]


def a_layer(rng):
    """A layer with options drawn at random, none of which the cells lack."""
    options = {
        "units": int(rng.integers(1, 6)),
        "use_bias": bool(rng.integers(4)),
        "unroll": bool(rng.integers(2)),
        "implementation": int(rng.integers(1, 3)),
        "dropout": float(rng.choice([0.0, 0.5])),
        "recurrent_dropout": float(rng.choice([0.0, 0.5])),
        "return_sequences": bool(rng.integers(2)),
    }
    kind = rng.integers(4)
    if kind == 0:
        del options["implementation"]
        activation = ("tanh", "relu", "linear", None)[rng.integers(4)]
        layer = keras.layers.SimpleRNN(**options, activation=activation)
    elif kind == 1:
        layer = keras.layers.LSTM(**options, unit_forget_bias=bool(rng.integers(2)))
    else:
        layer = keras.layers.GRU(**options, reset_after=kind == 2)
    return keras.layers.Bidirectional(layer) if rng.integers(2) else layer


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_states_are_those_of_keras_whatever_the_options_and_the_padding(seed):
    rng = np.random.default_rng(seed)
    batch, time, m = (int(size) for size in rng.integers(1, 7, 3))
    xs = rng.standard_normal((batch, time, m)).astype(np.float32)
    mask, layer = a_mask(rng, batch, time), shaken(a_layer(rng), xs, seed)
    run = layer
    if mask is not None and fails_in_keras_on_torch(layer):
        with pytest.raises(AttributeError):  # else this branch has had its day
            layer(xs, mask=mask)
        run = not_unrolled(layer, xs)
    said = keras.ops.convert_to_numpy(run(xs, mask=mask))
    if mask is not None and zeroes_other_steps(layer):
        with pytest.raises(ValueError, match=r"unroll=True"):
            states_from_keras(layer, xs, mask)
        return

    found = states_from_keras(layer, xs, mask)
    if not layer.return_sequences:
        last = [found[0][:, -1], found[1][:, 0]] if isinstance(found, tuple) else [found[:, -1]]
        np.testing.assert_allclose(np.concatenate(last, axis=-1), said, atol=5e-6)
    else:
        read = np.ones((batch, time), bool) if mask is None else mask
        both = np.concatenate(found, axis=-1) if isinstance(found, tuple) else found
        np.testing.assert_allclose(both[read], said[read], atol=5e-6)

    twin = shaken(layer.__class__.from_config(layer.get_config()), xs, seed + 1)
    twin.set_weights(params_to_keras(params_from_keras(layer), twin))
    for ours, theirs in zip(twin.get_weights(), layer.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    run = not_unrolled(twin, xs) if run is not layer else twin
    np.testing.assert_allclose(keras.ops.convert_to_numpy(run(xs, mask=mask)), said, atol=1e-6)


def fails_in_keras_on_torch(layer):
    """On PyTorch, Keras 3.15 cannot turn the mask of an unrolled backward half round: it raises an error."""
    bidirectional = isinstance(layer, keras.layers.Bidirectional)
    return keras.backend.backend() == "torch" and bidirectional and layer.backward_layer.unroll


def not_unrolled(layer, xs):
    """The same layer without `unroll`, which says how it is run, not what it computes."""
    config = layer.get_config()
    for half in ("layer", "backward_layer"):
        config[half]["config"]["unroll"] = False
    rolled = type(layer).from_config(config)
    rolled(xs)
    rolled.set_weights(layer.get_weights())
    return rolled


def zeroes_other_steps(layer):
    """Keras 3.15 writes its zeros at the wrong steps of an unrolled backward half, where a row is padded."""
    bidirectional = isinstance(layer, keras.layers.Bidirectional)
    return bidirectional and layer.return_sequences and layer.backward_layer.unroll


def test_an_embedding_that_masks_its_padding_is_followed_by_the_same_states():
    ids = np.array([[3, 1, 4, 1, 5], [9, 2, 0, 0, 0]])
    embedding = keras.layers.Embedding(10, M, mask_zero=True)
    layer = keras.layers.Bidirectional(keras.layers.LSTM(N))
    said = keras.ops.convert_to_numpy(keras.Sequential([keras.Input((5,)), embedding, layer])(ids))
    forward, backward = states_from_keras(layer, embedding.get_weights()[0][ids], ids != 0)
    np.testing.assert_allclose(np.hstack([forward[:, -1], backward[:, 0]]), said, atol=2e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda xs: states_from_keras(keras.layers.LSTM(N, stateful=True), xs),
            "stateful=True, so it starts from what it read before",
        ),
        (
            lambda xs: states_from_keras(keras.layers.LSTM(N, dtype="mixed_bfloat16"), xs),
            "computes in bfloat16",
        ),
        (lambda xs: states_from_keras(keras.layers.LSTM(N, go_backwards=True), xs), "go_backwards=True"),
        (
            lambda xs: states_from_keras(keras.layers.LSTM(N), xs, xs[..., 0]),
            "mask: expected booleans of shape",
        ),
        (
            lambda xs: states_from_keras(keras.layers.LSTM(N), xs, np.ones((1, TIME), bool)),
            r"mask: expected booleans of shape \(3, 7\), got bool of shape \(1, 7\)",
        ),
        (lambda xs: states_from_keras(keras.layers.LSTM(N), xs[0]), "xs: expected shape"),
        (lambda xs: states_from_keras(keras.layers.LSTM(N), xs.tolist()), "xs: expected a float array"),
    ],
)
def test_states_that_would_not_be_those_of_keras_are_refused(call, message, xs, monkeypatch):
    def built(*arguments, **options):
        layer = made(*arguments, **options)
        layer.build(xs.shape)
        return layer

    made = keras.layers.LSTM
    monkeypatch.setattr(keras.layers, "LSTM", built)
    with pytest.raises(ValueError, match=message):
        call(xs)


@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_zeros_at_padding_are_refused_with_a_mask_and_mean_nothing_without(kind, xs):
    layer = shaken(getattr(layers, kind)(N, return_sequences=True, zero_output_for_mask=True), xs)
    said = keras.ops.convert_to_numpy(layer(xs))
    np.testing.assert_allclose(states_from_keras(layer, xs), said, atol=2e-6)
    with pytest.raises(ValueError, match=r"has zero_output_for_mask=True, .* make it without"):
        states_from_keras(layer, xs, np.arange(TIME) < np.array([[3], [7], [5]]))


@pytest.mark.parametrize(("policy", "within"), [("mixed_float16", 0.005), ("mixed_bfloat16", 0.05)])
@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
def test_half_precision_differs_by_no_more_than_is_said(policy, within, kind):
    xs = np.random.default_rng(5).standard_normal((8, 50, 16)).astype(np.float32)
    layer = getattr(keras.layers, kind)(32, dtype=policy, return_sequences=True)
    said = keras.ops.convert_to_numpy(keras.ops.cast(layer(xs), "float32"))
    difference = np.abs(hidden(xs, params_from_keras(layer)) - said).max()
    assert 0 < difference < within


# --- back into a layer


LSTM, GRU, RNN = (P.random(M, N, np.random.default_rng(3)) for P in (LSTMParams, GRUParams, RNNParams))
TOO_LARGE = LSTMParams(1e39 * np.ones_like(LSTM.W), LSTM.U, LSTM.b)
WIDER = LSTMParams.random(M + 1, N, np.random.default_rng(3))
layers = keras.layers


@pytest.mark.parametrize(
    ("p", "layer", "message"),
    [
        (LSTM, lambda: layers.LSTM(N, activation="relu"), "activation: expected 'tanh'"),
        (LSTM, lambda: layers.LSTM(N, recurrent_activation="hard_sigmoid"), "recurrent_activation: .*hard_"),
        (LSTM, lambda: layers.LSTM(N, go_backwards=True), "go_backwards=True"),
        (LSTM, lambda: TwiceTheInput(N), "got TwiceTheInput"),
        (LSTM, lambda: layers.GRU(N), "expected parameters of the type GRUParams, .*got LSTMParams"),
        (LSTM, lambda: layers.LSTM(N + 1), "p: expected 6 units, as 'lstm.*' has, got 5"),
        (WIDER, lambda: layers.LSTM(N), "expected 4 features, .*got 5"),
        (RNN, lambda: layers.SimpleRNN(N, activation="relu"), "expected activation='relu', .*got tanh"),
        (GRU, lambda: layers.GRU(N, reset_after=False), "expected reset_after=False, .*got True"),
        (LSTM, lambda: layers.LSTM(N, use_bias=False), "has use_bias=False, but b of p is not zero"),
        (LSTM, lambda: layers.LSTM(N, dtype="float16", recurrent_initializer="zeros"), "computes in float16"),
        (LSTM, lambda: layers.LSTM(N, dtype="mixed_bfloat16"), "computes in bfloat16, which rounds"),
        (TOO_LARGE, lambda: layers.LSTM(N), r"^p\.W: expected numbers that float32 can hold, got 1e\+39"),
        (LSTM, lambda: layers.Bidirectional(layers.LSTM(N)), r"expected a pair \(forward, backward\)"),
        ((LSTM, LSTM), lambda: layers.LSTM(N), "expected the parameters of one cell for LSTM, got tuple"),
        ((LSTM, GRU), lambda: layers.Bidirectional(layers.LSTM(N)), "type LSTMParams, .*got GRUParams"),
        (LSTM, lambda: layers.Dense(N), "got Dense"),
        (LSTM, lambda: with_an_array(layers.LSTM(N), "kernel"), "computes with a kernel that is none of"),
        (
            GRU,
            lambda: with_an_array(layers.GRU(N), "bias"),
            "computes with a bias that is none of",
        ),
    ],
)
def test_a_layer_that_would_compute_something_else_gets_no_weights(p, layer, message, xs):
    layer = layer()
    layer(xs)
    with pytest.raises(ValueError, match=message):
        params_to_keras(p, layer)


def test_numbers_that_only_float64_can_hold_go_into_a_layer_in_float64(xs):
    layer = keras.layers.LSTM(N, dtype="float64")
    layer(xs)
    if layer.get_weights()[0].dtype == np.float64:  # JAX makes it float32 unless told otherwise
        np.testing.assert_array_equal(params_to_keras(TOO_LARGE, layer)[0], TOO_LARGE.W)


def test_an_unbuilt_layer_gets_no_weights():
    with pytest.raises(ValueError, match="is not built"):
        params_to_keras(LSTM, keras.layers.LSTM(N))


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
