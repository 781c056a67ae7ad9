"""Lessons 03 to 05: what gates do to the cell state: keep, write, show."""

import numpy as np

from lstm_teach.cells import LSTMParams, lstm_forward, sigmoid
from lstm_teach.exercises.core import Case, Mistake, function, number
from lstm_teach.exercises.draws import Array, Rng, four, gates, lstm_params, sequence, sizes, states

TEN_STEPS = 10


def _some_forget_values(rng: Rng) -> Case:
    return {"f": gates(rng, *sizes(rng, 3))}


def _some_writing(rng: Rng) -> Case:
    batch, n = sizes(rng, 2)
    f, i = gates(rng, 2, batch, n)
    return {"f": f, "i": i, "c_tilde": states(rng, batch, n), "c_prev": 3.0 * rng.standard_normal((batch, n))}


def _some_showing(rng: Rng) -> Case:
    batch, n = sizes(rng, 2)
    return {"o": gates(rng, batch, n), "c": 3.0 * rng.standard_normal((batch, n))}


def _moved(xs: Array, p: LSTMParams, of: str = "c", **clamp: float) -> Array:
    """How a clamp changes c (or h) at every step."""
    return getattr(lstm_forward(xs, p, clamp=clamp), of) - getattr(lstm_forward(xs, p), of)


EXERCISES = (
    number(
        "half_life",
        "03",
        "Which value must the forget gate have, so that half of c is left after 10 steps?",
        0.5 ** (1 / TEN_STEPS),
        (
            Mistake("0.5 halves at *every* step; you need f^10 = 1/2.", 0.5),
            Mistake(
                "Taking away a twentieth of the start each time would be a sum; f multiplies: f^10 = 1/2.",
                0.95,
            ),
            Mistake(
                "That is the bias that does it. The gate's value is σ of it.",
                -np.log(2 ** (1 / TEN_STEPS) - 1),
            ),
            Mistake("That is what is lost at each step; f is what is kept.", 1.0 - 0.5 ** (1 / TEN_STEPS)),
        ),
        "After 10 steps your f leaves {got} of c; 0.5 is wanted. What is multiplied with itself ten times?",
        leads_to=lambda f: f**TEN_STEPS,
        tolerance=0.05,
    ),
    function(
        "what_is_left",
        "03",
        "Nothing is written. From the forget gates f (batch, time, units): the part of c_0 left after "
        "the last step.",
        four(_some_forget_values),
        lambda f: f.prod(axis=1),
        (
            Mistake(
                "You average the gates. Each multiplies what the one before has left.",
                lambda f: f.mean(axis=1),
            ),
            Mistake(
                "You add the gates up; each multiplies what the one before has left.", lambda f: f.sum(axis=1)
            ),
            Mistake(
                "That is the last gate alone; the ones before have taken their part too.", lambda f: f[:, -1]
            ),
            Mistake(
                "f is the part that is *kept*; you multiply what is lost, 1 - f.",
                lambda f: (1.0 - f).prod(axis=1),
            ),
            Mistake("That is what is lost; what is left is asked for.", lambda f: 1.0 - f.prod(axis=1)),
            Mistake("The first gate is missing: it multiplies c_0.", lambda f: f[:, 1:].prod(axis=1)),
            Mistake(
                "You multiply over the rows of the batch, which never meet. Time is axis 1.",
                lambda f: f.prod(axis=0),
            ),
            Mistake(
                "You multiply over the units, which each have a memory of their own. Time is axis 1.",
                lambda f: f.prod(axis=2),
            ),
            Mistake(
                "That is what is left after *every* step; the last one is asked for.",
                lambda f: f.cumprod(axis=1),
            ),
        ),
    ),
    function(
        "write",
        "04",
        "The new cell state from f, i, c_tilde and c_prev: keep a part of the old, write a part of the new.",
        four(_some_writing),
        lambda f, i, c_tilde, c_prev: f * c_prev + i * c_tilde,
        (
            Mistake(
                "f multiplies the old, i the new; you have them the other way round.",
                lambda f, i, c_tilde, c_prev: i * c_prev + f * c_tilde,
            ),
            Mistake(
                "Yours forgets everything at each step: what is kept of c_prev?",
                lambda f, i, c_tilde, c_prev: i * c_tilde,
            ),
            Mistake(
                "That is the LSTM of 1997, which keeps all: how much of c_prev stays is for f to say.",
                lambda f, i, c_tilde, c_prev: c_prev + i * c_tilde,
            ),
            Mistake(
                "Yours never writes: where does the candidate come in?",
                lambda f, i, c_tilde, c_prev: f * c_prev,
            ),
            Mistake(
                "i is a gate of its own; 1 - f is how a GRU does it.",
                lambda f, i, c_tilde, c_prev: f * c_prev + (1.0 - f) * c_tilde,
            ),
            Mistake(
                "c is not squashed: it may leave (-1, 1). tanh comes later, on the way to h.",
                lambda f, i, c_tilde, c_prev: np.tanh(f * c_prev + i * c_tilde),
            ),
            Mistake(
                "The whole candidate is written: how much of it is for the input gate to say.",
                lambda f, i, c_tilde, c_prev: f * c_prev + c_tilde,
            ),
            Mistake(
                "f is the part that is *kept*; f = 1 forgets nothing.",
                lambda f, i, c_tilde, c_prev: (1.0 - f) * c_prev + i * c_tilde,
            ),
        ),
    ),
    function(
        "hidden_state",
        "05",
        "The hidden state from the output gate o and the new cell state c.",
        four(_some_showing),
        lambda o, c: o * np.tanh(c),
        (
            Mistake("Right until |c| grows: try c = 5. h stays within (-1, 1).", lambda o, c: o * c),
            Mistake(
                "The gate comes last: squash c first, then let a part of it through.",
                lambda o, c: np.tanh(o * c),
            ),
            Mistake("c is squashed with tanh; with σ it would lose its sign.", lambda o, c: o * sigmoid(c)),
            Mistake(
                "That is all of tanh(c); the output gate lets a part of it through.", lambda o, c: np.tanh(c)
            ),
        ),
    ),
    function(
        "close_output",
        "05",
        "Clamp the output gate to 0 at every step: by how much does c change, at each step? (clamped - "
        "learned)",
        sequence(lstm_params),
        lambda xs, p: _moved(xs, p, o=0.0),
        (
            Mistake(
                "You say that c does not change. At step 1, yes; but what do the next step's gates read?",
                lambda xs, p: np.zeros(lstm_forward(xs, p).c.shape),
            ),
            Mistake("That is how h changes; c is asked for.", lambda xs, p: _moved(xs, p, of="h", o=0.0)),
            Mistake("The sign: clamped minus learned.", lambda xs, p: -_moved(xs, p, o=0.0)),
            Mistake(
                "Leave the sign: clamped minus learned, no absolute value.",
                lambda xs, p: np.abs(_moved(xs, p, o=0.0)),
            ),
            Mistake(
                "You clamped the forget gate; it is the output gate that is closed here.",
                lambda xs, p: _moved(xs, p, f=0.0),
            ),
            Mistake("You opened the output gate: 0 closes, 1 opens.", lambda xs, p: _moved(xs, p, o=1.0)),
            Mistake(
                "That is c with the gate closed. How much does it differ from c as learned?",
                lambda xs, p: lstm_forward(xs, p, clamp={"o": 0.0}).c,
            ),
        ),
    ),
)
