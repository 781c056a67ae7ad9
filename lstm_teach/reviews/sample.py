"""The shipped sample: short generated reviews to train on, longer hand-made ones to look at."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np

import lstm_teach
from lstm_teach.reviews.corpus import Corpus, Split, digest


class Review(NamedTuple):
    """One of the longer hand-made reviews: `label` is 1 for positive, 0 for negative."""

    name: str
    label: int
    text: str


def load() -> Corpus:
    """Read `data/reviews`."""
    short = _lines("short.jsonl")
    train, test = (_split([line for line in short if line["split"] == half]) for half in ("train", "test"))
    longer = _split(_lines("longer.jsonl"))
    return Corpus("sample", digest(train, test, longer), train, test, [], longer)


def _lines(name: str) -> list[dict]:
    text = (lstm_teach.data_dir() / "reviews" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _split(lines: list[dict]) -> Split:
    return Split([line["text"] for line in lines], np.array([line["label"] for line in lines], dtype=np.int8))
