"""Lesson 12: looking inside a trained LSTM."""

from typing import Any

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.cells import LSTMParams, lstm_forward
from lstm_teach.exercises.core import Case, Rng, function
from lstm_teach.exercises.draws import Sizes, drawn, each, lstm, normal


def _start(rng: Rng, sizes: Sizes) -> int:
    """Neither of the first two steps (at step 0, where c was 0, no forget gate shows), nor the last."""
    return int(rng.integers(2, sizes["time"] - 1))


def _some_reading(rng: Rng, many: int) -> Case:
    """Words of praise and of blame: the probability rises and falls."""
    start = float(rng.uniform(0.45, 0.55))
    steps = rng.permutation((-1.0) ** np.arange(many)) * rng.uniform(0.02, 0.1, many)
    return {"probability": start + np.cumsum(steps), "start": start}


def _order(rng: Rng, sizes: Sizes) -> Array:
    """An order that is not its own inverse, so that the inverse shows."""
    order = rng.permutation(sizes["time"])
    while np.array_equal(order, np.argsort(order)) or np.array_equal(order, np.roll(np.sort(order), 1)):
        order = rng.permutation(sizes["time"])
    return order


def _some_last_states(rng: Rng, kind: tuple[float, int, int]) -> Case:
    """One unit of n falls clearly with the label (rises, if turn is -1); of the others, `rank` vary less.

    The unit that varies least does the opposite less clearly, and one that varies much does the same less
    clearly. The rest do not tell; one has two heaps, too, but not those of the label. Each unit has its own
    mean, and varies more for one of the labels.
    """
    turn, rank, n = kind
    rising, heaps, far, most = 0, n - 3, n - 2, n - 1
    label = rng.permutation(np.repeat([0, 1], 20 + n))
    sign = turn * (2.0 * label - 1.0)
    spread = rng.uniform(0.5, 1.3, n)
    c = np.where(label[:, None] == 1, spread, np.sqrt(2.0 - spread**2)) * rng.standard_normal((len(label), n))
    c[:, heaps] = (0.1 if turn < 0 else 0.5) * c[:, heaps] + 2.0 * rng.permutation(label) - 1.0
    c[:, rank] = 0.25 * c[:, rank] - sign
    c[:, rising] += sign
    c[:, far] -= sign
    mean = rng.uniform(3.0, 9.0, n)
    mean[[rising, far, most]] = 0.0
    mean[rank] = 9.0 if turn < 0 else 0.0
    return {"c": ((c + mean) * 0.02 * 2.0 ** np.arange(n))[:, rng.permutation(n)], "label": label}


def _held_from(
    xs: Array,
    p: LSTMParams,
    start: int,
    gate: str = "f",
    *,
    before: float = np.nan,
    value: float = 0.0,
    steps: int | None = None,
) -> Array:
    """All h of a run with a gate held from step `start` on, for so many steps; until then `before`."""
    held = np.full((xs.shape[1], 1), np.nan)
    held[:start] = before
    held[start : None if steps is None else start + steps] = value
    return lstm_forward(xs, p, clamp={gate: held}).h


@function(
    "12",
    "close_from",
    drawn(xs=normal("batch time m"), p=lstm, start=_start),
    lambda xs, p, start: _held_from(xs, p, start),
)
def _wrong_clamp(xs: Array, p: LSTMParams, start: int) -> dict[str, Any]:
    """Use lstm_forward with a clamp: the forget gate is 0 from step `start` on, as learned before. All h."""
    right = _held_from(xs, p, start)
    from_start = np.where(np.arange(xs.shape[1])[:, None] < start, np.nan, 0.0)
    return {
        "You closed it from the beginning; before `start` the clamp is NaN.": _held_from(xs, p, 0),
        "Before `start` you hold the gate at 1. As learned is NaN.": _held_from(xs, p, start, before=1.0),
        "You are one step late: step `start` itself is closed, too.": _held_from(xs, p, start + 1),
        "You are one step early: step `start` - 1 is still as learned.": _held_from(xs, p, start - 1),
        "You opened it: f = 1 keeps, and closed is 0.": _held_from(xs, p, start, value=1.0),
        "You closed it at step `start` alone; it stays closed to the end.": _held_from(xs, p, start, steps=1),
        "That is c; h is asked for.": lstm_forward(xs, p, clamp={"f": from_start}).c,
        "You closed the input gate; it is the forget gate that is held.": _held_from(xs, p, start, gate="i"),
        "You closed the output gate; it is the forget gate that is held.": _held_from(xs, p, start, gate="o"),
        "Just the other way round: it is closed *from* `start` on.": _held_from(xs, p, 0, steps=start),
        "Nothing is clamped yet.": lstm_forward(xs, p).h,
        "That is the last h; the h of every step is asked for.": right[:, -1],
        "That is how h changes; h itself is asked for.": right - lstm_forward(xs, p).h,
        "Those are the steps from `start` on; all are asked for.": right[:, start:],
    }


@function(
    "12",
    "word_effect",
    each(_some_reading, 5, 6, 7, 8),
    lambda probability, start: np.diff(probability, prepend=start),
)
def _wrong_effect(probability: Array, start: float) -> dict[str, Any]:
    """From the probability after every word, and `start` before the first: the change at each word."""
    right = np.diff(probability, prepend=start)
    return {
        "Before the first word the probability is `start`.": np.diff(probability, prepend=probability[0]),
        "One number is missing: the first word moves it away from `start`.": np.diff(probability),
        "The sign: after minus before, so that a word of praise is positive.": -right,
        "A word of blame has a negative effect: no absolute value.": np.abs(right),
        "You compare each with the start; compare it with the word before.": probability - start,
        "The first word is compared with the last one: use `start`.": probability - np.roll(probability, 1),
        "You start from 0; the probability before is `start`.": np.diff(probability, prepend=0.0),
        "Each effect stands one word too early: it is seen *after* it.": np.append(np.diff(probability), 0.0),
        "Those are ratios; the difference is asked for.": probability / np.append(start, probability[:-1]),
        "You divide by the probability before: leave it out.": right / np.append(start, probability[:-1]),
        "In percent, right; leave it as a probability.": 100.0 * right,
        "That is the effect of the whole text; each word has its own.": probability[-1] - start,
    }


@function(
    "12", "shuffled_words", drawn(xs=normal("batch time m"), order=_order), lambda xs, order: xs[:, order]
)
def _wrong_shuffled_words(xs: Array, order: Array) -> dict[str, Any]:
    """Put the steps of xs (batch, time, features) in a new order: step t becomes step order[t] of xs."""
    return {
        "That is the inverse: yours puts step t at place order[t].": xs[:, np.argsort(order)],
        "You turned the sequence round, whatever the order says.": xs[:, ::-1],
        "The order is read backwards: step t of the result is step order[t] of xs.": xs[:, order[::-1]],
        "You shuffled the texts, not their words: time is axis 1.": xs[order % len(xs)],
        "You shuffled the features inside each word: time is axis 1.": xs[:, :, order % xs.shape[2]],
        "Nothing has moved.": xs,
        "The order is applied twice.": xs[:, order][:, order],
        "You are one step off: order counts from 0.": xs[:, order - 1],
        "That is the first text alone; all rows of the batch are asked for.": xs[0, order],
    }


@function(
    "12",
    "telling_unit",
    each(_some_last_states, (1.0, 1, 8), (-1.0, 3, 9), (1.0, 2, 7), (-1.0, 9, 10)),
    lambda c, label: np.abs(np.corrcoef(c.T, label)[-1, :-1]).argmax(),
)
def _wrong_unit(c: Array, label: Array) -> dict[str, Any]:
    """From the last c (texts, units) and labels 0 and 1: the unit that correlates most with the label."""
    correlations = np.corrcoef(c.T, label)[-1, :-1]
    covariances = np.cov(c.T, label)[-1, :-1]
    closeness = np.abs(correlations)
    return {
        "A unit that *falls* with the label tells as much: sign apart.": correlations.argmax(),
        "A unit that *rises* with the label tells as much: sign apart.": correlations.argmin(),
        "A covariance grows with a unit's size, a correlation does not.": np.abs(covariances).argmax(),
        "That unit is the largest, for label 0 as much as for label 1.": np.abs(c.mean(axis=0)).argmax(),
        "That unit varies most, whatever the label is: which one varies *with* it?": c.std(axis=0).argmax(),
        "You count units from 1; Python counts from 0.": closeness.argmax() + 1,
        "Those are the correlations; the number of the unit is asked for.": correlations,
        "Those are the correlations, sign apart; the number of the unit is asked for.": closeness,
        "That is the correlation of the right unit; its number is asked for.": closeness.max(),
        "That is a ranking of all units; the first is asked for.": np.argsort(-closeness),
        "That is a ranking of all units, the closest last; that one is asked for.": np.argsort(closeness),
    }
