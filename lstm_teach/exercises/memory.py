"""Lesson 06: what the cell state can do that h cannot: the four cases, fifty steps, and the way back."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from lstm_teach.cells import LSTMParams, lstm_forward, lstm_step
from lstm_teach.exercises.core import Case, Mistake, function, settings
from lstm_teach.exercises.draws import Array, Rng, four, gates, lstm_params, sizes, states

FIFTY_STEPS = 50


class TwoSteps(NamedTuple):
    """The cell state after each of two steps."""

    c_1: Array
    c_2: Array


def _some_two_steps(rng: Rng) -> Case:
    batch, m, n = sizes(rng, 3)
    return {
        "x_1": rng.standard_normal((batch, m)),
        "x_2": rng.standard_normal((batch, m)),
        "h_prev": states(rng, batch, n),
        "c_prev": 4.0 * rng.standard_normal((batch, n)),
        "p": lstm_params(rng, m, n),
    }


def _some_silent_cell(rng: Rng) -> Case:
    """Weights too small to matter, so that the biases decide; a candidate that always wants to write."""
    batch, m, n = sizes(rng, 3)
    p = LSTMParams(
        0.1 * rng.standard_normal((m, 4 * n)), 0.1 * rng.standard_normal((n, 4 * n)), np.zeros(4 * n)
    )
    p.b_c[:] = 1.0
    return {
        "xs": rng.standard_normal((batch, FIFTY_STEPS, m)),
        "p": p,
        "c0": rng.uniform(0.5, 1.0, (batch, n)),
    }


def _some_forget_values(rng: Rng) -> Case:
    return {"f": gates(rng, *sizes(rng, 3))}


def _two_steps(
    clamps: list[Mapping[str, Any]], x_1: Array, x_2: Array, h_prev: Array, c_prev: Array, p: LSTMParams
) -> TwoSteps:
    first = lstm_step(x_1, h_prev, c_prev, p, clamp=clamps[0])
    second = lstm_step(x_2, first.h, first.c, p, clamp=clamps[1])
    return TwoSteps(first.c, second.c)


def _fifty_steps(biases: Mapping[str, float], xs: Array, p: LSTMParams, c0: Array) -> Array:
    """[is four fifths of c0 still there, is hardly anything else there] after fifty steps."""
    unknown = set(biases) - {"i", "f", "c", "o"}
    if unknown:
        raise ValueError(f"biases: unknown {sorted(map(str, unknown))}, expected some of 'i', 'f', 'c', 'o'")
    chosen = LSTMParams(p.W, p.U, p.b.copy())
    for gate, bias in biases.items():
        if not np.isfinite(float(bias)):
            raise ValueError(f"biases[{gate!r}]: expected a finite number, got {bias!r}")
        getattr(chosen, f"b_{gate}")[:] = bias
    trace = lstm_forward(xs, chosen, c0=c0)
    kept = trace.f.prod(axis=1)
    return np.array([kept.min() > 0.8, np.abs(trace.c[:, -1] - kept * c0).max() < 0.2])


def _highway(f: Array) -> Array:
    later = np.concatenate([f[:, 1:], np.ones_like(f[:, :1])], axis=1)
    return later[:, ::-1].cumprod(axis=1)[:, ::-1]


EXERCISES = (
    settings(
        "clamp_add_then_overwrite",
        "06",
        "Two clamps, one a step: first add the whole candidate to all of c, then overwrite c with the "
        "candidate.",
        'a list of two dicts such as {"f": …, "i": …}',
        four(_some_two_steps),
        _two_steps,
        [{"f": 1.0, "i": 1.0}, {"f": 0.0, "i": 1.0}],
        (
            Mistake(
                "f multiplies the old, i the new: your second step keeps c, and writes nothing.",
                [{"f": 1.0, "i": 1.0}, {"f": 1.0, "i": 0.0}],
            ),
            Mistake(
                "The first step overwrites and the second adds: f = 1 keeps the old (it does not forget it).",
                [{"f": 0.0, "i": 1.0}, {"f": 1.0, "i": 1.0}],
            ),
            Mistake(
                "Your second step adds once more; to overwrite, nothing of the old c may stay.",
                [{"f": 1.0, "i": 1.0}, {"f": 1.0, "i": 1.0}],
            ),
            Mistake(
                "Your first step overwrites, too. To add, all of the old must stay.",
                [{"f": 0.0, "i": 1.0}, {"f": 0.0, "i": 1.0}],
            ),
            Mistake(
                "Your second step erases: old and new are both shut out.",
                [{"f": 1.0, "i": 1.0}, {"f": 0.0, "i": 0.0}],
            ),
            Mistake(
                "Adding is right, but the second step clamps nothing: both gates do as they have learned.",
                [{"f": 1.0, "i": 1.0}, {}],
            ),
        ),
    ),
    settings(
        "hold_fifty_steps",
        "06",
        "The weights are small, so biases decide. Set them so that c survives 50 steps and nothing is "
        "written to it.",
        'a dict of biases such as {"f": …, "i": …}',
        four(_some_silent_cell),
        _fifty_steps,
        {"f": 8.0, "i": -8.0},
        (
            Mistake(
                "Nothing new gets in, but the old fades: a bias of f of 1 leaves 0.73^50 = 1.6e-7 of "
                "c. Go higher.",
                {"f": 1.0, "i": -8.0},
            ),
            Mistake(
                "c is kept, but something is added at each step: close the input gate farther, with a "
                "bias far below 0. σ(-3) is still 0.05, fifty times.",
                {"f": 8.0, "i": 0.0},
            ),
            Mistake(
                "The old fades and new is written. Open f with a bias far above 0, close i with one far "
                "below: a bias of 3 makes f 0.95, and 0.95^50 leaves 9 %; a bias of 5 leaves 71 %.",
                {"f": -8.0, "i": 8.0},
            ),
        ),
    ),
    function(
        "highway",
        "06",
        "The gradient along c alone: dc_T/dc_t for every t, from the forget gates f (batch, time, units).",
        four(_some_forget_values),
        _highway,
        (
            Mistake(
                "f_t led *into* c_t. From c_t on, only later gates count: at the last step it is 1.",
                lambda f: f[:, ::-1].cumprod(axis=1)[:, ::-1],
            ),
            Mistake(
                "You multiply from the first step on: that is dc_t/dc_0. Here it is the gates *after* t.",
                lambda f: f.cumprod(axis=1),
            ),
            Mistake("You add; the chain rule multiplies.", lambda f: f[:, ::-1].cumsum(axis=1)[:, ::-1] - f),
            Mistake("The numbers are right, but stand backwards in time.", lambda f: _highway(f)[:, ::-1]),
            Mistake(
                "That is how far c_T is from c_0 alone; it is wanted for every t.", lambda f: f.prod(axis=1)
            ),
        ),
    ),
)
