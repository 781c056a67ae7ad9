"""Lesson 09: layers on layers, both directions, and states that are handed on."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises.core import function
from lstm_teach.exercises.draws import drawn, lstm, normal, states, upper_lstm
from lstm_teach.exercises.lstm import State


def _outputs(xs: Array, p: LSTMParams) -> Array:
    return lstm_forward(xs, p).h


def _both(ahead: Array, back: Array) -> Array:
    return np.concatenate([ahead, back], axis=-1)


def _read_on(part: Array, h: Array, c: Array, p: LSTMParams) -> State:
    trace = lstm_forward(part, p, h, c)
    return State(trace.h[:, -1], trace.c[:, -1])


@function(
    "09",
    "stacked_lstm",
    drawn(xs=normal("batch time m"), lower=lstm, upper=upper_lstm),
    lambda xs, lower, upper: _outputs(_outputs(xs, lower), upper)[:, -1],
)
def _wrong_stack(xs: Array, lower: LSTMParams, upper: LSTMParams) -> dict[str, Any]:
    """`lower` reads xs, `upper` reads what `lower` says (use lstm_forward). The last h of `upper`."""
    below = lstm_forward(xs, lower)
    above = lstm_forward(below.h, upper)
    repeated = np.repeat(below.h[:, -1:], xs.shape[1], axis=1)
    handed_on = lstm_forward(below.h, upper, below.h[:, -1], below.c[:, -1])
    return {
        "The upper layer read one step. It reads *all* outputs.": _outputs(below.h[:, -1:], upper)[:, -1],
        "The upper layer read the same output at every step.": _outputs(repeated, upper)[:, -1],
        "You handed c up; what a layer shows is h.": _outputs(below.c, upper)[:, -1],
        "Those are the outputs at all steps; of the upper layer only the last is asked for.": above.h,
        "That is the upper layer's c; its last h is asked for.": above.c[:, -1],
        "That is the first step of the upper layer; the last has read everything.": above.h[:, 0],
        "That is the lower layer's last h; the upper has not read yet.": below.h[:, -1],
        "Your upper layer begins with the lower one's state; it has its own, of zeros.": handed_on.h[:, -1],
        "That is the mean over the steps; the last one is asked for.": above.h.mean(axis=1),
        "Nothing is added: the upper layer's last h is asked for.": above.h[:, -1] + below.h[:, -1],
        "Not side by side: the upper layer's last h is asked for.": _both(below.h[:, -1], above.h[:, -1]),
    }


@function(
    "09",
    "bidirectional",
    drawn(xs=normal("batch time m"), forward=lstm, backward=lstm),
    lambda xs, forward, backward: _both(_outputs(xs, forward), _outputs(xs[:, ::-1], backward)[:, ::-1]),
)
def _wrong_directions(xs: Array, forward: LSTMParams, backward: LSTMParams) -> dict[str, Any]:
    """All outputs of a bidirectional layer, (batch, time, 2 units): `forward` first, then `backward`."""
    ahead, back = _outputs(xs, forward), _outputs(xs[:, ::-1], backward)
    both_ahead = _outputs(xs, backward)
    both_c = _both(lstm_forward(xs, forward).c, lstm_forward(xs[:, ::-1], backward).c[:, ::-1])
    return {
        "The backward outputs run backwards in time: turn them round again.": _both(ahead, back),
        "Both read from left to right. The backward one gets xs[:, ::-1].": _both(ahead, both_ahead),
        "Your backward layer reads forwards: give it xs[:, ::-1].": _both(ahead, both_ahead[:, ::-1]),
        "The halves are exchanged: forward first.": _both(back[:, ::-1], ahead),
        "You added the two; they stand side by side, so nothing is lost.": ahead + back[:, ::-1],
        "That is the mean of the two; they stand side by side.": (ahead + back[:, ::-1]) / 2.0,
        "That is c; a layer shows h.": both_c,
        "The backward half has weights of its own.": _both(ahead, _outputs(xs[:, ::-1], forward)[:, ::-1]),
        "xs[::-1] turns the batch round. Write xs[:, ::-1].": _both(ahead, _outputs(xs[::-1], backward)),
        "Those are the last outputs; all steps are asked for.": _both(ahead[:, -1], back[:, -1]),
    }


@function(
    "09",
    "last_of_both",
    drawn(ys=states("batch time 4n")),
    lambda ys: _both(ys[:, -1, : ys.shape[2] // 2], ys[:, 0, ys.shape[2] // 2 :]),
)
def _wrong_last(ys: Array) -> dict[str, Any]:
    """From all outputs ys (batch, time, 2 units) of both directions: each half where it has read it all."""
    ahead, back = np.split(ys, 2, axis=-1)
    return {
        "At the last step the backward half has read one step only. Where has it read everything?": ys[:, -1],
        "At the first step the forward half has read one step only. Where has it read everything?": ys[:, 0],
        "The other way round: there each half has read one step only.": _both(ahead[:, 0], back[:, -1]),
        "That is the mean over time; two states are asked for, one of each half.": ys.mean(axis=1),
        "That is the maximum over time; two states are asked for, one of each half.": ys.max(axis=1),
        "The steps are right; the forward half stands first.": _both(back[:, 0], ahead[:, -1]),
        "The forward half is right; the backward one is missing.": ahead[:, -1],
        "You added the two halves; they stand side by side.": ahead[:, -1] + back[:, 0],
        "The halves are first and second, not every other one.": _both(ys[:, -1, ::2], ys[:, 0, 1::2]),
        "Both steps are whole; take one half of each, forward first.": _both(ys[:, -1], ys[:, 0]),
    }


@function(
    "09",
    "two_halves",
    drawn(part=normal("batch time m"), h=states("batch n"), c=normal("batch n", 2.0), p=lstm),
    _read_on,
)
def _wrong_part(part: Array, h: Array, c: Array, p: LSTMParams) -> dict[str, Any]:
    """Read one part of a text from the state (h, c) before it. Return the state (h, c) after it."""

    def after(h0: Array | None, c0: Array | None, step: int = -1) -> State:
        trace = lstm_forward(part, p, h0, c0)
        return State(trace.h[:, step], trace.c[:, step])

    right, all_steps = after(h, c), lstm_forward(part, p, h, c)
    return {
        "This part is read from an empty memory: hand in h0=h and c0=c.": after(None, None),
        "c is not handed in, and that is the long memory: c0=c.": after(h, None),
        "h is not handed in, and the gates of the next step read it: h0=h.": after(None, c),
        "h and c are exchanged on the way in: h0 is for h, c0 for c.": after(c, h),
        "h and c are exchanged on the way out: h first, then c.": (right.c, right.h),
        "You hand on the state of the first step; take the last, [:, -1].": after(h, c, step=0),
        "You hand on all steps; take the last state, [:, -1].": (all_steps.h, all_steps.c),
        "h is right. The next part needs c as well.": right.h,
        "c is right. The next part needs h as well, and first.": right.c,
        "You hand on the state that came in: what does this part make of it?": (h, c),
        "h is right. In place of c you hand on the one that came in.": (right.h, c),
    }
