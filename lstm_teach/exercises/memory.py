"""Lesson 06: what the cell state can do that h cannot: the four cases, fifty steps, and the way back."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams, lstm_step, sigmoid
from lstm_teach.exercises.core import are_two_dicts, function, given, is_dict
from lstm_teach.exercises.draws import drawn, gates, lstm, normal, states
from lstm_teach.exercises.kinds import kind, numbers_of


class TwoSteps(NamedTuple):
    """The cell state after each of two steps."""

    c_1: Array
    c_2: Array


def _two_steps(
    clamps: list[Mapping[str, Any]], x_1: Array, x_2: Array, h_prev: Array, c_prev: Array, p: LSTMParams
) -> TwoSteps:
    """Both steps read the same h_prev: what the first one shows is not what is asked for."""
    c_1 = lstm_step(x_1, h_prev, c_prev, p, numbers_of(clamps[0])).c
    return TwoSteps(c_1, lstm_step(x_2, h_prev, c_1, p, numbers_of(clamps[1])).c)


def _fifty_steps(biases: Mapping[str, float]) -> dict[str, float]:
    """What is left of c_0 and what is written, with weights of 0 and a candidate of 1; and the two biases."""
    if unknown := set(biases) - {"i", "f", "c", "o"}:
        raise ValueError(f"biases: unknown {sorted(map(str, unknown))}, expected 'f' and 'i'")
    numbers = numbers_of(biases, "biases")
    for gate, bias in numbers.items():
        if bias.ndim or np.isnan(bias):
            raise ValueError(f"biases[{gate!r}]: expected one number, such as 1.0, got {kind(biases[gate])}")
    b_f, b_i = (float(numbers.get(gate, 0.0)) for gate in "fi")
    f, i = sigmoid(np.array([b_f, b_i]))
    return {"left": f**50, "written": i * sum(f**k for k in range(50)), "b_f": b_f, "b_i": b_i}


def _holds(biases: Mapping[str, float]) -> Array:
    """Is enough left, is little written, is f pushed open, is i pushed shut?"""
    left, written, b_f, b_i = _fifty_steps(biases).values()
    return np.array([left >= 0.8, written <= 0.2, b_f > 0, b_i < 0])


def _highway(f: Array) -> Array:
    later = np.concatenate([f[:, 1:], np.ones_like(f[:, :1])], axis=1)
    return later[:, ::-1].cumprod(axis=1)[:, ::-1]


CLAMP_ADD_THEN_OVERWRITE = given(
    "clamp_add_then_overwrite",
    "06",
    "Two clamps, one per step: add the whole candidate to all of c, then overwrite c with the candidate.",
    'a list of two dicts such as {"f": …, "i": …}',
    are_two_dicts,
    [{"f": 1.0, "i": 1.0}, {"f": 0.0, "i": 1.0}],
    {
        "Your second step keeps c and writes nothing.": [{"f": 1.0, "i": 1.0}, {"f": 1.0, "i": 0.0}],
        "The order: add first. f = 1 keeps the old.": [{"f": 0.0, "i": 1.0}, {"f": 1.0, "i": 1.0}],
        "Your second step adds once more: there f is 0.": [{"f": 1.0, "i": 1.0}, {"f": 1.0, "i": 1.0}],
        "Your first step overwrites, too: there f is 1.": [{"f": 0.0, "i": 1.0}, {"f": 0.0, "i": 1.0}],
        "Your second step erases: i = 1 lets the new in.": [{"f": 1.0, "i": 1.0}, {"f": 0.0, "i": 0.0}],
        "Your second step clamps nothing: its gates stay as learned.": [{"f": 1.0, "i": 1.0}, {}],
        "Your first step writes nothing: there i is 1.": [{"f": 1.0, "i": 0.0}, {"f": 0.0, "i": 1.0}],
        "Your first step leaves i as learned: hold it at 1.": [{"f": 1.0}, {"f": 0.0, "i": 1.0}],
        "Your first step leaves f as learned: hold it at 1.": [{"i": 1.0}, {"f": 0.0, "i": 1.0}],
        "Your second step leaves i as learned: hold it at 1.": [{"f": 1.0, "i": 1.0}, {"f": 0.0}],
        "Your second step leaves f as learned: hold it at 0.": [{"f": 1.0, "i": 1.0}, {"i": 1.0}],
    },
    _two_steps,
    cases=drawn(
        x_1=normal("batch m"),
        x_2=normal("batch m"),
        h_prev=states("batch n"),
        c_prev=normal("batch n", 4.0),
        p=lstm,
    ),
    tolerance=0.0,
    otherwise="c_1 is all of c_0 plus the whole candidate, c_2 the candidate alone: exactly, so 0 or 1.",
)


HOLD_FIFTY_STEPS = given(
    "hold_fifty_steps",
    "06",
    "Weights 0, candidate 1. After 50 steps, at least 80 % of c_0 is left and at most 0.2 is written.",
    'a dict of biases such as {"f": …, "i": …}',
    is_dict,
    {"f": 8.0, "i": -8.0},
    {
        "{left:.1%} of c_0 is left (80 % is asked for): raise the bias of f.": {"f": 1.0, "i": -8.0},
        "{left:.1%} of c_0 is left, as asked. But {written:.3f} is written, and 0.2 is allowed: lower "
        "the bias of i. σ(-3) is still 0.05, fifty times.": {"f": 8.0, "i": -3.0},
        "{left:.1%} of c_0 is left, as asked. But i is open and lets in {written:.3f}, and 0.2 is "
        "allowed: a bias below 0 closes it.": {"f": 8.0, "i": 0.0},
        "The signs are exchanged: a bias above 0 opens, one below 0 closes. {left:.1%} of c_0 is left, "
        "{written:.3f} is written.": {"f": -8.0, "i": 8.0},
        "f is closed: {left:.1%} of c_0 is left. A bias above 0 opens it.": {"f": -8.0, "i": -8.0},
        "The signs are right, the biases too small: {left:.1%} of c_0 is left (80 % is asked for), "
        "{written:.3f} is written (0.2 is allowed).": {"f": 2.0, "i": -2.0},
        "Both are open: {left:.1%} of c_0 is left (80 % is asked for), {written:.3f} is written (0.2 is "
        "allowed).": {"f": 2.0, "i": 2.0},
    },
    _holds,
    otherwise="{left:.1%} of c_0 is left (80 % is asked for), {written:.3f} is written (0.2 is allowed).",
    numbers=_fifty_steps,
)


@function("06", "highway", drawn(f=gates("batch time n")), _highway)
def _wrong_highway(f: Array) -> dict[str, Any]:
    """What is left along c alone, D_t, for every t, from the forget gates f (batch, time, units)."""
    highway, ones = _highway(f), np.ones_like(f[:, :1])
    over_units = _highway(f.swapaxes(1, 2)).swapaxes(1, 2)
    return {
        "f_t led *into* c_t. From c_t on, only later gates count: at the last step it is 1.": highway * f,
        "You multiply from the first step on. Here it is the gates *after* t.": f.cumprod(axis=1),
        "You multiply the gates *before* t.": np.concatenate([ones, f[:, :-1]], axis=1).cumprod(axis=1),
        "You add; the chain rule multiplies.": f[:, ::-1].cumsum(axis=1)[:, ::-1] - f,
        "The numbers are right, but their order in time is reversed.": highway[:, ::-1],
        "Reverse the result in time again. And f_t itself does not count.": f[:, ::-1].cumprod(axis=1),
        "That is how far c_T is from c_0 alone; it is wanted for every t.": f.prod(axis=1),
        "That is one step back: all later gates multiply.": np.concatenate([f[:, 1:], ones], axis=1),
        "You multiply over the units, which never meet. Time is axis 1.": over_units,
        "The last step is missing: there D is 1.": highway[:, :-1],
        "f is the fraction that is *kept*: f multiplies, not 1 - f.": _highway(1.0 - f),
    }
