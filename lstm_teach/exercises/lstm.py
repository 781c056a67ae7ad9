"""Lesson 06: one whole step of an LSTM, gate by gate and fused."""

from typing import NamedTuple

import numpy as np

from lstm_teach.cells import LSTMParams, lstm_step, sigmoid
from lstm_teach.exercises.core import Case, Mistake, function
from lstm_teach.exercises.draws import Array, Rng, four, lstm_params, sizes, states


class State(NamedTuple):
    """The two states of an LSTM after a step."""

    h: Array
    c: Array


class Gates(NamedTuple):
    """The four blocks of an LSTM, squashed."""

    i: Array
    f: Array
    c_tilde: Array
    o: Array


def _some_step(rng: Rng) -> Case:
    batch, m, n = sizes(rng, 3)
    return {
        "x": rng.standard_normal((batch, m)),
        "h_prev": states(rng, batch, n),
        "c_prev": 4.0 * rng.standard_normal((batch, n)),
        "p": lstm_params(rng, m, n),
    }


def _some_pre_activations(rng: Rng) -> Case:
    batch, n = sizes(rng, 2)
    return {"a": 2.0 * rng.standard_normal((batch, 4 * n))}


def _state(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams) -> State:
    step = lstm_step(x, h_prev, c_prev, p)
    return State(step.h, step.c)


def _mixed(f: Array, i: Array, c_tilde: Array, o: Array, c_prev: Array) -> State:
    """The state that (wrong) gates lead to."""
    c = f * c_prev + i * c_tilde
    return State(o * np.tanh(c), c)


def _without_bias(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams) -> State:
    return _state(x, h_prev, c_prev, LSTMParams(p.W, p.U, np.zeros_like(p.b)))


def _blocks_in_order(order: tuple[int, ...], p: LSTMParams) -> LSTMParams:
    return LSTMParams(
        *(np.concatenate([np.split(array, 4, -1)[k] for k in order], -1) for array in (p.W, p.U, p.b))
    )


def _sigmoid_candidate(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams) -> State:
    s = lstm_step(x, h_prev, c_prev, p)
    return _mixed(s.f, s.i, sigmoid(np.arctanh(s.c_tilde)), s.o, c_prev)


def _h_for_c(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams) -> State:
    return _state(x, h_prev, h_prev, p)


def _unsquashed(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams) -> State:
    s = lstm_step(x, h_prev, c_prev, p)
    return State(s.o * s.c, s.c)


def _all_written(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams) -> State:
    s = lstm_step(x, h_prev, c_prev, p)
    return _mixed(s.f, np.ones_like(s.i), s.c_tilde, s.o, c_prev)


def _squashed_c(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams) -> State:
    s = lstm_step(x, h_prev, c_prev, p)
    return State(s.h, np.tanh(s.c))


def _old_c_shown(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams) -> State:
    s = lstm_step(x, h_prev, c_prev, p)
    return State(s.o * np.tanh(c_prev), s.c)


def _fused_gates(a: Array) -> Gates:
    """The package's own: a cell whose input is already the pre-activation."""
    columns = a.shape[1]
    n = columns // 4
    p = LSTMParams(np.eye(columns), np.zeros((n, columns)), np.zeros(columns))
    zero = np.zeros((len(a), n))
    return Gates(*lstm_step(a, zero, zero, p)[:4])


def _squash(i: Array, f: Array, c: Array, o: Array) -> Gates:
    return Gates(sigmoid(i), sigmoid(f), np.tanh(c), sigmoid(o))


def _places(a: Array, order: tuple[int, ...]) -> Array:
    """The columns of `a` with its four blocks in another order."""
    return np.concatenate([np.split(np.arange(a.shape[1]), 4)[k] for k in order])


EXERCISES = (
    function(
        "lstm_step",
        "06",
        "One step of an LSTM: from x, h_prev, c_prev and p to the new (h, c).",
        four(_some_step),
        _state,
        (
            Mistake("Right until |c| grows: try c = 5. h is o times tanh(c).", _unsquashed),
            Mistake(
                "Both are right, in the wrong order: h first, then c.",
                lambda x, h_prev, c_prev, p: tuple(reversed(_state(x, h_prev, c_prev, p))),
            ),
            Mistake(
                "f and i are exchanged: f multiplies the old, i the new. The blocks stand in the "
                "order i, f, c, o.",
                lambda x, h_prev, c_prev, p: _state(x, h_prev, c_prev, _blocks_in_order((1, 0, 2, 3), p)),
            ),
            Mistake(
                "The candidate and the output gate are exchanged: the blocks stand in the order i, f, c, o.",
                lambda x, h_prev, c_prev, p: _state(x, h_prev, c_prev, _blocks_in_order((0, 1, 3, 2), p)),
            ),
            Mistake("All biases are missing.", _without_bias),
            Mistake("The candidate is squashed with σ; it may be negative, so tanh.", _sigmoid_candidate),
            Mistake("You keep a part of h_prev; the memory is c_prev.", _h_for_c),
            Mistake("h shows the *old* cell state; take tanh of the new c.", _old_c_shown),
            Mistake("The whole candidate is written: where is i?", _all_written),
            Mistake("Hand on c itself; tanh(c) is only on the way to h.", _squashed_c),
            Mistake(
                "h is right. Return c as well, or the next step has no memory.",
                lambda x, h_prev, c_prev, p: _state(x, h_prev, c_prev, p).h,
            ),
        ),
    ),
    function(
        "fused_gates",
        "06",
        "Cut the fused pre-activations a (batch, 4 units) into (i, f, c_tilde, o), and squash each.",
        four(_some_pre_activations),
        _fused_gates,
        (
            Mistake(
                "The last two are exchanged: the order is i, f, c, o, and the third block gets tanh.",
                lambda a: _squash(*np.split(a[:, _places(a, (0, 1, 3, 2))], 4, axis=1)),
            ),
            Mistake(
                "The first two are exchanged: the order is i, f, c, o.",
                lambda a: _squash(*np.split(a[:, _places(a, (1, 0, 2, 3))], 4, axis=1)),
            ),
            Mistake(
                "σ for all four: the candidate, third in line, gets tanh.",
                lambda a: Gates(*(sigmoid(block) for block in np.split(a, 4, axis=1))),
            ),
            Mistake("Nothing is squashed yet.", lambda a: Gates(*np.split(a, 4, axis=1))),
            Mistake(
                "You took every fourth column; each block is n columns side by side.",
                lambda a: _squash(*(a[:, k::4] for k in range(4))),
            ),
        ),
    ),
)
