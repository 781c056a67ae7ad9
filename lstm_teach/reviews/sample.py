"""The shipped sample: short generated reviews to train on, longer hand-made ones to look at."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np

import lstm_teach
from lstm_teach.reviews.corpus import Corpus, Split

FIXED = "the-glass-harbor"  # the review that lessons and records always show, so that they can be compared


class Review(NamedTuple):
    """A longer review of the sample; `label` is 1 for positive, 0 for negative."""

    name: str
    label: int
    genre: str
    text: str


def load() -> Corpus:
    """Return the reviews of `data/reviews` (see the README there)."""
    short = _lines("short.jsonl")
    train, test = (_split([line for line in short if line["split"] == half]) for half in ("train", "test"))
    longer = _split([review._asdict() for review in longer_reviews()])
    return Corpus("sample", train, test, longer=longer)


def longer_reviews() -> list[Review]:
    """Return the longer hand-made reviews with their names and genres, in the order of `load().longer`."""
    return [Review(**line) for line in _lines("longer.jsonl")]


def fixed_review() -> Review:
    """Return the longer review that is always the same: it begins in doubt and ends in praise."""
    return next(review for review in longer_reviews() if review.name == FIXED)


def _lines(name: str) -> list[dict[str, Any]]:
    text = (lstm_teach.data_dir() / "reviews" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _split(lines: list[dict[str, Any]]) -> Split:
    return Split([line["text"] for line in lines], np.array([line["label"] for line in lines], dtype=np.int8))
