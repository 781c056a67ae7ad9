"""Lesson 06: one whole step of an LSTM, gate by gate and fused."""

from typing import Any, NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams, lstm_step, sigmoid
from lstm_teach.exercises.core import function
from lstm_teach.exercises.draws import drawn, lstm, normal, states
from lstm_teach.exercises.slips import exchanged, slips, with_block


class State(NamedTuple):
    """The two states of an LSTM after a step, each (batch, units)."""

    h: Array
    c: Array

    @property
    def one_after_the_other(self) -> tuple[str, str]:
        """The results in the order in which they are made: where several are wrong, the first is named."""
        return "c", "h"


class Gates(NamedTuple):
    """The four blocks of an LSTM, squashed."""

    i: Array
    f: Array
    c_tilde: Array
    o: Array


def _state(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams, **gates: Array) -> State:
    """The new state; `gates` are put in place of those computed."""
    step = lstm_step(x, h_prev, c_prev, p, clamp=gates)
    return State(step.h, step.c)


def _without(p: LSTMParams, array: str) -> LSTMParams:
    for gate in "ifco":
        p = with_block(p, array, gate, 0.0)
    return p


def _turned(p: LSTMParams) -> LSTMParams:
    for gate in "ifco":
        p = with_block(p, "U", gate, getattr(p, f"U_{gate}").T.copy())
    return p


def _wrong_weights(p: LSTMParams) -> dict[str, LSTMParams]:
    """Slips that amount to other parameters, by their hints."""
    order = "The blocks stand in the order i, f, c, o."
    return {
        f"f and i are exchanged: f multiplies the old, i the new. {order}": exchanged(p, "f", "i"),
        f"The candidate and the output gate are exchanged. {order}": exchanged(p, "c", "o"),
        f"f and o are exchanged: f keeps, o shows. {order}": exchanged(p, "f", "o"),
        f"i and o are exchanged: i writes, o shows. {order}": exchanged(p, "i", "o"),
        f"i and the candidate are exchanged. {order}": exchanged(p, "i", "c"),
        f"f and the candidate are exchanged. {order}": exchanged(p, "f", "c"),
        "All biases are missing.": _without(p, "b"),
        "h_prev is missing in all four layers: x W *plus* h_prev U.": _without(p, "U"),
        "x is missing in all four layers: x W plus h_prev U.": _without(p, "W"),
        "U is transposed in all four layers. In row form it is h_prev @ U.": _turned(p),
        **{hint: slip for gate in "ifco" for hint, slip in slips(p, gate, "ifco").items()},
    }


def _fused_gates(a: Array) -> Gates:
    i, f, c, o = np.split(a, 4, axis=1)
    return Gates(sigmoid(i), sigmoid(f), np.tanh(c), sigmoid(o))


@function(
    "06",
    "lstm_step",
    drawn(x=normal("batch m"), h_prev=states("batch n"), c_prev=normal("batch n", 4.0), p=lstm),
    lambda x, h_prev, c_prev, p: _state(x, h_prev, c_prev, p),
)
def _wrong_step(x: Array, h_prev: Array, c_prev: Array, p: LSTMParams) -> dict[str, Any]:
    """One step of an LSTM: from x, h_prev, c_prev and p to the new (h, c)."""
    s = lstm_step(x, h_prev, c_prev, p)
    a = {gate: np.log(g / (1.0 - g)) for gate, g in (("i", s.i), ("f", s.f), ("o", s.o))}
    tanh = {gate: np.tanh(before) for gate, before in a.items()}

    def state(**gates: Array) -> State:
        return _state(x, h_prev, c_prev, p, **gates)

    return {
        "Right until |c| grows: try c = 5. h is o times tanh(c).": State(s.o * s.c, s.c),
        "c is right. h is all of tanh(c): o shows a part of it.": State(np.tanh(s.c), s.c),
        "c is right. In h, squash it with tanh: σ is never negative.": State(s.o * sigmoid(s.c), s.c),
        "c is right. The order in h: squash c first, then multiply with o.": State(np.tanh(s.o * s.c), s.c),
        "Both are right, in the wrong order: h first, then c.": (s.c, s.h),
        "The gates are squashed with σ; yours go below 0, so it is tanh.": state(**tanh),
        **{
            f"The gate {gate} is squashed with σ; yours is tanh.": state(**{gate: tanh[gate]})
            for gate in tanh
        },
        **{f"The gate {gate} is not squashed yet: σ.": state(**{gate: a[gate]}) for gate in a},
        "The candidate may be negative: tanh, not σ.": state(c_tilde=sigmoid(np.arctanh(s.c_tilde))),
        "The candidate is not squashed yet: tanh.": state(c_tilde=np.arctanh(s.c_tilde)),
        "You keep a part of h_prev; the memory is c_prev.": _state(x, h_prev, h_prev, p),
        "The layers read h_prev; yours read c_prev.": _state(x, c_prev, c_prev, p),
        "h shows the *old* cell state; take tanh of the new c.": State(s.o * np.tanh(c_prev), s.c),
        "The whole candidate is written: where is i?": state(i=np.ones_like(s.i)),
        "All of c_prev is kept: where is f?": state(f=np.ones_like(s.f)),
        "Nothing of c_prev is kept: where is f times c_prev?": state(f=np.zeros_like(s.f)),
        "The sign: what i lets in is added, f * c_prev + i * c_tilde.": state(i=-s.i),
        "What is written is multiplied by i, a gate of its own, and not by 1 - f.": state(i=1.0 - s.f),
        "f is what is *kept*: f times c_prev, not 1 - f.": state(f=1.0 - s.f),
        "Return c itself. tanh(c) is needed only to make h.": State(s.h, np.tanh(s.c)),
        "h is right. Return c as well, or the next step has no memory.": s.h,
        "c is right. Return h as well, and first.": s.c,
        **{hint: _state(x, h_prev, c_prev, slip) for hint, slip in _wrong_weights(p).items()},
    }


@function("06", "fused_gates", drawn(a=normal("batch 4n", 2.0)), _fused_gates)
def _wrong_gates(a: Array) -> dict[str, Any]:
    """Cut the fused pre-activations a (batch, 4 units) into (i, f, c_tilde, o), and squash each."""
    i, f, c, o = np.split(a, 4, axis=1)
    right = _fused_gates(a)

    def in_order(*blocks: Array) -> Gates:
        return _fused_gates(np.concatenate(blocks, axis=1))

    return {
        "The last two are exchanged: the order is i, f, c, o.": in_order(i, f, o, c),
        "The first two are exchanged: the order is i, f, c, o.": in_order(f, i, c, o),
        "The blocks stand in the order i, f, c, o; yours run backwards.": in_order(o, c, f, i),
        "σ for all four: the candidate, third in line, gets tanh.": right._replace(c_tilde=sigmoid(c)),
        "tanh for all four: only the candidate gets it, the gates get σ.": Gates(*map(np.tanh, (i, f, c, o))),
        "The fourth block gets tanh, not the third one.": right._replace(c_tilde=sigmoid(c), o=np.tanh(o)),
        "Nothing is squashed yet.": Gates(i, f, c, o),
        "You took every fourth column. A block is n neighbours.": in_order(*(a[:, k::4] for k in range(4))),
        "All numbers are right, in one array. Return four: i, f, c_tilde, o.": np.concatenate(right, axis=1),
        "The gates are right; the candidate is missing between f and o.": (right.i, right.f, right.o),
    }
