"""Two kinds of token: whole words, and pieces of words."""

from __future__ import annotations

import functools
import json
import os
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from lstm_teach.atomic import replacing

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PADDING = 0
UNKNOWN = 1

_RESERVED = ["<padding>", "<unknown>"]  # the words of ids 0 and 1; no text can spell them
FIRST = len(_RESERVED)  # the first id that is a token of a text
_FORMAT = "lstm_teach vocabulary 1"
_BATCH = 2_000  # texts encoded at once: the tokenizer keeps some 100 bytes a token until they are done
_LINE_BREAK = r"<br\s*/?>"  # of HTML, which IMDB is full of


@dataclass(frozen=True)
class Vocabulary:
    """What both kinds share; make one with `WordVocabulary.fit`, `SubwordVocabulary.fit` or `load`.

    Attributes
    ----------
    words : the token of every id, `words[0]` for padding and `words[1]` for the unknown
    """

    words: list[str]
    kind: ClassVar[str]

    def __post_init__(self) -> None:
        tokens = all(isinstance(word, str) for word in self.words)
        if list(self.words[:2]) != _RESERVED or len(set(self.words)) != len(self.words) or not tokens:
            raise ValueError(f"words: got {self.words[:3]}…, expected {_RESERVED} and then tokens, each once")

    @classmethod
    def fit(cls, texts: Iterable[str], size: int) -> Self:
        """A vocabulary of these texts, with at most so many ids."""
        raise NotImplementedError

    @classmethod
    def fit_encode(cls, texts: Iterable[str], size: int) -> tuple[Self, list[np.ndarray]]:
        """`fit`, and what `encode` then gives for the same texts."""
        texts = _checked(texts)
        vocabulary = cls.fit(texts, size)
        return vocabulary, vocabulary.encode(texts)

    @property
    def size(self) -> int:
        """The number of ids, padding and unknown included: the rows of an embedding."""
        return len(self.words)

    def encode(self, texts: Iterable[str]) -> list[np.ndarray]:
        """Ids of the tokens of each text.

        Returns
        -------
        one int32 array (length,) a text, empty where a text holds no token; `PADDING` never occurs
        """
        raise NotImplementedError

    def tokens(self, text: str) -> list[str]:
        """The tokens of one text as a reader would like to see them, as many as `encode` gives ids."""
        raise NotImplementedError

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write JSON that `load` reads: the whole file or, if anything fails, none of it."""
        content = json.dumps({"format": _FORMAT, "kind": self.kind, **self._content()}, ensure_ascii=False)
        with replacing(path) as file:
            file.write(f"{content}\n".encode())

    def _content(self) -> dict[str, Any]:
        return {"words": self.words}


@dataclass(frozen=True)
class WordVocabulary(Vocabulary):
    """The most frequent words: lower-cased letters, digits and apostrophes; `<br />` is white space."""

    _ids: _Ids = field(init=False, repr=False, compare=False)
    kind: ClassVar[str] = "words"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "_ids", _Ids({word: i for i, word in enumerate(self.words)}))

    @classmethod
    def fit(cls, texts: Iterable[str], size: int = 20_000) -> WordVocabulary:
        """Keep the `size - 2` most frequent words of the texts (all, if there are fewer).

        Words that occur equally often are taken in alphabetical order, so the result is always the same.
        """
        return cls.fit_encode(texts, size)[0]

    @classmethod
    def fit_encode(cls, texts: Iterable[str], size: int = 20_000) -> tuple[WordVocabulary, list[np.ndarray]]:
        """`fit`, and the ids of the same texts: each text is taken apart only once."""
        texts = _checked(texts, fitting=size)
        number: defaultdict[str, int] = defaultdict()  # of each word, in the order in which they come
        number.default_factory = number.__len__
        rows = [_numbers(number, words_of(text)) for text in texts]
        words, counts = list(number), np.bincount(np.concatenate(rows), minlength=len(number)).tolist()
        ranked = sorted(range(len(words)), key=lambda i: (-counts[i], words[i]))[: size - FIRST]
        ids = np.full(len(words), UNKNOWN, dtype=np.int32)
        ids[ranked] = np.arange(len(ranked)) + FIRST
        return cls([*_RESERVED, *(words[i] for i in ranked)]), [ids[row] for row in rows]

    def encode(self, texts: Iterable[str]) -> list[np.ndarray]:
        """Ids of the words of each text, as `Vocabulary.encode` says; `UNKNOWN` for other words."""
        return [_numbers(self._ids, words_of(text)) for text in _checked(texts)]

    def tokens(self, text: str) -> list[str]:
        """The words of one text, lower-cased, those that are not in the vocabulary too."""
        [text] = _checked([text])
        return words_of(text)


class _Ids(dict[str, int]):
    def __missing__(self, word: str) -> int:
        return UNKNOWN


def _numbers(number: dict[str, int], words: list[str]) -> np.ndarray:
    return np.fromiter(map(number.__getitem__, words), dtype=np.int32, count=len(words))


def words_of(text: str) -> list[str]:
    """The words of a text in order, lower-cased: letters, marks and digits, and apostrophes inside a word.

    A composed character (é as one) and a decomposed one are the same.
    """
    text = re.sub(_LINE_BREAK, " ", text)
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    text = unicodedata.normalize("NFC", text).replace("’", "'").lower()
    marked = any(unicodedata.category(character)[0] == "M" for character in set(text))
    return (_word_with_marks() if marked else _WORD).findall(text)


def _word_of(letter: str) -> re.Pattern[str]:
    """Letters, and apostrophes between them; the second `+` of each: what has been read is not given back."""
    return re.compile(rf"{letter}++(?:'{letter}++)*+")


_ASCII_WORD, _WORD = _word_of("[a-z0-9]"), _word_of(r"[^\W_]")  # the quickest, and that of any script


@functools.cache
def _word_with_marks() -> re.Pattern[str]:
    r"""With what belongs to a letter and is none itself, such as Hindi's vowels: Python's `\w` lacks it."""
    marks = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c)[0] == "M")
    return _word_of(rf"(?:[^\W_]|[{marks}])")


@dataclass(frozen=True)
class SubwordVocabulary(Vocabulary):
    """Pieces of words by byte-pair encoding (Sennrich et al. 2016) over bytes: no text is unknown.

    A space in front belongs to the piece and is written `Ġ` in `words`, as are other bytes that cannot be
    printed; `tokens` shows pieces as they were written.
    """

    merges: list[tuple[str, str]]
    _tokenizer: Tokenizer = field(init=False, repr=False, compare=False)
    kind: ClassVar[str] = "subwords"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "_tokenizer", self._build())

    @classmethod
    def fit(cls, texts: Iterable[str], size: int = 8_185) -> SubwordVocabulary:
        """Start with the 256 bytes and join the most frequent pair of pieces until there are `size` ids.

        The size is exact unless the texts are so few that every word has become one piece before.
        """
        from tokenizers import pre_tokenizers, trainers

        texts = _checked(texts, fitting=size, smallest=258)
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        blank = cls(_RESERVED + alphabet, merges=[])._tokenizer
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            min_frequency=1,
            special_tokens=_RESERVED,
            initial_alphabet=alphabet,
            show_progress=False,
        )
        blank.train_from_iterator(texts, trainer, length=len(texts))
        merges = json.loads(blank.to_str())["model"]["merges"]
        ids = blank.get_vocab()
        return cls(sorted(ids, key=ids.__getitem__), [(left, right) for left, right in merges])

    def _build(self) -> Tokenizer:
        from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

        ids = {piece: i for i, piece in enumerate(self.words)}
        tokenizer = Tokenizer(models.BPE(ids, [(left, right) for left, right in self.merges]))
        tokenizer.normalizer = normalizers.Sequence(
            [normalizers.NFC(), normalizers.Replace(Regex(_LINE_BREAK), " ")]
        )
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
        tokenizer.decoder = decoders.ByteLevel()
        return tokenizer

    def encode(self, texts: Iterable[str]) -> list[np.ndarray]:
        """Ids of the pieces of each text, as `Vocabulary.encode` says."""
        texts = _checked(texts)
        ids: list[np.ndarray] = []
        for start in range(0, len(texts), _BATCH):
            batch = self._tokenizer.encode_batch_fast(texts[start : start + _BATCH])
            ids += [np.array(encoding.ids, dtype=np.int32) for encoding in batch]
        return ids

    def tokens(self, text: str) -> list[str]:
        """The pieces of one text, spaces included; a piece that is part of a character is shown as `�`."""
        [text] = _checked([text])
        decode = self._tokenizer.decoder.decode
        return [decode([piece]) for piece in self._tokenizer.encode(text).tokens]

    def _content(self) -> dict[str, Any]:
        return {"words": self.words, "merges": self.merges}


def load(path: str | os.PathLike[str]) -> WordVocabulary | SubwordVocabulary:
    """Read what `save` wrote.

    Raises
    ------
    FileNotFoundError
        if there is no such file.
    ValueError
        if the file is damaged or is something else.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        if content["format"] != _FORMAT or content["kind"] not in ("words", "subwords"):
            raise ValueError(f"its format is {content['format']!r}, of kind {content['kind']!r}")
        if content["kind"] == "words":
            return WordVocabulary(content["words"])
        return SubwordVocabulary(content["words"], [(left, right) for left, right in content["merges"]])
    except FileNotFoundError:
        raise
    except Exception as error:  # tokenizers raises bare Exceptions
        raise ValueError(f"path: {path} is damaged or no vocabulary of this course ({error})") from error


def _checked(texts: Iterable[str], fitting: int | None = None, smallest: int = 3) -> list[str]:
    """The texts as a list, and for a fit also its size, or the `ValueError` they deserve."""
    if isinstance(texts, str):
        raise ValueError("texts: got one string, expected a list of strings; write [text]")
    texts = list(texts)
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(f"texts: number {i} is {type(text).__name__}, expected a string")
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise ValueError(f"texts: number {i} holds half a character ({error})") from error
    if fitting is not None and fitting < smallest:
        raise ValueError(
            f"size: got {fitting}, expected {smallest} or more ids, padding and unknown included"
        )
    if fitting is not None and not texts:
        raise ValueError("texts: got none, expected the training texts")
    return texts
