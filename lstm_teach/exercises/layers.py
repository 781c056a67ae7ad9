"""Lesson 09: layers on layers, both directions, and states that are handed on."""

import numpy as np

from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises.core import Case, Mistake, function
from lstm_teach.exercises.draws import Array, Rng, four, lstm_params, sizes, states


def _some_stack(rng: Rng) -> Case:
    batch, time, m, n = sizes(rng, 4)
    # As many units in both layers, so that handing up the wrong thing of the right shape is possible.
    return {
        "xs": rng.standard_normal((batch, time, m)),
        "lower": lstm_params(rng, m, n),
        "upper": lstm_params(rng, n, n),
    }


def _some_directions(rng: Rng) -> Case:
    batch, time, m, n = sizes(rng, 4)
    return {
        "xs": rng.standard_normal((batch, time, m)),
        "forward": lstm_params(rng, m, n),
        "backward": lstm_params(rng, m, n),
    }


def _some_outputs(rng: Rng) -> Case:
    batch, time, n = sizes(rng, 3)
    return {"ys": states(rng, batch, time, 2 * n)}


def _some_halves(rng: Rng) -> Case:
    batch, early, late, m, n = sizes(rng, 5)
    return {
        "first": rng.standard_normal((batch, early, m)),
        "second": rng.standard_normal((batch, late, m)),
        "p": lstm_params(rng, m, n),
    }


def _outputs(xs: Array, p: LSTMParams) -> Array:
    return lstm_forward(np.ascontiguousarray(xs), p).h


def _last(xs: Array, p: LSTMParams) -> Array:
    return _outputs(xs, p)[:, -1]


def _both(ahead: Array, back: Array) -> Array:
    return np.concatenate([ahead, back], axis=-1)


def _two_halves(first: Array, second: Array, p: LSTMParams, h: bool = True, c: bool = True) -> Array:
    """The last h; without `h` or `c`, that state is not handed on."""
    before = lstm_forward(first, p)
    h0 = before.h[:, -1] if h else None
    c0 = before.c[:, -1] if c else None
    return lstm_forward(second, p, h0, c0).h[:, -1]


def _states_exchanged(first: Array, second: Array, p: LSTMParams) -> Array:
    before = lstm_forward(first, p)
    return lstm_forward(second, p, h0=before.c[:, -1], c0=before.h[:, -1]).h[:, -1]


def _states_of_the_first_step(first: Array, second: Array, p: LSTMParams) -> Array:
    before = lstm_forward(first, p)
    return lstm_forward(second, p, h0=before.h[:, 0], c0=before.c[:, 0]).h[:, -1]


def _halves(ys: Array) -> tuple[Array, Array]:
    """The forward and the backward half, each (batch, time, units)."""
    ahead, back = np.split(ys, 2, axis=-1)
    return ahead, back


EXERCISES = (
    function(
        "stacked_lstm",
        "09",
        "Two layers (use lstm_forward): `lower` reads xs, `upper` reads what `lower` says. The last h "
        "of `upper`.",
        four(_some_stack),
        lambda xs, lower, upper: _last(_outputs(xs, lower), upper),
        (
            Mistake(
                "The upper layer has read a single step: it wants *all* outputs of the lower "
                "(return_sequences).",
                lambda xs, lower, upper: _last(_outputs(xs, lower)[:, -1:], upper),
            ),
            Mistake(
                "You handed c up; what a layer shows is h.",
                lambda xs, lower, upper: _last(lstm_forward(xs, lower).c, upper),
            ),
            Mistake(
                "Those are the outputs at all steps; of the upper layer only the last is asked for.",
                lambda xs, lower, upper: _outputs(_outputs(xs, lower), upper),
            ),
            Mistake(
                "That is the upper layer's c; its last h is asked for.",
                lambda xs, lower, upper: lstm_forward(_outputs(xs, lower), upper).c[:, -1],
            ),
            Mistake(
                "That is the first step of the upper layer; the last has read everything.",
                lambda xs, lower, upper: _outputs(_outputs(xs, lower), upper)[:, 0],
            ),
            Mistake(
                "That is the lower layer's last h; the upper has not read yet.",
                lambda xs, lower, upper: _last(xs, lower),
            ),
        ),
    ),
    function(
        "bidirectional",
        "09",
        "All outputs of a bidirectional layer, (batch, time, 2 units): `forward` first, then `backward`.",
        four(_some_directions),
        lambda xs, forward, backward: _both(_outputs(xs, forward), _outputs(xs[:, ::-1], backward)[:, ::-1]),
        (
            Mistake(
                "The backward outputs stand backwards in time: turn them round again, so that step t "
                "meets step t.",
                lambda xs, forward, backward: _both(_outputs(xs, forward), _outputs(xs[:, ::-1], backward)),
            ),
            Mistake(
                "Both directions read from left to right. The backward one gets xs[:, ::-1] (time is axis 1; "
                "xs[::-1] would turn the batch round).",
                lambda xs, forward, backward: _both(_outputs(xs, forward), _outputs(xs, backward)),
            ),
            Mistake(
                "You turn the outputs round, but the backward layer has read from left to right: give it "
                "xs[:, ::-1].",
                lambda xs, forward, backward: _both(_outputs(xs, forward), _outputs(xs, backward)[:, ::-1]),
            ),
            Mistake(
                "The halves are exchanged: forward first.",
                lambda xs, forward, backward: _both(
                    _outputs(xs[:, ::-1], backward)[:, ::-1], _outputs(xs, forward)
                ),
            ),
            Mistake(
                "You added the two; they stand side by side, so nothing is lost.",
                lambda xs, forward, backward: (
                    _outputs(xs, forward) + _outputs(xs[:, ::-1], backward)[:, ::-1]
                ),
            ),
        ),
    ),
    function(
        "last_of_both",
        "09",
        "From all outputs ys (batch, time, 2 units) of a bidirectional layer: both halves once they "
        "have read it all.",
        four(_some_outputs),
        lambda ys: _both(_halves(ys)[0][:, -1], _halves(ys)[1][:, 0]),
        (
            Mistake(
                "At the last step the backward half has read one step only. Where has it read everything?",
                lambda ys: ys[:, -1],
            ),
            Mistake(
                "At the first step the forward half has read one step only. Where has it read everything?",
                lambda ys: ys[:, 0],
            ),
            Mistake(
                "Just the other way round: each half is taken where it has read one step only.",
                lambda ys: _both(_halves(ys)[0][:, 0], _halves(ys)[1][:, -1]),
            ),
            Mistake("That is the mean over time; asked for are two states.", lambda ys: ys.mean(axis=1)),
            Mistake(
                "The steps are right; the forward half stands first.",
                lambda ys: _both(_halves(ys)[1][:, 0], _halves(ys)[0][:, -1]),
            ),
        ),
    ),
    function(
        "two_halves",
        "09",
        "A text comes in two parts. Read `first`, then `second` (use lstm_forward), as if it were one: "
        "the last h.",
        four(_some_halves),
        _two_halves,
        (
            Mistake(
                "The second part is read from an empty memory: hand h and c on.",
                lambda first, second, p: _two_halves(first, second, p, h=False, c=False),
            ),
            Mistake(
                "c is not handed on, and that is the long memory.",
                lambda first, second, p: _two_halves(first, second, p, c=False),
            ),
            Mistake(
                "h is not handed on, and the gates of the next step read it.",
                lambda first, second, p: _two_halves(first, second, p, h=False),
            ),
            Mistake("h and c are exchanged: h0 is for h, c0 for c.", _states_exchanged),
            Mistake(
                "You hand on the state of the first step; take the last, [:, -1].", _states_of_the_first_step
            ),
            Mistake(
                "That is the last c; the last h is asked for.",
                lambda first, second, p: lstm_forward(np.concatenate([first, second], axis=1), p).c[:, -1],
            ),
            Mistake(
                "The parts are read in the wrong order.",
                lambda first, second, p: _two_halves(second, first, p),
            ),
        ),
    ),
)
