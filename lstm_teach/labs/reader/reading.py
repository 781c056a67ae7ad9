"""What the reader lab shows, before it is drawn: functions of a reader, a text and the gates held."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import lstm_teach
from lstm_teach import reader as readers
from lstm_teach import reviews
from lstm_teach.arrays import Array
from lstm_teach.labs.precise import precise_reader
from lstm_teach.reader import Reader, Reading
from lstm_teach.vocabulary import UNKNOWN

GATES = {"f": "forget gate", "i": "input gate", "o": "output gate"}
LEARNED, OPEN, CLOSED, MEAN, SLIDER = "learned", "open", "closed", "at its mean", "slider"
POSITIONS = [LEARNED, OPEN, CLOSED, MEAN, SLIDER]
MOST_LETTERS = 100_000
LONGER = {review.name: review for review in reviews.longer_reviews()}
"""The longer reviews that ship with the course, by name."""

HeldGates = tuple[tuple[str, float | str], ...]
"""The gates that are held, each with its number or `MEAN`."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A reader that the lab takes apart, and what the lab needs to know about it.

    Attributes
    ----------
    reader : the reader
    ids : the words of every review in `LONGER`, in its order, as this reader's ids
    means : (units,) for every gate, its mean over many words
    unit : the unit that the lab shows first
    record : what was measured on IMDB (data/gates/reader.json), or None for a reader that was not measured
    """

    reader: Reader
    ids: list[Array]
    means: Mapping[str, Array]
    unit: int
    record: Mapping[str, Any] | None = None


@dataclass(frozen=True, eq=False)
class WordByWord:
    """A text as it was read with gates held, and without the word of the number `without`, from 0.

    `change` (words,) is by how much each word moved the probability. That of the first word starts from the
    probability before any word. At a word that was left out, `reading` is NaN and `change` is 0.
    """

    reading: Reading
    change: Array
    gates: HeldGates
    without: int | None

    @property
    def verdict(self) -> float:
        """The probability after the last word that was read."""
        probability = self.reading.probability
        return float(probability[~np.isnan(probability)][-1])


def shipped() -> Subject:
    """Return the reader that ships with the course, and the record of it."""
    path = lstm_teach.data_dir() / "gates" / "reader.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    means = {gate: np.array(record["means"][gate]) for gate in GATES}
    reader = precise_reader(readers.load())
    return Subject(reader, _longer_ids(reader), means, record["best_unit"]["h"]["unit"], record)


def subject_of(reader: Reader) -> Subject:
    """Return a reader of one's own. Its means are those over the longer reviews that ship with the course.

    The unit that the lab shows first is the one with the largest weight in the read-out.
    """
    reader = precise_reader(reader)
    ids = _longer_ids(reader)
    read = [
        (trace, row, slice(end + 1)) for _, last, trace in reader.traces(ids) for row, end in enumerate(last)
    ]
    means = {
        gate: np.concatenate([getattr(trace, gate)[row, words] for trace, row, words in read]).mean(axis=0)
        for gate in GATES
    }
    return Subject(reader, ids, means, int(np.abs(reader.w).argmax()))


def _longer_ids(reader: Reader) -> list[Array]:
    return reader.vocabulary.encode([review.text for review in LONGER.values()])


def held_gates(positions: Mapping[str, str], value: float) -> HeldGates:
    """Return the gates that are not at the position "learned"; `value` is that of the slider."""
    at: dict[str, float | str] = {OPEN: 1.0, CLOSED: 0.0, MEAN: MEAN, SLIDER: round(value, 4)}
    return tuple((gate, at[position]) for gate, position in positions.items() if position != LEARNED)


def clamp(subject: Subject, gates: HeldGates) -> dict[str, Any]:
    """Return the clamp for the reader: one number for each gate, or each unit's own mean."""
    return {gate: subject.means[gate] if at == MEAN else at for gate, at in gates}


def word_by_word(
    subject: Subject, text: str, gates: HeldGates = (), without: int | None = None
) -> WordByWord:
    """Return a text as it is read with gates held, and without one of its words.

    ValueError if the text is too long to be read while a student waits.
    """
    if len(text) > MOST_LETTERS:
        raise ValueError(f"type at most {MOST_LETTERS:,} letters, got {len(text):,}")
    reader, held = subject.reader, clamp(subject, gates)
    if without is None:
        reading = reader.read(text, held)
        return WordByWord(reading, _change(reader, reading), gates, None)
    words = reader.vocabulary.tokens(text)
    reading = reader.read(" ".join(words[:without] + words[without + 1 :]), held)
    arrays = (np.insert(array, without, np.nan, axis=0) for array in reading[1:])
    change = np.insert(_change(reader, reading), without, 0.0)
    return WordByWord(Reading(words, *arrays), change, gates, without)


def _change(reader: Reader, reading: Reading) -> Array:
    before_any = reader.probability(np.zeros((1, reader.p.n), reader.p.dtype))
    # Smaller changes are noise of the arithmetic, which differs from machine to machine.
    return np.diff(reading.probability, prepend=before_any).round(12)


def score(subject: Subject, gates: HeldGates) -> int:
    """Return how many of the longer reviews the reader judges rightly, with gates held."""
    labels = np.array([review.label for review in LONGER.values()])
    right = 0
    for rows, last, trace in subject.reader.traces(subject.ids, clamp(subject, gates)):
        positive = subject.reader.probability(trace.h[np.arange(len(rows)), last]) > 0.5
        right += int((positive == labels[rows]).sum())
    return right


def recorded(subject: Subject, gates: HeldGates) -> float | None:
    """Return the accuracy on IMDB's test reviews, or None if it was not measured with these gates held."""
    places = {1.0: OPEN, 0.0: CLOSED, MEAN: MEAN}
    if subject.record is None or any(at not in places for _, at in gates):
        return None
    names = [f"{GATES[gate]} {gate} {places[at]}" for gate, at in gates]
    if not gates:
        names = ["as trained"]
    elif gates == held_gates(dict.fromkeys(GATES, OPEN), 0):
        names = ["all three gates open"]
    elif gates == held_gates(dict.fromkeys(GATES, MEAN), 0):
        names = ["all three gates at their means"]
    rows = subject.record["conditions"]
    return next((row["accuracy"] for row in rows if [row["condition"]] == names), None)


def denials(subject: Subject) -> tuple[int, float] | None:
    """Return how many of the course's own reviews deny a cue, and the accuracy on them; None if unknown."""
    if subject.record is None:
        return None
    kinds = subject.record["own_reviews"]["kinds"]
    row = next(row for row in kinds if row["kind"] == "negation")
    return row["reviews"], row["accuracy"]


def is_known(subject: Subject, word: str) -> bool:
    """Return whether the reader knows this word; else it reads an unknown one."""
    [ids] = subject.reader.vocabulary.encode([word])
    return len(ids) > 0 and bool((ids != UNKNOWN).all())
