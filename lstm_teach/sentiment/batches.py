"""Reviews in rectangles: batches of about equal length, the same for the same seed and epoch. NumPy only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_teach.sentiment.kinds import NetworkRecipe
from lstm_teach.vocabulary import PADDING, UNKNOWN, pad

POOL = 50  # batches that are sorted by length together: enough to be even, few enough to stay random


def plan(
    lengths: np.ndarray,
    batch_size: int,
    rng: np.random.Generator | None = None,
    pool: int = POOL,
    short_first: float = 0.0,
) -> list[np.ndarray]:
    """Return which reviews go into which batch.

    Parameters
    ----------
    lengths : (reviews,), in tokens
    rng : shuffles for training: reviews are drawn in pools, sorted by length in each, and the batches mixed.
        None, for predicting: all sorted by length, the longest first.
    pool : batches that are sorted together; 1 leaves short and long reviews in one batch
    short_first : the fraction of the batches, the shortest, that come before the others, in order of length

    Returns
    -------
    index arrays (batch,), every review in one of them. The first two differ in
    length, if any do, since Keras takes the lengths that may come from them: the longest and the shortest or,
    with `short_first`, the shortest and the next longer one.
    """
    lengths = np.asarray(lengths)
    if rng is None:
        order = np.argsort(-lengths, kind="stable")
    else:
        shuffled = rng.permutation(len(lengths))
        size = batch_size * pool
        pools = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
        order = np.concatenate(
            [drawn[np.argsort(lengths[drawn], kind="stable")] for drawn in pools] or [shuffled]
        )
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    if rng is not None:
        batches = [batches[i] for i in rng.permutation(len(batches))]
    if not batches:
        return []
    longest = np.array([lengths[batch].max() for batch in batches], dtype=int)
    by_length = np.argsort(longest, kind="stable").tolist()
    short = by_length[: round(short_first * len(batches))]
    longer = [i for i in by_length if longest[i] > longest[by_length[0]]]
    first_two = [by_length[0], *longer[:1]] if short else [int(np.argmax(longest)), by_length[0]]
    in_order = dict.fromkeys([*first_two, *short, *range(len(batches))])  # each once, where it is named first
    return [batches[i] for i in in_order]


def equally_long(lengths: np.ndarray, batch_size: int) -> list[np.ndarray]:
    """Return which reviews go into which batch, if no batch may need padding.

    The first two batches differ in length, if any do, as in `plan`.
    """
    lengths = np.maximum(lengths, 1)  # a review without a word is read as one unknown word
    order = np.argsort(-lengths, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1)
    batches = [group[k : k + batch_size] for group in groups for k in range(0, len(group), batch_size)]
    return [batches[0], *batches[:0:-1]]


def rectangle(rows: Sequence[np.ndarray], recipe: NetworkRecipe, step: int = 1) -> np.ndarray:
    """Return encoded reviews as int32 (reviews, time), cut and filled up as the recipe says.

    Parameters
    ----------
    step : the width is rounded up to a multiple of this, for a backend that compiles every width anew
    """
    if recipe.length:
        rows = [row[-recipe.length :] for row in rows]
    longest = max((max(len(row), 1) for row in rows), default=1)
    width = recipe.length if recipe.fixed_length else -(-longest // step) * step
    return pad(rows, length=width, side=recipe.padding)


def drop_words(ids: np.ndarray, rate: float, rng: np.random.Generator) -> np.ndarray:
    """Return a copy of `ids` in which each word, padding apart, is `UNKNOWN` with probability `rate`."""
    return np.where((rng.random(ids.shape) < rate) & (ids != PADDING), UNKNOWN, ids).astype(ids.dtype)
