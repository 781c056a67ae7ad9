"""What all vocabularies share: two reserved ids, and one interface."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from lstm_teach.arrays import Array, instance, strings
from lstm_teach.atomic import replacing

PADDING = 0
UNKNOWN = 1
RESERVED = ["<padding>", "<unknown>"]  # the words of ids 0 and 1; no text can spell them
FIRST = len(RESERVED)  # the first id that is a token of a text
FORMAT = "lstm_teach vocabulary 1"
LINE_BREAK = r"<br\s*/?>"  # of HTML; IMDB's reviews are full of them


@dataclass(frozen=True)
class Vocabulary:
    """What both kinds share; `WordVocabulary.fit`, `SubwordVocabulary.fit` or `load_vocabulary` makes one.

    Attributes
    ----------
    words : the token of every id, `words[0]` for padding and `words[1]` for the unknown
    """

    words: list[str]
    kind: ClassVar[str]

    def __post_init__(self) -> None:
        strings("words", instance("words", self.words, list))
        if list(self.words[:FIRST]) != RESERVED or len(set(self.words)) != len(self.words):
            raise ValueError(f"words: got {self.words[:3]}…, expected {RESERVED} and then tokens, each once")

    @classmethod
    def fit(cls, texts: Iterable[str], size: int) -> Self:
        """Return a vocabulary of these texts that has at most `size` ids."""
        raise NotImplementedError

    @classmethod
    def fit_encode(cls, texts: Iterable[str], size: int) -> tuple[Self, list[Array]]:
        """Return the vocabulary that `fit` gives, and what its `encode` gives for the same texts."""
        texts = checked(texts)
        vocabulary = cls.fit(texts, size)
        return vocabulary, vocabulary.encode(texts)

    @property
    def size(self) -> int:
        """The number of ids, with padding and unknown: the number of rows of an embedding."""
        return len(self.words)

    def encode(self, texts: Iterable[str]) -> list[Array]:
        """Return the ids of the tokens of each text.

        Returns
        -------
        one int32 array (length,) per text; it is empty where a text holds no token; `PADDING` never occurs
        """
        raise NotImplementedError

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of one text as people read them, as many as `encode` gives ids."""
        raise NotImplementedError

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write JSON that `load_vocabulary` reads: the whole file or, if anything fails, nothing."""
        fields = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        content = json.dumps({"format": FORMAT, "kind": self.kind, **fields}, ensure_ascii=False)
        with replacing(path) as file:
            file.write(f"{content}\n".encode())


def checked(texts: Iterable[str], fitting: int | None = None, smallest: int = 3) -> list[str]:
    """Return the texts as a list, after a check of them and, for a fit, of its size."""
    texts = strings("texts", texts)
    for i, text in enumerate(texts):
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise ValueError(f"texts: number {i} holds half a character ({error})") from error
    if fitting is not None and fitting < smallest:
        raise ValueError(f"size: got {fitting}, expected {smallest} or more ids, with padding and unknown")
    if fitting is not None and not texts:
        raise ValueError("texts: got none, expected the training texts")
    return texts
