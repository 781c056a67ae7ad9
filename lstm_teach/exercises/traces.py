"""Lessons 04 and 05: from what a trace shows back to what made it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises.core import function, given, is_dict
from lstm_teach.exercises.draws import drawn, gates, lstm, normal, states
from lstm_teach.exercises.kinds import numbers_of


def _one_step_earlier(a: Array) -> Array:
    """Return what stood one step before each step; 0 before the first."""
    return np.concatenate([np.zeros_like(a[:, :1]), a[:, :-1]], axis=1)


def _moved(clamp: Mapping[str, Any], xs: Array, h0: Array, c0: Array, p: LSTMParams) -> Array:
    """Return by how much c changes at each step if o is closed too."""
    held = numbers_of(clamp)
    if "o" in held:
        raise ValueError("'o' is the gate under test: hold others")
    closed = {**held, "o": np.array(0.0)}
    return lstm_forward(xs, p, h0, c0, closed).c - lstm_forward(xs, p, h0, c0, held).c


@function(
    "04",
    "what_was_written",
    drawn(f=gates("batch time n"), c=normal("batch time n", 2.0)),
    lambda f, c: c - f * _one_step_earlier(c),
)
def _wrong_writing(f: Array, c: Array) -> dict[str, Any]:
    """From f and c (batch, time, units): what was written into c at each step? Before the first, c is 0."""
    c_prev = _one_step_earlier(c)
    right = c - f * c_prev
    return {
        "That is how c changed. Before the writing, f let go of a part of the old c.": c - c_prev,
        "You multiply the new c by f; f multiplies the c of the step before.": c - f * c,
        "f is the fraction that is *kept*: c_t = f c_{t-1} + what was written.": c - (1.0 - f) * c_prev,
        "You take f of the step before; c_t comes from f_t.": c - _one_step_earlier(f) * c_prev,
        "The sign: what was written is c_t minus what was kept.": -right,
        "What was written may be negative: leave the sign.": np.abs(right),
        "The first step is missing: c is 0 before it, so all of c_1 was written.": right[:, 1:],
        "At the first step you take the last c as the one before (np.roll does so). It is 0.": (
            c - f * np.roll(c, 1, axis=1)
        ),
        "At the first step you write 0. Before it c is 0, so all of c_1 was written.": np.concatenate(
            [np.zeros_like(c[:, :1]), right[:, 1:]], axis=1
        ),
        "That is what was kept; what was written is asked for.": f * c_prev,
        "That is what was written at the last step alone; it is asked for at every step.": right[:, -1],
        "You add up what was written; it is asked for at each step.": right.cumsum(axis=1),
        "You go along the rows of the batch, which never meet. Time is axis 1.": (
            c - f * _one_step_earlier(c.swapaxes(0, 1)).swapaxes(0, 1)
        ),
        "That is the new c. How much of it was there before?": c,
    }


CUT_THE_WAY_BACK = given(
    "cut_the_way_back",
    "05",
    "A clamp without o under which closing the output gate changes c at no step, not even a little.",
    'a dict such as {"f": …}',
    is_dict,
    {"f": 1.0, "i": 0.0},
    {
        "With f held, i and c̃ still read h, so something else is written.": {"f": 1.0},
        "f = 0 erases, but i and c̃ still read h, so something else is written.": {"f": 0.0},
        "Nothing is written now. But f still reads h, and keeps another fraction.": {"i": 0.0},
        "With i = 1 all of c̃ is written, and c̃ reads h. f does, too.": {"i": 1.0},
        "Both gates are held, but c̃ reads h, and all of it is written.": {"f": 1.0, "i": 1.0},
        "You have exchanged f and i: i = 1 writes c̃, and c̃ reads h.": {"f": 0.0, "i": 1.0},
        "Half of c̃ is written, and c̃ reads h.": {"f": 1.0, "i": 0.5},
        "Half of c̃ is written, and c̃ reads h; f is held.": {"f": 0.5, "i": 0.5},
        "c̃ and f are held, but i still reads h.": {"c_tilde": 1.0, "f": 1.0},
        "c̃ and i are held, but f still reads h.": {"c_tilde": 1.0, "i": 1.0},
        "Nothing is held yet: f, i and c̃ all read h.": {},
    },
    _moved,
    cases=drawn(xs=normal("batch time m"), h0=states("batch n"), c0=normal("batch n", 3.0), p=lstm),
    tolerance=0.0,
    otherwise="c still changes. Which of f, i and c̃ read h, and which of them still reach c?",
)
