"""What a corpus is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lstm_teach.arrays import Array


class CorpusError(ValueError):
    """The reviews cannot be read; the message names the file or the setting, and says why and what to do."""


def shown(path: Path) -> str:
    """Return a path as a message names it: of a very long one, the end."""
    return str(path) if len(str(path)) <= 200 else f"…{str(path)[-199:]}"


class Split(NamedTuple):
    """Reviews and what their authors thought.

    Attributes
    ----------
    texts : the reviews
    labels : int8 (reviews,), 1 for positive, 0 for negative
    groups : int64 (reviews,), the same number for reviews of one film; None where the films are unknown
    """

    texts: list[str]
    labels: Array
    groups: Array | None = None

    def take(self, rows: Array) -> Split:
        """Return the reviews at these places, in this order; `rows` is integer (count,)."""
        groups = None if self.groups is None else self.groups[rows]
        return Split([self.texts[i] for i in rows], self.labels[rows], groups)


CLASS_NAMES = ("negative", "positive")
NO_REVIEWS = Split([], np.zeros(0, np.int8))


@dataclass(frozen=True)
class Corpus:
    """Reviews to train on, and reviews to be measured on.

    Attributes
    ----------
    name : "sample", "imdb", or the name of a table's file
    train, test : the two halves; `test` is for the last measurement only, see `validation_split`
    unlabelled : reviews without a label (IMDB: 50,000)
    longer : longer hand-made reviews for looking at (the sample only)
    class_names : what labels 0 and 1 are called; those of a table are its own two words
    """

    name: str
    train: Split
    test: Split
    unlabelled: list[str] = field(default_factory=list)
    longer: Split = NO_REVIEWS
    class_names: tuple[str, str] = CLASS_NAMES

    @cached_property
    def checksum(self) -> str:
        """Return the SHA-256 of all reviews and labels in their order, however they were packed."""
        return digest(self.train, self.test, self.longer, unlabelled=self.unlabelled)

    @cached_property
    def labelled_checksum(self) -> str:
        """Return the SHA-256 of the labelled reviews alone; older records hold it as `corpus_checksum`."""
        return digest(self.train, self.test, self.longer)


def room_for(reviews: int) -> int:
    """Return the bytes of memory that so many reviews may take: nearly twice what the published ones do."""
    return 10_000_000 + 2_500 * reviews


def digest(*splits: Split, unlabelled: Iterable[str] = ()) -> str:
    """Return the SHA-256 of every label and text, in order."""
    total = hashlib.sha256()
    for split in splits:
        for text, label in zip(split.texts, split.labels.tolist(), strict=True):
            content = text.encode("utf-8")
            total.update(b"%d %d\n" % (label, len(content)) + content)
    for text in unlabelled:
        content = text.encode("utf-8")
        total.update(b"? %d\n" % len(content) + content)
    return total.hexdigest()
