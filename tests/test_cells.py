"""What the cells promise beside their parity with Keras: steps, clamps, cases, dtypes, views."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach.cells import (
    GRUParams,
    LSTMParams,
    RNNParams,
    gru_forward,
    gru_forward_plain,
    lstm_forward,
    lstm_forward_plain,
    lstm_step,
    rnn_forward,
    rnn_forward_plain,
    sigmoid,
)
from lstm_teach.gradients import gru_backward, lstm_backward, rnn_backward

LSTM_GATES, GRU_GATES = ("i", "f", "c_tilde", "o"), ("z", "r", "h_tilde")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261120)


def a_clamp(rng: np.random.Generator, gates: tuple[str, ...], shape: tuple[int, ...]) -> dict[str, Any]:
    """A clamp of one kind for each gate: held here and there, for a unit, for a step, or not at all."""
    batch, time, n = shape
    here_and_there = np.where(rng.random(shape) < 0.5, np.nan, rng.random(shape))
    one_step = np.full((time, 1), np.nan)
    one_step[time // 2] = 0.25
    kinds = [here_and_there, rng.random(n), one_step, rng.random((batch, 1, 1)), 0.5, None]
    chosen = {gate: kinds[rng.integers(len(kinds))] for gate in gates}
    return {gate: value for gate, value in chosen.items() if value is not None}


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), dtype=st.sampled_from([np.float64, np.float32]))
def test_the_fast_forms_equal_the_plain_loops(seed: int, dtype: type) -> None:
    rng = np.random.default_rng(seed)
    batch, time, m, n = rng.integers(1, 7, 4)
    shape = (batch, time, n)
    xs, h0, c0 = (rng.standard_normal(s).astype(dtype) for s in ((batch, time, m), (batch, n), (batch, n)))

    activation = ("tanh", "relu", "linear")[rng.integers(3)]
    rnn = RNNParams.random(m, n, rng, dtype, gain=1.5, activation=activation)
    assert_same_trace(rnn_forward(xs, rnn, h0), rnn_forward_plain(xs, rnn, h0))

    lstm, clamp = LSTMParams.random(m, n, rng, dtype), a_clamp(rng, LSTM_GATES, shape)
    assert_same_trace(lstm_forward(xs, lstm, h0, c0, clamp), lstm_forward_plain(xs, lstm, h0, c0, clamp))

    gru = GRUParams.random(m, n, rng, dtype, reset_after=bool(rng.integers(2)))
    gru.b[...] = rng.standard_normal(gru.b.shape)
    clamp = a_clamp(rng, GRU_GATES, shape)
    assert_same_trace(gru_forward(xs, gru, h0, clamp), gru_forward_plain(xs, gru, h0, clamp))


def assert_same_trace(fast: Any, plain: Any) -> None:
    """What was computed is equal to rounding, held gates and what went in to the last bit."""
    assert type(fast) is type(plain)
    within = 1e-12 if fast.h.dtype == np.float64 else 1e-5
    for name in type(fast)._fields[: fast._fields.index("xs")]:
        ours, right = getattr(fast, name), getattr(plain, name)
        assert ours.dtype == right.dtype == fast.h.dtype
        np.testing.assert_allclose(ours, right, rtol=within, atol=within)
        held = getattr(fast, "clamp", {}).get(name)
        if held is not None:
            where = ~np.isnan(held)
            assert (ours[where] == held[where]).all()
            assert (right[where] == held[where]).all()
    for name in fast._fields[fast._fields.index("xs") : -1]:
        one, other = getattr(fast, name), getattr(plain, name)
        np.testing.assert_equal(*((dict(one), dict(other)) if name == "clamp" else (one, other)))


def test_the_plain_loop_is_the_step_again_and_again(rng: np.random.Generator) -> None:
    p, xs, h, c = (
        LSTMParams.random(3, 4, rng),
        rng.standard_normal((2, 5, 3)),
        np.zeros((2, 4)),
        np.ones((2, 4)),
    )
    f = np.full((5, 1), np.nan)
    f[2] = 0.5
    trace = lstm_forward_plain(xs, p, h, c, {"f": f})
    for t in range(5):
        step = lstm_step(xs[:, t], h, c, p, {"f": 0.5} if t == 2 else None)
        h, c = step.h, step.c
        for name in step._fields:
            np.testing.assert_array_equal(getattr(trace, name)[:, t], getattr(step, name))


def test_sigmoid_is_the_logistic_function_and_never_overflows() -> None:
    a = np.linspace(-30, 30, 601)
    np.testing.assert_allclose(sigmoid(a), 1 / (1 + np.exp(-a)), rtol=0, atol=1e-15)
    assert sigmoid(np.array([-1e4, 1e4])).tolist() == [0.0, 1.0]


def test_input_closed_and_forget_open_keeps_c_to_the_last_bit(rng: np.random.Generator) -> None:
    p = LSTMParams.random(3, 8, rng)
    xs, h0, c0 = rng.standard_normal((2, 1000, 3)), rng.standard_normal((2, 8)), rng.standard_normal((2, 8))
    trace = lstm_forward(xs, p, h0, c0, clamp={"i": 0.0, "f": 1.0})
    assert (trace.c == c0[:, None]).all()
    assert np.ptp(trace.h, axis=1).max() > 0.1, "h still moves, since o does"


def test_the_four_cases_of_forget_and_input(rng: np.random.Generator) -> None:
    p = LSTMParams.random(3, 4, rng)
    x, h, c = rng.standard_normal((2, 3)), rng.standard_normal((2, 4)), 3 * rng.standard_normal((2, 4))

    def c_after(i: float, f: float) -> np.ndarray:
        return lstm_step(x, h, c, p, clamp={"i": i, "f": f}).c

    c_tilde = lstm_step(x, h, c, p).c_tilde
    np.testing.assert_array_equal(c_after(i=0, f=1), c)
    np.testing.assert_array_equal(c_after(i=1, f=1), c + c_tilde)
    np.testing.assert_array_equal(c_after(i=0, f=0), np.zeros_like(c))
    np.testing.assert_array_equal(c_after(i=1, f=0), c_tilde)


def test_c_is_not_confined_to_one_but_h_is(rng: np.random.Generator) -> None:
    p = LSTMParams.random(1, 2, rng)
    trace = lstm_forward(np.zeros((1, 20, 1)), p, clamp={"i": 1.0, "f": 1.0, "c_tilde": 0.762})
    np.testing.assert_allclose(trace.c[0, -1], 20 * 0.762)
    assert np.abs(trace.h).max() < 1


def test_update_open_to_the_old_keeps_h_to_the_last_bit_whatever_the_reset_gate(
    rng: np.random.Generator,
) -> None:
    for reset_after in (True, False):
        p = GRUParams.random(3, 8, rng, reset_after=reset_after)
        h0 = rng.standard_normal((2, 8))
        trace = gru_forward(rng.standard_normal((2, 1000, 3)), p, h0, clamp={"z": 1.0, "r": 0.0})
        assert (trace.h == h0[:, None]).all()


def test_a_gru_replaces_and_never_adds_up(rng: np.random.Generator) -> None:
    p = GRUParams.random(3, 4, rng)
    trace = gru_forward(rng.standard_normal((2, 500, 3)), p, clamp={"h_tilde": 0.762})
    assert np.abs(trace.h).max() <= 0.762 * (1 + 1e-12)


def test_a_clamp_at_one_step_changes_nothing_before_it(rng: np.random.Generator) -> None:
    p = LSTMParams.random(3, 4, rng)
    xs = rng.standard_normal((2, 10, 3))
    closed_at_6 = np.full((10, 1), np.nan)
    closed_at_6[6] = 0.0
    free, held = lstm_forward(xs, p), lstm_forward(xs, p, clamp={"f": closed_at_6})
    for name in ("i", "f", "c_tilde", "o", "c", "h"):
        np.testing.assert_array_equal(getattr(free, name)[:, :6], getattr(held, name)[:, :6])
    assert not held.f[:, 6].any()
    assert np.abs(free.c - held.c)[:, 6:].max() > 0.01


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_that_comes_in_is_kept(dtype: type, rng: np.random.Generator) -> None:
    xs = rng.standard_normal((2, 5, 3)).astype(dtype)
    traces = (
        rnn_forward(xs, RNNParams.random(3, 4, rng, dtype)),
        lstm_forward(xs, LSTMParams.random(3, 4, rng, dtype), clamp={"f": 0.5}),
        gru_forward(xs, GRUParams.random(3, 4, rng, dtype), clamp={"z": 0.5}),
        gru_forward(xs, GRUParams.random(3, 4, rng, dtype, reset_after=False)),
    )
    for trace in traces:
        arrays = {k: v for k, v in trace._asdict().items() if isinstance(v, np.ndarray)}
        assert {k: v.dtype for k, v in arrays.items()} == dict.fromkeys(arrays, np.dtype(dtype))


def test_named_weights_are_views_of_the_fused_ones(rng: np.random.Generator) -> None:
    lstm, gru = LSTMParams.random(3, 4, rng), GRUParams.random(3, 4, rng)
    np.testing.assert_array_equal(np.hstack([lstm.W_i, lstm.W_f, lstm.W_c, lstm.W_o]), lstm.W)
    np.testing.assert_array_equal(np.hstack([gru.U_z, gru.U_r, gru.U_h]), gru.U)
    assert np.shares_memory(lstm.b_f, lstm.b)
    lstm.b_f[:] = 4.0
    np.testing.assert_array_equal(lstm.b, np.repeat([0.0, 4.0, 0.0, 0.0], 4))
    assert gru.b_z.shape == (2, 4)


def test_nothing_that_comes_in_is_changed(rng: np.random.Generator) -> None:
    xs, h0, c0 = rng.standard_normal((2, 5, 3)), rng.standard_normal((2, 4)), rng.standard_normal((2, 4))
    lstm, gru, rnn = (P.random(3, 4, rng) for P in (LSTMParams, GRUParams, RNNParams))
    arrays = [xs, h0, c0, *(getattr(p, k) for p in (lstm, gru, rnn) for k in "WUb")]
    before = [a.copy() for a in arrays]
    lstm_forward(xs, lstm, h0, c0, {"f": 0.5}), gru_forward(xs, gru, h0, {"r": 0.5}), rnn_forward(xs, rnn, h0)
    for array, old in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, old)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("plain", [False, True])
def test_what_the_caller_changes_later_does_not_reach_the_trace(
    cell: str, plain: bool, rng: np.random.Generator
) -> None:
    """The gradients are those of the pass that was run; the caller's arrays are neither kept nor frozen."""
    forward, backward, p = {
        "rnn": (rnn_forward_plain if plain else rnn_forward, rnn_backward, RNNParams.random(3, 4, rng)),
        "lstm": (lstm_forward_plain if plain else lstm_forward, lstm_backward, LSTMParams.random(3, 4, rng)),
        "gru": (gru_forward_plain if plain else gru_forward, gru_backward, GRUParams.random(3, 4, rng)),
    }[cell]
    xs, dh = (
        rng.standard_normal((1, 5, 3)),
        rng.standard_normal((1, 5, 4)),
    )  # one row: views cost nothing here
    states = {"h0": rng.standard_normal((1, 4))} | ({"c0": np.ones((1, 4))} if cell == "lstm" else {})
    gates = {} if cell == "rnn" else {"clamp": {"f" if cell == "lstm" else "z": np.full((1, 5, 4), 0.5)}}
    trace = forward(xs, p, **states, **gates)
    before = backward(trace, p, dh)

    for array in (xs, *states.values(), *gates.get("clamp", {}).values()):
        assert array.flags.writeable
        array[...] = 7.0
    gates.get("clamp", {}).clear()
    for ours, right in zip(backward(trace, p, dh), before, strict=True):
        np.testing.assert_array_equal(ours, right)


def test_weights_that_became_nan_after_they_were_checked_are_refused(rng: np.random.Generator) -> None:
    p = LSTMParams.random(3, 4, rng)
    p.W_f[0] = np.nan
    with pytest.raises(ValueError, match="W: expected finite numbers"):
        lstm_forward(np.ones((1, 2, 3)), p)


@pytest.mark.keras
def test_weights_are_drawn_as_keras_draws_them() -> None:
    import keras

    m, n = 40, 60
    layers = {
        LSTMParams: keras.layers.LSTM(n),
        GRUParams: keras.layers.GRU(n),
        RNNParams: keras.layers.SimpleRNN(n),
    }
    for cell, layer in layers.items():
        layer.build((None, None, m))
        W, U, b = layer.get_weights()
        p = cell.random(m, n, np.random.default_rng(0))
        assert (p.W.shape, p.U.shape, p.b.shape) == (W.shape, U.shape, b.shape)
        np.testing.assert_array_equal(p.b, b)
        np.testing.assert_allclose(p.U @ p.U.T, np.eye(n), atol=1e-12)
        np.testing.assert_allclose(U @ U.T, np.eye(n), atol=1e-5)
        limit = np.sqrt(6 / (m + p.W.shape[1]))
        assert 0.98 * limit < np.abs(p.W).max() <= limit
        assert 0.98 * limit < np.abs(W).max() <= limit


def test_the_named_options_of_the_draw() -> None:
    rng = np.random.default_rng(1)
    assert (LSTMParams.random(3, 4, rng, forget_bias=4.0).b_f == 4).all()
    for reset_after in (True, False):
        gru = GRUParams.random(3, 4, rng, update_bias=2.0, reset_after=reset_after)
        assert (gru.b_x[:4] == 2).all()
        assert gru.b.sum() == 8
    np.testing.assert_allclose(np.linalg.svd(RNNParams.random(3, 4, rng, gain=3.0).U)[1], 3.0)
    glorot = RNNParams.random(3, 50, rng, recurrent="glorot").U
    assert 1.5 < np.linalg.norm(glorot, 2) < 2.5, "2 for a large square matrix of variance 1/n"


def test_the_batch_rows_never_meet_and_time_adds_no_weights(rng: np.random.Generator) -> None:
    p = LSTMParams.random(3, 4, rng)
    xs = rng.standard_normal((5, 7, 3))
    order = rng.permutation(5)
    np.testing.assert_allclose(lstm_forward(xs[order], p).h, lstm_forward(xs, p).h[order], atol=1e-14)
    assert p.count == 4 * (4 * 3 + 4 * 4 + 4)
