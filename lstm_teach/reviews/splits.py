"""Split reviews honestly."""

from __future__ import annotations

from numbers import Real
from typing import Literal

import numpy as np

from lstm_teach.arrays import Array, instance, whole
from lstm_teach.reviews.corpus import Split


def validation_split(
    train: Split, fraction: float = 0.2, seed: int = 0, by: Literal["group", "random"] | None = None
) -> tuple[Split, Split]:
    """Return training reviews and validation reviews, so that nobody chooses settings on the test reviews.

    Each label gives the same fraction. A text that occurs more than once is on one side only. A split by
    group also keeps each film on one side: of random validation reviews of IMDB, 86 % have the majority
    label of their film's training reviews, so a model can learn films in place of words.

    Parameters
    ----------
    fraction : what fraction of the reviews is for validation, between 0 and 1
    seed : the same seed gives the same two parts
    by : "group" keeps reviews of one group (one film) together, "random" does not; None is "group" where
        `train.groups` is known, else "random"

    Returns
    -------
    the training part and the validation part, each in the order of `train`

    Raises
    ------
    ValueError
        if an argument is out of its range, if a side would be empty, or if the groups are not known.
    """
    instance("train", train, Split)
    whole("seed", seed, 0)
    if not (isinstance(fraction, Real) and 0 < fraction < 1):
        raise ValueError(f"fraction: got {fraction!r:.60}, expected a number between 0 and 1")
    if by not in ("group", "random", None):
        raise ValueError(f"by: got {by!r}, expected 'group', 'random' or None")
    if by == "group" and train.groups is None:
        raise ValueError("by: got 'group', but train.groups is None: write by='random', or name the groups")
    bundle = _bundles(train.texts, None if by == "random" else train.groups)
    kinds, kind = np.unique(train.labels, return_inverse=True)
    bundles, first = np.unique(bundle, return_index=True)
    counts = np.zeros((len(bundles), len(kinds)), dtype=int)
    np.add.at(counts, (bundle, kind), 1)
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(bundles), dtype=bool)
    for label in range(len(kinds)):  # bundles that begin with this label, mixed ones among them
        order = rng.permutation(len(bundles))
        total = counts[kind[first] <= label].sum(axis=0)
        wanted = np.round(fraction * total).astype(int) - counts[chosen].sum(axis=0)
        for k in order[kind[first[order]] == label]:
            if (counts[k] <= wanted).all():
                chosen[k] = True
                wanted -= counts[k]
    aside = chosen[bundle]
    if aside.all() or not aside.any():
        raise ValueError(
            f"fraction: {fraction} of {len(train.texts)} reviews leaves one side empty; expected more reviews"
        )
    return train.take(np.flatnonzero(~aside)), train.take(np.flatnonzero(aside))


def _bundles(texts: list[str], groups: Array | None) -> Array:
    """Return the number of each review's bundle: reviews that share a text or a group, also by way of others.

    Bundles are numbered in the order in which they first occur.
    """
    first: dict[str | int, int] = {}  # the first review of each text and of each group
    root = list(range(len(texts)))  # an earlier review of the same bundle, or the review itself

    def root_of(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for i, text in enumerate(texts):
        for key in (text,) if groups is None else (text, int(groups[i])):
            earlier, later = sorted((root_of(first.setdefault(key, i)), root_of(i)))
            root[later] = earlier
    return np.unique([root_of(i) for i in range(len(texts))], return_inverse=True)[1]


def duplicates(train: Split, test: Split) -> Array:
    """Return the places in `test`, int64 (count,), of texts that stand letter for letter in `train` too."""
    instance("train", train, Split)
    instance("test", test, Split)
    known = set(train.texts)
    return np.array([i for i, text in enumerate(test.texts) if text in known], dtype=np.int64)
