"""What is no plain float array, or does not belong to the rest, is refused by name in every function."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lstm_teach.arrays import whole
from lstm_teach.cells import (
    GRUParams,
    LSTMParams,
    RNNParams,
    gru_forward,
    gru_forward_plain,
    gru_step,
    lstm_forward,
    lstm_forward_plain,
    lstm_step,
    rnn_forward,
    rnn_forward_plain,
    rnn_step,
    run_cell,
)
from lstm_teach.fitting import Readout, adam_start, adam_step, cross_entropy, softmax, squared_error
from lstm_teach.gradients import (
    clip_by_norm,
    gradient_reach,
    gru_backward,
    lstm_backward,
    lstm_backward_plain,
    numerical_gradient,
    rnn_backward,
)

RNG = np.random.default_rng(0)
RNN, LSTM, GRU = (P.random(3, 4, RNG) for P in (RNNParams, LSTMParams, GRUParams))
X, XS, H = np.ones((2, 3)), np.ones((2, 5, 3)), np.zeros((2, 4))
RNN_TRACE, LSTM_TRACE, GRU_TRACE = rnn_forward(XS, RNN), lstm_forward(XS, LSTM), gru_forward(XS, GRU)
DH = np.ones((2, 5, 4))


class Foreign:
    """What a table of pandas or a tensor looks like to NumPy: it turns itself into an array when asked."""

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.shape, self.dtype, self.ndim = array, array.shape, array.dtype, array.ndim

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.array(self.array, dtype)

    def __len__(self) -> int:
        return len(self.array)


class Own(np.ndarray):
    """A subclass that may compute by rules of its own."""


KINDS: dict[str, Callable[[np.ndarray], Any]] = {
    "masked array": np.ma.masked_array,
    "subclass": lambda a: a.view(Own),
    "object": lambda a: a.astype(object),
    "complex": lambda a: a.astype(complex),
    "integers": lambda a: a.astype(int),
    "booleans": lambda a: a.astype(bool),
    "half": lambda a: a.astype(np.float16),
    "long double": lambda a: a.astype(np.longdouble),
    "other byte order": lambda a: a.astype(a.dtype.newbyteorder()),
    "words": lambda a: a.astype(str),
    "list": lambda a: a.tolist(),
    "foreign": Foreign,
    "nothing": lambda a: None,
    "matrix": lambda a: np.ones(a.shape).view(np.matrix),
}

# By the argument's name in the message: an array that is right, and a call with it.
CALLS: list[tuple[str, np.ndarray, Callable[[Any], Any]]] = [
    *(("xs", XS, lambda xs, f=f: f(xs, RNN)) for f in (rnn_forward, rnn_forward_plain)),
    *(("xs", XS, lambda xs, f=f: f(xs, LSTM)) for f in (lstm_forward, lstm_forward_plain)),
    *(("xs", XS, lambda xs, f=f: f(xs, GRU)) for f in (gru_forward, gru_forward_plain)),
    ("x", X, lambda x: rnn_step(x, H, RNN)),
    ("x", X, lambda x: lstm_step(x, H, H, LSTM)),
    ("x", X, lambda x: gru_step(x, H, GRU)),
    ("h_prev", H, lambda h: rnn_step(X, h, RNN)),
    ("h_prev", H, lambda h: lstm_step(X, h, H, LSTM)),
    ("c_prev", H, lambda c: lstm_step(X, H, c, LSTM)),
    ("h_prev", H, lambda h: gru_step(X, h, GRU)),
    ("W", LSTM.W, lambda W: replace(LSTM, W=W)),
    ("U", LSTM.U, lambda U: replace(LSTM, U=U)),
    ("b", LSTM.b, lambda b: replace(LSTM, b=b)),
    ("W", GRU.W, lambda W: replace(GRU, W=W)),
    ("b", GRU.b, lambda b: replace(GRU, b=b)),
    ("U", RNN.U, lambda U: replace(RNN, U=U)),
    ("dh", DH, lambda dh: rnn_backward(RNN_TRACE, RNN, dh)),
    *(("dh", DH, lambda dh, f=f: f(LSTM_TRACE, LSTM, dh)) for f in (lstm_backward, lstm_backward_plain)),
    ("dh", DH, lambda dh: gru_backward(GRU_TRACE, GRU, dh)),
    ("x", X, lambda x: numerical_gradient(np.sum, x)),
    ("W", np.ones((4, 2)), lambda W: Readout(W, np.ones(2))),
    ("h", H, Readout(np.ones((4, 2)), np.ones(2))),
    ("logits", H, softmax),
    ("logits", H, lambda logits: cross_entropy(logits, np.array([0, 1]))),
    ("outputs", np.ones((2, 1)), lambda outputs: squared_error(outputs, np.ones(2))),
    ("targets", np.ones(2), lambda targets: squared_error(np.ones((2, 1)), targets)),
    (r"gradients\[0\]", H, lambda g: clip_by_norm([g], 1.0)),
    (r"gradients\[0\]", H, lambda g: adam_step([H], [g], adam_start([H]))),
    (r"weights\[0\]", H, lambda w: adam_step([w], [H], adam_start([H]))),
    (r"weights\[0\]", H, lambda w: adam_start([w])),
    (r"state\.m\[0\]", H, lambda m: adam_step([H], [H], adam_start([H])._replace(m=[m]))),
]
# Here None is an answer: zeros, nothing held, nothing from outside.
OPTIONAL: list[tuple[str, np.ndarray, Callable[[Any], Any]]] = [
    ("h0", H, lambda h: rnn_forward(XS, RNN, h)),
    *(("h0", H, lambda h, f=f: f(XS, LSTM, h)) for f in (lstm_forward, lstm_forward_plain)),
    *(("c0", H, lambda c, f=f: f(XS, LSTM, None, c)) for f in (lstm_forward, lstm_forward_plain)),
    ("h0", H, lambda h: gru_forward(XS, GRU, h)),
    ("dc_last", H, lambda dc: lstm_backward(LSTM_TRACE, LSTM, DH, dc)),
    ("dc_last", H, lambda dc: lstm_backward_plain(LSTM_TRACE, LSTM, DH, dc)),
]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_plain_float_array_is_refused_by_name(kind: str) -> None:
    calls = CALLS if kind == "nothing" else [*CALLS, *OPTIONAL]
    for name, right, call in calls:
        if kind == "matrix" and right.ndim != 2:
            continue
        call(right)
        with pytest.raises(ValueError, match=rf"^{name}: expected "):
            call(KINDS[kind](right))


@pytest.mark.parametrize(
    "value",
    [
        "open",
        "0.5",
        None,
        1j,
        np.ones((5, 1), complex),
        np.ma.masked_array(np.ones((5, 1)), mask=[[1], [0], [0], [0], [0]]),
        np.ones((5, 1)).view(np.matrix),
        np.ones((5, 1)).astype(object),
        [1.0, None, 1.0, 1.0],
        Foreign(np.ones((5, 1))),
        {"value": 1.0},
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_clamp_is_a_number_or_a_plain_array(value: Any) -> None:
    for call in (
        lambda clamp: lstm_forward(XS, LSTM, clamp=clamp),
        lambda clamp: lstm_forward_plain(XS, LSTM, clamp=clamp),
        lambda clamp: lstm_step(X, H, H, LSTM, clamp),
    ):
        with pytest.raises(ValueError, match=r"^clamp\['f'\]: expected a number or an array"):
            call({"f": value})


def test_whole_numbers_and_lists_of_numbers_hold_a_gate_too() -> None:
    for value in (1, True, np.float32(1.0), [1.0, 1.0, 1.0, 1.0], np.ones(4, int)):
        assert (lstm_forward(XS, LSTM, clamp={"f": value}).f == 1.0).all()


@pytest.mark.parametrize("forward", [rnn_forward, rnn_forward_plain, lambda xs, p: rnn_step(X, H, p)])
@pytest.mark.parametrize("p", [LSTM, GRU, {"W": 1}, None], ids=["LSTM", "GRU", "dict", "None"])
def test_a_plain_rnn_wants_its_own_parameters(forward: Callable, p: Any) -> None:
    with pytest.raises(ValueError, match=rf"^p: expected RNNParams, got {type(p).__name__}"):
        forward(XS, p)


@pytest.mark.parametrize("forward", [lstm_forward, lstm_forward_plain, lambda xs, p: lstm_step(X, H, H, p)])
@pytest.mark.parametrize("p", [RNN, GRU, {"W": 1}], ids=["RNN", "GRU", "dict"])
def test_an_lstm_wants_its_own_parameters(forward: Callable, p: Any) -> None:
    with pytest.raises(ValueError, match=rf"^p: expected LSTMParams, got {type(p).__name__}"):
        forward(XS, p)


@pytest.mark.parametrize("forward", [gru_forward, gru_forward_plain, lambda xs, p: gru_step(X, H, p)])
@pytest.mark.parametrize("p", [RNN, LSTM, {"W": 1}], ids=["RNN", "LSTM", "dict"])
def test_a_gru_wants_its_own_parameters(forward: Callable, p: Any) -> None:
    with pytest.raises(ValueError, match=rf"^p: expected GRUParams, got {type(p).__name__}"):
        forward(XS, p)


def other_weights(p: Any) -> Any:
    b = p.b.copy()
    b.flat[0] += 1e-9
    return replace(p, b=b)


GRU_BEFORE = GRUParams.random(3, 4, RNG, reset_after=False)
RELU = replace(RNN, activation="relu")
THE = r"^p: expected the parameters of the trace, "
NOT_TOGETHER: list[tuple[Any, Any, str]] = [
    (RNN_TRACE, LSTM, r"^p: expected the parameters of a RNNTrace, got LSTMParams"),
    (LSTM_TRACE, GRU, r"^p: expected the parameters of a LSTMTrace, got GRUParams"),
    (GRU_TRACE, None, r"^p: expected the parameters of a GRUTrace, got NoneType"),
    (RNN_TRACE, RNNParams.random(3, 5, RNG), THE + "with 4 units, got 5"),
    (LSTM_TRACE, LSTMParams.random(3, 5, RNG), THE + "with 4 units, got 5"),
    (GRU_TRACE, GRUParams.random(3, 5, RNG), THE + "with 4 units, got 5"),
    (RNN_TRACE, RNNParams.random(2, 4, RNG), THE + "with 3 features, got 2"),
    (LSTM_TRACE, LSTMParams.random(2, 4, RNG), THE + "with 3 features, got 2"),
    (GRU_TRACE, GRUParams.random(2, 4, RNG), THE + "with 3 features, got 2"),
    (LSTM_TRACE, LSTMParams.random(3, 4, RNG, np.float32), THE + "in float64, got float32"),
    (RNN_TRACE, RELU, THE + "with activation='tanh', got relu"),
    (rnn_forward(XS, RELU), RNN, THE + "with activation='relu', got tanh"),
    (GRU_TRACE, GRU_BEFORE, THE + "with reset_after=True, got False"),
    (gru_forward(XS, GRU_BEFORE), GRU, THE + "with reset_after=False, got True"),
    (RNN_TRACE, other_weights(RNN), THE + "got another b; .* run the forward pass again"),
    (LSTM_TRACE, other_weights(LSTM), THE + "got another b"),
    (GRU_TRACE, other_weights(GRU), THE + "got another b"),
]


@pytest.mark.parametrize(("trace", "p", "message"), NOT_TOGETHER)
def test_a_backward_pass_wants_the_parameters_that_made_the_trace(trace: Any, p: Any, message: str) -> None:
    backward = {
        type(RNN_TRACE): (rnn_backward,),
        type(LSTM_TRACE): (lstm_backward, lstm_backward_plain),
        type(GRU_TRACE): (gru_backward,),
    }[type(trace)]
    for refuse in (*backward, lambda trace, p, dh: gradient_reach(trace, p)):
        with pytest.raises(ValueError, match=message):
            refuse(trace, p, DH)


def test_a_change_of_the_weights_between_the_passes_is_noticed() -> None:
    p = LSTMParams.random(3, 4, RNG)
    trace = lstm_forward(XS, p)
    p.U_f[0, 0] += 1.0
    with pytest.raises(ValueError, match=THE + "got another U"):
        lstm_backward(trace, p, DH)


@pytest.mark.parametrize(
    ("backward", "right", "others"),
    [
        (rnn_backward, "RNNTrace", [(LSTM_TRACE, LSTM), (GRU_TRACE, GRU), ("trace", RNN)]),
        (lstm_backward, "LSTMTrace", [(RNN_TRACE, RNN), (GRU_TRACE, GRU), (None, LSTM)]),
        (gru_backward, "GRUTrace", [(RNN_TRACE, RNN), (LSTM_TRACE, LSTM), (LSTM_TRACE, GRU)]),
    ],
)
def test_a_backward_pass_wants_the_trace_of_its_cell(backward: Callable, right: str, others: list) -> None:
    for trace, p in others:
        with pytest.raises(ValueError, match=rf"^trace: expected {right}, got {type(trace).__name__}"):
            backward(trace, p, DH)


def test_a_gradient_from_outside_has_the_dtype_of_the_trace() -> None:
    with pytest.raises(ValueError, match=r"^dh: expected float64, as the trace has, got float32"):
        lstm_backward(LSTM_TRACE, LSTM, DH.astype(np.float32))
    with pytest.raises(ValueError, match=r"^dc_last: expected float64, as the trace has, got float32"):
        lstm_backward(LSTM_TRACE, LSTM, DH, H.astype(np.float32))


def test_reach_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^trace: expected RNNTrace, LSTMTrace or GRUTrace, got ndarray"):
        gradient_reach(XS, LSTM)


@pytest.mark.parametrize("cell", [RNNParams, LSTMParams, GRUParams])
@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((3, 4.0), {}, r"^n: expected a whole number from 1 up, got 4\.0"),
        ((3.0, 4), {}, r"^m: .* got 3\.0"),
        ((True, 4), {}, "^m: .* got True"),
        ((3, False), {}, "^n: .* got False"),
        ((3, 0), {}, "^n: .* got 0"),
        ((-1, 4), {}, "^m: .* got -1"),
        ((3, "4"), {}, "^n: .* got '4'"),
        ((None, 4), {}, "^m: .* got None"),
        ((3, 4), {"dtype": int}, "^dtype: expected float64 or float32, got <class 'int'>"),
        ((3, 4), {"dtype": "float16"}, "^dtype: expected float64 or float32, got 'float16'"),
        ((3, 4), {"dtype": None}, "^dtype: .* got None"),
        ((3, 4), {"rng": np.random.RandomState(0)}, r"^rng: expected numpy.random.default_rng\(seed\), got"),
        ((3, 4), {"rng": 7}, "^rng: .* got int"),
    ],
)
def test_a_draw_names_what_it_cannot_use(cell: Any, arguments: tuple, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cell.random(*arguments, **({"rng": RNG} | options))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, "1", None, True, np.ones(4)])
def test_an_initial_bias_or_gain_is_one_finite_number(wrong: Any) -> None:
    for cell, option in ((RNNParams, "gain"), (LSTMParams, "forget_bias"), (GRUParams, "update_bias")):
        with pytest.raises(ValueError, match=rf"^{option}: expected a number, got "):
            cell.random(3, 4, RNG, **{option: wrong})


@pytest.mark.parametrize("wrong", [1, 0, "no", None])
def test_reset_after_is_true_or_false(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^reset_after: expected True or False, got"):
        GRUParams(GRU.W, GRU.U, GRU.b, reset_after=wrong)
    with pytest.raises(ValueError, match=r"^reset_after: expected True or False, got"):
        GRUParams.random(3, 4, RNG, reset_after=wrong)


@pytest.mark.parametrize("wrong", [np.tanh, ["tanh"], None])
def test_an_activation_is_a_known_name(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^activation: expected one of 'tanh'"):
        RNNParams(RNN.W, RNN.U, RNN.b, wrong)


def test_sizes_from_numpy_are_sizes() -> None:
    assert LSTMParams.random(np.int64(3), np.int32(4), RNG, dtype="float32").W.shape == (3, 16)


# --- clipping and the numerical gradient


def test_a_generator_of_gradients_is_clipped_like_a_list() -> None:
    gradients = [3.0 * np.ones(1), 4.0 * np.ones(1)]
    clipped, norm = clip_by_norm((g for g in gradients), 1.0)
    assert norm == 5.0
    np.testing.assert_allclose(np.concatenate(clipped), [0.6, 0.8])


@pytest.mark.parametrize("max_norm", [0.5, 100.0])
def test_what_is_clipped_is_a_new_array_whether_it_was_cut_or_not(max_norm: float) -> None:
    gradients = [np.ones((2, 3)), np.ones(4, np.float32)]
    clipped, _ = clip_by_norm(gradients, max_norm)
    for old, new in zip(gradients, clipped, strict=True):
        assert not np.shares_memory(old, new)
        assert old.dtype == new.dtype
    assert all((old == 1.0).all() for old in gradients)


@pytest.mark.parametrize(("dtype", "size"), [(float, 1e200), (float, 1e-200), (np.float32, 1e25)])
def test_numbers_whose_squares_leave_the_range_are_clipped(dtype: type, size: float) -> None:
    gradients = [np.array([3.0 * size, 0.0], dtype), np.array([4.0 * size], dtype)]
    clipped, norm = clip_by_norm(gradients, size)
    assert norm == pytest.approx(5.0 * size, rel=1e-6)
    np.testing.assert_allclose(np.concatenate(clipped) / size, [0.6, 0.0, 0.8], rtol=1e-6)


@pytest.mark.parametrize("wrong", [0, -1.0, np.nan, np.inf, True, "1", None, np.ones(1)])
def test_the_longest_norm_is_a_number_above_zero(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^max_norm: expected a number above 0, got"):
        clip_by_norm([H], wrong)


@pytest.mark.parametrize(
    ("gradients", "message"),
    [
        (H, r"^gradients: expected a list of arrays, got one array"),
        (None, r"^gradients: expected a list of arrays, got NoneType"),
        ([H, 1.0], r"^gradients\[1\]: expected a float array, got float"),
        ({"W": H}, r"^gradients\[0\]: expected a float array, got str"),
    ],
)
def test_gradients_to_clip_are_a_list_of_arrays(gradients: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        clip_by_norm(gradients, 1.0)


@pytest.mark.parametrize("wrong", [0, 0.0, -1e-6, np.nan, np.inf, True, "1e-6", None])
def test_a_nudge_is_a_number_above_zero(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"^eps: expected a number above 0, got"):
        numerical_gradient(np.sum, np.ones(3), eps=wrong)


def test_a_nudge_that_moves_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^eps: expected a number that moves every entry of x, got 1e-20"):
        numerical_gradient(np.sum, np.ones(3), eps=1e-20)


def test_a_nudge_that_is_rounded_is_measured_as_it_came_out() -> None:
    x = np.array([1e9, 3e9])  # numbers here are 1e-7 and 5e-7 apart: 1e-6 is rounded by several percent
    np.testing.assert_allclose(numerical_gradient(lambda a: 2.0 * (a[0] - 1e9) + (a[1] - 3e9), x), [2.0, 1.0])


@pytest.mark.parametrize(
    "value",
    [np.nan, np.inf, np.ones(3), np.ones(1), 1j, None, "1", np.array(1j), np.array("1"), np.array(True)],
)
def test_a_function_that_gives_no_finite_number_is_named(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^f: expected a function that returns one finite number, got"):
        numerical_gradient(lambda x: value, np.ones(3))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_a_function_that_computes_in_fewer_digits_is_named(dtype: type) -> None:
    for value in (lambda x: dtype(x.sum()), lambda x: np.array(x.sum(), dtype)):
        with pytest.raises(ValueError, match=r"^f: expected a function that computes in float64, got float"):
            numerical_gradient(value, np.ones(3))


def test_a_function_that_changes_its_argument_spoils_nothing() -> None:
    def greedy(x: np.ndarray) -> float:
        x *= 2.0
        return float(x.sum())

    np.testing.assert_allclose(numerical_gradient(greedy, np.ones(3)), 2.0)


# --- a trace is its own, and nobody can change it


@pytest.mark.parametrize("forward", [rnn_forward, rnn_forward_plain, lstm_forward, lstm_forward_plain])
def test_a_trace_cannot_be_written_to_while_the_callers_arrays_can(forward: Callable) -> None:
    p = RNN if "rnn" in forward.__name__ else LSTM
    h0 = np.zeros((2, 4))
    assert_closed(forward(XS, p, h0))
    assert all(array.flags.writeable for array in (XS, h0, p.W, p.U, p.b))


@pytest.mark.parametrize("forward", [gru_forward, gru_forward_plain])
def test_a_trace_of_a_gru_cannot_be_written_to_either(forward: Callable) -> None:
    for p in (GRU, GRU_BEFORE):
        assert_closed(forward(XS, p, H))


def assert_closed(trace: Any) -> None:
    arrays = {name: value for name, value in trace._asdict().items() if isinstance(value, np.ndarray)}
    for name, array in (arrays | {k: getattr(trace.p, k) for k in "WUb"}).items():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0
        assert not array.flags.writeable, name


@pytest.mark.parametrize("forward", [lstm_forward, lstm_forward_plain])
def test_the_clamp_of_a_trace_cannot_be_changed_but_copied(forward: Callable) -> None:
    values = np.full((2, 5, 4), 0.5)
    trace = forward(XS, LSTM, clamp={"f": values})
    with pytest.raises(AttributeError):
        trace.clamp.clear()
    with pytest.raises(TypeError):
        trace.clamp["i"] = values
    with pytest.raises(ValueError, match="read-only"):
        trace.clamp["f"][:] = 1.0
    assert values.flags.writeable
    for copied in (copy.deepcopy(trace), pickle.loads(pickle.dumps(trace))):
        np.testing.assert_array_equal(copied.clamp["f"], values)
        np.testing.assert_array_equal(lstm_backward(copied, LSTM, DH).U, lstm_backward(trace, LSTM, DH).U)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("h", None),
        ("h", LSTM_TRACE.h[:, :3]),
        ("c", LSTM_TRACE.c.tolist()),
        ("f", np.matrix(np.ones((2, 4)))),
        ("o", LSTM_TRACE.o.astype(complex)),
        ("xs", XS[:1]),
        ("xs", np.ma.array(XS)),
        ("c0", np.zeros((1, 4))),
        ("clamp", {"f": 1.0}),
        ("clamp", None),
        ("p", None),
    ],
)
@pytest.mark.parametrize(
    "back",
    [
        lambda trace: lstm_backward(trace, LSTM, DH),
        lambda trace: lstm_backward_plain(trace, LSTM, DH),
        lambda trace: gradient_reach(trace, LSTM),
    ],
)
def test_a_trace_with_a_part_that_does_not_fit_is_refused_by_name(
    back: Callable, part: str, value: Any
) -> None:
    with pytest.raises(ValueError, match=r"^trace\.\w+: expected "):
        back(LSTM_TRACE._replace(**{part: value}))


# --- sizes and numbers of NumPy's small types


@pytest.mark.parametrize("small", [np.uint8(200), np.int16(200)])
def test_sizes_of_small_types_do_not_overflow(small: Any) -> None:
    for recurrent in ("orthogonal", "glorot"):
        got, right = (
            RNNParams.random(n, n, np.random.default_rng(0), recurrent=recurrent) for n in (small, 200)
        )
        np.testing.assert_array_equal(got.W, right.W)
        np.testing.assert_array_equal(got.U, right.U)
    assert type(whole("n", small)) is int


def test_a_forget_bias_fills_its_block_for_small_sizes_too() -> None:
    p = LSTMParams.random(np.int8(3), np.int8(64), RNG)
    assert (p.b_f == 1.0).all()
    assert p.b.sum() == 64


@pytest.mark.parametrize("forward", [lstm_forward, lstm_forward_plain])
@pytest.mark.parametrize("state", ["h0", "c0"])
def test_a_state_that_float32_cannot_hold_is_refused(forward: Callable, state: str) -> None:
    p = LSTMParams.random(3, 4, RNG, np.float32)
    with pytest.raises(ValueError, match=rf"^{state}: expected numbers that float32 can hold, got 1e\+39"):
        forward(XS.astype(np.float32), p, **{state: np.full((2, 4), 1e39)})


@pytest.mark.parametrize("p", [RNN, LSTM, GRU], ids=["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("name", ["W", "b"])
def test_weights_of_two_dtypes_are_refused(p: Any, name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name}: expected float64, as U has, got float32"):
        replace(p, **{name: getattr(p, name).astype(np.float32)})


class OwnView(LSTMParams):
    """A subclass that reads another block."""

    @property
    def W_f(self) -> np.ndarray:  # type: ignore[override]
        return self.W_i


@pytest.mark.parametrize(
    "call",
    [
        lambda p: lstm_step(X, H, H, p),
        lambda p: lstm_forward(XS, p),
        lambda p: lstm_forward_plain(XS, p),
        lambda p: run_cell(XS, p),
        lambda p: lstm_backward(LSTM_TRACE, p, DH),
        lambda p: gradient_reach(LSTM_TRACE, p),
    ],
)
def test_a_subclass_of_the_parameters_is_refused(call: Callable) -> None:
    with pytest.raises(ValueError, match=r"^p: expected .*LSTM.*, got OwnView"):
        call(OwnView(LSTM.W, LSTM.U, LSTM.b))
