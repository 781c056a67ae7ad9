"""Lesson 08: the GRU, in Keras' convention: z = 1 keeps the old state. (Its count is in `counts`.)"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import GRUParams, gru_forward, gru_step, sigmoid
from lstm_teach.exercises.core import function, given, is_dict
from lstm_teach.exercises.draws import drawn, gates, gru, normal, states
from lstm_teach.exercises.kinds import numbers_of
from lstm_teach.exercises.slips import exchanged, slips, with_block

INPUT_ROW, RECURRENT_ROW = np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])


def _run(clamp: Mapping[str, Any], xs: Array, p: GRUParams, h0: Array) -> Array:
    return gru_forward(xs, p, h0, numbers_of(clamp)).h


def _bias_slips(p: GRUParams, gate: str) -> dict[str, GRUParams]:
    b = getattr(p, f"b_{gate}")
    input_alone, recurrent_alone = (with_block(p, "b", gate, b * row) for row in (INPUT_ROW, RECURRENT_ROW))
    return {
        f"p.b_{gate}[1] is missing: it belongs to h_prev @ p.U_{gate}.": input_alone,
        f"p.b_{gate}[0] is missing: it belongs to x @ p.W_{gate}.": recurrent_alone,
    }


@function(
    "08",
    "update_gate",
    drawn(x=normal("batch m"), h_prev=states("batch n"), p=gru),
    lambda x, h_prev, p: gru_step(x, h_prev, p).z,
)
def _wrong_gate(x: Array, h_prev: Array, p: GRUParams) -> dict[str, Any]:
    """The update gate z of one GRU step; p.b_z has two rows, one for x W and one for h U."""
    a = x @ p.W_z + h_prev @ p.U_z + p.b_z.sum(axis=0)
    weights = {**_bias_slips(p, "z"), **slips(p, "z", "zrh")}
    return {
        **{hint: gru_step(x, h_prev, slip).z for hint, slip in weights.items()},
        "A gate is squashed with σ; yours goes below 0, so it is tanh.": np.tanh(a),
        "That is 1 - z. In Keras' convention z = 1 keeps the old state.": sigmoid(-a),
        "That is the pre-activation, right so far; squash it.": a,
        "The biases belong inside, before the squashing.": sigmoid(a - p.b_z.sum(axis=0)) + p.b_z.sum(axis=0),
    }


@function(
    "08",
    "keep_or_replace",
    drawn(z=gates("batch n"), h_prev=states("batch n"), h_tilde=states("batch n")),
    lambda z, h_prev, h_tilde: z * h_prev + (1.0 - z) * h_tilde,
)
def _wrong_keep_or_replace(z: Array, h_prev: Array, h_tilde: Array) -> dict[str, Any]:
    """The new h of a GRU from the update gate z, h_prev and the candidate h_tilde."""
    return {
        "z and 1 - z are exchanged: here z = 1 keeps the old.": (1.0 - z) * h_prev + z * h_tilde,
        "z multiplies both. The new gets what z leaves, 1 - z.": z * h_prev + z * h_tilde,
        "Yours adds the whole candidate. A GRU replaces, it never adds up.": z * h_prev + h_tilde,
        "No tanh here: the candidate is squashed already.": np.tanh(z * h_prev + (1.0 - z) * h_tilde),
        "The candidate is missing: it gets what z leaves, 1 - z.": z * h_prev,
        "What is kept is missing: z times h_prev.": (1.0 - z) * h_tilde,
        "z multiplies h_prev alone in yours, and h_prev is added whole.": h_prev + (1.0 - z) * h_tilde,
        "The sign: the new is added to what is kept.": z * h_prev - (1.0 - z) * h_tilde,
    }


@function(
    "08",
    "gru_step",
    drawn(x=normal("batch m"), h_prev=states("batch n"), p=gru),
    lambda x, h_prev, p: gru_step(x, h_prev, p).h,
)
def _wrong_step(x: Array, h_prev: Array, p: GRUParams) -> dict[str, Any]:
    """One step of a GRU as Keras makes it (reset_after): the new h from x, h_prev and p."""
    z, r, h_tilde, h = gru_step(x, h_prev, p)

    def with_candidate(recalled: Array, squash: Any = np.tanh) -> Array:
        """The new h, if the candidate is made from this in place of r ⊙ (h_prev U_h + d_h)."""
        return z * h_prev + (1.0 - z) * squash(x @ p.W_h + p.b_h[0] + recalled)

    remembered = h_prev @ p.U_h
    weights = {
        "z and r are exchanged: the blocks stand in the order z, r, h.": exchanged(p, "z", "r"),
        "z and the candidate are exchanged: the blocks stand in the order z, r, h.": exchanged(p, "z", "h"),
        "The two rows of the bias are exchanged: row 0 belongs to x W, row 1 to h_prev U. In the candidate "
        "r multiplies row 1.": with_block(p, "b", "h", p.b_h[::-1].copy()),
        "All biases are missing.": GRUParams(p.W, p.U, 0.0 * p.b),
        "The second row of p.b is missing, that of h_prev @ U.": GRUParams(p.W, p.U, p.b * INPUT_ROW),
        "The first row of p.b is missing, that of x @ W.": GRUParams(p.W, p.U, p.b * RECURRENT_ROW),
    }
    for gate in "zrh":
        weights |= _bias_slips(p, gate) | slips(p, gate, "zrh")
    return {
        "z and 1 - z are exchanged: at z = 1 Keras keeps h.": (1.0 - z) * h_prev + z * h_tilde,
        "r multiplies h_prev @ U_h, after the product.": with_candidate((r * h_prev) @ p.U_h + p.b_h[1]),
        "r multiplies h_prev @ U_h *and* its bias, p.b_h[1].": with_candidate(r * remembered + p.b_h[1]),
        "The reset gate is missing: the candidate sees all.": with_candidate(remembered + p.b_h[1]),
        "r is what the candidate sees, not 1 - r.": with_candidate((1.0 - r) * (remembered + p.b_h[1])),
        "r multiplies what comes from h_prev, not x W_h.": (
            z * h_prev + (1.0 - z) * np.tanh(r * (x @ p.W_h + p.b_h[0] + remembered + p.b_h[1]))
        ),
        "The candidate may be negative: tanh, not σ.": with_candidate(r * (remembered + p.b_h[1]), sigmoid),
        "The candidate is not squashed yet: tanh.": with_candidate(r * (remembered + p.b_h[1]), lambda a: a),
        "That is the candidate. z decides how much of h_prev stays.": h_tilde,
        "Yours adds the whole candidate to what is kept: the new gets 1 - z.": z * h_prev + h_tilde,
        "The new state is a mean of two that are squashed: no tanh around it.": np.tanh(h),
        **{hint: gru_step(x, h_prev, slip).h for hint, slip in weights.items()},
    }


KEEP_H = given(
    "keep_h",
    "08",
    "A clamp under which a GRU never changes its h, not even a little, whatever it reads.",
    'a dict such as {"r": …}',
    is_dict,
    {"z": 1.0},
    {
        "r = 0 hides h from the candidate, which still comes in. Which gate lets it in?": {"r": 0.0},
        "An open reset gate shows all of h to the candidate. The other gate keeps h itself.": {"r": 1.0},
        "r says how much of h the candidate sees. Which gate lets the candidate in?": {"r": 0.5},
        "z = 0 takes all of the new: here z = 1 keeps.": {"z": 0.0},
        "Half of h is replaced at every step. At which z is nothing replaced?": {"z": 0.5},
        "z = 0 takes all of the new, as a plain RNN does. Here z = 1 keeps.": {"z": 0.0, "r": 1.0},
        "A tenth of the new comes in at every step, and it adds up: z = 1 exactly.": {"z": 0.9},
        "z = 0 takes all of the new, whatever r is: here z = 1 keeps.": {"z": 0.0, "r": 0.0},
        "A candidate of zero is still mixed in, and pulls h towards 0.": {"h_tilde": 0.0},
        "A hundredth of the new comes in at every step, and it adds up: z = 1 exactly.": {"z": 0.99},
        "A candidate of one is still mixed in, and pulls h towards 1.": {"h_tilde": 1.0},
        "A gate lies between 0 and 1: -1 changes the sign of h at every step.": {"z": -1.0},
        "A gate lies between 0 and 1. A *bias* may be 10; at z = 10 h grows tenfold a step.": {"z": 10.0},
        "Nothing is held yet: all gates stay as learned.": {},
    },
    _run,
    cases=drawn(xs=normal("batch time m"), p=gru, h0=states("batch n")),
    tolerance=0.0,
    otherwise="Your h still changes. Which gate keeps the old h, and at which value exactly all of it?",
)
