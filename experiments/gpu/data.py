"""IMDB as compact arrays: what travels to a machine that has a graphics card and nothing else.

One file of ids holds every review once. It serves both networks: the language model reads words and
punctuation, and the course's own network reads the same words through `course_ids`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lstm_teach.reviews import Corpus, validation_split
from lstm_teach.vocabulary import WordVocabulary

Array = np.ndarray
Say = Callable[[str], object]  # what is told on the way

PADDING, UNKNOWN, END = 0, 1, 2  # END stands before and after every review
FIRST = 3  # the first id that is a token of a text
VALIDATION, SPLIT_SEED = 0.1, 0  # the course's own split: whole films, the same for every seed

_LINE_BREAK = re.compile(r"<br\s*/?>")
_TOKEN = re.compile(r"[^\W_]++(?:'[^\W_]++)*+|[^\w\s]")  # the course's words, and each mark by itself


class Reviews(NamedTuple):
    """Every review of a corpus as ids, in the order: training, unlabelled, test.

    Attributes
    ----------
    ids : uint16 (tokens,), all reviews one after the other
    lengths : int32 (reviews,), tokens of each review
    counts : int64 (3,), how many reviews are for training, unlabelled, and for the test
    labels : int8 (training + test reviews,), 1 for positive
    validation : bool (training reviews,), True for the reviews that are held back: whole films
    copies : int8 (test reviews,), 1 where the text also occurs among the training reviews, 2 where it occurs
        among the unlabelled ones alone, else 0
    course_ids : uint16 (vocabulary,), the course network's id of each token; 0 for what it does not read
    course_size : int64 (), the ids of the course network's vocabulary
    checksum : text (), `Corpus.checksum`
    """

    ids: Array
    lengths: Array
    counts: Array
    labels: Array
    validation: Array
    copies: Array
    course_ids: Array
    course_size: Array
    checksum: Array

    @property
    def starts(self) -> Array:
        """Return where each review begins in `ids`, int64 (reviews,)."""
        return np.cumsum(self.lengths, dtype=np.int64) - self.lengths

    @property
    def training(self) -> Array:
        """Return the numbers of the reviews to train on, int64 (count,)."""
        return np.flatnonzero(~self.validation)

    @property
    def held_back(self) -> Array:
        """Return the numbers of the validation reviews, int64 (count,)."""
        return np.flatnonzero(self.validation)

    @property
    def unlabelled(self) -> Array:
        """Return the numbers of the unlabelled reviews, int64 (count,)."""
        return np.arange(self.counts[0], self.counts[:2].sum())

    @property
    def test(self) -> Array:
        """Return the numbers of the test reviews, int64 (count,)."""
        return np.arange(self.counts[:2].sum(), self.counts.sum())

    def labels_of(self, rows: Array) -> Array:
        """Return the labels of labelled reviews, int8 (rows,)."""
        train, unlabelled, _ = self.counts
        return self.labels[np.where(rows < train, rows, rows - unlabelled)]


def tokens_of(text: str) -> list[str]:
    """Return the words of a text, as the course takes them, and its punctuation, one token per mark."""
    text = _LINE_BREAK.sub(" ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("’", "'")
    return _TOKEN.findall(text.lower())


def prepare(corpus: Corpus, size: int = 50_000, course_size: int = 20_000) -> tuple[Reviews, list[str]]:
    """Return a corpus as arrays, and the token of every id.

    The vocabulary holds the most frequent tokens of the reviews that may be learned from: neither a
    validation review nor a test review. The course network's own words are always among them.

    Parameters
    ----------
    size : ids of the vocabulary, at most 65,536
    course_size : ids of the course network's vocabulary
    """
    if not course_size < size <= 65_536:
        raise ValueError(f"size: got {size}, expected more than course_size ({course_size}), at most 65,536")
    training, held_back = validation_split(corpus.train, VALIDATION, SPLIT_SEED)
    kept = set(held_back.texts)  # copies of a text are all on one side
    validation = np.array([text in kept for text in corpus.train.texts])
    texts = [*corpus.train.texts, *corpus.unlabelled, *corpus.test.texts]
    counts = np.array([len(corpus.train.texts), len(corpus.unlabelled), len(corpus.test.texts)])
    rows = [tokens_of(text) for text in texts]
    learned = np.flatnonzero(~np.append(validation, np.zeros(counts[1], dtype=bool)))
    course = WordVocabulary.fit(training.texts, course_size)
    words = _most_frequent(Counter(token for i in learned for token in rows[i]), course.words[2:], size)
    ids = {word: i for i, word in enumerate(words)}
    number = {word: i for i, word in enumerate(course.words)}
    encoded = [[i for token in row if (i := ids.get(token, _absent(token)))] for row in rows]
    labelled, others = {*corpus.train.texts}, {*corpus.unlabelled}
    copies = [1 if text in labelled else 2 * (text in others) for text in corpus.test.texts]
    reviews = Reviews(
        ids=np.fromiter((i for row in encoded for i in row), dtype=np.uint16),
        lengths=np.array([len(row) for row in encoded], dtype=np.int32),
        counts=counts,
        labels=np.concatenate([corpus.train.labels, corpus.test.labels]),
        validation=validation,
        copies=np.array(copies, dtype=np.int8),
        course_ids=np.array([number.get(word, _course_id(word)) for word in words], dtype=np.uint16),
        course_size=np.array(course.size),
        checksum=np.array(corpus.checksum),
    )
    return reviews, words


def course_rows(reviews: Reviews, rows: Array) -> list[Array]:
    """Return reviews in the ids of the course network, int32 (length,) each; it reads no punctuation."""
    starts, course_ids = reviews.starts, reviews.course_ids.astype(np.int32)
    encoded = [course_ids[reviews.ids[starts[i] : starts[i] + reviews.lengths[i]]] for i in rows]
    return [row[row > 0] for row in encoded]


def save(path: Path, reviews: Reviews) -> None:
    """Write the arrays as one compressed file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half_written = path.with_suffix(".half-written")
    with half_written.open("wb") as file:
        np.savez_compressed(file, **reviews._asdict())
    os.replace(half_written, path)


def load(path: Path) -> Reviews:
    """Return the arrays that `save` wrote.

    Raises
    ------
    ValueError
        if the file is missing, damaged or of another kind.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return Reviews(*(file[name] for name in Reviews._fields))
    except Exception as error:  # zipfile, zlib and NumPy each have their own
        raise ValueError(f"data: {path.name} is not what `prepare` wrote ({error})") from error


def _most_frequent(counts: Counter[str], always: list[str], size: int) -> list[str]:
    """Return the reserved tokens, then the most frequent ones in their order, `always` among them."""
    ranked = sorted(counts, key=lambda token: (-counts[token], token))
    chosen = {*always}
    for token in ranked:
        if len(chosen) >= size - FIRST:
            break
        chosen.add(token)
    return ["<padding>", "<unknown>", "<end>", *(token for token in ranked if token in chosen)]


def _is_word(token: str) -> bool:
    return token[0].isalnum()


def _absent(token: str) -> int:
    """Return the id of a token that the vocabulary lacks: an unknown word, or a mark that is left out."""
    return UNKNOWN if _is_word(token) else PADDING


def _course_id(token: str) -> int:
    """Return the course network's id of a token that is not in its vocabulary."""
    return UNKNOWN if token == "<unknown>" or _is_word(token) else PADDING
