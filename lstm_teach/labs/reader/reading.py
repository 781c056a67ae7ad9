"""What the reader lab shows, before it is drawn: readings and scores, each computed once."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

import lstm_teach
from lstm_teach import reader, reviews
from lstm_teach.arrays import Array
from lstm_teach.reader import Reader, Reading
from lstm_teach.reviews import Review
from lstm_teach.vocabulary import UNKNOWN

GATES = {"f": "forget gate", "i": "input gate", "o": "output gate"}
LEARNED, OPEN, CLOSED, MEAN, SLIDER = "learned", "open", "closed", "at its mean", "slider"
POSITIONS = [LEARNED, OPEN, CLOSED, MEAN, SLIDER]
MOST_LETTERS = 100_000

Held = tuple[tuple[str, float | str], ...]
"""The gates that are held, each with a number or `MEAN`: what a reading and a score are remembered by."""


class Read(NamedTuple):
    """A text as it was read: NaN in `reading` and 0 in `change` at a word that was left out.

    `change` (words,) is by how much each word moved the probability, the first from that before any word.
    """

    reading: Reading
    change: Array

    @property
    def verdict(self) -> float:
        """The probability after the last word that was read."""
        probability = self.reading.probability
        return float(probability[~np.isnan(probability)][-1])


@lru_cache(maxsize=1)
def shipped() -> Reader:
    """The reader that ships with the course."""
    return reader.load()


@lru_cache(maxsize=1)
def record() -> Mapping[str, Any]:
    """What is known of that reader from IMDB: means of its gates, its best unit, accuracies."""
    path = lstm_teach.data_dir() / "gates" / "reader.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def longer() -> dict[str, Review]:
    """The longer reviews that ship with the course, by name."""
    return {review.name: review for review in reviews.longer_reviews()}


@lru_cache(maxsize=1)
def _encoded() -> tuple[list[Array], Array]:
    """The longer reviews as ids, and their labels."""
    ids = shipped().vocabulary.encode([review.text for review in longer().values()])
    return ids, np.array([review.label for review in longer().values()])


def held(positions: Mapping[str, str], value: float) -> Held:
    """The gates that are not left as learned; `value` is that of the slider."""
    at: dict[str, float | str] = {OPEN: 1.0, CLOSED: 0.0, MEAN: MEAN, SLIDER: round(value, 4)}
    return tuple((gate, at[position]) for gate, position in positions.items() if position != LEARNED)


def clamp(gates: Held) -> dict[str, Any]:
    """The clamp for `reader`: a number a gate, or each unit's own mean over IMDB's training reviews."""
    means = record()["means"]
    return {gate: np.array(means[gate], np.float32) if at == MEAN else at for gate, at in gates}


@lru_cache(maxsize=16)
def read(text: str, gates: Held = (), without: int | None = None) -> Read:
    """Read a text, with gates held, and without one of its words (its number, from 0).

    Raises
    ------
    ValueError
        for a text that is too long to be read while one waits.
    """
    if len(text) > MOST_LETTERS:
        raise ValueError(f"type at most {MOST_LETTERS:,} letters, got {len(text):,}")
    a = shipped()
    if without is None:
        reading = a.read(text, clamp(gates))
        return Read(reading, _change(reading))
    words = a.vocabulary.tokens(text)
    reading = a.read(" ".join(words[:without] + words[without + 1 :]), clamp(gates))
    arrays = (np.insert(array, without, np.nan, axis=0) for array in reading[1:])
    return Read(Reading(words, *arrays), np.insert(_change(reading), without, 0.0))


def _change(reading: Reading) -> Array:
    a = shipped()
    return np.diff(reading.probability, prepend=a.probability(np.zeros((1, a.p.n), a.p.dtype)))


@lru_cache(maxsize=256)
def score(gates: Held) -> int:
    """How many of the longer reviews the reader is right about, with gates held."""
    a, (ids, labels) = shipped(), _encoded()
    right = 0
    for rows, last, trace in a.traces(ids, clamp(gates)):
        positive = a.probability(trace.h[np.arange(len(rows)), last]) > 0.5
        right += int((positive == labels[rows]).sum())
    return right


def recorded(gates: Held) -> float | None:
    """The accuracy on IMDB's test reviews, if it was measured with these gates held at these values."""
    places = {1.0: OPEN, 0.0: CLOSED, MEAN: MEAN}
    if any(at not in places for _, at in gates):
        return None
    names = [f"{GATES[gate]} {gate} {places[at]}" for gate, at in gates]
    if not gates:
        names = ["as trained"]
    elif gates == held(dict.fromkeys(GATES, OPEN), 0):
        names = ["all three gates open"]
    elif gates == held(dict.fromkeys(GATES, MEAN), 0):
        names = ["all three gates at their means"]
    return next((row["accuracy"] for row in record()["conditions"] if [row["condition"]] == names), None)


def is_known(word: str) -> bool:
    """Whether the reader has a word of its own for this, or reads it as an unknown one."""
    [ids] = shipped().vocabulary.encode([word])
    return len(ids) > 0 and bool((ids != UNKNOWN).all())


def denials() -> tuple[int, float]:
    """The course's own reviews whose cue is denied: how many, and the accuracy on them."""
    row = next(row for row in record()["own_reviews"]["kinds"] if row["kind"] == "negation")
    return row["reviews"], row["accuracy"]


def best_unit() -> int:
    """The unit that tells positive from negative reviews best, all by itself."""
    unit: int = record()["best_unit"]["h"]["unit"]
    return unit
