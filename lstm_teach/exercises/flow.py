"""Lessons 03 to 05: what gates do to the cell state: keep, write, show."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams, lstm_forward, sigmoid
from lstm_teach.exercises.core import function, number
from lstm_teach.exercises.draws import drawn, gates, lstm, normal, states

TEN_STEPS = 10


def _moved(xs: Array, p: LSTMParams, of: str = "c", **clamp: Any) -> Array:
    """How a clamp changes c (or h) at every step."""
    return getattr(lstm_forward(xs, p, clamp=clamp), of) - getattr(lstm_forward(xs, p), of)


HALF_LIFE = number(
    "half_life",
    "03",
    "Which value must the forget gate have, so that half of c is left after 10 steps?",
    0.5 ** (1 / TEN_STEPS),
    {
        "0.5 halves at *every* step; you need f^10 = 1/2.": 0.5,
        "You take away a twentieth of the start at each step. But f multiplies: f^10 = 1/2.": 0.95,
        "That is the right bias. The gate's value is σ of it.": -np.log(2 ** (1 / TEN_STEPS) - 1),
        "That is what is lost at each step; f is what is kept.": 1.0 - 0.5 ** (1 / TEN_STEPS),
        "A gate lies between 0 and 1, so it is never negative.": -(0.5 ** (1 / TEN_STEPS)),
        "At this f c grows: it doubles in ten steps. A gate lies between 0 and 1.": 2 ** (1 / TEN_STEPS),
        "You raised 0.5 to the power 10. Raise f to the power 10: f^10 = 0.5.": 0.5**TEN_STEPS,
        "That keeps 5 % at each step. f multiplies: f^10 = 1/2.": 0.05,
        "Base and exponent are exchanged: f^10 = 0.5, so f is 0.5 to the power 1/10.": 0.1**0.5,
    },
    "After 10 steps your f leaves {got} of c; 0.5 is wanted. What is multiplied with itself ten times?",
    leads_to=lambda f: np.float64(f) * abs(np.float64(f)) ** (TEN_STEPS - 1),
    tolerance=0.05,
)


@function("03", "what_is_left", drawn(f=gates("batch time n")), lambda f: f.prod(axis=1))
def _wrong_what_is_left(f: Array) -> dict[str, Any]:
    """Nothing is written. From the forget gates f (batch, time, units): what is left of c_0 at the end."""
    return {
        "You average the gates. Each gate multiplies what the gate before has left.": f.mean(axis=1),
        "You add up the gates. Each gate multiplies what the gate before has left.": f.sum(axis=1),
        "That is the last gate alone. The gates before it multiply, too.": f[:, -1],
        "That is the first gate alone. Each later gate multiplies, too.": f[:, 0],
        "f is the fraction that is *kept*; you multiply what is lost, 1 - f.": (1.0 - f).prod(axis=1),
        "That is what is lost; what is left is asked for.": 1.0 - f.prod(axis=1),
        "The first gate is missing: it multiplies c_0.": f[:, 1:].prod(axis=1),
        "The last gate is missing: it multiplies what the ones before have left.": f[:, :-1].prod(axis=1),
        "You multiply over the rows of the batch, which never meet. Time is axis 1.": f.prod(axis=0),
        "You multiply over the units, which never meet. Time is axis 1.": f.prod(axis=2),
        "You multiply over all axes. Time is axis 1.": f.prod(),
        "That is what is left after *every* step; the last one is asked for.": f.cumprod(axis=1),
        "The smallest gate is not enough: each gate multiplies.": f.min(axis=1),
    }


@function(
    "04",
    "write",
    drawn(f=gates("batch n"), i=gates("batch n"), c_tilde=states("batch n"), c_prev=normal("batch n", 3.0)),
    lambda f, i, c_tilde, c_prev: f * c_prev + i * c_tilde,
)
def _wrong_write(f: Array, i: Array, c_tilde: Array, c_prev: Array) -> dict[str, Any]:
    """The new cell state from f, i, c_tilde and c_prev: keep a part of the old, write a part of the new."""
    return {
        "f multiplies the old, i the new: you have exchanged the two.": i * c_prev + f * c_tilde,
        "Yours forgets everything at each step: what is kept of c_prev?": i * c_tilde,
        "That is the LSTM of 1997, which keeps all: f says how much stays.": c_prev + i * c_tilde,
        "Yours never writes: where does the candidate come in?": f * c_prev,
        "i is a gate of its own. Only a GRU has 1 - f in its place.": f * c_prev + (1.0 - f) * c_tilde,
        "c is not squashed; tanh comes later, on the way to h.": np.tanh(f * c_prev + i * c_tilde),
        "The whole candidate is written. How much of it does i let in?": f * c_prev + c_tilde,
        "f is the fraction that is *kept*; f = 1 forgets nothing.": (1.0 - f) * c_prev + i * c_tilde,
        "Old and new are added, not multiplied.": f * c_prev * i * c_tilde,
        "f multiplies the old alone, not the new: check the brackets.": f * (c_prev + i * c_tilde),
        "The sign: what is written is added.": f * c_prev - i * c_tilde,
        "Old and new are added as they are: each gate multiplies its own.": c_prev + c_tilde,
    }


@function(
    "05", "hidden_state", drawn(o=gates("batch n"), c=normal("batch n", 3.0)), lambda o, c: o * np.tanh(c)
)
def _wrong_hidden_state(o: Array, c: Array) -> dict[str, Any]:
    """The hidden state from the output gate o and the new cell state c."""
    return {
        "Right until |c| grows: try c = 5. h stays within (-1, 1).": o * c,
        "The gate comes last: squash c first, then let a part of it through.": np.tanh(o * c),
        "c is squashed with tanh; with σ it would lose its sign.": o * sigmoid(c),
        "That is all of tanh(c); the output gate lets a part of it through.": np.tanh(c),
        "Squash c, not the gate: o has been through σ already.": np.tanh(o) * c,
        "o is a gate already: do not squash it again.": sigmoid(o) * np.tanh(c),
        "The gate multiplies; you add it.": o + np.tanh(c),
        "o = 1 is open and shows all: o, not 1 - o.": (1.0 - o) * np.tanh(c),
    }


@function("05", "close_output", drawn(xs=normal("batch time m"), p=lstm), lambda xs, p: _moved(xs, p, o=0.0))
def _wrong_closing(xs: Array, p: LSTMParams) -> dict[str, Any]:
    """The output gate is clamped to 0: by how much does c change at each step? (clamped - learned)"""
    moved, learned = _moved(xs, p, o=0.0), lstm_forward(xs, p).c
    return {
        "You say that c never changes. At step 1, yes; but what do the next gates read?": 0.0 * moved,
        "That is how h changes; c is asked for.": _moved(xs, p, of="h", o=0.0),
        "The sign: clamped minus learned.": -moved,
        "Leave the sign: clamped minus learned, no absolute value.": np.abs(moved),
        "You clamped the forget gate; it is the output gate that is closed here.": _moved(xs, p, f=0.0),
        "You clamped the input gate; it is the output gate that is closed here.": _moved(xs, p, i=0.0),
        "You opened the output gate: 0 closes, 1 opens.": _moved(xs, p, o=1.0),
        "That is c with the gate closed. How much does it differ from c as learned?": moved + learned,
        "That is c as learned. How much does closing the gate change it?": learned,
        "That is the change at the last step alone; it is asked for at every step.": moved[:, -1],
        "That is the change as a fraction of c; the difference itself is asked for.": moved / learned,
    }
