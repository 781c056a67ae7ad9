"""Gradients against finite differences, and the reach of the gradient against what theory says of it."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cells import GRU_GATES, LSTM_GATES, a_clamp

from lstm_teach.cells import GRUParams, LSTMParams, RNNParams, gru_forward, lstm_forward, rnn_forward
from lstm_teach.gradients import (
    clip_by_norm,
    gradient_reach,
    gru_backward,
    lstm_backward,
    lstm_backward_plain,
    numerical_gradient,
    rnn_backward,
    spectral_bound,
)

SEEDS = st.integers(0, 2**32 - 1)


def assert_gradients_equal_differences(
    forward: Callable,
    backward: Callable,
    p: Any,
    inputs: dict[str, np.ndarray],
    rng: np.random.Generator,
    **kw: Any,
) -> None:
    """Every gradient of a random linear loss of all h_t (and c_T), relative to the largest entry, to 1e-6."""
    trace = forward(**inputs, p=p, **kw)
    from_outside = [rng.standard_normal(trace.h.shape)]
    if "c0" in inputs:
        from_outside.append(rng.standard_normal(inputs["c0"].shape))

    def loss(name: str, value: np.ndarray) -> float:
        q = dataclasses.replace(p, **{name: value}) if name in "WUb" else p
        seen = forward(**(inputs | ({} if name in "WUb" else {name: value})), p=q, **kw)
        total = np.sum(seen.h * from_outside[0])
        return total + (np.sum(seen.c[:, -1] * from_outside[1]) if "c0" in inputs else 0.0)

    for name, gradient in backward(trace, p, *from_outside)._asdict().items():
        value = getattr(p, name) if name in "WUb" else inputs[name]
        judged = numerical_gradient(lambda array, name=name: loss(name, array), value)
        assert np.abs(gradient - judged).max() <= 1e-6 * max(np.abs(judged).max(), 1e-3), name


@pytest.mark.parametrize("examples", [3, pytest.param(15, marks=pytest.mark.slow)])
def test_gradients_equal_finite_differences_with_and_without_clamps(examples: int) -> None:
    settings(max_examples=examples, deadline=None)(given(SEEDS)(all_cells_with_and_without_clamps))()


def all_cells_with_and_without_clamps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    batch, time, m, n = rng.integers(1, 5, 4)
    xs, h0, c0 = (rng.standard_normal(s) for s in ((batch, time, m), (batch, n), (batch, n)))
    shape = (batch, time, n)

    rnn = RNNParams.random(m, n, rng, gain=1.5, activation=rng.choice(["tanh", "linear"]))
    assert_gradients_equal_differences(rnn_forward, rnn_backward, rnn, {"xs": xs, "h0": h0}, rng)
    for clamp in (None, a_clamp(rng, LSTM_GATES, shape)):
        lstm = LSTMParams.random(m, n, rng)
        inputs = {"xs": xs, "h0": h0, "c0": c0}
        assert_gradients_equal_differences(lstm_forward, lstm_backward, lstm, inputs, rng, clamp=clamp)
    for clamp in (None, a_clamp(rng, GRU_GATES, shape)):
        for reset_after in (True, False):
            gru = GRUParams.random(m, n, rng, reset_after=reset_after)
            gru.b[...] = rng.standard_normal(gru.b.shape)
            inputs = {"xs": xs, "h0": h0}
            assert_gradients_equal_differences(gru_forward, gru_backward, gru, inputs, rng, clamp=clamp)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, dtype=st.sampled_from([np.float64, np.float32]))
def test_the_fast_backward_pass_equals_the_plain_loop(seed: int, dtype: type) -> None:
    rng = np.random.default_rng(seed)
    batch, time, m, n = rng.integers(1, 7, 4)
    xs, h0, c0, dc = (rng.standard_normal(s).astype(dtype) for s in ((batch, time, m), *[(batch, n)] * 3))
    dh = rng.standard_normal((batch, time, n)).astype(dtype)

    lstm = LSTMParams.random(m, n, rng, dtype)
    lstm_trace = lstm_forward(xs, lstm, h0, c0, a_clamp(rng, LSTM_GATES, dh.shape))
    for last in ((), (dc,)):
        fast, plain = (f(lstm_trace, lstm, dh, *last) for f in (lstm_backward, lstm_backward_plain))
        assert_same_gradients(fast, plain)


def assert_same_gradients(fast: Any, plain: Any) -> None:
    """Every array has the same shape and dtype, and is equal relative to its largest entry."""
    assert type(fast) is type(plain)
    for name in fast._fields:
        ours, right = getattr(fast, name), getattr(plain, name)
        assert (ours.shape, ours.dtype) == (right.shape, right.dtype)
        within = 1e-12 if ours.dtype == np.float64 else 1e-5
        assert np.abs(ours - right).max() <= within * max(np.abs(right).max(), 1.0), name


def one_cell(name: str, rng: np.random.Generator) -> tuple[Callable, Any, dict[str, np.ndarray]]:
    m, n, batch = 2, 3, 2
    state = {"h0": rng.standard_normal((batch, n))}
    if name == "lstm":
        return lstm_forward, LSTMParams.random(m, n, rng), state | {"c0": rng.standard_normal((batch, n))}
    if name == "rnn":
        return rnn_forward, RNNParams.random(m, n, rng, gain=1.2), state
    return gru_forward, GRUParams.random(m, n, rng, reset_after=name == "gru"), state


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "gru, reset before"])
def test_reach_is_the_norm_of_the_jacobian_by_finite_differences(name: str) -> None:
    rng = np.random.default_rng(5)
    forward, p, state = one_cell(name, rng)
    xs = rng.standard_normal((2, 6, p.m))
    clamps: list[dict[str, Any]] = [{}]
    if name != "rnn":
        clamps.append({"clamp": a_clamp(rng, LSTM_GATES if name == "lstm" else GRU_GATES, (2, 6, p.n))})
    for kw in clamps:
        trace = forward(xs, p, **state, **kw)
        names = ["h", "c"] if name == "lstm" else ["h"]
        for t in range(5):
            jacobian = jacobian_after(forward, p, xs, trace, t, names, kw)
            for of, block in {"state": slice(None), "h": slice(3), "c": slice(3, None)}.items():
                if of == "c" and name != "lstm":
                    continue
                expected = [np.linalg.norm(j[block, block], 2) for j in jacobian]
                found = gradient_reach(trace, p, of=of)[:, t]
                np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)
        np.testing.assert_array_equal(gradient_reach(trace, p)[:, -1], 1.0)


def jacobian_after(
    forward: Callable, p: Any, xs: np.ndarray, trace: Any, t: int, names: list[str], kw: dict
) -> list[np.ndarray]:
    """ds_T/ds_t for each row of the batch: the rest of the sequence run again from nudged states."""
    if "clamp" in kw:
        whole = {g: np.broadcast_to(v, trace.h.shape)[:, t + 1 :] for g, v in kw["clamp"].items()}
        kw = {"clamp": whole}
    at_t = np.concatenate([getattr(trace, k)[:, t] for k in names], axis=1)

    def last(states: np.ndarray, row: int, entry: int) -> float:
        parts = dict(zip(("h0", "c0"), np.split(states, len(names), axis=1), strict=False))
        rest = forward(xs[:, t + 1 :], p, **parts, **kw)
        return np.concatenate([getattr(rest, k)[:, -1] for k in names], axis=1)[row, entry]

    size = at_t.shape[1]
    return [
        np.stack(
            [numerical_gradient(lambda s, r=row, e=e: last(s, r, e), at_t)[row] for e in range(size)], axis=1
        )
        for row in range(len(xs))
    ]


def test_with_the_paths_through_h_cut_the_reach_of_c_is_the_product_of_the_forget_gates() -> None:
    rng = np.random.default_rng(0)
    p = LSTMParams.random(3, 5, rng, forget_bias=2.0)
    p.U[:] = 0.0
    trace = lstm_forward(rng.standard_normal((2, 40, 3)), p)
    after = np.cumprod(trace.f[:, :0:-1], axis=1)[
        :, ::-1
    ]  # for each t but the last: Π of f over the later steps
    found = gradient_reach(trace, p, of="c")
    np.testing.assert_allclose(found[:, :-1], after.max(axis=-1), rtol=1e-12)


def test_an_orthogonal_rnn_in_silence_keeps_the_gradient_at_exactly_one() -> None:
    p = RNNParams.random(4, 16, np.random.default_rng(0))
    silence = rnn_forward(np.zeros((1, 50, 4)), p)
    np.testing.assert_allclose(gradient_reach(silence, p), 1.0, rtol=1e-12)


# What ../shared/coverage.md gives as measured beforehand: 50 steps, 16 units, inputs of unit variance.
@pytest.mark.parametrize(
    ("forward", "cell", "options", "low", "high"),
    [
        (rnn_forward, RNNParams, {}, 1e-7, 1e-6),
        (lstm_forward, LSTMParams, {"forget_bias": 1.0}, 1e-4, 5e-4),
        (lstm_forward, LSTMParams, {"forget_bias": 4.0}, 1.0, 100.0),
        (gru_forward, GRUParams, {}, 3e-11, 1e-9),
        (gru_forward, GRUParams, {"update_bias": 5.0}, 0.7, 0.9),
        (rnn_forward, RNNParams, {"gain": 3.0}, 1e4, 1e6),
    ],
    ids=["rnn", "lstm, bias 1", "lstm, bias 4", "gru", "gru, bias 5", "rnn, gain 3"],
)
def test_reach_over_fifty_steps(
    forward: Callable, cell: Any, options: dict[str, float], low: float, high: float
) -> None:
    reaches = []
    for seed in range(9):
        rng = np.random.default_rng(seed)
        p = cell.random(4, 16, rng, **options)
        trace = forward(rng.standard_normal((1, 50, 4)), p)
        assert np.abs(trace.h).max() <= 1.0, "states stay below one, whatever the gradient does"
        reaches.append(gradient_reach(trace, p)[0, 0])
    assert low < np.median(reaches) < high


@pytest.mark.parametrize("activation", ["tanh", "relu", "linear"])
def test_the_spectral_bound_is_never_crossed_and_exact_for_an_orthogonal_linear_rnn(activation: str) -> None:
    rng = np.random.default_rng(2)
    for gain in (0.5, 1.0, 2.0):
        p = RNNParams.random(4, 8, rng, gain=gain, activation=activation)
        trace = rnn_forward(rng.standard_normal((3, 30, 4)), p)
        reach, bound = gradient_reach(trace, p), spectral_bound(p, 30)
        assert (reach <= bound * (1 + 1e-9)).all()
        np.testing.assert_allclose(bound, gain ** np.arange(29.0, -1, -1))
        if activation == "linear":
            np.testing.assert_allclose(reach, np.tile(bound, (3, 1)), rtol=1e-9)


def test_reach_neither_overflows_nor_underflows_on_the_way() -> None:
    rng = np.random.default_rng(0)
    for gain, last in ((10.0, np.inf), (0.1, 0.0)):
        p = RNNParams.random(2, 4, rng, gain=gain, activation="linear")
        trace = rnn_forward(np.zeros((1, 500, 2)), p)
        reach = gradient_reach(trace, p)[0]
        assert reach[0] == last, "1e499 and 1e-499 are beyond float64"
        np.testing.assert_allclose(reach[-201:], gain ** np.arange(200.0, -1, -1), rtol=1e-9)
        assert spectral_bound(p, 500)[0] == last


def test_a_dead_relu_has_reach_zero() -> None:
    rng = np.random.default_rng(0)
    p = RNNParams.random(2, 4, rng, activation="relu")
    p.b[:] = -100.0
    trace = rnn_forward(np.zeros((1, 10, 2)), p)
    np.testing.assert_array_equal(gradient_reach(trace, p)[0], [0.0] * 9 + [1.0])


@pytest.mark.keras
def test_clipping_keeps_the_direction_and_equals_keras() -> None:
    import tensorflow as tf

    rng = np.random.default_rng(0)
    gradients = [rng.standard_normal(s) for s in ((3, 4), (5,), (2, 2, 2))]
    for max_norm in (0.5, 1.0, 100.0):
        clipped, norm = clip_by_norm(gradients, max_norm)
        expected, expected_norm = tf.clip_by_global_norm(gradients, max_norm)
        assert norm == pytest.approx(float(expected_norm), rel=1e-12)
        for got, right in zip(clipped, expected, strict=True):
            np.testing.assert_allclose(got, right.numpy(), rtol=1e-12)
    zero, norm = clip_by_norm([np.zeros(3)], 1.0)
    assert norm == 0.0
    assert not zero[0].any()


def test_numerical_gradient_of_known_functions_and_leaves_x_alone() -> None:
    x = np.array([[0.3, -1.2], [2.0, 0.0]])
    before = x.copy()
    np.testing.assert_allclose(numerical_gradient(lambda a: np.sum(np.sin(a)), x), np.cos(x), atol=1e-9)
    np.testing.assert_array_equal(x, before)
