"""Two kinds of token: whole words, and pieces of words."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from lstm_teach.atomic import replacing

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PADDING = 0
UNKNOWN = 1

_RESERVED = ["<padding>", "<unknown>"]  # the words of ids 0 and 1; no text can spell them
_FORMAT = "lstm_teach vocabulary 1"
_BATCH = 2_000  # texts encoded at once: the tokenizer keeps some 100 bytes a token until they are done
_WORD = r"[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*"  # letters, marks and digits; apostrophes inside a word


@dataclass(frozen=True)
class Vocabulary:
    """What both kinds share; make one with `WordVocabulary.fit`, `SubwordVocabulary.fit` or `load`.

    Attributes
    ----------
    words : the token of every id, `words[0]` for padding and `words[1]` for the unknown
    """

    words: list[str]
    _tokenizer: Tokenizer = field(init=False, repr=False, compare=False)
    kind: ClassVar[str]

    def __post_init__(self) -> None:
        if list(self.words[:2]) != _RESERVED or len(set(self.words)) != len(self.words):
            raise ValueError(f"words: got {self.words[:3]}…, expected {_RESERVED} and then tokens, each once")
        object.__setattr__(self, "_tokenizer", self._build())

    def _build(self) -> Tokenizer:
        raise NotImplementedError

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
        texts = _checked(texts)
        ids: list[np.ndarray] = []
        for start in range(0, len(texts), _BATCH):
            batch = self._tokenizer.encode_batch_fast(texts[start : start + _BATCH])
            ids += [np.array(encoding.ids, dtype=np.int32) for encoding in batch]
        return ids

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

    kind: ClassVar[str] = "words"

    @classmethod
    def fit(cls, texts: Iterable[str], size: int = 20_000) -> WordVocabulary:
        """Keep the `size - 2` most frequent words of the texts (all, if there are fewer).

        Words that occur equally often are taken in alphabetical order, so the result is always the same.
        """
        from tokenizers import trainers

        texts = _checked(texts, fitting=size)
        blank = cls(list(_RESERVED))._tokenizer
        trainer = trainers.WordLevelTrainer(
            vocab_size=size, min_frequency=1, special_tokens=_RESERVED, show_progress=False
        )
        blank.train_from_iterator(texts, trainer, length=len(texts))
        return cls(_in_order(blank.get_vocab()))

    def _build(self) -> Tokenizer:
        from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

        ids = {word: i for i, word in enumerate(self.words)}
        tokenizer = Tokenizer(models.WordLevel(ids, unk_token=_RESERVED[UNKNOWN]))
        tokenizer.normalizer = normalizers.Sequence(
            [*_clean(), normalizers.Replace("’", "'"), normalizers.Lowercase()]
        )
        tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_WORD), behavior="removed", invert=True)
        return tokenizer

    def tokens(self, text: str) -> list[str]:
        """The words of one text, lower-cased, those that are not in the vocabulary too."""
        [text] = _checked([text])
        cleaned = self._tokenizer.normalizer.normalize_str(text)
        return [word for word, _ in self._tokenizer.pre_tokenizer.pre_tokenize_str(cleaned)]


@dataclass(frozen=True)
class SubwordVocabulary(Vocabulary):
    """Pieces of words by byte-pair encoding (Sennrich et al. 2016) over bytes: no text is unknown.

    A space in front belongs to the piece and is written `Ġ` in `words`, as are other bytes that cannot be
    printed; `tokens` shows pieces as they were written.
    """

    merges: list[tuple[str, str]]
    kind: ClassVar[str] = "subwords"

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
        return cls(_in_order(blank.get_vocab()), [(left, right) for left, right in merges])

    def _build(self) -> Tokenizer:
        from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

        ids = {piece: i for i, piece in enumerate(self.words)}
        tokenizer = Tokenizer(models.BPE(ids, [(left, right) for left, right in self.merges]))
        tokenizer.normalizer = normalizers.Sequence(_clean())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
        tokenizer.decoder = decoders.ByteLevel()
        return tokenizer

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


def _clean() -> list[Any]:
    """Composed characters (é as one), and no line breaks of HTML, which IMDB is full of."""
    from tokenizers import Regex, normalizers

    return [normalizers.NFC(), normalizers.Replace(Regex(r"<br\s*/?>"), " ")]


def _in_order(ids: dict[str, int]) -> list[str]:
    return sorted(ids, key=ids.__getitem__)


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
