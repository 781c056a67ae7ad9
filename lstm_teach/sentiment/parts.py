"""Which reviews of a corpus a run trains on, chooses by, and is tested with."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from lstm_teach import reviews
from lstm_teach.reviews import Corpus, Split

SPLIT_SEED = 0  # the same validation reviews in every run, whatever its seed


class Parts(NamedTuple):
    """The reviews of a run, by what they are for."""

    training: Split
    validation: Split
    unlabelled: list[str]
    test: Split

    def counts(self, unlabelled: bool, test: bool) -> dict[str, int]:
        """Return how many there are of each, as a record says it: 0 of those that are left alone."""
        return {
            "train": len(self.training.texts),
            "validation": len(self.validation.texts),
            "unlabelled": len(self.unlabelled) if unlabelled else 0,
            "test": len(self.test.texts) if test else 0,
        }


def split_of(data: Corpus, asked: str | None = None) -> str:
    """Return how the validation reviews of a corpus are chosen: "film", "group" or "random".

    They are whole films of IMDB, whole groups of a table that names them, and else drawn at random.

    Parameters
    ----------
    asked : "random" draws them at random where the groups are known too

    Raises
    ------
    ValueError
        if the corpus cannot be split as asked.
    """
    own = "random" if data.train.groups is None else "film" if data.name == "imdb" else "group"
    if asked not in (None, own, "random"):
        possible = " or ".join(sorted({own, "random"}))
        raise ValueError(f"split: got {asked!r}, expected {possible} of {data.name}")
    return asked or own


def divided(data: Corpus, validation: float, limit: int | None, split: str) -> Parts:
    """Return the parts of a corpus, of each at most `limit` reviews; `split` is what `split_of` says.

    Raises
    ------
    ValueError
        if there would be no reviews to train on, or none to validate with.
    """
    train = some(data.train, limit)
    by: Literal["group", "random"] = "random" if split == "random" else "group"
    try:
        training, held_back = reviews.validation_split(train, validation, SPLIT_SEED, by=by)
    except ValueError as error:
        few = f"got {validation} of {len(train.texts)} reviews, which leaves one part empty"
        raise ValueError(f"validation: {few}; expected another fraction, or more reviews") from error
    return Parts(training, held_back, data.unlabelled[:limit], some(data.test, limit))


def some(split: Split, limit: int | None) -> Split:
    """Return at most `limit` reviews of a split, as many positive as negative, always the same ones."""
    if limit is None or limit >= len(split.texts):
        return split
    rng = np.random.default_rng(SPLIT_SEED)
    halves = [rng.permutation(np.flatnonzero(split.labels == label))[: limit // 2] for label in (0, 1)]
    return split.take(np.sort(np.concatenate(halves)))
