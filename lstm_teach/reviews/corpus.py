"""What a corpus is, and how to split one honestly."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class CorpusError(RuntimeError):
    """A corpus cannot be had; the message says why, and what to do."""


class Split(NamedTuple):
    """Reviews and what their authors thought: `labels` is int8 (reviews,), 1 for positive, 0 for negative."""

    texts: list[str]
    labels: np.ndarray


@dataclass(frozen=True)
class Corpus:
    """Reviews to train on, and reviews to be measured on.

    Attributes
    ----------
    name : "sample" or "imdb"
    checksum : SHA-256 of the labelled reviews in their order (`digest`), however they were packed
    train, test : the two halves; `test` is for the last measurement only, see `validation_split`
    unlabelled : reviews without a label (IMDB: 50,000)
    longer : longer hand-made reviews for looking at (the sample only)
    """

    name: str
    checksum: str
    train: Split
    test: Split
    unlabelled: list[str]
    longer: Split


def digest(*splits: Split) -> str:
    """SHA-256 over every label and text, in order."""
    total = hashlib.sha256()
    for texts, labels in splits:
        for text, label in zip(texts, labels.tolist(), strict=True):
            content = text.encode("utf-8")
            total.update(b"%d %d\n" % (label, len(content)) + content)
    return total.hexdigest()


def validation_split(train: Split, fraction: float = 0.2, seed: int = 0) -> tuple[Split, Split]:
    """Set a part of the training reviews aside, so that choices need not be made on the test reviews.

    Each label gives the same fraction. A text that occurs more than once is on one side only.

    Parameters
    ----------
    fraction : the part for validation, between 0 and 1
    seed : the same seed gives the same two parts

    Returns
    -------
    the training part and the validation part, each in the order of `train`
    """
    if not 0 < fraction < 1:
        raise ValueError(f"fraction: got {fraction}, expected a number between 0 and 1")
    copies: dict[str, list[int]] = defaultdict(list)
    for i, text in enumerate(train.texts):
        copies[text].append(i)
    groups = list(copies.values())
    rng = np.random.default_rng(seed)
    aside = np.zeros(len(train.texts), dtype=bool)
    for label in np.unique(train.labels):
        wanted = round(fraction * np.count_nonzero(train.labels == label))
        for k in rng.permutation(len(groups)):
            group = groups[k]
            if train.labels[group[0]] == label and len(group) <= wanted:
                aside[group] = True
                wanted -= len(group)
    if aside.all() or not aside.any():
        raise ValueError(
            f"fraction: {fraction} of {len(train.texts)} reviews leaves one side empty; expected more reviews"
        )
    return _take(train, ~aside), _take(train, aside)


def duplicates(train: Split, test: Split) -> np.ndarray:
    """Which test texts also occur, letter for letter, among the training texts.

    Returns
    -------
    their places in `test`, int64 (count,)
    """
    known = set(train.texts)
    return np.array([i for i, text in enumerate(test.texts) if text in known], dtype=np.int64)


def _take(split: Split, chosen: np.ndarray) -> Split:
    return Split([split.texts[i] for i in np.flatnonzero(chosen)], split.labels[chosen])
