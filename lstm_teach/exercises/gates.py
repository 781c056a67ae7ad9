"""Lessons 03 to 05: the four small layers of an LSTM, three gates and the candidate."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams, lstm_step, sigmoid
from lstm_teach.exercises.core import Exercise, function
from lstm_teach.exercises.draws import drawn, lstm, normal, states
from lstm_teach.exercises.slips import slips, with_block


def _layer(
    name: str,
    lesson: str,
    question: str,
    gate: str,
    more: Callable[[Array, Array, LSTMParams], dict[str, Any]] = lambda x, h_prev, p: {},
) -> Exercise:
    """One of the four small layers: `more` are the mistakes that only this one has."""
    candidate = gate == "c"
    right_squash, other_squash = (np.tanh, sigmoid) if candidate else (sigmoid, np.tanh)
    squashed_wrongly = (
        "The candidate is no gate: it may be negative, so it is squashed with tanh. Yours is σ."
        if candidate
        else "A gate is squashed with σ, between 0 and 1; yours goes below 0, so it is tanh."
    )

    def before_squashing(x: Array, h_prev: Array, p: LSTMParams) -> Array:
        W, U, b = (getattr(p, f"{array}_{gate}") for array in "WUb")
        return x @ W + h_prev @ U + b

    def right(x: Array, h_prev: Array, p: LSTMParams) -> Array:
        return getattr(lstm_step(x, h_prev, np.zeros_like(h_prev), p), "c_tilde" if candidate else gate)

    def wrong(x: Array, h_prev: Array, p: LSTMParams) -> dict[str, Any]:
        a, b = before_squashing(x, h_prev, p), getattr(p, f"b_{gate}")
        all_four = right_squash(x @ p.W + h_prev @ p.U + p.b)
        only_x = before_squashing(x, h_prev, with_block(with_block(p, "U", gate, 0.0), "b", gate, 0.0))
        return {
            **{
                hint: right_squash(before_squashing(x, h_prev, slip))
                for hint, slip in slips(p, gate, "ifco").items()
            },
            squashed_wrongly: other_squash(a),
            "That is the pre-activation, right so far; squash it.": a,
            "The bias is added after the squashing; it belongs inside.": right_squash(a - b) + b,
            "You squash each part. Squash their sum, once.": right_squash(only_x) + right_squash(a - only_x),
            "That is squashed twice: once is enough.": right_squash(right_squash(a)),
            f"Those are all four blocks; p.W_{gate}, p.U_{gate} and p.b_{gate} are one.": all_four,
            **more(x, h_prev, p),
        }

    cases = drawn(x=normal("batch m"), h_prev=states("batch n"), p=lstm)
    return function(lesson, name, cases, right, question=question)(wrong)


def _gate(name: str, lesson: str, gate: str, what: str) -> Exercise:
    def opposite(x: Array, h_prev: Array, p: LSTMParams) -> dict[str, Any]:
        step = lstm_step(x, h_prev, np.zeros_like(h_prev), p)
        of_f = "That is 1 - f. The input gate is a layer of its own: W_i, U_i, b_i."
        return {
            f"That is 1 - {gate}: which sign stands in the exponent? Open is 1.": 1.0 - getattr(step, gate),
            "That is the denominator, 1 + exp(-a). Divide 1 by it: use brackets.": 1.0 / getattr(step, gate),
            **({of_f: 1.0 - step.f} if gate == "i" else {}),
        }

    question = f"The {what} of one step, σ(x W_{gate} + h_prev U_{gate} + b_{gate})."
    return _layer(name, lesson, question, gate, opposite)


def _with_the_input_gate(x: Array, h_prev: Array, p: LSTMParams) -> dict[str, Any]:
    step = lstm_step(x, h_prev, np.zeros_like(h_prev), p)
    return {"That is i times the candidate; the candidate alone is asked for.": step.i * step.c_tilde}


FORGET_GATE = _gate("forget_gate", "03", "f", "forget gate")
INPUT_GATE = _gate("input_gate", "04", "i", "input gate")
CANDIDATE = _layer(
    "candidate", "04", "The candidate of one step, tanh(x W_c + h_prev U_c + b_c).", "c", _with_the_input_gate
)
OUTPUT_GATE = _gate("output_gate", "05", "o", "output gate")
