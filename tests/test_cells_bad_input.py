"""Every wrong input gets a ValueError that names the argument, what came and what was expected."""

from collections.abc import Callable

import numpy as np
import pytest

from lstm_teach.cells import (
    GRUParams,
    LSTMParams,
    RNNParams,
    gru_forward,
    gru_step,
    lstm_forward,
    lstm_step,
    rnn_forward,
    rnn_step,
)
from lstm_teach.gradients import (
    clip_by_norm,
    gradient_reach,
    gru_backward,
    lstm_backward,
    numerical_gradient,
    rnn_backward,
    spectral_bound,
)

RNG = np.random.default_rng(0)
RNN, LSTM, GRU = (P.random(3, 4, RNG) for P in (RNNParams, LSTMParams, GRUParams))
X, XS, H = np.ones((2, 3)), np.ones((2, 5, 3)), np.zeros((2, 4))
NAN = np.where(np.arange(3) == 1, np.nan, XS)

FORWARD: dict[str, Callable] = {
    "rnn": lambda xs: rnn_forward(xs, RNN),
    "lstm": lambda xs: lstm_forward(xs, LSTM),
    "gru": lambda xs: gru_forward(xs, GRU),
}


@pytest.mark.parametrize("cell", FORWARD)
@pytest.mark.parametrize(
    ("xs", "message"),
    [
        (X, r"xs: expected shape \(batch, time, 3\), got \(2, 3\)"),
        (np.ones((2, 5, 7)), r"xs: expected shape \(batch, time, 3\), got \(2, 5, 7\)"),
        (np.ones((2, 0, 3)), r"xs: expected shape \(batch, time, 3\), got \(2, 0, 3\)"),
        (np.ones((0, 5, 3)), r"xs: expected shape \(batch, time, 3\), got \(0, 5, 3\)"),
        (np.ones((2, 5, 3), int), r"xs: expected float64 or float32, got int64 .*astype\(float\)"),
        (np.ones((2, 5, 3), np.float16), r"xs: expected float64 or float32, got float16"),
        (NAN, r"xs: expected finite numbers, got NaN or infinity"),
        (np.full((2, 5, 3), np.inf), r"xs: expected finite numbers, got NaN or infinity"),
        (XS.tolist(), r"xs: expected a float array of shape \(batch, time, 3\), got list"),
    ],
    ids=["rank", "features", "no steps", "no rows", "integers", "half", "NaN", "infinity", "list"],
)
def test_sequences(cell: str, xs: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FORWARD[cell](xs)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rnn_step(XS, H, RNN), r"x: expected shape \(batch, 3\), got \(2, 5, 3\)"),
        (lambda: lstm_step(X, H[:, :2], H, LSTM), r"h_prev: expected shape \(2, 4\), got \(2, 2\)"),
        (lambda: lstm_step(X, H, H[:1], LSTM), r"c_prev: expected shape \(2, 4\), got \(1, 4\)"),
        (lambda: gru_step(X, H.astype(int), GRU), r"h_prev: expected float64 or float32, got int64"),
        (lambda: rnn_forward(XS, RNN, H[:, 1:]), r"h0: expected shape \(2, 4\), got \(2, 3\)"),
        (lambda: lstm_forward(XS, LSTM, H, H + np.nan), r"c0: expected finite numbers"),
    ],
)
def test_steps_and_states(call: Callable, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("clamp", "message"),
    [
        ({"forget": 1.0}, r"clamp: unknown gate 'forget', expected one of 'i', 'f', 'c_tilde', 'o'"),
        ({"z": 1.0}, r"clamp: unknown gate 'z'"),
        (
            {"f": np.ones(3)},
            r"clamp\['f'\]: expected .* broadcasts to \(2, 5, 4\), .*\(3,\)",
        ),
        ({"f": "open"}, r"clamp\['f'\]: expected a number or an array .* got str"),
        ({"f": np.inf}, r"clamp\['f'\]: expected finite numbers \(or NaN for 'computed'\), got"),
        (1.0, r"clamp: expected a dict such as .*, got float"),
    ],
    ids=["no gate", "a GRU's gate", "shape", "word", "infinity", "number"],
)
def test_clamps(clamp: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lstm_forward(XS, LSTM, clamp=clamp)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: LSTMParams(LSTM.W, LSTM.U[:, :-1], LSTM.b),
            r"U: expected shape \(n, 4n\) = \(4, 16\), got \(4, 15\)",
        ),
        (lambda: LSTMParams(LSTM.W[:, :-4], LSTM.U, LSTM.b), r"W: expected shape \(m, 16\), got \(3, 12\)"),
        (lambda: LSTMParams(LSTM.W, LSTM.U, LSTM.b[1:]), r"b: expected shape \(16,\), got \(15,\)"),
        (
            lambda: LSTMParams(LSTM.W.astype(int), LSTM.U, LSTM.b),
            r"W: expected float64 or float32, got int64",
        ),
        (lambda: LSTMParams(LSTM.W, LSTM.U, LSTM.b * np.nan), r"b: expected finite numbers"),
        (lambda: GRUParams(GRU.W, GRU.U, GRU.b[0]), r"b: expected shape \(2, 12\), got \(12,\)"),
        (
            lambda: GRUParams(GRU.W, GRU.U, GRU.b, reset_after=False),
            r"b: expected shape \(12,\), got \(2, 12\)",
        ),
        (
            lambda: RNNParams(RNN.W, RNN.U, RNN.b, "sigmoid"),
            r"activation: expected one of 'tanh'.*got 'sigmoid'",
        ),
        (lambda: RNNParams.random(3, 4, RNG, recurrent="sparse"), r"recurrent: expected .*got 'sparse'"),
        (lambda: LSTMParams.random(0, 4, RNG), r"m: expected a whole number from 1 up, got 0"),
        (lambda: LSTMParams.random(3, 4, 7), r"rng: expected numpy.random.default_rng\(seed\), got int"),
    ],
)
def test_parameters(call: Callable, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


LSTM_TRACE, GRU_TRACE, RNN_TRACE = lstm_forward(XS, LSTM), gru_forward(XS, GRU), rnn_forward(XS, RNN)
OTHER = LSTMParams.random(3, 6, RNG)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rnn_backward(RNN_TRACE, RNN, H), r"dh: expected shape \(2, 5, 4\), got \(2, 4\)"),
        (lambda: gru_backward(GRU_TRACE, GRU, XS), r"dh: expected shape \(2, 5, 4\), got \(2, 5, 3\)"),
        (
            lambda: lstm_backward(LSTM_TRACE, LSTM, LSTM_TRACE.h, H[:, 1:]),
            r"dc_last: expected shape \(2, 4\)",
        ),
        (
            lambda: lstm_backward(LSTM_TRACE, OTHER, LSTM_TRACE.h),
            r"p: expected the parameters of the trace, with 4 units, got 6",
        ),
        (lambda: gradient_reach(LSTM_TRACE, LSTM, of="o"), r"of: expected 'state', 'h' or 'c', got 'o'"),
        (lambda: gradient_reach(GRU_TRACE, GRU, of="c"), r"of: expected 'state' or 'h' for a GRUTrace"),
        (
            lambda: gradient_reach(GRU_TRACE, LSTM),
            r"p: expected the parameters of a GRUTrace, got LSTMParams",
        ),
        (
            lambda: gradient_reach(LSTM_TRACE, OTHER),
            r"p: expected the parameters of the trace, with 4 units, got 6",
        ),
        (lambda: spectral_bound(LSTM, 5), r"p: expected RNNParams, got LSTMParams"),
        (lambda: spectral_bound(RNN, 0), r"steps: expected a whole number from 1 up, got 0"),
        (lambda: clip_by_norm([H], 0.0), r"max_norm: expected a number above 0, got 0.0"),
        (lambda: clip_by_norm([H + np.nan], 1.0), r"gradients: expected finite numbers"),
        (
            lambda: numerical_gradient(np.sum, np.ones(3, int)),
            r"x: expected a float64 array, got int64 array",
        ),
        (lambda: numerical_gradient(np.sum, 1.0), r"x: expected a float64 array, got float"),
    ],
)
def test_gradients(call: Callable, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
