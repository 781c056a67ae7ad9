"""Whole words as tokens."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from lstm_teach.arrays import Array, whole
from lstm_teach.vocabulary.base import FIRST, LINE_BREAK, RESERVED, UNKNOWN, Vocabulary, checked


@dataclass(frozen=True)
class WordVocabulary(Vocabulary):
    """The most frequent words: lower-cased letters, digits and apostrophes; `<br />` is white space."""

    _ids: _Ids = field(init=False, repr=False, compare=False)
    kind = "words"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "_ids", _Ids({word: i for i, word in enumerate(self.words)}))

    @classmethod
    def fit(cls, texts: Iterable[str], size: int = 20_000) -> WordVocabulary:
        """Return the `size - 2` most frequent words of the texts (all, if there are fewer).

        Words that occur equally often are taken in alphabetical order, so the result is always the same.
        """
        return cls.fit_encode(texts, size)[0]

    @classmethod
    def fit_encode(cls, texts: Iterable[str], size: int = 20_000) -> tuple[WordVocabulary, list[Array]]:
        """Return the vocabulary that `fit` gives, and the ids of the same texts: each is split only once."""
        texts = checked(texts, fitting=whole("size", size))
        number: defaultdict[str, int] = defaultdict()  # of each word, in the order in which they come
        number.default_factory = number.__len__
        rows = [_numbers(number, _words_of(text)) for text in texts]
        words, counts = list(number), np.bincount(np.concatenate(rows), minlength=len(number)).tolist()
        ranked = sorted(range(len(words)), key=lambda i: (-counts[i], words[i]))[: size - FIRST]
        ids = np.full(len(words), UNKNOWN, dtype=np.int32)
        ids[ranked] = np.arange(len(ranked)) + FIRST
        return cls([*RESERVED, *(words[i] for i in ranked)]), [ids[row] for row in rows]

    def encode(self, texts: Iterable[str]) -> list[Array]:
        """Return the ids of the words of each text (see `Vocabulary.encode`); `UNKNOWN` for other words."""
        return [_numbers(self._ids, _words_of(text)) for text in checked(texts)]

    def tokens(self, text: str) -> list[str]:
        """Return the words of one text, lower-cased, also those that are not in the vocabulary."""
        [text] = checked([text])
        return _words_of(text)


class _Ids(dict[str, int]):
    def __missing__(self, word: str) -> int:
        return UNKNOWN


def _numbers(number: dict[str, int], words: list[str]) -> Array:
    return np.fromiter(map(number.__getitem__, words), dtype=np.int32, count=len(words))


def _words_of(text: str) -> list[str]:
    """Return the words of a text in order, lower-cased.

    A word is letters, marks and digits, with apostrophes inside. A composed character (é as one) and a
    decomposed one are the same.
    """
    text = re.sub(LINE_BREAK, " ", text)
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    text = unicodedata.normalize("NFC", text).replace("’", "'").lower()
    marked = any(unicodedata.category(character)[0] == "M" for character in set(text))
    return (_word_with_marks() if marked else _WORD).findall(text)


def _word_of(letter: str) -> re.Pattern[str]:
    """Return a pattern for letters with apostrophes between them; `++` never gives back what it has read."""
    return re.compile(rf"{letter}++(?:'{letter}++)*+")


_ASCII_WORD, _WORD = _word_of("[a-z0-9]"), _word_of(r"[^\W_]")  # the fastest, and that of any script


@functools.cache
def _word_with_marks() -> re.Pattern[str]:
    r"""Return a pattern that takes marks for letters, such as Hindi's vowel signs, which `\w` lacks."""
    marks = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c)[0] == "M")
    return _word_of(rf"(?:[^\W_]|[{marks}])")
