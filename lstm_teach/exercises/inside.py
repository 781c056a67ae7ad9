"""Lesson 12: looking inside a trained LSTM."""

import numpy as np

from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises.core import Case, Mistake, function
from lstm_teach.exercises.draws import Array, Rng, four, lstm_params, sizes


def _some_clamping(rng: Rng) -> Case:
    """`start` is late enough to be missed by one: at step 0, where c was 0, no forget gate shows."""
    batch, m, n = sizes(rng, 3)
    time = int(rng.integers(8, 11))
    return {
        "xs": rng.standard_normal((batch, time, m)),
        "p": lstm_params(rng, m, n),
        "start": int(rng.integers(3, time - 1)),
    }


def _some_reading(rng: Rng) -> Case:
    return {"probability": rng.uniform(0.05, 0.95, sizes(rng, 1)), "start": float(rng.uniform(0.3, 0.7))}


def _some_order(rng: Rng) -> Case:
    """An order that is not its own inverse, so that the inverse shows."""
    batch, time, m = 3 + rng.permutation(4)[:3]
    order = rng.permutation(time)
    while np.array_equal(order, np.argsort(order)):
        order = rng.permutation(time)
    return {"xs": rng.standard_normal((batch, time, m)), "order": order}


def _some_last_states(rng: Rng, turn: float) -> Case:
    """One unit falls clearly with the label (rises, if turn is -1), one does the opposite less clearly.

    A third is large, and varies most, whatever the label.
    """
    texts, n = 40, int(rng.integers(5, 8))
    label = rng.permutation(np.arange(texts) % 2)
    sign = turn * (2.0 * label - 1.0)
    telling = int(rng.integers(1, n - 2))
    rising, large = telling - 1, telling + 2  # never telling + 1, which is what counting from 1 gives
    c = rng.normal(0.0, 0.3, (texts, n))
    c[:, telling] -= 1.5 * sign
    c[:, rising] += 0.4 * sign
    c[:, large] += 5.0 + rng.normal(0.0, 3.0, texts)
    return {"c": c, "label": label}


def _held_from(
    xs: Array,
    p: LSTMParams,
    start: int,
    gate: str = "f",
    *,
    before: float = np.nan,
    value: float = 0.0,
    steps: int | None = None,
    of: str = "h",
) -> Array:
    """All h (or c) of a run with a gate held from step `start` on, for so many steps; until then `before`."""
    held = np.full((xs.shape[1], 1), np.nan)
    held[:start] = before
    held[start : None if steps is None else start + steps] = value
    return getattr(lstm_forward(xs, p, clamp={gate: held}), of)


def _held_until(xs: Array, p: LSTMParams, start: int) -> Array:
    held = np.full((xs.shape[1], 1), np.nan)
    held[:start] = 0.0
    return lstm_forward(xs, p, clamp={"f": held}).h


def _correlations(c: Array, label: Array) -> Array:
    """Of each unit with the label."""
    return np.corrcoef(c.T, label)[-1, :-1]


EXERCISES = (
    function(
        "close_from",
        "12",
        "Use lstm_forward with a clamp: the forget gate is 0 from step `start` on, as learned before. All h.",
        four(_some_clamping),
        _held_from,
        (
            Mistake(
                "You closed it from the beginning; before `start` it must stay computed, which is NaN "
                "in a clamp.",
                lambda xs, p, start: _held_from(xs, p, 0),
            ),
            Mistake(
                "Before `start` you hold the gate open, at 1. As learned is NaN.",
                lambda xs, p, start: _held_from(xs, p, start, before=1.0),
            ),
            Mistake(
                "You are one step late: step `start` itself (counted from 0) is closed, too.",
                lambda xs, p, start: _held_from(xs, p, start + 1),
            ),
            Mistake(
                "You are one step early: step `start` - 1 is still as learned.",
                lambda xs, p, start: _held_from(xs, p, start - 1),
            ),
            Mistake(
                "You opened it: f = 1 keeps, and closed is 0.",
                lambda xs, p, start: _held_from(xs, p, start, value=1.0),
            ),
            Mistake(
                "You closed it at step `start` alone; it stays closed to the end.",
                lambda xs, p, start: _held_from(xs, p, start, steps=1),
            ),
            Mistake("That is c; h is asked for.", lambda xs, p, start: _held_from(xs, p, start, of="c")),
            Mistake("You closed the input gate.", lambda xs, p, start: _held_from(xs, p, start, gate="i")),
            Mistake(
                "Just the other way round: closed until `start`, and as learned from there.", _held_until
            ),
            Mistake("Nothing is clamped yet.", lambda xs, p, start: lstm_forward(xs, p).h),
        ),
    ),
    function(
        "word_effect",
        "12",
        "From the probability after every word, and `start`, the one before the first: the change each "
        "word brings.",
        four(_some_reading),
        lambda probability, start: np.diff(probability, prepend=start),
        (
            Mistake(
                "The first word has no effect in yours; before it, the probability is `start`.",
                lambda probability, start: np.diff(probability, prepend=probability[0]),
            ),
            Mistake(
                "One number is missing: the first word moves the probability away from `start`.",
                lambda probability, start: np.diff(probability),
            ),
            Mistake(
                "The sign: after minus before, so that a word of praise is positive.",
                lambda probability, start: -np.diff(probability, prepend=start),
            ),
            Mistake(
                "You compare each with the start; compare it with the word before.",
                lambda probability, start: probability - start,
            ),
            Mistake(
                "The first word is compared with the last one; before it comes `start`.",
                lambda probability, start: probability - np.roll(probability, 1),
            ),
            Mistake(
                "You start from 0; before the first word the probability is `start`.",
                lambda probability, start: np.diff(probability, prepend=0.0),
            ),
        ),
    ),
    function(
        "shuffled_words",
        "12",
        "Put the steps of xs (batch, time, features) in a new order: step t of the result is step "
        "order[t] of xs.",
        four(_some_order),
        lambda xs, order: xs[:, order],
        (
            Mistake(
                "That is the inverse: yours puts step t at place order[t].",
                lambda xs, order: xs[:, np.argsort(order)],
            ),
            Mistake("You turned the sequence round, whatever the order says.", lambda xs, order: xs[:, ::-1]),
            Mistake(
                "You shuffled the texts, not their words: time is axis 1.",
                lambda xs, order: xs[order % len(xs)],
            ),
            Mistake(
                "You shuffled the features inside each word: time is axis 1.",
                lambda xs, order: xs[:, :, order % xs.shape[2]],
            ),
            Mistake("Nothing has moved.", lambda xs, order: xs),
        ),
    ),
    function(
        "telling_unit",
        "12",
        "From the last c (texts, units) and labels 0 and 1: the number of the unit that goes with the "
        "label most closely.",
        lambda rng: [_some_last_states(rng, turn) for turn in (1.0, -1.0, 1.0, -1.0)],
        lambda c, label: int(np.abs(_correlations(c, label)).argmax()),
        (
            Mistake(
                "A unit that *falls* with the label tells as much as one that rises: sign apart.",
                lambda c, label: int(_correlations(c, label).argmax()),
            ),
            Mistake(
                "A unit that *rises* with the label tells as much as one that falls: sign apart.",
                lambda c, label: int(_correlations(c, label).argmin()),
            ),
            Mistake(
                "That unit has the largest values, and varies most, for label 0 as much as for label 1.",
                lambda c, label: int(np.abs(c.mean(axis=0)).argmax()),
            ),
            Mistake(
                "You count units from 1; Python counts from 0.",
                lambda c, label: int(np.abs(_correlations(c, label)).argmax()) + 1,
            ),
            Mistake("Those are the correlations; the number of the unit is asked for.", _correlations),
        ),
    ),
)
