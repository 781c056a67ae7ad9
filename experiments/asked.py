"""Four toy tasks that ask a class at chosen steps: parity, flagged recall, counting, associative recall.

Each function returns a drawer: from a generator of random numbers it makes one batch of new sequences.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array
from lstm_teach.sequences import flagged_recall

BATCH = 64
KEYS, VALUES = 32, 8
NOT_ASKED = -1


class Asked(NamedTuple):
    """Sequences `xs` (batch, time, features); (batch, time) the right class of each step, or NOT_ASKED."""

    xs: Array
    classes: Array


Draw = Callable[[np.random.Generator], Asked]


def parity(length: int, size: int = BATCH) -> Draw:
    """Return a drawer of bits: at every step, is the number of ones so far odd?"""

    def draw(rng: np.random.Generator) -> Asked:
        bits = rng.integers(2, size=(size, length))
        return Asked(np.eye(2)[bits], bits.cumsum(axis=1) % 2)

    return draw


def recall(lag: int, size: int = BATCH) -> Draw:
    """Return a drawer of flagged recall, asked at the last step."""
    task = flagged_recall(lag=lag)

    def draw(rng: np.random.Generator) -> Asked:
        batch = task.batch(size, rng)
        classes = np.full(batch.xs.shape[:2], NOT_ASKED)
        classes[:, -1] = batch.targets
        return Asked(batch.xs, classes)

    return draw


def counting(numbers: Array | None = None, most: int = 30) -> Draw:
    """Return a drawer of aⁿbⁿ, n up to `most` or as given: after each b, does another b come, or the end?"""

    def draw(rng: np.random.Generator) -> Asked:
        n = rng.integers(1, most + 1, BATCH) if numbers is None else numbers
        step = np.arange(2 * n.max())
        is_a, is_b = step < n[:, None], (step >= n[:, None]) & (step < 2 * n[:, None])
        xs = np.stack([is_a, is_b], axis=-1).astype(float)
        return Asked(xs, np.where(is_b, step == 2 * n[:, None] - 1, NOT_ASKED).astype(int))

    return draw


def pairs(count: int, size: int = BATCH) -> Draw:
    """Return a drawer of associative recall: `count` pairs of key and value, then a key. Its value?"""

    def draw(rng: np.random.Generator) -> Asked:
        keys = rng.random((size, KEYS)).argsort(axis=1)[:, :count]
        values, asked = rng.integers(VALUES, size=(size, count)), rng.integers(count, size=size)
        xs = np.zeros((size, count + 1, KEYS + VALUES))
        rows = np.arange(size)
        xs[:, :-1] = np.concatenate([np.eye(KEYS)[keys], np.eye(VALUES)[values]], axis=-1)
        xs[:, -1, :KEYS] = np.eye(KEYS)[keys[rows, asked]]
        classes = np.full((size, count + 1), NOT_ASKED)
        classes[:, -1] = values[rows, asked]
        return Asked(xs, classes)

    return draw


def last_only(batch: Asked) -> Asked:
    """Return the batch with its last step asked alone."""
    classes = np.full_like(batch.classes, NOT_ASKED)
    classes[:, -1] = batch.classes[:, -1]
    return Asked(batch.xs, classes)


def right(logits: Array, batch: Asked) -> Array:
    """Return for each sequence whether no answer is wrong, from the outputs (batch, time, classes)."""
    wrong = (logits.argmax(axis=-1) != batch.classes) & (batch.classes != NOT_ASKED)
    return ~wrong.any(axis=1)


def up_to(right: Array) -> int:
    """Return how many sequences are right before the first that is wrong."""
    return int(np.argmin(np.append(right, False)))
