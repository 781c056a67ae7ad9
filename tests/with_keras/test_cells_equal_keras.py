"""The NumPy cells against Keras: states and all gradients, over random sizes, in both precisions."""

from typing import Any, NamedTuple

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach.cells import GRUParams, LSTMParams, RNNParams, gru_forward, lstm_forward, rnn_forward
from lstm_teach.gradients import gru_backward, lstm_backward, rnn_backward

CLOSE = {np.float64: 1e-10, np.float32: 1e-5}


class Case(NamedTuple):
    """One random problem: a cell with its parameters, inputs, and the gradient that comes from outside."""

    params: Any
    xs: np.ndarray
    state: list[np.ndarray]
    dh: np.ndarray
    d_last: list[np.ndarray]


KINDS = ("rnn", "relu rnn", "lstm", "gru", "gru, reset before")


@st.composite
def cases(draw: st.DrawFn, kind: str, dtype: type) -> Case:
    # float32 has seven digits: where a unit saturates, 1 - tanh² cancels, and a sum of a few terms may cancel
    # as a whole, in Keras as here. So its inputs are small, and its arrays have more than an entry or two.
    double = dtype == np.float64
    size = st.integers(1, 6) if double else st.integers(3, 8)
    batch, time, m, n = (draw(size) for _ in range(4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    params: Any
    if kind == "lstm":
        params = LSTMParams.random(m, n, rng, dtype)
    elif kind.startswith("gru"):
        params = GRUParams.random(m, n, rng, dtype, reset_after=kind == "gru")
    else:
        params = RNNParams.random(m, n, rng, dtype, activation="relu" if "relu" in kind else "tanh")
    size_of_inputs = 1.0 if double else 0.3
    params.b[...] += size_of_inputs * rng.standard_normal(params.b.shape)  # at zero a mistake would hide

    def normal(*shape: int) -> np.ndarray:
        return (size_of_inputs * rng.standard_normal(shape)).astype(dtype)

    states = 2 if kind == "lstm" else 1
    return Case(
        params,
        normal(batch, time, m),
        [normal(batch, n) for _ in range(states)],
        normal(batch, time, n),
        [normal(batch, n) for _ in range(states - 1)],
    )


def ours(case: Case, clamp: dict[str, Any] | None = None) -> dict[str, np.ndarray]:
    p = case.params
    if isinstance(p, LSTMParams):
        lstm = lstm_forward(case.xs, p, *case.state, clamp)
        found = {"h": lstm.h, "c_last": lstm.c[:, -1]}
        return found | lstm_backward(lstm, p, case.dh, *case.d_last)._asdict()
    if isinstance(p, GRUParams):
        gru = gru_forward(case.xs, p, *case.state, clamp)
        return {"h": gru.h} | gru_backward(gru, p, case.dh)._asdict()
    rnn = rnn_forward(case.xs, p, *case.state)
    return {"h": rnn.h} | rnn_backward(rnn, p, case.dh)._asdict()


def keras_layer(p: Any) -> keras.layers.Layer:
    options = {"return_sequences": True, "return_state": True, "dtype": p.dtype.name}
    if isinstance(p, LSTMParams):
        layer = keras.layers.LSTM(p.n, **options)
    elif isinstance(p, GRUParams):
        layer = keras.layers.GRU(p.n, reset_after=p.reset_after, **options)
    else:
        layer = keras.layers.SimpleRNN(p.n, activation=p.activation, **options)
    layer.build((None, None, p.m))
    layer.set_weights([p.W, p.U, p.b])
    return layer


def theirs(case: Case) -> dict[str, np.ndarray]:
    layer = keras_layer(case.params)
    xs, state = tf.constant(case.xs), [tf.constant(s) for s in case.state]
    with tf.GradientTape() as tape:
        tape.watch([xs, *state])
        h, *last = layer(xs, initial_state=state)
        loss = tf.reduce_sum(h * case.dh)
        for final, gradient in zip(last[1:], case.d_last, strict=True):
            loss += tf.reduce_sum(final * gradient)
    weights = [w.value for w in layer.trainable_weights]
    names = ["W", "U", "b", "xs", "h0", "c0"]
    gradients = tape.gradient(loss, [*weights, xs, *state])
    found = {"h": h.numpy()} | {k: g.numpy() for k, g in zip(names, gradients, strict=False)}
    return found | ({"c_last": last[1].numpy()} if len(last) == 2 else {})


def assert_same(found: dict[str, np.ndarray], expected: dict[str, np.ndarray], dtype: type) -> None:
    """Every array equal, relative to its own largest entry; nothing missing on either side."""
    assert found.keys() == expected.keys()
    for name, right in expected.items():
        got = found[name]
        assert got.shape == right.shape, name
        assert got.dtype == dtype, name
        assert np.abs(got - right).max() <= CLOSE[dtype] * max(np.abs(right).max(), 1e-30), name


@pytest.mark.parametrize("examples", [5, pytest.param(25, marks=pytest.mark.slow)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("kind", KINDS)
def test_states_and_gradients_equal_keras(kind: str, dtype: type, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(cases(kind, dtype))
    def same(case: Case) -> None:
        assert_same(ours(case), theirs(case), dtype)

    same()


LSTM_BLOCKS, GRU_BLOCKS = ("i", "f", "c_tilde", "o"), ("z", "r", "h_tilde")


def held_in_keras(case: Case, gate: str, value: np.ndarray) -> Case:
    """The same for Keras, which knows no clamp: no weight reaches the gate, and its bias gives `value`."""
    p = case.params
    blocks = LSTM_BLOCKS if isinstance(p, LSTMParams) else GRU_BLOCKS
    block = slice(blocks.index(gate) * p.n, (blocks.index(gate) + 1) * p.n)
    W, U, b = p.W.copy(), p.U.copy(), p.b.copy()
    W[:, block], U[:, block], b[..., block] = 0.0, 0.0, 0.0
    b.reshape(-1, b.shape[-1])[0, block] = (
        np.arctanh(value) if "tilde" in gate else np.log(value / (1.0 - value))
    )
    same_cell = (
        LSTMParams(W, U, b) if isinstance(p, LSTMParams) else GRUParams(W, U, b, reset_after=p.reset_after)
    )
    return case._replace(params=same_cell)


@pytest.mark.parametrize("gate", [f"lstm {g}" for g in LSTM_BLOCKS] + [f"gru {g}" for g in GRU_BLOCKS])
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_a_clamped_gate_equals_a_constant_gate_in_keras(gate: str, data: st.DataObject) -> None:
    kind, _, name = gate.partition(" ")
    case = data.draw(cases(kind, np.float64))
    n = case.params.n
    seed = data.draw(st.integers(0, 2**32 - 1))
    value = np.random.default_rng(seed).uniform(0.05, 0.95, n)

    found, expected = ours(case, {name: value}), theirs(held_in_keras(case, name, value))

    blocks = LSTM_BLOCKS if kind == "lstm" else GRU_BLOCKS
    block = slice(blocks.index(name) * n, (blocks.index(name) + 1) * n)
    for weight in ("W", "U", "b"):
        assert not found[weight][..., block].any(), "no gradient flows through a clamped gate"
        expected[weight][..., block] = 0.0
    if (kind, name) == ("gru", "h_tilde"):
        # The reset gate acts on the candidate only, so behind a clamped candidate it is idle as well.
        assert not found["W"][..., n : 2 * n].any()
    assert_same(found, expected, np.float64)
