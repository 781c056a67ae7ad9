"""Lessons 03 to 05: the four small layers of an LSTM, three gates and the candidate."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_teach.cells import LSTMParams, lstm_step, sigmoid
from lstm_teach.exercises.core import Exercise, Mistake, Mistakes, function
from lstm_teach.exercises.draws import Array, lstm_params, one_step

OWNERS = {"i": "the input gate's", "f": "the forget gate's", "c": "the candidate's", "o": "the output gate's"}


def _dense(
    block: str,
    x: Array,
    h_prev: Array,
    p: LSTMParams,
    *,
    bias: float = 1.0,
    memory: float = 1.0,
    input: float = 1.0,
    transposed: bool = False,
) -> Array:
    """The pre-activation of one block; `bias`, `memory` or `input` 0 leaves that part out."""
    W, U, b = (getattr(p, f"{array}_{block}") for array in "WUb")
    return input * x @ W + memory * h_prev @ (U.T if transposed else U) + bias * b


def _layer(
    block: str, squash: Callable[[Array], Array], **parts: Any
) -> Callable[[Array, Array, LSTMParams], Array]:
    return lambda x, h_prev, p: squash(_dense(block, x, h_prev, p, **parts))


def _mistakes(
    block: str, squash: Callable[[Array], Array], other: Callable[[Array], Array], why: str
) -> Mistakes:
    """What goes wrong in each of the four small layers: `other` is the wrong squashing, `why` says so."""
    return (
        Mistake(f"The bias p.b_{block} is missing.", _layer(block, squash, bias=0.0)),
        Mistake(why, _layer(block, other)),
        Mistake("That is the pre-activation, right so far; squash it.", _layer(block, lambda a: a)),
        Mistake(
            f"Yours looks at x alone: h_prev @ p.U_{block} is missing.", _layer(block, squash, memory=0.0)
        ),
        Mistake(f"Yours does not look at x: x @ p.W_{block} is missing.", _layer(block, squash, input=0.0)),
        Mistake(
            f"U is transposed, or stands on the wrong side. In row form it is h_prev @ p.U_{block}.",
            _layer(block, squash, transposed=True),
        ),
        Mistake(
            "The bias is added after the squashing; it belongs inside.",
            lambda x, h_prev, p: squash(_dense(block, x, h_prev, p, bias=0.0)) + getattr(p, f"b_{block}"),
        ),
        *(
            Mistake(
                f"You used {OWNERS[wrong]} weights (the blocks stand in the order i, f, c, o); "
                f"this is {OWNERS[block]} task.",
                _layer(wrong, squash),
            )
            for wrong in OWNERS
            if wrong != block
        ),
    )


def _opposite(block: str) -> Callable[[Array, Array, LSTMParams], Array]:
    return _layer(block, lambda a: sigmoid(-a))


def _gate(name: str, lesson: str, block: str, what: str, more: Mistakes = ()) -> Exercise:
    squashed_wrongly = "A gate is squashed with σ, between 0 and 1; yours goes below 0, so it is tanh."
    return function(
        name,
        lesson,
        f"The {what} of one step, σ(x W_{block} + h_prev U_{block} + b_{block}).",
        one_step(lstm_params),
        lambda x, h_prev, p: getattr(lstm_step(x, h_prev, np.zeros_like(h_prev), p), block),
        (
            *_mistakes(block, sigmoid, np.tanh, squashed_wrongly),
            Mistake(
                f"That is 1 - {block}: which sign stands in the exponent of σ? Open is 1.", _opposite(block)
            ),
            *more,
        ),
    )


EXERCISES = (
    _gate("forget_gate", "03", "f", "forget gate"),
    _gate(
        "input_gate",
        "04",
        "i",
        "input gate",
        (Mistake("That is 1 - f. The input gate is a layer of its own: W_i, U_i, b_i.", _opposite("f")),),
    ),
    function(
        "candidate",
        "04",
        "The candidate of one step, tanh(x W_c + h_prev U_c + b_c).",
        one_step(lstm_params),
        lambda x, h_prev, p: lstm_step(x, h_prev, np.zeros_like(h_prev), p).c_tilde,
        (
            *_mistakes(
                "c",
                np.tanh,
                sigmoid,
                "The candidate is no gate: it may be negative, so it is squashed with tanh. Yours is σ.",
            ),
            Mistake(
                "That is what is written, i times the candidate; the candidate alone is asked for.",
                lambda x, h_prev, p: _layer("i", sigmoid)(x, h_prev, p) * _layer("c", np.tanh)(x, h_prev, p),
            ),
        ),
    ),
    _gate("output_gate", "05", "o", "output gate"),
)
