"""Lesson 08: the GRU, in Keras' convention: z = 1 keeps the old state. (Its count is in `counts`.)"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_teach.cells import GRUParams, gru_forward, gru_step, sigmoid
from lstm_teach.exercises.core import Case, Mistake, function, settings
from lstm_teach.exercises.draws import Array, Rng, four, gates, gru_params, one_step, sizes, states


def _some_sequence(rng: Rng) -> Case:
    batch, time, m, n = sizes(rng, 4)
    return {
        "xs": rng.standard_normal((batch, time, m)),
        "p": gru_params(rng, m, n),
        "h0": states(rng, batch, n),
    }


def _some_mixing(rng: Rng) -> Case:
    batch, n = sizes(rng, 2)
    return {"z": gates(rng, batch, n), "h_prev": states(rng, batch, n), "h_tilde": states(rng, batch, n)}


def _run(clamp: Mapping[str, Any], xs: Array, p: GRUParams, h0: Array) -> Array:
    return gru_forward(xs, p, h0, clamp).h


def _with_biases(p: GRUParams, b_x: float, b_recurrent: float) -> GRUParams:
    """The same weights, with each row of biases kept (1) or dropped (0)."""
    return GRUParams(p.W, p.U, p.b * np.array([[b_x], [b_recurrent]]))


def _update_before_squashing(x: Array, h_prev: Array, p: GRUParams) -> Array:
    return x @ p.W_z + h_prev @ p.U_z + p.b_z.sum(axis=0)


def _step_with_candidate(
    x: Array, h_prev: Array, p: GRUParams, recalled: Array, squash: Any = np.tanh
) -> Array:
    """h, if the candidate is made from `recalled` in place of r ⊙ (h_prev U_h + d_h)."""
    z = gru_step(x, h_prev, p).z
    return z * h_prev + (1.0 - z) * squash(x @ p.W_h + p.b_h[0] + recalled)


def _exchanged(x: Array, h_prev: Array, p: GRUParams) -> Array:
    z, _, h_tilde, _ = gru_step(x, h_prev, p)
    return (1.0 - z) * h_prev + z * h_tilde


def _reset_before(x: Array, h_prev: Array, p: GRUParams) -> Array:
    r = gru_step(x, h_prev, p).r
    return _step_with_candidate(x, h_prev, p, (r * h_prev) @ p.U_h + p.b_h[1])


def _reset_without_bias(x: Array, h_prev: Array, p: GRUParams) -> Array:
    r = gru_step(x, h_prev, p).r
    return _step_with_candidate(x, h_prev, p, r * (h_prev @ p.U_h) + p.b_h[1])


def _no_reset(x: Array, h_prev: Array, p: GRUParams) -> Array:
    return _step_with_candidate(x, h_prev, p, h_prev @ p.U_h + p.b_h[1])


def _candidate_with_sigmoid(x: Array, h_prev: Array, p: GRUParams) -> Array:
    r = gru_step(x, h_prev, p).r
    return _step_with_candidate(x, h_prev, p, r * (h_prev @ p.U_h + p.b_h[1]), squash=sigmoid)


EXERCISES = (
    function(
        "update_gate",
        "08",
        "The update gate z of one GRU step; p.b_z has two rows, one for x W and one for h U.",
        one_step(gru_params),
        lambda x, h_prev, p: gru_step(x, h_prev, p).z,
        (
            Mistake(
                "Half of the bias is missing: p.b_z[1] belongs to h_prev @ p.U_z.",
                lambda x, h_prev, p: gru_step(x, h_prev, _with_biases(p, 1, 0)).z,
            ),
            Mistake(
                "Half of the bias is missing: p.b_z[0] belongs to x @ p.W_z.",
                lambda x, h_prev, p: gru_step(x, h_prev, _with_biases(p, 0, 1)).z,
            ),
            Mistake(
                "Both biases are missing.", lambda x, h_prev, p: gru_step(x, h_prev, _with_biases(p, 0, 0)).z
            ),
            Mistake(
                "That is the reset gate; the blocks stand in the order z, r, h.",
                lambda x, h_prev, p: gru_step(x, h_prev, p).r,
            ),
            Mistake(
                "A gate is squashed with σ; yours goes below 0, so it is tanh.",
                lambda x, h_prev, p: np.tanh(_update_before_squashing(x, h_prev, p)),
            ),
            Mistake(
                "That is 1 - z. In Keras' convention z = 1 keeps the old state.",
                lambda x, h_prev, p: 1.0 - gru_step(x, h_prev, p).z,
            ),
            Mistake("That is the pre-activation, right so far; squash it.", _update_before_squashing),
        ),
    ),
    function(
        "keep_or_replace",
        "08",
        "The new h of a GRU from the update gate z, h_prev and the candidate h_tilde.",
        four(_some_mixing),
        lambda z, h_prev, h_tilde: z * h_prev + (1.0 - z) * h_tilde,
        (
            Mistake(
                "z and 1 - z are exchanged: z = 1 means *keep old* here, though some papers have it "
                "the other way.",
                lambda z, h_prev, h_tilde: (1.0 - z) * h_prev + z * h_tilde,
            ),
            Mistake(
                "As much as is kept cannot be replaced: the new gets what z leaves, 1 - z.",
                lambda z, h_prev, h_tilde: z * h_prev + z * h_tilde,
            ),
            Mistake(
                "Yours adds the whole candidate to what is kept. A GRU replaces, it never adds up.",
                lambda z, h_prev, h_tilde: z * h_prev + h_tilde,
            ),
            Mistake(
                "No tanh here: the candidate is squashed already, and a mean of both stays in (-1, 1).",
                lambda z, h_prev, h_tilde: np.tanh(z * h_prev + (1.0 - z) * h_tilde),
            ),
        ),
    ),
    function(
        "gru_step",
        "08",
        "One step of a GRU as Keras makes it (reset_after): the new h from x, h_prev and p.",
        one_step(gru_params),
        lambda x, h_prev, p: gru_step(x, h_prev, p).h,
        (
            Mistake("z and 1 - z are exchanged: at z = 1 Keras keeps h.", _exchanged),
            Mistake(
                "Your reset gate multiplies h_prev before U_h (reset_after=False); here it comes after.",
                _reset_before,
            ),
            Mistake(
                "r multiplies h_prev U_h *and* its bias, the second row of p.b_h; yours leaves the "
                "bias outside.",
                _reset_without_bias,
            ),
            Mistake("The reset gate has no effect in yours: the candidate sees all of h_prev.", _no_reset),
            Mistake(
                "The candidate is squashed with σ; it may be negative, so tanh.", _candidate_with_sigmoid
            ),
            Mistake(
                "All biases are missing.", lambda x, h_prev, p: gru_step(x, h_prev, _with_biases(p, 0, 0)).h
            ),
            Mistake(
                "The second row of p.b is missing: the biases that come with h_prev @ U.",
                lambda x, h_prev, p: gru_step(x, h_prev, _with_biases(p, 1, 0)).h,
            ),
            Mistake(
                "That is the candidate; what becomes of h_prev is for z to say.",
                lambda x, h_prev, p: gru_step(x, h_prev, p).h_tilde,
            ),
        ),
    ),
    settings(
        "keep_h",
        "08",
        "A clamp under which a GRU never changes its h, whatever it reads.",
        'a dict such as {"r": …}',
        four(_some_sequence),
        _run,
        {"z": 1.0},
        (
            Mistake(
                "A closed reset gate hides h from the candidate, and that still comes in. Which gate "
                "lets it?",
                {"r": 0.0},
            ),
            Mistake(
                "An open reset gate shows all of h to the candidate; h itself is for the other gate.",
                {"r": 1.0},
            ),
            Mistake(
                "r says how much of h the candidate sees; that candidate still comes in. Which gate lets it?",
                {"r": 0.5},
            ),
            Mistake("z = 0 takes all of the new: here z = 1 keeps.", {"z": 0.0}),
            Mistake("Half of h is replaced at every step. At which z is nothing replaced?", {"z": 0.5}),
            Mistake(
                "z = 0 takes all of the new, as a plain RNN does. Here z = 1 keeps.", {"z": 0.0, "r": 1.0}
            ),
            Mistake("A tenth of the new comes in at every step, and it adds up: z = 1 exactly.", {"z": 0.9}),
            Mistake("z = 0 takes all of the new, whatever r is: here z = 1 keeps.", {"z": 0.0, "r": 0.0}),
            Mistake("A candidate of zero is still mixed in, and pulls h towards 0.", {"h_tilde": 0.0}),
            Mistake(
                "A hundredth of the new comes in at every step, and it adds up: z = 1 exactly.", {"z": 0.99}
            ),
        ),
    ),
)
